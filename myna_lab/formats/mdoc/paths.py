"""From a signer's certificate to a trusted root (IACA), by the library; what the signer may sign is asked elsewhere.

A signer's certificate comes with each of its records. It is read once, and the signatures of its path are verified
once; whether the path holds at an instant is asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate

__all__ = ["forget", "name_of", "path_to", "read_signer", "store_of"]

_SIGNERS = 64
"""How many signers are remembered."""

read_signer = lru_cache(maxsize=_SIGNERS)(read_certificate)


@lru_cache(maxsize=_SIGNERS)
def _store(anchors: tuple[bytes, ...]) -> Store:
    try:
        return Store([x509.load_der_x509_certificate(anchor) for anchor in anchors])
    except ValueError as error:
        raise MisuseError("anchors are one or more certificates in DER.", code="bad_anchor") from error


def store_of(anchors: Sequence[bytes]) -> Store:
    """The roots that are trusted.

    Raises:
        MisuseError: none, or one that is no certificate.
    """
    return _store(tuple(anchors))


def path_to(anchors: Sequence[bytes], signer: x509.Certificate, at: datetime) -> x509.Certificate | str:
    """The root that a signer's certificate leads to.

    Returns:
        The root, or the library's words why there is no path.

    Raises:
        MisuseError: as :func:`store_of`.

    Source: ISO/IEC 18013-5 9.3.1; RFC 5280 6.1.
    """
    roots = tuple(anchors)
    proven = _proven(roots, signer)
    if proven is not None and proven[1] <= at <= proven[2]:
        return proven[0]
    return _verified(roots, signer, at)


@lru_cache(maxsize=_SIGNERS)
def _proven(anchors: tuple[bytes, ...], signer: x509.Certificate) -> tuple[x509.Certificate, datetime, datetime] | None:
    """The root of a path that holds at the signer's first instant, and from when to when it does.

    Of all that is verified only the two periods depend on time. None: it does not hold.
    """
    root = _verified(anchors, signer, None)
    if isinstance(root, str):
        return None
    begins = max(one.not_valid_before_utc for one in (root, signer))
    return root, begins, min(one.not_valid_after_utc for one in (root, signer))


@lru_cache(maxsize=_SIGNERS)
def name_of(certificate: x509.Certificate) -> str:
    """Whose certificate it is, as RFC 4514 writes it."""
    return certificate.subject.rfc4514_string()


def _verified(anchors: tuple[bytes, ...], signer: x509.Certificate, at: datetime | None) -> x509.Certificate | str:
    """The path at an instant; None: at the signer's first."""
    permissive = ExtensionPolicy.permit_all()
    roots = permissive.require_present(x509.BasicConstraints, Criticality.CRITICAL, None)
    policy = PolicyBuilder().store(_store(anchors)).max_chain_depth(0)
    policy = policy.extension_policies(ca_policy=roots, ee_policy=permissive)
    try:
        instant = signer.not_valid_before_utc if at is None else at.astimezone(UTC)
        return policy.time(instant).build_client_verifier().verify(signer, []).chain[-1]
    except (VerificationError, *UNREADABLE) as error:
        return str(error)


def forget() -> None:
    """Forget every signer, as a reader that was switched off does."""
    for known in (read_signer, _store, _proven, name_of):
        known.cache_clear()
