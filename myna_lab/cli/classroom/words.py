"""A student's own word, in one form; and words of anybody's, where they are shown."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST_WORD", "SHORTEST_WORD", "own_word", "printable"]

SHORTEST_WORD, LONGEST_WORD = 4, 100
"""Letters of a student's own word."""


def own_word(typed: str) -> str | None:
    """A student's own word in one form, so that another keyboard types the same; None: it cannot be one."""
    if len(typed) > 10 * LONGEST_WORD:
        return None
    word = unicodedata.normalize("NFKC", typed).strip()
    fine = not any(unicodedata.category(letter)[0] == "C" for letter in word)
    return word if fine and SHORTEST_WORD <= len(word) <= LONGEST_WORD else None


def printable(words: str) -> str:
    """The same without what a terminal obeys or a page cannot hold, such as octets of a name that are no text."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)
