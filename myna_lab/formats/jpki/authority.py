"""The two certification authorities (sign and auth), and their delegated OCSP responders.

One tier: a self-signed root signs people's certificates directly. The two never cross-sign. A newer generation has the
same name and another key.

Source: certificate facts 1 and 5 (fields and order: decoded from public authority certificates; responder: assumed).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats.jpki.names import CN, OU, C, O, authority_name, japanese_name, name, read_certificate
from myna_lab.formats.jpki.profiles import AUTHORITIES
from myna_lab.ground.durations import JST, at, end_of_day
from myna_lab.parameters import Parameters

__all__ = ["Authority", "certificate_of", "establish", "establish_responder", "key_usage", "last_day"]

_HASH = hashes.SHA256()
BITS = (
    "digital_signature",
    "non_repudiation",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""RFC 5280 4.2.1.3, in the order of the bits."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certification authority at work: its certificates and keys. Nothing of it is shown in its repr."""

    kind: str
    """``sign`` or ``auth``."""
    certificate: bytes = field(repr=False)
    """Self-signed, DER."""
    key: RSAPrivateKey = field(repr=False)
    responder_certificate: bytes = field(repr=False)
    """Of its OCSP responder, DER."""
    responder_key: RSAPrivateKey = field(repr=False)


def key_usage(bits: frozenset[str]) -> x509.KeyUsage:
    """A keyUsage extension with exactly these bits."""
    return x509.KeyUsage(*(bit in bits for bit in BITS))


def certificate_of(builder: x509.CertificateBuilder, key: RSAPrivateKey) -> bytes:
    """Sign with sha256WithRSAEncryption, which is deterministic: the same builder and key give the same octets."""
    return builder.sign(key, _HASH).public_bytes(Encoding.DER)


def _checked(kind: str) -> str:
    if kind not in AUTHORITIES:
        raise MisuseError(
            f"{kind!r} is not an authority; there are {', '.join(AUTHORITIES)}.", code="unknown_authority"
        )
    return kind


def last_day(start: datetime, years: int) -> datetime:
    """The last second of an authority: the end of the day before its ``years``-th anniversary."""
    day = start.astimezone(JST).date()
    leap = day.month == 2 and day.day == 29
    anniversary = day.replace(year=day.year + years, **({"month": 3, "day": 1} if leap else {}))
    return end_of_day(anniversary - timedelta(days=1))


def establish(kind: str, *, key: RSAPrivateKey, serial: int, not_before: datetime, parameters: Parameters) -> bytes:
    """Make the self-signed certificate of an authority.

    認証局の自己署名証明書を作る。

    Args:
        kind: ``sign`` or ``auth``.
        key: the authority's key.
        serial: positive, up to 20 octets.
        not_before: the second of the key ceremony.
        parameters: ``organization``, ``authority_years``.

    Returns:
        The certificate, DER.

    Raises:
        MisuseError: no such authority, or a naive time.

    Source: certificate facts 1.
    """
    subject = authority_name(_checked(kind), parameters.text("organization"))
    start = at(not_before).replace(microsecond=0)
    end = last_day(start, parameters.count("authority_years"))
    public = key.public_key()
    point = x509.DistributionPoint([x509.DirectoryName(subject)], None, None, None)
    builder = (
        x509.CertificateBuilder(subject, subject, public, serial, start, end)
        .add_extension(key_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
        .add_extension(x509.SubjectAlternativeName([japanese_name(kind)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return certificate_of(builder, key)


def establish_responder(
    kind: str,
    *,
    authority_certificate: bytes,
    authority_key: RSAPrivateKey,
    key: RSAPrivateKey,
    serial: int,
    not_before: datetime,
    parameters: Parameters,
) -> bytes:
    """Make the certificate of an authority's delegated OCSP responder; it ends with the authority's.

    Args:
        kind: ``sign`` or ``auth``.
        authority_certificate: the authority's certificate, DER.
        authority_key: the authority's key.
        key: the responder's key.
        serial: positive, up to 20 octets, from the authority's counter.
        not_before: from when it answers.
        parameters: ``organization``.

    Returns:
        The certificate, DER.

    Raises:
        MisuseError: no such authority, or a naive time.
        IssuanceRefused: the responder would begin outside the authority's validity.

    Source: RFC 6960 4.2.2.2 (delegation) and 4.2.2.2.1 (ocsp-nocheck); that JPKI delegates is assumed.
    """
    profile = AUTHORITIES[_checked(kind)]
    issuer = read_certificate(authority_certificate)
    start, end = at(not_before).replace(microsecond=0), issuer.not_valid_after_utc
    if not issuer.not_valid_before_utc <= start < end:
        raise IssuanceRefused("a responder begins within its authority's validity.", code="outlives_authority")
    subject = name((C, "JP"), (O, parameters.text("organization")), (OU, profile.unit), (CN, profile.responder))
    public = key.public_key()
    builder = (
        x509.CertificateBuilder(issuer.subject, subject, public, serial, start, end)
        .add_extension(key_usage(frozenset({"digital_signature"})), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return certificate_of(builder, authority_key)
