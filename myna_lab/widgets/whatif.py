"""What can be made to go wrong around a set-up: each is an act on the lab, as people and J-LIS would do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from myna_lab import events as ev
from myna_lab import registry
from myna_lab.books import CardState, CertificateState, revocable
from myna_lab.lab import Holder, IPhone
from myna_lab.lab.handles import PhoneHandle

__all__ = ["WHAT_IF", "possible", "too_old"]

C = CertificateState
_SEARCHED = timedelta(days=70)
_STEP = timedelta(minutes=15)


def _switch_network(phone: PhoneHandle) -> None:
    phone.online = not phone.online


def _revoke_card(phone: PhoneHandle) -> None:
    """The plastic card is abolished: the card and both its certificates, in one batch."""
    lab, card = phone.lab, phone.holder.card.name
    rows = [row for row in lab.books.of_person(phone.person) if row.device == card and revocable(row)]
    revoked = registry.revoke(rows, reason="CESSATION_OF_OPERATION")
    lab.record([ev.CardRevoked(card), *revoked.events])


def _suspend_card(phone: PhoneHandle) -> None:
    """The hotline stops the plastic card: the card and both its certificates, in one batch."""
    lab, card = phone.lab, phone.holder.card.name
    rows = [row for row in lab.books.of_person(phone.person) if row.device == card]
    held = registry.hold(row for row in rows if row.state in (C.ISSUED, C.GOOD))
    lab.record([ev.CardSuspended(card), *held.events])


def _outlive_card(phone: PhoneHandle) -> None:
    phone.lab.advance_to(phone.holder.card_expires + timedelta(seconds=1))


def _wait_for_maintenance(phone: PhoneHandle) -> None:
    """Move the clock on to an instant, to a quarter of an hour, at which J-LIS takes no application."""
    lab = phone.lab
    first = lab.now.replace(minute=0, second=0, microsecond=0)
    instants = (first + n * _STEP for n in range(1, _SEARCHED // _STEP))
    begins = next((at for at in instants if at > lab.now and registry.maintenance_until(at, lab.parameters)), lab.now)
    lab.advance_to(begins)


def _add_to_another_phone(phone: PhoneHandle) -> None:
    """The holder adds her card to a phone of the other make."""
    lab, holder = phone.lab, phone.holder
    make, kind = (lab.android, False) if isinstance(phone, IPhone) else (lab.iphone, True)
    owned = [other for other in holder.phones if isinstance(other, IPhone) is kind]
    (owned[-1] if owned else make(holder)).add_card().run()


WHAT_IF: Mapping[str, Callable[[PhoneHandle], None]] = {
    "go_offline": _switch_network,
    "card_suspended": _suspend_card,
    "card_revoked": _revoke_card,
    "card_expired": _outlive_card,
    "maintenance": _wait_for_maintenance,
    "second_phone": _add_to_another_phone,
}
"""Key of the word to the act."""


def possible(name: str, phone: PhoneHandle) -> bool:
    """Whether an act of the table can be done now."""
    card = phone.lab.books.card(phone.holder.card.name).state
    match name:
        case "card_suspended":
            return card is CardState.VALID
        case "card_revoked" | "card_expired":
            return card in (CardState.VALID, CardState.SUSPENDED)
        case "maintenance":
            parameters = phone.lab.parameters
            return bool(parameters.text(name)) and not registry.maintenance_until(phone.lab.now, parameters)
    return True


def too_old(holder: Holder) -> PhoneHandle:
    """A phone of the holder that the app does not take."""
    return holder.lab.iphone(holder, model="iPhone X")
