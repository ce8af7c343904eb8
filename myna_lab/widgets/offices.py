"""Where one goes when something is lost, stopped or blocked: the lab's hotline, window, kiosk and app, as buttons.

A closed window or kiosk is waited for, so the clock may go on; what an office refuses is a notice, as everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from myna_lab.jlis.books import CardState, CertificateState
from myna_lab.lab import Holder, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning.surroundings import Memory
from myna_lab.texts.speech import Speech
from myna_lab.widgets.view import box, show_if

__all__ = ["OFFICES", "Help", "blocked", "possible"]

_PINS = {"user_authentication": "jpki/0018", "signing": "jpki/001B", "input_aid": "text/0011"}
"""PINs that offices reset: name to where the card has it."""
_TWO = ("user_authentication", "signing")
"""What a kiosk resets, by the other one."""
C = CertificateState


def blocked(holder: Holder) -> tuple[str, ...]:
    """Which PINs of the newest plastic card have no tries left."""
    tries = holder.card.state.tries_left
    return tuple(pin for pin, reference in _PINS.items() if tries.get(reference) == 0)


def _known(holder: Holder) -> Mapping[str, str]:
    """What she knows by heart and has set again: nobody chooses a new PIN because a finger slipped."""
    memory: Memory = holder.world.memory(holder.person)
    return {
        "user_authentication": memory.user_authentication_pin,
        "signing": memory.signing_password,
        "input_aid": memory.input_aid_pin,
    }


def _at_kiosk(holder: Holder) -> str:
    """The PIN that a kiosk can reset; empty: none."""
    at_store = [pin for pin in blocked(holder) if pin in _TWO]
    return at_store[0] if len(at_store) == 1 else ""


def _in_app(holder: Holder) -> Iterator[tuple[PhoneHandle, str]]:
    """The blocked PINs of phones that hold the card."""
    for phone in holder.phones:
        yield from ((phone, identity) for identity, tries in phone.tries_left.items() if tries == 0)


def _is_held(holder: Holder) -> tuple[bool, bool]:
    """Whether the card, and whether the phone's certificates are stopped for the time being."""
    books = holder.world.books
    on_phones = [row.state for row in books.of_person(holder.person) if row.is_phone]
    return books.card(holder.card.name).state is CardState.SUSPENDED, C.ON_HOLD in on_phones


def _call_hotline(holder: Holder) -> None:
    """Have the phone's certificates stopped; the plastic card goes on."""
    Lab.of(holder.world).hotline.suspend(holder, card=False)


def _go_to_window(holder: Holder) -> None:
    """With the card, as soon as the window is open: what is stopped is released, what is blocked is reset."""
    window, world = Lab.of(holder.world).municipality, holder.world
    world.advance_to(max(window.opens, world.now))
    card, phone = _is_held(holder)
    pins = blocked(holder)
    if card or phone or not pins:
        window.resume(holder, card=card, phone=phone)
    for pin in pins:
        window.unblock(holder.card, pin, _known(holder)[pin])


def _go_to_kiosk(holder: Holder) -> None:
    """The app registers the reset by the network; then to a store, as soon as its kiosk is on."""
    kiosk, world, pin = Lab.of(holder.world).kiosk, holder.world, _at_kiosk(holder)
    with_network = next((phone for phone in holder.phones if phone.online), holder.phones[0])
    kiosk.register(holder.card, pin, phone=with_network)
    world.advance_to(max(kiosk.opens, world.now))
    known = _known(holder)
    kiosk.reset_pin(holder.card, pin, known[pin], other=known[next(other for other in _TWO if other != pin)])


def _reset_in_app(holder: Holder) -> None:
    """In the app, with the plastic card and its signing password; she sets what her note of the phone's PINs says."""
    for phone, identity in tuple(_in_app(holder)):
        own = holder.world.phone(phone.name).pins()[identity]
        phone.reset_pin(identity, own, password=_known(holder)["signing"])


class Office(NamedTuple):
    """Where one goes."""

    go: Callable[[Holder], None]
    possible: Callable[[Holder], bool]


OFFICES: Mapping[str, Office] = {
    "hotline": Office(
        _call_hotline,
        lambda holder: any(row.state in (C.ISSUED, C.GOOD) for row in holder.world.books.live_on_phones(holder.person)),
    ),
    "window": Office(_go_to_window, lambda holder: any(_is_held(holder)) or bool(blocked(holder))),
    "kiosk": Office(_go_to_kiosk, lambda holder: bool(_at_kiosk(holder))),
    "app": Office(_reset_in_app, lambda holder: any(True for _ in _in_app(holder))),
}
"""``word.go_to.NAME`` says what it does."""


def possible(name: str, holder: Holder) -> bool:
    """Whether an office can do something now."""
    return OFFICES[name].possible(holder)


class Setting(Protocol):
    """A view of a holder's phones."""

    speech: Speech

    @property
    def holder(self) -> Holder:
        """Whose."""
        ...

    def act(self, work: Callable[[], object]) -> None:
        """Do something, then show what is new."""

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet."""

    def helped(self) -> None:
        """An office did what was asked."""


class Help:
    """Buttons of the offices.

    Args:
        view: whose.
        kind: of button: ``pill`` or ``quiet``.
        names: of the offices.
        before: other buttons in the same row.
    """

    def __init__(
        self, view: Setting, kind: str, names: tuple[str, ...] = tuple(OFFICES), before: tuple[Any, ...] = ()
    ) -> None:
        self._view = view
        self.buttons = {name: view.button(self._goer(name), kind) for name in names}
        self.box = box("acts", *before, *self.buttons.values())

    def _goer(self, name: str) -> Callable[[], None]:
        def work() -> None:
            OFFICES[name].go(self._view.holder)
            self._view.helped()

        return lambda: self._view.act(work)

    def refresh(self, *, only_possible: bool = False) -> None:
        """Say what each does; what can do nothing now is pale, or hidden if ``only_possible``."""
        for name, button in self.buttons.items():
            button.description = self._view.speech.line(f"word.go_to.{name}")
            button.tooltip = self._view.speech.line(f"word.go_to.{name}_for")
            button.disabled = not possible(name, self._view.holder)
            if only_possible or name == "app":
                show_if(button, not button.disabled)
