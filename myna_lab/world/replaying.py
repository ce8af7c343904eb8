"""A log that somebody else may have written, taken in: whatever is wrong in it is an error of its file."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from myna_lab import events as ev
from myna_lab.devices.phone import Requirements
from myna_lab.errors import MisuseError, MynaLabError, StorageError
from myna_lab.events import Entry, EventLog
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.parameters import Parameters
from myna_lab.world.file.check import damaged

__all__ = ["FIRST", "LAST", "admit_all", "dated", "parameters_of", "without_collections"]

FIRST, LAST = instant("1980-01-01"), instant("2200-01-01")
"""Between these instants the dates of every certificate, past generations included, can be written."""


def dated(when: datetime) -> datetime:
    """An instant that a lab can be at.

    Raises:
        MisuseError: too early or too late for its certificates.
    """
    if not FIRST <= when < LAST:
        raise MisuseError(
            f"a lab's time lies between {show(FIRST)} and {show(LAST)}; got {show(when)}.", code="bad_time"
        )
    return when


def parameters_of(started: ev.LabStarted) -> Parameters:
    """The parameters of a lab that somebody else may have written: known ones lie in their ranges and go together.

    Raises:
        MisuseError: one does not.
    """
    known = Parameters()
    parameters = Parameters({name: text for name, text in started.parameters if name in known})
    Requirements.of(parameters)
    return parameters


def admit_all(entries: Iterable[Entry], log: EventLog, admit: Callable[[ev.Event], None], path: str) -> None:
    """Replay entries, each tried before it is taken in.

    Args:
        entries: what stands in the file, in order.
        log: what takes them in.
        admit: tries an event in its turn.
        path: the file, for the error.

    Raises:
        StorageError: an entry is none that a lab writes.
    """
    newest: Entry | None = None
    clock = log.clock

    def admitted() -> Iterator[Entry]:
        nonlocal newest
        for newest in entries:
            if not clock.now <= newest.at < LAST:
                raise MisuseError(f"it is stamped {show(newest.at)}, and the one before {show(clock.now)}")
            admit(newest.event)
            yield newest

    try:
        log.replay(admitted())
    except StorageError:
        raise
    except Exception as error:  # whatever a fold meets: the file is to blame for it
        where = "" if newest is None else f"entry {newest.seq} ({newest.name}) "
        said = error if isinstance(error, MynaLabError) else type(error).__name__
        raise damaged(path, f"{where}cannot be taken in: {said}") from error


@contextmanager
def without_collections() -> Iterator[None]:
    """Python's search for cycles, put off: among a million new objects that all stay it would take half of the time.

    They are then counted among the old ones, unlooked at: the next search would go through all of them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # somebody's frozen objects stay so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
