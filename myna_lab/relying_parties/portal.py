"""The government portal's login: challenge, signature, path, status.

    challenge -> device -> (certificate, signature) -> path by a library, status by OCSP bytes -> Verdict

The portal never learns what the books know. Its knowledge is as old as the OCSP answer that it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import jpki
from myna_lab.errors import MalformedCertificate, Refused
from myna_lab.events import Check, Verdict
from myna_lab.jpki.names import read_certificate
from myna_lab.parameters import Parameters
from myna_lab.relying_parties.authenticator import Authenticator

__all__ = ["Portal"]


class Portal:
    """A service that lets people in by their user-authentication certificate.

    Args:
        anchors: authority certificates that it trusts, DER.
        fetch: sends an OCSP request (DER) and brings the answer back (DER).
        parameters: ``portal_clock_skew``.
        name: how verdicts call it.
    """

    def __init__(
        self,
        *,
        anchors: Sequence[bytes],
        fetch: Callable[[bytes], bytes],
        parameters: Parameters,
        name: str = "portal",
    ) -> None:
        self.name = name
        self._anchors = tuple(anchors)
        self._fetch = fetch
        self._parameters = parameters

    def log_in(self, device: Authenticator, *, challenge: bytes, at: datetime) -> Verdict:
        """Ask a device to prove who holds it.

        Args:
            device: a phone or card.
            challenge: 32 unpredictable bytes.
            at: now.

        Returns:
            The verdict with every check; a refusal is a verdict, too.
        """
        try:
            certificate, signature = device.authenticate(challenge)
        except Refused as refused:
            answered = Check("credential", False, "portal: a certificate and a signature are shown", str(refused))
            return Verdict(self.name, False, refused.code, at, (answered,))
        checks = (
            Check("credential", True, "portal: a certificate and a signature are shown", "shown"),
            _signature(certificate, signature, challenge),
        )
        path = jpki.validate_path(
            certificate,
            anchors=self._anchors,
            at=at,
            ocsp_responses=self._status(certificate),
            usage="auth",
            parameters=self._parameters,
        )
        signed = checks[1].passed
        return Verdict(
            self.name,
            accepted=signed and path.accepted,
            code=path.code if signed or path.code == "malformed_certificate" else "bad_signature",
            at=at,
            checks=(*checks, *path.checks),
            serial=path.serial,
            knowledge_at=path.knowledge_at,
            usable_from=path.usable_from,
        )

    def _status(self, certificate: bytes) -> tuple[bytes, ...]:
        """OCSP answers for the certificate, asked of the authority that its issuer name and key name."""
        issuer = jpki.issuer_of(certificate, self._anchors)
        return () if issuer is None else (self._fetch(jpki.ocsp_request(certificate, issuer)),)


def _signature(certificate: bytes, signature: bytes, challenge: bytes) -> Check:
    check = Check("challenge_signature", True, "RFC 8017 8.2.2", "made by the certificate's key over our challenge")
    try:
        public = read_certificate(certificate).public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            return replace(check, passed=False, reason="not an RSA key")
        public.verify(signature, challenge, padding.PKCS1v15(), SHA256())
    except (MalformedCertificate, InvalidSignature):
        return replace(check, passed=False, reason="not made by the certificate's key over our challenge")
    return check
