"""The key words of a page (OCSP, list, books, J-LIS, certificate, signing, log-in …), each to be opened."""

from __future__ import annotations

import functools
import re
from html import escape, unescape

from myna_lab.texts.glossary import explained_word, glossary
from myna_lab.texts.speech import Speech

__all__ = ["key_words", "opened"]

_TAG = re.compile(r"<[^>]*>")


@functools.cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    """What says that a word stands in a page, by its entry: in English as a whole word, in the plural, too."""
    found = {}
    for entry in glossary()[0].entries:
        names = {entry.word[language], *entry.also}
        if language == "en":
            names = {name for name in names if name.isascii()}
            found[entry.name] = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})s?\b", re.IGNORECASE)
        else:
            names = {name for name in names if not name.isascii() or name.isupper()}
            found[entry.name] = re.compile("|".join(map(re.escape, sorted(names))))
    return found


def key_words(page: str, speech: Speech) -> str:
    """The first words of the glossary that stand in a page, in the order in which they stand there, to be opened.

    Args:
        page: HTML.
        speech: in which language it speaks.
    """
    plain = unescape(_TAG.sub(" ", page))
    places: dict[str, int] = {}
    for language in speech.languages:
        for name, pattern in _patterns(language).items():
            if place := pattern.search(plain):
                places[name] = min(place.start(), places.get(name, place.start()))
    words = "".join(explained_word(name, speech.language) for name in sorted(places, key=lambda name: places[name]))
    return f'<div class="mnc-words">{words}</div>' if words else ""


def opened(name: str, key: str, speech: Speech) -> str:
    """A word of a view, such as the name of a row, and beside it a sign that opens the glossary's explanation.

    The word itself stays outside: a table's row is called by it.

    Args:
        name: of the glossary.
        key: of the word that stands there.
        speech: in which language.
    """
    asks = f'<span class="mnc-unseen">{escape(speech.line("word.what_is"))}</span><span aria-hidden="true">?</span>'
    return f"{speech.html(key)} {explained_word(name, speech.language, said=asks)}"
