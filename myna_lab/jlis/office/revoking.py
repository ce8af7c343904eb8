"""Revocation, hold and release of certificates and of whole cards, as the municipal window and the hotline order them.

    revoke -> CertificateRevoked        hold -> CertificateSuspended        release -> CertificateResumed
    abolish -> CardRevoked, CertificateRevoked …
    suspend -> CardSuspended, CertificateSuspended …        resume -> CardResumed, CertificateResumed …

Whether a hold is lifted again is parameter ``hold_release``: sources disagree.

Source: life-cycle facts 1.4 and 1.5; certificate facts 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats.jpki.status import reason_code
from myna_lab.jlis.books import (
    CARD_RULES,
    CERTIFICATE_RULES,
    CardRow,
    CardState,
    CertificateKey,
    CertificateRow,
    CertificateState,
    revocable,
)
from myna_lab.jlis.office.section import Section
from myna_lab.rules import allows

__all__ = ["WITH_IT", "RevokingSection"]

C = CertificateState
WITH_IT: Mapping[str, tuple[str, ...]] = MappingProxyType({"auth": ("sign",), "sign": ()})
"""What is stopped with a certificate of a device: signing does not outlive log-in, log-in goes on without signing
(assumed: as the end of validity has it, life-cycle facts 1.2.8)."""


class RevokingSection(Section):
    """Stops certificates and cards, for good or for the time being."""

    def revoke(self, rows: Iterable[CertificateRow], *, reason: str, cause: str = "") -> Decision:
        """Revoke certificates for good, and with them what does not outlive them (:data:`WITH_IT`).

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
            tuple(
                ev.CertificateRevoked(*_lawful(row, ev.CertificateRevoked), reason, cause)
                for row in self._with_it(rows, ev.CertificateRevoked)
            )
        )

    def hold(self, rows: Iterable[CertificateRow]) -> Decision:
        """Stop certificates for the time being (certificateHold), and with them what does not outlive them.

        Raises:
            RegistrationRefused: one of them is on hold, revoked or expired already; nothing is changed.
        """
        return Decision(
            tuple(
                ev.CertificateSuspended(*_lawful(row, ev.CertificateSuspended))
                for row in self._with_it(rows, ev.CertificateSuspended)
            )
        )

    def _with_it(self, rows: Iterable[CertificateRow], event: type[ev.Event]) -> Iterable[CertificateRow]:
        """Certificates, and those of the same device to which the same must happen."""
        asked = {row.key: row for row in rows}
        for row in tuple(asked.values()):
            for other in self.books.of_person(row.person) if WITH_IT[row.key.authority] else ():
                goes_along = other.device == row.device and other.key.authority in WITH_IT[row.key.authority]
                if goes_along and allows(CERTIFICATE_RULES, other.state, event):
                    asked.setdefault(other.key, other)
        return asked.values()

    def release(self, rows: Iterable[CertificateRow]) -> Decision:
        """Lift a hold.

        Raises:
            RegistrationRefused: one of them is not on hold, its hold is never lifted, that on log-in stays, or the card
                is stopped itself; nothing is changed.
        """
        asked = tuple(rows)
        for row in asked:
            if row.device in self.books.cards and self.books.card(row.device).state is CardState.SUSPENDED:
                raise RegistrationRefused(
                    f"{row.device} is suspended, and its certificates with it; the card is released.",
                    code="card_suspended",
                )
        return self._released(asked)

    def _released(self, rows: Iterable[CertificateRow]) -> Decision:
        """What lifts holds; :meth:`release` says what may be wrong with it."""
        events, asked = [], {row.key: row for row in rows}
        for row in asked.values():
            key = _lawful(row, ev.CertificateResumed)
            self._ask_log_in(row, asked)
            if not self.books.lifts_holds_of(row.key.authority):
                raise RegistrationRefused(
                    f"the hold on certificate {row.key} is not lifted "
                    f"(parameter hold_release: {self.books.hold_release}).",
                    code="hold_is_final",
                )
            events.append(ev.CertificateResumed(*key))
        return Decision(tuple(events))

    def _ask_log_in(self, row: CertificateRow, released: Mapping[CertificateKey, CertificateRow]) -> None:
        """Signing is not released alone while log-in on the same device is on hold."""
        for other in self.books.of_person(row.person) if row.key.authority == "sign" else ():
            is_pair = other.device == row.device and other.key.authority == "auth"
            if is_pair and other.state is C.ON_HOLD and other.key not in released:
                raise RegistrationRefused(
                    f"certificate {other.key} for log-in is on hold, too; signing is not released before it.",
                    code="log_in_on_hold",
                )

    def abolish(self, card: str) -> Decision:
        """Stop a plastic card for good, and with it its certificates and those of the phone, which hang on the card.

        Args:
            card: its name.

        Returns:
            One batch: the card, then whatever of it can be revoked; see :meth:`end_of_card`.

        Raises:
            RegistrationRefused: the card is revoked or expired already; nothing is changed.

        Source: life-cycle facts 1.4.
        """
        row = self.lawful_card(card, ev.CardRevoked)
        return Decision(self.end_of_card(row, "card_revoked"))

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
        return Decision((ev.CardResumed(card), *self._released(held).events))

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
            raise RegistrationRefused(
                f"{card} is {row.state.value}{_WAYS_OUT.get(row.state, '')}.", code="wrong_state", state=row.state.value
            )
        return row


_WAYS_OUT = {
    CardState.SUSPENDED: "; the window releases it, resume(), or replaces it, reissue()",
    CardState.REVOKED: "; the window hands over another one, reissue(holder, 'revoked')",
    CardState.EXPIRED: "; the window hands over another one, reissue(holder, 'expired')",
}


def _lawful(row: CertificateRow, event: type[ev.Event]) -> tuple[str, int]:
    if not allows(CERTIFICATE_RULES, row.state, event):
        raise RegistrationRefused(
            f"certificate {row.key} is {row.state.value}.", code="wrong_state", state=row.state.value
        )
    return row.key.authority, row.key.serial
