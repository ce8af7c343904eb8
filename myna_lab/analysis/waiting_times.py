"""How long people wait: for the card on the phone, for the moment from which it works, for a PIN, for a new card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, NamedTuple

from myna_lab import events as ev
from myna_lab.analysis.tables import TIME, framed
from myna_lab.events import Entry
from myna_lab.jlis.books import Books, CertificateKey, CertificateState
from myna_lab.provisioning import ENDS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["waiting_times"]

_ENDS = frozenset(screen.name for screen in ENDS)
_WITHOUT: Mapping[str, str] = {"card_auth": "card", "card_sign": "signing", "phone_auth": "phone"}
"""Kind of certificate to what somebody is without while none of that kind works."""
_GONE = ev.PassDeleted | ev.PhoneErased | ev.ContentErased
"""The card is no longer on the phone."""


class _Wait(NamedTuple):
    """One row."""

    what: str
    subject: str
    began: datetime
    ended: datetime | None
    ended_by: str


def waiting_times(log: Iterable[Entry], books: Books, *, at: datetime) -> pd.DataFrame:
    """Every wait that began up to an instant.

    Args:
        log: entries in order.
        books: the national books.
        at: aware instant; a wait that ended later has no end yet.

    Returns:
        DataFrame of shape (n, 6), index ``what`` (category, not unique); columns ``subject`` (str), ``began``,
        ``ended`` (times; NaT: not yet), ``minutes`` (float64, at least 0; NaN: not yet), ``ended_by`` (category) and
        ``person`` (str). ``what`` is

        - ``set_up``: from the opened app to its end; ``ended_by`` is the end, or ``left at`` a screen;
        - ``works``: from the opened app to the instant from which the phone works, if the card came onto it;
        - ``reset``: from the last wrong PIN to the PIN set anew; ``ended_by`` is where;
        - ``card``, ``signing``, ``phone``: from the last certificate that worked, of the card's user authentication,
          the card's signature, any phone's user authentication (while it is on the phone), to the next: a window's
          work, or a new phone.
    """
    columns = {
        "what": "category",
        "subject": "str",
        "began": TIME,
        "ended": TIME,
        "minutes": "float64",
        "ended_by": "category",
        "person": "str",
    }
    entries = list(takewhile(lambda entry: entry.at <= at, log))
    owners = _owners(entries)
    waits = sorted(
        (*_set_ups(entries, books, at), *_resets(entries), *_without(entries, books, at)), key=lambda w: w.began
    )
    rows = [
        (
            wait.what,
            wait.subject,
            wait.began,
            wait.ended,
            float("nan") if wait.ended is None else (wait.ended - wait.began) / timedelta(minutes=1),
            wait.ended_by,
            owners.get(wait.subject, wait.subject),
        )
        for wait in waits
    ]
    return framed(columns, rows, "what")


def _owners(entries: Iterable[Entry]) -> dict[str, str]:
    """Card or phone to its first owner."""
    found: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.event, ev.PhoneAcquired):
            found[entry.event.phone] = entry.event.person
        elif isinstance(entry.event, ev.CardIssued):
            found[entry.event.card] = entry.event.person
    return found


def _set_ups(entries: Iterable[Entry], books: Books, at: datetime) -> Iterator[_Wait]:
    phones: dict[str, tuple[str, datetime]] = {}
    ended: dict[str, tuple[datetime, str]] = {}
    works: dict[str, datetime] = {}
    for entry in entries:
        event = entry.event
        match event:
            case ev.ApplicationStarted():
                phones[event.flow] = event.phone, entry.at
            case ev.ScreenPassed() if event.to in _ENDS:
                ended[event.flow] = entry.at, event.to
            case ev.ApplicationAbandoned() if event.flow not in ended:
                ended[event.flow] = entry.at, f"left at {event.screen}"
            case ev.PassAdded() | ev.CredentialInstalled():
                works[event.flow] = max(entry.at, books.certificate("auth", event.auth_serial).activates_at)
    for flow, (phone, began) in phones.items():
        end, by = ended.get(flow, (None, ""))
        yield _Wait("set_up", phone, began, end, by)
        if flow in works:
            yield _Wait("works", phone, began, works[flow] if works[flow] <= at else None, by)


def _resets(entries: Iterable[Entry]) -> Iterator[_Wait]:
    blocked: dict[tuple[str, str], datetime] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.ReferenceDataRefused) and not event.tries_left:
            blocked.setdefault((event.chip, event.reference), entry.at)
        elif isinstance(event, ev.ReferenceDataUnblocked) and (event.chip, event.reference) in blocked:
            yield _Wait("reset", event.chip, blocked.pop((event.chip, event.reference)), entry.at, event.where)
    for (chip, _), began in blocked.items():
        yield _Wait("reset", chip, began, None, "")


def _without(entries: Iterable[Entry], books: Books, at: datetime) -> Iterator[_Wait]:
    """Times without a certificate of a kind that works where it belongs, after the first that did."""
    changes: defaultdict[tuple[str, str], list[tuple[datetime, CertificateKey, str, bool]]] = defaultdict(list)
    for row in books.certificates.values():
        if row.kind in _WITHOUT:
            good = [(past.at, row.key, "good", past.state is CertificateState.GOOD) for past in row.history]
            on_card = [] if row.is_phone else [(row.issued_at, row.key, "there", True)]
            changes[row.person, row.kind] += good + on_card
    for when, key, is_there in _on_phones(entries):
        changes[books.certificates[key].person, "phone_auth"].append((when, key, "there", is_there))
    for (person, kind), steps in changes.items():
        facts: defaultdict[CertificateKey, dict[str, bool]] = defaultdict(dict)
        began: datetime | None = None
        so_far = sorted(step for step in steps if step[0] <= at)
        for when, now in groupby(so_far, key=lambda step: step[0]):
            worked = _works(facts)
            for _, key, which, value in now:
                facts[key][which] = value
            if worked and not _works(facts):
                began = when
            elif began is not None and _works(facts):
                yield _Wait(_WITHOUT[kind], person, began, when, "works again")
                began = None
        if began is not None:
            yield _Wait(_WITHOUT[kind], person, began, None, "")


def _works(facts: Mapping[CertificateKey, Mapping[str, bool]]) -> bool:
    return any(one.get("good", False) and one.get("there", False) for one in facts.values())


def _on_phones(entries: Iterable[Entry]) -> Iterator[tuple[datetime, CertificateKey, bool]]:
    """When a user-authentication certificate came onto a phone, and when it was no longer there."""
    held: dict[str, CertificateKey] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PassAdded | ev.CredentialInstalled):
            held[event.phone] = CertificateKey("auth", event.auth_serial)
            yield entry.at, held[event.phone], True
        elif isinstance(event, _GONE) and event.phone in held:
            yield entry.at, held.pop(event.phone), False
