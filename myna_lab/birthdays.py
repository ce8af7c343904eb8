"""Birthdays and ages: what counts years of people in the whole package.

Who is born on 29 February has the birthday on 28 February in common years (assumed, as the driving-licence rules say
it; for the card no public text was found).
"""

from __future__ import annotations

from calendar import isleap
from datetime import date

__all__ = ["age", "birthday", "nth_birthday"]


def birthday(born: date, year: int) -> date:
    """The birthday in a calendar year; 28 February for those born on the 29th, in common years (assumed)."""
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def age(born: date, on: date) -> int:
    """Age in full years on a day; the birthday itself counts."""
    return on.year - born.year - (on < birthday(born, on.year))


def nth_birthday(born: date, after: date, n: int) -> date:
    """The ``n``-th birthday (from 1) after a day; a birthday on the day itself is not counted.

    Source: card and certificates end at "the n-th birthday after the issue" (confirmed).

    Example:
        >>> nth_birthday(date(1980, 2, 17), date(2025, 10, 27), 5)
        datetime.date(2030, 2, 17)
    """
    first = after.year + (birthday(born, after.year) <= after)
    return birthday(born, first + n - 1)
