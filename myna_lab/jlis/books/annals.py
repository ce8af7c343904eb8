"""A table of the books that remembers: the newest row of each thing, and every row that it had before."""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Self, TypeVar

__all__ = ["Annals", "Dated", "Overlays"]

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")


class Overlays:
    """What a draft writes: each table of it lies over one that stays as it is."""

    __slots__ = ("_own",)

    def __init__(self) -> None:
        self._own: list[dict[Any, Any]] = []

    def over(self, table: MutableMapping[K, V]) -> MutableMapping[K, V]:
        """A table that reads through to another one."""
        self._own.append({})
        return ChainMap(self._own[-1], table)

    def clear(self) -> None:
        """Forget everything that was written."""
        for own in self._own:
            own.clear()


class Dated(NamedTuple, Generic[R]):
    """A row, and from when it was so."""

    at: datetime
    row: R


class Annals(Generic[R]):
    """Rows by the name of the thing; what is put is never taken back."""

    __slots__ = ("_newest", "_past", "view")

    def __init__(self) -> None:
        self._newest: MutableMapping[str, R] = {}
        self._past: MutableMapping[str, tuple[Dated[R], ...]] = {}
        self.view: Mapping[str, R] = MappingProxyType(self._newest)
        """The newest rows, to read."""

    def draft(self, overlays: Overlays) -> Self:
        """A copy that can be written to; the table itself stays as it is."""
        draft = type(self)()
        draft._newest = overlays.over(self._newest)
        draft._past = overlays.over(self._past)
        draft.view = MappingProxyType(draft._newest)
        return draft

    def put(self, name: str, at: datetime, row: R) -> None:
        """The row of a thing from an instant on; of several at one instant the last one counts."""
        self._newest[name] = row
        self._past[name] = (*self._past.get(name, ()), Dated(at, row))

    def __getitem__(self, name: str) -> R:
        return self._newest[name]

    def __contains__(self, name: object) -> bool:
        return name in self._newest

    def get(self, name: str) -> R | None:
        """The newest row of a thing; None: it was never entered."""
        return self._newest.get(name)

    def row(self, name: str, at: datetime | None = None) -> R | None:
        """The row of a thing at an instant (None: the newest); None: it was not entered by then."""
        if at is None:
            return self._newest.get(name)
        past = self._past.get(name, ())
        index = bisect_right(past, at, key=lambda dated: dated.at)
        return past[index - 1].row if index else None

    def past(self, name: str) -> tuple[Dated[R], ...]:
        """Every row of a thing, the oldest first."""
        return self._past.get(name, ())

    def __len__(self) -> int:
        return len(self._newest)
