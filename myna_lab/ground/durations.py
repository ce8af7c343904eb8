"""Times and durations as people write them: ``"5min"``, ``"2025-06-24 09:00"``, 令和7年.

All instants are timezone-aware; a time without an offset is Japan standard time (JST, UTC+9, no daylight saving).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import half_width, shown

__all__ = [
    "ERAS",
    "JST",
    "KNOWN",
    "Era",
    "at",
    "birth_digits",
    "birth_number",
    "by_now",
    "duration",
    "end_of_day",
    "era_of",
    "in_zone",
    "next_tick",
    "show",
    "show_birth",
    "show_duration",
    "tick",
]

JST = timezone(timedelta(hours=9), "JST")

_UNITS = {"ms": 0.001, "s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ](?!24)|$)", re.ASCII)  # no hour 24: Python takes it from 3.14 on
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|sec|s|min|h|d|w)", re.ASCII)


def duration(text: str | timedelta) -> timedelta:
    """Read a duration.

    Args:
        text: numbers with units ms, s, min, h, d, w, one after the other ("1h 30min"), also in full-width characters.
            A number without a unit is refused: it could mean seconds or minutes.

    Returns:
        The duration, at least zero.

    Raises:
        MisuseError: not a duration, or negative.

    Example:
        >>> duration("5min").total_seconds()
        300.0
    """
    try:
        value = text if isinstance(text, timedelta) else _read(text)
    except (ValueError, OverflowError):  # also: longer than a calendar
        value = None
    if value is None:
        raise MisuseError(
            f"{shown(text)} is not a duration; write it with its units, such as '5min', '90s', '1h 30min' or '1d'.",
            code="bad_duration",
        )
    if value < timedelta(0):
        raise MisuseError(f"a duration cannot be negative: {value!r}.", code="bad_duration")
    return value


def _read(text: object) -> timedelta | None:
    """The duration; None if the text is not numbers with units."""
    stripped, position, value = half_width(text).strip() if isinstance(text, str) else "", 0, timedelta()
    while match := _DURATION.match(stripped, position):
        value += timedelta(seconds=float(match[1]) * _UNITS[match[2]])
        position = match.end()
    return value if stripped and position == len(stripped) else None


def at(text: str | datetime | date) -> datetime:
    """Read an instant; without an offset it is JST.

    Args:
        text: ISO 8601 ("2025-06-24 09:00", "2025-06-24T00:00:00+00:00", "2025-06-24"), also in full-width characters;
            or an aware datetime.

    Returns:
        An aware datetime in JST.

    Raises:
        MisuseError: not a time, or a naive datetime object.

    Example:
        >>> show(at("2025-06-24"))
        '2025-06-24 00:00:00'
    """
    if isinstance(text, datetime) and text.utcoffset() is None:
        raise MisuseError(f"{text:%Y-%m-%d %H:%M:%S} has no time zone; add tzinfo=JST.", code="naive_time")
    try:
        value = _instant(text)
    except (ValueError, OverflowError):
        value = None
    if value is None:
        raise MisuseError(f"{shown(text)} is not a time; write for example '2025-06-24 09:00'.", code="bad_time")
    return value


def _instant(given: object) -> datetime | None:
    if isinstance(given, str):
        text = half_width(given).strip()
        given = datetime.fromisoformat(text) if _TIME.match(text) else None
    elif isinstance(given, date) and not isinstance(given, datetime):
        given = datetime(given.year, given.month, given.day, tzinfo=JST)
    if not isinstance(given, datetime):
        return None
    return given.replace(tzinfo=JST) if given.tzinfo is None else given.astimezone(JST)


def by_now(given: str | datetime | None, now: datetime) -> datetime:
    """The instant of a question about what happened or was published: now, or an earlier one.

    Args:
        given: as :func:`at` reads it; None: now.
        now: the clock.

    Raises:
        MisuseError: not a time, a naive one, or one in the future.
    """
    when = now if given is None else at(given)
    if when > now:
        raise MisuseError(f"it is {show(now)}; what will be at {show(when)} is not known yet.", code="future")
    return when


def show(instant: datetime) -> str:
    """The instant as people read it, in JST to the second: ``2025-06-24 09:00:00``."""
    return in_zone(instant).strftime("%Y-%m-%d %H:%M:%S")


def in_zone(instant: datetime, zone: tzinfo | None = JST) -> datetime:
    """The same instant in a time zone; if the calendar cannot hold it, the calendar's last second.

    RFC 5280 4.1.2.5 writes 9999-12-31 23:59:59 UTC for "no end"; in Japan that would be in the year 10000.
    """
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return datetime.max.replace(microsecond=0, tzinfo=zone)


def show_duration(value: timedelta) -> str:
    """The whole duration in units from days down, as :func:`duration` reads it: ``5min``, ``2d`` for 48 h, ``1.5s``."""
    rest, fraction = divmod(value, timedelta(seconds=1))
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60)):
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    if rest or fraction:
        parts.append(f"{rest}.{fraction.microseconds:06d}".rstrip("0").rstrip(".") + "s")
    return " ".join(parts) or "0s"


def tick(instant: datetime, period: timedelta) -> datetime:
    """The last tick at or before ``instant``; ticks count from midnight JST (:00, :15, :30, :45 for 15 min)."""
    midnight = instant.astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (instant - midnight) // period * period


def next_tick(instant: datetime, period: timedelta) -> datetime:
    """The first tick after ``instant``."""
    return tick(instant, period) + period


def end_of_day(day: date) -> datetime:
    """23:59:59 JST of a day: the moment at which JPKI certificates end (certificate facts 1.4 and 2.10)."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=JST)


class Era(NamedTuple):
    """A Japanese era (元号)."""

    digit: int
    """The digit that the signing certificate's birth date starts with."""
    name: str
    """In kanji."""
    romaji: str
    """In Latin letters."""
    first_day: date
    """First day of year 1."""

    def year(self, day: date) -> int:
        """Year within the era; 1 for the first calendar year."""
        return day.year - self.first_day.year + 1


ERAS = (
    Era(1, "明治", "Meiji", date(1868, 1, 25)),
    Era(2, "大正", "Taisho", date(1912, 7, 30)),
    Era(3, "昭和", "Showa", date(1926, 12, 25)),
    Era(4, "平成", "Heisei", date(1989, 1, 8)),
    Era(5, "令和", "Reiwa", date(2019, 5, 1)),
)


def era_of(day: date) -> Era:
    """The era of a day.

    Raises:
        MisuseError: before Meiji.
    """
    for era in reversed(ERAS):
        if day >= era.first_day:
            return era
    raise MisuseError(f"{day} is before the Meiji era.", code="bad_time")


KNOWN = {"day": 8, "month": 6, "year": 4, "nothing": 0}
"""How much of a birth the register knows, to the number of known digits in YYYYMMDD: the day, the month or all may be
missing. The rest is zeros (certificate facts 3.2; elsewhere assumed); ages and ends of validity go by a full date."""


def birth_digits(born: date, known: str = "day") -> str:
    """A birth as YYYYMMDD, zeros for unknown parts: ``19500600``."""
    return f"{born:%Y%m%d}"[: KNOWN[known]].ljust(8, "0")


def birth_number(born: date, known: str = "day", *, western: bool = False) -> str:
    """A birth as six digits: the year of the era, month, day; 1980-02-17 is ``550217``.

    Args:
        born: the date that the rules go by.
        known: a key of :data:`KNOWN`.
        western: the last two digits of the Western year instead, as for foreign residents.

    Source: card facts 1.4.7; the cards before these (Juki cards, a city's page) had
    Western years in this form, so here derived; zeros for unknown parts are assumed.
    """
    year = born.year % 100 if western else era_of(born).year(born)
    return ("00" if known == "nothing" else f"{year:02d}") + birth_digits(born, known)[4:]


def show_birth(born: date, known: str = "day") -> str:
    """A birth as people read it: ``1950-06-15``, or ``1950-06-??`` if the day is not known."""
    digits = f"{born:%Y%m%d}"[: KNOWN[known]].ljust(8, "?")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
