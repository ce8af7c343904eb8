"""When what happens to the people of a test kit.

    at - 300 days   they are certified, each at a time of its own    at   what the cases are judged at
    list - 3 days   six are revoked, each for a reason               just before   one is issued that works just after
    list - 2 days   one is held, one held and released               last tick + 4 minutes   one is revoked; who knows
    at - 5 days     one has expired                                                          when?

``list`` is the newest one at the instant, so it knows of all but the last. A kit for real clocks (``lasts``) has
nothing that changes while it is used: nobody is revoked lately, and what is not yet valid stays so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from myna_lab import events as ev
from myna_lab.errors import MisuseError
from myna_lab.events import Event
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, end_of_day, tick
from myna_lab.jlis.publishing.schedule import Schedule
from myna_lab.kit.people import RARE, Rare
from myna_lab.parameters import Parameters

__all__ = ["REASON_NAMES", "WRONG", "Calendar", "Plan"]

REASON_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "UNSPECIFIED": "unspecified",
        "KEY_COMPROMISE": "keyCompromise",
        "CA_COMPROMISE": "cACompromise",
        "AFFILIATION_CHANGED": "affiliationChanged",
        "SUPERSEDED": "superseded",
        "CESSATION_OF_OPERATION": "cessationOfOperation",
    }
)
"""CRLReason for good, as RFC 5280 5.3.1 spells it."""
WRONG = ("wrong_policy", "no_policy", "wrong_extended_key_usage", "unknown_critical")
"""States of certificates that the authority should not have issued."""
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_FIRST_YEAR, _LAST_YEAR = 2016, 2048
"""Cards are issued since 2016; from 2050 on, times in certificates are written in another way (RFC 5280 4.1.2.5)."""


class Plan(NamedTuple):
    """One person's fate."""

    state: str
    issued: datetime
    later: tuple[tuple[datetime, type[Event], tuple[str, ...]], ...] = ()
    works: datetime | None = None
    """None: at once."""
    ends: datetime | None = None
    """None: when the rules say."""
    generation: int = 0
    """0: the usual one."""
    away: bool = False
    rare: Rare | None = None


class Calendar:
    """The instants of a kit.

    Args:
        at: what the cases are judged at.
        lasts: for how long after it a verifier with a real clock finds the same; 0: the cases have instants of
            their own, later ones too.
        parameters: periods of lists and answers, ``activation_delay``.
        chance: for seconds of the working day.

    Raises:
        MisuseError: a year that a kit cannot be of, or a negative duration.
    """

    def __init__(self, at: datetime, lasts: timedelta, parameters: Parameters, chance: Chance) -> None:
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise MisuseError(f"a kit is of a year from {_FIRST_YEAR} to {_LAST_YEAR}; got {at.year}.")
        if lasts < timedelta(0):
            raise MisuseError(f"a kit lasts for a time, or not at all; got {lasts}.", code="bad_duration")
        self.at, self.until, self.lasts, self._chance = at, at + lasts, bool(lasts), chance
        self.refresh, period, switch_over, delay = (
            parameters.duration(name) for name in ("ocsp_refresh", "crl_period", "crl_switch_over", "activation_delay")
        )
        self.list_made = Schedule(period, parameters.duration("crl_hour")).newest(at - switch_over)
        self.horizon = self.until + 2 * (period + switch_over + self.refresh) + DAY
        """No case is judged later."""
        self.revoked, self.held, self.lifted = (
            self.in_office(self.list_made - n * DAY, word) for n, word in ((3, "revoked"), (2, "held"), (1, "lifted"))
        )
        self.revoked_lately = tick(at, self.refresh) + 4 * MINUTE
        self.asked_early = at - int(delay.total_seconds() * 0.4) * SECOND
        """When the certificate was issued that does not work yet."""
        self.works_early = self.until + 2 * DAY if lasts else self.asked_early + delay

    def in_office(self, day: datetime, name: str) -> datetime:
        """A second of the working hours of a day."""
        morning = day.astimezone(JST).replace(hour=9, minute=0, second=0, microsecond=0)
        return morning + self._chance.child(f"time/{name}").integer(0, 8 * 60 * 60) * SECOND

    def plans(self, begun: datetime) -> Iterator[Plan]:
        """Everybody's fate, in no order; certified on one of two days from ``begun`` on unless it says otherwise."""

        def usual(state: str, *later: tuple[datetime, type[Event], tuple[str, ...]], **more: Any) -> Plan:
            day = begun + self._chance.child(f"day/{state}").integer(0, 1) * DAY
            return Plan(state, self.in_office(day, state), later, **more)

        yield usual("good")
        yield usual("held", (self.held, ev.CertificateSuspended, ()))
        yield usual("released", (self.held, ev.CertificateSuspended, ()), (self.lifted, ev.CertificateResumed, ()))
        for reason in REASON_NAMES:
            yield usual(f"revoked-{reason}", (self.revoked, ev.CertificateRevoked, (reason,)))
        if not self.lasts:
            yield usual("revoked-lately", (self.revoked_lately, ev.CertificateRevoked, ("SUPERSEDED",)))
        yield Plan("not_yet_active", self.asked_early, works=self.works_early)
        yield usual("expired", ends=end_of_day((self.at - 5 * DAY).date()))
        yield usual("elsewhere", away=True)
        for state in WRONG:
            yield usual(state)
        for rare in RARE:
            yield usual(rare.state, rare=rare)
