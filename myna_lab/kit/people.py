"""Holders that not every reader of certificates copes with: letters, dates and lengths."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from myna_lab import jpki
from myna_lab.parameters import Parameters
from myna_lab.registry.certificates import subject_of
from myna_lab.residents import Resident

__all__ = ["RARE", "Rare"]


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
    """As in :class:`myna_lab.jpki.Subject`."""
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
