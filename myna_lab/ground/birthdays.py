"""Birthdays and ages, for the whole package; people born on 29 February included.

    age        full years    of a leap day's child: from 1 March in common years          confirmed, the law on ages
    birthday   a day         of a leap day's child: 28 February or 1 March, by argument   assumed, no text was found

A year of age is complete at the end of the day before the anniversary or, if the month has no such day, at the end of
the month: a child of 29 February is a year older when 28 February is over. For such a child, no text says what
"birthday" means for the end of cards and certificates; the laws on driving licences and residence cards use
28 February.

Source: 年齢計算ニ関する法律; Civil Code (民法) 143, paragraph 2; the parallels are Road Traffic Act
(道路交通法) 92-2 and Immigration Control Act (出入国管理及び難民認定法) 19-5.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, datetime

__all__ = ["FEBRUARY_28", "MARCH_1", "age", "birthday", "months_before", "nth_birthday"]

FEBRUARY_28, MARCH_1 = "february_28", "march_1"
"""The two readings of a leap day's birthday in common years: choices of parameter ``leap_day_birthday``."""
_DAYS = {FEBRUARY_28: (2, 28), MARCH_1: (3, 1)}


def birthday(born: date, year: int, leap_day: str = FEBRUARY_28) -> date:
    """The birthday in a calendar year.

    Args:
        born: date of birth.
        year: the calendar year.
        leap_day: in common years, the birthday of those born on 29 February: ``FEBRUARY_28`` or ``MARCH_1``.
    """
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, *_DAYS[leap_day])
    return born.replace(year=year)


def age(born: date, on: date) -> int:
    """Age in full years on a day; the birthday itself counts, and 28 February does not count as a leap day's.

    Source: life-cycle facts 1.3.10 (confirmed).
    """
    return on.year - born.year - (on < birthday(born, on.year, MARCH_1))


def nth_birthday(born: date, after: date, n: int, leap_day: str = FEBRUARY_28) -> date:
    """The ``n``-th birthday (from 1) after a day; a birthday on the day itself is not counted.

    Args:
        born: date of birth.
        after: the day from which birthdays are counted.
        n: which birthday.
        leap_day: as for :func:`birthday`.

    Source: life-cycle facts 1.2.9 and 1.3.1 (confirmed).

    Example:
        >>> nth_birthday(date(1980, 2, 17), date(2025, 10, 27), 5)
        datetime.date(2030, 2, 17)
    """
    first = after.year + (birthday(born, after.year, leap_day) <= after)
    return birthday(born, first + n - 1, leap_day)


def months_before(end: datetime, n: int) -> datetime:
    """The day that lies so many months before an instant, from its beginning; a month without that day: its last one.

    Example:
        >>> months_before(datetime(2030, 5, 31, 23, 59, 59), 3)
        datetime.datetime(2030, 2, 28, 0, 0)
    """
    year, month = divmod(end.year * 12 + end.month - 1 - n, 12)
    day = min(end.day, monthrange(year, month + 1)[1])
    return end.replace(year=year, month=month + 1, day=day, hour=0, minute=0, second=0, microsecond=0)
