"""Chance for whole arrays, by name and by holder: no draw depends on another, on the chunk or on the number of workers.

    seed | name | k  --SHAKE-256-->  key        (once)
    mark + key       --SplitMix64's mixer-->  64 bits        (an array of holders at once)

A holder's mark is its number times the golden ratio. A decision that is added has a name of its own and shifts nothing;
two sets of rules give the same holder the same chance.

Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 (the mixer and its constants).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALWAYS", "Draws", "Floats", "Ints", "Marks", "Words", "poisson", "threshold", "thresholds"]

Marks = NDArray[np.uint64]
Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_GOLDEN, _MIX_1, _MIX_2 = 0x9E3779B97F4A7C15, np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = (np.uint64(n) for n in (30, 27, 31, 11))
ALWAYS = np.uint64(2**64 - 1)
"""Threshold of a share of 1: of 2**64 draws one is lost."""


def threshold(share: float) -> np.uint64:
    """Below this lies a share of all words; 0 to 1."""
    return np.uint64(min(int(share * 2.0**64), 2**64 - 1))


def thresholds(shares: Floats) -> Words:
    """:func:`threshold` of many shares."""
    words = (np.minimum(shares, 1 - 2.0**-53) * 2.0**64).astype(np.uint64)
    return np.where(shares < 1, words, ALWAYS)


def poisson(expected: Floats, shares: Floats, most: int = 64) -> Ints:
    """Counts of a Poisson law by inversion, so that more are expected, never fewer come.

    Args:
        expected: small ones.
        shares: one in [0, 1) for each.
        most: where counting ends.
    """
    left, term = shares.copy(), np.exp(-expected)
    counts = np.zeros(len(shares), dtype=np.int64)
    left -= term
    for n in range(1, most):
        more = left >= 0
        if not more.any():
            break
        counts += more
        term = term * expected / n
        left -= term
    return counts


@lru_cache(maxsize=1 << 14)
def _key(path: str, name: str, k: int) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.shake_256(f"{path}|{name}|{k}".encode()).digest(8), "big"))


class Draws:
    """The chance of one run.

    Args:
        seed: any whole number.
        run: number of the run; each has other draws.
    """

    def __init__(self, seed: int, run: int = 0) -> None:
        self._path = f"{seed}|{run}"

    @staticmethod
    def marks(first: int, last: int) -> Marks:
        """The marks of the holders from ``first`` to before ``last``."""
        return np.arange(first + 1, last + 1, dtype=np.uint64) * np.uint64(_GOLDEN)

    def key(self, name: str, k: int = 0) -> np.uint64:
        """What a decision adds to a mark."""
        return _key(self._path, name, k)

    def words(self, name: str, marks: Marks, k: int = 0) -> Words:
        """64 bits for each holder; ``k`` counts repetitions of the decision in a life."""
        z = marks + self.key(name, k)
        shifted = z >> _30
        z ^= shifted
        z *= _MIX_1
        np.right_shift(z, _27, out=shifted)
        z ^= shifted
        z *= _MIX_2
        np.right_shift(z, _31, out=shifted)
        z ^= shifted
        return z

    def shares(self, name: str, marks: Marks, k: int = 0) -> Floats:
        """A number in [0, 1) for each holder."""
        return np.asarray((self.words(name, marks, k) >> _11) * 2.0**-53, dtype=np.float64)

    def happens(self, name: str, share: float, marks: Marks, k: int = 0) -> NDArray[np.bool_]:
        """Whether it happens to each holder; a larger share takes those of a smaller one, and more."""
        return self.words(name, marks, k) < threshold(share)

    def delays(self, name: str, mean: float, marks: Marks, k: int = 0) -> Ints:
        """Exponential delays in whole seconds; ``mean`` in seconds, and twice the mean is twice the delay."""
        return (-mean * np.log1p(-self.shares(name, marks, k))).astype(np.int64)

    def within(self, name: str, length: float, marks: Marks, k: int = 0) -> Ints:
        """Whole seconds, uniform from 0 to below ``length``."""
        return (length * self.shares(name, marks, k)).astype(np.int64)

    def events(self, name: str, expected: Floats, marks: Marks, k: int = 0) -> Ints:
        """How many events of a Poisson process; see :func:`poisson`."""
        return poisson(expected, self.shares(name, marks, k))
