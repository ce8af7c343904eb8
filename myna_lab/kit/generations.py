"""Which generations of the lab's authorities a kit uses: the usual one, and a neighbour of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import Authority
from myna_lab.ground.durations import tick
from myna_lab.jlis.publishing.places import facts_of
from myna_lab.kit.calendar import Calendar

__all__ = ["Generations"]

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_YOUNGEST = 10 * _DAY


class Generations:
    """The authorities, and which of them issue a kit's certificates.

    Args:
        authorities: ``sign`` and ``auth``, each with its generations, the oldest first.
        times: the kit's.

    Raises:
        MisuseError: no generation is old enough and lasts long enough.
    """

    def __init__(self, authorities: Mapping[str, Sequence[Authority]], times: Calendar) -> None:
        self._authorities = authorities
        self._times = times
        self._newest = min(map(len, authorities.values()))
        self.usual = self._usual()
        self.other = self._other()
        """A neighbour of the usual one, the later rather than the former; 0 if there is none."""

    def begun(self, generation: int) -> datetime:
        """Since when both authorities of a generation are there."""
        return max(self._begun(generation))

    @property
    def issued_by_other(self) -> datetime:
        """When the other one issued its certificate: the former at the end of its time, the later at its beginning."""
        if self.other < self.usual:
            return min(self._begun(self.usual)) - _DAY
        return self.begun(self.other) + _MINUTE

    def _begun(self, generation: int) -> list[datetime]:
        return [facts_of(every[generation - 1].certificate).begins for every in self._authorities.values()]

    def _usual(self) -> int:
        """The newest one that is old enough for certificates with a history, and lasts long enough."""
        times = self._times
        for number in range(self._newest, 0, -1):
            ends = min(facts_of(every[number - 1].certificate).ends for every in self._authorities.values())
            if times.list_made - self.begun(number) >= _YOUNGEST and ends > times.horizon:
                return number
        raise MisuseError(
            f"a kit needs authorities that are {_YOUNGEST.days} days older than the newest list or more, and go on for "
            "some weeks; see parameters authority_age, authority_years and crl_period.",
            code="too_young",
        )

    def _other(self) -> int:
        later = self.usual + 1
        known_at = tick(self._times.at, self._times.refresh) - _HOUR
        return later if later <= self._newest and self.begun(later) < known_at else self.usual - 1
