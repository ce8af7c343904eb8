"""Where a service learns whether a certificate was revoked. A new transport is a new fetch function or a class here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from myna_lab.formats import jpki

__all__ = ["USED", "Crl", "Ocsp", "StatusSource"]

USED: Mapping[str, tuple[str, ...]] = {"ocsp": ("ocsp",), "crl": ("crl",), "both": ("ocsp", "crl")}
"""Value of a parameter such as ``service_revocation_data`` to the sources that a service asks."""


class StatusSource(Protocol):
    """One way to learn of a revocation."""

    kind: ClassVar[str]
    """What it brings: ``ocsp`` (answers of RFC 6960) or ``crl`` (lists of RFC 5280)."""

    def __call__(self, certificate: bytes, issuer: bytes) -> bytes:
        """Bring what is published about a certificate.

        Args:
            certificate: DER.
            issuer: certificate of the authority whose key signed it, DER.

        Returns:
            DER, not checked yet; no octets if nobody could be reached.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ocsp:
    """Asks a responder."""

    kind: ClassVar[str] = "ocsp"
    fetch: Callable[[bytes], bytes]
    """Sends an OCSP request and brings the answer back, both DER."""

    def __call__(self, certificate: bytes, issuer: bytes) -> bytes:
        """The answer about one certificate."""
        return self.fetch(jpki.ocsp_request(certificate, issuer))


@dataclass(frozen=True, slots=True)
class Crl:
    """Fetches the list that the certificate names."""

    kind: ClassVar[str] = "crl"
    fetch: Callable[[bytes], bytes]
    """Takes a certificate and brings the list of its distribution point, both DER."""

    def __call__(self, certificate: bytes, issuer: bytes) -> bytes:
        """The list on which the certificate would stand."""
        return self.fetch(certificate)
