"""Who sets a PIN anew without the old one: the rules, one row for each way.

A chip has no such command for its holder; what is done at a window or by an app is recorded as its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.arguments import one_of, only_secret
from myna_lab.ground.durations import show
from myna_lab.jlis.office.section import Section
from myna_lab.residents import normalise, well_formed

__all__ = ["PIN_RESETS", "PinReset", "PinSection"]


@dataclass(frozen=True, slots=True)
class PinReset:
    """One way to a new PIN."""

    where: str
    """``window``, ``store``, ``app`` or ``set_up``."""
    of: str
    """``card`` or ``phone``."""
    pins: tuple[str, ...]
    """Which PINs, by their forms."""
    needs: str
    basis: str
    other_works: bool = False
    """Whether the other one of :attr:`pins` must still work."""


_TWO = ("user_authentication", "signing")
PIN_RESETS: tuple[PinReset, ...] = (
    PinReset("window", "card", (*_TWO, "input_aid"), "holder and card", "confirmed: life-cycle facts 1.1.2"),
    PinReset(
        "store",
        "card",
        _TWO,
        "app, then a kiosk; the other PIN",
        "confirmed: life-cycle facts 1.2.10",
        other_works=True,
    ),
    PinReset("app", "phone", _TWO, "plastic card and its signing password", "derived: life-cycle facts 2.3.4 and 3.11"),
    PinReset("set_up", "phone", _TWO, "the card is added anew", "derived: new keys, PINs and counters"),
)
"""All ways."""
_WAYS = {row.where: row for row in PIN_RESETS}
_REFERENCES: Mapping[str, str] = MappingProxyType(
    {"user_authentication": "jpki/0018", "signing": "jpki/001B", "input_aid": "text/0011"}
)


class PinSection(Section):
    """Sets PINs anew."""

    def prepare_reset(self, chip: Chip, pin: str, *, at: datetime) -> Decision:
        """Register in the app that a store's kiosk is to reset a PIN.

        Args:
            chip: of a plastic card.
            pin: ``user_authentication`` or ``signing``.
            at: now; the kiosk does it until ``kiosk_within`` later.

        Raises:
            MisuseError: no such PIN.
            RegistrationRefused: ``maintenance``, ``deceased``; and as :meth:`reset_pin` in a store.
        """
        one_of("a card's PIN", pin, _REFERENCES, code="unknown_pin", secret=True)
        self.at_work(at)
        self.living(self.books.card(chip.name).person)
        self._ask_whether(_WAYS["store"], chip, pin)
        until = at + self.parameters.duration("kiosk_within")
        return Decision((ev.PinResetPrepared(chip.name, _REFERENCES[pin], until),))

    def reset_at_kiosk(self, chip: Chip, pin: str, new: str, *, at: datetime) -> Decision:
        """Reset a PIN at a store's kiosk, as the app has registered it; the other PIN was verified by the chip.

        Args:
            chip, pin: as for :meth:`prepare_reset`.
            new: its new value.
            at: now.

        Raises:
            MisuseError: a value of another form.
            RegistrationRefused: ``deceased``; ``not_prepared``: the app has not registered it, or too long ago; and as
                :meth:`reset_pin` in a store.
        """
        self.living(self.books.card(chip.name).person)
        decided = self.reset_pin(chip, pin, new, where="store")
        until = self.books.prepared_until(chip.name, _REFERENCES[pin])
        if until is None or at > until:
            late = "" if until is None else f"; the kiosk would have done it until {show(until)}"
            raise RegistrationRefused(f"the app has not registered this reset{late}.", code="not_prepared")
        return decided

    def reset_pin(self, chip: Chip, pin: str, new: str, *, where: str) -> Decision:
        """Set a PIN anew and put its counter back.

        Args:
            chip: of a plastic card or a phone.
            pin: ``user_authentication``, ``signing`` or ``input_aid``.
            new: its new value.
            where: ``window`` or ``store`` for a card, ``app`` for a phone.

        Raises:
            MisuseError: no such PIN or place, or a value of another form.
            RegistrationRefused: ``not_reset_here``: this PIN is not reset there; ``other_pin_blocked``: the store needs
                the other one.
        """
        of = "card" if chip.profile == "plastic" else "phone"
        ways = {row.where: row for row in PIN_RESETS if row.of == of and row.where != "set_up"}
        one_of("a place of resetting", where, ways, code="unknown_pin")
        one_of(f"a {of}'s PIN", pin, _REFERENCES, code="unknown_pin", secret=True)
        if not well_formed(pin, only_secret("the new PIN is", new)):
            raise MisuseError(f"the new value has not the form of the PIN {pin}.", code="bad_pin")
        self._ask_whether(ways[where], chip, pin)
        return Decision(*chip.reset_of(_REFERENCES[pin], normalise(pin, new), where))

    @staticmethod
    def _ask_whether(row: PinReset, chip: Chip, pin: str) -> None:
        """Whether a chip's PIN may be reset in this way now."""
        if pin not in row.pins or _REFERENCES[pin] not in chip.state.tries_left:
            raise RegistrationRefused(f"{pin} of {chip.name} is not reset at: {row.where}.", code="not_reset_here")
        others = (_REFERENCES[other] for other in row.pins if other != pin)
        if row.other_works and not all(chip.state.tries_left.get(other, 0) for other in others):
            raise RegistrationRefused(
                "a store resets one PIN while the other works; the window resets both.", code="other_pin_blocked"
            )
