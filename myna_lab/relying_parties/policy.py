"""How a service learns of revocations: whom it asks, how long it uses an answer, and what it does without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import duration, show_duration
from myna_lab.parameters import Parameters
from myna_lab.relying_parties.sources import USED

__all__ = ["Policy"]

_SOURCES = USED["both"]
_WITHOUT_STATUS = ("refuse", "accept")


@dataclass(frozen=True, slots=True)
class Policy:
    """A service's own rules about revocation data.

    Args:
        sources: ``ocsp``, ``crl``, both, or neither.
        cache: how long an answer about a certificate is used before the service asks again, also past its nextUpdate:
            that is the service's own risk.
        without_status: ``refuse`` or ``accept``, when nobody answers.

    Raises:
        MisuseError: an unknown source, the same one twice, no duration, or another word.
    """

    sources: tuple[str, ...] = ("ocsp",)
    cache: timedelta = timedelta()
    without_status: str = "refuse"

    def __post_init__(self) -> None:
        for source in self.sources:
            one_of("a source of revocation data", source, _SOURCES, code="bad_policy")
        if len(set(self.sources)) != len(self.sources):
            raise MisuseError(f"each source is asked once; got {', '.join(self.sources)}.", code="bad_policy")
        duration(self.cache)
        one_of("without_status", self.without_status, _WITHOUT_STATUS, code="bad_policy")

    @classmethod
    def of(cls, parameters: Parameters, names: tuple[str, str, str]) -> Self:
        """The policy that three parameters state: revocation data, cache time, and what is done without."""
        data, cache, without = names
        return cls(USED[parameters.text(data)], parameters.duration(cache), parameters.text(without))

    def changed(self, sources: Sequence[str] | None, cache: str | timedelta | None, without_status: str | None) -> Self:
        """The same policy with other values; None: as it is."""
        if not (sources is None or isinstance(sources, list | tuple)):
            raise MisuseError(
                f"sources stand in a list, such as sources=('ocsp', 'crl'); got {shown(sources)}.", code="bad_policy"
            )
        return replace(
            self,
            sources=self.sources if sources is None else tuple(sources),
            cache=self.cache if cache is None else duration(cache),
            without_status=self.without_status if without_status is None else without_status,
        )

    def asks_at(self, now: datetime, fetched_at: datetime | None) -> datetime:
        """The instant of the data that are used now: when they were fetched, if they are not too old; else now."""
        return fetched_at if fetched_at is not None and now - fetched_at < self.cache else now

    def __str__(self) -> str:
        asked = f"asks {' and '.join(self.sources)}" if self.sources else "asks nobody"
        kept = f"uses an answer for {show_duration(self.cache)}" if self.cache else "asks each time"
        return f"{asked}; {kept}; without status: {self.without_status}"
