"""Draw a resident from the seed: attributes that are given are taken, the others are drawn.

Each attribute has its own source of chance, so that giving one does not change the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.ground.birthdays import age, birthday
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.parameters import Parameters
from myna_lab.residents.given import checked
from myna_lab.residents.numbers import impossible_my_number
from myna_lab.residents.people import Reading, Town, districts, elsewhere, names, towns
from myna_lab.residents.portrait import FACE_LENGTH, portrait
from myna_lab.residents.resident import Resident
from myna_lab.residents.validity import card_expiry

__all__ = ["draw"]

YOUNGEST, OLDEST = 20, 89
"""Ages that are drawn (assumed: everyone drawn may have a card for ten years and both certificates)."""
YOUNGEST_DRIVER = 16
"""Age of the first driving licence, for mopeds (confirmed)."""

_PLACE = re.compile(r"(東京都|北海道|京都府|大阪府|.{1,6}?県)(.+?[市区町村])")
_LETTERS, _DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"  # none that look alike on paper
_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def draw(person: str, chance: Chance, *, on: datetime, parameters: Parameters, **given: object) -> Resident:
    """Draw a resident: an adult of 20 or more with a card issued today, unless other attributes are given.

    Args:
        person: her identifier in the log, ``person-1``; it names her source of chance.
        chance: the source below which hers is.
        on: today, timezone-aware.
        parameters: validity of cards.
        given: attributes of :class:`Resident` to take as they are (``born`` and ``card_expires`` also as text). For
            ``birth_known``, give what is not known: ``unknown_birth_day``, True or "day", "month", "year". A name
            without a space is divided where the table of names knows both parts. Readings come from that table, else
            they are "TEST". An address outside the invented towns is allowed; the town's code and Latin names then say
            TEST. A licence is on the card only if ``licence=True`` (few have it there; assumed), and has a PIN
            only if ``licence_pin`` is given.

    Returns:
        The resident. Same seed, person, day and given attributes: same resident.

    Raises:
        MisuseError: unknown attribute, an impossible value (the message says what would be right), born after today,
            a My Number that real people could have.
    """
    said = checked(given)
    own = chance.child(person)
    today = at(on).date()
    born = _born(said, own.child("born"), today)
    face: bytes = said.get("face", own.child("face").bytes(FACE_LENGTH))
    drawn: dict[str, Any] = {
        **names_of(said, own),
        **address_of(said, own),
        "born": born,
        "my_number": impossible_my_number(own.child("my_number")),
        "input_aid_pin": own.child("input_aid_pin").digits(4),
        "user_authentication_pin": own.child("user_authentication_pin").digits(4),
        "signing_password": _password(own.child("signing_password")),
        "resident_register_pin": own.child("resident_register_pin").digits(4),
        "security_code": own.child("security_code").digits(4),
        "card_expires": card_expiry(born, today, parameters),
        "licence": False,
        "face": face,
    }
    if "portrait" not in said:
        drawn["portrait"] = portrait(face)
    resident = Resident(person=person, **(drawn | said))
    if resident.licence_pin and not resident.licence:
        raise MisuseError("licence_pin is the PIN of a driving licence; also give licence=True.", code="bad_attribute")
    if resident.licence and age(born, today) < YOUNGEST_DRIVER:
        raise MisuseError(
            f"a driving licence needs an age of {YOUNGEST_DRIVER}; leave licence out, or give an earlier born.",
            code="too_young",
        )
    return resident


def _born(said: Mapping[str, Any], chance: Chance, today: date) -> date:
    if "born" in said:
        born: date = said["born"]
        if born > today:
            raise MisuseError(f"born must not lie after today, {today}.", code="bad_attribute", attribute="born")
        return born
    youngest = birthday(today, today.year - YOUNGEST)
    oldest = birthday(today, today.year - OLDEST)
    return oldest + timedelta(days=chance.integer(0, (youngest - oldest).days))


def names_of(said: Mapping[str, Any], own: Chance) -> dict[str, str]:
    """The name, its readings and a sex that fits: what is said of them, the rest drawn."""
    sex = said.get("sex") or _sex(said.get("name", ""), own.child("sex"))
    if "name" in said:
        surname, *rest = said["name"].split("\u3000")
        given_names = names("female") | names("male")
        readings = [_reading(surname, names("surname")), *(_reading(part, given_names) for part in rest)]
    else:
        readings = [
            own.child("surname").choice(tuple(names("surname").values())),
            own.child("given_name").choice(tuple(names(sex).values())),
        ]
    return {
        "name": "\u3000".join(reading.kanji for reading in readings),
        "name_kana": "\u3000".join(reading.kana for reading in readings),
        "name_latin": " ".join(reading.latin for reading in readings),
        "sex": sex,
    }


def _reading(part: str, known: Mapping[str, Reading]) -> Reading:
    """How a part of a name is read: as in the table, or as written if it is in Latin letters; else TEST."""
    return known.get(part) or Reading(part, "テスト", part if part.isascii() else "TEST")


def _sex(name: str, chance: Chance) -> str:
    """By the given name where the table knows it, else drawn."""
    drawn = chance.choice(("female", "male"))
    given_name = name.partition("\u3000")[2]
    return next((sex for sex in ("female", "male") if given_name in names(sex)), drawn)


def address_of(said: Mapping[str, Any], own: Chance) -> dict[str, str]:
    """The address and its town: what is said of them, the rest drawn."""
    town = own.child("town").choice(_places(said))
    facts = town._asdict() | {key: said[key] for key in Town._fields if key in said}
    begin = facts["prefecture"] + facts["city"]
    number = own.child("address")
    district, block = number.choice(districts()), number.integer(1, 6)
    drawn = f"{begin}{district}{block}丁目{number.integer(1, 20)}番{number.integer(1, 15)}号"
    address = said.get("address", drawn.translate(_WIDE_DIGITS))
    if not address.startswith(begin):
        raise MisuseError(f"the address must begin with its prefecture and city, {begin}.", code="bad_attribute")
    return facts | {"address": address}


def _places(said: Mapping[str, Any]) -> tuple[Town, ...]:
    """The towns that fit what is given; if none does, a single one from outside the map."""
    if "address" in said:
        matching = tuple(town for town in towns() if said["address"].startswith(town.prefecture + town.city))
    else:
        keys = [key for key in ("prefecture", "city", "municipality") if key in said]
        matching = tuple(town for town in towns() if all(getattr(town, key) == said[key] for key in keys))
    if matching:
        return matching
    if "prefecture" in said and "city" in said:
        return (elsewhere(said["prefecture"], said["city"]),)
    found = _PLACE.match(said.get("address", ""))
    if found is None:
        known = " ".join(f"{town.prefecture}{town.city}" for town in towns()[::3])
        raise MisuseError(
            "the place is unknown: begin the address with prefecture and city, or give prefecture= and city=; "
            f"invented ones are for example {known}.",
            code="unknown_place",
        )
    return (elsewhere(*found.groups()),)


def _password(chance: Chance) -> str:
    """Eight characters with letters and digits, as towns ask for."""
    return chance.text(4, _LETTERS) + chance.text(4, _DIGITS)
