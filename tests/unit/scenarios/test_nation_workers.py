"""The same result for any chunks, any order and any workers; what is interrupted or killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from distributed import Client, LocalCluster

from myna_lab import scenarios
from myna_lab.errors import MisuseError
from myna_lab.scenarios import workers
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.simulate import chunk
from myna_lab.scenarios.tallies import Tally
from myna_lab.scenarios.workers import Job, simulate

N = 30_000
PLAN = Plan.of(Assumptions(), date(2026, 4, 1), 60)


def content(tally: Tally) -> dict[str, Any]:
    """All that a tally holds, in a form that compares."""
    arrays = {**tally.daily, **tally.hourly, **{f"s/{n}": a for n, a in tally.steps.items()}, **tally.durations}
    return {
        **{name: array.tolist() for name, array in arrays.items() if np.any(array)},
        **{f"c/{name}": n for name, n in tally.counts.items() if n},
        **{f"l/{name}": n for name, n in tally.longest.items() if n},
        "holders": tally.holders,
    }


WHOLE = content(chunk(PLAN, 1, 0, 0, N))


@pytest.mark.parametrize("size", [1234, 9999])
@pytest.mark.parametrize("block", [500, 1 << 15])
def test_chunks_and_blocks_do_not_matter(size: int, block: int) -> None:
    """Any size of chunks and blocks, the last chunk first: bit for bit the same."""
    total = Tally(PLAN.first_day, PLAN.days)
    for first in reversed(range(0, N, size)):
        total.merge(chunk(PLAN, 1, 0, first, min(first + size, N), block))
    assert content(total) == WHOLE


def test_other_seeds_and_runs_are_other_nations() -> None:
    """A seed and a run each give another result, of about the same size."""
    for seed, run in ((2, 0), (1, 1)):
        other = content(chunk(PLAN, seed, run, 0, N))
        assert other != WHOLE
        assert abs(other["c/reached/done"] - WHOLE["c/reached/done"]) < 8 * WHOLE["c/reached/done"] ** 0.5


def test_processes_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, several chunks: the same as here, and nothing of the caller's script is run in them."""
    monkeypatch.setattr(
        workers, "chunks", lambda holders: [(a, min(a + 7000, holders)) for a in range(0, holders, 7000)]
    )
    assert content(simulate({"a": Job(PLAN, 1, 0, N)}, workers=2)["a"]) == WHOLE


def test_a_killed_process_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker process that is killed in the middle: a warning, the same result, and this process can end."""
    monkeypatch.setattr(
        workers, "chunks", lambda holders: [(a, min(a + 1000, holders)) for a in range(0, holders, 1000)]
    )
    results = workers._in_processes([Job(PLAN, 1, 0, N)], [workers._Task(0, a, a + 1000) for a in range(0, N, 1000)], 2)
    total = Tally(PLAN.first_day, PLAN.days)
    with pytest.warns(UserWarning, match="ended by itself"):
        for n, (_, tally) in enumerate(results):
            total.merge(tally)
            if n == 2:
                victim = next(iter(results.gi_frame.f_locals["pool"]._processes))
                os.kill(victim, signal.SIGKILL)
                time.sleep(0.5)
    assert content(total) == WHOLE
    for thread in threading.enumerate():
        if thread.name == "QueueFeederThread":  # the interpreter waits for it at its end
            thread.join(10)
            assert not thread.is_alive()


def test_an_interrupt_leaves_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the third chunk: a warning says how many holders are in, and the result knows that it is partial."""
    done: list[int] = []

    def struck(*args: Any) -> Tally:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return chunk(*args)

    monkeypatch.setattr(workers, "chunk", struck)
    monkeypatch.setattr(workers, "chunks", lambda holders: [(a, a + 1000) for a in range(0, holders, 1000)])
    with pytest.warns(UserWarning, match=r"interrupted: 2,000 of 5,000 holders"):
        result = scenarios.nation(holders=5000, days=30, runs=1).run()
    assert not result.complete and result.about["holders_done"] == "2000"
    assert "interrupted after 2,000" in repr(result)
    assert 1000 < result.figures["cards_held"] < 2000


@pytest.mark.parametrize("given", [0, -1, 1.5, True])
def test_workers_are_a_whole_number(given: Any) -> None:
    """Impossible numbers of workers are refused by name."""
    with pytest.raises(MisuseError, match="workers is a whole number"):
        scenarios.nation(holders=10, days=1, workers=given).run()


def test_a_cluster_gives_the_same_and_survives_a_killed_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask with two workers: the only one that knows the plan is killed, later the other: bit for bit the same."""
    monkeypatch.setattr(
        workers, "chunks", lambda holders: [(a, min(a + 2000, holders)) for a in range(0, holders, 2000)]
    )
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        first, second = cluster.workers.values()
        plans = []

        def scatter(job: Job, broadcast: bool) -> Any:
            """The first time only one worker is told, as when the other has not come yet, and then it ends."""
            plans.append(client.scatter(job, broadcast=broadcast, workers=None if plans else [first.worker_address]))
            if len(plans) == 1:
                os.kill(first.pid, signal.SIGKILL)
            return plans[-1]

        told = SimpleNamespace(scatter=scatter, submit=client.submit, nthreads=client.nthreads)
        tasks = [workers._Task(0, a, a + 2000) for a in range(0, N, 2000)]
        results = workers._on_cluster([Job(PLAN, 1, 0, N)], tasks, told)
        total = Tally(PLAN.first_day, PLAN.days)
        for n, (_, tally) in enumerate(results):
            total.merge(tally)
            if n == 1:
                os.kill(second.pid, signal.SIGKILL)
        assert len(plans) > 1
        assert content(total) == WHOLE
        study = scenarios.nation(holders=3000, days=20, runs=2)
        there = scenarios.nation(holders=3000, days=20, runs=2, client=client).run()
        assert there.figures.equals(study.run().figures)
