"""The check digit of My Number and the verification number B."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at, birth_number
from myna_lab.residents import my_number_check_digit, verification_number_b
from myna_lab.residents.numbers import impossible_my_number


@pytest.mark.parametrize(
    ("eleven", "digit"),
    [
        ("12345678901", "8"),  # the number printed on sample cards
        ("00000000000", "0"),  # remainder 0
        ("00000000006", "0"),  # remainder 1: 10 becomes 0
        ("00000000001", "9"),
        ("10000000000", "5"),  # the leftmost weighs 6
        ("00001000000", "9"),  # the seventh from the right weighs 2
    ],
)
def test_check_digit(eleven: str, digit: str) -> None:
    """The check digit is that of the ordinance, both remainders below 2 giving 0."""
    assert my_number_check_digit(eleven) == digit


def test_my_numbers_are_impossible() -> None:
    """No drawn My Number has the right check digit, and every wrong one comes up."""
    steps = set()
    for i in range(500):
        number = impossible_my_number(Chance(i))
        assert len(number) == 12
        steps.add((int(number[11]) - int(my_number_check_digit(number[:11]))) % 10)
    assert steps == set(range(1, 10))


@pytest.mark.parametrize(
    ("born", "digits"),
    [
        (date(1980, 2, 17), "550217"),
        (date(1989, 1, 7), "640107"),
        (date(1989, 1, 8), "010108"),
        (date(2019, 4, 30), "310430"),
        (date(2019, 5, 1), "010501"),
        (date(1926, 12, 25), "011225"),
    ],
)
def test_birth_digits(born: date, digits: str) -> None:
    """The year of birth is that of the Japanese era, which changes on a day within a year."""
    assert birth_number(born) == digits


def test_verification_number_b() -> None:
    """The measured example of card facts 1.3.17 comes out: era birth date, Gregorian year of expiry, security code."""
    assert verification_number_b(date(1980, 2, 17), date(2035, 2, 17), "2285") == "55021720352285"


def test_verification_number_b_reads_the_year_in_japan() -> None:
    """An expiry at the end of a Japanese year counts for that year, whatever zone the instant is written in."""
    last_second = at("2035-12-31 23:59:59")
    new_year = at("2036-01-01 00:00:00").astimezone(UTC)
    assert verification_number_b(date(1980, 12, 31), last_second, "0000")[6:10] == "2035"
    assert verification_number_b(date(1980, 1, 1), new_year, "0000")[6:10] == "2036"
