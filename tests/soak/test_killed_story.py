"""A process that is killed while it plays stories: what it acknowledged is there, and stories go on in the file."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from myna_lab import Lab, stories
from myna_lab.ground.chance import Chance
from needs import rounds

WORKER = """
import sys
from myna_lab import Lab, stories
lab = Lab(seed=int(sys.argv[2]), journal=sys.argv[1])
print("ready", flush=True)
for name in sys.argv[3:]:
    for step in stories.steps(lab, name):
        print(len(lab.log), flush=True)
"""


@pytest.mark.soak
@pytest.mark.parametrize("run", range(rounds(20, 300)))
def test_killed_while_it_tells(run: int, tmp_path: Path) -> None:
    """After SIGKILL the file opens and holds every acknowledged event; an unharmed lab has told the same till there."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    path, names = tmp_path / "killed.mynalab", stories.names()
    told = [names[(run + place) % len(names)] for place in range(4)]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), str(run), *told], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    wait = 0.9 * Chance(run).child("kill").uniform()
    time.sleep(wait)
    worker.send_signal(signal.SIGKILL)
    whole = [line for line in worker.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    with Lab.open(path) as lab:
        assert len(lab.log) >= max(map(int, whole), default=0), f"killed after {wait:.3f} s (run {run})"
        unharmed = Lab(seed=run)
        for name in told:
            if len(unharmed.log) < len(lab.log):
                stories.play(unharmed, name)
        assert [entry.event for entry in lab.log] == [entry.event for entry in unharmed.log][: len(lab.log)]
        fresh = Lab(seed=run)
        fresh.advance_to(lab.now)  # what services say depends on the day
        again, anew = stories.play(lab, told[0]), stories.play(fresh, told[0])
        assert [verdict.code for verdict in again.verdicts] == [verdict.code for verdict in anew.verdicts]
