"""What can go wrong around a set-up: each is an action in the lab, as people or J-LIS would do it.

Pressed again, an action that can be undone is undone: the network comes back, the card is released, maintenance ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import ipywidgets as ipw

from myna_lab.devices.phone import Requirements
from myna_lab.jlis.books import CardState
from myna_lab.jlis.office import maintenance_until, next_maintenance
from myna_lab.lab import Holder, IPhone, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import MISHAPS, Flow
from myna_lab.provisioning.taps import Mishap
from myna_lab.texts.speech import Speech
from myna_lab.widgets.view import box, show_if

__all__ = ["WHAT_IF", "WhatIf", "label", "possible", "too_old"]

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
    is_fit = not phone.world.phone(phone.name).unfitness(Requirements.of(phone.world.parameters))
    return is_fit and not phone.lost


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
_CAUSES = {
    "offline": "go_offline",
    "registry_maintenance": "maintenance",
    "registry_card_suspended": "card_suspended",
}
"""Notice that is true only for a time, to the act that led to it."""


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
    owned = (phone for phone in holder.phones if phone.model == _OLD_MODEL and not phone.lost)
    return next(owned, None) or Lab.of(holder.world).iphone(holder, model=_OLD_MODEL)


class Setting(Protocol):
    """The view of a set-up."""

    speech: Speech
    phone: PhoneHandle
    flow: Flow

    def act(self, work: Callable[[], object]) -> None:
        """Do something, then show what is new."""

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet."""

    def begin(self, phone: PhoneHandle, flow: Flow | None = None) -> None:
        """Show another phone, or a set-up anew."""


class WhatIf:
    """The buttons for what can go wrong, folded away below the news.

    Args:
        wizard: whose.
    """

    def __init__(self, wizard: Setting) -> None:
        self._wizard = wizard
        self._former: tuple[PhoneHandle, Flow] | None = None
        """The phone that was put away for one that is too old, and its set-up."""
        self._recorded = 0
        """How long the log was when the choice was made."""
        self.opened = ipw.Checkbox(indent=False).add_class("mnc-fold")
        self.mishaps = ipw.Dropdown(style={"description_width": "initial"}).add_class("mnc-mishaps")
        self.acts = {name: wizard.button(self._happening(name), "pill") for name in WHAT_IF}
        self.old_phone = wizard.button(self._change_phone, "pill")
        folded = box("folded", self.mishaps, *self.acts.values(), self.old_phone)
        self.box = box("what-if", self.opened, folded)

    @property
    def mishap(self) -> Mishap | None:
        """What is to go wrong at the next tap."""
        return self.mishaps.value or None

    @property
    def _cause(self) -> str:
        """The act that led to the last tap's notice; empty: none did."""
        notice = self._wizard.flow.notice
        return _CAUSES.get(notice.code, "") if notice else ""

    @property
    def is_over(self) -> bool:
        """Whether that has been undone since, so that the notice is not true any more."""
        return bool(self._cause) and not _is_undone(self._cause, self._wizard.phone)

    @property
    def way_on(self) -> tuple[str, Callable[[], None]] | None:
        """What undoes the last tap's notice, if the bar can: key of its words, and its work."""
        notice, phone = self._wizard.flow.notice, self._wizard.phone
        if self._cause and not self.is_over:
            return label(self._cause, phone), self._happening(self._cause)
        is_too_old = notice is not None and notice.code == "model_too_old"
        return ("word.former_phone", self._change_phone) if is_too_old and self._former else None

    def _change_phone(self) -> None:
        self._wizard.act(self._change_to_an_old_phone_or_back)

    def _happening(self, name: str) -> Callable[[], None]:
        return lambda: self._wizard.act(lambda: WHAT_IF[name](self._wizard.phone))

    def _change_to_an_old_phone_or_back(self) -> None:
        wizard = self._wizard
        if self._former is not None:
            (phone, flow), self._former = self._former, None
            wizard.begin(phone, flow)
            return
        former = wizard.phone, wizard.flow
        wizard.begin(too_old(wizard.phone.holder))  # refused for the dead: then no phone was put away
        self._former = former

    def refresh(self) -> None:
        """Show what can be done now; what was chosen for the next tap is over."""
        say, phone = self._wizard.speech, self._wizard.phone
        if self._former is not None and self._former[0].holder != phone.holder:
            self._former = None
        possible_now = MISHAPS.get(self._wizard.flow.screen, ())
        show_if(self.mishaps, bool(possible_now))
        self.opened.description = say.line("word.what_if")
        self.mishaps.description = say.line("word.mishap")
        names = {"": "mishap_none"} | {name: name for name in possible_now}
        options = tuple((say.line(f"word.{word}"), name) for name, word in names.items())
        if options != self.mishaps.options:
            chosen = self.mishaps.value
            self.mishaps.options = options
            self.mishaps.value = chosen if chosen in names.values() else ""
        recorded = len(phone.world.log)
        if recorded != self._recorded:  # a movement of the face, or another language, is no tap
            self.mishaps.value, self._recorded = "", recorded
        for name, button in self.acts.items():
            button.description = say.line(label(name, phone))
            button.disabled = not possible(name, phone)
        self.old_phone.description = say.line("word.old_phone" if self._former is None else "word.former_phone")
        show_if(self.old_phone, isinstance(phone, IPhone))
