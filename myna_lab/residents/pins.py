"""The three PINs of a card: their forms, and the slip of paper that shows them (the only place that does)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.errors import MisuseError

if TYPE_CHECKING:
    from myna_lab.residents.resident import Resident

__all__ = ["PIN_FORMS", "PinForm", "Slip", "normalise", "slip", "well_formed"]


class PinForm(NamedTuple):
    """What a PIN looks like."""

    pattern: str
    """Regular expression of the whole PIN."""
    en: str
    ja: str
    name_en: str
    name_ja: str
    attribute: str
    """Field of :class:`Resident` that holds it."""


PIN_FORMS: dict[str, PinForm] = {
    "user_authentication": PinForm(
        r"[0-9]{4}",
        "4 digits",
        "数字4桁",
        "User-authentication PIN",
        "利用者証明用電子証明書の暗証番号",
        "user_authentication_pin",
    ),
    "input_aid": PinForm(
        r"[0-9]{4}", "4 digits", "数字4桁", "Card-face input-aid PIN", "券面事項入力補助用の暗証番号", "input_aid_pin"
    ),
    "signing": PinForm(
        r"(?=.*[A-Z])(?=.*[0-9])[A-Z0-9]{6,16}",
        "6 to 16 capital letters A-Z and digits, at least one of each",
        "英大文字と数字で6文字以上16文字以下、それぞれ1文字以上",
        "Sign password",
        "署名用電子証明書のパスワード",
        "signing_password",
    ),
    "resident_register": PinForm(
        r"[0-9]{4}",
        "4 digits",
        "数字4桁",
        "Resident-register PIN",
        "住民基本台帳用の暗証番号",
        "resident_register_pin",
    ),
}
"""The forms by kind (card facts 1.2, 1.3, 1.5). A letter and a digit in the sign password: reported, and asked by towns
and apps; the chip compares bytes."""


def _form(kind: str) -> PinForm:
    try:
        return PIN_FORMS[kind]
    except KeyError:
        raise MisuseError(f"there is no PIN {kind!r}; there are {', '.join(PIN_FORMS)}.", code="unknown_pin") from None


def normalise(kind: str, text: str) -> str:
    """The PIN as it is sent to the chip: small letters of the sign password are raised, as real clients do.

    Raises:
        MisuseError: unknown kind.
    """
    _form(kind)
    # Only ASCII letters: the capital of ß would be two letters that nobody typed.
    return text.upper() if kind == "signing" and text.isascii() else text


def well_formed(kind: str, text: str) -> bool:
    """Whether a text can be this PIN, once normalised; says nothing about its being right.

    Raises:
        MisuseError: unknown kind.
    """
    return re.fullmatch(_form(kind).pattern, normalise(kind, text)) is not None


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper with PINs, like the one from the town hall. It is made to show them: do not print it into a trace."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What, and its value."""
    note: str

    def __str__(self) -> str:
        return "\n".join((self.title, *(f"  {what}: {value}" for what, value in self.rows), self.note))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(what)}</th>"
            f"<td style='font-family:monospace'>{html.escape(value)}</td></tr>"
            for what, value in self.rows
        )
        return (
            "<table style='border:1px solid currentColor'>"
            f"<caption><b>{html.escape(self.title)}</b></caption><tbody>{rows}</tbody>"
            f"<tfoot><tr><td colspan='2'><small>{html.escape(self.note)}</small></td></tr></tfoot></table>"
        )


_WORDS = {
    "en": ("PINs of a My Number Card (TEST)", "Name", "TEST: a fictional person. Keep a real one apart from the card."),
    "ja": ("マイナンバーカードの暗証番号（TEST）", "氏名", "TEST：架空の人物です。本物はカードと別に保管します。"),
}


def slip(resident: Resident, language: str = "en") -> Slip:
    """The paper from the town hall with her PINs.

    Args:
        resident: the holder.
        language: ``en`` or ``ja``.

    Raises:
        MisuseError: another language.
    """
    if language not in _WORDS:
        raise MisuseError(f"a slip is written in {' or '.join(_WORDS)}; got {language!r}.", code="unknown_language")
    title, name, note = _WORDS[language]
    rows = [(name, resident.name)]
    for form in PIN_FORMS.values():
        rows.append((form.name_ja if language == "ja" else form.name_en, getattr(resident, form.attribute)))
    return Slip(title, tuple(rows), note)
