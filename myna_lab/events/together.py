"""Many stored entries read at once: those of one kind are a table, and each column is asked as a whole.

What does not fit is no error here: who asked reads row by row (:meth:`Entry.read`), which says what is wrong and where.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from myna_lab.errors import MisuseError
from myna_lab.events.entries import Entry
from myna_lab.events.kinds import EVENTS, Event
from myna_lab.events.stored import INTEGERS, UNREADABLE, as_they_are, instant_of, kinds_of, plain, reader

__all__ = ["read_together"]

_Column = Callable[[Sequence[Any]], Sequence[Any]]


def read_together(
    seqs: Sequence[int], ats: Sequence[str], names: Sequence[str], bodies: Sequence[str]
) -> list[Entry] | None:
    """Build entries from the columns of their stored form.

    Returns:
        The entries in order; None: one of them cannot be read.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    events: list[Any] = [None] * len(names)
    try:
        for name, own in places.items():
            for place, event in zip(own, _of_one_kind(name, [bodies[place] for place in own]), strict=True):
                events[place] = event
        return [*map(Entry, seqs, map(instant_of, ats), events)]
    except (*UNREADABLE, MisuseError):
        return None


def _of_one_kind(name: str, bodies: Sequence[str]) -> Iterable[Event]:
    """Events are immutable, and short ones recur: the same PIN of the same card was verified. Each is made once."""
    once, kind = dict.fromkeys(bodies), cast(Any, EVENTS[name])
    made = dict(zip(once, _table(kind)([*map(plain, once)]), strict=True))
    return map(made.__getitem__, bodies)


@functools.cache
def _table(cls: Any) -> _Column:
    kinds = kinds_of(cls)
    names, columns = tuple(kinds), [*map(_column, kinds.values())]

    def read(rows: Sequence[Any]) -> Sequence[Any]:
        if {*map(type, rows)} != {dict} or {*map(tuple, rows)} != {names} or not names:
            return [*map(reader(cls), rows)]  # not as a lab writes them now
        values = zip(*[row.values() for row in rows], strict=True)
        return [*map(cls, *[ask(column) for ask, column in zip(columns, values, strict=True)])]

    return read


def _column(kind: Any) -> _Column:
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return _table(kind)
    each, fitting = reader(kind), as_they_are(kind)

    def read(column: Sequence[Any]) -> Sequence[Any]:
        types = {*map(type, column)}
        if types <= fitting:
            return column
        if kind is int and types == {int} and INTEGERS.start <= min(column) and max(column) < INTEGERS.stop:
            return column
        if kind is datetime and types == {str}:
            return [*map(instant_of, column)]
        return [*map(each, column)]

    return read
