"""What one simulation needs, as plain numbers and small tables: made once from the assumptions, sent to every worker.

All instants are whole seconds since 1900-01-01 00:00 JST, all days are numbers of :mod:`ages`. The window is what is
counted; lives begin before it, so that its first midnight has its true stock, and what began in it is told to its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from myna_lab.ground.curves import by_day, by_number
from myna_lab.scenarios.ages import Days, day_number
from myna_lab.scenarios.assumptions import SERVICES, Assumptions
from myna_lab.scenarios.draws import Floats, Ints, Words, thresholds

__all__ = ["DAY", "NEVER", "NOON", "SETUP_SCREENS", "YEAR", "AddingCurve", "Plan", "Service"]

DAY, YEAR = 86400, 365.25 * 86400
NOON = DAY // 2
"""Seconds of a day after which a renewal at the window takes place; days alone are drawn for it."""
NEVER = 1 << 40
"""Seconds: after everything."""
_OLDEST = 110
_STEPS = 1 << 13
"""Of the inverse of a curve: with the default numbers a step is about an hour in the first days."""
_QUANTILES = 1 << 12
_AGES = {
    "age_at_first_card_to_2017": 0,
    "age_at_first_card_to_2022": day_number(date(2017, 6, 1)),
    "age_at_first_card": day_number(date(2022, 4, 1)),
}
"""Ages at the first card, and the day from which each is that of the people who receive theirs."""
SETUP_SCREENS = ("face", "input_aid_pin", "signing_password", "card_reading", "new_pins", "wallet")
"""Screens of the set-up at which tries end, in their order (set-up facts 1)."""


class Service(NamedTuple):
    """How one kind of use learns of a revocation."""

    name: str
    uses_a_year: float
    status: str
    """ocsp, crl or offline."""
    cache: int
    """Seconds for which an OCSP answer is kept."""


@dataclass(frozen=True)
class AddingCurve:
    """When people of one platform add the card: cumulative hazard by day."""

    first: int
    """First day."""
    hazard: Floats
    """By midnight of each day from the first on; its last value is the end of what is simulated."""
    inverse: Floats
    """Days after the first at equal steps of the hazard."""

    @classmethod
    def of(cls, first: int, hazard: Floats) -> AddingCurve:
        """The curve of a cumulative hazard."""
        steps = np.linspace(0, hazard[-1], _STEPS + 1)
        return cls(first, hazard, np.asarray(np.interp(steps, hazard, np.arange(len(hazard), dtype=float))))

    def thresholds(self, before: int) -> Words:
        """Of each day to ``before``: below it lie the words of those who add the card from then to the end."""
        left = self.hazard[-1] - self.hazard
        words = thresholds(-np.expm1(-left))
        days = np.clip(np.arange(before) - self.first, 0, len(words) - 1)
        return words.take(days)

    def times(self, since: Days, shares: Floats) -> Ints:
        """The second at which they add it, who can since a day; NEVER, if not before the end."""
        start = self.hazard.take(np.clip(since - self.first, 0, len(self.hazard) - 1))
        reached = start - np.log1p(-shares)
        place = np.minimum(reached, self.hazard[-1]) * (_STEPS / max(self.hazard[-1], 1e-300))
        step = np.minimum(place.astype(np.int64), _STEPS - 1)
        low = self.inverse.take(step)
        day = low + (self.inverse.take(step + 1) - low) * (place - step)
        at = (day * DAY).astype(np.int64) + self.first * DAY
        return np.where(reached < self.hazard[-1], np.maximum(at, since * np.int64(DAY)), NEVER)


@dataclass(frozen=True)
class Plan:
    """See the module."""

    values: dict[str, Any]
    """Parameter to number: seconds, shares, counts, days, choices."""
    first_day: int
    days: int
    services: tuple[Service, ...]
    hours: Floats
    """Share of a day's uses in each of its hours."""
    people: float
    """Who have received a first card by the end, in the country."""
    issue_days: Floats
    """Quantiles of the first card's day."""
    issue_ages: Floats
    """Quantiles of the age at it, in days: a table for each time, one after the other."""
    ages_of: Ints
    """By step of ``issue_days``: where the table of its time begins."""
    made_before: Days
    """By step of ``issue_days``: days from the making of the card to its delivery; expiries count from the making."""
    survival: Floats
    """By age in days: share of people who reach it."""
    life_left: Floats
    """By age in days: cumulative hazard of death; its rate doubles every so many years (Gompertz)."""
    death: tuple[float, float]
    """Scale of that integral, and the days in which it doubles."""
    changes: Words
    """By days left: below it lie the words of those with a change of address or name in them."""
    card_losses: Words
    adding: dict[bool, AddingCurve]
    """True: iPhone."""
    adds: Words
    """By the day from which people can: below it lie the words of those who add it; Android, then iPhone."""

    @classmethod
    def of(cls, assumptions: Assumptions, start: date, days: int) -> Plan:
        """The plan of a study.

        Args:
            assumptions: every number.
            start: first day of the window.
            days: its length.
        """
        values = {name: _plain(parameter.value) for name, parameter in assumptions.items()}
        first_day = day_number(start)
        last = first_day + days
        doubling = values["death_rate_doubles"] * 365.25
        scale = values["death_rate_at_70"] / 365.25 * np.exp2(-70 * 365.25 / doubling) * doubling / np.log(2)
        cumulative = scale * np.expm1(np.arange(_OLDEST * 365 + 29) * (np.log(2) / doubling))
        curve = _issue_curve(values, last)
        adding = {phone: _adding(values, phone, last) for phone in (False, True)}
        return cls(
            values=values,
            first_day=first_day,
            days=days,
            services=tuple(
                Service(s, *(values[f"{s}_{what}"] for what in ("uses_a_year", "status", "cache"))) for s in SERVICES
            ),
            hours=_hours(values["uses_by_hour"]),
            people=curve[-1][1] * 1e6,
            issue_days=_quantiles([(day, millions / curve[-1][1]) for day, millions in curve]),
            issue_ages=np.concatenate(
                [_quantiles([(y * 365.25, s) for y, s in by_number(values[name])]) for name in _AGES]
            ),
            ages_of=np.searchsorted(list(_AGES.values())[1:], _in_the_middle(curve), side="right") * (_QUANTILES + 1),
            made_before=_made_before(values, curve),
            changes=_at_least_once(values["moves_a_year"] + values["name_changes_a_year"], values, last),
            card_losses=_at_least_once(values["card_losses_a_year"], values, last),
            survival=np.exp(-cumulative),
            life_left=cumulative,
            death=(scale, doubling),
            adding=adding,
            adds=np.concatenate([adding[phone].thresholds(last + 366) for phone in (False, True)]),
        )

    def dies_at(self, age: Days, left: Floats) -> Floats:
        """Age in days at death of those who were alive at an age, of whom a share lives as long or longer."""
        scale, doubling = self.death
        died: Floats = doubling * np.log2(1 + (self.life_left.take(age) - np.log(left)) / scale)
        return died

    @property
    def last_day(self) -> int:
        """The day after the window."""
        return self.first_day + self.days

    @property
    def begin(self) -> int:
        """First second of the window."""
        return self.first_day * DAY

    @property
    def end(self) -> int:
        """First second after it."""
        return self.last_day * DAY


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return day_number(value) if isinstance(value, date) else value


def _issue_curve(values: dict[str, Any], last: int) -> list[tuple[float, float]]:
    """Millions of people by day."""
    first = 1 - values["cards_delivered_again"]
    points = [(float(day_number(day)), millions * first) for day, millions in by_day(values["cards_delivered"])]
    day, millions = points[-1]
    if last > day:
        points.append((float(last), millions + values["first_cards_a_year"] * (last - day) / 365.25))
    else:
        where, counts = zip(*points, strict=True)
        reached = float(np.interp(last, where, counts))
        points = [point for point in points if point[0] < last] + [(float(last), reached)]
    return points


def _hours(curve: str) -> Floats:
    """Shares of 24 hours under a curve, by trapezoids of a minute."""
    hours, weights = zip(*by_number(curve), strict=True)
    density = np.interp(np.linspace(0, 24, 24 * 60 + 1), hours, weights)
    each = ((density[:-1] + density[1:]) / 2).reshape(24, 60).sum(axis=1)
    return np.asarray(each / each.sum(), dtype=np.float64)


def _at_least_once(rate: float, values: dict[str, Any], last: int) -> Words:
    longest = last - day_number(by_day(values["cards_delivered"])[0][0])
    return thresholds(-np.expm1(-rate * np.arange(longest + 2) * DAY / YEAR))


def _quantiles(points: list[tuple[float, float]]) -> Floats:
    """The curve's inverse at equal steps and at both ends."""
    where, shares = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, _QUANTILES + 1), shares, where), dtype=np.float64)


def _in_the_middle(curve: list[tuple[float, float]]) -> Floats:
    """The day of the first card, in the middle of each step of its quantiles."""
    ends = _quantiles([(day, millions / curve[-1][1]) for day, millions in curve])
    return (ends[:-1] + ends[1:]) / 2


def _made_before(values: dict[str, Any], curve: list[tuple[float, float]]) -> Days:
    """Cards are delivered in the order in which they were made."""
    made, millions = zip(*by_day(values["cards_made"]), strict=True)
    delivered = _in_the_middle(curve)
    which = (np.arange(_QUANTILES) + 0.5) / _QUANTILES * curve[-1][1]
    days = np.interp(which, millions, [day_number(day) for day in made])
    usual = delivered - values["card_made_before"] / DAY
    return np.maximum(delivered - np.where(which < millions[-1], np.minimum(days, delivered), usual), 0).astype(
        np.int32
    )


def _adding(values: dict[str, Any], iphone: bool, last: int) -> AddingCurve:
    first = values["iphone_phone_from" if iphone else "android_phone_from"]
    days = np.arange(max(last - first, 0) + 1, dtype=float)
    if iphone:
        wave = values["iphone_first_wave"] * -np.expm1(-days * DAY / values["iphone_first_wave_lasts"])
        return AddingCurve.of(first, wave + values["iphone_added_a_year"] / 365.25 * days)
    later = np.maximum(days - (values["android_attributes_from"] - first), 0)
    rates = values["android_added_a_year"] * (days - later) + values["android_added_with_attributes"] * later
    return AddingCurve.of(first, rates / 365.25)
