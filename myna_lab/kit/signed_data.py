"""CMS SignedData by hand: signatures of documents (detached and attached), and a time-stamp authority's tokens.

    content or its digest, signer, attributes -> ContentInfo        signature -> token of RFC 3161 -> unsigned attribute

Neither clock nor chance is in them. The attributes are those of CAdES and PAdES at level B: what it is, its digest, and
whose certificate it is (ESS signingCertificateV2); a CMS outside a PDF also states the time.

Source: RFC 5652 5; RFC 5035 (signingCertificateV2); RFC 3161; ETSI EN 319 122-1, EN 319 142-1 (levels B, T, LT).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.authority import certificate_of, key_usage
from myna_lab.formats.jpki.names import CN, C, O, name, read_certificate
from myna_lab.kit.encoding import SET, attribute, explicit, octet_string, oid, sequence, signed

__all__ = ["TimeStampAuthority", "signed_data"]

_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
"""Without parameters, as RFC 5754 2 wants it."""
_DATA, _TST_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{number}" for number in (3, 4, 5))
_SIGNING_CERTIFICATE_V2, _TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"
_STAMP_POLICY = "1.3.6.1.4.1.32473.2"
"""Of our time-stamps: below the number for examples of RFC 5612."""
_DIRECTORY_NAME = 4
"""Tag of a directoryName in GeneralName."""


def signed_data(
    digest: bytes,
    *,
    certificate: bytes,
    key: RSAPrivateKey,
    chain: Sequence[bytes] = (),
    at: datetime | None = None,
    content_type: str = _DATA,
    content: bytes | None = None,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Sign.

    Args:
        digest: SHA-256 of the content.
        certificate: the signer's, DER.
        key: the signer's.
        chain: further certificates to put in, DER.
        at: the time that the signature states; None: none, as PAdES wants it.
        content_type: identifier of what is signed; data if it is not said.
        content: what was signed, to be put in; None: it stands apart.
        stamp: gives a time-stamp token over the signature (RFC 3161 appendix A); None: there is none.

    Returns:
        ContentInfo, DER.
    """
    issuer, serial = read_certificate(certificate).issuer.public_bytes(), read_certificate(certificate).serial_number
    # ESSCertIDv2: the digest is SHA-256 by default, so it is not named (RFC 5035 4).
    named = sequence(sequence(explicit(issuer, number=_DIRECTORY_NAME)), der.integer(serial))
    who = sequence(sequence(sequence(octet_string(hashlib.sha256(certificate).digest()), named)))
    rows = [
        attribute(_CONTENT_TYPE, oid(content_type)),
        attribute(_MESSAGE_DIGEST, octet_string(digest)),
        attribute(_SIGNING_CERTIFICATE_V2, who),
    ]
    if at is not None:
        rows.append(attribute(_SIGNING_TIME, der.time(at)))
    attributes = b"".join(sorted(rows))  # a SET OF, in the order of DER
    signature = signed(der.encode(SET, attributes), key)
    signer = sequence(
        der.integer(1),
        sequence(issuer, der.integer(serial)),
        _SHA256,
        explicit(attributes),
        der.SHA256_WITH_RSA,
        octet_string(signature),
        explicit(attribute(_TIME_STAMP_TOKEN, stamp(signature)), number=1) if stamp else b"",
    )
    inside = explicit(octet_string(content)) if content is not None else b""
    whole = sequence(
        der.integer(1 if content_type == _DATA else 3),
        der.encode(SET, _SHA256),
        sequence(oid(content_type), inside),
        explicit(*sorted((certificate, *chain))),
        der.encode(SET, signer),
    )
    return sequence(oid(_SIGNED_DATA), explicit(whole))


@dataclass(frozen=True, slots=True)
class TimeStampAuthority:
    """A TEST time-stamp authority (時刻認証局) below a root of its own, with the root's list."""

    root: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    crl: bytes = field(repr=False)
    key: RSAPrivateKey = field(repr=False)

    @classmethod
    def established(
        cls, root_key: RSAPrivateKey, key: RSAPrivateKey, *, organization: str, at: datetime, until: datetime
    ) -> TimeStampAuthority:
        """Set one up.

        Args:
            root_key: signs certificate and list.
            key: signs tokens.
            organization: O of its names.
            at: an instant at which it works since a year.
            until: until when its list is fresh at least.
        """
        begins, ends = (at - timedelta(days=365)).astimezone(UTC), (at + timedelta(days=3650)).astimezone(UTC)
        subjects = [
            name((C, "JP"), (O, organization), (CN, common_name))
            for common_name in ("Time-stamp root (TEST)", "Time-stamp authority (TEST)")
        ]
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())

        def issued(subject: x509.Name, own: RSAPrivateKey, serial: int) -> x509.CertificateBuilder:
            builder = x509.CertificateBuilder(subjects[0], subject, own.public_key(), serial, begins, ends)
            return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)

        root = (
            issued(subjects[0], root_key, 1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(key_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
        )
        leaf = (
            issued(subjects[1], key, 2)
            .add_extension(identifier, critical=False)
            .add_extension(key_usage(frozenset({"digital_signature"})), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        )
        made = (at - timedelta(hours=1)).astimezone(UTC)
        revoked = (
            x509.CertificateRevocationListBuilder(subjects[0], made, (until + timedelta(days=7)).astimezone(UTC))
            .add_extension(identifier, critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        return cls(
            certificate_of(root, root_key),
            certificate_of(leaf, root_key),
            revoked.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER),
            key,
        )

    def token(self, data: bytes, at: datetime) -> bytes:
        """A time-stamp token over some octets.

        Args:
            data: what existed; only its SHA-256 goes into the token.
            at: the time that it states, a whole second.

        Returns:
            ContentInfo with TSTInfo, DER.
        """
        digest, subject = hashlib.sha256(data).digest(), read_certificate(self.certificate).subject.public_bytes()
        number = int.from_bytes(hashlib.sha256(digest + der.generalized_time(at)).digest()[:8], "big")
        info = sequence(
            der.integer(1),
            oid(_STAMP_POLICY),
            sequence(_SHA256, octet_string(digest)),
            der.integer(number),
            der.generalized_time(at),
            explicit(explicit(subject, number=_DIRECTORY_NAME)),  # who says so
        )
        return signed_data(
            hashlib.sha256(info).digest(),
            certificate=self.certificate,
            key=self.key,
            chain=[self.root],
            at=at,
            content_type=_TST_INFO,
            content=info,
        )
