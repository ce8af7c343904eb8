"""What a simulated Japan runs on: a seed, a clock, a log that all states follow, and the file that keeps it.

record(decision) -> what is due before -> one durable batch -> folds -> what is due now
"""

from __future__ import annotations

import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import chain, islice
from operator import index
from typing import TYPE_CHECKING, Any, Self

from myna_lab import events as ev
from myna_lab.devices.phone import Requirements
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Clock, Decision, Entry, EventLog
from myna_lab.ground.arguments import only_mapping, shown, whole_number
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, duration, show
from myna_lab.ground.durations import at as instant
from myna_lab.ground.release import release
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters
from myna_lab.world.establish import establish
from myna_lab.world.file.check import damaged
from myna_lab.world.file.journal import Journal, existing
from myna_lab.world.replaying import FIRST, LAST, admit_all, dated, parameters_of, without_collections

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["Engine"]

_LARGEST_SEED = 2**63 - 1
_LISTS = (list, tuple)
"""What events are recorded as, nearly always."""


class Engine(ABC):
    """Time, chance, record and file of a world; which states follow the log is said by :class:`World`.

    Args:
        seed: see :class:`myna_lab.lab.Lab`, as for the others.
        start: when it begins.
        journal: its file.
        parameters: overrides.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        start: str | datetime | None = None,
        journal: str | os.PathLike[str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        if not isinstance(seed, int) and not isinstance(seed, type) and hasattr(seed, "__index__"):
            seed = index(seed)  # such as numpy's
        whole_number("a seed", seed, -_LARGEST_SEED, _LARGEST_SEED, code="bad_seed")
        table = Parameters(parameters)
        Requirements.of(table)
        is_now = isinstance(start, str) and start == "now"
        begins = dated(_now() if is_now else instant(start if start is not None else table.text("start")))
        store = Journal(journal, claim=False)
        try:
            with closing(store.read()) as entries:
                is_taken = next(entries, None) is not None
            if is_taken:
                raise MisuseError(
                    f"{journal} already holds a lab; Lab.open({str(journal)!r}) goes on with it.", code="exists"
                )
            store.claim()
            self._set_up(store, seed, table, begins)
            started = ev.LabStarted(seed, begins, table.texts(), release())
            # One batch: a lab without authorities must not be found on a disk.
            self.log.append([started, *_authorities(seed, begins, table.overrides())])
        except BaseException:
            store.close()
            raise

    def _set_up(self, journal: Journal, seed: int, parameters: Parameters, begins: datetime) -> None:
        self.seed = seed
        self.parameters = parameters
        self.journal = journal
        self.log = EventLog(journal, Clock(begins), self._trial)

    # What a world adds: how a batch and a stranger's entry are tried, what falls due, what ends where a copy parts.

    @abstractmethod
    def _trial(self, entries: Sequence[Entry]) -> None: ...

    @abstractmethod
    def _admit(self, event: ev.Event) -> None: ...

    @abstractmethod
    def _settle(self, until: datetime) -> None: ...

    @abstractmethod
    def _part(self) -> None: ...

    # ----------------------------------------------------------------------------------------------------- the file

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Open a file and go on with it; see :meth:`myna_lab.lab.Lab.open`."""
        journal = Journal(existing(path), claim=False)
        try:
            with closing(journal.read()) as entries:
                world = cls.following(journal, entries, untrusted=True)
            try:
                journal.claim()
            except StorageError as error:
                if error.code != "read_only":
                    raise
            else:
                with closing(journal.read(after=len(world.log))) as meanwhile:  # by the former owner
                    world._take_in(meanwhile)
            return world
        except BaseException:
            journal.close()
            raise

    @classmethod
    def copy_of(cls, path: str | os.PathLike[str]) -> Self:
        """A private copy in memory of a file; see :meth:`myna_lab.lab.Lab.copy_of`."""
        with closing(Journal(existing(path), claim=False)) as journal:
            copy = journal.copy_in_memory()
        copy.path = journal.path
        return cls.following(copy, copy.read(), untrusted=True)

    @classmethod
    def following(cls, store: Journal, entries: Iterable[Entry], *, untrusted: bool = False) -> Self:
        """A world that follows these entries.

        Args:
            store: where it goes on.
            entries: from the first on.
            untrusted: whether somebody else may have written them: then each is tried before it is taken in.
        """
        ahead = iter(entries)
        first = next(ahead, None)
        if first is None:
            raise MisuseError(f"{store.path} holds no lab yet; Lab(journal=…) starts one.", code="no_such_file")
        if not isinstance(first.event, ev.LabStarted):
            raise damaged(store.path, "the log does not begin with LabStarted")
        begun = first.event
        world = cls.__new__(cls)
        try:
            parameters = parameters_of(begun) if untrusted else _parameters(begun.parameters)
            world._set_up(store, begun.seed, parameters, dated(begun.start))
        except MisuseError as error:
            raise damaged(store.path, f"entry 1: {error}") from error
        with without_collections():
            if untrusted:
                world._take_in(chain([first], ahead))
            else:
                world.log.replay(chain([first], ahead))
        return world

    def _take_in(self, entries: Iterable[Entry]) -> None:
        """Replay what somebody else may have written.

        Raises:
            StorageError: an entry is none that a lab writes.
        """
        admit_all(entries, self.log, self._admit, self.journal.path)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Copy this world into a file; see :meth:`myna_lab.lab.Lab.save`."""
        from pathlib import Path

        with self.log.lock:
            self.journal.copy_to(path)
        return Path(os.fsdecode(path))

    def fork(self, at: str | datetime | None = None) -> Self:
        """A private copy in memory; see :meth:`myna_lab.lab.Lab.fork`."""
        when = self.now if at is None else instant(at)
        with self.log.lock:
            self.check_begun(when)
            length = self.log.length_at(when)
            copy = self.following(self.journal.copy_in_memory(length), islice(self.log, length))
        copy._part()
        if when > copy.now:
            copy.advance_to(when)
        return copy

    def check_begun(self, when: datetime) -> None:
        """Whether there was this world at an instant.

        Raises:
            MisuseError: it had not begun.
        """
        if when < self.log[0].at:
            raise MisuseError(f"this lab began at {show(self.log[0].at)}; asked for {show(when)}.", code="bad_time")

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        with self.log.lock:
            self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # --------------------------------------------------------------------------------------------------------- time

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The log's lock: who asks and then decides holds it."""
        return self.log.lock

    @property
    def now(self) -> datetime:
        """The simulated instant, JST."""
        return self.log.clock.now

    def advance(self, by: str | timedelta) -> datetime:
        """Let time pass; see :meth:`myna_lab.lab.Lab.advance`."""
        with self.log.lock:
            return self.advance_to(self.now + min(duration(by), LAST - FIRST))

    def advance_to(self, to: str | datetime) -> datetime:
        """Let time pass until an instant; see :meth:`myna_lab.lab.Lab.advance_to`."""
        target = dated(instant(to))
        with self.log.lock:
            if target < self.now:
                raise MisuseError(
                    f"time does not go back: it is {show(self.now)}, asked for {show(target)}.", code="time_goes_back"
                )
            self.record([ev.TimePassed(target)], elapse=target - self.now)
            return self.now

    # --------------------------------------------------------------------------------------------------------- record

    def record(
        self,
        events: Sequence[ev.Event],
        secrets: Mapping[str, bytes] | None = None,
        elapse: timedelta = timedelta(),
    ) -> tuple[Entry, ...]:
        """Append one decision, after letting time pass. Anything due up to then is recorded first.

        Args:
            events: what happened, as one batch of one instant.
            secrets: what the events refer to, by reference.
            elapse: how much time passes before.

        Returns:
            The stamped entries.

        Raises:
            MisuseError: not an event, a field of another type than declared, or a person, phone, set-up or chip that
                is not there.
            IllegalTransition: an event is not lawful.
            StorageError: the journal cannot be written.

        After an error nothing of these events was written; what fell due before them has happened all the same.
        """
        if type(events) not in _LISTS and (not isinstance(events, Sequence) or isinstance(events, str | bytes)):
            raise MisuseError(f"what happened is a list of events; got {shown(events)}.", code="not_an_event")
        if not isinstance(elapse, timedelta):
            raise MisuseError(f"elapse is a timedelta; got {shown(elapse)}.", code="bad_duration")
        vaulted = only_mapping("secrets", secrets, "{'pins/flow-1': b'…'}")
        with self.log.lock:
            target = self.now + elapse
            self._settle(target)
            entries = self.log.append(Decision(tuple(events), vaulted), at=target)
            self._settle(self.now)
            return entries

    def chance(self, name: str) -> Chance:
        """A named source of draws of this lab."""
        if not isinstance(name, str):
            raise MisuseError(f"a source of chance has a name, such as 'lesson'; got {shown(name)}.", code="no_text")
        return Chance(self.seed).child(name)


def _now() -> datetime:
    """The computer's clock, in whole seconds: read for those who ask for a lab that starts now."""
    return datetime.now(JST).replace(microsecond=0)  # noqa: TID251


@functools.lru_cache(maxsize=32)
def _parameters(kept: tuple[tuple[str, str], ...]) -> Parameters:
    """A log's parameters: read once for all copies and excerpts of a lab."""
    return Parameters.of_log(dict(kept))


@functools.lru_cache(maxsize=32)
def _authorities(seed: int, begins: datetime, overrides: tuple[tuple[str, str], ...]) -> tuple[ev.Event, ...]:
    """A lab's first certificates: made once for all labs that begin alike."""
    return establish(begins, _parameters(overrides), Chance(seed), rsa_key).events
