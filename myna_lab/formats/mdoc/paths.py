"""From a signer's certificate to a trusted root (IACA), by the library; what the signer may sign is asked elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki.names import UNREADABLE

__all__ = ["path_to", "store_of"]


def store_of(anchors: Sequence[bytes]) -> Store:
    """The roots that are trusted.

    Raises:
        MisuseError: none, or one that is no certificate.
    """
    try:
        return Store([x509.load_der_x509_certificate(anchor) for anchor in anchors])
    except ValueError as error:
        raise MisuseError("anchors are one or more certificates in DER.", code="bad_anchor") from error


def path_to(anchors: Sequence[bytes], signer: x509.Certificate, at: datetime) -> x509.Certificate | str:
    """The root that a signer's certificate leads to.

    Returns:
        The root, or the library's words why there is no path.

    Raises:
        MisuseError: as :func:`store_of`.

    Source: ISO/IEC 18013-5 9.3.1; RFC 5280 6.1.
    """
    permissive = ExtensionPolicy.permit_all()
    roots = permissive.require_present(x509.BasicConstraints, Criticality.CRITICAL, None)
    policy = (
        PolicyBuilder().store(store_of(anchors)).time(at.astimezone(UTC)).max_chain_depth(0)
        .extension_policies(ca_policy=roots, ee_policy=permissive)
    )  # fmt: skip
    try:
        return policy.build_client_verifier().verify(signer, []).chain[-1]
    except (VerificationError, *UNREADABLE) as error:
        return str(error)
