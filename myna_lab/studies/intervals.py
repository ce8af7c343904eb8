"""Intervals of 95 % for what was counted, each by its closed form.

Source: Wilson 1927 for shares; Byar's approximation (Breslow and Day 1987, 2.3) for counts; order statistics for
quantiles (Conover 1999, 3.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["byar", "quantile", "quantile_interval", "wilson"]

_Z = 1.959963984540054
"""97.5 % of the normal distribution."""
_TAIL = 0.025
Interval = tuple[float, float]
_NONE = (math.nan, math.nan)


def wilson(hits: int, n: int) -> Interval:
    """Of a share; NaN if there was nothing to count.

    Example:
        >>> [round(end, 4) for end in wilson(0, 10)]
        [0.0, 0.2775]
    """
    if not n:
        return _NONE
    share, square = hits / n, _Z * _Z
    middle = share + square / (2 * n)
    half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)
    return (0.0 if not hits else low), (1.0 if hits == n else high)


def byar(count: int) -> Interval:
    """Of an expected count, if events come independently.

    Example:
        >>> [round(end, 2) for end in byar(10)]
        [4.79, 18.39]
    """
    low = count * (1 - 1 / (9 * count) - _Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value with at least this share of all at or below it; NaN of nothing.

    Args:
        values: sorted.
        share: above 0, up to 1.
    """
    return values[max(0, math.ceil(share * len(values) - 1e-9) - 1)] if values else math.nan


def quantile_interval(values: Sequence[float], share: float) -> Interval:
    """Of a quantile, without any assumption about how values are spread; NaN where there are too few values.

    Args:
        values: sorted.
        share: above 0, below 1.
    """
    n = len(values)
    below, total = [], 0.0  # below[r]: chance that at most r of n values lie below the true quantile
    for r in range(n + 1):
        total += _binomial(n, r, share)
        below.append(total)
    low = max((r for r in range(n) if below[r] <= _TAIL), default=None)
    high = min((r for r in range(n) if 1 - below[r] <= _TAIL), default=None)
    return (math.nan if low is None else values[low]), (math.nan if high is None else values[high])


def _binomial(n: int, r: int, share: float) -> float:
    log = math.lgamma(n + 1) - math.lgamma(r + 1) - math.lgamma(n - r + 1)
    return math.exp(log + r * math.log(share) + (n - r) * math.log1p(-share))
