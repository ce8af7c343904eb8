"""What becomes of a phone as a thing: lost, in lost mode, to be erased, reset, and what its wallet has heard.

Each is a small table of its own, and each event takes its step in every table that names it, in all or in none. They
stand beside the product of :mod:`myna_lab.jlis.books.phones` and are no more factors of it: no two of them decide the
same thing, and the product of all would have some three hundred rows that nobody can read aloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from myna_lab import events as ev
from myna_lab.rules import Rule, after

__all__ = [
    "APPS_RULES",
    "AS_BOUGHT",
    "ERASURE_RULES",
    "HEARD_RULES",
    "LOST_MODE_RULES",
    "OF_THE_THING",
    "WHEREABOUTS_RULES",
    "Apps",
    "Circumstances",
    "Erasure",
    "Heard",
    "LostMode",
    "Whereabouts",
]


class Whereabouts(Enum):
    """Who has a phone."""

    WITH_OWNER = "with its owner"
    LOST = "lost"
    IN_OTHER_HANDS = "in other hands"


class LostMode(Enum):
    """Whether its owner has stopped an iPhone from afar."""

    OFF = "off"
    ORDERED = "ordered"
    """The phone has not heard of it: it is offline."""
    ON = "on"


class Erasure(Enum):
    """Whether a phone is to be erased from afar."""

    NOT_ORDERED = "not ordered"
    ORDERED = "ordered"


class Apps(Enum):
    """Whether the app that put a card on an Android phone is still there."""

    THERE = "there"
    RESET = "reset"
    """Gone by a factory reset: what the secure element holds is residue."""


class Heard(Enum):
    """What an iPhone's wallet has heard of its card's revocation."""

    NOTHING = "nothing"
    REVOCATION = "revocation"


A, E, H, M, W = Apps, Erasure, Heard, LostMode, Whereabouts

_ANYBODY = "a thing can be given, sold, lent and picked up"
WHEREABOUTS_RULES: tuple[Rule[Whereabouts], ...] = (
    Rule(W.WITH_OWNER, ev.PhoneLost, W.LOST, "a thing can be lost"),
    Rule(W.WITH_OWNER, ev.PhoneHandedOver, W.IN_OTHER_HANDS, _ANYBODY),
    Rule(W.LOST, ev.PhoneFound, W.WITH_OWNER, "half of the lost phones come back"),
    Rule(W.LOST, ev.PhoneHandedOver, W.IN_OTHER_HANDS, _ANYBODY),
    Rule(W.IN_OTHER_HANDS, ev.PhoneHandedOver, W.IN_OTHER_HANDS, _ANYBODY),
    Rule(W.IN_OTHER_HANDS, ev.PhoneFound, W.WITH_OWNER, "it is given back"),
    Rule(W.IN_OTHER_HANDS, ev.PhoneLost, W.LOST, "whoever has it can lose it"),
)

_ERASED = "assumed: with all content gone nothing is left to suspend"
LOST_MODE_RULES: tuple[Rule[LostMode], ...] = (
    Rule(M.OFF, ev.LostModeOrdered, M.ORDERED, "reported: lost mode is ordered from elsewhere"),
    Rule(M.ORDERED, ev.LostModeTurnedOn, M.ON, "reported: it suspends the card, once the phone hears of it"),
    Rule(M.ORDERED, ev.LostModeTurnedOff, M.OFF, "the order is taken back"),
    Rule(M.ON, ev.LostModeTurnedOff, M.OFF, "by its owner, on the phone or from elsewhere"),
    *(Rule(state, ev.ContentErased, M.OFF, _ERASED) for state in LostMode),
)

_DONE = "done: now, or when the phone hears of the order"
ERASURE_RULES: tuple[Rule[Erasure], ...] = (
    Rule(E.NOT_ORDERED, ev.ErasureOrdered, E.ORDERED, "assumed: pending until the phone is online"),
    *(Rule(state, on, E.NOT_ORDERED, _DONE) for state in Erasure for on in (ev.ContentErased, ev.FactoryReset)),
)

_RESET = "confirmed: a factory reset takes apps and settings, not the secure element's data"
APPS_RULES: tuple[Rule[Apps], ...] = (
    Rule(A.THERE, ev.FactoryReset, A.RESET, _RESET),
    Rule(A.RESET, ev.FactoryReset, A.RESET, _RESET),
    *(Rule(state, ev.CredentialInstalled, A.THERE, "the app is installed anew to add a card") for state in Apps),
)

_CLEAN = "there is no card any more, or a new one, of which nothing was heard"
HEARD_RULES: tuple[Rule[Heard], ...] = (
    Rule(H.NOTHING, ev.RevocationLearned, H.REVOCATION, "assumed: the wallet asks from time to time"),
    *(Rule(state, on, H.NOTHING, _CLEAN) for state in Heard for on in (ev.PassAdded, ev.PassDeleted, ev.ContentErased)),
)

_TABLES: Mapping[str, tuple[Rule[Any], ...]] = {
    "whereabouts": WHEREABOUTS_RULES,
    "lost_mode": LOST_MODE_RULES,
    "erasure": ERASURE_RULES,
    "apps": APPS_RULES,
    "heard": HEARD_RULES,
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What became of one phone."""

    whereabouts: Whereabouts = Whereabouts.WITH_OWNER
    lost_mode: LostMode = LostMode.OFF
    erasure: Erasure = Erasure.NOT_ORDERED
    apps: Apps = Apps.THERE
    heard: Heard = Heard.NOTHING

    def after(self, on: type, subject: str) -> Circumstances:
        """What they are after an event; the same if no table names it.

        Args:
            on: the event's class.
            subject: the phone, for the error's text.

        Raises:
            IllegalTransition: a table that names the event does not allow it now.
        """
        taken = {name: after(_TABLES[name], getattr(self, name), on, subject=subject) for name in _NAMING.get(on, ())}
        return replace(self, **taken) if taken else self


_NAMING: Mapping[type, tuple[str, ...]] = {
    on: tuple(name for name, rules in _TABLES.items() if any(rule.on is on for rule in rules))
    for on in dict.fromkeys(rule.on for rules in _TABLES.values() for rule in rules)
    if isinstance(on, type)
}
"""The tables that name an event."""

OF_THE_THING: tuple[type[ev.Event], ...] = (
    ev.PhoneLost,
    ev.PhoneFound,
    ev.PhoneHandedOver,
    ev.LostModeOrdered,
    ev.LostModeTurnedOn,
    ev.LostModeTurnedOff,
    ev.ErasureOrdered,
)
"""Events that concern the thing alone; the others concern what is on it, too."""
AS_BOUGHT = Circumstances()
"""Those of a new phone."""
