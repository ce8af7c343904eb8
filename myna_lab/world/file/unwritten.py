"""Decisions of a lab in memory that SQLite does not have yet: nobody else sees them, so they wait until it is asked.

Their events are encoded already, so that nothing is kept that could not be written later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from myna_lab.events import Entry

__all__ = ["Batch", "Unwritten", "batch_of"]

_SHORT = 100_000
"""Characters or octets that SQLite surely takes; what is longer is given to it at once."""


class Batch(NamedTuple):
    """One decision, ready to be written."""

    entries: Sequence[Entry]
    bodies: Sequence[str]
    """The events as JSON."""
    secrets: Mapping[str, bytes]


def batch_of(entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> Batch:
    """One decision, encoded."""
    return Batch(entries, [entry.body() for entry in entries], secrets)


class Unwritten:
    """Such decisions in order, and their secrets by reference."""

    __slots__ = ("batches", "secrets")

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.secrets: dict[str, bytes] = {}

    def takes(self, batch: Batch) -> bool:
        """Keep a decision; False: something in it is so long that only SQLite can say whether it can be written."""
        if max(map(len, (*batch.bodies, *batch.secrets.values()))) > _SHORT:
            return False
        self.secrets.update(batch.secrets)
        self.batches.append(batch)
        return True

    def clear(self) -> None:
        """They are written."""
        self.batches.clear()
        self.secrets.clear()
