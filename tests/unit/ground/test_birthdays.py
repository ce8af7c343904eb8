"""Ages, birthdays and the end of a card."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from myna_lab.ground.birthdays import FEBRUARY_28, MARCH_1, age, birthday, nth_birthday
from myna_lab.ground.durations import at
from myna_lab.parameters import Parameters
from myna_lab.residents import card_expiry

LEAP = date(2000, 2, 29)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1990, 4, 1), date(2025, 3, 31), 34),
        (date(1990, 4, 1), date(2025, 4, 1), 35),
        (LEAP, date(2025, 2, 28), 24),
        (LEAP, date(2025, 3, 1), 25),
        (LEAP, date(2024, 2, 28), 23),
        (LEAP, date(2024, 2, 29), 24),
        (LEAP, LEAP, 0),
    ],
)
def test_age(born: date, on: date, years: int) -> None:
    """A year is full on the birthday; for those born on 29 February when 28 February is over (Civil Code 143)."""
    assert age(born, on) == years


def test_age_rises_by_one_on_each_birthday() -> None:
    """For any day of birth, the age goes up on exactly the days that are birthdays, 1 March for a leap day."""
    for born in (LEAP, date(2000, 2, 28), date(2000, 3, 1), date(1999, 12, 31)):
        day = date(2020, 1, 1)
        while day < date(2029, 1, 1):
            rose = age(born, day) - age(born, day - timedelta(days=1))
            assert rose == (day == birthday(born, day.year, MARCH_1)), (born, day)
            day += timedelta(days=1)


@pytest.mark.parametrize(
    ("born", "after", "n", "expected"),
    [
        (date(1980, 2, 17), date(2025, 10, 27), 5, date(2030, 2, 17)),  # certificate facts 2.10
        (date(1980, 2, 17), date(2025, 2, 16), 1, date(2025, 2, 17)),
        (date(1980, 2, 17), date(2025, 2, 17), 1, date(2026, 2, 17)),
    ],
)
def test_nth_birthday(born: date, after: date, n: int, expected: date) -> None:
    """Birthdays are counted after the day of issue, that day itself left out."""
    assert {nth_birthday(born, after, n, reading) for reading in (FEBRUARY_28, MARCH_1)} == {expected}


@pytest.mark.parametrize(
    ("after", "n", "february", "march"),
    [
        (date(2025, 2, 27), 1, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2025, 2, 28), 1, date(2026, 2, 28), date(2025, 3, 1)),
        (date(2025, 2, 28), 3, date(2028, 2, 29), date(2027, 3, 1)),
        (date(2025, 3, 1), 3, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2024, 2, 28), 1, date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), 5, date(2029, 2, 28), date(2029, 3, 1)),
    ],
)
def test_both_readings_of_a_leap_day(after: date, n: int, february: date, march: date) -> None:
    """In common years a leap day's birthday is 28 February or 1 March; in leap years there is nothing to read."""
    assert (nth_birthday(LEAP, after, n, FEBRUARY_28), nth_birthday(LEAP, after, n, MARCH_1)) == (february, march)


@pytest.mark.parametrize(("reading", "ends"), [("february_28", "2035-02-28"), ("march_1", "2035-03-01")])
def test_a_card_of_a_leap_day_ends_as_the_parameter_says(reading: str, ends: str) -> None:
    """The tenth birthday of who was born on 29 February is read by the parameter."""
    parameters = Parameters({"leap_day_birthday": reading})
    assert card_expiry(LEAP, date(2025, 6, 24), parameters) == at(f"{ends} 23:59:59")


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        ("2007-06-24", "2035-06-24"),  # 18 on the day of issue: adult
        ("2007-06-25", "2029-06-25"),  # 18 tomorrow: minor, and tomorrow is the first birthday
    ],
)
def test_card_expiry_turns_at_eighteen(born: str, ends: str) -> None:
    """A card ends at the 10th birthday after issue from 18 on, and at the 5th below, at 23:59:59 JST."""
    assert card_expiry(date.fromisoformat(born), date(2025, 6, 24), Parameters()) == at(f"{ends} 23:59:59")


def test_card_expiry_follows_the_parameters() -> None:
    """The number of birthdays is the parameter's."""
    changed = Parameters({"card_birthdays_adult": 3})
    assert card_expiry(date(1990, 4, 1), date(2025, 6, 24), changed) == at("2028-04-01 23:59:59")
