"""What a record holds: the document type, its two name spaces, and one row for each element.

Source: attribute facts 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cbor2 import CBORTag

from myna_lab.ground.birthdays import age
from myna_lab.ground.durations import KNOWN, era_of

__all__ = [
    "AGES_OVER",
    "COMMON",
    "DOC_TYPE",
    "ELEMENTS",
    "EXPIRY",
    "LICENCE",
    "LICENCE_NAME_SPACE",
    "MY_NUMBER",
    "NATIONAL",
    "TAG_FULL_DATE",
    "Attributes",
    "Element",
]

DOC_TYPE = "org.iso.23220.1.jp.mnc"
"""The Japanese My Number Card (confirmed)."""
LICENCE = "org.iso.18013.5.1.mDL"
"""A driving licence in a wallet; Japan's has none (confirmed)."""
LICENCE_NAME_SPACE, EXPIRY = "org.iso.18013.5.1", "expiry_date"
NATIONAL = "org.iso.23220.1.jp"
COMMON = "org.iso.23220.1"
MY_NUMBER = "individual_number_unicode"
AGES_OVER = (18, 20, 65)
"""Which ``age_over_NN`` are signed: majority, alcohol, senior fares (assumed: attribute facts 1.5)."""

TAG_FULL_DATE = 1004
"""RFC 8943."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the issuer states about the holder. The repr shows neither My Number nor portrait."""

    full_name: str
    resident_address: str
    local_gov_code: str
    """Five digits."""
    birth_date: date
    sex: str
    """``male`` or ``female``."""
    individual_number: str = field(repr=False)
    """12 digits, impossible ones."""
    portrait: bytes = field(repr=False)
    """JPEG 2000, as on the card (the real record's format is not published)."""
    birth_known: str = "day"
    """How much of the birth is known: a key of :data:`~myna_lab.ground.durations.KNOWN`."""
    western_birth_date: bool = False
    """Whether it is written in the Western calendar, as for foreign residents."""


class Element(NamedTuple):
    """One element of the record."""

    name_space: str
    identifier: str
    value: Callable[[Attributes, date], object]
    """From the attributes and the day of signing."""


def _written_birth_date(attributes: Attributes, on: date) -> str:
    """As the card's face prints it: 平成2年4月1日 or 1990年4月1日, and 昭和25年6月日不詳 where the day is not known.

    The record's own form is not published: assumed; what is not known is said as family registers say it.
    """
    born, n_known = attributes.birth_date, KNOWN[attributes.birth_known]
    era = era_of(born)
    year = born.year if attributes.western_birth_date else era.year(born)
    name = "" if attributes.western_birth_date else era.name
    parts = (
        f"{name}{'元' if year == 1 else year}年" if n_known >= KNOWN["year"] else "年",
        f"{born.month}月" if n_known >= KNOWN["month"] else "月",
        f"{born.day}日" if n_known >= KNOWN["day"] else "日不詳",
    )
    return "".join(parts)


def _age_over(years: int) -> Element:
    return Element(COMMON, f"age_over_{years:02d}", lambda attributes, on: age(attributes.birth_date, on) >= years)


ELEMENTS: tuple[Element, ...] = (
    Element(NATIONAL, "full_name_unicode", lambda a, on: a.full_name),
    Element(NATIONAL, "resident_address_unicode", lambda a, on: a.resident_address),
    Element(NATIONAL, "local_gov_code_unicode", lambda a, on: a.local_gov_code),
    Element(NATIONAL, "birth_date_unicode", _written_birth_date),
    Element(NATIONAL, "sex_unicode", lambda a, on: {"male": "男", "female": "女"}[a.sex]),
    Element(NATIONAL, MY_NUMBER, lambda a, on: a.individual_number),
    Element(NATIONAL, "portrait", lambda a, on: a.portrait),
    # ISO/IEC 18013-5 7.2.1: where the day is not known, an approximate one; so are the ages.
    Element(COMMON, "birth_date", lambda a, on: CBORTag(TAG_FULL_DATE, a.birth_date.isoformat())),
    Element(COMMON, "sex", lambda a, on: {"male": 1, "female": 2}[a.sex]),  # ISO/IEC 5218
    Element(COMMON, "age_in_years", lambda a, on: age(a.birth_date, on)),
    *(_age_over(years) for years in AGES_OVER),
)
"""The seven national elements and the common ones (names confirmed, value forms reported)."""
