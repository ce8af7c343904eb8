"""What one set of rules brought: figures with intervals, and the tables behind them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from myna_lab.studies.counts import Counts
from myna_lab.studies.figures import FIGURES
from myna_lab.texts import text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Result"]


class Result:
    """The answers of one set of rules.

    Args:
        counts: what was counted.
        about: holders, start, days, seed, as text.
        parameters: every parameter and habit, as text.
    """

    def __init__(self, counts: Counts, about: Mapping[str, str], parameters: Mapping[str, str]) -> None:
        self.counts = counts
        self.about = dict(about)
        self.parameters = dict(parameters)

    @property
    def log_ins(self) -> pd.DataFrame:
        """Every log-in: as ``lab.tables.verdicts()``, with ``holder`` and ``who``."""
        return self.counts.tables["log_ins"]

    @property
    def exposure(self) -> pd.DataFrame:
        """Every stopped phone certificate at the portal; see :func:`myna_lab.analysis.exposure.exposure`."""
        return self.counts.tables["exposure"]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name: the summary, and those behind it."""
        return {"summary": self.summary, **self.counts.tables}

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Each figure with its interval of 95 %.

        Shares have Wilson's interval, counts Byar's, quantiles that of order statistics; NaN: too few for one, or, for
        the longest exposure, there is none.

        Returns:
            DataFrame of shape (16, 6), index ``figure`` (str); columns ``value`` (float64), ``unit`` (str), ``low``,
            ``high`` (float64), ``meaning``, ``meaning_ja`` (str).
        """
        import pandas as pd

        from myna_lab.ground.frames import Table

        rows = []
        for name, figure in FIGURES.items():
            low, high = figure.measure.interval(self.counts)
            meanings = (text(f"study.figure.{name}", language) for language in ("en", "ja"))
            rows.append((name, figure.measure.value(self.counts), figure.unit, low, high, *meanings))
        dtypes = {
            "figure": "str", "value": "float64", "unit": "str", "low": "float64", "high": "float64", "meaning": "str",
            "meaning_ja": "str",
        }  # fmt: skip
        return Table(pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes).set_index("figure"))

    @property
    def complete(self) -> bool:
        """Whether every day was played: not after an interrupt."""
        return self.about["days_done"] == self.about["days"]

    def to_excel(self, path: str | PathLike[str]) -> Path:
        """A workbook with a sheet for each table, and what it was made from.

        Raises:
            StorageError: it cannot be written there; an older file is as it was.
        """
        from myna_lab.studies.files import sheet, write

        return write(path, {**self.tables, "about": sheet(self.about), "parameters": sheet(self.parameters)})

    def _repr_html_(self) -> str | None:
        html: str | None = self.summary._repr_html_()  # type: ignore[operator]
        return html

    def __repr__(self) -> str:
        done = "" if self.complete else f", interrupted after {self.about['days_done']}"
        days = f"{self.about['days']} days from {self.about['start']}"
        return f"<Result TEST: {self.about['holders']} holders, {days}{done}>"
