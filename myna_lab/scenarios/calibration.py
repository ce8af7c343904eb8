"""Parameters fitted to published counts: a guess and a range for each, an error for each count, dates held out.

    observed counts + free parameters  --scipy's bounded least squares, the same chance-->  the best, and its errors

The chance is the same in every try, so that the error changes by the parameters alone. What nobody publishes cannot be
fitted: it stays assumed, over its whole range, and is listed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import at
from myna_lab.ground.extras import part_of_workbench
from myna_lab.ground.frames import Table
from myna_lab.ground.memory import Memory
from myna_lab.parameters import MEASURED, Parameter
from myna_lab.scenarios.ages import day_number
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.load import Load
from myna_lab.scenarios.own_data import counts_of
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.tallies import Tally
from myna_lab.texts.session import drawn_in

if TYPE_CHECKING:
    from myna_lab.scenarios.pictures import Figure

__all__ = ["SERIES", "Calibration", "calibrate", "published"]

SERIES: Mapping[str, str] = {
    "cards_held": "cards in force on the day",
    "phones_iphone": "iPhones with the card on the day",
    "phones_android": "Androids with certificates on the day",
    "phones": "both on the day",
    "card_expiries_of_the_year": "cards that end in the 365 days up to the day",
    "certificate_expiries_of_the_year": "certificates that end in them, while their card does not",
    "expiries_of_the_year": "both together",
    "renewals_of_the_month": "renewals in the 30 days up to the day",
    "set_ups_of_the_month": "cards added to phones in them",
    "phone_losses_of_the_year_per_1000": "phones lost in the 365 days up to the day, per 1,000 phones with the card",
    "health_card_share_of_checks": "share of checks of insurance with the card on the day",
    "health_card_share_of_receipts": "share of receipts with a check by card on the day; another count than checks",
}
"""What can be observed."""
_OBSERVED = Memory[np.ndarray[Any, np.dtype[np.float64]]](1024)
_BEFORE = 366
"""Days before the first count, so that sums over a year are whole."""


def published() -> pd.DataFrame:
    """The published counts: columns series, date, value, mark, source."""
    text = resources.files(__package__).joinpath("published.toml").read_text(encoding="utf-8")
    table = pd.DataFrame(tomllib.loads(text)["count"])
    dtypes = {"series": "str", "date": "datetime64[us]", "value": "float64", "mark": "str", "source": "str"}
    return Table(table.astype(dtypes))


class Calibration:
    """What fitted best.

    Args:
        best: the parameters with the fitted ones; ``study.under(found.best)`` goes on with them.
        table: counts, with the model before and after.
        parameters: the free ones, before and after.
        listed: what stays assumed.
    """

    def __init__(self, best: Assumptions, table: pd.DataFrame, parameters: pd.DataFrame, listed: pd.DataFrame) -> None:
        self.best, self.table, self.parameters, self.left_assumed = best, table, parameters, listed

    @property
    def error(self) -> pd.DataFrame:
        """Root mean square of the relative errors, before and after, of the counts that were fitted and held out."""
        square = self.table.assign(before=self.table["error_before"] ** 2, after=self.table["error_after"] ** 2)
        return Table(square.groupby("held_out")[["before", "after"]].mean() ** 0.5)

    def plot(self, language: str = "") -> Figure:
        """A picture: counts, the model before and after."""
        from myna_lab.scenarios.pictures import before_and_after

        return before_and_after(self.table, drawn_in(language))

    def __repr__(self) -> str:
        return f"<Calibration of {', '.join(self.parameters.index)}>"


def calibrate(
    guess: Assumptions,
    seed: int,
    observed: pd.DataFrame | str | os.PathLike[str] | None,
    free: Sequence[str],
    *,
    held_out: Iterable[str | date] = (),
    weights: Mapping[str, float] | None = None,
    holders: int = 100_000,
    tries: int = 12,
) -> Calibration:
    """Fit parameters.

    Args:
        guess: the parameters to start from.
        seed: of the chance, which is the same in every try.
        observed: columns series, date and value, a CSV file of them, or None: the published counts.
        free: names of parameters with a range; their present values are where it starts.
        held_out: dates whose counts are not fitted but checked.
        weights: of a series, how much its relative errors count; 1 if not said.
        holders: how many are simulated in each try.
        tries: how many steps at most.

    Raises:
        MisuseError: no counts, an unknown series, a parameter without a range.
    """
    counts = published() if observed is None else observed
    counts = counts_of(counts, SERIES) if isinstance(counts, str | os.PathLike) else counts.copy()
    for name in counts["series"].unique():
        one_of("a series", name, SERIES, code="unknown_series")
    free = [free] if isinstance(free, str) else free
    rows = [guess[name] for name in free]
    for row in rows:
        if row.unit not in MEASURED or not row.range:
            raise MisuseError(f"parameter {row.name} has no range of numbers, so it cannot be fitted.", code="bad_free")
    out = {day if isinstance(day, date) else at(day).date() for day in held_out}
    counts["held_out"] = [day.date() in out for day in counts["date"]]
    used = ~counts["held_out"].to_numpy()
    if not rows or not used.any():
        raise MisuseError("calibrate needs a free parameter and a count that is not held out.", code="bad_free")
    weight = counts["series"].map(dict.fromkeys(SERIES, 1.0) | dict(weights or {})).to_numpy(dtype="float64")

    start = min(counts["date"]).date() - timedelta(days=_BEFORE)
    days = (max(counts["date"]).date() - start).days + 1

    asked = tuple(zip(counts["series"], counts["date"], strict=True))

    def model(assumptions: Assumptions) -> np.ndarray[Any, np.dtype[np.float64]]:
        def observed(names: list[str]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
            from myna_lab.scenarios.simulate import chunk

            plan = Plan.of(assumptions, start, days)
            return dict.fromkeys(names, _observe(plan, chunk(plan, seed, 0, 0, holders), seed, counts))

        return _OBSERVED.of({"": (tuple(sorted(assumptions.overrides())), seed, holders, asked)}, observed)[""]

    wanted = counts["value"].to_numpy()

    def errors(place: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        given = {row.name: _at(row, float(share)) for row, share in zip(rows, place, strict=True)}
        return np.asarray((weight * (model(guess.vary(**given)) / wanted - 1))[used], dtype="float64")

    start_at = np.array([_place(row) for row in rows])
    with part_of_workbench("calibrate"):
        from scipy.optimize import least_squares

        found = least_squares(errors, np.clip(start_at, 0.02, 0.98), bounds=(0, 1), diff_step=0.03, max_nfev=tries)
    given = {row.name: _at(row, float(share)) for row, share in zip(rows, found.x, strict=True)}
    best = guess.vary(**given)
    before, after = model(guess), model(best)
    table = counts.assign(before=before, after=after, error_before=before / wanted - 1, error_after=after / wanted - 1)
    order = ["series", "date", "value", "before", "after", "error_before", "error_after", "held_out"]
    return Calibration(best, Table(table[order]), _fitted(rows, best), _left(best, free))


def _observe(plan: Plan, tally: Tally, seed: int, counts: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What the model says for each count, for the whole country."""
    load, scale = Load(plan, tally, seed, 0), plan.people / tally.holders
    iphones, androids = tally.stock("phones_iphone"), tally.stock("phones_android")

    def of_last(name: str, days: int) -> Callable[[int], float]:
        return lambda place: float(tally.days_of(name)[max(0, place + 1 - days) : place + 1].sum()) * scale

    of: dict[str, Callable[[int], float]] = {
        "cards_held": lambda p: tally.stock("cards_held")[p + 1] * scale,
        "phones_iphone": lambda p: iphones[p + 1] * scale,
        "phones_android": lambda p: androids[p + 1] * scale,
        "phones": lambda p: (iphones + androids)[p + 1] * scale,
        "card_expiries_of_the_year": of_last("card_expiries", 365),
        "certificate_expiries_of_the_year": of_last("certificate_expiries", 365),
        "expiries_of_the_year": lambda p: of_last("card_expiries", 365)(p) + of_last("certificate_expiries", 365)(p),
        "renewals_of_the_month": of_last("renewals", 30),
        "set_ups_of_the_month": of_last("set_ups", 30),
        "phone_losses_of_the_year_per_1000": lambda p: 1000
        * of_last("phone_losses", 365)(p) / scale / max(1.0, float(load.phones[max(0, p - 364) : p + 1].mean())),
        "health_card_share_of_checks": lambda p: load.health_share("card")[p],
        "health_card_share_of_receipts": lambda p: load.health_share("receipts")[p],
    }  # fmt: skip
    places = [day_number(day.date()) - plan.first_day for day in counts["date"]]
    return np.array([of[name](place) for name, place in zip(counts["series"], places, strict=True)], dtype="float64")


def _limits(row: Parameter) -> tuple[float, float, float]:
    """Value and both ends as numbers."""
    low, high, value = (
        v.total_seconds() if isinstance(v, timedelta) else float(v) for v in (row.range[0], row.range[1], row.value)
    )
    return low, high, value


def _place(row: Parameter) -> float:
    """Where the value lies in its range: by ratio where both ends are above zero."""
    low, high, value = _limits(row)
    return float(np.log(value / low) / np.log(high / low)) if low > 0 else (value - low) / (high - low)


def _at(row: Parameter, share: float) -> Any:
    low, high, _ = _limits(row)
    value = low * (high / low) ** share if low > 0 else low + (high - low) * share
    value = min(max(value, low), high)
    if row.unit == "duration":
        return timedelta(seconds=round(value))
    return round(value) if row.unit == "count" else value


def _fitted(rows: Sequence[Parameter], best: Assumptions) -> pd.DataFrame:
    table = [(r.name, r.text, best[r.name].text, str(r.range[0]), str(r.range[1]), r.mark) for r in rows]
    columns = ["parameter", "before", "after", "low", "high", "mark"]
    return Table(pd.DataFrame(table, columns=columns).astype("str").set_index("parameter"))


def _left(best: Assumptions, free: Sequence[str]) -> pd.DataFrame:
    """What nobody publishes: assumed, not fitted, over its whole range."""
    names = [name for name, row in best.items() if row.mark == "assumed" and name not in free]
    behind = {name: sum(name in figure.behind for figure in FIGURES.values()) for name in names}
    return Table(best.table().loc[names, ["value", "range", "source"]].assign(figures=pd.Series(behind, dtype="int64")))
