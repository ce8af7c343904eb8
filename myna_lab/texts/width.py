"""How wide words are where every letter has a place of its own, as in a terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["columns"]


def columns(words: str) -> int:
    """How many columns words need: letters of the East two, what is put onto a letter none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "FW" else 1
        for letter in words
    )
