"""Results side by side: rules with their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from myna_lab.ground.arguments import one_of
from myna_lab.studies.figures import FIGURES
from myna_lab.studies.result import Result
from myna_lab.texts.session import drawn_in

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawn

__all__ = ["Comparison"]

_RESAMPLES = 1000


class Comparison:
    """Results of several sets of rules with the same people and the same chance.

    Args:
        results: by the rules' names; the first is what the others are compared with.
    """

    def __init__(self, results: Mapping[str, Result]) -> None:
        self.results = dict(results)

    def __getitem__(self, name: str) -> Result:
        return self.results[one_of("a set of rules", name, self.results)]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Figures in rows, and for each set of rules its value with the interval of 95 %.

        Returns:
            DataFrame, index ``figure`` (str); columns ``unit`` (str), then for each rules ``<name>``, ``<name> low``,
            ``<name> high`` (float64).
        """
        import pandas as pd

        from myna_lab.ground.frames import Table

        columns = {"unit": pd.Series({name: figure.unit for name, figure in FIGURES.items()}, dtype="str")}
        for name, result in self.results.items():
            one = result.summary
            columns |= {name: one["value"], f"{name} low": one["low"], f"{name} high": one["high"]}
        return Table(columns).rename_axis("figure")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Against the first rules: by rules and figure, the difference, its interval of 95 %, and in percent.

        All rules have the same people, who do the same at the same instants, so that a difference is the rule's and
        not luck. Its interval says how it could differ with other people: the holders are drawn anew, 1,000 times,
        the same for both of a pair.

        Returns:
            DataFrame, index ``rules``, ``figure`` (str); columns ``difference``, ``low``, ``high``, ``percent``
            (float64; NaN: not counted under one of them, or against nothing) and ``unit`` (str).
        """
        import numpy as np
        import pandas as pd

        from myna_lab.ground.frames import Table

        (_, base), *others = self.results.items()
        holders = int(base.about["holders"])
        generator = np.random.default_rng(abs(int(base.about["seed"])))
        weights = generator.multinomial(holders, np.full(holders, 1 / holders), size=_RESAMPLES)
        rows = []
        for name, result in others:
            for figure, (unit, measure) in FIGURES.items():
                before, after = measure.value(base.counts), measure.value(result.counts)
                apart = measure.resampled(result.counts, weights) - measure.resampled(base.counts, weights)
                known = apart[~np.isnan(apart)]
                low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
                percent = 100 * (after - before) / before if before else np.nan
                rows.append((name, figure, after - before, low, high, percent, unit))
        columns = ["rules", "figure", "difference", "low", "high", "percent", "unit"]
        dtypes = {"rules": "str", "figure": "str", "unit": "str"} | dict.fromkeys(columns[2:6], "float64")
        return Table(pd.DataFrame(rows, columns=columns).astype(dtypes).set_index(["rules", "figure"]))

    @property
    def complete(self) -> bool:
        """Whether every day was played: not after an interrupt."""
        return all(result.complete for result in self.results.values())

    def plot(self, figures: Sequence[str] | None = None, language: str = "") -> Drawn:
        """A picture: figures under each set of rules, with their intervals.

        Args:
            figures: rows of the summary; None: the usual ones.
            language: ``ja`` or ``en``; empty: the session's.

        Raises:
            MisuseError: no such figure or language.
        """
        from myna_lab.studies.pictures import side_by_side

        return side_by_side(self.results, figures, drawn_in(language))

    def to_excel(self, path: str | PathLike[str]) -> Path:
        """A workbook with summary, differences, and what each set of rules was made from.

        Raises:
            StorageError: it cannot be written there; an older file is as it was.
        """
        import pandas as pd

        from myna_lab.ground.frames import Table
        from myna_lab.studies.files import write

        texts = {
            what: Table(
                {name: pd.Series(getattr(result, what), dtype="str") for name, result in self.results.items()}
            ).rename_axis("name")
            for what in ("about", "parameters")
        }
        return write(path, {"summary": self.summary, "differences": self.differences, **texts})

    def _repr_html_(self) -> str | None:
        html: str | None = self.summary._repr_html_()  # type: ignore[operator]
        return html

    def __repr__(self) -> str:
        return f"<Comparison TEST: {', '.join(self.results)}>"
