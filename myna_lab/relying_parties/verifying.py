"""What all services do with a certificate and a signature: signature, path by a library, status by OCSP or CRL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.errors import MalformedCertificate, Refused
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.parameters import Parameters
from myna_lab.relying_parties.refusals import refusal

__all__ = ["Verifier"]

SHOWN = "service: a certificate and a signature are shown"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A service's means of judging.

    It never learns what the books know. Its knowledge is as old as the OCSP answer or the list that it was given.
    """

    service: str
    """How verdicts call it."""
    anchors: Sequence[bytes]
    """Authority certificates that it trusts, DER."""
    fetch: Callable[[bytes], bytes] | None
    """Sends an OCSP request (DER) and brings the answer back (DER); None: it does not ask by OCSP."""
    parameters: Parameters
    """``portal_clock_skew``, ``policy_arc``."""
    fetch_list: Callable[[bytes], bytes] | None = None
    """Takes a certificate (DER) and brings the CRL that it names (DER, or no octets); None: it fetches no list."""

    def refused(self, refused: Refused, *, usage: str, at: datetime) -> Verdict:
        """The verdict on a device that did not answer."""
        return Verdict(
            self.service, False, refused.code, at, (Check("credential", False, SHOWN, refusal(refused)),), usage=usage
        )

    def judge(
        self,
        certificate: bytes,
        signature: bytes | Sequence[bytes],
        message: bytes | Sequence[bytes],
        *,
        usage: str,
        at: datetime,
    ) -> Verdict:
        """Judge a signature, or several by one key, and the certificate that came with it.

        Args:
            certificate: DER; anything may come in.
            signature: RSASSA-PKCS1-v1_5 with SHA-256; or one for each message.
            message: what should be signed; or several.
            usage: ``auth`` or ``sign``.
            at: now.

        Returns:
            The verdict with every check.
        """
        signatures = (signature,) if isinstance(signature, bytes) else signature
        messages = (message,) if isinstance(message, bytes) else message
        signed = _signatures(certificate, signatures, messages)
        answers, lists = self._revocation_data(certificate)
        path = jpki.validate_path(
            certificate,
            anchors=self.anchors,
            at=at,
            ocsp_responses=answers,
            crls=lists,
            usage=usage,
            parameters=self.parameters,
        )
        return Verdict(
            self.service,
            accepted=signed.passed and path.accepted,
            code=path.code if signed.passed or path.code == "malformed_certificate" else "bad_signature",
            at=at,
            checks=(Check("credential", True, SHOWN, reason("service.shown")), signed, *path.checks),
            serial=path.serial,
            knowledge_at=path.knowledge_at,
            usable_from=path.usable_from,
            usage=usage,
        )

    def _revocation_data(self, certificate: bytes) -> tuple[list[bytes], list[bytes]]:
        """OCSP answers and lists for the certificate, of the authority whose key signed it."""
        issuer = jpki.issuer_of(certificate, self.anchors)
        if issuer is None:
            return [], []
        answers = [self.fetch(jpki.ocsp_request(certificate, issuer))] if self.fetch else []
        lists = [self.fetch_list(certificate)] if self.fetch_list else []
        # No octets: nobody could be reached.
        return [one for one in answers if one], [one for one in lists if one]


def _signatures(certificate: bytes, signatures: Sequence[bytes], messages: Sequence[bytes]) -> Check:
    """One check for all: it fails with the first signature that does not fit, or that is missing."""
    if not messages or len(signatures) != len(messages):
        lacking = reason("service.signatures_lacking", n_given=len(signatures), n_wanted=len(messages))
        return Check("signature", False, "RFC 8017 8.2.2", lacking)
    checks = [_signature(certificate, *each) for each in zip(signatures, messages, strict=True)]
    return next((check for check in checks if not check.passed), checks[0])


def _signature(certificate: bytes, signature: bytes, message: bytes) -> Check:
    check = Check("signature", True, "RFC 8017 8.2.2", reason("service.signature_fits"))
    try:
        public = read_certificate(certificate).public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            return replace(check, passed=False, seen=reason("service.not_rsa"))
        public.verify(signature, message, padding.PKCS1v15(), SHA256())
    except (MalformedCertificate, InvalidSignature, *UNREADABLE):
        return replace(check, passed=False, seen=reason("service.signature_does_not_fit"))
    return check
