"""What may be said about a resident, for type checkers and for whoever looks it up."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict

__all__ = ["Attributes"]


class Attributes(TypedDict, total=False):
    """Attributes of a new resident; what is not said is drawn."""

    name: str
    """Surname, space, given name or names."""
    name_kana: str
    name_latin: str
    alias: str
    """通称 of a foreign resident."""
    sex: Literal["female", "male"]
    born: str | date
    unknown_birth_day: bool | Literal["day", "month", "year"]
    """What the register does not know: the day, nor the month, or nothing; ages then go by ``born`` all the same."""
    western_birth_date: bool
    address: str
    prefecture: str
    city: str
    prefecture_latin: str
    city_latin: str
    municipality: str
    """Five digits, from 48000 up."""
    my_number: str
    """Twelve digits whose last one is wrong."""
    card_expires: str | date
    input_aid_pin: str
    user_authentication_pin: str
    signing_password: str
    resident_register_pin: str
    security_code: str
    licence: bool
    licence_pin: str
    portrait: bytes
    """JPEG 2000."""
    face: bytes
