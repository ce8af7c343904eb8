"""Intervals against published values and ranks that were counted by hand."""

from __future__ import annotations

import math

import pytest

from myna_lab.studies.intervals import byar, quantile, quantile_interval, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, table I (score method without continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, n: int, low: float, high: float) -> None:
    """The four examples of Newcombe's comparison of methods."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_everything_and_nothing() -> None:
    """All of 20 mirrors none of 20; nothing to count has no interval."""
    assert wilson(20, 20) == pytest.approx((1 - 0.1611, 1.0), abs=5e-5)
    assert all(math.isnan(end) for end in wilson(0, 0))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Exact limits of a Poisson mean (Garwood 1936, as tabulated); Byar's are within a few hundredths.
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (50, 37.111, 65.919)],
)
def test_byar_beside_the_exact_limits(count: int, low: float, high: float) -> None:
    """The approximation holds where counts are small, too."""
    assert byar(count) == pytest.approx((low, high), abs=0.06)


@pytest.mark.parametrize(("share", "value"), [(0.1, 1), (0.25, 3), (0.5, 5), (0.51, 6), (0.9, 9), (0.95, 10), (1, 10)])
def test_quantiles_of_ten(share: float, value: int) -> None:
    """The smallest of 1 to 10 with at least this share at or below it."""
    assert quantile([float(n) for n in range(1, 11)], share) == value


@pytest.mark.parametrize(
    ("n", "share", "low", "high"),
    # Ranks by the binomial table: Bin(10, 1/2) has 1/1024 + 10/1024 = 0.011 up to 1, 0.055 up to 2.
    [(10, 0.5, 2, 9), (20, 0.5, 6, 15), (5, 0.5, None, None), (30, 0.95, 26, None), (100, 0.95, 90, 100)],
)
def test_ranks_of_a_quantile_interval(n: int, share: float, low: int | None, high: int | None) -> None:
    """Between which order statistics a quantile lies; with few values there is no such rank."""
    found = quantile_interval([float(rank) for rank in range(1, n + 1)], share)
    assert [None if math.isnan(end) else end for end in found] == [low, high]


def test_nothing_has_no_quantile() -> None:
    """No values, no quantile, no interval."""
    assert math.isnan(quantile([], 0.5))
    assert all(math.isnan(end) for end in quantile_interval([], 0.5))
