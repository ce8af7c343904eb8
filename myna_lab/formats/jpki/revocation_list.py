"""CRLs: for each town one of each kind of certificate, one of all people's certificates, the authority's own (ARL).

    CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }

The lines are encoded by hand: the builder of ``cryptography`` holds an object for each, which takes seconds for a
million. What stands around them is encoded by the library.

Source: RFC 5280 5; certificate facts 5 (that the distribution point is marked onlyContainsUserCerts is assumed).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.authority import Authority
from myna_lab.formats.jpki.columns import TWICE, Columns, line, lines
from myna_lab.formats.jpki.names import Partition, distribution_point, read_certificate
from myna_lab.formats.jpki.profiles import KINDS, authority_of
from myna_lab.formats.jpki.status import RevokedEntry, reason_code
from myna_lab.ground.durations import at

__all__ = ["crl"]

SCOPES = ("user", "authority")


def _extension(extension: x509.ExtensionType, *, critical: bool = False) -> bytes:
    oid = bytes.fromhex("0603551d") + bytes((int(extension.oid.dotted_string.rpartition(".")[2]),))
    value = der.encode(der.OCTET_STRING, extension.public_bytes())
    return der.encode(der.SEQUENCE, oid, der.TRUE if critical else b"", value)


def _scope(issuer: x509.Name, kind: str, partition: Partition | None, only: str) -> x509.IssuingDistributionPoint:
    place: x509.GeneralName | None = x509.DirectoryName(issuer) if only == "authority" else None
    if partition:
        place = distribution_point(issuer, partition, kind)
    return x509.IssuingDistributionPoint(
        full_name=[place] if place else None,
        relative_name=None,
        only_contains_user_certs=only == "user",
        only_contains_ca_certs=only == "authority",
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


_TOO_LATE = "what is on a list was revoked at its thisUpdate or before."


def _lines(entries: Iterable[RevokedEntry] | Columns, this_update: datetime) -> list[bytes]:
    if isinstance(entries, Columns):
        if len(entries) and entries.latest > this_update.timestamp():
            raise MisuseError(_TOO_LATE, code="bad_crl_time")
        return list(lines(entries))
    in_order = sorted(entries, key=lambda entry: entry.serial)
    if in_order and in_order[0].serial <= 0:
        raise MisuseError("a serial number is positive (RFC 5280 4.1.2.2).", code="bad_serial")
    if any(entry.serial == after.serial for entry, after in pairwise(in_order)):
        raise MisuseError(TWICE, code="bad_serial")
    if any(at(entry.revoked_at) > this_update for entry in in_order):
        raise MisuseError(_TOO_LATE, code="bad_crl_time")
    return [line(serial, at_, reason_code(reason or "UNSPECIFIED")) for serial, at_, reason in in_order]


def crl(
    *,
    authority: Authority,
    entries: Iterable[RevokedEntry],
    partition: Partition | None,
    number: int,
    this_update: datetime,
    next_update: datetime,
    kind: str = "",
    only: str = "user",
) -> bytes:
    """Make a CRL, complete for its scope.

    失効リストを作る。

    Args:
        authority: whose certificates they are.
        entries: revoked and held certificates of the scope, each serial number once, in any order; as
            :class:`myna_lab.formats.jpki.Columns` a million of them take a fraction of a second.
        partition: the town, for the list of one kind of certificate there; None: people's certificates of all towns.
        number: cRLNumber, rising.
        this_update: what the list dates from.
        next_update: until when it may be used.
        kind: with a partition: which of ``KINDS``; a town has a list for each.
        only: ``user``, or ``authority`` for the list of the authority's own certificates (ARL), at its own name.

    Returns:
        The list, DER, with critical issuingDistributionPoint, in the order of serial numbers.

    Raises:
        MisuseError: a reason that does not exist, a serial number that stands twice or is not positive, a naive or
            reversed time, a revocation after thisUpdate, an unknown scope, an ARL of a town, a town's list without its
            kind or of a kind that this authority does not issue.

    Source: RFC 5280 5.1 to 5.3; certificate facts 5.
    """
    if only not in SCOPES or (only == "authority" and partition):
        raise MisuseError(
            f"a list is of scope {' or '.join(SCOPES)}, and only people's certificates are listed by town.",
            code="bad_crl_scope",
        )
    if partition and (kind not in KINDS or authority_of(kind) != authority.kind):
        raise MisuseError(
            f"a town has a list for each kind that authority {authority.kind} issues; got {kind!r}.",
            code="bad_crl_scope",
        )
    start, end = at(this_update), at(next_update)
    if not start < end:
        raise MisuseError("a list's nextUpdate lies after its thisUpdate.", code="bad_crl_time")
    issuer = read_certificate(authority.certificate)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    extensions = der.encode(
        der.SEQUENCE,
        _extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)),
        _extension(x509.CRLNumber(number)),
        _extension(_scope(issuer.subject, kind, partition, only), critical=True),
    )
    blocks = _lines(entries, start)
    size = sum(map(len, blocks))
    content = (
        der.integer(1) + der.SHA256_WITH_RSA + issuer.subject.public_bytes() + der.time(start) + der.time(end),
        bytes((der.SEQUENCE,)) + der.length(size) if size else b"",
        *blocks,
        der.encode(0xA0, extensions),
    )
    head = bytes((der.SEQUENCE,)) + der.length(sum(map(len, content)))
    # The digest is taken block by block: a list of tens of millions is copied once only, into the answer.
    digest = hashes.Hash(hashes.SHA256())
    for part in (head, *content):
        digest.update(part)
    signature = authority.key.sign(digest.finalize(), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    tail = der.SHA256_WITH_RSA + der.encode(der.BIT_STRING, b"\x00", signature)
    whole = len(head) + sum(map(len, content)) + len(tail)
    return b"".join((bytes((der.SEQUENCE,)), der.length(whole), head, *content, tail))
