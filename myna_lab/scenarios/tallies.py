"""What leaves a chunk: whole numbers by name, merged in any order to the same sums.

    counts      how often, and sums of seconds
    by day      events of each day of the window
    stocks      how many at each midnight of the window: a difference array, cumulated at the end
    spells      durations: number, sum, longest, and a histogram of 1 min to 2 h, 10 min to 2 d, 1 h to 60 d, over

No float is ever summed; divisions come at the very end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.draws import Ints
from myna_lab.scenarios.plan import DAY

__all__ = ["Spells", "Tally"]

_FINE, _MIDDLE, _COARSE = (0, 7200, 60), (7200, 172800, 600), (172800, 5184000, 3600)
EDGES = np.concatenate([np.arange(*part) for part in (_FINE, _MIDDLE, _COARSE)] + [[_COARSE[1]]]).astype(np.int64)
"""Lower edges of the bins; the last bin is open."""
_SIZE = len(EDGES) + 2  # then the sum, and the number


class Spells:
    """Durations of one kind: their number, mean, longest and quantiles."""

    def __init__(self, tally: NDArray[np.int64], longest: int) -> None:
        self._bins, self.total, self.n, self.longest = tally[:-2], int(tally[-2]), int(tally[-1]), longest

    @property
    def mean(self) -> float:
        """Seconds; nan without any."""
        return self.total / self.n if self.n else float("nan")

    def quantile(self, share: float) -> float:
        """Seconds: linear inside its bin, so wrong by a bin at most; inf beyond 60 days, nan without any."""
        if not self.n:
            return float("nan")
        reached = np.cumsum(self._bins)
        wanted = share * self.n
        place = int(np.searchsorted(reached, wanted))
        if place >= len(EDGES) - 1:
            return float("inf")
        before = reached[place - 1] if place else 0
        low, high = int(EDGES[place]), int(EDGES[place + 1])
        inside = low + (high - low) * (wanted - before) / max(1, int(self._bins[place]))
        return float(min(inside, self.longest))


class Tally:
    """Sums of one or more chunks.

    Args:
        first_day: first day of the window.
        days: its length.
    """

    def __init__(self, first_day: int, days: int) -> None:
        self.first_day, self.days, self.holders = first_day, days, 0
        self.counts: dict[str, int] = {}
        self.daily: dict[str, Ints] = {}
        self.hourly: dict[str, Ints] = {}
        self.steps: dict[str, Ints] = {}
        self.durations: dict[str, Ints] = {}
        self.longest: dict[str, int] = {}

    def count(self, name: str, n: int) -> None:
        """Add to a count."""
        self.counts[name] = self.counts.get(name, 0) + int(n)

    def inside(self, seconds: Ints) -> NDArray[np.bool_]:
        """Which instants lie in the window."""
        return (seconds >= self.first_day * DAY) & (seconds < (self.first_day + self.days) * DAY)

    def on_days(self, name: str, days: NDArray[np.integer]) -> None:
        """Count events by their day; those outside the window are left out."""
        place = days - self.first_day
        place = place[(place >= 0) & (place < self.days)]
        _add(self.daily, name, self.days, place)

    def on_hours(self, name: str, hours: Ints) -> None:
        """Count events by their hour since 1900; those outside the window are left out."""
        place = hours - self.first_day * 24
        _add(self.hourly, name, self.days * 24, place[(place >= 0) & (place < self.days * 24)])

    def at_seconds(self, name: str, seconds: Ints) -> None:
        """Count events by the day of their second."""
        self.on_days(name, seconds[self.inside(seconds)] // DAY)

    def between_days(self, name: str, begins: NDArray[np.integer], ends: NDArray[np.integer]) -> None:
        """A stock: from the midnight that begins a day to before the one that begins another."""
        first, last = (np.subtract(day, self.first_day, dtype=np.int64) for day in (begins, ends))
        for place in (first, last):
            np.maximum(place, 0, out=place)
            np.minimum(place, self.days + 1, out=place)
        np.maximum(last, first, out=last)
        _add(self.steps, name, self.days + 2, first)  # what is not seen begins and ends in one place
        self.steps[name] -= np.bincount(last, minlength=self.days + 2)

    def between(self, name: str, begins: Ints, ends: Ints) -> None:
        """A stock: at the midnights from one second on to before another."""
        self.between_days(name, -(-begins // DAY), -(-ends // DAY))

    def last(self, name: str, seconds: Ints) -> None:
        """Durations in seconds."""
        bins = np.searchsorted(EDGES, seconds, side="right") - 1
        kept = self.durations.setdefault(name, np.zeros(_SIZE, dtype=np.int64))
        np.add.at(kept, bins, 1)
        kept[-2] += seconds.sum()
        kept[-1] += len(seconds)
        self.longest[name] = max(self.longest.get(name, 0), int(seconds.max(initial=0)))

    # ------------------------------------------------------------------------------------------------------- reading

    def stock(self, name: str) -> Ints:
        """At each midnight of the window, the one that ends it included."""
        return np.cumsum(self.steps.get(name, np.zeros(self.days + 2, dtype=np.int64)))[: self.days + 1]

    def days_of(self, name: str) -> Ints:
        """Events of each day of the window."""
        return self.daily.get(name, np.zeros(self.days, dtype=np.int64))

    def hours_of(self, name: str) -> Ints:
        """Events of each hour of the window."""
        return self.hourly.get(name, np.zeros(self.days * 24, dtype=np.int64))

    def spells(self, name: str) -> Spells:
        """Durations of a name."""
        return Spells(self.durations.get(name, np.zeros(_SIZE, dtype=np.int64)), self.longest.get(name, 0))

    def merge(self, other: Tally) -> None:
        """Add another chunk's; the order does not matter."""
        self.holders += other.holders
        for name, n in other.counts.items():
            self.count(name, n)
        for kind in ("daily", "hourly", "steps", "durations"):
            mine, theirs = getattr(self, kind), getattr(other, kind)
            for name, array in theirs.items():
                mine[name] = mine[name] + array if name in mine else array
        for name, n in other.longest.items():
            self.longest[name] = max(self.longest.get(name, 0), n)


def _add(kept: dict[str, Ints], name: str, size: int, places: NDArray[np.integer]) -> None:
    counted: Ints = np.bincount(places, minlength=size)
    kept[name] = kept[name] + counted if name in kept else counted
