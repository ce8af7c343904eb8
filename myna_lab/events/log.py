"""The append-only log under one lock, and the protocols of what it writes to and what follows it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from myna_lab.errors import MisuseError, StorageError
from myna_lab.events.entries import Entry, misfit
from myna_lab.events.index import Index, Name
from myna_lab.events.kinds import Event
from myna_lab.events.lock import Lock
from myna_lab.ground.durations import JST, show
from myna_lab.ground.interrupts import uninterrupted
from myna_lab.texts import counted

__all__ = ["Clock", "Decision", "EventLog", "Fold", "Log", "Store", "Vault"]


class Vault(Protocol):
    """Secrets by reference; a table of the journal apart from the events."""

    def get(self, ref: str) -> bytes:
        """The newest secret of a reference; StorageError if there is none."""
        ...


class Store(Protocol):
    """Where entries and secrets become durable: both or neither."""

    def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        """Write one batch; StorageError leaves everything as it was."""
        ...

    def withdraw(self, entries: Sequence[Entry]) -> None:
        """Take the newest batch back: it could be written, but no state follows from it."""
        ...


class Fold(Protocol):
    """A state that follows the log."""

    def evolve(self, entry: Entry) -> None:
        """Take one entry in."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request leads to: events of one instant, and the secrets that they refer to."""

    events: tuple[Event, ...]
    secrets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Clock:
    """Simulated time; only the log moves it."""

    now: datetime


class EventLog:
    """The one source. Deciding, appending, folding and every exchange with a chip happen under its lock.

    Writing a batch and taking it in is one step: an interrupt waits until both are done. If a fold fails at a batch,
    the batch is taken back, and the log takes no more, because nobody knows how far the folds came.

    Args:
        store: where a batch becomes durable.
        clock: the simulated clock that stamps entries.
        trial: called with the batch before it is written; raises IllegalTransition if an event is not lawful.
    """

    def __init__(self, store: Store, clock: Clock, trial: Callable[[Sequence[Entry]], object] | None = None) -> None:
        self.lock = Lock()
        self.clock = clock
        self._store = store
        self._trial = trial
        self._entries: list[Entry] = []
        self._index = Index(self._entries)
        self._folds: list[tuple[Fold, Collection[type[Event]] | None]] = []
        self._takers: dict[type[Event], tuple[Callable[[Entry], None], ...]] = {}
        """Kinds of events to what takes them in, of each fold that they concern."""
        self._is_torn = False

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self.clock.now

    def follow(self, fold: Fold, kinds: Collection[type[Event]] | None = None) -> None:
        """Let a fold follow the log from here on.

        Args:
            fold: it is given entries in order, after the folds that came before it.
            kinds: the kinds of events that concern it; None: all.
        """
        self._folds.append((fold, kinds))
        self._takers.clear()

    def append(self, decision: Decision | Iterable[Event], at: datetime | None = None) -> tuple[Entry, ...]:
        """Record one decision as one durable batch.

        Args:
            decision: the events (and secrets) of one instant.
            at: the instant, not before now; None: now.

        Returns:
            The stamped entries.

        Raises:
            IllegalTransition: an event is not lawful; nothing was written.
            StorageError: the batch could not be written; nothing was changed, the clock included. Or an earlier one
                could not be taken in.
            MisuseError: ``at`` lies in the past, or an event could not be read back.
        """
        if not isinstance(decision, Decision):
            decision = Decision(tuple(decision))
        with self.lock:
            instant = self.clock.now if at is None else at
            if instant.tzinfo is not JST:
                instant = instant.astimezone(JST)  # one zone, as when it is read back
            if instant < self.clock.now:
                raise MisuseError(
                    f"time does not go back: it is {show(self.clock.now)}, asked for {show(instant)}.",
                    code="time_goes_back",
                )
            first = len(self._entries) + 1
            entries = tuple([Entry(seq, instant, event) for seq, event in enumerate(decision.events, first)])
            for event in decision.events:
                if wrong := misfit(event):
                    raise MisuseError(wrong, code="not_an_event")
            if self._trial is not None:
                self._trial(entries)
            if self._is_torn:
                raise StorageError(
                    "this lab broke off in the middle of an event and cannot go on; lab.fork() goes on from its log, "
                    "and Lab.open from its file.",
                    code="torn",
                )
            secrets = decision.secrets
            uninterrupted(lambda: self._keep(entries, secrets))
            return entries

    def _keep(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        whole = len(self._entries) + len(entries)
        try:
            self._store.commit(entries, secrets)
            self._is_torn = True
            self._take(entries)
            self._is_torn = False
        except BaseException as error:
            if len(self._entries) == whole:  # a handler that raised after the last fold
                self._is_torn = False
            elif self._is_torn or not isinstance(error, StorageError):  # a store that refuses has written nothing
                self._store.withdraw(entries)
            raise

    def replay(self, entries: Iterable[Entry]) -> None:
        """Take stored entries in, one after the other: the last step of :meth:`append`, and nothing else."""
        with self.lock:
            for entry in entries:
                self._fold(entry)
                self._entries.append(entry)

    def _take(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._fold(entry)
        self._entries.extend(entries)

    def _fold(self, entry: Entry) -> None:
        if entry.at > self.clock.now:
            self.clock.now = entry.at
        kind = type(entry.event)
        takers = self._takers.get(kind)
        if takers is None:
            takers = tuple(fold.evolve for fold, kinds in self._folds if kinds is None or kind in kinds)
            self._takers[kind] = takers
        for take in takers:
            take(entry)

    def about(self, *names: Name) -> tuple[Entry, ...]:
        """The entries that name one of these things, in order; found without looking through the log.

        Args:
            names: ``person-1``, ``card-1``, ``iphone-1``, ``flow-1``; ``sign`` for what its authority established; or a
                certificate's authority and serial number.
        """
        with self.lock:
            return tuple(self._entries[place] for place in self._index.places(names))

    def length_at(self, when: datetime) -> int:
        """How many entries there are up to an instant, that instant included."""
        return bisect_right(self._entries, when, key=lambda entry: entry.at)

    def connected(self, name: Name) -> tuple[Entry, ...]:
        """The entries about a thing, about whatever they name, and so on: all that can bear on it, in order."""
        with self.lock:
            return tuple(self._entries[place] for place in self._index.connected(name))

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def __repr__(self) -> str:
        return f"EventLog({counted(len(self), 'event', 'events')}, {show(self.clock.now)})"


class Log:
    """A log to read: entries in order, by their place, or about a thing; nothing can be written through it.

    Args:
        of: the log that is read; what is added there is seen here.
    """

    __slots__ = ("_of",)

    def __init__(self, of: EventLog) -> None:
        self._of = of

    def about(self, *names: Name) -> tuple[Entry, ...]:
        """The entries that name one of these things, as :meth:`EventLog.about`."""
        return self._of.about(*names)

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._of)

    def __getitem__(self, index: int) -> Entry:
        return self._of[index]

    def __repr__(self) -> str:
        return f"<Log {counted(len(self), 'event', 'events')}, {show(self._of.now)}>"
