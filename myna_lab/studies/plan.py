"""What will befall each holder, drawn before anything is played: the same under every set of rules.

Instants are exponential distances from the one before (a Poisson process): to the microsecond, never on a tick.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, NamedTuple

from myna_lab.ground.chance import Chance
from myna_lab.studies.habits import Habits

__all__ = ["Ending", "Plan", "Term", "draw", "moments"]

_HOUR, _DAY, _YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
_NEVER = timedelta(days=10**6)
Platform = Literal["iphone", "android"]


class Ending(NamedTuple):
    """How a phone's time with its owner ends; times from the beginning of the study."""

    how: Literal["changed", "lost"]
    at: timedelta
    reported: timedelta | None
    """When the owner of a lost phone calls the hotline; None: never."""
    tried: bool
    """Whether somebody tries the phone that was given up or lost."""


class Term(NamedTuple):
    """One phone of a holder."""

    set_up: timedelta
    platform: Platform
    eager: bool
    """Whether it is tried at once."""
    ending: Ending | None
    """None: beyond the end of the study."""


class Plan(NamedTuple):
    """A holder."""

    pin: str
    log_ins: tuple[timedelta, ...]
    terms: tuple[Term, ...]
    chance: Chance


def draw(seed: int, holder: int, *, days: int, log_ins_a_day: float, losses_a_year: float, habits: Habits) -> Plan:
    """The plan of one holder; the same for the same seed and number, whoever else is there."""
    chance, end = Chance(seed).child(f"study/{holder}"), days * _DAY
    log_ins = tuple(_until(end, moments(chance.child("log_ins"), _mean(_DAY, log_ins_a_day))))
    return Plan(
        chance.child("pin").digits(4), log_ins, tuple(_terms(chance, end, losses_a_year, habits)), chance.child("tries")
    )


def _terms(chance: Chance, end: timedelta, losses_a_year: float, habits: Habits) -> Iterator[Term]:
    """One phone after the other; the first is set up in the first third of the study."""
    begins = chance.child("first").uniform() * (end / 3)
    number = 0
    while begins < end:
        own = chance.child(f"phone/{number}")
        changed = begins + _distance(own.child("changed"), _mean(_YEAR, habits.number("phone_changes_a_year")))
        lost = begins + _distance(own.child("lost"), _mean(_YEAR, losses_a_year))
        noticed = lost + _distance(own.child("noticed"), habits.duration("phone_loss_noticed_after"))
        calls = noticed + _distance(own.child("calls"), habits.duration("loss_reported_after"))
        replaced = noticed + _distance(own.child("replaced"), habits.duration("phone_replaced_after"))
        does = _happens(own.child("reports"), habits.number("losses_reported")) and calls < replaced
        if lost < changed:
            opens = _happens(own.child("finder"), habits.number("finder_opens"))
            ending = Ending("lost", lost, calls if does else None, opens)
        else:
            ending = Ending("changed", changed, None, _happens(own.child("former"), habits.number("former_tried")))
        yield Term(
            begins,
            "iphone" if _happens(own.child("platform"), habits.number("iphone_share")) else "android",
            _happens(own.child("eager"), habits.number("eager_users")),
            ending if ending.at < end else None,
        )
        begins, number = (replaced if lost < changed else changed), number + 1


def moments(chance: Chance, mean: timedelta) -> Iterator[timedelta]:
    """The instants of a Poisson process, from zero on, without end."""
    at = timedelta()
    while at < _NEVER:
        at += _distance(chance, mean)
        yield at


def _until(end: timedelta, times: Iterator[timedelta]) -> Iterator[timedelta]:
    for at in times:
        if at >= end:
            return
        yield at


def _mean(period: timedelta, times: float) -> timedelta:
    return period / times if times * _NEVER > period else _NEVER


def _distance(chance: Chance, mean: timedelta) -> timedelta:
    """An exponential time, at most a few thousand years."""
    return min(-math.log1p(-chance.uniform()) * mean, _NEVER) if mean < _NEVER else _NEVER


def _happens(chance: Chance, share: float) -> bool:
    return chance.uniform() < share
