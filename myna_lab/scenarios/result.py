"""What a run answers: tables, a summary with its bands, the parameters behind it; to files and back."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from myna_lab.ground.arguments import one_of
from myna_lab.ground.frames import Table
from myna_lab.ground.release import release
from myna_lab.scenarios.answers import UNITS
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.files import SUMMARY, Texts, load, write
from myna_lab.texts import LANGUAGES
from myna_lab.texts.session import drawn_in

if TYPE_CHECKING:
    from myna_lab.scenarios.pictures import Figure

__all__ = ["Result", "explained", "read", "result_of"]


class Result:
    """The answers of one set of rules.

    Args:
        tables: by name, as :data:`TABLES` declares them.
        summary: without the columns of assumptions, or with them.
        about: holders, start, days, seed, runs, versions, as text.
        parameters: every parameter as text.
        spread: factors by which the assumptions move the figures, asked for when it is needed; None: in the summary.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        summary: pd.DataFrame,
        about: Mapping[str, str],
        parameters: Mapping[str, str],
        spread: Callable[[], pd.DataFrame] | None = None,
        runs: pd.DataFrame | None = None,
    ) -> None:
        self._tables, self._summary, self._spread = tables, summary, spread
        self.about, self.parameters = dict(about), dict(parameters)
        self.runs = runs if runs is not None else pd.DataFrame()
        """The figures of each run, one row a run."""

    @property
    def timeline(self) -> pd.DataFrame:
        """Events of each day."""
        return self._tables["timeline"]

    @property
    def stock(self) -> pd.DataFrame:
        """Cards, certificates, phones, leftovers and list entries, at each midnight."""
        return self._tables["stock"]

    @property
    def exposure(self) -> pd.DataFrame:
        """Minutes by cause, stage and service."""
        return self._tables["exposure"]

    @property
    def by_service(self) -> pd.DataFrame:
        """Uses, refusals and wrong acceptances of each service."""
        return self._tables["by_service"]

    @property
    def load(self) -> pd.DataFrame:
        """OCSP requests and octets of lists, of each hour."""
        return self._tables["load"]

    @property
    def funnel(self) -> pd.DataFrame:
        """Where set-ups end, screen by screen."""
        return self._tables["funnel"]

    @property
    def plastic(self) -> pd.DataFrame:
        """Who must carry plastic, before and after each date."""
        return self._tables["plastic"]

    @property
    def figures(self) -> pd.Series[float]:
        """The summary's values alone: medians over runs."""
        return self._summary["value"]

    @property
    def summary(self) -> pd.DataFrame:
        """Each figure with both bands; the assumptions' is computed when it is first asked for.

        ``wider`` says which of them is; it is empty where one is missing: with one run, or where nothing is counted.
        """
        if self._spread is not None:
            factors = self._spread()
            table = self._summary.copy()
            for end in ("low", "high"):
                table[f"assumed_{end}"] = (table["value"] * factors[end]).astype("float64")
            chance, assumed = table["high"] - table["low"], table["assumed_high"] - table["assumed_low"]
            wider = np.where(assumed > chance, "assumptions", "chance")
            table["wider"] = np.where(chance.isna() | assumed.isna(), "", wider)
            self._summary, self._spread = Table(table), None
        return self._summary

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {"summary": self.summary, **self._tables}

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column."""
        return dict(UNITS)

    @property
    def complete(self) -> bool:
        """Whether every holder was simulated: not after an interrupt."""
        return self.about["holders_done"] == self.about["holders"]

    def explain(self, figure: str | None = None, language: str = "en") -> pd.DataFrame:
        """The parameters behind a figure, or behind all: value here, mark, source, meaning."""
        return explained(self if figure is None else figure, language, self.parameters)

    def plot(self, figures: Sequence[str] | None = None, language: str = "") -> Figure:
        """A picture of figures with both bands."""
        from myna_lab.scenarios.pictures import bands

        return bands(self.summary, int(self.about["runs"]), figures, drawn_in(language))

    def to_excel(self, path: str | PathLike[str]) -> Path:
        """A workbook: a sheet for each table, and what it was made from; :func:`read` reads it back."""
        return write(self.tables, self._texts(), path, "excel")

    def to_csv(self, path: str | PathLike[str]) -> Path:
        """One file in UTF-8 with a mark that Excel needs: a line for each value."""
        return write(self.tables, self._texts(), path, "csv")

    def to_parquet(self, path: str | PathLike[str]) -> Path:
        """One file for other programs: a row for each value."""
        return write(self.tables, self._texts(), path, "parquet")

    def _texts(self) -> Texts:
        return {"about": self.about, "parameters": self.parameters}

    def _repr_html_(self) -> str | None:
        html: str | None = self.summary._repr_html_()  # type: ignore[operator]
        return html

    def __repr__(self) -> str:
        done = "" if self.complete else f", interrupted after {int(self.about['holders_done']):,}"
        days = f"{self.about['days']} days from {self.about['start']}"
        return f"<Result: {int(self.about['holders']):,} holders{done}, {days}>"


def read(path: str | PathLike[str]) -> Result:
    """A result that was written before, with all its tables, parameters, seed and versions.

    Args:
        path: a file of ``to_excel``, ``to_csv`` or ``to_parquet``; its ending says which.

    Raises:
        MisuseError: no such file, another ending, or a file that is no result of ours.
    """
    tables, texts = load(path)
    summary = tables.pop("summary")
    return Result(tables, summary, texts["about"], texts["parameters"])


def result_of(
    tables: Mapping[str, pd.DataFrame],
    runs: Sequence[Mapping[str, float]],
    about: Mapping[str, str],
    assumptions: Assumptions,
    spread: Callable[[], pd.DataFrame],
) -> Result:
    """One result from its runs.

    Args:
        tables: of the first run, so that they agree with each other: medians of rare counts would not add up.
        runs: figures of each run; the summary has their medians.
        about: what it is of.
        assumptions: every parameter.
        spread: as for the class.
    """
    figures = pd.DataFrame(list(runs))
    several = len(runs) > 1
    columns: dict[str, Any] = {
        "figure": list(FIGURES),
        "value": figures.median().to_numpy(),
        "unit": [figure.unit for figure in FIGURES.values()],
        "low": figures.quantile(0.1, interpolation="nearest").to_numpy() if several else np.nan,
        "high": figures.quantile(0.9, interpolation="nearest").to_numpy() if several else np.nan,
        "assumed_low": np.nan, "assumed_high": np.nan, "wider": "",
        "meaning": [figure.en for figure in FIGURES.values()], "meaning_ja": [figure.ja for figure in FIGURES.values()],
    }  # fmt: skip
    summary = Table(pd.DataFrame(columns).astype(SUMMARY).set_index("figure"))
    versions = {"python": platform.python_version(), "numpy": np.__version__, "pandas": pd.__version__}
    return Result(
        tables, summary, {**about, "myna_lab": release(), **versions}, dict(assumptions.texts()), spread, figures
    )


def explained(figure: str | Result, language: str = "en", values: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The parameters behind a figure or behind all of a result."""
    one_of("a language", language, LANGUAGES, code="unknown_language")
    if isinstance(figure, Result):
        values = figure.parameters
    table = Assumptions(values).table(language) if values else Assumptions().table(language)
    if isinstance(figure, Result):
        return table
    names = FIGURES[one_of("a figure", figure, FIGURES, code="unknown_figure")].behind
    return table.loc[list(dict.fromkeys(names))]
