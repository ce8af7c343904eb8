"""Names of things: the kind and a number, ``card-7``; what is numbered after a thing reads the number here."""

from __future__ import annotations

__all__ = ["name_of", "number_of"]


def name_of(kind: str, number: int) -> str:
    """The name of the ``number``-th thing of a kind (``person``, ``card``, ``iphone``, ``flow``), from 1.

    Example:
        >>> name_of("card", 7)
        'card-7'
    """
    return f"{kind}-{number}"


def number_of(name: str) -> int:
    """The number in a thing's name.

    Example:
        >>> number_of("card-7")
        7
    """
    return int(name.rpartition("-")[2])
