"""What a holder has done at the municipal window: a row for each need, in the order in which the window serves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from myna_lab.ground.birthdays import age
from myna_lab.jlis.books import CardState, CertificateState, PersonState, newest
from myna_lab.lab import Holder, Lab
from myna_lab.provisioning.surroundings import Memory

__all__ = ["NEEDS", "PHONE", "bars", "blocked", "go_to_window", "is_dead", "known", "needs"]

C = CertificateState
_PINS = {"user_authentication": "jpki/0018", "signing": "jpki/001B", "input_aid": "text/0011"}
"""PINs that offices reset: name to where the card has it."""
_CAUSES = {CardState.REVOKED: "revoked", CardState.EXPIRED: "expired"}
"""Of another card: state of the former one to the cause that its holder states."""


def blocked(holder: Holder) -> tuple[str, ...]:
    """Which PINs of the newest plastic card have no tries left."""
    tries = holder.card.state.tries_left
    return tuple(pin for pin, reference in _PINS.items() if tries.get(reference) == 0)


def known(holder: Holder) -> Mapping[str, str]:
    """What she knows by heart and has set again: nobody chooses a new PIN because a finger slipped."""
    memory: Memory = holder.world.memory(holder.person)
    return {
        "user_authentication": memory.user_authentication_pin,
        "signing": memory.signing_password,
        "input_aid": memory.input_aid_pin,
    }


def _card(holder: Holder) -> CardState:
    return holder.world.books.card(holder.card.name).state


def _certificate(holder: Holder, kind: str) -> CertificateState | None:
    """The state of the newest one on her card; None: there never was one."""
    on_it = (row for row in holder.world.books.of_person(holder.person) if row.device == holder.card.name)
    row = newest(on_it, kind)
    return None if row is None else row.state


def _has_no_card(holder: Holder) -> bool:
    return _card(holder) in _CAUSES


def _has_stopped_phone(holder: Holder) -> bool:
    return C.ON_HOLD in [row.state for row in holder.world.books.of_person(holder.person) if row.is_phone]


def _has_stopped_card(holder: Holder) -> bool:
    return _card(holder) is CardState.SUSPENDED


def _cannot_sign(holder: Holder) -> bool:
    """Whether her card has no signing certificate in force, and one that can be written beside that for log-in."""
    world = holder.world
    old_enough = age(holder.born, world.now.date()) >= world.parameters.count("sign_certificate_minimum_age")
    lacks = _card(holder) is CardState.VALID and _certificate(holder, "card_sign") is not C.GOOD
    return old_enough and lacks and _certificate(holder, "card_auth") in (C.GOOD, C.EXPIRED)


def _has_blocked_pin(holder: Holder) -> bool:
    return _card(holder) is CardState.VALID and bool(blocked(holder))


def _get_another_card(holder: Holder) -> None:
    """Apply, unless she has done so before, and wait until it is handed over."""
    world, window = holder.world, Lab.of(holder.world).municipality
    due = world.books.reissue_due(holder.person) or window.reissue(holder, _CAUSES[_card(holder)])
    world.advance_to(due)


def _get_signing_certificate(holder: Holder) -> None:
    window = Lab.of(holder.world).municipality
    (window.reissue_signing if _certificate(holder, "card_auth") is C.GOOD else window.renew)(holder)


def _reset_pins(holder: Holder) -> None:
    for pin in blocked(holder):
        Lab.of(holder.world).municipality.unblock(holder.card, pin, known(holder)[pin])


PHONE = "stopped phone"
"""The one need that does not keep a card from a phone."""


class Need(NamedTuple):
    """What the window is asked for."""

    name: str
    is_there: Callable[[Holder], bool]
    serve: Callable[[Holder], object]


NEEDS = (
    Need("card", _has_no_card, _get_another_card),
    Need("stopped card", _has_stopped_card, lambda h: Lab.of(h.world).municipality.resume(h, card=True, phone=False)),
    Need("signing", _cannot_sign, _get_signing_certificate),
    Need("pins", _has_blocked_pin, _reset_pins),
    Need(PHONE, _has_stopped_phone, lambda h: Lab.of(h.world).municipality.resume(h, card=False, phone=True)),
)
"""A card that was stopped signs again only with a new certificate (parameter ``hold_release``), so that comes after."""


def is_dead(holder: Holder) -> bool:
    """Whether the register has her death; no office does anything for her then, and she opens no app."""
    return holder.world.books.person(holder.person).state is PersonState.DEAD


def needs(holder: Holder) -> tuple[str, ...]:
    """What the window could do for her now; nothing for the dead."""
    return () if is_dead(holder) else tuple(need.name for need in NEEDS if need.is_there(holder))


def bars(holder: Holder) -> bool:
    """Whether her plastic card, as it is now, cannot be added to a phone."""
    unusable = _card(holder) is not CardState.VALID or _certificate(holder, "card_sign") is not C.GOOD
    return unusable or not {"signing", "input_aid"}.isdisjoint(blocked(holder))


def go_to_window(holder: Holder) -> None:
    """With the card, as soon as the window is open: whatever she needs there, one thing after the other."""
    world, window = holder.world, Lab.of(holder.world).municipality
    if not needs(holder):
        window.resume(holder, card=False, phone=False)
    for need in NEEDS:
        if need.is_there(holder):
            world.advance_to(max(window.opens, world.now))
            need.serve(holder)
