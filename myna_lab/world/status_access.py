"""What follows from the log about the ways to revocation data: which are cut off, and what services fetched when."""

from __future__ import annotations

from datetime import datetime

from myna_lab import events as ev
from myna_lab.events import Entry

__all__ = ["NOTED", "StatusAccess"]

NOTED = frozenset({ev.SourceStopped, ev.SourceRestored, ev.VerdictGiven})
"""Kinds of events that concern this fold."""

_KEPT = ("accepted", "revoked", "on_hold", "too_young")
"""Verdicts whose data say something of the certificate; who was told "unknown" asks again."""


class StatusAccess:
    """A fold of outages and verdicts."""

    def __init__(self) -> None:
        self.stopped: frozenset[str] = frozenset()
        """Sources that do not answer: ``ocsp``, ``crl``, ``status_list``."""
        self._fetched: dict[tuple[str, str, int | None], datetime] = {}

    def fetched(self, service: str, usage: str, serial: int | None) -> datetime | None:
        """When a service last fetched data about a certificate, or a list of records for which no serial number stands.

        None: never, or they said nothing.
        """
        return self._fetched.get((service, usage, serial))

    def evolve(self, entry: Entry) -> None:
        """Take in an outage, its end, or a verdict."""
        match entry.event:
            case ev.SourceStopped(source):
                self.stopped |= {source}
            case ev.SourceRestored(source):
                self.stopped -= {source}
            case ev.VerdictGiven(service=service, verdict=verdict):
                if verdict.fetched_at is not None and verdict.code in _KEPT:
                    self._fetched[service, verdict.usage, verdict.serial] = verdict.fetched_at
