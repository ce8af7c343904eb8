"""One sentence in the language of a view: Japanese, English, or both with the Japanese first."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from myna_lab.ground.arguments import one_of
from myna_lab.texts import LANGUAGES, both, text
from myna_lab.texts.session import SPEECHES, chosen

__all__ = ["SPEECHES", "Speech"]


class Speech:
    """The language of a view.

    Args:
        language: ``ja``, ``en`` or ``both``; empty: the session's.

    Raises:
        MisuseError: another language.
    """

    def __init__(self, language: str = "") -> None:
        is_open = isinstance(language, str) and not language
        self.language = chosen() if is_open else one_of("a language", language, SPEECHES, code="unknown_language")
        self.languages = LANGUAGES if self.language == "both" else (self.language,)

    def line(self, key: str, /, **values: object) -> str:
        """Plain text for a button or a label; a name without a sentence is shown as it is."""
        return "  ".join(_said(key, language, values) for language in self.languages)

    def html(self, key: str, /, **values: object) -> str:
        """The sentence for a page: escaped, the second language smaller and below."""
        return self.stacked(lambda language: _said(key, language, values))

    def stacked(self, sentence: Callable[[str], str]) -> str:
        """Any sentence, given by language, for a page; each language has a line of its own, even without style."""
        first, *more = (f'<span lang="{language}">{escape(sentence(language))}</span>' for language in self.languages)
        return first + "".join(f'<br><span class="mnc-second">{line}</span>' for line in more)


def _said(key: str, language: str, values: dict[str, object]) -> str:
    return text(key, language, **values) if both(key) else key.rpartition(".")[2].replace("_", " ")
