"""Birthdays and ages of many people at once: the rules of :mod:`myna_lab.ground.birthdays` as tables.

    birth and another day (days since 1900, int32)  ->  year and place of the birthday  ->  table[year, place]

Years from 1900 to 2099. A test compares with the rules for one person, leap days included.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from myna_lab.ground.birthdays import FEBRUARY_28, MARCH_1, birthday

__all__ = ["EPOCH", "Births", "Days", "day_number", "to_date"]

Days = NDArray[np.int32]
EPOCH = date(1900, 1, 1)
"""Day 0."""
_FIRST, _YEARS, _PLACES = 1900, 200, 366


def day_number(day: date) -> int:
    """Days since 1900-01-01."""
    return (day - EPOCH).days


_AT_18_FROM = day_number(date(2022, 4, 1))
"""The day since which people come of age at 18, and no longer at 20."""


def to_date(number: int) -> date:
    """The day of a number."""
    return EPOCH + timedelta(days=int(number))


@functools.cache
def _calendar() -> tuple[Days, Days]:
    """Of each day: the year (from 0 for 1900), and the place of its month and day in a leap year."""
    days = np.arange(np.datetime64(f"{_FIRST}-01-01"), np.datetime64(f"{_FIRST + _YEARS}-01-01"))
    years = days.astype("datetime64[Y]").astype(int) + 1970 - _FIRST
    places = (days - days.astype("datetime64[Y]")).astype(int)
    leap = np.array([(date(_FIRST + y, 12, 31) - date(_FIRST + y, 1, 1)).days == 365 for y in range(_YEARS)])
    places += ~leap[years] & (places >= 59)
    return years.astype(np.int32), places.astype(np.int32)


@functools.cache
def _birthdays(leap_day: str) -> Days:
    """Of each year and place: the day of the birthday, in one row after the other."""
    born = [date(2000, 1, 1) + timedelta(days=place) for place in range(_PLACES)]
    rows = [[day_number(birthday(day, year, leap_day)) for day in born] for year in range(_FIRST, _FIRST + _YEARS)]
    return np.array(rows, dtype=np.int32).ravel()


class Births:
    """Days of birth of many people.

    Args:
        born: days since 1900-01-01.
        leap_day: as for :func:`myna_lab.ground.birthdays.birthday`.
    """

    def __init__(self, born: Days, leap_day: str = FEBRUARY_28) -> None:
        years, places = _calendar()
        self._leap_day, self._place = leap_day, places.take(born)
        self._row = years.take(born) * np.int32(_PLACES) + self._place

    def take(self, some: NDArray[np.integer]) -> Births:
        """Those of some people."""
        few = object.__new__(Births)
        few._leap_day, few._place, few._row = self._leap_day, self._place.take(some), self._row.take(some)
        return few

    def nth_birthday(self, after: Days, *counts: Days | int) -> tuple[Days, ...]:
        """The ``n``-th birthday (from 1) after a day, for each ``n``; a birthday on the day itself is not counted.

        Source: life-cycle facts 1.2.9 and 1.3.1 (confirmed).
        """
        years, table = _calendar()[0], _birthdays(self._leap_day)
        row = years.take(after) * np.int32(_PLACES) + self._place
        row += (table.take(row) <= after) * np.int32(_PLACES) - np.int32(_PLACES)
        return tuple(table.take(row + np.asarray(n, dtype=np.int32) * np.int32(_PLACES)) for n in counts)

    def has_age(self, years: int) -> Days:
        """The day on which they reach an age in full years (of a leap day's child in common years: 1 March).

        Source: life-cycle facts 1.3.10 (confirmed).
        """
        return _birthdays(MARCH_1).take(self._row + np.int32(years * _PLACES))

    def is_adult(self, day: Days) -> NDArray[np.bool_]:
        """Whether a card that is issued on a day lasts as long as an adult's; its issue stands for the application.

        Source: life-cycle facts 1.3.2 (confirmed).
        """
        return np.where(day >= _AT_18_FROM, self.has_age(18), self.has_age(20)) <= day
