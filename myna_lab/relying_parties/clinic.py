"""A clinic's reader (マイナ保険証): the user-authentication certificate opens the insurance record.

Phones serve from a date, and only where the clinic has a reader for them. The reader tells a phone from a card by the
certificate's policy. One that has expired still shows for some months that its holder is insured, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from myna_lab.events import Check, Verdict, reason
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.arguments import only_bool
from myna_lab.ground.durations import JST, in_zone, show
from myna_lab.ground.durations import at as instant
from myna_lab.relying_parties.authenticator import Named, Typed
from myna_lab.relying_parties.service import Service
from myna_lab.relying_parties.verifying import also

__all__ = ["Clinic"]


class Clinic(Service):
    """A clinic with a reader for phones (マイナ保険証)."""

    __slots__ = ()
    service = "clinic"
    stated_by = (*Service.stated_by[:2], "clinic_without_status")
    errand = "see a doctor"
    how_on_phone = "at_prepared_sites"

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
            The verdict, with every check; it is recorded. Check ``insurance`` says what is shown: with a certificate
            that has expired, for ``insurance_grace_months`` from the end of its month, that she is insured and nothing
            else. For a phone before the day: code ``not_on_phones_yet``, and ``usable_from``.

        Raises:
            MisuseError: a card without a PIN, one that is not text, or a switch that is neither True nor False.

        Source: press, 2025-07 and 2025-09-24 (parameters ``insurance_pilot_from``, ``insurance_on_phone_from``);
        life-cycle facts 1.3.9.
        """
        only_bool(has_phone_reader=has_phone_reader, pilot=pilot)
        held = self._outside.authenticator(device, pin, other_face=other_face, near_by=True)

        def shown() -> Verdict:
            certificate, verdict = self._authenticate(held)
            verdict = self._still_shown(certificate, verdict)
            return self._of_phone(verdict, has_phone_reader, pilot) if self._is_phone(certificate) else verdict

        return self._ask(held, shown)

    def _still_shown(self, certificate: bytes, verdict: Verdict) -> Verdict:
        """What is shown of the insurance; an expired certificate shows a part of it for some months more."""
        status_only = False
        if verdict.code == "expired":
            ends = in_zone(read_certificate(certificate).not_valid_after_utc)
            until = _end_of_month(ends, self._outside.parameters.count("insurance_grace_months"))
            only = reason("service.expired_but_shown", ends=show(ends), until=show(until))
            checks = tuple(
                replace(check, passed=True, seen=only) if check.name == "validity_period" else check
                for check in verdict.checks
            )
            status_only = self._outside.now <= until and all(check.passed for check in checks)
            if status_only:
                verdict = replace(verdict, accepted=True, code="accepted", checks=checks)
        if not verdict.accepted:
            return verdict
        seen = reason("service.insurance_status_only" if status_only else "service.insurance_whole")
        return replace(verdict, checks=(*verdict.checks, Check("insurance", True, "life-cycle facts 1.3.9", seen)))

    def _of_phone(self, verdict: Verdict, has_phone_reader: bool, pilot: bool) -> Verdict:
        """The verdict on a phone, which must be served already and here."""
        day = "insurance_pilot_from" if pilot else "insurance_on_phone_from"
        begins, now = instant(self._outside.parameters.date(day)), self._outside.now
        said = reason("service.phones_serve_from", at=show(begins))
        serves = Check("phones_serve", now >= begins, f"parameter {day}", said)
        seen = reason("service.phone_reader" if has_phone_reader else "service.no_phone_reader")
        reader = Check("phone_reader", has_phone_reader, "site equipment", seen)
        only_later = verdict.accepted or verdict.code == "not_yet_valid"
        is_too_early = only_later and not serves.passed and begins > (verdict.usable_from or now)
        verdict = also(also(verdict, serves, "not_on_phones_yet", begins), reader, "no_phone_reader")
        if is_too_early:  # the later of two days counts
            return replace(verdict, accepted=False, code="not_on_phones_yet", usable_from=begins)
        return verdict

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """A visit, at a site that is prepared; at one of the trial, too, while that is all there is."""
        usual = self.check_in(device, typed.pin)
        return {"": usual, "trial": self.check_in(device, typed.pin, pilot=True)}


def _end_of_month(day: datetime, more: int) -> datetime:
    """The last second of a month, or of a later one."""
    years, month = divmod(day.month + more, 12)
    return datetime(day.year + years, month + 1, 1, tzinfo=JST) - timedelta(seconds=1)
