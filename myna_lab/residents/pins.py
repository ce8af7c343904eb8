"""The PINs of a card: their forms, and the slip of paper that shows them (the only place that does)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.ground.arguments import half_width, one_of, only_bool
from myna_lab.texts import LANGUAGES, text
from myna_lab.texts.session import languages, one

if TYPE_CHECKING:
    from myna_lab.residents.resident import Resident

__all__ = ["PIN_FORMS", "PinForm", "Slip", "normalise", "slip", "well_formed"]


class PinForm(NamedTuple):
    """What a PIN looks like."""

    pattern: str
    """Regular expression of the whole PIN."""
    right: str
    """The form in English, for errors."""
    attribute: str
    """Field of :class:`Resident` that holds it."""


PIN_FORMS: dict[str, PinForm] = {
    "user_authentication": PinForm(r"[0-9]{4}", "4 digits", "user_authentication_pin"),
    "input_aid": PinForm(r"[0-9]{4}", "4 digits", "input_aid_pin"),
    "signing": PinForm(
        r"(?=.*[A-Z])(?=.*[0-9])[A-Z0-9]{6,16}",
        "6 to 16 capital letters A-Z and digits, at least one of each",
        "signing_password",
    ),
    "resident_register": PinForm(r"[0-9]{4}", "4 digits", "resident_register_pin"),
    "licence": PinForm(r"[0-9]{4}", "4 digits", "licence_pin"),
}
"""The forms by kind (card facts 1.2, 1.3, 1.5, 5). A letter and a digit in the signing password: reported; towns and
apps ask for them, the chip compares bytes."""


def _form(kind: str) -> PinForm:
    return PIN_FORMS[one_of("a PIN", kind, PIN_FORMS, code="unknown_pin")]


def normalise(kind: str, typed: str) -> str:
    """The PIN as it is sent to the chip: half-width; real clients turn the signing password into capitals.

    A phone's pad gives half-width digits (半角); a Japanese keyboard may give full-width ones.

    Raises:
        MisuseError: unknown kind.
    """
    _form(kind)
    plain = half_width(typed)
    # Only ASCII letters: the capital of ß would be two letters that nobody typed.
    return plain.upper() if kind == "signing" and plain.isascii() else plain


def well_formed(kind: str, typed: str) -> bool:
    """Whether a text can be this PIN, once normalised; it may still be the wrong one.

    Raises:
        MisuseError: unknown kind.
    """
    return re.fullmatch(_form(kind).pattern, normalise(kind, typed)) is not None


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper with PINs, like the one from the town hall. It is made to show them: do not print it into a trace."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """The name of each PIN, and its value."""
    note: str
    printed: tuple[tuple[str, str], ...] = ()
    """What is printed on the card itself, and opens some of it."""
    printed_title: str = ""
    japanese: Slip | None = None
    """The same in Japanese, if this one is not."""

    def in_language(self, language: str) -> str:
        """The paper as text, in ``ja`` or ``en``."""
        one_of("a language", language, sorted(LANGUAGES), code="unknown_language")
        return str(self.japanese if language == "ja" and self.japanese else self)

    def __str__(self) -> str:
        lines = [self.title, *_lines(self.rows)]
        if self.printed:
            lines += [self.printed_title, *_lines(self.printed)]
        return "\n".join((*lines, self.note))

    def __repr__(self) -> str:
        return self.in_language(one())

    def _repr_html_(self) -> str:
        """The paper as a table in each language of the session."""
        papers = {"ja": self.japanese or self, "en": self}
        return "".join(dict.fromkeys(papers[language]._table() for language in languages()))

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


def slip(resident: Resident, language: str = "en", *, signs: bool = True) -> Slip:
    """The paper from the town hall with her PINs, as they were when the card was issued.

    Args:
        resident: the holder.
        language: ``en`` or ``ja``.
        signs: whether there is a signing certificate on the card; without one there is no signing password.

    Raises:
        MisuseError: another language.
    """
    one_of("a language", language, sorted(LANGUAGES), code="unknown_language")
    only_bool(signs=signs)
    paper = _written(resident, language, signs)
    return paper if language == "ja" else replace(paper, japanese=_written(resident, "ja", signs))


def _written(resident: Resident, language: str, signs: bool) -> Slip:
    def word(name: str) -> str:
        return text(f"slip.{name}", language)

    absent = {kind for kind, is_there in (("signing", signs), ("licence", resident.licence)) if not is_there}
    rows = [(word("name"), resident.written_name)]
    for kind, form in PIN_FORMS.items():
        if kind not in absent:
            rows.append((word(f"pin.{kind}"), getattr(resident, form.attribute) or word("no_licence_pin")))
    printed = tuple(
        (word(f"printed.{name}"), getattr(resident, name))
        for name in ("my_number", "security_code", "number_b", "birth_number")
    )
    return Slip(word("title"), tuple(rows), word("note"), printed, word("printed.title"))
