"""A clinic's reader (マイナ保険証): the user-authentication certificate opens the insurance record.

Phones serve from a date, and only where the clinic has a reader for them. The reader tells a phone from a card by the
certificate's policy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from myna_lab.errors import MalformedCertificate, Refused
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.profiles import policy_identifier
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.relying_parties.authenticator import Authenticator
from myna_lab.relying_parties.verifying import Verifier

__all__ = ["Clinic"]


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic or pharmacy."""

    verifier: Verifier
    has_phone_reader: bool = True
    """Older face readers cannot read phones; a separate reader is plugged in."""
    pilot: bool = False
    """Whether it takes part in the trial before the day from which all sites may serve phones."""

    def check_in(self, device: Authenticator, *, challenge: bytes, at: datetime) -> Verdict:
        """Check the insurance of whoever holds the device.

        Args:
            device: a phone or card.
            challenge: 32 unpredictable bytes.
            at: now.

        Returns:
            The verdict; for a phone before the day: code ``not_on_phones_yet`` and ``usable_from``.

        Source: press, 2025-07 and 2025-09-24 (parameters ``insurance_pilot_from``, ``insurance_on_phone_from``).
        """
        try:
            certificate, signature = device.authenticate(challenge)
        except Refused as refused:
            return self.verifier.refused(refused, usage="auth", at=at)
        verdict = self.verifier.judge(certificate, signature, challenge, usage="auth", at=at)
        if not self._is_phone(certificate):
            return verdict
        day = "insurance_pilot_from" if self.pilot else "insurance_on_phone_from"
        begins = instant(self.verifier.parameters.date(day))
        said = reason("service.phones_serve_from", at=show(begins))
        serves = Check("phones_serve", at >= begins, f"parameter {day}", said)
        seen = reason("service.phone_reader" if self.has_phone_reader else "service.no_phone_reader")
        reader = Check("phone_reader", self.has_phone_reader, "site equipment", seen)
        verdict = replace(verdict, checks=(*verdict.checks, serves, reader))
        only_later = verdict.accepted or verdict.code == "not_yet_valid"
        if only_later and not serves.passed and begins > (verdict.usable_from or at):
            return replace(verdict, accepted=False, code="not_on_phones_yet", usable_from=begins)
        if not verdict.accepted:
            return verdict
        if not reader.passed:
            return replace(verdict, accepted=False, code="no_phone_reader")
        return verdict

    def _is_phone(self, certificate: bytes) -> bool:
        of_phones = policy_identifier(jpki.KINDS["phone_auth"], self.verifier.parameters.text("policy_arc"))
        try:
            policies = read_certificate(certificate).extensions.get_extension_for_class(x509.CertificatePolicies).value
        except (MalformedCertificate, x509.ExtensionNotFound):
            return False
        return any(policy.policy_identifier.dotted_string == of_phones for policy in policies)
