"""A lab that is closed and opened again after every step is the same lab as one that was left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from life_steps import outcome

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from needs import rounds


@pytest.mark.parametrize("seed", range(rounds(3, 40)))
def test_a_lab_reopened_after_each_step_has_the_same_log(seed: int, tmp_path: Path) -> None:
    """Two labs take the same steps, one in memory, one opened anew after each: outcomes and logs are equal."""
    path = tmp_path / "a.mynalab"
    whole, cut = Lab(seed=seed), Lab(seed=seed, journal=path)
    one, other = Chance(seed), Chance(seed)
    for _ in range(40):
        assert outcome(whole, one) == outcome(cut, other)
        cut.close()
        cut = Lab.open(path)
        assert list(cut.log) == list(whole.log)
    cut.close()
