"""A convenience store's kiosk (コンビニ交付): certificates of residence and others, after user authentication.

hours -> what is held to the reader -> PIN, face or finger -> the certificate -> the town's register -> paper
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time

from myna_lab.devices import terminal
from myna_lab.events import Check, Verdict, reason
from myna_lab.ground.durations import JST, show
from myna_lab.ground.durations import at as instant
from myna_lab.ground.holidays import is_turn_of_year
from myna_lab.relying_parties.authenticator import ContactlessDevice, Named, Typed
from myna_lab.relying_parties.service import Service
from myna_lab.relying_parties.verifying import also

__all__ = ["ConvenienceStore"]

_TOKEN, _LABEL = 0x0006, 32
_SERVED_FROM = {"JPKIAPGPSETOKEN": "store_android_from", "JPKIAPIOSTOKEN": "store_iphone_from"}
"""How a phone's JPKI application names itself, to the parameter of the first day; a card does otherwise."""


class ConvenienceStore(Service):
    """A convenience store's kiosk, which prints certificates of residence and others (コンビニ交付)."""

    __slots__ = ()
    service = "convenience_store"
    errand = "get a certificate at a store"

    def print_certificate(self, device: Named, pin: str | None = None, *, other_face: bool = False) -> Verdict:
        """Have a certificate of residence (住民票の写し) printed.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: 4 digits: the card's, or the phone's own; None: a face or finger stands for the phone's.
            other_face: whether that is somebody else's.

        Returns:
            The verdict, with every check; it is recorded: ``closed`` outside of the kiosk's hours and at the turn of
            the year; for a phone before
            its first day ``not_on_phones_yet``, with ``usable_from``; ``between_towns`` after the notice of moving out
            and before that of moving in; ``deceased``: the town knows of the death before J-LIS's published data do.

        Raises:
            MisuseError: a card without a PIN, or one that is not text.

        Source: life-cycle facts 1.3.8, 1.5.3, 3.12, 7.2.2 and 8.7.
        """
        held = self._outside.authenticator(device, pin, other_face=other_face, near_by=True)
        on_reader = self._outside.contactless(device)
        return self._ask(held, lambda: self._printed(on_reader, lambda: self._authenticate(held)))

    def _printed(self, reader: ContactlessDevice, authenticated: Callable[[], tuple[bytes, Verdict]]) -> Verdict:
        outside, now = self._outside, self._outside.now
        local, hours = now.astimezone(JST), outside.parameters.text("store_hours")
        opens, closes = (time.fromisoformat(part) for part in hours.split("-"))
        rests = outside.parameters.switch("store_rests") and is_turn_of_year(local.date())
        seen = reason("service.rests") if rests else reason("service.hours", hours=hours)
        clause = f"parameter {'store_rests' if rests else 'store_hours'}"
        opening = Check("opening_hours", not rests and opens <= local.time() < closes, clause, seen)
        if not opening.passed:  # the reader is dark
            return Verdict(self.service, False, "closed", now, (opening,), usage=self.usage)
        with reader.in_field() as transmit:
            terminal.select_application(transmit, terminal.AID_JPKI)
            label = terminal.read_binary(transmit, _TOKEN, length=_LABEL).decode("ascii", "replace").strip()
        certificate, verdict = authenticated()
        verdict = replace(verdict, checks=(*verdict.checks, opening))
        if (parameter := _SERVED_FROM.get(label)) is not None:
            begins = instant(outside.parameters.date(parameter))
            said = reason("service.phones_serve_from", at=show(begins))
            serves = Check("phones_serve", now >= begins, f"parameter {parameter}", said)
            verdict = also(verdict, serves, "not_on_phones_yet", begins)
        if not verdict.accepted:  # no town is asked about a stranger
            return verdict
        why = outside.unregistered(certificate)
        if why == "deceased":
            notice = Check("register", False, "life-cycle facts 1.5.3", reason("service.deceased"))
            return also(verdict, notice, "deceased")
        seen = reason("service.between_towns" if why else "service.registered")
        return also(verdict, Check("register", not why, "life-cycle facts 1.3.8", seen), "between_towns")

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """A certificate of residence."""
        return {"": self.print_certificate(device, typed.pin)}
