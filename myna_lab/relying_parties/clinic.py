"""A clinic's reader (マイナ保険証): the user-authentication certificate opens the insurance record.

Phones serve from a date, and only where the clinic has a reader for them. The reader tells a phone from a card by the
certificate's policy.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from myna_lab.errors import MalformedCertificate
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.profiles import policy_identifier
from myna_lab.ground.arguments import only_bool
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.relying_parties.authenticator import Named
from myna_lab.relying_parties.service import Service

__all__ = ["Clinic"]


class Clinic(Service):
    """A clinic with a reader for phones (マイナ保険証)."""

    __slots__ = ()
    service = "clinic"

    def check_in(
        self,
        device: Named,
        pin: str | None = None,
        *,
        has_phone_reader: bool = True,
        pilot: bool = False,
        other_face: bool = False,
    ) -> Verdict:
        """Show the insurance at a clinic.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: the card's user-authentication PIN (the face reader's match is not simulated here), or the phone's own;
                None: a face or finger stands for the phone's.
            has_phone_reader: whether this clinic can read phones: older face readers cannot, so another one is plugged
                in.
            pilot: whether it takes part in the trial of July 2025 (parameter ``insurance_pilot_from``).
            other_face: whether the face or finger is somebody else's.

        Returns:
            The verdict, with every check; it is recorded. For a phone before the day: code ``not_on_phones_yet``, and
            ``usable_from``.

        Raises:
            MisuseError: a card without a PIN, one that is not text, or a switch that is neither True nor False.

        Source: press, 2025-07 and 2025-09-24 (parameters ``insurance_pilot_from``, ``insurance_on_phone_from``).
        """
        only_bool(has_phone_reader=has_phone_reader, pilot=pilot)
        held = self._outside.authenticator(device, pin, other_face=other_face)

        def shown() -> Verdict:
            certificate, verdict = self._authenticate(held)
            return self._of_phone(verdict, has_phone_reader, pilot) if self._is_phone(certificate) else verdict

        return self._ask(held, shown)

    def _of_phone(self, verdict: Verdict, has_phone_reader: bool, pilot: bool) -> Verdict:
        """The verdict on a phone, which must be served already and here."""
        day = "insurance_pilot_from" if pilot else "insurance_on_phone_from"
        begins, now = instant(self._outside.parameters.date(day)), self._outside.now
        said = reason("service.phones_serve_from", at=show(begins))
        serves = Check("phones_serve", now >= begins, f"parameter {day}", said)
        seen = reason("service.phone_reader" if has_phone_reader else "service.no_phone_reader")
        reader = Check("phone_reader", has_phone_reader, "site equipment", seen)
        verdict = replace(verdict, checks=(*verdict.checks, serves, reader))
        only_later = verdict.accepted or verdict.code == "not_yet_valid"
        if only_later and not serves.passed and begins > (verdict.usable_from or now):
            return replace(verdict, accepted=False, code="not_on_phones_yet", usable_from=begins)
        if verdict.accepted and not reader.passed:
            return replace(verdict, accepted=False, code="no_phone_reader")
        return verdict

    def _is_phone(self, certificate: bytes) -> bool:
        of_phones = policy_identifier(jpki.KINDS["phone_auth"], self._outside.parameters.text("policy_arc"))
        try:
            policies = read_certificate(certificate).extensions.get_extension_for_class(x509.CertificatePolicies).value
        except (MalformedCertificate, x509.ExtensionNotFound):
            return False
        return any(policy.policy_identifier.dotted_string == of_phones for policy in policies)
