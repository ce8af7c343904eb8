"""How long a beginner waits: the import, the command line, the first log-in; and what the 400th resident costs.

    python benchmarks/bench_start.py [rounds]

Each start is a process of its own, with bytecode that an earlier round has written. The limit is Python itself, which
starts and does nothing, in the same run. Of the residents, the 20th is set beside the 400th.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from myna_lab import Lab

SEED = 7
FIRST_LOG_IN = f"""
from myna_lab import Lab
lab = Lab(seed={SEED})
iphone = lab.iphone(lab.resident())
iphone.add_card().run()
lab.advance("10min")
assert lab.portal.log_in(iphone).accepted
"""
STARTS = {
    "python -c pass": ("-c", "pass"),
    "import myna_lab": ("-c", "import myna_lab"),
    "myna-lab --help": ("-m", "myna_lab", "--help"),
    "from myna_lab import Lab": ("-c", "from myna_lab import Lab"),
    "card, phone, first log-in": ("-c", FIRST_LOG_IN),
}
AROUND = 5
"""Residents before and after the one that is shown, of whose costs the median is taken."""


def start(arguments: tuple[str, ...], environment: Mapping[str, str]) -> tuple[float, float]:
    """CPU and wall seconds of one fresh interpreter."""
    spent, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, now = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime, wall


def starts(rounds: int) -> None:
    """Print the table of cold starts."""
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        print(f"\n{'a fresh process':28}{'CPU s':>8}{'min':>8}{'max':>8}{'wall s':>8}{'over Python':>13}")
        limit = None
        for name, arguments in STARTS.items():
            start(arguments, environment)  # writes the bytecode
            cpu, wall = zip(*(start(arguments, environment) for _ in range(rounds)), strict=True)
            middle = statistics.median(cpu)
            limit = middle if limit is None else limit
            print(
                f"{name:28}{middle:8.3f}{min(cpu):8.3f}{max(cpu):8.3f}{statistics.median(wall):8.3f}"
                f"{middle - limit:13.3f}"
            )


def residents() -> None:
    """Print what single residents of one lab cost."""
    lab, costs = Lab(seed=SEED), []
    for _ in range(400 + AROUND):
        begun = time.process_time()
        lab.resident()
        costs.append((time.process_time() - begun) * 1000)
    print(f"\n{'a resident with her card':28}{'CPU ms':>8}{'min':>8}{'max':>8}")
    for which in (20, 130, 400):
        near = costs[which - 1 - AROUND : which + AROUND]
        print(f"{f'the {which}th':28}{statistics.median(near):8.2f}{min(near):8.2f}{max(near):8.2f}")


def main(rounds: int) -> None:
    """Print both tables."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, seed {SEED}, {rounds} rounds")
    starts(rounds)
    residents()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
