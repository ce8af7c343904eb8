"""CMS SignedData by hand: signatures of documents (detached and attached), and a time-stamp authority's tokens.

    content or its digest, signer, attributes -> ContentInfo        signature -> token of RFC 3161 -> unsigned attribute

Neither clock nor chance is in them. The attributes are those of CAdES and PAdES at level B: what it is, its digest, and
whose certificate it is (ESS signingCertificateV2); a CMS outside a PDF also states the time.

Source: RFC 5652 5; RFC 5035 (signingCertificateV2); RFC 3161; ETSI EN 319 122-1, EN 319 142-1 (levels B, T, LT).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.jpki.authority import certificate_of, key_usage
from myna_lab.jpki.names import CN, C, O, name

__all__ = ["TimeStampAuthority", "attached", "signed_data", "stamped"]

_SHA256 = {"algorithm": "sha256"}
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
"""id-ct-TSTInfo."""
_STAMP_POLICY = "1.3.6.1.4.1.32473.2"
"""Of our time-stamps: below the number for examples of RFC 5612."""


def signed_data(
    digest: bytes,
    *,
    certificate: bytes,
    key: RSAPrivateKey,
    chain: Sequence[bytes] = (),
    at: datetime | None = None,
    content_type: str = "data",
    content: bytes | None = None,
) -> bytes:
    """Sign.

    Args:
        digest: SHA-256 of the content.
        certificate: the signer's, DER.
        key: the signer's.
        chain: further certificates to put in, DER.
        at: the time that the signature states; None: none, as PAdES wants it.
        content_type: ``data``, or an identifier.
        content: what was signed, to be put in; None: it stands apart.

    Returns:
        ContentInfo, DER.
    """
    from asn1crypto import cms, core, tsp
    from asn1crypto import x509 as decoder

    own = decoder.Certificate.load(certificate)
    who = tsp.SigningCertificateV2(
        {
            "certs": [
                {
                    "hash_algorithm": _SHA256,
                    "cert_hash": hashlib.sha256(certificate).digest(),
                    "issuer_serial": {
                        "issuer": [decoder.GeneralName("directory_name", own.issuer)],
                        "serial_number": own.serial_number,
                    },
                }
            ]
        }
    )
    rows: dict[str, Any] = {"content_type": content_type, "message_digest": digest, "signing_certificate_v2": who}
    if at is not None:
        rows["signing_time"] = cms.Time({"utc_time": at.astimezone(UTC)})
    attributes = cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in rows.items()])
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": own.issuer, "serial_number": own.serial_number}
        ),
        "digest_algorithm": _SHA256,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
    }
    encapsulated: Any = {"content_type": content_type}
    if content is not None:
        encapsulated["content"] = content
    if content_type != "data":  # asn1crypto follows the version: another type for each
        encapsulated["content"] = core.ParsableOctetString(content or b"")
        encapsulated = cms.EncapsulatedContentInfo(encapsulated)
    signed = cms.SignedData(
        {
            "version": "v1" if content_type == "data" else "v3",
            "digest_algorithms": [_SHA256],
            "encap_content_info": encapsulated,
            "certificates": [decoder.Certificate.load(der) for der in (certificate, *chain)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def attached(document: bytes, **signer: Any) -> bytes:
    """A CMS with the document inside; ``signer`` as for :func:`signed_data`."""
    return signed_data(hashlib.sha256(document).digest(), content=document, **signer)


def stamped(cms: bytes, authority: TimeStampAuthority, at: datetime) -> bytes:
    """The same CMS with a time-stamp over its signature (RFC 3161 appendix A)."""
    from asn1crypto import cms as decoder

    whole = decoder.ContentInfo.load(cms)
    signer = whole["content"]["signer_infos"][0]
    token = decoder.ContentInfo.load(authority.token(signer["signature"].native, at))
    signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    return bytes(whole.dump())


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
        from asn1crypto import tsp
        from asn1crypto import x509 as decoder

        digest = hashlib.sha256(data).digest()
        subject = decoder.Certificate.load(self.certificate).subject
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _STAMP_POLICY,
                "message_imprint": {"hash_algorithm": _SHA256, "hashed_message": digest},
                "serial_number": int.from_bytes(hashlib.sha256(digest + str(at).encode()).digest()[:8], "big"),
                "gen_time": at.astimezone(UTC),
                "tsa": decoder.GeneralName("directory_name", subject),
            }
        ).dump()
        return signed_data(
            hashlib.sha256(info).digest(),
            certificate=self.certificate,
            key=self.key,
            chain=[self.root],
            at=at,
            content_type=_TST_INFO,
            content=info,
        )
