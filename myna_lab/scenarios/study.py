"""A study: one nation, and the questions that are asked of it.

study = scenarios.nation(holders=1_000_000, years=1, seed=1)
study.run().summary
study.compare({"today": {}, "OCSP hourly": {"ocsp_refresh": "1h"}}).summary
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of, only_mapping, only_text, shown, whole_number
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.ground.memory import Memory
from myna_lab.parameters import MARKS, MEASURED, Parameter
from myna_lab.scenarios.answers import Answers, figures
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.comparison import Comparison, Sensitivity, Sweep
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.own_data import parameters_of
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.result import Result, explained, result_of
from myna_lab.scenarios.tallies import Tally
from myna_lab.scenarios.workers import Job, simulate

__all__ = ["Study", "nation"]

_FIRST, _LAST = date(2017, 1, 1), date(2045, 1, 1)
_START = "2026-04-01"
_SMALL = (20_000, 100_000)
"""Holders of the runs that ask what an assumption does, a tenth of the study's between these two: they are compared
among themselves, with the same chance."""
_SAMPLES = 16
_DAYS_A_YEAR = 365


class _Simulated(NamedTuple):
    """All runs of one set of rules."""

    plan: Plan
    first: Tally
    figures: list[dict[str, float]]
    done: int
    """Holders, at least, of each run."""


class _Small(NamedTuple):
    """One small run."""

    figures: dict[str, float]
    done: int


_SIMULATED = Memory[_Simulated](32)
_SMALL_RUNS = Memory[_Small](4096)


class Study:
    """A nation with its assumptions; see :func:`nation`."""

    def __init__(
        self,
        *,
        holders: int,
        days: int,
        seed: int,
        start: date,
        runs: int,
        parameters: Assumptions,
        workers: int | None,
        client: Any,
        progress: bool | None,
    ) -> None:
        self.holders, self.days, self.seed, self.start, self.runs = holders, days, seed, start, runs
        self.parameters = parameters
        self._how: dict[str, Any] = {"workers": workers, "client": client, "progress": progress}

    def __repr__(self) -> str:
        return (
            f"<Study: {self.holders:,} holders, {self.days} days from {self.start}, seed {self.seed}, {self.runs} "
            f"run{'s' if self.runs > 1 else ''}>"
        )

    # ------------------------------------------------------------------------------------------------------ questions

    def run(self) -> Result:
        """Simulate, and answer.

        Returns:
            The tables. After an interrupt they are of the holders that were done, and say so.
        """
        return self._results({"": self.parameters})[""]

    def compare(self, rules: Mapping[str, Mapping[str, object]]) -> Comparison:
        """Several sets of rules side by side, all with the same chance.

        Args:
            rules: name to overrides of this study's parameters; the first one is what the others are compared with.

        Raises:
            MisuseError: no rules, or a parameter that cannot be what it shall be.
        """
        given = only_mapping("rules", rules, "{'today': {}, 'OCSP hourly': {'ocsp_refresh': '1h'}}")
        if not given:
            raise MisuseError("compare needs one set of rules at least, such as {'today': {}}.", code="no_rules")
        assumptions = {
            only_text("a set of rules", name, "OCSP hourly"): self.parameters.vary(
                **only_mapping(f"rules of {name}", overrides, "{'ocsp_refresh': '1h'}")
            )
            for name, overrides in given.items()
        }
        return Comparison(self._results(assumptions))

    def sweep(self, parameter: str, values: Sequence[object]) -> Sweep:
        """One parameter at several values: what it costs and what it brings.

        Raises:
            MisuseError: no such parameter, or a value that it cannot have.
        """
        values = [values] if isinstance(values, str) else values
        rows = [self.parameters[parameter].with_value(value) for value in values]
        assumptions = {row.text: self.parameters.vary(**{parameter: row.value}) for row in rows}
        return Sweep(parameter, self._results(assumptions))

    def sensitivity(
        self, figure: str, *, parameters: Iterable[str] | None = None, marks: Sequence[str] = ("assumed",)
    ) -> Sensitivity:
        """Which parameter moves a figure most: each at both ends of its range, the others as they are.

        The ends are small runs, and the study's own figure is multiplied by what they say.

        Args:
            figure: a row of the summary.
            parameters: which ones; None: all behind the figure that have a range.
            marks: of which marks.

        Raises:
            MisuseError: no such figure, parameter or mark.
        """
        one_of("a figure", figure, FIGURES, code="unknown_figure")
        for mark in marks:
            one_of("a mark", mark, MARKS)
        rows = [self.parameters[name] for name in (FIGURES[figure].behind if parameters is None else parameters)]
        rows = [row for row in dict.fromkeys(rows) if row.mark in marks and _ends(row)]
        jobs: dict[Any, Assumptions] = {"": self.parameters}
        for row in rows:
            jobs |= {(row.name, end): self.parameters.vary(**{row.name: value}) for end, value in enumerate(_ends(row))}
        found = self._small(jobs)
        value, small = float(self.run().figures[figure]), found[""][figure]
        ratio = value / small if small else self.holders / max(1, self._few)
        moved = [(r, _ends(r), [found[r.name, end][figure] * ratio for end in (0, 1)]) for r in rows]
        return Sensitivity(figure, value, moved)

    def calibrate(self, observed: Any, free: Sequence[str], **settings: Any) -> Any:
        """Fit parameters to published counts; see :func:`myna_lab.scenarios.calibration.calibrate`."""
        from myna_lab.scenarios.calibration import calibrate

        return calibrate(self.parameters, self.seed, observed, free, **settings)

    def under(self, parameters: Assumptions) -> Study:
        """The same study with other parameters, such as fitted ones."""
        return Study(
            holders=self.holders, days=self.days, seed=self.seed, start=self.start, runs=self.runs,
            parameters=parameters, **self._how,
        )  # fmt: skip

    @staticmethod
    def explain(figure: str | Result, language: str = "en") -> pd.DataFrame:
        """The parameters behind a figure, or behind all of a result: value, mark, source, meaning."""
        return explained(figure, language)

    # ------------------------------------------------------------------------------------------------------ machinery

    @property
    def _few(self) -> int:
        """Holders of a small run."""
        least, most = _SMALL
        return min(self.holders, max(least, min(most, self.holders // 10)))

    def _key(self, assumptions: Assumptions, holders: int, runs: int) -> Hashable:
        """What figures are a function of; None: not to be kept, as the caller's cluster shall do it."""
        if self._how["client"] is not None:
            return None
        given = tuple(sorted(assumptions.overrides()))
        return given, self.start, self.days, self.seed, holders, runs, self._how["workers"]

    def _tallies(self, plans: Mapping[Any, Plan], *, holders: int, runs: int) -> dict[Any, list[Tally]]:
        """What is counted under each plan, run by run."""
        jobs = {(name, run): Job(plan, self.seed, run, holders) for name, plan in plans.items() for run in range(runs)}
        found = simulate(jobs, **self._how)
        return {name: [found[name, run] for run in range(runs)] for name in plans}

    def _results(self, assumptions: Mapping[str, Assumptions]) -> dict[str, Result]:
        def made(names: list[str]) -> dict[str, _Simulated]:
            plans = {name: Plan.of(assumptions[name], self.start, self.days) for name in names}
            return {
                name: _Simulated(
                    plans[name],
                    tallies[0],
                    [figures(plans[name], tally, self.seed, run) for run, tally in enumerate(tallies)],
                    min(tally.holders for tally in tallies),
                )
                for name, tallies in self._tallies(plans, holders=self.holders, runs=self.runs).items()
            }

        wanted = {name: self._key(given, self.holders, self.runs) for name, given in assumptions.items()}
        found = _SIMULATED.of(wanted, made, lambda one: one.done == self.holders)
        return {name: self._result(given, found[name]) for name, given in assumptions.items()}

    def _result(self, assumptions: Assumptions, found: _Simulated) -> Result:
        about = {
            "holders": str(self.holders),
            "holders_done": str(found.done),
            "start": str(self.start),
            "days": str(self.days),
            "seed": str(self.seed),
            "runs": str(self.runs),
        }

        @cache
        def spread() -> pd.DataFrame:
            return self._spread(assumptions)

        return result_of(Answers(found.plan, found.first, self.seed), found.figures, about, assumptions, spread)

    def _small(self, assumptions: Mapping[Any, Assumptions]) -> dict[Any, dict[str, float]]:
        """Figures of small runs, one for each set of assumptions."""
        holders = self._few

        def made(names: list[Any]) -> dict[Any, _Small]:
            plans = {name: Plan.of(assumptions[name], self.start, self.days) for name in names}
            found = {name: run for name, (run,) in self._tallies(plans, holders=holders, runs=1).items()}
            return {n: _Small(figures(plans[n], run, self.seed, 0), run.holders) for n, run in found.items()}

        wanted = {name: self._key(given, holders, 1) for name, given in assumptions.items()}
        found = _SMALL_RUNS.of(wanted, made, lambda one: one.done == holders)
        return {name: one.figures for name, one in found.items()}

    def _spread(self, assumptions: Assumptions) -> pd.DataFrame:
        """How far the figures reach while all assumed numbers move over their ranges at once: 10 to 90 %, as factors.

        Choices and switches stay: which service asks what is a rule, and rules are compared by name.
        """
        rows = [
            row for row in assumptions.values() if row.mark == "assumed" and row.unit in MEASURED and not row.changed
        ]
        chance = Chance(self.seed).child("spread")
        order = {row.name: _shuffled(chance.child(row.name)) for row in rows}
        jobs: dict[Any, Assumptions] = {"": assumptions}
        for n in range(_SAMPLES):
            given = {row.name: _inside(row, (order[row.name][n] + 0.5) / _SAMPLES) for row in rows}
            jobs[n] = assumptions.vary(**given)
        found = self._small(jobs)
        moved = pd.DataFrame([found[n] for n in range(_SAMPLES)])
        base = pd.Series(found[""]).replace(0, np.nan)
        low, high = (moved.quantile(q, interpolation="nearest") / base for q in (0.1, 0.9))
        return pd.DataFrame({"low": low.clip(upper=1), "high": high.clip(lower=1)})


def _shuffled(chance: Chance) -> list[int]:
    left, order = list(range(_SAMPLES)), []
    while left:
        order.append(left.pop(chance.integer(0, len(left) - 1)))
    return order


def _ends(row: Parameter) -> tuple[Any, ...]:
    """Both ends of a parameter's range; of a choice the first and the last, of a switch both; () without any."""
    if row.unit == "switch":
        return (False, True)
    return (row.range[0], row.range[-1]) if row.range else ()


def _inside(row: Parameter, share: float) -> Any:
    """A value of the range: by ratio where both ends are above zero, evenly otherwise."""
    low, high = (end.total_seconds() if isinstance(end, timedelta) else end for end in row.range)
    value = low * (high / low) ** share if low > 0 else low + (high - low) * share
    if row.unit == "duration":
        return timedelta(seconds=round(value))
    return round(value) if row.unit == "count" else float(value)


def nation(
    holders: int = 1_000_000,
    years: float = 1,
    seed: int = 1,
    *,
    days: int | None = None,
    start: str | date = _START,
    runs: int | None = None,
    parameters: Mapping[str, object] | Assumptions | str | PathLike[str] | None = None,
    workers: int | None = None,
    client: Any = None,
    progress: bool | None = None,
) -> Study:
    """A nation of people who have a My Number Card, or receive one before the study ends.

    It says how many, at what cost and how sure; ``studies.lab_study`` shows a few hundred people case by case.

    Args:
        holders: how many people, 0 to 200 million; who died or let the card lapse is among them.
        years: length of the study; a year has 365 days.
        seed: the same seed gives the same results, whatever the workers.
        days: the length in days instead.
        start: its first day, from 2017 on.
        runs: how often, each with other chance; None: 5 up to a million holders, else 1.
        parameters: overrides of ``parameters.toml``, by name, or a CSV file of them.
        workers: processes; None: one for up to 5 million holders, else one for each core.
        client: a Dask client, whose workers do it then.
        progress: whether a bar is shown; None: where it takes long.

    Raises:
        MisuseError: an argument out of range, an unknown parameter, or one that cannot be what it shall be.

    Example:
        >>> nation(holders=1000, days=30).run().summary.loc["cards_held", "unit"]
        'people'
    """
    whole_number("holders", holders, 0, 200_000_000)
    if not isinstance(years, int | float) or isinstance(years, bool) or not 0 < years <= 20:
        raise MisuseError(f"years is a number above 0, up to 20; got {shown(years)}.", code="bad_number")
    length = whole_number("days", max(1, round(years * _DAYS_A_YEAR)) if days is None else days, 1, 20 * 366)
    begins = start if isinstance(start, date) and not hasattr(start, "hour") else at(start).date()
    if begins < _FIRST or begins + timedelta(days=length) > _LAST:
        raise MisuseError(
            f"a study lies between {_FIRST} and {_LAST}; got {begins} and {length} days.", code="bad_time"
        )
    if isinstance(parameters, str | PathLike):
        parameters = parameters_of(parameters)
    given = parameters if isinstance(parameters, Assumptions) else Assumptions(parameters)
    return Study(
        holders=holders,
        days=length,
        seed=whole_number("a seed", seed, -(2**63), 2**63 - 1, code="bad_seed"),
        start=begins,
        runs=whole_number("runs", (5 if holders <= 1_000_000 else 1) if runs is None else runs, 1, 1000),
        parameters=given,
        workers=workers,
        client=client,
        progress=progress,
    )
