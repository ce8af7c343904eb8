"""The language of the session: chosen once, seen by everything that speaks to people.

    MYNA_LAB_LANGUAGE=ja  or  language("ja")  ->  views, tables, diagrams, what is printed, the prose of the notebook

Data never change with it: codes, names of columns, the log and every file are the same in all languages. Nothing is
guessed from the system's language (LANG): a saved notebook must look the same wherever it is run. Without a choice both
languages are shown, Japanese first.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Protocol

from myna_lab.ground.arguments import one_of
from myna_lab.texts import LANGUAGES, text
from myna_lab.texts.vocabulary import in_japanese

__all__ = [
    "SPEECHES",
    "VARIABLE",
    "Chosen",
    "chosen",
    "drawn_in",
    "language",
    "languages",
    "one",
    "page",
    "said",
    "tell",
]

SPEECHES = ("ja", "en", "both")
"""What can be chosen."""
VARIABLE = "MYNA_LAB_LANGUAGE"
"""Environment variable that chooses for a whole session, before anything that was remembered."""
_REMEMBERED = Path("~/.config/myna_lab/language")
_HIDING = """\
<style>
.jp-RenderedHTMLCommon [lang="{other}"], .jp-MarkdownOutput [lang="{other}"],
.mnc-between {{ display: none !important; }}
</style>
"""

_choice: str | None = None


class Chosen:
    """What :func:`language` shows in a notebook: a sentence, and the style by which the other language steps back.

    Args:
        choice: one of ``SPEECHES``.
    """

    def __init__(self, choice: str) -> None:
        self.choice = choice

    @property
    def _key(self) -> str:
        return "notice.language_both" if self.choice == "both" else "notice.language_chosen"

    def __repr__(self) -> str:
        return "\n".join(text(self._key, language) for language in languages())

    def _repr_html_(self) -> str:
        others = [language for language in LANGUAGES if language not in languages()]
        style = "".join(_HIDING.format(other=other) for other in others)
        lines = (f'<div lang="{each}">{escape(text(self._key, each))}</div>' for each in languages())
        return style + "".join(lines)


def language(choice: str | None = None) -> Chosen:
    """Choose the language of the session, or show which is chosen.

    It is remembered for the notebooks that are opened later (``~/.config/myna_lab/language``), unless the variable
    ``MYNA_LAB_LANGUAGE`` decides. As the last value of a cell it hides the other language in the whole page.

    Args:
        choice: ``ja``, ``en`` or ``both``; None: as before.

    Raises:
        MisuseError: another language.
    """
    global _choice
    if choice is not None:
        _choice = _known(choice)
        if VARIABLE not in os.environ:
            _remember(choice)
    return Chosen(chosen())


def chosen() -> str:
    """``ja``, ``en`` or ``both``."""
    global _choice
    if _choice is None:
        _choice = _known(os.environ.get(VARIABLE) or _remembered())
    return _choice


def languages() -> tuple[str, ...]:
    """The languages that are spoken, Japanese first."""
    return LANGUAGES if chosen() == "both" else (chosen(),)


def one(language: str = "") -> str:
    """The language of what can speak only one: the one asked for, the session's, English where both are spoken."""
    return ("en" if chosen() == "both" else chosen()) if _is_open(language) else language


def drawn_in(language: str = "") -> str:
    """The language of a picture that is drawn in one: as :func:`one`, but Japanese where both are spoken."""
    return ("ja" if chosen() == "both" else chosen()) if _is_open(language) else language


def _is_open(language: str) -> bool:
    """Whether none was asked for; what is no text at all is refused by whoever knows the argument."""
    return isinstance(language, str) and not language


def said(code: str) -> str:
    """A code with its meaning, where Japanese is spoken: ``まだ使えません（not_yet_valid）``.

    The code stays, because code and exercises use it; English learners read the code itself.
    """
    meaning = in_japanese(code) if "ja" in languages() else ""
    return f"{meaning}（{code}）" if meaning else code


def tell(*things: object) -> None:
    """Print things in the language of the session, each language below the other.

    Args:
        things: with a method ``in_language``, such as an exchange with a chip or a verdict; others as they are.
    """
    for thing in things:
        in_language = getattr(thing, "in_language", None)
        lines = [str(thing)] if in_language is None else [in_language(language) for language in languages()]
        print(("\n\n" if any("\n" in line for line in lines) else "\n  ").join(lines))


class _Told(Protocol):
    def in_language(self, language: str) -> str: ...


def page(thing: _Told) -> str:
    """A thing as text on a page, in each language of the session."""
    return "".join(f'<pre lang="{each}">{escape(thing.in_language(each))}</pre>' for each in languages())


def _known(choice: str) -> str:
    return one_of("a language", choice, SPEECHES, code="unknown_language")


def _remembered() -> str:
    try:
        kept = _REMEMBERED.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, RuntimeError, UnicodeDecodeError):  # none yet, no home, or not ours
        return "both"
    return kept if kept in SPEECHES else "both"


def _remember(choice: str) -> None:
    try:
        file = _REMEMBERED.expanduser()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{choice}\n", encoding="utf-8")
    except (OSError, RuntimeError):  # a home that cannot be written: then it holds for this kernel alone
        pass
