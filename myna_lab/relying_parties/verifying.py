"""What all services do with a certificate and a signature: signature, path by a library, status by OCSP bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import jpki
from myna_lab.errors import MalformedCertificate, Refused
from myna_lab.events import Check, Verdict
from myna_lab.jpki.names import read_certificate
from myna_lab.parameters import Parameters

__all__ = ["Verifier"]

SHOWN = "service: a certificate and a signature are shown"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A service's means of judging.

    It never learns what the books know. Its knowledge is as old as the OCSP answer that it was given.
    """

    service: str
    """How verdicts call it."""
    anchors: Sequence[bytes]
    """Authority certificates that it trusts, DER."""
    fetch: Callable[[bytes], bytes]
    """Sends an OCSP request (DER) and brings the answer back (DER)."""
    parameters: Parameters
    """``portal_clock_skew``, ``policy_arc``."""

    def refused(self, refused: Refused, *, usage: str, at: datetime) -> Verdict:
        """The verdict on a device that did not answer."""
        return Verdict(
            self.service, False, refused.code, at, (Check("credential", False, SHOWN, str(refused)),), usage=usage
        )

    def judge(self, certificate: bytes, signature: bytes, message: bytes, *, usage: str, at: datetime) -> Verdict:
        """Judge a signature and the certificate that came with it.

        Args:
            certificate: DER; anything may come in.
            signature: RSASSA-PKCS1-v1_5 with SHA-256.
            message: what should be signed.
            usage: ``auth`` or ``sign``.
            at: now.

        Returns:
            The verdict with every check.
        """
        signed = _signature(certificate, signature, message)
        path = jpki.validate_path(
            certificate,
            anchors=self.anchors,
            at=at,
            ocsp_responses=self._status(certificate),
            usage=usage,
            parameters=self.parameters,
        )
        return Verdict(
            self.service,
            accepted=signed.passed and path.accepted,
            code=path.code if signed.passed or path.code == "malformed_certificate" else "bad_signature",
            at=at,
            checks=(Check("credential", True, SHOWN, "shown"), signed, *path.checks),
            serial=path.serial,
            knowledge_at=path.knowledge_at,
            usable_from=path.usable_from,
            usage=usage,
        )

    def _status(self, certificate: bytes) -> tuple[bytes, ...]:
        """OCSP answers for the certificate, asked of the authority whose key signed it."""
        issuer = jpki.issuer_of(certificate, self.anchors)
        return () if issuer is None else (self.fetch(jpki.ocsp_request(certificate, issuer)),)


def _signature(certificate: bytes, signature: bytes, message: bytes) -> Check:
    check = Check("signature", True, "RFC 8017 8.2.2", "made by the certificate's key over what we asked for")
    try:
        public = read_certificate(certificate).public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            return replace(check, passed=False, reason="not an RSA key")
        public.verify(signature, message, padding.PKCS1v15(), SHA256())
    except (MalformedCertificate, InvalidSignature):
        return replace(check, passed=False, reason="not made by the certificate's key over what we asked for")
    return check
