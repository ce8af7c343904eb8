"""When a plastic card ends."""

from __future__ import annotations

from datetime import date, datetime

from myna_lab.ground.birthdays import age, nth_birthday
from myna_lab.ground.durations import end_of_day
from myna_lab.parameters import Parameters

__all__ = ["ADULT", "card_expiry"]

ADULT = 18
"""Age of majority since 2022-04-01, in years (confirmed)."""


def card_expiry(born: date, issued_on: date, parameters: Parameters) -> datetime:
    """Last second of a plastic card: the 10th birthday after the issue for adults, the 5th for minors.

    Args:
        born: day of birth.
        issued_on: day of issue, not before the birth.
        parameters: ``card_birthdays_adult``, ``card_birthdays_minor`` and ``leap_day_birthday`` are used.

    Returns:
        23:59:59 JST of that day.

    Source: government PR of 2025-09 (confirmed): adult is 18 or over at issue.
    """
    kind = "card_birthdays_adult" if age(born, issued_on) >= ADULT else "card_birthdays_minor"
    n, leap_day = parameters.count(kind), parameters.text("leap_day_birthday")
    return end_of_day(nth_birthday(born, issued_on, n, leap_day))
