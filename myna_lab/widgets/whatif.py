"""What can go wrong around a set-up: each is an action in the lab, as people or J-LIS would do it.

Pressed again, an action that can be undone is undone: the network comes back, the card is released, maintenance ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from myna_lab.devices.phone import Requirements
from myna_lab.jlis.books import CardState
from myna_lab.jlis.office import maintenance_until, next_maintenance
from myna_lab.lab import Holder, IPhone, Lab
from myna_lab.lab.handles import PhoneHandle

__all__ = ["WHAT_IF", "label", "possible", "too_old"]

_OLD_MODEL = "iPhone X"


def _switch_network(phone: PhoneHandle) -> None:
    phone.online = not phone.online


def _revoke_card(phone: PhoneHandle) -> None:
    phone.world.record(phone.world.office.abolish(phone.holder.card.name).events)


def _suspend_or_resume_card(phone: PhoneHandle) -> None:
    office = phone.world.office
    act = office.resume if _is_undone("card_suspended", phone) else office.suspend
    phone.world.record(act(phone.holder.card.name).events)


def _outlive_card(phone: PhoneHandle) -> None:
    phone.world.advance_to(phone.holder.card_expires + timedelta(seconds=1))


def _wait_for_maintenance_or_its_end(phone: PhoneHandle) -> None:
    world = phone.world
    asked = maintenance_until if _is_undone("maintenance", phone) else next_maintenance
    world.advance_to(asked(world.now, world.parameters) or world.now)


def _add_to_another_phone(phone: PhoneHandle) -> None:
    """The holder adds her card to a phone of the other make: her newest one that serves, or one that she buys."""
    lab, holder = Lab.of(phone.world), phone.holder
    make, kind = (lab.android, False) if isinstance(phone, IPhone) else (lab.iphone, True)
    owned = [other for other in holder.phones if isinstance(other, IPhone) is kind and _serves(other)]
    (owned[-1] if owned else make(holder)).add_card().run()


def _serves(phone: PhoneHandle) -> bool:
    """Whether a set-up can begin on a phone."""
    return not phone.world.phone(phone.name).unfitness(Requirements.of(phone.world.parameters))


WHAT_IF: Mapping[str, Callable[[PhoneHandle], None]] = {
    "go_offline": _switch_network,
    "card_suspended": _suspend_or_resume_card,
    "card_revoked": _revoke_card,
    "card_expired": _outlive_card,
    "maintenance": _wait_for_maintenance_or_its_end,
    "second_phone": _add_to_another_phone,
}
"""Key of the word to the act."""
_UNDOING = {"go_offline": "go_online", "card_suspended": "card_resumed", "maintenance": "maintenance_over"}
"""The same for what the next press undoes."""


def _is_undone(name: str, phone: PhoneHandle) -> bool:
    """Whether a press takes back what an earlier one did."""
    match name:
        case "go_offline":
            return not phone.online
        case "card_suspended":
            return phone.world.books.card(phone.holder.card.name).state is CardState.SUSPENDED
        case "maintenance":
            return maintenance_until(phone.world.now, phone.world.parameters) is not None
    return False


def label(name: str, phone: PhoneHandle) -> str:
    """Key of the word for what the next press does."""
    return f"word.{_UNDOING[name] if _is_undone(name, phone) else name}"


def possible(name: str, phone: PhoneHandle) -> bool:
    """Whether an act of the table can be done now."""
    match name:
        case "card_suspended" | "card_revoked" | "card_expired":
            return phone.world.books.card(phone.holder.card.name).state in (CardState.VALID, CardState.SUSPENDED)
        case "maintenance":
            return bool(phone.world.parameters.text(name))
    return True


def too_old(holder: Holder) -> PhoneHandle:
    """A phone of the holder that the app does not take; bought, if she has none."""
    owned = (phone for phone in holder.phones if phone.model == _OLD_MODEL)
    return next(owned, None) or Lab.of(holder.world).iphone(holder, model=_OLD_MODEL)
