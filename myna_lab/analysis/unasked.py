"""What is taken in place of a certificate by who does not ask about certificates: a card's face, an attribute record.

A counter looks at a card, whose face states its last day and nothing of a stop, or at a phone's record, which states
until when it is signed. Only a status list of records, where there is one, tells it more (parameter ``mdoc_status``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from myna_lab import events as ev
from myna_lab.events import Entry, Verdict
from myna_lab.jlis.books import Books, CertificateRow

__all__ = ["Face", "Faces"]


class Face(NamedTuple):
    """What is shown in place of one user-authentication certificate."""

    until: datetime
    """The last second that it states."""
    replaced: datetime | None
    """When the same device had another one; None: never."""
    is_record: bool
    """Whether it is a record: one can name a place in a status list."""


class Faces:
    """Faces and records up to an instant, and the verdicts on them.

    Args:
        log: entries in order.
        books: the national books.
        at: aware instant; later verdicts do not count.
    """

    def __init__(self, log: Iterable[Entry], books: Books, at: datetime) -> None:
        self._books = books
        self._records: dict[tuple[str, datetime], datetime] = {}
        self._verdicts: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
        came_at: dict[str, datetime] = {}
        for entry in log:
            event = entry.event
            if isinstance(event, ev.AttributesIssued):
                came_at[event.phone] = entry.at
                self._records[event.phone, entry.at] = event.valid_until
            elif isinstance(event, ev.AttributesRenewed) and entry.at <= at:
                self._records[event.phone, came_at[event.phone]] = event.valid_until
            elif isinstance(event, ev.VerdictGiven) and not event.verdict.usage and entry.at <= at:
                self._verdicts[event.service, event.device].append(event.verdict)

    def of(self, row: CertificateRow) -> Face | None:
        """What is shown in place of a certificate; None: it is for signing, or its phone came without a record."""
        if row.key.authority != "auth":
            return None
        if not row.is_phone:
            return Face(self._books.card(row.device).expires, None, is_record=False)
        until = self._records.get((row.device, row.issued_at))
        later = (
            other.issued_at
            for other in self._books.of_person(row.person)
            if (other.device, other.kind) == (row.device, row.kind) and other.issued_at > row.issued_at
        )
        return None if until is None else Face(until, min(later, default=None), is_record=True)

    def verdicts(self, service: str, row: CertificateRow, face: Face) -> list[Verdict]:
        """What a service said of it, while the device showed this one."""
        given = self._verdicts[service, row.device]
        return [verdict for verdict in given if face.replaced is None or verdict.at < face.replaced]
