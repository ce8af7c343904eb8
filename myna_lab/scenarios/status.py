"""From a revocation in the books to the first refusal at a service, by the way in which it learns of it.

    ocsp     next tick, then what is left of an answer that was kept
    crl      next list, given after the switch-over, fetched, swapped in
    offline  nobody asks: what is left of the signed record's validity

A revocation exactly on a tick, or at the instant of a list, is in it. Whoever tries asks all the time, so that an
answer was kept at any moment before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from myna_lab.ground.durations import at
from myna_lab.scenarios.ages import EPOCH
from myna_lab.scenarios.draws import Draws, Ints, Marks
from myna_lab.scenarios.plan import DAY, Plan, Service

__all__ = ["Learned", "learned", "next_instant", "published"]

_ORIGIN = (at("2000-01-01").date() - EPOCH).days * DAY
"""From which periods of more than a day are counted (as in a lab)."""


def next_instant(seconds: Ints, period: int, hour: int = 0) -> Ints:
    """The first instant at or after: every period, counted anew from an hour of each day.

    Args:
        seconds: since 1900-01-01 00:00 JST.
        period: seconds; a longer one than a day counts on from 2000-01-01.
        hour: seconds after midnight.
    """
    if period > DAY:
        return -(-(seconds - hour - _ORIGIN) // period) * period + hour + _ORIGIN
    day, inside = np.divmod(seconds - hour, DAY)
    return np.asarray(day * DAY + hour + np.minimum(-(-inside // period) * period, DAY), dtype=np.int64)


def published(plan: Plan, status: str, revoked: Ints) -> Ints:
    """When the data that show it are given."""
    v = plan.values
    if status == "ocsp":
        return next_instant(revoked, v["ocsp_refresh"])
    given: Ints = next_instant(revoked, v["crl_period"], v["crl_hour"]) + v["crl_switch_over"]
    return given


class Learned(NamedTuple):
    """Seconds of what follows a revocation at one service."""

    published: Ints
    """When the data that show it are given; off line nobody asks: the revocation itself."""
    fetched: Ints
    """When the service has them."""
    refused: Ints
    """When it refuses for the first time."""


def learned(
    plan: Plan, draws: Draws, service: Service, revoked: Ints, marks: Marks, k: int, given: Ints | None = None
) -> Learned:
    """How a service learns of revocations.

    Args:
        plan: the plan.
        draws: the run's chance.
        service: which one.
        revoked: seconds.
        marks: of the people.
        k: which phone of theirs it is.
        given: what :func:`published` says, if it is known already: it is the same for all services of one way.
    """
    v = plan.values
    if service.status == "offline":
        left = draws.within(f"record_left/{service.name}", v["mdoc_validity"], marks, k)
        return Learned(revoked, revoked, revoked + left)
    given = published(plan, service.status, revoked) if given is None else given
    if service.status == "ocsp":
        return Learned(given, given, given + draws.within(f"answer_left/{service.name}", service.cache, marks, k))
    has = given + draws.within(f"list_fetched/{service.name}", v["list_fetched_within"], marks, k)
    return Learned(given, has, has + v["list_swapped_in"])
