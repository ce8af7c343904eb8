"""When lists are made: every period, counted from an hour of the day; a longer period counts on from its own first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from myna_lab.ground.durations import at as instant

__all__ = ["Schedule"]

_DAY = timedelta(days=1)
_ORIGIN = instant("2000-01-01")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Instants numbered without a gap.

    A day begins anew with its first instant, also where the period does not divide it: 7 h means 0, 7, 14 and 21 h.
    """

    period: timedelta
    hour: timedelta
    """Of the day, from midnight JST."""

    @property
    def _round(self) -> tuple[timedelta, int]:
        """After how long it begins anew, and how many instants that has."""
        return (_DAY, -(-_DAY // self.period)) if self.period <= _DAY else (self.period, 1)

    def number(self, at: datetime) -> int:
        """Number of the newest instant; an instant itself counts."""
        length, n = self._round
        rounds, rest = divmod(at - _ORIGIN - self.hour, length)
        return rounds * n + rest // self.period

    def instant(self, number: int) -> datetime:
        """The instant of a number."""
        length, n = self._round
        rounds, rest = divmod(number, n)
        return _ORIGIN + self.hour + rounds * length + rest * self.period

    def newest(self, at: datetime) -> datetime:
        """The newest instant."""
        return self.instant(self.number(at))

    def next(self, at: datetime) -> datetime:
        """The first instant after."""
        return self.instant(self.number(at) + 1)
