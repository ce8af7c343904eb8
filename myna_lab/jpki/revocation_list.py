"""CRLs: one per town, one of all people's certificates, one of the authority's own certificates (ARL).

    CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }

The lines are encoded by hand, in one pass: the builder of ``cryptography`` copies its list for every line, which takes
minutes for the lists of a big town. Everything around them is encoded by the library.

Source: RFC 5280 5; certificates fact sheet 5 (that the distribution point is marked onlyContainsUserCerts is assumed).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from myna_lab.durations import UTC, at
from myna_lab.errors import MisuseError
from myna_lab.jpki.authority import Authority
from myna_lab.jpki.names import Partition, distribution_point, read_certificate
from myna_lab.jpki.status import RevokedEntry, reason_code

__all__ = ["crl"]

_INTEGER, _BIT_STRING, _OCTET_STRING, _ENUMERATED, _SEQUENCE = 0x02, 0x03, 0x04, 0x0A, 0x30
_UTC_TIME, _GENERALIZED_TIME, _EXTENSIONS = 0x17, 0x18, 0xA0
_SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
_VERSION_2 = b"\x02\x01\x01"
_TRUE = b"\x01\x01\xff"
_REASON_CODE = bytes.fromhex("0603551d15")
SCOPES = ("user", "authority")


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _time(instant: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime after (RFC 5280 5.1.2.4)."""
    utc = instant.astimezone(UTC)
    text = utc.strftime("%Y%m%d%H%M%SZ").encode()
    return _der(_UTC_TIME, text[2:]) if utc.year < 2050 else _der(_GENERALIZED_TIME, text)


def _extension(extension: x509.ExtensionType, *, critical: bool = False) -> bytes:
    oid = bytes.fromhex("0603551d") + bytes((int(extension.oid.dotted_string.rpartition(".")[2]),))
    return _der(_SEQUENCE, oid, _TRUE if critical else b"", _der(_OCTET_STRING, extension.public_bytes()))


def _reason(reason: str) -> bytes:
    """The crlEntryExtensions of a reason; unspecified is said by leaving them out (RFC 5280 5.3.1)."""
    code = reason_code(reason or "UNSPECIFIED")
    if not code:
        return b""
    value = _der(_OCTET_STRING, _der(_ENUMERATED, bytes((code,))))
    return _der(_SEQUENCE, _der(_SEQUENCE, _REASON_CODE, value))


def crl(
    *,
    authority: Authority,
    entries: Iterable[RevokedEntry],
    partition: Partition | None,
    number: int,
    this_update: datetime,
    next_update: datetime,
    only: str = "user",
) -> bytes:
    """Make a CRL, complete for its scope.

    失効リストを作る。

    Args:
        authority: whose certificates they are.
        entries: revoked and held certificates of the scope, each serial number once, in any order.
        partition: the town; None: people's certificates of all towns.
        number: cRLNumber, rising.
        this_update: what the list dates from.
        next_update: until when it may be used.
        only: ``user``, or ``authority`` for the list of the authority's own certificates (ARL), at its own name.

    Returns:
        The list, DER, with critical issuingDistributionPoint, in the order of serial numbers.

    Raises:
        MisuseError: a reason that does not exist, a naive or reversed time, an unknown scope, an ARL of a town.

    Source: RFC 5280 5.1 to 5.3; certificates fact sheet 5.
    """
    if only not in SCOPES or (only == "authority" and partition):
        raise MisuseError(
            f"a list is of scope {' or '.join(SCOPES)}, and only people's certificates are listed by town.",
            code="bad_crl_scope",
        )
    start, end = at(this_update), at(next_update)
    if not start < end:
        raise MisuseError("a list's nextUpdate lies after its thisUpdate.", code="bad_crl_time")
    issuer = read_certificate(authority.certificate)
    place: x509.GeneralName | None = x509.DirectoryName(issuer.subject) if only == "authority" else None
    if partition:
        place = distribution_point(issuer.subject, partition)
    scope = x509.IssuingDistributionPoint(
        full_name=[place] if place else None,
        relative_name=None,
        only_contains_user_certs=only == "user",
        only_contains_ca_certs=only == "authority",
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    extensions = _der(
        _SEQUENCE,
        _extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)),
        _extension(x509.CRLNumber(number)),
        _extension(scope, critical=True),
    )
    lines = [
        _der(_SEQUENCE, _integer(serial), _time(revoked_at), _reason(reason))
        for serial, revoked_at, reason in sorted(entries, key=lambda entry: entry.serial)
    ]
    signed = _der(
        _SEQUENCE,
        _VERSION_2,
        _SHA256_WITH_RSA,
        issuer.subject.public_bytes(),
        _time(start),
        _time(end),
        _der(_SEQUENCE, *lines) if lines else b"",
        _der(_EXTENSIONS, extensions),
    )
    signature = authority.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return _der(_SEQUENCE, signed, _SHA256_WITH_RSA, _der(_BIT_STRING, b"\x00", signature))
