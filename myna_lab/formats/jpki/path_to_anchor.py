"""The path from a certificate to a trust anchor: the X.509 verifier of ``cryptography``, and what RFC 5280 adds to it.

    certificate, anchors, instant -> path_to_anchor -> the anchor, or why there is none, in the library's words

It judges names, signatures, algorithms, dates, versions, the anchor's right to certify, and that nothing critical is
unknown. Authorities sign people's certificates directly, so a path has one certificate below its anchor. An authority's
own end of validity is no input of RFC 5280 6.1: who trusts an anchor gives it. Dates are therefore asked for at an
instant within both certificates, and told apart by :mod:`path`.

Source: RFC 5280 4.2 (what must and must not be critical), 6.1.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

import cryptography
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import verification

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.jpki.profiles import KINDS, policy_identifier

__all__ = ["path_to_anchor", "policies_of", "trust"]

T = TypeVar("T")
_KNOWS_POLICIES = 49
_LONGEST = 500
"""Letters of the library's words that are told; it repeats what it reads."""
SMALLEST_KEY = 2048
"""Bits of an RSA key; the practice rules name this length."""
_LARGEST_KEY, _LARGEST_EXPONENT = 16_384, 1 << 256
"""Beyond them a verification takes seconds and more (NIST SP 800-56B 6.2 for the exponent; OpenSSL's for the key)."""


@functools.lru_cache(maxsize=64)
def trust(anchors: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """The trusted authorities.

    Raises:
        MisuseError: one is not a certificate; or nothing can be judged by them with this version of cryptography.
    """
    _end_entity()
    try:
        return tuple(read_certificate(der) for der in anchors)
    except MalformedCertificate as error:
        raise MisuseError(f"a trust anchor is a certificate in DER: {error}", code="bad_anchor") from error


@functools.lru_cache(maxsize=64)
def policies_of(usage: str, arc: str) -> frozenset[str]:
    """The certificate policies that serve for a usage; one of them must be there."""
    return frozenset(policy_identifier(profile, arc) for profile in KINDS.values() if profile.authority == usage)


# ------------------------------------------------------------------------------------------------------------ judging


def _names_the_key(_: object, certificate: x509.Certificate, found: x509.AuthorityKeyIdentifier | None) -> None:
    """Who signed must be told, but by who signed itself (RFC 5280 4.2.1.1)."""
    if certificate.issuer != certificate.subject and (found is None or found.key_identifier is None):
        raise ValueError("authorityKeyIdentifier with a keyIdentifier must be present (RFC 5280 4.2.1.1)")


def _names_somebody(_: object, certificate: x509.Certificate, found: x509.SubjectAlternativeName | None) -> None:
    """A certificate is about somebody: by its subject, or by a critical subjectAltName (RFC 5280 4.1.2.6, 4.2.1.6)."""
    if found is not None and not len(list(found)):
        raise ValueError("subjectAltName must hold a name (RFC 5280 4.2.1.6)")
    if not certificate.subject.rdns:
        critical = any(one.critical for one in certificate.extensions if one.oid == x509.SubjectAlternativeName.oid)
        if not critical:
            raise ValueError("without a subject, subjectAltName must be there and critical (RFC 5280 4.1.2.6)")


@functools.cache
def _end_entity() -> verification.ExtensionPolicy:
    """Extensions of people and responders: what is not named here must not be critical.

    The verifier itself takes these at any criticality: keyUsage, extendedKeyUsage, basicConstraints.

    Raises:
        MisuseError: its verifier cannot be told of policies, which are critical in every certificate of JPKI.
    """
    never, either = verification.Criticality.NON_CRITICAL, verification.Criticality.AGNOSTIC
    try:
        return (
            verification.ExtensionPolicy.permit_all()
            .may_be_present(x509.AuthorityKeyIdentifier, never, _names_the_key)
            .may_be_present(x509.SubjectKeyIdentifier, never, None)
            .may_be_present(x509.SubjectAlternativeName, either, _names_somebody)
            .may_be_present(x509.AuthorityInformationAccess, never, None)
            .may_be_present(x509.CertificatePolicies, either, None)
            .may_be_present(x509.CRLDistributionPoints, either, None)
            .require_not_present(x509.NameConstraints)
        )
    except ValueError as error:
        raise MisuseError(
            f"whether a certificate leads to a trusted authority cannot be judged here: the package cryptography is "
            f"{cryptography.__version__}, and its verifier knows certificatePolicies from {_KNOWS_POLICIES} on "
            "(docs/browser.md says what else works without).",
            code="extra",
        ) from error


_AUTHORITY = verification.ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
)


@functools.lru_cache(maxsize=256)
def _store(anchor: x509.Certificate) -> verification.Store:
    return verification.Store([anchor])


def path_to_anchor(
    certificate: x509.Certificate, anchors: Sequence[x509.Certificate], at: datetime
) -> x509.Certificate | str:
    """The anchor that vouches for a certificate, or why there is none, in the library's words.

    Args:
        certificate: of a person or a responder.
        anchors: trusted authorities; those of one name are told apart by key.
        at: an instant; where it lies outside of the dates, the nearest within them is asked for.

    Source: RFC 5280 6.1.3 (a)(1), (a)(2), (a)(4).
    """
    why = "none of the trusted authorities has the name of its issuer"
    for anchor in anchors:
        if anchor.subject != certificate.issuer:
            continue
        begins = max(certificate.not_valid_before_utc, anchor.not_valid_before_utc)
        ends = min(certificate.not_valid_after_utc, anchor.not_valid_after_utc)
        # Half a second is still within its second, as the dates are written.
        moment = min(max(at.replace(microsecond=0), begins), ends).astimezone(UTC).replace(tzinfo=None)
        verifier = (
            verification.PolicyBuilder()
            .store(_store(anchor))
            .time(moment)
            .extension_policies(ca_policy=_AUTHORITY, ee_policy=_end_entity())
            .build_client_verifier()
        )
        try:
            verifier.verify(certificate, [])
        except (verification.VerificationError, *UNREADABLE) as error:
            why = str(error).partition(" (encountered processing")[0][:_LONGEST]
        else:
            why = _other_key(certificate, anchor) or _weak(certificate)
            if not why:
                return anchor
    return why


def _weak(certificate: x509.Certificate) -> str:
    """Why a certificate's own key, with which no path is made and which the library leaves alone, cannot serve."""
    try:
        key = certificate.public_key()
    except UNREADABLE as error:
        return f"its key cannot be read: {error}"
    if not isinstance(key, rsa.RSAPublicKey):
        return ""
    numbers = key.public_numbers()
    is_odd = numbers.e % 2 and numbers.n % 2
    if not (is_odd and SMALLEST_KEY <= key.key_size <= _LARGEST_KEY and 3 <= numbers.e < _LARGEST_EXPONENT):
        return f"its RSA key of {key.key_size} bits is too weak, too large, or none"
    return ""


def _other_key(certificate: x509.Certificate, anchor: x509.Certificate) -> str:
    """What authorityKeyIdentifier says of another authority than the one whose key fits; empty: nothing.

    RFC 5280 6.1 does not look at it; strict verifiers do, since an authority that contradicts itself is not believed.
    """
    if certificate == anchor:
        return ""
    named = _extension(certificate, x509.AuthorityKeyIdentifier)
    own = _extension(anchor, x509.SubjectKeyIdentifier)
    if named is None or own is None:
        return ""
    if named.key_identifier != own.key_identifier:
        return "authorityKeyIdentifier names another key than the one that signed"
    if named.authority_cert_serial_number not in (None, anchor.serial_number):
        return "authorityKeyIdentifier names another certificate of the authority"
    names = named.authority_cert_issuer
    if names is not None and x509.DirectoryName(anchor.issuer) not in names:
        return "authorityKeyIdentifier names another issuer of the authority"
    return ""


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    """The value of an extension; None if there is none."""
    return next((one.value for one in certificate.extensions if isinstance(one.value, kind)), None)
