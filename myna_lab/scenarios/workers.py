"""Who does the chunks: this process, several processes, or a Dask cluster; the result is the same.

This is the one module of the model that starts processes. A chunk that a killed worker took with it is done again; an
interrupt keeps what is merged, and the tallies say of how many holders they are.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from types import ModuleType
from typing import Any, NamedTuple

from myna_lab.ground.arguments import whole_number
from myna_lab.ground.interrupts import uninterrupted
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.simulate import chunk, chunks
from myna_lab.scenarios.tallies import Tally

__all__ = ["WORKER_ENVIRONMENT", "Job", "simulate"]

FEW = 5_000_000
"""Up to so many holders this process does all by itself: starting others would take longer."""
_AHEAD = 2
"""Tasks beyond one for each worker that are under way, so that nobody waits and little lies about."""
_LOSSES = 100
"""Tasks that a cluster may lose; one whose workers end all the time is given up."""


class Job(NamedTuple):
    """One nation under one set of rules, once."""

    plan: Plan
    seed: int
    run: int
    holders: int


class _Task(NamedTuple):
    job: int
    first: int
    last: int


_Done = Generator[tuple[_Task, Tally], None, None]


def simulate(
    jobs: Mapping[Any, Job], *, workers: int | None = None, client: Any = None, progress: bool | None = None
) -> dict[Any, Tally]:
    """Simulate some nations.

    Args:
        jobs: by any names.
        workers: processes; None: one for up to 5 million holders, else one for each core. 1 stays in this process, and
            in a browser, which starts none, so does any number.
        client: a Dask client; its workers do the chunks then.
        progress: whether a bar is shown; None: where it takes long.

    Returns:
        The tallies by name. After an interrupt they count fewer ``holders`` than were asked for; a warning says so.
    """
    names, rows = list(jobs), list(jobs.values())
    total = sum(job.holders for job in rows)
    if workers is None:
        workers = 1 if total <= FEW else _cores()
    whole_number("workers", workers, 1, 4096)
    tallies = {name: Tally(job.plan.first_day, job.plan.days) for name, job in jobs.items()}
    tasks = [_Task(n, *bounds) for n, job in enumerate(rows) for bounds in chunks(job.holders)]
    if client is not None:
        results = _on_cluster(rows, tasks, client)
    else:
        alone = workers == 1 or sys.platform == "emscripten"
        results = _here(rows, tasks) if alone else _in_processes(rows, tasks, min(workers, len(tasks)))
    with closing(results), _bar(total, progress) as bar:
        try:
            for task, tally in results:
                uninterrupted(partial(tallies[names[task.job]].merge, tally))
                bar.update(tally.holders)
        except KeyboardInterrupt:
            done = sum(tally.holders for tally in tallies.values())
            warnings.warn(
                f"interrupted: {done:,} of {total:,} holders are simulated; all figures are of these.", stacklevel=3
            )
    return tallies


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _bar(total: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    shown = total > FEW if progress is None else progress
    return tqdm(total=total, unit=" holders", unit_scale=True, disable=not shown)


def _do(job: Job, task: _Task) -> tuple[_Task, Tally]:
    return task, chunk(job.plan, job.seed, job.run, task.first, task.last)


def _here(jobs: list[Job], tasks: list[_Task]) -> _Done:
    for task in tasks:
        yield _do(jobs[task.job], task)


WORKER_ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "268435456",
    "MALLOC_TRIM_THRESHOLD_": "536870912",
    "MALLOC_ARENA_MAX": "1",
}
"""glibc's own: the arrays of a block stay with the worker, and do not go back to the system each time.

A process of ours is a fifth faster by it, a worker of Dask, which asks for the contrary by itself, twice as fast.
"""


@contextmanager
def _apart_from_the_caller() -> Iterator[None]:
    """New processes would run the caller's script again; they need nothing of it, so they see an empty one."""
    main, ours = sys.modules["__main__"], [name for name in WORKER_ENVIRONMENT if name not in os.environ]
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ.update({name: WORKER_ENVIRONMENT[name] for name in ours})
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name in ours:
            del os.environ[name]


_KNOWN: list[Job] = []
"""In a process that was started: all jobs. A task says which, and so is small enough for any pipe.

Of a large one half would be in the pipe when a worker is killed, and who writes the rest waits for ever
(CPython before 3.11.5, gh-94777: the process would not end).
"""


def _begin(jobs: list[Job]) -> None:
    """In a process that was started. Ctrl-C reaches a terminal's whole group; only the first says what follows."""
    signal(SIGINT, SIG_IGN)
    _KNOWN[:] = jobs


def _do_known(task: _Task) -> tuple[_Task, Tally]:
    return _do(_KNOWN[task.job], task)


def _in_processes(jobs: list[Job], tasks: list[_Task], workers: int) -> _Done:
    from concurrent.futures import ProcessPoolExecutor  # a browser has none

    ahead = iter(tasks)
    waiting: dict[Future[tuple[_Task, Tally]], _Task] = {}
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(jobs,))

    def start(n: int) -> None:
        nonlocal ahead
        for task in islice(ahead, n):
            try:
                waiting[pool.submit(_do_known, task)] = task
            except BrokenExecutor:
                ahead = chain([task], ahead)
                raise

    try:
        with _apart_from_the_caller():
            start(workers + _AHEAD)
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                del waiting[future]
                yield result
                start(1)
        pool.shutdown()
    except BrokenExecutor:  # a worker was killed: what is left is done here
        warnings.warn("a worker process ended by itself; this process does the rest, more slowly.", stacklevel=2)
        yield from _here(jobs, [*waiting.values(), *ahead])
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _on_cluster(jobs: list[Job], tasks: Iterable[_Task], client: Any) -> _Done:
    from distributed import as_completed

    ahead, under_way = iter(tasks), {}
    plans = [client.scatter(job, broadcast=True) for job in jobs]

    def submit(task: _Task) -> Any:
        future = client.submit(_do, plans[task.job], task, pure=False, retries=3)
        under_way[future.key] = task
        return future

    many = sum(client.nthreads().values()) + _AHEAD
    waiting = as_completed([submit(task) for task in islice(ahead, many)])
    losses = 0
    for future in waiting:
        task = under_way.pop(future.key)
        try:
            done = [future.result()]
        except CancelledError:  # the workers that knew the plan ended, before others were told it
            losses += 1
            if losses > _LOSSES:
                raise
            plans[task.job], done = client.scatter(jobs[task.job], broadcast=True), []
            waiting.add(submit(task))
        yield from done
        future.release()
        for more in islice(ahead, len(done)):
            waiting.add(submit(more))
