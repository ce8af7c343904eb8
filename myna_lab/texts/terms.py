"""Values inside a sentence that are themselves said in its language: names of things, lists of them, durations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from myna_lab.texts import both, text

__all__ = ["Listing", "Span", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A name that has a sentence of its own, such as ``word.kind.phone_auth``."""

    key: str

    def in_language(self, language: str) -> str:
        """The name in ``ja`` or ``en``; one that has no sentence is shown as it is."""
        return text(self.key, language) if both(self.key) else self.key.rpartition(".")[2].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Listing:
    """Some names in a row."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, kind: str, names: Iterable[str]) -> Listing:
        """The names of one kind, such as ``word.checked``."""
        return cls(tuple(Term(f"{kind}.{name}") for name in names))

    def in_language(self, language: str) -> str:
        """The names in ``ja`` or ``en``."""
        return text("word.and_then", language).join(term.in_language(language) for term in self.terms)


_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


@dataclass(frozen=True, slots=True)
class Span:
    """A duration, in whole seconds."""

    value: timedelta

    def in_language(self, language: str) -> str:
        """The duration in ``ja`` or ``en``."""
        rest = round(self.value.total_seconds())
        parts: list[str] = []
        for unit, seconds in _UNITS:
            n, rest = divmod(rest, seconds)
            if n or (unit == "seconds" and not parts):
                parts.append(text(f"word.span.{unit}", language, n=n))
        return text("word.span.between", language).join(parts)
