"""One set-up: where it stands, what may be tapped, and what a tap does.

    do(tap, value) -> effect -> outcome -> rule -> next screen, recorded as one batch

What is typed is volatile: it lives here and goes with the flow. Everything else is in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, TapRefused
from myna_lab.ground.arguments import only_mapping, shown
from myna_lab.ground.durations import at as instant
from myna_lab.ground.switches import only_bool
from myna_lab.jlis.office import carries_attributes
from myna_lab.provisioning.applying import interrupted
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
        """The phone from inside: what the app and the secure element know. Its handle is one of ``lab.phones``."""
        self.rules = RULES[self.phone.platform]
        self.notice: Notice | None = None
        self.draft = Draft()
        self._screen = S.HOME

    # ---------------------------------------------------------------------------------------------------- questions

    @property
    def screen(self) -> Screen:
        """The screen that is shown; where closing leads if the phone shows another set-up meanwhile."""
        if self._screen not in ENDS and not self.around.is_open(self.flow):
            self._screen = self._closed()
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
        if self.finished:
            return ()
        return (*(tap for tap in may(self.rules, self.screen) if tap != "close"), "close")

    # --------------------------------------------------------------------------------------------------------- taps

    def do(self, tap: str, value: str | Chip | None = None, *, same: bool = False, mishap: str | None = None) -> Flow:
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
        with self.around.lock:
            screen = self.screen
            if not isinstance(tap, str) or tap not in self.may():
                lawful = ", ".join(self.may()) or "nothing: this set-up has ended; phone.add_card() begins a new one"
                named = repr(tap) if isinstance(tap, str) and tap in self._taps() else "this tap"  # it may be a PIN
                raise self._refusal(f"{named} is not on screen {screen.value!r}; lawful: {lawful}.", "tap_refused")
            only_bool(same=same)
            self._refuse_misplaced(screen, tap, value, same, mishap)
            if tap == "close":
                return self._close(screen)
            effect = Effect()
            if tap != "back" and (work := EFFECTS.get(screen)) is not None:
                effect = work(self, Entry(tap, value, same, mishap))
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

    def run(self, *, same_pins: bool = False, mishaps: Mapping[Screen | str, Sequence[str]] | None = None) -> Flow:
        """All the way through, with the holder's own PINs and face.

        Args:
            same_pins: the phone gets the card's PINs; otherwise new ones are drawn, and ``phone.slip`` shows them.
            mishaps: what goes wrong, by screen (or its name): one entry is used up at each visit, such as
                ``{"CAPTURE": ["liveness_failed", "liveness_failed"]}``; afterwards all goes well. What is meant for
                a screen that is not reached stays unused.

        Returns:
            This flow, at an end: DONE; or at the first refusal that ``mishaps`` did not ask for (:attr:`notice` says
            why), so that no PIN is typed twice in vain.

        Raises:
            MisuseError: no such screen, or something that cannot happen there.
        """
        only_bool(same_pins=same_pins)
        left = _by_screen(only_mapping("mishaps", mishaps, "{'CAPTURE': ['liveness_failed']}", code="unknown_mishap"))
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

    def _taps(self) -> set[str]:
        return {"close", *(rule.on for rule in self.rules)}

    def _refusal(self, message: str, code: str) -> TapRefused:
        return TapRefused(message, code=code, lawful=self.may())

    def _refuse_misplaced(self, screen: Screen, tap: str, value: object, same: bool, mishap: str | None) -> None:
        typed, leads_on = self.asks is not None, tap not in ("back", "close")
        reads = screen in (S.READ, S.READ_AGAIN)
        if typed and leads_on and not isinstance(value, str):
            raise self._refusal(f"screen {screen.value!r} asks for something typed: do({tap!r}, '…').", "nothing_typed")
        if value is not None and not (leads_on and (typed or (reads and isinstance(value, Chip)))):
            raise self._refusal(f"nothing can be typed on screen {screen.value!r} with {tap!r}.", "nothing_to_type")
        if same and not self.offers_same:
            raise self._refusal(f"screen {screen.value!r} has no switch 'same as on my card'.", "no_switch")
        mishaps = Entry.MISHAPS.get(screen, ()) if leads_on else ()
        if mishap is not None and not (isinstance(mishap, str) and mishap in mishaps):
            possible = ", ".join(mishaps) or "nothing"
            known = isinstance(mishap, str) and any(mishap in names for names in Entry.MISHAPS.values())
            named = repr(mishap) if known else "this"
            raise self._refusal(
                f"{named} cannot happen on screen {screen.value!r} with {tap!r}; possible: {possible}.", "no_mishap"
            )
        if isinstance(value, Chip) and not self.around.owns(value):
            raise MisuseError(
                f"{value.name} is not a card of this lab: hold one of its own residents' to the phone.",
                code="foreign_device",
            )

    def _closed(self) -> Screen:
        """Where closing the app leads from here."""
        return after(self.rules, self._screen, "close") if "close" in may(self.rules, self._screen) else S.CLOSED

    def _close(self, screen: Screen) -> Flow:
        to = self._closed()
        left = ev.ApplicationAbandoned(self.flow, self.phone.phone, screen.name, "closed by the holder")
        self.around.record((interrupted(self), left) if to is S.INTERRUPTED else (left,))
        self._screen, self.notice, self.draft = to, None, Draft()
        return self

    # --------------------------------------------------------------------------------------------------------- text

    @property
    def app(self) -> str:
        """Key of the app's name at this instant (parameter ``app_renamed_on``)."""
        renamed = self.around.now >= instant(self.around.parameters.date("app_renamed_on"))
        return "word.app_renamed" if renamed else "word.app"

    def title(self, language: str = "en") -> str:
        """The screen's title in ``ja`` or ``en``."""
        return text(f"screen.{self._key()}.title", language)

    def body(self, language: str = "en") -> str:
        """What the screen says in ``ja`` or ``en``."""
        delay = round(self.around.parameters.duration("activation_delay").total_seconds() / 60, 1)
        return text(f"screen.{self._key()}.body", language, minutes=delay)

    def _key(self) -> str:
        """The screen's sentences: those for what is special about this phone now, or else the general ones."""
        name = self.screen.name
        keys = (f"{situation}.{name}" for situation in self._situations())
        return next((key for key in keys if both(f"screen.{key}.title")), name)

    def _situations(self) -> Iterator[str]:
        platform = self.phone.platform
        if self.phone.installed is not None:
            yield "holding"
        if platform == "android" and carries_attributes(platform, self.around.now, self.around.parameters):
            yield "android_with_face"
        yield platform

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


def _by_screen(mishaps: Mapping[Screen | str, Sequence[str]]) -> dict[Screen, list[str]]:
    """The mishaps of :meth:`Flow.run`, checked."""
    found: dict[Screen, list[str]] = {}
    for key, wanted in mishaps.items():
        screen = key if isinstance(key, Screen) else Screen.__members__.get(key) if isinstance(key, str) else None
        possible = () if screen is None else Entry.MISHAPS.get(screen, ())
        fits = isinstance(wanted, list | tuple) and all(isinstance(one, str) and one in possible for one in wanted)
        if screen is None or not fits:
            can = "; ".join(f"{s.name}: {', '.join(names)}" for s, names in Entry.MISHAPS.items())
            raise MisuseError(
                f"mishaps are lists by screen ({can}); got {shown(key)}: {shown(wanted)}.", code="unknown_mishap"
            )
        found[screen] = list(wanted)
    return found
