"""Stops for the time being: by the loss hotline, and their end at the window.

    take_call -> HotlineCalled   …minutes…   record_stop -> HotlineStopRecorded, CardSuspended, CertificateSuspended …
    release_stop -> CardResumed, CertificateResumed …

The hotline answers day and night, and stops card, phone or both; what is stopped is decided when the stop is recorded.

Source: life-cycle facts 1.4, 1.5.8 and 2.4.7.
"""

from __future__ import annotations

from datetime import datetime

from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.jlis.books import CARD_RULES, CardRow, CardState, CertificateRow, CertificateState
from myna_lab.jlis.office.revoking import RevokingSection
from myna_lab.rules import allows

__all__ = ["StoppingSection"]

C = CertificateState
_CAN_BE_HELD = (C.ISSUED, C.GOOD)


class StoppingSection(RevokingSection):
    """Stops and releases."""

    def take_call(self, call: str, person: str, *, card: bool, phone: bool, at: datetime) -> Decision:
        """Take a call to the loss hotline.

        Args:
            call: its identifier.
            person: who calls, or for whom.
            card: whether the plastic card is to be stopped.
            phone: whether the phone's certificates are to be stopped.
            at: now.

        Raises:
            RegistrationRefused: nothing of it could be stopped now.
        """
        self.living(person)
        if not self.stop(person, card=card, phone=phone).events:
            raise RegistrationRefused(
                "neither card nor phone can be stopped: none is in force.", code="nothing_to_stop"
            )
        return Decision((ev.HotlineCalled(call, person, card, phone, at + self.parameters.duration("hotline_delay")),))

    def record_stop(self, called: ev.HotlineCalled) -> Decision:
        """Enter what the hotline was told, as far as it is still in force."""
        stopped = self.stop(called.person, card=called.stops_card, phone=called.stops_phone)
        return Decision((ev.HotlineStopRecorded(called.call, called.person), *stopped.events))

    def stop(self, person: str, *, card: bool, phone: bool) -> Decision:
        """Stop what is in force: the card with its certificates, the phone's certificates; see :meth:`take_call`.

        Source: that a stopped card leaves the phone alone is assumed (parameter ``card_stop_stops_phone``).
        """
        cards = [row for row in self._cards(person) if allows(CARD_RULES, row.state, ev.CardSuspended)] if card else []
        stops_phone = phone or (bool(cards) and self.parameters.switch("card_stop_stops_phone"))
        events = [event for row in cards for event in self.suspend(row.card).events]
        return Decision((*events, *(self.hold(self._phones(person, *_CAN_BE_HELD)).events if stops_phone else ())))

    def release_stop(self, person: str, *, card: bool, phone: bool) -> Decision:
        """End a stop, at the window, with the card: what parameter ``hold_release`` lets go works again.

        Raises:
            RegistrationRefused: neither is stopped, or no hold is ever lifted and there is no card to release.
        """
        self.living(person)
        cards = [row for row in self._cards(person) if row.state is CardState.SUSPENDED] if card else []
        held = self._phones(person, C.ON_HOLD) if phone else []
        if not cards and not held:
            raise RegistrationRefused(f"nothing that {person} asks to have released is stopped.", code="not_stopped")
        lifted = [row for row in held if self.books.lifts_holds_of(row.key.authority)]
        if not cards and not lifted:
            raise RegistrationRefused(
                f"a hold is not lifted (parameter hold_release: {self.books.hold_release}).", code="hold_is_final"
            )
        events = [event for row in cards for event in self.resume(row.card).events]
        return Decision((*events, *self.release(lifted).events))

    def _cards(self, person: str) -> list[CardRow]:
        return [*self.books.cards_of(person)]

    def _phones(self, person: str, *states: CertificateState) -> list[CertificateRow]:
        return [row for row in self.books.live_on_phones(person) if row.state in states]
