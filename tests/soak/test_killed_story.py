"""A process that is killed while it plays stories: what it acknowledged is there, and stories go on in the file."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from myna_lab import Lab, stories
from myna_lab import events as ev
from myna_lab.ground.chance import Chance
from myna_lab.stories.playing import Played
from needs import rounds

GROUPS = rounds(4, 300)
"""Four stories a group: every story is in one. A group has its own seed and is told only once without a kill."""
WORKER = """
import sys
from myna_lab import Lab, stories
lab = Lab(seed=int(sys.argv[2]), journal=sys.argv[1])
print("ready", flush=True)
for name in sys.argv[3:]:
    for step in stories.steps(lab, name):
        print(len(lab.log), flush=True)
"""


@cache
def unharmed(told: tuple[str, ...], seed: int) -> list[ev.Event]:
    """What a lab that nobody kills has in its log after these stories."""
    lab = Lab(seed=seed)
    for name in told:
        stories.play(lab, name)
    return [entry.event for entry in lab.log]


@cache
def codes(name: str, seed: int) -> list[str]:
    """What services answer in a story that is told in a new lab."""
    return said(stories.play(Lab(seed=seed), name))


def said(played: Played) -> list[str]:
    """The answers; a second telling is later, and a clinic may take phones by then."""
    return [verdict.code for verdict in played.verdicts if verdict.service != "clinic"]


@pytest.mark.soak
@pytest.mark.parametrize("run", range(rounds(20, 300)))
def test_killed_while_it_tells(run: int, tmp_path: Path) -> None:
    """After SIGKILL the file opens and holds every acknowledged event; an unharmed lab has told the same till there."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    path, names = tmp_path / "killed.mynalab", stories.names()
    group = run % GROUPS
    told = tuple(names[(4 * group + place) % len(names)] for place in range(4))
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), str(group), *told],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    wait = 0.9 * Chance(run).child("kill").uniform()
    time.sleep(wait)
    worker.send_signal(signal.SIGKILL)
    whole = [line for line in worker.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    with Lab.open(path) as lab:
        assert len(lab.log) >= max(map(int, whole), default=0), f"killed after {wait:.3f} s (run {run})"
        assert [entry.event for entry in lab.log] == unharmed(told, group)[: len(lab.log)]
        assert said(stories.play(lab, told[0])) == codes(told[0], group)
