"""What falls due by itself: activation, expiry, a delayed issue, an authority's renewal, a dead Android's erasure.

The agenda is a fold that remembers when to look; what then follows is decided anew at that time, so that nothing comes
of a certificate that was revoked meanwhile. A look that leads to nothing does no harm.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from myna_lab import events as ev
from myna_lab.devices.phone.wallet import next_check
from myna_lab.events import Entry
from myna_lab.ground.durations import JST
from myna_lab.jlis.office import maintenance_until
from myna_lab.parameters import Parameters
from myna_lab.texts import counted
from myna_lab.world.establish import ceremony

__all__ = ["LEADING", "Agenda", "Due"]


_ONCE = frozenset({"activate", "issue", "stop", "hand_over"})
"""Looks whose outcome is an event: a log that is read back holds it already."""


LEADING = frozenset(
    {
        ev.ApplicationAccepted,
        ev.ApplicationRefused,
        ev.AttributesIssued,
        ev.AttributesRenewed,
        ev.AuthorityEstablished,
        ev.CardIssued,
        ev.CertificateActivated,
        ev.CertificateIssued,
        ev.CertificateResumed,
        ev.CertificateRevoked,
        ev.CredentialInstalled,
        ev.ErasureOrdered,
        ev.HotlineCalled,
        ev.HotlineStopRecorded,
        ev.IssueNoticed,
        ev.LostModeOrdered,
        ev.MovingOutNotified,
        ev.PassAdded,
        ev.PhoneWentOnline,
        ev.ReissueAccepted,
        ev.ResidentMoved,
        ev.ResidentRenamed,
    }
)
"""Kinds that lead to a look, or come of one: all others do not concern the agenda."""


class Due(NamedTuple):
    """Something to look at."""

    at: datetime
    seq: int
    """Entry that led to it; keeps the order of equal times."""
    look: str
    """``activate``, ``expire``, ``issue``, ``erase``, ``hear``, ``learn``, ``online``, ``renew``, ``refresh``,
    ``lapse``, ``lose``, ``stop`` or ``hand_over``."""
    subject: tuple[object, ...]
    """What is looked at: authority and serial number, or a card, a flow, a phone, an authority, a person."""
    event: ev.Event
    """The entry's event."""


class Agenda:
    """Times at which the lab must look at something.

    Args:
        parameters: ``authority_interval``, ``signing_lapses``, ``moving_in_within``, ``wallet_check_interval``,
            ``mdoc_renewal`` and those of J-LIS's maintenance are used.
    """

    def __init__(self, parameters: Parameters) -> None:
        self._authority_interval = parameters.duration("authority_interval")
        self._wallet_check_interval = parameters.duration("wallet_check_interval")
        self._lapses_at_once = parameters.text("signing_lapses") == "at_once"
        self._moving_in_within = parameters.duration("moving_in_within")
        self._parameters = parameters
        self._passes: dict[int, datetime] = {}
        """User-authentication certificates in wallets, by serial number: since when, so that their checks are known."""
        self._heap: list[Due] = []
        self._awaited: set[tuple[object, ...]] = set()
        """Looks that serve once, with their subjects: an issue and an activation, which a held certificate has, too."""

    def evolve(self, entry: Entry) -> None:
        """Take one entry in: it adds a look, or it is what came of one."""
        match event := entry.event:
            case ev.CertificateIssued():
                self._await(event.activates_at, entry, "activate", event.authority, event.serial)
                self._add(event.not_after, entry, "expire", event.authority, event.serial)
            case ev.CertificateActivated():
                self._awaited.discard(("activate", event.authority, event.serial))
            case ev.CardIssued():
                self._add(event.expires, entry, "expire", event.card)
                self._awaited.discard(("hand_over", event.person))
            case ev.ApplicationAccepted() if event.issue_due > entry.at:
                self._await(event.issue_due, entry, "issue", event.flow)
            case ev.IssueNoticed() | ev.ApplicationRefused():
                self._awaited.discard(("issue", event.flow))
            case ev.CertificateRevoked():
                self._add(entry.at, entry, "erase", event.authority, event.serial)
                if event.authority == "auth" and (added := self._passes.pop(event.serial, None)) is not None:
                    check = next_check(added, entry.at, self._wallet_check_interval)
                    self._add(check, entry, "learn", event.authority, event.serial)
            case ev.AttributesIssued() | ev.AttributesRenewed():
                due = entry.at + self._parameters.duration("mdoc_renewal")
                self._add(maintenance_until(due, self._parameters) or due, entry, "refresh", event.phone)
            case ev.CertificateResumed(authority="auth"):
                self._add(entry.at, entry, "refresh", event.authority, event.serial)
            case ev.CredentialInstalled():
                self._add(entry.at, entry, "refresh", event.phone)
            case ev.PassAdded():
                self._passes[event.auth_serial] = entry.at
            case ev.LostModeOrdered() | ev.ErasureOrdered():
                self._add(entry.at, entry, "hear", event.phone)
            case ev.AuthorityEstablished(authority="sign" | "auth" | "mdoc"):
                self._add(ceremony(event) + self._authority_interval, entry, "renew", event.authority, event.serial)
            case ev.ResidentMoved() | ev.ResidentRenamed():
                day_is_over = datetime.combine(entry.at.astimezone(JST).date() + timedelta(days=1), time(), JST)
                self._add(entry.at if self._lapses_at_once else day_is_over, entry, "lapse", event.person)
            case ev.MovingOutNotified():
                self._add(entry.at + self._moving_in_within, entry, "lose", event.person)
            case ev.HotlineCalled():
                self._await(event.due, entry, "stop", event.call)
            case ev.HotlineStopRecorded():
                self._awaited.discard(("stop", event.call))
            case ev.ReissueAccepted():
                self._await(event.due, entry, "hand_over", event.person)
            case ev.PhoneWentOnline():
                self._add(entry.at, entry, "online", event.phone)

    def _await(self, at: datetime, entry: Entry, look: str, *subject: object) -> None:
        self._add(at, entry, look, *subject)
        self._awaited.add((look, *subject))

    def _add(self, at: datetime, entry: Entry, look: str, *subject: object) -> None:
        heapq.heappush(self._heap, Due(at, entry.seq, look, subject, entry.event))

    def due(self, until: datetime) -> Iterator[Due]:
        """What is due, in the order of time; looking may add more.

        It is taken out when the next is asked for: what could not be recorded, or was interrupted, stays due.
        """
        while self._heap and self._heap[0].at <= until:
            due = self._heap[0]
            if due.look not in _ONCE or (due.look, *due.subject) in self._awaited:
                yield due
            if self._heap[0] is due:
                heapq.heappop(self._heap)
            else:  # a look at this one led to something that was due before it
                self._heap.remove(due)
                heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    def __repr__(self) -> str:
        return f"<Agenda: {counted(len(self), 'entry', 'entries')}>"
