"""The figures of a summary: what each counts, its interval, and the same of a resample of the holders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from myna_lab.studies.counts import Counts
from myna_lab.studies.intervals import byar, quantile, quantile_interval, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FIGURES", "Figure"]


class Measure(Protocol):
    """How a figure is counted."""

    def value(self, counts: Counts) -> float:
        """The figure."""
        ...

    def interval(self, counts: Counts) -> tuple[float, float]:
        """Its interval of 95 %."""
        ...

    def resampled(self, counts: Counts, weights: NDArray[Any]) -> NDArray[Any]:
        """The figure of each resample; ``weights`` has a row for each, a column for each holder."""
        ...


class _Count(NamedTuple):
    """How many; or for each 1,000 of another number."""

    what: str
    of: str = ""

    def _divisor(self, counts: Counts) -> float:
        return 1.0 if not self.of else counts.total(self.of) / 1000 or math.nan

    def value(self, counts: Counts) -> float:
        return counts.total(self.what) / self._divisor(counts)

    def interval(self, counts: Counts) -> tuple[float, float]:
        low, high = byar(counts.total(self.what))
        return low / self._divisor(counts), high / self._divisor(counts)

    def resampled(self, counts: Counts, weights: NDArray[Any]) -> NDArray[Any]:
        hits = _totals(counts, self.what, weights)
        return hits if not self.of else 1000 * _ratio(hits, _totals(counts, self.of, weights))


class _Share(NamedTuple):
    """A share of another number."""

    what: str
    of: str

    def value(self, counts: Counts) -> float:
        return counts.total(self.what) / (counts.total(self.of) or math.nan)

    def interval(self, counts: Counts) -> tuple[float, float]:
        return wilson(counts.total(self.what), counts.total(self.of))

    def resampled(self, counts: Counts, weights: NDArray[Any]) -> NDArray[Any]:
        return _ratio(_totals(counts, self.what, weights), _totals(counts, self.of, weights))


class _Quantile(NamedTuple):
    """Of minutes; the longest has no interval, because nothing says how much longer another could be."""

    what: str
    share: float

    def value(self, counts: Counts) -> float:
        return quantile([minutes for minutes, _ in counts.minutes[self.what]], self.share)

    def interval(self, counts: Counts) -> tuple[float, float]:
        if self.share == 1:
            return math.nan, math.nan
        return quantile_interval([minutes for minutes, _ in counts.minutes[self.what]], self.share)

    def resampled(self, counts: Counts, weights: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        if not counts.minutes[self.what]:
            return np.full(len(weights), np.nan)
        minutes, holders = (np.array(column) for column in zip(*counts.minutes[self.what], strict=True))
        at_or_below = np.cumsum(weights[:, holders], axis=1)
        all_of_them = at_or_below[:, -1:]
        place = (at_or_below >= self.share * all_of_them - 1e-9).argmax(axis=1)
        return np.where(all_of_them[:, 0] > 0, minutes[place], np.nan)


class _Mean(NamedTuple):
    """Of minutes, for 1,000; its interval by the spread of the values."""

    what: str

    def value(self, counts: Counts) -> float:
        minutes = [minutes for minutes, _ in counts.minutes[self.what]]
        return 1000 * math.fsum(minutes) / len(minutes) if minutes else math.nan

    def interval(self, counts: Counts) -> tuple[float, float]:
        minutes, mean = [minutes for minutes, _ in counts.minutes[self.what]], self.value(counts)
        if len(minutes) < 2:
            return math.nan, math.nan
        spread = math.fsum((1000 * one - mean) ** 2 for one in minutes) / (len(minutes) - 1)
        half = 1.96 * math.sqrt(spread / len(minutes))
        return max(0.0, mean - half), mean + half

    def resampled(self, counts: Counts, weights: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        if not counts.minutes[self.what]:
            return np.full(len(weights), np.nan)
        minutes, holders = (np.array(column) for column in zip(*counts.minutes[self.what], strict=True))
        taken = weights[:, holders]
        return 1000 * _ratio(taken @ minutes, taken.sum(axis=1))


def _totals(counts: Counts, what: str, weights: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    found: NDArray[Any] = weights @ np.array(counts.numbers[what], dtype="float64")
    return found


def _ratio(hits: NDArray[Any], of: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    found: NDArray[Any] = np.divide(hits, of, out=np.full(len(hits), np.nan), where=of > 0)
    return found


class Figure(NamedTuple):
    """One row of a summary; its words are ``study.figure.<name>``."""

    unit: str
    measure: Measure


FIGURES: Mapping[str, Figure] = {
    "log_ins": Figure("uses", _Count("log_ins")),
    "refusals": Figure("uses", _Count("refusals")),
    "refused": Figure("share", _Share("refusals", "log_ins")),
    "set_ups": Figure("events", _Count("set_ups")),
    "gap_refusals": Figure("uses", _Count("gap_refusals")),
    "gap_refusals_per_1000": Figure("uses", _Count("gap_refusals", "set_ups")),
    "wait_median": Figure("minutes", _Quantile("wait", 0.5)),
    "wait_p95": Figure("minutes", _Quantile("wait", 0.95)),
    "former_phones": Figure("phones", _Count("former_phones")),
    "wrong_acceptances": Figure("uses", _Count("wrong_acceptances")),
    "wrongly_accepted": Figure("share", _Share("wrong_acceptances", "former_log_ins")),
    "finder_acceptances": Figure("uses", _Count("finder_acceptances")),
    "exposure_median": Figure("minutes", _Quantile("exposure", 0.5)),
    "exposure_p95": Figure("minutes", _Quantile("exposure", 0.95)),
    "exposure_longest": Figure("minutes", _Quantile("exposure", 1)),
    "accepted_minutes_per_1000": Figure("minutes", _Mean("exposure")),
}
"""By name, in the order of a summary."""
