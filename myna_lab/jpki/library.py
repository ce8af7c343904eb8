"""The library that judges paths (pyhanko-certvalidator): how it is given anchors and data, and asked without waiting.

It is slow to load, so it is loaded when first used. Nothing is fetched, so its coroutines never wait and need no event
loop (a notebook already runs one).
"""

from __future__ import annotations

import functools
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from asn1crypto import x509 as certificates_der

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.events.interrupts import loaded
from myna_lab.jpki.names import UNREADABLE, read_certificate
from myna_lab.jpki.profiles import KINDS, policy_identifier

if TYPE_CHECKING:
    from pyhanko_certvalidator import PKIXValidationParams, ValidationContext
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.registry import SimpleTrustManager

__all__ = ["certificate_in", "context", "octets_of", "path_to_anchor", "policy_of", "run_without_waiting", "trust"]

T = TypeVar("T")


def octets_of(given: bytes | Sequence[bytes], what: str) -> tuple[bytes, ...]:
    """Several pieces of data, or one that was given alone.

    Raises:
        MisuseError: something else.
    """
    if isinstance(given, bytes):
        return (given,)
    rows = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (None,)
    if not all(isinstance(row, bytes) for row in rows):
        raise MisuseError(f"{what} are given as bytes, or as a list of bytes; got {given!r:.60}.", code="bad_octets")
    return rows  # type: ignore[return-value]


def run_without_waiting(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    coroutine.close()
    raise RuntimeError("the library waits for something, though nothing is fetched.")


@functools.lru_cache(maxsize=64)
def trust(anchors: tuple[bytes, ...]) -> SimpleTrustManager:
    """The trusted authorities.

    Raises:
        MisuseError: one is not a certificate.
    """
    loaded("pyhanko_certvalidator")
    from pyhanko_certvalidator.registry import SimpleTrustManager

    try:
        return SimpleTrustManager.build(trust_roots=[certificate_in(der) for der in anchors])
    except (MalformedCertificate, *UNREADABLE) as error:
        raise MisuseError(f"a trust anchor is a certificate in DER: {error}", code="bad_anchor") from error


@functools.lru_cache(maxsize=256)
def certificate_in(der: bytes) -> Any:
    """A certificate as the library has it.

    Raises:
        MalformedCertificate: not a certificate.
    """
    read_certificate(der)
    return certificates_der.Certificate.load(der, strict=True)


def context(
    anchors: tuple[bytes, ...], at: datetime, tolerance: timedelta, *, ocsp: Any = None, crl: Any = None
) -> ValidationContext:
    """What the library judges by: anchors, an instant, and at most one piece of revocation data."""
    loaded("pyhanko_certvalidator")
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy

    return ValidationContext(
        trust_manager=trust(anchors),
        moment=at,
        time_tolerance=tolerance,
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        ocsps=[ocsp] if ocsp else None,
        crls=[crl] if crl else None,
    )


@functools.lru_cache(maxsize=64)
def policy_of(usage: str, arc: str) -> PKIXValidationParams:
    """The certificate policies that serve for a usage; one of them must be there."""
    loaded("pyhanko_certvalidator")
    from pyhanko_certvalidator import PKIXValidationParams

    accepted = frozenset(policy_identifier(profile, arc) for profile in KINDS.values() if profile.authority == usage)
    return PKIXValidationParams(user_initial_policy_set=accepted, initial_explicit_policy=True)


def path_to_anchor(
    certificate: Any, given: ValidationContext, policy: PKIXValidationParams | None
) -> ValidationPath | str:
    """The valid path to an anchor, or why there is none, in the library's words."""
    loaded("pyhanko_certvalidator")
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    validator = CertificateValidator(certificate, validation_context=given, pkix_params=policy)
    try:
        return run_without_waiting(validator.async_validate_path())
    except (PathError, ValidationError) as error:
        return str(error)
