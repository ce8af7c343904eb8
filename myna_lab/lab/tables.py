"""``lab.tables``: the pure functions of :mod:`myna_lab.analysis.tables`, given this lab's log and books."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.analysis import tables
from myna_lab.ground.durations import by_now

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.lab.lab import Lab

__all__ = ["Tables"]


class Tables:
    """DataFrames of this lab; each call makes a new one."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def events(self) -> pd.DataFrame:
        """Every event; see :func:`myna_lab.analysis.tables.events`."""
        return tables.events(self._lab.log)

    def certificates(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Every certificate at an instant (default: now); see :func:`myna_lab.analysis.tables.certificates`."""
        return tables.certificates(self._lab.books, at=by_now(at, self._lab.now))

    def phones(self) -> pd.DataFrame:
        """Every phone; see :func:`myna_lab.analysis.tables.phones`."""
        return tables.phones(self._lab.books)

    def verdicts(self) -> pd.DataFrame:
        """Every verdict; see :func:`myna_lab.analysis.tables.verdicts`."""
        return tables.verdicts(self._lab.log, self._lab.books)

    def __repr__(self) -> str:
        return "<tables: events(), certificates(at=…), phones(), verdicts()>"
