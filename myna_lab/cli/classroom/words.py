"""A student's own word, in one form."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST_WORD", "SHORTEST_WORD", "own_word"]

SHORTEST_WORD, LONGEST_WORD = 4, 100
"""Letters of a student's own word."""


def own_word(typed: str) -> str | None:
    """A student's own word in one form, so that another keyboard types the same; None: it cannot be one."""
    if len(typed) > 10 * LONGEST_WORD:
        return None
    word = unicodedata.normalize("NFKC", typed).strip()
    fine = not any(unicodedata.category(letter)[0] == "C" for letter in word)
    return word if fine and SHORTEST_WORD <= len(word) <= LONGEST_WORD else None
