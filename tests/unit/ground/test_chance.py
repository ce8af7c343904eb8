"""Chance by name: the same seed and name, the same draws."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.ground.chance import Chance


@given(st.lists(st.integers(0, 200), max_size=8))
def test_bytes_do_not_depend_on_how_they_are_asked(sizes: list[int]) -> None:
    """Drawing in pieces gives the same stream as drawing at once, whatever the pieces."""
    pieces = Chance(7, "a")
    assert b"".join(pieces.bytes(n) for n in sizes) == Chance(7, "a").bytes(sum(sizes))


def test_the_stream_is_the_documented_one() -> None:
    """The first block is SHAKE-256 over seed, name and block number: independent of Python's generator."""
    assert Chance(7, "/x").bytes(64) == hashlib.shake_256(b"7|/x|0").digest(64)


def test_children_do_not_disturb_each_other() -> None:
    """A child starts at its beginning, whatever was drawn from its parent or its brothers before."""
    parent = Chance(7)
    first = parent.child("key/flow-2/sign").bytes(32)
    parent.bytes(100)
    parent.child("key/flow-3/sign").bytes(5)
    assert parent.child("key/flow-2/sign").bytes(32) == first


def test_seed_and_name_both_matter() -> None:
    """Another seed or another name gives other draws."""
    draws = {Chance(seed).child(name).bytes(16) for seed in (1, 2) for name in ("a", "b", "a/b")}
    assert len(draws) == 6


@given(st.integers(-1000, 1000), st.integers(0, 1000), st.integers())
def test_integers_stay_in_their_range(low: int, width: int, seed: int) -> None:
    """Both ends are included and never passed."""
    assert low <= Chance(seed).integer(low, low + width) <= low + width


def test_both_ends_are_drawn() -> None:
    """A die shows each of its six faces."""
    die = Chance(7)
    assert {die.integer(1, 6) for _ in range(200)} == {1, 2, 3, 4, 5, 6}


def test_an_empty_range_is_refused() -> None:
    """There is no whole number between 2 and 1."""
    with pytest.raises(ValueError, match="empty range"):
        Chance(7).integer(2, 1)


def test_uniform_numbers_are_spread_over_the_unit_interval() -> None:
    """Ten thousand draws lie in [0, 1), and each tenth holds a tenth of them within five standard deviations."""
    chance = Chance(7)
    draws = [chance.uniform() for _ in range(10_000)]
    assert min(draws) >= 0 and max(draws) < 1
    assert all(850 < sum(i / 10 <= d < (i + 1) / 10 for d in draws) < 1150 for i in range(10))


def test_digits_and_text_come_from_their_alphabet() -> None:
    """A PIN has the asked length and only digits; a text only letters of its alphabet."""
    assert len(Chance(7).digits(4)) == 4 and Chance(7).digits(4).isdecimal()
    assert set(Chance(7).text(50, "AB")) == {"A", "B"}
