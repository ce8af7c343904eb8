"""Ctrl-C, or a notebook's interrupt button, at a random moment: the lab goes on, and its file tells the same."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from needs import rounds


def _facts(lab: Lab) -> tuple[object, ...]:
    chips = [chip.state for h in lab.residents for chip in (h.card, *(p.chip for p in h.phones)) if chip is not None]
    return (
        [(entry.at, entry.name, entry.body()) for entry in lab.log],
        lab.now,
        dict(lab.books.certificates),
        dict(lab.books.phones),
        [phone.online for phone in lab.phones],
        chips,
    )


def _work(lab: Lab, interrupting: subprocess.Popen[bytes]) -> None:
    """Go on until the other process has sent its SIGINT; only from outside does it strike anywhere."""
    while interrupting.poll() is None:
        hanako = lab.resident()
        lab.iphone(hanako).add_card().run()
        lab.android(hanako).add_card().run(same_pins=True)
        lab.portal.log_in(hanako.card, pin="0000")
        lab.advance("6min")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent by a shell of POSIX systems")
@pytest.mark.soak
@pytest.mark.parametrize("kept", [True, False], ids=["file", "memory"])
def test_interrupted_at_a_random_moment(kept: bool, tmp_path: Path) -> None:
    """After each interrupt the lab records, time passes, and what it knows is what a replay of its log knows."""
    for run in range(rounds(15, 500)):
        path = tmp_path / f"{run}.mynalab" if kept else None
        lab = Lab(seed=run, journal=path)
        wait = 0.2 * Chance(run).child("interrupt").uniform()
        # Python itself drops an interrupt that strikes while something is thrown away: then the work just ends.
        with suppress(KeyboardInterrupt):
            with subprocess.Popen(["sh", "-c", f"sleep {wait:.4f}; kill -INT {os.getpid()}"]) as interrupting:
                _work(lab, interrupting)
            sum(range(1000))
        lab.iphone(lab.resident()).add_card().run()
        lab.advance("1d")
        live = _facts(lab)
        if path is None:  # a fork would give the open set-up up
            lab.save(saved := tmp_path / f"{run}.mynalab")
        again = Lab.open(path or saved)
        assert _facts(again) == live, f"interrupted after {wait:.4f} s (run {run})"
        for opened in (lab, again):
            opened.close()
