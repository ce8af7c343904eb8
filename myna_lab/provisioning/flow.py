"""One set-up: where it stands, what may be tapped, and what a tap does.

    do(tap, value) -> effect -> outcome -> rule -> next screen, recorded as one batch

What is typed is volatile: it lives here and goes with the flow. Everything else is in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from myna_lab import events as ev
from myna_lab.card import Chip
from myna_lab.errors import TapRefused
from myna_lab.provisioning.effects import EFFECTS, Draft, Effect, Entry
from myna_lab.provisioning.screens import ENDS, NUMBERS, RULES, SECONDS, Outcome, Screen
from myna_lab.provisioning.surroundings import Surroundings
from myna_lab.rules import after, may
from myna_lab.texts import both, text

__all__ = ["Flow", "Notice"]

S = Screen


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that a screen shows because of the last tap."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The sentence in ``ja`` or ``en``."""
        return text(f"notice.{self.code}", language, **self.values)


class Flow:
    """The app while it adds the card to one phone.

    Args:
        surroundings: the world around it.
        flow: its identifier.
        phone: the phone's identifier.

    Example:
        >>> from myna_lab import Lab
        >>> lab = Lab(seed=7)
        >>> flow = lab.iphone(lab.resident()).add_card()
        >>> flow.may()
        ('start_adding', 'close')
    """

    def __init__(self, surroundings: Surroundings, flow: str, phone: str) -> None:
        self.around = surroundings
        self.flow = flow
        self.phone = surroundings.phone(phone)
        self.rules = RULES[self.phone.platform]
        self.notice: Notice | None = None
        self.draft = Draft()
        self._screen = S.HOME

    # ---------------------------------------------------------------------------------------------------- questions

    @property
    def screen(self) -> Screen:
        """The screen that is shown; CLOSED if the phone shows another set-up meanwhile."""
        if self._screen not in ENDS and not self.around.is_open(self.flow):
            self._screen = S.CLOSED
        return self._screen

    @property
    def number(self) -> int | None:
        """The screen's number; None at an end."""
        return NUMBERS[self.phone.platform].get(self.screen)

    @property
    def finished(self) -> bool:
        """Whether nothing more can be tapped."""
        return self.screen in ENDS

    @property
    def asks(self) -> str | None:
        """What is typed on this screen: ``input_aid``, ``signing`` or ``user_authentication``; None: nothing."""
        return Entry.kind(self.screen)

    @property
    def offers_same(self) -> bool:
        """Whether the screen has the switch "same as on my plastic card"."""
        return self.screen in (S.NEW_USER_PIN, S.NEW_SIGN_PASSWORD)

    def may(self) -> tuple[str, ...]:
        """The taps that are lawful now; the first leads on."""
        return () if self.finished else (*may(self.rules, self.screen), "close")

    # --------------------------------------------------------------------------------------------------------- taps

    def do(self, tap: str, value: str | Chip | None = None, *, same: bool = False, mishap: str | None = None) -> Flow:
        """Tap.

        Args:
            tap: one of :meth:`may`.
            value: what is typed, where the screen asks for it; on a reading screen, the card that is held to the
                phone (default: the holder's own).
            same: the switch "same as on my plastic card".
            mishap: let something go wrong: ``liveness_failed`` or ``other_face`` at the capture, ``link_lost`` at a
                reading.

        Returns:
            This flow, at its next screen; :attr:`notice` says what went wrong, if something did.

        Raises:
            TapRefused: the tap is not lawful here, or what it needs is missing; nothing was changed.
        """
        with self.around.lock:
            screen = self.screen
            if tap not in self.may():
                lawful = ", ".join(self.may()) or "nothing: this set-up has ended; phone.add_card() begins a new one"
                raise TapRefused(f"{tap!r} is not on screen {screen.value!r}; lawful: {lawful}.", lawful=self.may())
            self._refuse_misplaced(screen, tap, value, same, mishap)
            if tap == "close":
                return self._close(screen)
            effect = Effect()
            if tap != "back" and (work := EFFECTS.get(screen)) is not None:
                effect = work(self, Entry(value, same, mishap))
            to = after(self.rules, screen, tap, effect.outcome, subject=self.flow)
            passed = ev.ScreenPassed(self.flow, screen.name, tap, to.name)
            elapse = self.seconds if effect.elapse is None and tap != "back" else effect.elapse or timedelta()
            self.around.record((*effect.events, passed), effect.secrets, elapse)
            self._screen = to
            self.notice = Notice(effect.notice, effect.values) if effect.notice else None
            return self

    def next(self, value: str | Chip | None = None, *, same: bool = False) -> Flow:
        """The tap that leads on from this screen, whatever its name."""
        return self.do((self.may() or ("next",))[0], value, same=same)

    def back(self) -> Flow:
        """One screen back, where the app allows it."""
        return self.do("back")

    def close(self) -> Flow:
        """Close the app; the next set-up begins anew."""
        return self.do("close")

    def run(self, *, same_pins: bool = False) -> Flow:
        """All the way through, with the holder's own PINs and face.

        Args:
            same_pins: the phone gets the card's PINs; otherwise new ones are drawn, and ``phone.slip`` shows them.

        Returns:
            This flow, at an end: DONE, or where it could not go on (:attr:`notice` says why).
        """
        while not self.finished:
            before, same = self.screen, same_pins and self.offers_same
            self.next(self.own_entry(same=same_pins), same=same)
            if self.screen is before:
                break  # The same answer would be given for ever: let the caller see the notice.
        return self

    def own_entry(self, *, same: bool = False) -> str | None:
        """What the holder would type here: from her slip, or new for the phone, or the same once more.

        Args:
            same: the phone gets the card's PINs; otherwise new ones are drawn.

        Returns:
            The entry; None on a screen that asks for nothing.
        """
        memory, drawn = self.around.memory(self.phone.person), self.around.chance(f"pins/{self.flow}")
        match self.screen:
            case S.INPUT_AID_PIN:
                return memory.input_aid_pin
            case S.SIGN_PASSWORD | S.SIGN_PASSWORD_AGAIN:
                return memory.signing_password
            case S.NEW_USER_PIN:
                return memory.user_authentication_pin if same else drawn.child("user").digits(4)
            case S.NEW_SIGN_PASSWORD if same:
                return memory.signing_password
            case S.NEW_SIGN_PASSWORD:
                letters = drawn.child("signing")
                return letters.text(4, "ABCDEFGHJKLMNPQRSTUVWXYZ") + letters.digits(4)
            case S.REPEAT_USER_PIN:
                return self.draft.user_pin
            case S.REPEAT_SIGN_PASSWORD:
                return self.draft.phone_password
        return None

    @property
    def seconds(self) -> timedelta:
        """Simulated time that this screen takes."""
        return self.around.parameters.duration(SECONDS.get(self.screen, "seconds_to_read"))

    def _refuse_misplaced(self, screen: Screen, tap: str, value: object, same: bool, mishap: str | None) -> None:
        typed, leads_on = self.asks is not None, tap not in ("back", "close")
        reads = screen in (S.READ, S.READ_AGAIN)
        if typed and leads_on and not isinstance(value, str):
            raise TapRefused(
                f"screen {screen.value!r} asks for something typed: do({tap!r}, '…').", code="nothing_typed"
            )
        if value is not None and not (leads_on and (typed or (reads and isinstance(value, Chip)))):
            raise TapRefused(f"nothing can be typed on screen {screen.value!r} with {tap!r}.", code="nothing_to_type")
        if same and not self.offers_same:
            raise TapRefused(f"screen {screen.value!r} has no switch 'same as on my card'.", code="no_switch")
        mishaps = Entry.MISHAPS.get(screen, ())
        if mishap is not None and mishap not in mishaps:
            possible = ", ".join(mishaps) or "nothing"
            raise TapRefused(
                f"{mishap!r} cannot happen on screen {screen.value!r}; possible: {possible}.", code="no_mishap"
            )

    def _close(self, screen: Screen) -> Flow:
        self.around.record((ev.ApplicationAbandoned(self.flow, self.phone.phone, screen.name, "closed by the holder"),))
        self._screen, self.notice, self.draft = S.CLOSED, None, Draft()
        return self

    # --------------------------------------------------------------------------------------------------------- text

    def title(self, language: str = "en") -> str:
        """The screen's title in ``ja`` or ``en``."""
        return text(f"screen.{self._key()}.title", language)

    def body(self, language: str = "en") -> str:
        """What the screen says in ``ja`` or ``en``."""
        delay = round(self.around.parameters.duration("activation_delay").total_seconds() / 60, 1)
        return text(f"screen.{self._key()}.body", language, minutes=f"{delay:g}")

    def _key(self) -> str:
        key = f"{self.phone.platform}.{self.screen.name}"
        return key if both(f"screen.{key}.title") else self.screen.name

    def __str__(self) -> str:
        place = "end" if self.number is None else f"{self.number}/{max(NUMBERS[self.phone.platform].values())}"
        lines = [
            f"[{place}] {self.title('ja')} · {self.title('en')}  (TEST)",
            f"  {self.body('ja')}",
            f"  {self.body('en')}",
        ]
        if self.notice:
            lines += [f"  ! {self.notice.in_language('ja')}", f"  ! {self.notice.in_language('en')}"]
        if not self.finished:
            typed = f"  type: {self.asks}" if self.asks else ""
            lines.append(f"  taps: {', '.join(self.may())}{typed}")
        return "\n".join(lines)

    __repr__ = __str__

    @staticmethod
    def outcomes() -> tuple[str, ...]:
        """What can become of a tap."""
        return tuple(outcome.name for outcome in Outcome)
