"""Which entries name a thing: kept, so that nobody looks through the whole log for them twice."""

from __future__ import annotations

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from myna_lab.events.entries import Entry
from myna_lab.events.kinds import Event
from myna_lab.events.official import AuthorityEstablished

__all__ = ["Index", "Name"]

Name = str | tuple[str, int]
"""``person-1``, ``card-1``, ``iphone-1``, ``flow-1``, an authority, a source of status; or authority and
serial number of a certificate."""

_NAMES = ("person", "card", "phone", "flow", "chip", "device", "source")
"""Fields that name a thing."""


@functools.cache
def _fields(kind: type[Any]) -> tuple[attrgetter[str], ...]:
    if kind is AuthorityEstablished:
        return (attrgetter("authority"),)
    declared = {field.name for field in dataclasses.fields(kind)}
    return tuple(attrgetter(name) for name in _NAMES if name in declared)


@functools.cache
def _is_of_certificate(kind: type[Any]) -> bool:
    declared = {field.name for field in dataclasses.fields(kind)}
    return {"authority", "serial"} <= declared and kind is not AuthorityEstablished


class Index:
    """Places in the log by what is named there.

    Args:
        entries: the log's own list. What was added to it is looked at when somebody asks: opening a file asks nothing.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._known: defaultdict[Name, list[int]] = defaultdict(list)
        self._length = 0

    @property
    def _places(self) -> Mapping[Name, list[int]]:
        for place in range(self._length, len(self._entries)):
            for name in names_of(self._entries[place].event):
                here = self._known[name]
                if here[-1:] != [place]:  # an interrupted look begins its entry again
                    here.append(place)
            self._length = place + 1
        return self._known

    def places(self, names: Iterable[Name]) -> Sequence[int]:
        """Where one of these is named, in order."""
        known = self._places
        found = [known[name] for name in dict.fromkeys(names) if name in known]
        return found[0] if len(found) == 1 else sorted(set().union(*found))

    def connected(self, name: Name) -> Sequence[int]:
        """Where a thing is named, or one that is named together with it, and so on; in order."""
        known, places = self._places, set[int]()
        reached, ahead = {name}, [name]
        while ahead:
            for place in known.get(ahead.pop(), ()):
                if place in places:
                    continue
                places.add(place)
                for other in names_of(self._entries[place].event):
                    if other not in reached:
                        reached.add(other)
                        ahead.append(other)
        return sorted(places)


def names_of(event: Event) -> Collection[Name]:
    """What an event names, each once."""
    kind: Any = type(event)
    names: list[Name] = [name for field in _fields(kind) if (name := field(event))]
    if _is_of_certificate(kind):
        names.append((event.authority, event.serial))  # type: ignore[attr-defined]
    return names if len(names) < 2 else dict.fromkeys(names)
