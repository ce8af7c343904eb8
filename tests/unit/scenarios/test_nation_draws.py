"""Chance for arrays: by name and holder, and by nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from myna_lab.scenarios.draws import Draws, threshold

N = 200_000
MARKS = Draws.marks(0, N)


def test_a_draw_follows_the_published_mixer() -> None:
    """One word computed with plain integers: SHAKE-256 of seed|run|name|k, then SplitMix64's mixer."""
    mask = (1 << 64) - 1
    key = int.from_bytes(hashlib.shake_256(b"5|2|change|3").digest(8), "big")
    z = (42 * 0x9E3779B97F4A7C15 + key) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    assert int(Draws(5, 2).words("change", Draws.marks(41, 42), 3)[0]) == z ^ (z >> 31)


def test_a_draw_knows_no_chunk() -> None:
    """The words of holders in the middle are the same alone and among all."""
    draws = Draws(1)
    assert (draws.words("a", MARKS)[1000:2000] == Draws(1).words("a", Draws.marks(1000, 2000))).all()


@pytest.mark.parametrize(("seed", "name", "k"), [(2, "a", 0), (1, "b", 0), (1, "a", 1)])
def test_other_names_are_other_chance(seed: int, name: str, k: int) -> None:
    """Seeds, names and repetitions are not correlated: below 4 standard errors of 1/sqrt(n)."""
    other = Draws(seed).shares(name, MARKS, k)
    assert abs(np.corrcoef(Draws(1).shares("a", MARKS), other)[0, 1]) < 4 / N**0.5


def test_shares_are_uniform() -> None:
    """Chi-square of 64 x 64 cells of neighbours: within 4 standard deviations, sqrt(2 x 4095), of 4,095."""
    shares = Draws(3).shares("uniform", Draws.marks(0, 2 * N)).reshape(-1, 2)
    cells = np.histogram2d(shares[:, 0], shares[:, 1], bins=64, range=[[0, 1], [0, 1]])[0]
    expected = N / 4096
    assert abs(((cells - expected) ** 2 / expected).sum() - 4095) < 4 * (2 * 4095) ** 0.5


@pytest.mark.parametrize("share", [0.0, 0.003, 0.5, 1.0])
def test_a_share_happens_as_often_as_it_says(share: float) -> None:
    """P of n: within 4 standard errors sqrt(n p (1 - p)); nobody at 0, everybody at 1."""
    happened = int(Draws(1).happens("it", share, MARKS).sum())
    assert abs(happened - share * N) <= 4 * (N * share * (1 - share)) ** 0.5


def test_a_larger_share_takes_the_same_people_and_more() -> None:
    """Rules share their chance: who is among 10 % is among 20 %."""
    draws = Draws(1)
    few, many = draws.happens("it", 0.1, MARKS), draws.happens("it", 0.2, MARKS)
    assert not (few & ~many).any() and many.sum() > few.sum()


def test_delays_are_exponential_and_scale() -> None:
    """Mean m, share 1 - exp(-1) below m, within 4 standard errors; twice the mean is twice the delay."""
    draws = Draws(1)
    delays = draws.delays("wait", 5000, MARKS)
    assert abs(delays.mean() + 0.5 - 5000) < 4 * 5000 / N**0.5
    assert abs((delays < 5000).mean() - (1 - np.exp(-1))) < 4 * 0.5 / N**0.5
    assert np.abs(draws.delays("wait", 10000, MARKS) - 2 * delays).max() <= 2


def test_events_are_poisson_and_never_fewer() -> None:
    """Mean and variance m, P(0) = exp(-m), within 4 standard errors; a larger mean takes none away."""
    draws, mean = Draws(1), 0.83
    events = draws.events("uses", np.full(N, mean), MARKS)
    assert abs(events.mean() - mean) < 4 * (mean / N) ** 0.5
    assert abs((events == 0).mean() - np.exp(-mean)) < 4 * 0.5 / N**0.5
    assert abs(events.var() - mean) < 4 * mean * (3 / N) ** 0.5
    assert (draws.events("uses", np.full(N, 1.5), MARKS) >= events).all()


def test_a_threshold_of_everything_is_the_largest_word() -> None:
    """No overflow at 1: of 2**64 draws one is lost."""
    assert int(threshold(1.0)) == 2**64 - 1 and int(threshold(0.0)) == 0
