"""One set-up: where it stands, what may be tapped, and what a tap does.

    do(tap, value) -> effect -> outcome -> rule -> next screen, recorded as one batch

What is typed is kept only here, and is lost with the flow. Everything else is in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import only_bool, only_mapping
from myna_lab.provisioning import typed, wording
from myna_lab.provisioning.applying import interrupted
from myna_lab.provisioning.effects import EFFECTS
from myna_lab.provisioning.screens import ENDS, NUMBERS, RULES, Screen, Tap
from myna_lab.provisioning.steps import Draft, Effect, Entry, Step
from myna_lab.provisioning.surroundings import Phone, Surroundings
from myna_lab.provisioning.taps import SAME, TYPED, Mishap, Typed, by_screen, check, lawful_taps
from myna_lab.rules import after, may
from myna_lab.texts import text
from myna_lab.texts.session import languages

__all__ = ["Flow", "Notice"]

S = Screen

Fallible = Literal["CAPTURE", "READ", "READ_AGAIN", "WALLET", "INSTALL"]
"""Names of the screens on which something can go wrong."""


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
        phone: the phone's handle.

    Example:
        >>> from myna_lab import Lab
        >>> lab = Lab(seed=7)
        >>> flow = lab.iphone(lab.resident()).add_card()
        >>> flow.may()
        ('start_adding', 'close')
    """

    def __init__(self, surroundings: Surroundings, flow: str, phone: Phone) -> None:
        self.flow = flow
        self.phone = phone
        self.notice: Notice | None = None
        self._around = surroundings
        self._inside = surroundings.phone(phone.name)
        self._draft = Draft()
        self._screen = S.HOME

    # ---------------------------------------------------------------------------------------------------- questions

    @property
    def screen(self) -> Screen:
        """The screen that is shown; if the phone shows another set-up by now, the one to which closing leads."""
        if self._screen not in ENDS and not self._around.is_open(self.flow):
            self._screen = self._closed()
        return self._screen

    @property
    def number(self) -> int | None:
        """The screen's number; None at an end."""
        return NUMBERS[self._inside.platform].get(self.screen)

    @property
    def finished(self) -> bool:
        """Whether nothing more can be tapped."""
        return self.screen in ENDS

    @property
    def asks(self) -> Typed | None:
        """What is typed on this screen: ``input_aid``, ``signing`` or ``user_authentication``; None: nothing."""
        return TYPED.get(self.screen)

    @property
    def offers_same(self) -> bool:
        """Whether the screen has the switch "same as on my plastic card"."""
        return self.screen in SAME

    def may(self) -> tuple[Tap, ...]:
        """The taps that are lawful now; the first leads on."""
        return lawful_taps(self._inside.platform, self.screen)

    # --------------------------------------------------------------------------------------------------------- taps

    def do(
        self, tap: Tap, value: str | Chip | None = None, *, same: bool = False, mishap: Mishap | None = None
    ) -> Flow:
        """Tap.

        Args:
            tap: one of :meth:`may`.
            value: what is typed, where the screen asks for it; on a reading screen, the card that is held to the
                phone (default: the holder's own).
            same: the switch "same as on my plastic card".
            mishap: let something go wrong: ``liveness_failed``, ``other_face`` or ``twin`` at the capture,
                ``link_lost`` at a reading, ``interrupted`` at Wallet or at Android's installation.

        Returns:
            This flow, at its next screen; :attr:`notice` says what went wrong, if something did.

        Raises:
            TapRefused: the tap is not lawful here, or what it needs is missing; ``values["lawful"]`` says what is,
                and nothing was changed.
            MisuseError: the card is not of this lab.
        """
        with self._around.lock:
            step = self._step()
            check(self._inside.platform, step.screen, tap, value, same, mishap)
            if isinstance(value, Chip) and not self._around.owns(value):
                raise MisuseError(
                    f"{value.name} is not a card of this lab: hold a card of one of its residents to the phone.",
                    code="foreign_device",
                )
            if tap == "close":
                return self._close(step)
            effect = Effect(elapse=timedelta())
            if tap != "back":
                work = EFFECTS.get(step.screen)
                effect = Effect() if work is None else work(step, Entry(tap, value, same, mishap))
            to = after(RULES[self._inside.platform], step.screen, tap, effect.outcome, subject=self.flow)
            passed = ev.ScreenPassed(self.flow, step.screen.name, tap, to.name)
            elapse = step.seconds if effect.elapse is None else effect.elapse
            self._around.record((*effect.events, passed), effect.secrets, elapse)
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
        """Close the app; the next set-up starts from the beginning."""
        return self.do("close")

    def run(
        self, *, same_pins: bool = False, mishaps: Mapping[Screen | Fallible, Sequence[Mishap]] | None = None
    ) -> Flow:
        """All the way through, with the holder's own PINs and face.

        Args:
            same_pins: the phone gets the card's PINs; otherwise new ones are drawn, and ``phone.slip`` shows them.
            mishaps: what goes wrong, by screen (or its name): one entry is used up at each visit, such as
                ``{"CAPTURE": ["liveness_failed", "liveness_failed"]}``; afterwards all goes well. Entries for a
                screen that is not reached stay unused.

        Returns:
            This flow, at an end: DONE; or at the first refusal that ``mishaps`` did not ask for (:attr:`notice` says
            why), so that a wrong PIN is not typed a second time.

        Raises:
            MisuseError: no such screen on this phone, or something that cannot happen there.
        """
        only_bool(same_pins=same_pins)
        asked = only_mapping("mishaps", mishaps, "{'CAPTURE': ['liveness_failed']}", code="unknown_mishap")
        left = by_screen(self._inside.platform, asked)
        while not self.finished:
            same = same_pins and self.offers_same
            mishap = left[self.screen].pop(0) if left.get(self.screen) else None
            self.do(self.may()[0], self.own_entry(same=same), same=same, mishap=mishap)
            if self.notice is not None and self.notice.code != mishap:
                break
        return self

    def own_entry(self, *, same: bool = False) -> str | None:
        """What the holder would type here: from her slip, or new for the phone, or the same once more.

        Args:
            same: the phone gets the card's PINs; otherwise new ones are drawn.

        Returns:
            The entry; None on a screen that asks for nothing.
        """
        only_bool(same=same)
        return typed.own_entry(self._step(), same=same)

    def _step(self) -> Step:
        return Step(self.flow, self.screen, self._inside, self._draft, self._around)

    def _closed(self) -> Screen:
        """Where closing the app leads from here."""
        rules = RULES[self._inside.platform]
        return after(rules, self._screen, "close") if "close" in may(rules, self._screen) else S.CLOSED

    def _close(self, step: Step) -> Flow:
        to = self._closed()
        left = ev.ApplicationAbandoned(self.flow, step.phone.phone, step.screen.name, "closed by the holder")
        self._around.record((interrupted(step), left) if to is S.INTERRUPTED else (left,))
        self._screen, self.notice, self._draft = to, None, Draft()
        return self

    # --------------------------------------------------------------------------------------------------------- text

    def app(self, language: str = "en") -> str:
        """The name now of the app that shows the screen (parameter ``app_renamed_on``), in ``ja`` or ``en``."""
        return wording.app(self._step(), language)

    def title(self, language: str = "en") -> str:
        """The screen's title in ``ja`` or ``en``."""
        return wording.title(self._step(), language)

    def body(self, language: str = "en") -> str:
        """What the screen says in ``ja`` or ``en``."""
        return wording.body(self._step(), language)

    def fact(self, language: str = "en") -> str:
        """What this screen teaches, in ``ja`` or ``en``."""
        return wording.fact(self._step(), language)

    def __str__(self) -> str:
        place = "end" if self.number is None else f"{self.number}/{max(NUMBERS[self._inside.platform].values())}"
        lines = [
            f"[{place}] {' · '.join(map(self.title, languages()))}  (TEST)",
            *(f"  {self.body(language)}" for language in languages()),
        ]
        if self.notice:
            lines += [f"  ! {self.notice.in_language(language)}" for language in languages()]
        if not self.finished:
            typed = f"  type: {self.asks}" if self.asks else ""
            lines.append(f"  taps: {', '.join(self.may())}{typed}")
        return "\n".join(lines)

    __repr__ = __str__
