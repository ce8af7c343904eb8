"""Fictional people: names, addresses, portraits, PINs and My Numbers that nobody can have; all drawn from a seed.

    draw("person-1", chance, on=..., parameters=...) -> Resident -> encode() -> the vault -> Resident.decode()

TEST data only. Towns are invented, My Numbers have a check digit that is wrong on purpose. Only the slip shows PINs.
"""

from __future__ import annotations

from myna_lab.residents.attributes import Attributes
from myna_lab.residents.changing import moved, renamed, with_alias
from myna_lab.residents.drawing import draw
from myna_lab.residents.numbers import my_number_check_digit, verification_number_b
from myna_lab.residents.pins import PIN_FORMS, PinForm, Slip, normalise, slip, well_formed
from myna_lab.residents.resident import Resident
from myna_lab.residents.validity import card_expiry

__all__ = [
    "PIN_FORMS",
    "Attributes",
    "PinForm",
    "Resident",
    "Slip",
    "card_expiry",
    "draw",
    "moved",
    "my_number_check_digit",
    "normalise",
    "renamed",
    "slip",
    "verification_number_b",
    "well_formed",
    "with_alias",
]
