"""A first name as a student types it: one form of it, or nothing."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST_NAME", "first_name"]

LONGEST_NAME = 30
"""Letters of a name, after NFKC."""
BESIDE_LETTERS = " -'’・･"
"""What else stands in names: Anne-Marie, O'Hara, 青葉 花子, アンナ・マリア."""
LETTERS = ("L", "M", "N")
"""Unicode's letters, marks and numbers: 花子2 tells two of one name apart."""


def first_name(typed: str) -> str | None:
    """The one form of a name: NFKC, one blank between its parts, no more.

    Args:
        typed: what came from a page or a cell; anything.

    Returns:
        1 to 30 letters, the first one a letter or a digit; or None: no name (empty, too long, or with signs such as
        ``/``, ``<``, ``=`` and ``.``).
    """
    if len(typed) > 10 * LONGEST_NAME:  # NFKC makes up to 18 letters out of one
        return None
    name = " ".join(unicodedata.normalize("NFKC", typed).split())
    fine = all(letter in BESIDE_LETTERS or unicodedata.category(letter)[0] in LETTERS for letter in name)
    begins = name and unicodedata.category(name[0])[0] in ("L", "N")
    return name if begins and fine and len(name) <= LONGEST_NAME else None
