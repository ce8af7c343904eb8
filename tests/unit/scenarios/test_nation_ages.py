"""Birthdays of arrays: the same as the rules for one person."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from myna_lab.ground import birthdays
from myna_lab.parameters import Parameters
from myna_lab.residents.validity import card_expiry
from myna_lab.scenarios.ages import Births, day_number, to_date
from myna_lab.scenarios.draws import Draws

N = 3000


def born_and_issued() -> tuple[np.ndarray, np.ndarray]:
    """Days of birth from 1910 on, leap days among them, and later days, the birthday itself among them."""
    draws, marks = Draws(7), Draws.marks(0, N)
    born = (3653 + draws.shares("born", marks) * 40000).astype(np.int32)
    leap = [day_number(date(year, 2, 29)) for year in range(1912, 2024, 4)]
    born[: len(leap)] = leap
    after = born + (draws.shares("after", marks) * 9000).astype(np.int32)
    after[-500:] = Births(born[-500:]).nth_birthday(after[-500:], 1)[0]
    return born, after


@pytest.mark.parametrize("leap_day", [birthdays.FEBRUARY_28, birthdays.MARCH_1])
@pytest.mark.parametrize("n", [1, 5, 10])
def test_birthdays_of_many_are_those_of_one(leap_day: str, n: int) -> None:
    """The n-th birthday after a day equals the scalar rule, whichever way leap days are read."""
    born, after = born_and_issued()
    (found,) = Births(born, leap_day).nth_birthday(after, n)
    for one, b, a in zip(found, born, after, strict=True):
        assert to_date(one) == birthdays.nth_birthday(to_date(b), to_date(a), n, leap_day)


def test_the_end_of_cards_is_that_of_a_laboratory() -> None:
    """Cards of many end on the day that the register gives each: 10th birthday if 18 at the issue, else 5th."""
    born, issued = born_and_issued()
    issued = np.maximum(issued, day_number(date(2022, 4, 1)))  # a laboratory begins later than that
    births = Births(born)
    n = np.where(births.is_adult(issued), 10, 5)
    (found,) = births.nth_birthday(issued, n)
    parameters = Parameters()
    for one, b, a in zip(found, born, issued, strict=True):
        assert to_date(one) == card_expiry(to_date(b), to_date(a), parameters).date()


@pytest.mark.parametrize(
    ("born", "issued", "adult"),
    [
        (date(2002, 4, 1), date(2022, 3, 31), False),  # 19
        (date(2002, 3, 31), date(2022, 3, 31), True),  # 20 on that day
        (date(2002, 4, 1), date(2022, 4, 1), True),
        (date(2004, 4, 1), date(2022, 4, 1), True),  # 18 on that day
        (date(2004, 4, 2), date(2022, 4, 1), False),
    ],
)
def test_who_came_of_age_at_twenty(born: date, issued: date, adult: bool) -> None:
    """Before 2022-04-01 a card lasted ten birthdays from the age of 20 on, since then from 18 on."""
    births = Births(np.array([day_number(born)], dtype=np.int32))
    assert births.is_adult(np.array([day_number(issued)], dtype=np.int32)).tolist() == [adult]


@pytest.mark.parametrize("years", [15, 18])
def test_an_age_is_reached_on_its_day(years: int) -> None:
    """On the day found the age is full, on the day before it is not; of a leap day's child 28 February is not."""
    born, _ = born_and_issued()
    for day, b in zip(Births(born).has_age(years), born, strict=True):
        assert birthdays.age(to_date(b), to_date(day)) == years
        assert birthdays.age(to_date(b), to_date(day) - timedelta(days=1)) == years - 1


def test_some_keep_their_births() -> None:
    """The births of some people are theirs, and not those of the first ones."""
    born, after = born_and_issued()
    some = np.array([5, 17, 2999])
    assert list(Births(born).take(some).nth_birthday(after[some], 5)[0]) == list(
        Births(born[some]).nth_birthday(after[some], 5)[0]
    )
