"""Curves as people write them: ``"2025-10-13 0.155, 2026-01-15 0.385"``; between its points a curve is straight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from myna_lab.ground.arguments import half_width

__all__ = ["by_day", "by_number", "is_curve", "is_hours_of_day", "is_shares"]

_POINT = re.compile(r"(\S+) (\d+(?:\.\d+)?)", re.ASCII)


def by_number(text: str) -> list[tuple[float, float]]:
    """The points of a curve over numbers, such as ages or hours.

    Raises:
        ValueError: not of this form.
    """
    return [(float(x), y) for x, y in _points(text)]


def by_day(text: str) -> list[tuple[date, float]]:
    """The points of a curve over days.

    Raises:
        ValueError: not of this form.
    """
    return [(date.fromisoformat(x), y) for x, y in _points(text)]


def _points(text: str) -> list[tuple[str, float]]:
    points = [_POINT.fullmatch(part.strip()) for part in half_width(text).split(",")]
    found = [(point[1], float(point[2])) for point in points if point]
    if len(found) < max(2, len(points)):
        raise ValueError("a curve has two points or more, each 'where value'")
    return found


def is_curve(text: str) -> bool:
    """Whether days and values both rise; values may stay."""
    try:
        return _rises(by_day(text))
    except ValueError:
        return False


def is_shares(text: str) -> bool:
    """Whether it goes from 0 to 1 over ages from 0 to at most 110 years."""
    try:
        points = by_number(text)
    except ValueError:
        return False
    return _rises(points) and points[0] == (0, 0) and points[-1][0] <= 110 and points[-1][1] == 1


def is_hours_of_day(text: str) -> bool:
    """Whether it gives weights, some of them above 0, over the hours from 0 to 24."""
    try:
        points = by_number(text)
    except ValueError:
        return False
    rising = all(a[0] < b[0] for a, b in pairwise(points))
    return rising and points[0][0] == 0 and points[-1][0] == 24 and any(weight for _, weight in points)


def _rises(points: Sequence[tuple[float, float]] | Sequence[tuple[date, float]]) -> bool:
    return all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))  # type: ignore[operator]
