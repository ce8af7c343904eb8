"""Revocation, hold and release of certificates and of whole cards, as the municipal window and the hotline order them.

    revoke -> CertificateRevoked        hold -> CertificateSuspended        release -> CertificateResumed
    abolish -> CardRevoked, CertificateRevoked …
    suspend -> CardSuspended, CertificateSuspended …        resume -> CardResumed, CertificateResumed …

Whether a hold is lifted again is parameter ``hold_release``: sources disagree.

Source: life-cycle facts 1.4 and 1.5; certificate facts 5.
"""

from __future__ import annotations

from collections.abc import Iterable

from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats.jpki.status import reason_code
from myna_lab.jlis.books import (
    CARD_RULES,
    CERTIFICATE_RULES,
    CardRow,
    CertificateRow,
    CertificateState,
    revocable,
)
from myna_lab.jlis.office.section import Section
from myna_lab.rules import allows

__all__ = ["RevokingSection"]

C = CertificateState


class RevokingSection(Section):
    """Stops certificates and cards, for good or for the time being."""

    def revoke(self, rows: Iterable[CertificateRow], *, reason: str, cause: str = "") -> Decision:
        """Revoke certificates for good.

        Args:
            rows: of the books.
            reason: key of ``jpki.REASONS``, but not ``CERTIFICATE_HOLD``: see :meth:`hold`.
            cause: what led to it, for people.

        Raises:
            MisuseError: no such reason.
            RegistrationRefused: one of them is revoked or expired already; nothing is changed.
        """
        reason_code(reason)
        if reason == "CERTIFICATE_HOLD":
            raise RegistrationRefused(
                "a hold is no revocation for good; it is ordered as a hold.", code="hold_is_no_reason"
            )
        return Decision(
            tuple(ev.CertificateRevoked(*_lawful(row, ev.CertificateRevoked), reason, cause) for row in rows)
        )

    def hold(self, rows: Iterable[CertificateRow]) -> Decision:
        """Stop certificates for the time being (certificateHold).

        Raises:
            RegistrationRefused: one of them is on hold, revoked or expired already; nothing is changed.
        """
        return Decision(tuple(ev.CertificateSuspended(*_lawful(row, ev.CertificateSuspended)) for row in rows))

    def release(self, rows: Iterable[CertificateRow]) -> Decision:
        """Lift a hold.

        Raises:
            RegistrationRefused: one of them is not on hold, or its hold is never lifted; nothing is changed.
        """
        events = []
        for row in rows:
            key = _lawful(row, ev.CertificateResumed)
            if not self.books.lifts_holds_of(row.key.authority):
                raise RegistrationRefused(
                    f"the hold on certificate {row.key} is not lifted "
                    f"(parameter hold_release: {self.books.hold_release}).",
                    code="hold_is_final",
                )
            events.append(ev.CertificateResumed(*key))
        return Decision(tuple(events))

    def abolish(self, card: str) -> Decision:
        """Stop a plastic card for good, and with it every certificate of its holder: the phone's hang on the card.

        Args:
            card: its name.

        Returns:
            One batch: the card, then whatever of its holder's can be revoked.

        Raises:
            RegistrationRefused: the card is revoked or expired already; nothing is changed.

        Source: life-cycle facts 1.4.
        """
        row = self.lawful_card(card, ev.CardRevoked)
        rows = [each for each in self.books.of_person(row.person) if revocable(each)]
        revoked = self.revoke(rows, reason="CESSATION_OF_OPERATION", cause="card_revoked")
        return Decision((ev.CardRevoked(card), *revoked.events))

    def suspend(self, card: str) -> Decision:
        """Stop a plastic card and its certificates for the time being; a phone's go on (assumed: no source tells).

        Raises:
            RegistrationRefused: the card is not valid; nothing is changed.
        """
        self.lawful_card(card, ev.CardSuspended)
        held = self.hold(row for row in self._on(card) if row.state in (C.ISSUED, C.GOOD))
        return Decision((ev.CardSuspended(card), *held.events))

    def resume(self, card: str) -> Decision:
        """Release a suspended card, and those of its certificates whose hold is ever lifted (``hold_release``).

        Raises:
            RegistrationRefused: the card is not suspended; nothing is changed.
        """
        self.lawful_card(card, ev.CardResumed)
        held = [
            row for row in self._on(card) if row.state is C.ON_HOLD and self.books.lifts_holds_of(row.key.authority)
        ]
        return Decision((ev.CardResumed(card), *self.release(held).events))

    def end_of_card(self, row: CardRow, cause: str, reason: str = "CESSATION_OF_OPERATION") -> tuple[ev.Event, ...]:
        """A plastic card and its certificates end, if they have not yet, and the phone's with them.

        Args:
            row: the card.
            cause: what led to it, for people.
            reason: key of ``jpki.REASONS``.

        Source: the phone's certificates: assumed (parameter ``card_end_ends_phone``; life-cycle facts 1.5.9).
        """
        ends_phone = self.parameters.switch("card_end_ends_phone")
        hangs = [
            each
            for each in self.books.of_person(row.person)
            if revocable(each) and (each.device == row.card or (each.is_phone and ends_phone))
        ]
        card = (ev.CardRevoked(row.card, cause),) if allows(CARD_RULES, row.state, ev.CardRevoked) else ()
        return (*card, *(ev.CertificateRevoked(*each.key, reason, cause) for each in hangs))

    def _on(self, card: str) -> list[CertificateRow]:
        return [row for row in self.books.of_person(self.books.card(card).person) if row.device == card]

    def revocable_on(self, card: str) -> list[CertificateRow]:
        """The certificates of a plastic card that can be revoked."""
        return [row for row in self._on(card) if revocable(row)]

    def lawful_card(self, card: str, event: type[ev.Event]) -> CardRow:
        """The row of a card, to which this event may happen.

        Raises:
            RegistrationRefused: it may not, in the card's state.
        """
        row = self.books.card(card)
        if not allows(CARD_RULES, row.state, event):
            raise RegistrationRefused(f"{card} is {row.state.value}.", code="wrong_state", state=row.state.value)
        return row


def _lawful(row: CertificateRow, event: type[ev.Event]) -> tuple[str, int]:
    if not allows(CERTIFICATE_RULES, row.state, event):
        raise RegistrationRefused(
            f"certificate {row.key} is {row.state.value}.", code="wrong_state", state=row.state.value
        )
    return row.key.authority, row.key.serial
