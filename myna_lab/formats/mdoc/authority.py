"""The practice issuer: an IACA root and a document signer below it, by the profiles of ISO/IEC 18013-5 Annex B.

That Japan's issuer follows these profiles is assumed; its certificates are not published. Everything says TEST and EMU.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki.authority import key_usage, last_day
from myna_lab.ground.durations import at as instant
from myna_lab.parameters import Parameters

__all__ = [
    "DOCUMENT_SIGNER",
    "READER",
    "RECORDS",
    "STATUSES",
    "STATUS_SIGNER",
    "Issuer",
    "Role",
    "establish",
    "establish_signer",
    "reader_called",
]

DOCUMENT_SIGNER = x509.ObjectIdentifier("1.0.18013.5.1.2")
"""The extended key usage of document signers (B.1.4; confirmed from the certificates of Annex D)."""
READER = x509.ObjectIdentifier("1.0.18013.5.1.6")
"""The extended key usage of readers that sign what they ask (B.1.7; confirmed from the certificates of Annex D)."""
STATUS_SIGNER = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.30")
"""id-kp-oauthStatusSigning, of who signs token status lists (draft 21, section 10)."""

_SITE = "https://iaca.jpki-emu.invalid"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs records."""

    iaca_certificate: bytes = field(repr=False)
    """DER; what a verifier trusts."""
    signer_certificate: bytes = field(repr=False)
    """DER; travels in each record."""
    signer_key: ec.EllipticCurvePrivateKey = field(repr=False)


def establish(*, key: ec.EllipticCurvePrivateKey, serial: int, not_before: datetime, parameters: Parameters) -> bytes:
    """Make the root's self-signed certificate.

    Args:
        key: the root's P-256 key.
        serial: positive, below 2**159.
        not_before: timezone-aware.
        parameters: ``organization`` and ``authority_years`` are used.

    Returns:
        DER. It ends with the day before an anniversary, as the certificates of JPKI's authorities do.

    Source: ISO/IEC 18013-5 B.1.2.
    """
    name = _name(parameters, "TEST IACA")
    not_after = last_day(not_before, parameters.count("authority_years"))
    builder = _begin(name, name, key.public_key(), serial, not_before, not_after)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(key_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _sign(builder, key)


class Role(NamedTuple):
    """What a certificate below the root is for."""

    name: str
    """In the subject's common name."""
    purpose: x509.ObjectIdentifier
    """Its one extended key usage."""


RECORDS = Role("TEST document signer", DOCUMENT_SIGNER)
"""Signs attribute records (ISO/IEC 18013-5 B.1.4)."""
STATUSES = Role("TEST status signer", STATUS_SIGNER)
"""Signs status lists; that it comes from the root: attribute facts 7.2."""


def reader_called(name: str) -> Role:
    """A reader that signs what it asks; the wallet shows its name (B.1.7; from our root: attribute facts 2.10)."""
    return Role(f"TEST reader {name}", READER)


def establish_signer(
    role: Role = RECORDS,
    *,
    issuer_certificate: bytes,
    issuer_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    serial: int,
    not_before: datetime,
    parameters: Parameters,
) -> bytes:
    """Make a certificate of somebody who signs below the root.

    Args:
        role: what for.
        issuer_certificate: the root's, DER.
        issuer_key: the root's.
        key: the signer's P-256 key.
        serial: positive, another than the root's other certificates have.
        not_before: timezone-aware.
        parameters: ``organization`` is used.

    Returns:
        DER. It ends with the root: one signer serves a lab for its whole life, where B.1.4 renews it within 457 days.

    Source: ISO/IEC 18013-5 B.1.4, B.1.7; draft-ietf-oauth-status-list-21 section 10.
    """
    root, name = x509.load_der_x509_certificate(issuer_certificate), _name(parameters, role.name)
    builder = _begin(name, root.subject, key.public_key(), serial, not_before, root.not_valid_after_utc)
    root_identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_identifier), critical=False
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(key_usage(frozenset({"digital_signature"})), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([role.purpose]), critical=True)
    return _sign(builder, issuer_key)


def _name(parameters: Parameters, common_name: str) -> x509.Name:
    organization = parameters.text("organization")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organization} {common_name}"),
        ]
    )


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    """What both certificates have, with the extensions that B.1 asks of both."""
    not_before = instant(not_before)
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise MisuseError(f"a practice issuer's key is on P-256, not on {public_key.curve.name}.", code="wrong_curve")
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{_SITE}/iaca.crl")], None, None, None)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(not_before.astimezone(UTC))
        .not_valid_after(not_after.astimezone(UTC))
        .add_extension(x509.IssuerAlternativeName([x509.UniformResourceIdentifier(_SITE)]), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )


def _sign(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)
