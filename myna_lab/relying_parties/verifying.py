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
from myna_lab.ground.durations import show
from myna_lab.parameters import Parameters
from myna_lab.relying_parties.policy import Policy
from myna_lab.relying_parties.refusals import refusal
from myna_lab.relying_parties.sources import StatusSource

__all__ = ["Verifier", "also", "not_answered"]

SHOWN = "service: a certificate and a signature are shown"
_POLICY = "the service's own policy"


def not_answered(service: str, refused: Refused, *, usage: str, at: datetime) -> Verdict:
    """The verdict of a service on a device that did not answer."""
    check = Check("credential", False, SHOWN, refusal(refused))
    return Verdict(service, False, refused.code, at, (check,), usage=usage)


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
    sources: Sequence[StatusSource]
    """Where it learns of revocations."""
    policy: Policy
    """What it does without status."""
    fetched_at: datetime
    """Of when the sources' data are: now, or earlier for data that it kept."""

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
            ocsp_responses=published.get("ocsp", ()),
            crls=published.get("crl", ()),
            usage=usage,
            parameters=self.parameters,
            status_at=self.fetched_at,
        )
        is_had = any(published.values())
        goes_without = not is_had and path.code != "untrusted" and self.policy.without_status == "accept"
        checks, code = path.checks, path.code
        if goes_without:
            checks = tuple(_waived(check) if check.name == "revocation" else check for check in checks)
            code = "accepted" if code == "no_revocation_information" else code
        status = self._status(published, at, goes_without=goes_without)
        return Verdict(
            self.service,
            accepted=signed.passed and code == "accepted",
            code=code if signed.passed or code == "malformed_certificate" else "bad_signature",
            at=at,
            checks=(Check("credential", True, SHOWN, reason("service.shown")), signed, status, *checks),
            serial=path.serial,
            knowledge_at=path.knowledge_at,
            usable_from=path.usable_from,
            usage=usage,
            fetched_at=self.fetched_at if is_had else None,
        )

    def _revocation_data(self, certificate: bytes) -> Mapping[str, Sequence[bytes]]:
        """What the sources bring, by kind, about a certificate of an authority that is trusted."""
        brought: dict[str, list[bytes]] = {}
        if (issuer := jpki.issuer_of(certificate, self.anchors)) is not None:
            for source in self.sources:
                octets = source(certificate, issuer)
                brought.setdefault(source.kind, []).extend([octets] if octets else [])  # none: nobody could be reached
        return brought

    def _status(self, brought: Mapping[str, Sequence[bytes]], at: datetime, *, goes_without: bool) -> Check:
        """Whom it asked, and when."""
        answered = ", ".join(kind for kind, data in brought.items() if data)
        if answered and self.fetched_at < at:
            seen = reason("service.status_kept", sources=answered, at=show(self.fetched_at))
        elif answered:
            seen = reason("service.status_fetched", sources=answered)
        elif brought:
            seen = reason("service.status_not_had", sources=", ".join(brought))
        else:
            seen = reason("service.status_not_asked")
        return Check("status_data", bool(answered) or goes_without, _POLICY, seen)


def _waived(check: Check) -> Check:
    return replace(check, passed=True, seen=reason("service.status_waived"))


def also(verdict: Verdict, check: Check, code: str, usable_from: datetime | None = None) -> Verdict:
    """The verdict with one more check: if that fails where all was well, it is refused with this code."""
    verdict = replace(verdict, checks=(*verdict.checks, check))
    if verdict.accepted and not check.passed:
        return replace(verdict, accepted=False, code=code, usable_from=usable_from)
    return verdict


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
