"""``lab.tables``: the pure functions of this package, given a world's log, books and publishing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.analysis import tables
from myna_lab.analysis.exposure import Asker, exposure, gap_refusals, stale_accepts
from myna_lab.analysis.waiting_times import waiting_times
from myna_lab.analysis.who_knew import who_knew
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import by_now
from myna_lab.relying_parties import Services
from myna_lab.relying_parties.service import Service
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Tables"]


class Tables:
    """DataFrames of a lab; each call makes a new one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def events(self) -> pd.DataFrame:
        """Every event; see :func:`myna_lab.analysis.tables.events`."""
        return tables.events(self._world.log)

    def certificates(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Every certificate at an instant (default: now); see :func:`myna_lab.analysis.tables.certificates`."""
        return tables.certificates(self._world.books, at=by_now(at, self._world.now))

    def phones(self) -> pd.DataFrame:
        """Every phone; see :func:`myna_lab.analysis.tables.phones`."""
        return tables.phones(self._world.books)

    def verdicts(self) -> pd.DataFrame:
        """Every verdict; see :func:`myna_lab.analysis.tables.verdicts`."""
        return tables.verdicts(self._world.log, self._world.books)

    def exposure(self, at: str | datetime | None = None, *, services: Iterable[Service] | None = None) -> pd.DataFrame:
        """Stopped certificates at each service; see :func:`myna_lab.analysis.exposure.exposure`.

        Args:
            at: the instant of the question; None: now.
            services: whom to look at, with the policy that they have; None: the lab's own.
        """
        world = self._world
        asked = vars(Services(WorldOutside(world))).values() if services is None else services
        askers = [self._asker(service) for service in asked]
        return exposure(world.log, world.books, world.revocation, askers, at=by_now(at, world.now))

    @staticmethod
    def _asker(service: Service) -> Asker:
        if not isinstance(service, Service):
            raise MisuseError(f"a service is one such as lab.portal; got {shown(service)}.", code="no_service")
        policy = service.policy
        return Asker(service.service, service.usage, policy.sources, policy.cache, service.instead_of)

    def stale_accepts(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Acceptances of what was revoked; see :func:`myna_lab.analysis.exposure.stale_accepts`."""
        return stale_accepts(self._world.log, self._world.books, at=by_now(at, self._world.now))

    def gap_refusals(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Refusals in the five minutes; see :func:`myna_lab.analysis.exposure.gap_refusals`."""
        return gap_refusals(self._world.log, self._world.books, at=by_now(at, self._world.now))

    def waiting_times(self, at: str | datetime | None = None) -> pd.DataFrame:
        """Waits of people; see :func:`myna_lab.analysis.waiting_times.waiting_times`."""
        return waiting_times(self._world.log, self._world.books, at=by_now(at, self._world.now))

    def who_knew(self, at: str | datetime | None = None, *, device: str | None = None) -> pd.DataFrame:
        """What everybody said of each phone; see :func:`myna_lab.analysis.who_knew.who_knew`."""
        if device is not None:
            one_of("a phone", device, self._world.books.phones, code="unknown_phone")
        return who_knew(self._world, at=by_now(at, self._world.now), device=device)

    def __repr__(self) -> str:
        return (
            "<tables: events(), certificates(at=…), phones(), verdicts(), exposure(at=…), gap_refusals(at=…), "
            "stale_accepts(at=…), waiting_times(at=…), who_knew(at=…)>"
        )
