"""Public holidays: the table is checked against the rules of the Act, written down here anew."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date, timedelta
from importlib.resources import files

import pytest

from myna_lab.ground.holidays import is_turn_of_year, public_holiday

YEARS = (2025, 2026, 2027)
FIXED = {
    (1, 1): "元日", (2, 11): "建国記念の日", (2, 23): "天皇誕生日", (4, 29): "昭和の日", (5, 3): "憲法記念日",
    (5, 4): "みどりの日", (5, 5): "こどもの日", (8, 11): "山の日", (11, 3): "文化の日", (11, 23): "勤労感謝の日",
}  # fmt: skip
MONDAYS = {(1, 2): "成人の日", (7, 3): "海の日", (9, 3): "敬老の日", (10, 2): "スポーツの日"}
"""Month and which Monday of it."""
EQUINOXES = {2025: ((3, 20), (9, 23)), 2026: ((3, 20), (9, 23)), 2027: ((3, 21), (9, 23))}
"""As announced in the gazette."""


def by_the_act(year: int) -> dict[date, str]:
    """Article 2; then article 3: the next day that is none for a Sunday, and a day between two."""
    found = {date(year, *day): name for day, name in FIXED.items()}
    for (month, nth), name in MONDAYS.items():
        first = date(year, month, 1)
        found[first + timedelta(days=(-first.weekday()) % 7 + 7 * (nth - 1))] = name
    found |= dict(zip((date(year, *day) for day in EQUINOXES[year]), ("春分の日", "秋分の日"), strict=True))
    named = dict(found)
    for day in sorted(named):
        if day.weekday() == 6:
            found[next(day + timedelta(days=n) for n in range(1, 8) if day + timedelta(days=n) not in named)] = "休日"
    for before, after in itertools.pairwise(sorted(named)):
        between = before + timedelta(days=1)
        if (after - before).days == 2 and between not in found:
            found[between] = "休日"
    return found


@pytest.mark.parametrize("year", YEARS)
def test_the_table_is_that_of_the_act(year: int) -> None:
    """Each day of the year is a holiday in the table if it is one by the Act, and by the same name."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    in_table = {day: name for day in days if day.year == year and (name := public_holiday(day))}
    assert in_table == by_the_act(year)


def test_the_table_has_these_years_alone() -> None:
    """Before and after, no holiday is known."""
    table = tomllib.loads(files("myna_lab.ground").joinpath("holidays.toml").read_text(encoding="utf-8"))
    assert sorted(map(int, table)) == list(YEARS)
    assert public_holiday(date(2028, 1, 1)) == ""


def test_the_turn_of_the_year() -> None:
    """Six days."""
    days = [date(2025, 12, 27) + timedelta(days=n) for n in range(10)]
    assert [day.isoformat() for day in days if is_turn_of_year(day)] == [
        "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03",
    ]  # fmt: skip
