"""Chance by name: the same seed and the same name give the same draws, in whatever order you ask.

A name holds an identifier from the log ("key/flow-2/sign"), never a position, so adding something changes nothing
else, and nothing has to be saved. Draws come from SHAKE-256 over seed and name, not from Python's generator, so they
are the same in every version of Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Chance"]

T = TypeVar("T")
_BLOCK = 64


class Chance:
    """A named source of draws.

    Args:
        seed: any integer.
        name: path of the source, such as ``"resident/person-1"``.

    Example:
        >>> Chance(7).child("a").digits(4) == Chance(7).child("a").digits(4)
        True
    """

    def __init__(self, seed: int, name: str = "") -> None:
        self.seed = seed
        self.name = name
        self._position = 0

    def child(self, name: str) -> Chance:
        """An independent source below this one, always from its beginning."""
        return Chance(self.seed, f"{self.name}/{name}")

    def bytes(self, n: int) -> bytes:
        """The next ``n`` bytes of this source."""
        end = self._position + n
        blocks = range(self._position // _BLOCK, (end + _BLOCK - 1) // _BLOCK)
        source = f"{self.seed}|{self.name}|".encode()
        stream = b"".join([hashlib.shake_256(b"%b%d" % (source, i)).digest(_BLOCK) for i in blocks])
        start = self._position % _BLOCK
        self._position = end
        return stream[start : start + n]

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        if high < low:
            raise ValueError(f"empty range {low}..{high}")
        return low + int.from_bytes(self.bytes(16), "big") % (high - low + 1)

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return int.from_bytes(self.bytes(7), "big") / (1 << 56)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.integer(0, len(items) - 1)]

    def text(self, n: int, alphabet: str) -> str:
        """``n`` letters of an alphabet."""
        return "".join(self.choice(alphabet) for _ in range(n))

    def digits(self, n: int) -> str:
        """``n`` decimal digits."""
        return self.text(n, "0123456789")

    def __repr__(self) -> str:
        return f"Chance({self.seed}, {self.name!r})"
