"""``lab.tables``: the pure functions of :mod:`myna_lab.analysis.tables`, given this lab's log and books."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.analysis import tables
from myna_lab.ground.durations import by_now
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Tables"]


class Tables:
    """DataFrames of this lab; each call makes a new one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def events(self) -> pd.DataFrame:
        """Every event; see :func:`myna_lab.analysis.tables.events`."""
        return tables.events(self._world.log)

    def certificates(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Every certificate at an instant (default: now); see :func:`myna_lab.analysis.tables.certificates`."""
        return tables.certificates(self._world.books, at=by_now(at, self._world.now))

    def phones(self) -> pd.DataFrame:
        """Every phone; see :func:`myna_lab.analysis.tables.phones`."""
        return tables.phones(self._world.books)

    def verdicts(self) -> pd.DataFrame:
        """Every verdict; see :func:`myna_lab.analysis.tables.verdicts`."""
        return tables.verdicts(self._world.log, self._world.books)

    def __repr__(self) -> str:
        return "<tables: events(), certificates(at=…), phones(), verdicts()>"
