"""The driving licence (マイナ免許証) in the chip's free area: present only if the holder has one.

Numbers are ASCII, dates are the era's number and YYMMDD, texts are JIS X 0208 in two bytes a character. Each object has
a tag of one byte (C2 to FF) or two (0100 on) and a length of one byte, or 82 and two bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.devices.card.personalisation import Personalisation
from myna_lab.devices.card.structure import FREE, NEVER, Anchor, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import era_of

__all__ = ["CATEGORIES", "LICENCE", "NO_PIN", "Licence"]

_PIN = 0x0006
_ef = partial(ElementaryFile, "licence")

NO_PIN = "****"
"""What stands for the PIN on a licence without one."""

CATEGORIES = (
    "大型", "中型", "準中型", "普通", "大型特殊", "大型二輪", "普通二輪", "小型特殊", "原付", "けん引",
    "大型二種", "中型二種", "普通二種", "大型特殊二種", "けん引二種",
)  # fmt: skip
"""Categories in the order of tags EC to FA (the order is assumed)."""
_MISSING = b"\x22\x2e"
"""〓 for a character that JIS X 0208 lacks."""
_FILLED_TO = 256


@dataclass(frozen=True, slots=True, repr=False)
class Licence:
    """A driving licence. Its repr shows no number.

    Raises:
        MisuseError: a number, PIN or category that cannot be.
    """

    number: str
    """12 digits."""
    expires: date
    grade: str = "一般"
    """優良, 一般 or 新規."""
    conditions: tuple[str, ...] = ()
    """At most twelve texts, such as 眼鏡等."""
    held_since: Mapping[str, date | None] | None = None
    """Dates of the groups ``two_wheels``, ``others`` and ``class_two``; what is left out was never obtained."""
    categories: tuple[str, ...] = ("普通",)
    """Of :data:`CATEGORIES`."""
    pin: str = NO_PIN
    """4 digits; or :data:`NO_PIN`."""

    def __post_init__(self) -> None:
        if not (self.number.isascii() and self.number.isdecimal() and len(self.number) == 12):
            raise MisuseError("a licence number has 12 digits.", code="bad_licence")
        if self.pin != NO_PIN and not (self.pin.isascii() and self.pin.isdecimal() and len(self.pin) == 4):
            raise MisuseError("a licence PIN has 4 digits.", code="bad_licence")
        if unknown := sorted(set(self.categories) - set(CATEGORIES)):
            raise MisuseError(
                f"licence categories are {', '.join(CATEGORIES)}; got {unknown[0]!r}.", code="bad_licence"
            )

    def __repr__(self) -> str:
        return f"<Licence TEST until {self.expires}>"


def jis(text: str) -> bytes:
    """A text in JIS X 0208, two bytes a character; 〓 for what it lacks."""
    encoded = b""
    for character in text:
        pair = character.encode("euc_jp", "ignore")
        encoded += bytes(byte & 0x7F for byte in pair) if len(pair) == 2 and pair[0] != 0x8E else _MISSING
    return encoded


def dated(day: date | None) -> bytes:
    """A date in 7 digits: the era's number (5 is 令和), year, month, day; zeros if there is none."""
    if day is None:
        return b"0000000"
    era = era_of(day)
    return f"{era.digit}{era.year(day):02d}{day:%m%d}".encode()


def item(tag: int, value: bytes) -> bytes:
    """One object of the licence's own form."""
    n = len(value)
    length = bytes([n]) if n < 0x80 else b"\x82" + n.to_bytes(2, "big")
    return (tag.to_bytes(1, "big") if tag < 0x100 else tag.to_bytes(2, "big")) + length + value


_CONDITION_TAGS = (*range(0xC6, 0xCA), *range(0xCC, 0xD4))


def _texts(tags: Sequence[int], values: Sequence[str]) -> bytes:
    return b"".join(item(tag, jis(values[i]) if i < len(values) else b"") for i, tag in enumerate(tags))


def _pin_value(of: Personalisation) -> bytes | None:
    licence = of.further_of(Licence)
    return None if licence is None else licence.pin.encode()


def _pin_flag(of: Personalisation) -> bytes | None:
    licence = of.further_of(Licence)
    return None if licence is None else item(0xC1, bytes([licence.pin != NO_PIN]))


def _content(of: Personalisation) -> bytes | None:
    licence = of.further_of(Licence)
    if licence is None:
        return None
    since = licence.held_since or {}
    content = (
        item(0xC2, b"")
        + item(0xC3, b"")
        + item(0xC4, jis(licence.grade))
        + item(0xC5, dated(licence.expires))
        + _texts(_CONDITION_TAGS, licence.conditions)
        + _texts(range(0xD7, 0xDF), ())
        + item(0xE7, licence.number.encode())
        + b"".join(item(0xE9 + i, dated(since.get(g))) for i, g in enumerate(("two_wheels", "others", "class_two")))
        + b"".join(item(0xEC + i, bytes([name in licence.categories])) for i, name in enumerate(CATEGORIES))
        + item(0x0107, of.holder.portrait)
    )
    return content + bytes(-len(content) % _FILLED_TO)


def _signature(of: Personalisation) -> bytes | None:
    """By a key whose public half is on no card; the tags of the file and what exactly it covers are assumed."""
    content = _content(of)
    if content is None:
        return None
    signature = of.issuer_key("licence").sign(content, PKCS1v15(), SHA256())
    return item(0xB1, signature) + item(0xB2, jis("ＴＥＳＴ公安委員会"))


LICENCE = DedicatedFile(
    "licence",
    bytes.fromhex("A0000002310600000000000000000000"),
    "licence",
    (
        _ef(_PIN, Kind.REFERENCE, "licence_pin", use=NEVER, filled=_pin_value, tries="licence"),
        _ef(0x001A, Kind.DATA, "licence_pin_flag", FREE, filled=_pin_flag),
        _ef(0x001B, Kind.DATA, "licence", after(_PIN), filled=_content),
        _ef(0x001C, Kind.DATA, "licence_signature", after(_PIN), filled=_signature),
    ),
    optional=True,
    anchors=(Anchor("licence", 0x001C),),
)
"""Source: card facts 5; that the card itself changes no licence PIN is assumed."""
