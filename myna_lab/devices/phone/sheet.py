"""What a wallet shows its holder before it asks for her face: who asks for what, and whether it will be kept."""

from __future__ import annotations

from dataclasses import dataclass

from myna_lab.formats.mdoc.elements import MY_NUMBER
from myna_lab.formats.mdoc.request import AGE_OVER
from myna_lab.texts import text
from myna_lab.texts.session import one
from myna_lab.texts.terms import Term

__all__ = ["ElementName", "Sheet", "Wish"]


@dataclass(frozen=True, slots=True)
class ElementName:
    """An element's name in words: an age of any number of years, too."""

    element: str

    def in_language(self, language: str) -> str:
        """The name in ``ja`` or ``en``."""
        age = AGE_OVER.fullmatch(self.element)
        if age is not None:
            return text("word.element.age_over", language, years=int(age[1]))
        return Term(f"word.element.{self.element}").in_language(language)


@dataclass(frozen=True, slots=True)
class Wish:
    """One element that is asked for."""

    element: str
    keeps: bool
    """Whether the reader says that it will keep it (``intentToRetain``)."""
    answered_by: str
    """The element that would be shown; empty: the record has none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One request, as the holder sees it."""

    reader: str
    """Who asks, by a certificate that the wallet knows; empty: nobody knows."""
    wishes: tuple[Wish, ...]

    @property
    def over_asks(self) -> bool:
        """Whether the My Number is asked for, which hardly anybody may (attribute facts 4.5)."""
        return any(wish.element == MY_NUMBER for wish in self.wishes)

    def in_language(self, language: str) -> str:
        """The sheet in ``ja`` or ``en``, one line for each element."""
        key = "word.sheet.by" if self.reader else "word.sheet.by_nobody"
        lines = [text(key, language, reader=self.reader)]
        for wish in self.wishes:
            how = "not_there" if not wish.answered_by else "kept" if wish.keeps else "not_kept"
            line = text(f"word.sheet.{how}", language, element=ElementName(wish.element))
            if wish.answered_by not in ("", wish.element):
                line += text("word.sheet.answered_by", language, element=ElementName(wish.answered_by))
            lines.append(f"  {line}")
        if self.over_asks:
            lines.append(text("word.sheet.over_asks", language))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__
