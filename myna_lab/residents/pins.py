"""The PINs of a card: their forms, and the slip of paper that shows them (the only place that does)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.ground.arguments import half_width, one_of, only_bool

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
    "licence": PinForm(r"[0-9]{4}", "4 digits", "数字4桁", "Licence PIN", "免許証の暗証番号", "licence_pin"),
}
"""The forms by kind (card facts 1.2, 1.3, 1.5, 5). A letter and a digit in the sign password: reported, and asked by
towns and apps; the chip compares bytes."""


def _form(kind: str) -> PinForm:
    return PIN_FORMS[one_of("a PIN", kind, PIN_FORMS, code="unknown_pin")]


def normalise(kind: str, text: str) -> str:
    """The PIN as it is sent to the chip: half-width, small letters of the sign password raised, as real clients do.

    A phone's pad gives half-width digits (半角); who types with a Japanese keyboard gives full-width ones.

    Raises:
        MisuseError: unknown kind.
    """
    _form(kind)
    text = half_width(text)
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
    printed: tuple[tuple[str, str], ...] = ()
    """What stands on the card itself, and opens some of it."""
    printed_title: str = ""
    japanese: Slip | None = None
    """The same in Japanese, if this one is not."""

    def in_language(self, language: str) -> str:
        """The paper as text, in ``ja`` or ``en``."""
        one_of("a language", language, _WORDS, code="unknown_language")
        return str(self.japanese if language == "ja" and self.japanese else self)

    def __str__(self) -> str:
        lines = [self.title, *_lines(self.rows)]
        if self.printed:
            lines += [self.printed_title, *_lines(self.printed)]
        return "\n".join((*lines, self.note))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The paper as a table; the Japanese one stands above."""
        return (self.japanese._repr_html_() if self.japanese else "") + self._table()

    def _table(self) -> str:
        body = _html_rows(self.rows)
        if self.printed:
            body += f"<tr><th colspan='2'>{html.escape(self.printed_title)}</th></tr>{_html_rows(self.printed)}"
        return (
            "<table style='border:1px solid currentColor'>"
            f"<caption><b>{html.escape(self.title)}</b></caption><tbody>{body}</tbody>"
            f"<tfoot><tr><td colspan='2'><small>{html.escape(self.note)}</small></td></tr></tfoot></table>"
        )


def _lines(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  {what}: {value}" for what, value in rows]


def _html_rows(rows: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<tr><th style='text-align:left'>{html.escape(what)}</th>"
        f"<td style='font-family:monospace'>{html.escape(value)}</td></tr>"
        for what, value in rows
    )


class _Words(NamedTuple):
    title: str
    name: str
    note: str
    printed: str
    my_number: str
    security_code: str
    number_b: str
    birth_number: str
    no_licence_pin: str
    """What opens a licence without a PIN (card facts 5)."""


_WORDS = {
    "en": _Words(
        "PINs of a My Number Card, as issued (TEST)",
        "Name",
        "TEST: a fictional person. Keep a real one apart from the card.",
        "Printed on the card, or made of what is (TEST)",
        "My Number (verification number A)",
        "Security code",
        "Verification number B",
        "Birth number",
        "**** (four stars: no PIN was set)",
    ),
    "ja": _Words(
        "発行時のマイナンバーカードの暗証番号（TEST）",
        "氏名",
        "TEST：架空の人物です。本物はカードと別に保管します。",
        "券面の番号と、そこから作る番号（TEST）",
        "マイナンバー（照合番号A）",
        "セキュリティコード",
        "照合番号B",
        "生年月日の番号",
        "****（アスタリスク4個：暗証番号は未設定）",
    ),
}


def slip(resident: Resident, language: str = "en", *, signs: bool = True) -> Slip:
    """The paper from the town hall with her PINs, as they were when the card was issued.

    Args:
        resident: the holder.
        language: ``en`` or ``ja``.
        signs: whether there is a sign certificate on the card; without one there is no sign password.

    Raises:
        MisuseError: another language.
    """
    one_of("a language", language, _WORDS, code="unknown_language")
    only_bool(signs=signs)
    paper = _written(resident, language, signs)
    return paper if language == "ja" else replace(paper, japanese=_written(resident, "ja", signs))


def _written(resident: Resident, language: str, signs: bool) -> Slip:
    words = _WORDS[language]
    absent = {kind for kind, is_there in (("signing", signs), ("licence", resident.licence)) if not is_there}
    rows = [(words.name, resident.written_name)]
    for kind, form in PIN_FORMS.items():
        if kind not in absent:
            value = getattr(resident, form.attribute) or words.no_licence_pin
            rows.append((form.name_ja if language == "ja" else form.name_en, value))
    printed = (
        (words.my_number, resident.my_number),
        (words.security_code, resident.security_code),
        (words.number_b, resident.number_b),
        (words.birth_number, resident.birth_number),
    )
    return Slip(words.title, tuple(rows), words.note, printed, words.printed)
