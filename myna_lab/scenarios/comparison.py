"""Answers side by side: rules with their differences, a tornado, a curve of costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import show_duration
from myna_lab.ground.frames import Table
from myna_lab.parameters import Parameter
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.result import Result
from myna_lab.texts.session import drawn_in

if TYPE_CHECKING:
    from myna_lab.scenarios.pictures import Figure

__all__ = ["Comparison", "Sensitivity", "Sweep"]


class Comparison:
    """Results of several sets of rules with the same chance; the first is what the others are compared with.

    Args:
        results: by the rules' names.
    """

    def __init__(self, results: Mapping[str, Result]) -> None:
        self.results = dict(results)

    def __getitem__(self, name: str) -> Result:
        return self.results[one_of("a set of rules", name, self.results)]

    @property
    def summary(self) -> pd.DataFrame:
        """Figures in rows (with their unit), a column for each set of rules; medians over runs."""
        columns = {name: result.figures for name, result in self.results.items()}
        units = pd.Series({name: figure.unit for name, figure in FIGURES.items()}, dtype="str")
        return Table(pd.DataFrame({"unit": units, **columns}).rename_axis("figure"))

    @property
    def differences(self) -> pd.DataFrame:
        """Against the first rules: by rules and figure, the median difference, 10 and 90 % over runs, and in percent.

        Both of a pair have the same chance, so that a difference is the rule and not luck; with one run there is no
        interval.
        """
        (_, base), *others = self.results.items()
        rows = []
        for name, result in others:
            apart = result.runs - base.runs
            low, high = (
                apart.quantile(q, interpolation="nearest") if len(apart) > 1 else apart.iloc[0] * np.nan
                for q in (0.1, 0.9)
            )
            middle = apart.median()
            percent = 100 * middle / base.figures.replace(0, np.nan)
            rows += [(name, f, middle[f], low[f], high[f], percent[f], FIGURES[f].unit) for f in FIGURES]
        columns = ["rules", "figure", "difference", "low", "high", "percent", "unit"]
        dtypes = {"rules": "str", "figure": "str", "unit": "str"} | dict.fromkeys(columns[2:6], "float64")
        return Table(pd.DataFrame(rows, columns=columns).astype(dtypes).set_index(["rules", "figure"]))

    def plot(self, figures: Sequence[str] | None = None, language: str = "") -> Figure:
        """A picture: the figures under each set of rules, with both bands."""
        from myna_lab.scenarios.pictures import side_by_side

        return side_by_side(self._summaries(), self._runs(), figures, drawn_in(language))

    def to_excel(self, path: str | PathLike[str]) -> Path:
        """A workbook with the summary, the differences, and the parameters of each set of rules."""
        from myna_lab.scenarios.files import write_comparison

        texts = {
            what: {name: getattr(result, what) for name, result in self.results.items()}
            for what in ("about", "parameters")
        }
        return write_comparison(self.summary, self.differences, texts, path)

    def _summaries(self) -> dict[str, pd.DataFrame]:
        return {name: result.summary for name, result in self.results.items()}

    def _runs(self) -> int:
        return int(next(iter(self.results.values())).about["runs"])

    def _repr_html_(self) -> str | None:
        html: str | None = self.summary._repr_html_()  # type: ignore[operator]
        return html

    def __repr__(self) -> str:
        return f"<Comparison: {', '.join(self.results)}>"


class Sweep(Comparison):
    """Results of one parameter at several values.

    Args:
        parameter: its name.
        results: by the value as text.
    """

    def __init__(self, parameter: str, results: Mapping[str, Result]) -> None:
        super().__init__(results)
        self.parameter = parameter

    @property
    def table(self) -> pd.DataFrame:
        """A row for each value, a column for each figure."""
        return Table(self.summary.drop(columns="unit").T.astype("float64").rename_axis(self.parameter))

    def curve(self, cost: str = "ocsp_requests", against: str = "accepted_minutes_ocsp", language: str = "") -> Figure:
        """A picture: one figure against another, a point for each value."""
        from myna_lab.scenarios.pictures import cost_curve

        return cost_curve(self.parameter, self._summaries(), self._runs(), cost, against, drawn_in(language))


class Sensitivity:
    """How far each parameter moves a figure.

    Args:
        figure: its name.
        value: with all parameters as they are.
        rows: parameter, both ends of its range, the figure at both.
    """

    def __init__(
        self, figure: str, value: float, rows: Sequence[tuple[Parameter, Sequence[Any], Sequence[float]]]
    ) -> None:
        self.figure, self.value = figure, value
        table = pd.DataFrame(
            [(p.name, p.mark, p.text, _text(e[0]), _text(e[1]), *f, abs(f[1] - f[0]), p.source) for p, e, f in rows],
            columns=["parameter", "mark", "value", "low", "high", "figure_low", "figure_high", "swing", "source"],
        )
        numbers = dict.fromkeys(("figure_low", "figure_high", "swing"), "float64")
        texts = dict.fromkeys(("parameter", "value", "low", "high", "source"), "str")
        table = table.astype(numbers | texts | {"mark": "category"}).sort_values(
            "swing", ascending=False, kind="stable"
        )
        self.table = Table(table.set_index("parameter"))
        """The parameter that moves it most first."""

    def plot(self, most: int = 12, language: str = "") -> Figure:
        """A tornado: the parameters that move it most, coloured by mark."""
        from myna_lab.scenarios.pictures import tornado

        return tornado(self.figure, self.value, self.table, most, drawn_in(language))

    def _repr_html_(self) -> str | None:
        html: str | None = self.table._repr_html_()
        return html

    def __repr__(self) -> str:
        return f"<Sensitivity of {self.figure}: {', '.join(list(self.table.index)[:3])}, …>"


def _text(value: Any) -> str:
    if hasattr(value, "total_seconds"):
        return show_duration(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
