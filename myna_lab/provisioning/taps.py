"""What may be tapped and typed on each screen, and what can go wrong there; anything else is refused."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from myna_lab.devices.card import Chip
from myna_lab.devices.phone import Platform
from myna_lab.errors import MisuseError, TapRefused
from myna_lab.ground.arguments import nearest, only_bool, shown
from myna_lab.provisioning.screens import ENDS, RULES, Screen, Tap

__all__ = ["MISHAPS", "READING", "SAME", "TYPED", "Mishap", "Tap", "Typed", "by_screen", "check", "lawful_taps"]

S = Screen
Name = TypeVar("Name", bound=str)

Mishap = Literal["liveness_failed", "other_face", "twin", "link_lost", "interrupted"]
"""Something that goes wrong because the learner wants to see it."""

Typed = Literal["input_aid", "signing", "user_authentication"]
"""What a screen asks for."""

MISHAPS: Mapping[Screen, tuple[Mishap, ...]] = {
    S.CAPTURE: ("liveness_failed", "other_face", "twin"),
    S.READ: ("link_lost",),
    S.READ_AGAIN: ("link_lost",),
    S.WALLET: ("interrupted",),
    S.INSTALL: ("interrupted",),
}
"""What can go wrong on a screen."""

TYPED: Mapping[Screen, Typed] = {
    S.INPUT_AID_PIN: "input_aid",
    S.SIGN_PASSWORD: "signing",
    S.SIGN_PASSWORD_AGAIN: "signing",
    S.NEW_USER_PIN: "user_authentication",
    S.REPEAT_USER_PIN: "user_authentication",
    S.NEW_SIGN_PASSWORD: "signing",
    S.REPEAT_SIGN_PASSWORD: "signing",
}
"""What is typed on a screen; on the others, nothing."""

SAME = frozenset({S.NEW_USER_PIN, S.NEW_SIGN_PASSWORD})
"""Screens with the switch "same as on my plastic card"."""

READING = frozenset({S.READ, S.READ_AGAIN})
"""Screens on which a card is held to the phone."""


@functools.cache
def lawful_taps(platform: Platform, screen: Screen) -> tuple[Tap, ...]:
    """The taps that are lawful on a screen; the first leads on. Closing is always lawful, until the end."""
    if screen in ENDS:
        return ()
    taps: dict[Tap, None] = dict.fromkeys(row.on for row in RULES[platform] if row.before is screen)
    return (*(tap for tap in taps if tap != "close"), "close")


def check(platform: Platform, screen: Screen, tap: object, value: object, same: object, mishap: object) -> None:
    """Refuse a tap that is not lawful here, lacks what it needs, or comes with something else.

    Raises:
        TapRefused: says what is lawful. What was given is repeated only if it is the name of a tap or mishap, because
            it may be a PIN.
    """
    lawful = lawful_taps(platform, screen)

    def refusal(message: str, code: str) -> TapRefused:
        return TapRefused(message, code=code, lawful=lawful)

    found = _known(tap, lawful)
    if found is None:
        named = _quoted(tap, "this tap", {"close", *(row.on for row in RULES[platform])})
        possible = ", ".join(lawful) or "nothing: this set-up has ended; phone.add_card() begins a new one"
        raise refusal(
            f"{named} is not on screen {screen.value!r}; lawful: {possible}.{nearest(tap, lawful)}", "tap_refused"
        )
    only_bool(same=same)
    typed, leads_on = screen in TYPED, found not in ("back", "close")
    if typed and leads_on and not isinstance(value, str):
        raise refusal(f"screen {screen.value!r} asks for something typed: do({found!r}, '…').", "nothing_typed")
    is_card = screen in READING and isinstance(value, Chip)
    if value is not None and not (leads_on and (typed or is_card)):
        raise refusal(f"nothing can be typed on screen {screen.value!r} with {found!r}.", "nothing_to_type")
    if same and screen not in SAME:
        raise refusal(f"screen {screen.value!r} has no switch 'same as on my card'.", "no_switch")
    mishaps = MISHAPS.get(screen, ()) if leads_on else ()
    if mishap is not None and _known(mishap, mishaps) is None:
        named = _quoted(mishap, "this", {name for names in MISHAPS.values() for name in names})
        raise refusal(
            f"{named} cannot happen on screen {screen.value!r} with {found!r}; "
            f"possible: {', '.join(mishaps) or 'nothing'}.{nearest(mishap, mishaps)}",
            "no_mishap",
        )


def by_screen(platform: Platform, mishaps: Mapping[object, object]) -> dict[Screen, list[Mishap]]:
    """The mishaps of a whole run, by screen.

    Raises:
        MisuseError: no such screen on this platform, or something that cannot happen there.
    """
    found: dict[Screen, list[Mishap]] = {}
    shown_here = {row.before for row in RULES[platform]}
    there = {screen: names for screen, names in MISHAPS.items() if screen in shown_here}
    for key, wanted in mishaps.items():
        screen = key if isinstance(key, Screen) else Screen.__members__.get(key) if isinstance(key, str) else None
        possible = () if screen is None else there.get(screen, ())
        known = [_known(name, possible) for name in wanted] if isinstance(wanted, list | tuple) else [None]
        if screen not in there or None in known:
            can = "; ".join(f"{s.name}: {', '.join(names)}" for s, names in there.items())
            meant = _nearest_of(wanted, possible) if screen in there else nearest(key, [s.name for s in there])
            got = shown(key) if screen is None else screen.name
            raise MisuseError(
                f"mishaps on an {_MAKES[platform]} are lists by screen ({can}); got {got}: {_wanted(wanted)}.{meant}",
                code="unknown_mishap",
            )
        found[screen] = [name for name in known if name is not None]
    return found


_MAKES: Mapping[Platform, str] = {"iphone": "iPhone", "android": "Android phone"}


def _wanted(wanted: object) -> str:
    names = wanted if isinstance(wanted, list | tuple) else ()
    return f"[{', '.join(map(shown, names))}]" if names else shown(wanted)


def _known(given: object, names: Iterable[Name]) -> Name | None:
    """The name that was given, if it is one of these."""
    return next((name for name in names if isinstance(given, str) and name == given), None)


def _quoted(given: object, otherwise: str, names: set[str]) -> str:
    return repr(given) if isinstance(given, str) and given in names else otherwise


def _nearest_of(wanted: object, possible: Sequence[str]) -> str:
    wrong = [one for one in wanted if one not in possible] if isinstance(wanted, list | tuple) else [wanted]
    return nearest(wrong[0], possible)
