"""What may be given for a resident instead of being drawn: one check for each attribute.

A check returns the value in the form in which a card holds it, or raises MisuseError. No error quotes a secret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import half_width, nearest
from myna_lab.ground.durations import ERAS, at, end_of_day
from myna_lab.residents.numbers import my_number_check_digit
from myna_lab.residents.people import names
from myna_lab.residents.pins import PIN_FORMS, normalise, well_formed
from myna_lab.residents.portrait import FACE_LENGTH, JP2_SIGNATURE

__all__ = ["checked"]

LONGEST_NAME = 100
"""Characters (assumed: the longest names reported have about eighty)."""
LONGEST_ADDRESS = 200
"""Characters of an address in a certificate (confirmed)."""

LONGEST_PORTRAIT = 20_000
"""Octets: the file of the card's face, with its pictures of name and address, must be readable by READ BINARY, whose
offset ends at 32767 (ISO/IEC 7816-4 11.2.3)."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_DECOMPOSED = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f][\u0300-\u036f\u3099\u309a]+")
"""A letter and its marks in characters of their own, as macOS writes file names; compatibility ideographs stay."""
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


_OF_NAMES = frozenset("'’.,-‐・･＝=&＆’．，－〓")
_OF_PLACES = frozenset("〒〓")


def _wrong(attribute: str, right: str, because: str = "") -> MisuseError:
    return MisuseError(f"{attribute} must be {right}{because}.", code="bad_attribute", attribute=attribute)


def _named(character: str) -> str:
    """One character, as people and tables name it."""
    number = f"U+{ord(character):04X}"
    return f"; {character!r} ({number})" if character.isprintable() else f"; {number}"


def _stands_in_a_name(character: str) -> bool:
    """Letters of any script with their marks and variants, and the few signs of names; no digits and no pictures."""
    return unicodedata.category(character) in _LETTERS or character in _OF_NAMES


def _stands_in_a_place(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMNP" or category == "Sm" or character in _OF_PLACES


_LETTERS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl"))


def _words(attribute: str, value: object, right: str, fits: Callable[[str], bool]) -> str:
    """A text whose parts are joined by U+3000, marked letters in one character each.

    Raises:
        MisuseError: empty, or with a character that cannot be in it; the message names the character.
    """
    composed = _DECOMPOSED.sub(
        lambda found: unicodedata.normalize("NFC", found[0]), value if isinstance(value, str) else ""
    )
    parts = composed.split()
    strange = next((character for part in parts for character in part if not fits(character)), "")
    if not parts or strange:
        raise _wrong(attribute, right, f"{_named(strange)} cannot stand in it" if strange else "")
    return "\u3000".join(parts)


def _alias(attribute: str, value: object) -> str:
    right = f"a text such as '山田　花子', at most {LONGEST_NAME} characters: surname, space, given name or names"
    name = _words(attribute, value, right, _stands_in_a_name)
    if len(name) > LONGEST_NAME:
        raise _wrong(attribute, right)
    return name


def _name(value: object) -> str:
    """A name without a space is divided where the table of names knows both parts, else it stays one."""
    name = _alias("name", value)
    for surname in names("surname"):
        rest = name.removeprefix(surname)
        if rest != name and (rest in names("female") or rest in names("male")):
            return f"{surname}\u3000{rest}"
    return name


def _matching(attribute: str, pattern: str, right: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        text = half_width(value) if isinstance(value, str) else ""
        if not re.fullmatch(pattern, text):
            raise _wrong(attribute, right)
        return text

    return check


def _spelt(attribute: str, letters: str, value: object, right: str) -> str:
    """A text of these letters only (a character class); the error names any other character."""
    text = value if isinstance(value, str) else ""
    strange = re.search(f"[^{letters}]", text)
    if not text or strange:
        raise _wrong(attribute, right, f"{_named(strange[0])} cannot stand in it" if strange else "")
    return text


def _latin(attribute: str, example: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        right = f"Latin letters such as {example!r}"
        text = _spelt(attribute, "A-Za-z .,'-", half_width(value) if isinstance(value, str) else value, right)
        if not text[0].isalpha():
            raise _wrong(attribute, right)
        return text

    return check


def _name_kana(value: object) -> str:
    right = "katakana such as 'ヤマダ　ハナコ'"
    words = _words("name_kana", value, right, str.isprintable)
    kana = unicodedata.normalize("NFKC", words).translate(_KATAKANA).replace(" ", "\u3000")
    return _spelt("name_kana", "ァ-ヺー・\u3000", kana, right)


def _address(value: object) -> str:
    right = f"at most {LONGEST_ADDRESS} characters from the prefecture on, such as '青波県灯台市港町１丁目２番３号'"
    wide = _words("address", value, right, _stands_in_a_place).translate(_WIDE)
    if len(wide) > LONGEST_ADDRESS:
        raise _wrong("address", right)
    return wide


def _place(attribute: str) -> Callable[[object], str]:
    return lambda value: _words(attribute, value, "a text such as '青波県' or '灯台市'", _stands_in_a_place)


def _municipality(value: object) -> str:
    right = "five digits from 48000 up, in quotes: lower ones are real municipalities"
    code = _matching("municipality", r"[0-9]{5}", right)(value)
    if code < "48000":
        raise _wrong("municipality", right)
    return code


def _born(value: object) -> date:
    right = f"a day such as '1990-04-01', not before {ERAS[0].first_day}"
    if not isinstance(value, str | date):
        raise _wrong("born", right)
    day = _day(value)
    if day is None or day < ERAS[0].first_day:
        raise _wrong("born", right)
    return day


def _day(value: str | date) -> date | None:
    try:
        return at(value).date()
    except MisuseError:
        return None


_UNKNOWN = {"day": "month", "month": "year", "year": "nothing"}
"""What the register does not know of a birth, to how much it does know."""


def _unknown_birth_day(value: object) -> str:
    """As :attr:`Resident.birth_known`."""
    if isinstance(value, bool):
        return _UNKNOWN["day"] if value else "day"
    if not isinstance(value, str) or value not in _UNKNOWN:
        raise _wrong(
            "unknown_birth_day", "True or 'day' (the day is not known), 'month' (nor the month) or 'year' (nothing is)"
        )
    return _UNKNOWN[value]


def _card_expires(value: object) -> datetime:
    right = "a day such as '2035-04-01'; the card ends with that day"
    if not isinstance(value, str | date):
        raise _wrong("card_expires", right)
    day = _day(value)
    if day is None:
        raise _wrong("card_expires", right)
    return end_of_day(day)


def _my_number(value: object) -> str:
    right = "12 digits, in quotes, whose last digit is not the check digit"
    number = _matching("my_number", r"[0-9]{12}", right)(value)
    if my_number_check_digit(number[:11]) == number[11]:
        raise MisuseError(
            "this My Number has the right check digit, so real people could have it; change its last digit.",
            code="possible_my_number",
        )
    return number


def _portrait(value: object) -> bytes:
    if not isinstance(value, bytes) or not value.startswith(JP2_SIGNATURE) or len(value) > LONGEST_PORTRAIT:
        raise _wrong("portrait", f"the bytes of a JPEG 2000 file (JP2), at most {LONGEST_PORTRAIT}")
    return value


def _face(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != FACE_LENGTH:
        raise _wrong("face", f"{FACE_LENGTH} bytes")
    return value


def _switch(attribute: str) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, bool):
            raise _wrong(attribute, "True or False")
        return value

    return check


def _pin(kind: str) -> Callable[[object], str]:
    form = PIN_FORMS[kind]

    def check(value: object) -> str:
        if not isinstance(value, str) or not well_formed(kind, value):
            raise _wrong(form.attribute, f"{form.right}, in quotes")
        return normalise(kind, value)

    return check


_CHECKS: dict[str, Callable[[object], object]] = {
    "name": _name,
    "name_kana": _name_kana,
    "name_latin": _latin("name_latin", "Yamada Hanako"),
    "sex": _matching("sex", "male|female", "'male' or 'female'"),
    "born": _born,
    "address": _address,
    "prefecture": _place("prefecture"),
    "city": _place("city"),
    "prefecture_latin": _latin("prefecture_latin", "Aonami-ken"),
    "city_latin": _latin("city_latin", "Todai-shi"),
    "municipality": _municipality,
    "my_number": _my_number,
    "portrait": _portrait,
    **{form.attribute: _pin(kind) for kind, form in PIN_FORMS.items()},
    "security_code": _matching("security_code", r"[0-9]{4}", "4 digits, in quotes"),
    "card_expires": _card_expires,
    "licence": _switch("licence"),
    "alias": lambda value: _alias("alias", value),
    "unknown_birth_day": _unknown_birth_day,
    "western_birth_date": _switch("western_birth_date"),
    "face": _face,
}


def checked(given: Mapping[str, object]) -> dict[str, Any]:
    """The given attributes, each in its right form.

    Raises:
        MisuseError: an unknown attribute, or a value that cannot be.
    """
    unknown = sorted(given.keys() - _CHECKS.keys())
    if unknown:
        raise MisuseError(
            f"a resident has no attribute {', '.join(map(repr, unknown))}; there are {', '.join(_CHECKS)}."
            + nearest(unknown[0], _CHECKS),
            code="unknown_attribute",
        )
    right = {attribute: _CHECKS[attribute](value) for attribute, value in given.items()}
    if "unknown_birth_day" in right:
        right["birth_known"] = right.pop("unknown_birth_day")
    return right
