"""Where one goes when something is lost, stopped or blocked: the lab's hotline, window, kiosk and app, as buttons.

A closed window or kiosk is waited for, so the clock may go on; what an office refuses is a notice, as everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from myna_lab.jlis.books import CertificateState
from myna_lab.lab import Holder, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.texts.speech import Speech
from myna_lab.widgets.at_window import blocked, go_to_window, known, needs
from myna_lab.widgets.view import box, show_if

__all__ = ["OFFICES", "Help", "at_kiosk", "possible"]

_TWO = ("user_authentication", "signing")
"""What a kiosk resets, by the other one."""
C = CertificateState


def at_kiosk(holder: Holder) -> str:
    """The PIN that a kiosk can reset; empty: none."""
    at_store = [pin for pin in blocked(holder) if pin in _TWO]
    return at_store[0] if len(at_store) == 1 else ""


def _in_app(holder: Holder) -> Iterator[tuple[PhoneHandle, str]]:
    """The blocked PINs of phones that hold the card."""
    for phone in holder.phones:
        yield from ((phone, identity) for identity, tries in phone.tries_left.items() if tries == 0)


def _call_hotline(holder: Holder) -> None:
    """Have the phone's certificates stopped; the plastic card goes on."""
    Lab.of(holder.world).hotline.suspend(holder, card=False)


def _can_be_stopped(holder: Holder) -> bool:
    """Whether a phone's certificates live, and no call to stop them is under way."""
    world = holder.world
    said = [entry.name for entry in world.log.about(holder.person)]
    is_called = said.count("HotlineCalled") > said.count("HotlineStopRecorded")
    live = (row.state for row in world.books.live_on_phones(holder.person))
    return not is_called and any(state in (C.ISSUED, C.GOOD) for state in live)


def _go_to_kiosk(holder: Holder) -> None:
    """The app registers the reset by the network; then to a store, as soon as its kiosk is on."""
    kiosk, world, pin = Lab.of(holder.world).kiosk, holder.world, at_kiosk(holder)
    with_network = next((phone for phone in holder.phones if phone.online), holder.phones[0])
    kiosk.register(holder.card, pin, phone=with_network)
    world.advance_to(max(kiosk.opens, world.now))
    words = known(holder)
    kiosk.reset_pin(holder.card, pin, words[pin], other=words[next(other for other in _TWO if other != pin)])


def _reset_in_app(holder: Holder) -> None:
    """In the app, with the plastic card and its signing password; she sets what her note of the phone's PINs says."""
    for phone, identity in tuple(_in_app(holder)):
        own = holder.world.phone(phone.name).pins()[identity]
        phone.reset_pin(identity, own, password=known(holder)["signing"])


class Office(NamedTuple):
    """Where one goes."""

    go: Callable[[Holder], None]
    possible: Callable[[Holder], bool]


OFFICES: Mapping[str, Office] = {
    "hotline": Office(_call_hotline, _can_be_stopped),
    "window": Office(go_to_window, lambda holder: bool(needs(holder))),
    "kiosk": Office(_go_to_kiosk, lambda holder: bool(at_kiosk(holder))),
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
        return lambda: self.go(name)

    def go(self, name: str) -> None:
        """Go to an office, as its button does."""

        def work() -> None:
            OFFICES[name].go(self._view.holder)
            self._view.helped()

        self._view.act(work)

    def refresh(self, shown: Collection[str] = tuple(OFFICES)) -> None:
        """Say what each does; what can do nothing now is pale, and what is none of ``shown`` is hidden."""
        for name, button in self.buttons.items():
            button.description = self._view.speech.line(f"word.go_to.{name}")
            button.tooltip = self._view.speech.line(f"word.go_to.{name}_for")
            button.disabled = not possible(name, self._view.holder)
            show_if(button, name in shown and not (button.disabled and name == "app"))
