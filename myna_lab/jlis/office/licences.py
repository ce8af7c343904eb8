"""The driving licence that goes onto a card: drawn like the rest of a fictional person."""

from __future__ import annotations

from datetime import date, timedelta

from myna_lab.devices.card import Licence
from myna_lab.devices.card.applications.licence import NO_PIN
from myna_lab.ground.birthdays import FEBRUARY_28, MARCH_1, age, nth_birthday
from myna_lab.ground.chance import Chance
from myna_lab.residents import Resident

__all__ = ["licence_of"]

_KINDS = ((18, "普通", "others"), (16, "原付", "two_wheels"))
"""Youngest age, category, and the group whose date it is."""
_BIRTHDAYS = {"優良": 5, "一般": 5, "新規": 3}
"""How many birthdays a licence lasts (the simplest cases; a month is added). Road Traffic Act 92-2: that of a leap
day's child is on 28 February in common years, whatever holds for cards."""


def licence_of(resident: Resident, chance: Chance, *, on: date) -> Licence:
    """A licence for an ordinary car, obtained between 18 and now; of a holder who is younger, for a moped.

    Args:
        resident: the holder, of 16 or more.
        chance: a source named for her licence.
        on: the day of issue.

    Returns:
        Its number begins with 00, which no prefecture has.
    """
    youngest, category, group = next(kind for kind in _KINDS if age(resident.born, on) >= kind[0])
    allowed = nth_birthday(resident.born, resident.born, youngest, MARCH_1)  # as ages are counted
    days = (on - allowed).days
    obtained = allowed + timedelta(days=chance.integer(0, days)) if days > 0 else on
    years = (on - obtained).days // 365
    grade = "新規" if years < 3 else chance.choice(("優良", "一般"))
    return Licence(
        number=f"00{chance.digits(10)}",
        expires=nth_birthday(resident.born, on, _BIRTHDAYS[grade], FEBRUARY_28) + timedelta(days=30),
        grade=grade,
        conditions=("眼鏡等",) if chance.integer(0, 1) else (),
        held_since={group: obtained},
        categories=(category,),
        pin=resident.licence_pin or NO_PIN,
    )
