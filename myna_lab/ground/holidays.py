"""Days on which offices are closed: public holidays by table, and the turn of the year.

Source: Act on National Holidays (Act No. 178 of 1948); Local Autonomy Act (Act No. 67 of 1947) article 4-2 for the turn
of the year, 29 December to 3 January by the ordinances of towns.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

__all__ = ["is_turn_of_year", "public_holiday"]

_FROM, _TO = (12, 29), (1, 3)


@functools.cache
def _table() -> Mapping[date, str]:
    years = tomllib.loads(files("myna_lab.ground").joinpath("holidays.toml").read_text(encoding="utf-8"))
    return {date.fromisoformat(f"{year}-{day}"): name for year, days in years.items() for day, name in days.items()}


def public_holiday(day: date) -> str:
    """The Japanese name of a public holiday; empty: it is none, or of a year that the table does not have."""
    return _table().get(day, "")


def is_turn_of_year(day: date) -> bool:
    """Whether it is one of the days from 29 December to 3 January."""
    return (day.month, day.day) >= _FROM or (day.month, day.day) <= _TO
