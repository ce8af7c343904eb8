"""Some sentences that are said in both languages at once: what a visitor answers, what a check explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from myna_lab.texts import text
from myna_lab.texts.session import languages
from myna_lab.texts.speech import Speech

__all__ = ["Said"]


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Sentences of ``texts``, one after the other."""

    sentences: tuple[tuple[str, Mapping[str, object]], ...]
    """Key and values of each."""

    @classmethod
    def of(cls, key: str, /, **values: object) -> Said:
        """One sentence."""
        return cls(((key, values),))

    def in_language(self, language: str) -> str:
        """All sentences in ``ja`` or ``en``, one a line."""
        return "\n".join(text(key, language, **values) for key, values in self.sentences)

    def __str__(self) -> str:
        return "\n".join(self.in_language(language) for language in languages())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        speech = Speech()
        return "<br>".join(speech.html(key, **values) for key, values in self.sentences)
