"""What all services do with a certificate and a signature: signature, path by a library, status by OCSP or CRL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from myna_lab.relying_parties.sources import StatusSource

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
    parameters: Parameters
    """``portal_clock_skew``, ``policy_arc``."""
    sources: Sequence[StatusSource] = ()
    """Where it learns of revocations."""

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
        published = self._revocation_data(certificate)
        path = jpki.validate_path(
            certificate,
            anchors=self.anchors,
            at=at,
            ocsp_responses=published["ocsp"],
            crls=published["crl"],
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

    def _revocation_data(self, certificate: bytes) -> Mapping[str, Sequence[bytes]]:
        """What the sources bring, by kind, about a certificate of an authority that is trusted."""
        brought: dict[str, list[bytes]] = {"ocsp": [], "crl": []}
        if (issuer := jpki.issuer_of(certificate, self.anchors)) is not None:
            for source in self.sources:
                if octets := source(certificate, issuer):  # none: nobody could be reached
                    brought[source.kind].append(octets)
        return brought


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
