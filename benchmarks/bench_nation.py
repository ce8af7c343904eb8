"""A nation: holders a second, memory, how both grow, and the same rules in SimPy beside it, in one run.

    python benchmarks/bench_nation.py [holders of the large run] [workers]

CPU seconds are of all processes; a machine that others use shows in the wall time alone. The peer is the same rules
person by person in SimPy (simpy_nation.py), with other chance: its counts stand beside ours with the difference in
standard errors, so that the two programs check each other.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import simpy_nation

from myna_lab import scenarios
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.simulate import chunk

PEOPLE_IN_SIMPY = 20_000
START = date(2026, 4, 1)


def spent(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds of this process and its children, wall seconds, and the result."""
    before, begun = os.times(), time.perf_counter()
    result = work()
    wall, after = time.perf_counter() - begun, os.times()
    return sum(after[:4]) - sum(before[:4]), wall, result


LARGE = """
import json, os, resource, time
from myna_lab import scenarios
study = scenarios.nation(holders={holders}, years=1, runs=1, workers={workers}, progress=False)
begun = time.perf_counter()
study.run()
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(one.ru_utime + one.ru_stime for one in used)
memory = (used[0].ru_maxrss + (study._how["workers"] or len(os.sched_getaffinity(0))) * used[1].ru_maxrss) / 1024
print(json.dumps([cpu, time.perf_counter() - begun, memory]))
"""
"""A process of its own: its memory is that of the run, and not of what was done before it."""


def sizes(large: int, workers: int | None) -> float:
    """Print the table of sizes; returns CPU seconds a holder of the large run."""
    print(f"\n{'holders, one year':>20}{'CPU s':>9}{'wall s':>9}{'ns CPU a holder':>18}{'times the row above':>21}")
    scenarios.nation(holders=200_000, runs=1).run()  # warm
    before = 0.0
    for holders in (1_000_000, 2_000_000, 4_000_000):
        study = scenarios.nation(holders=holders, years=1, runs=1, workers=1, progress=False)
        cpu, wall, _ = spent(study.run)
        growth = f"{cpu / before:.2f}" if before else ""
        print(f"{holders:20,}{cpu:9.2f}{wall:9.2f}{cpu / holders * 1e9:18.0f}{growth:>21}", flush=True)
        before = cpu
    program = LARGE.format(holders=large, workers=workers)
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    cpu, wall, memory = json.loads(answer.stdout)
    print(f"{large:20,}{cpu:9.2f}{wall:9.2f}{cpu / large * 1e9:18.0f}    all processes, {memory:.0f} MiB together")
    return float(cpu) / large


def many_workers(holders: int) -> None:
    """Print the same nation on 1 to 16 processes: what each further one costs, and that the figures are the same."""
    print(f"\n{'workers':>8}{'CPU s':>9}{'wall s':>9}   {holders:,} holders, one year, start of the processes included")
    first = None
    for workers in (1, 2, 4, 8, 16):
        study = scenarios.nation(holders=holders, years=1, runs=1, workers=workers, progress=False)
        cpu, wall, result = spent(study.run)
        first = result.figures if first is None else first
        same = "the same figures" if result.figures.equals(first) else "OTHER FIGURES"
        print(f"{workers:8}{cpu:9.2f}{wall:9.2f}   {same}", flush=True)


def against_simpy(per_holder: float) -> None:
    """Print the peer's time and counts beside ours."""
    plan = Plan.of(Assumptions(), START, 365)
    cpu, _, (counts, stock) = spent(lambda: simpy_nation.simulate(plan, PEOPLE_IN_SIMPY, 1))
    ours = chunk(plan, 1, 0, 0, 10 * PEOPLE_IN_SIMPY)
    print(f"\nSimPy: {cpu / PEOPLE_IN_SIMPY * 1e6:.1f} µs CPU a holder; ours {per_holder * 1e6:.3f} µs: "
          f"{cpu / PEOPLE_IN_SIMPY / per_holder:.0f} times the holders a second")  # fmt: skip
    print(f"\n{'counted':28}{'SimPy':>10}{'ours':>12}{'standard errors apart':>24}")
    for name in ("renewals", "visits_change", "card_losses", "set_ups", "phone_changes", "phone_losses", "phone_stops"):
        _row(name, counts[name], ours.days_of(name).sum())
    for name in ("gap_refusals", "gave_up"):
        _row(name, counts[name], ours.counts[name])
    for name in ("phones_iphone", "phones_android", "dead_passes", "entries_phone_auth", "entries_card_sign",
                 "entries_card_renewed", "card_certificates_expired"):  # fmt: skip
        _row(name, stock[name], ours.stock(name)[-1])


def _row(name: str, peer: float, ours: float) -> None:
    apart = (peer - ours / 10) / max(1.0, ours / 10 * 1.1) ** 0.5
    print(f"{name:28}{peer:10,.0f}{ours / 10:12,.1f}{apart:24.1f}")


def main(large: int, workers: int | None) -> None:
    """Print everything."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, seed 1")
    against_simpy(sizes(large, workers))
    many_workers(16 * 2**20)


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 20_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else None)
