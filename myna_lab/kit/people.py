"""The holders of a kit: all but one live in one town. Some have names or births that not every program can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import NamedTuple

from myna_lab.formats import jpki
from myna_lab.ground.birthdays import age, birthday
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST
from myna_lab.jlis.office.subjects import subject_of
from myna_lab.parameters import Parameters
from myna_lab.residents import Resident, card_expiry, draw

__all__ = ["RARE", "People", "Rare"]

_PLACE = ("address", "prefecture", "city", "prefecture_latin", "city_latin", "municipality")


class Rare(NamedTuple):
    """What is rare about a holder."""

    state: str
    """Name of her certificates in the kit."""
    name: str
    born: date
    rare: str
    """For people."""
    address_end: str = ""
    birth_known: str = "day"
    """As in :class:`myna_lab.formats.jpki.Subject`."""
    is_raw: bool = False
    """Whether the name is written as it is, though a card would have substitutes: beyond the profile."""

    def subject(self, holder: Resident, parameters: Parameters) -> jpki.Subject:
        """The holder as her certificate states her."""
        subject = subject_of(holder, parameters)
        name, flags = (self.name, "") if self.is_raw else (subject.name, subject.name_substitutes)
        return jpki.Subject(
            name, subject.address, self.born, "unknown", flags, subject.address_substitutes, self.birth_known
        )


_BEYOND = "beyond the profile: letters for which a card has substitutes"
RARE = (
    Rare("name-substituted", "𠮷田　花子", date(1978, 12, 31), "a substitute in the name"),
    Rare("name-supplementary", "草彅　侔", date(1971, 11, 30), "supplementary kanji (JIS X 0212)"),
    Rare("name-variants", "髙﨑　德子", date(1958, 3, 3), _BEYOND, is_raw=True),
    Rare("name-four_octets", "𠮷田　𩸽", date(1971, 11, 30), f"{_BEYOND}, of four octets in UTF-8", is_raw=True),
    Rare("name-long", "寿限無寿限無五劫の擦り切れ　海砂利水魚の水行末雲来末風来末", date(1981, 1, 1), "a long name"),
    Rare("name-one_part", "マリアテスト", date(1975, 5, 5), "a name of one part"),
    Rare("address-substituted", "試験　住所", date(1962, 7, 1), "a substitute in the address", "　𡈽コーポ１０１"),
    Rare("born-taisho", "試験　大正", date(1925, 12, 24), "born in Taisho 14"),
    Rare("born-showa_last", "試験　昭和", date(1989, 1, 7), "born on the last day of Showa"),
    Rare("born-heisei_first", "試験　平成", date(1989, 1, 8), "born on the first day of Heisei"),
    Rare(
        "born-day_unknown", "試験　不詳", date(1950, 6, 15), "the day of birth is not known: zeros", birth_known="month"
    ),
    Rare("born-unknown", "試験　不明", date(1944, 4, 1), "the birth is not known: zeros", birth_known="nothing"),
)
"""Of signing certificates."""


class People:
    """Draws the holders.

    Args:
        chance: the kit's.
        parameters: ages, and how long a card lasts.
        begun: when the first are certified.
    """

    def __init__(self, chance: Chance, parameters: Parameters, begun: datetime) -> None:
        self._chance, self._parameters = chance, parameters
        self._home = self._drawn("kit-good", begun)

    def _drawn(self, person: str, on: datetime) -> Resident:
        """A resident who is old enough for a signing certificate."""
        drawn = draw(person, self._chance, on=on, parameters=self._parameters)
        missing = self._parameters.count("sign_certificate_minimum_age") - age(drawn.born, on.astimezone(JST).date())
        if missing <= 0:
            return drawn
        born = birthday(drawn.born, drawn.born.year - missing)
        return draw(person, self._chance, on=on, parameters=self._parameters, born=born)

    def holder(self, state: str, issued: datetime, *, away: bool, rare: Rare | None) -> Resident:
        """Whose certificates are in a state.

        Args:
            state: of the certificates.
            issued: when they are issued.
            away: whether she lives in another town than the others.
            rare: what is rare about her, if anything.
        """
        drawn = self._drawn(f"kit-{state}", issued)
        if away:
            others = (self._drawn(f"kit-elsewhere-{number}", issued) for number in count(1))
            return next(other for other in others if other.municipality != self._home.municipality)
        place = {name: getattr(self._home, name) for name in _PLACE}
        if rare is None:
            return replace(drawn, **place)
        expires = card_expiry(rare.born, issued.date(), self._parameters)
        address = self._home.address + rare.address_end
        return replace(drawn, **{**place, "address": address}, name=rare.name, born=rare.born, card_expires=expires)
