"""What delays cost: how long each service may accept a stopped certificate, what it accepted, whom the gap refused.

    stopped -> published (OCSP tick or list) -> kept (cache) -> refuses      the schedule, told to its end
               fetched -> refused                                            the log, up to the instant of the question

The first line follows from books and publishing alone, so it has a row for a service that nobody asked. The second is
what happened.

A trap: a set-up that is run to its end takes minutes, so the log-in after it often falls behind the next tick, and
whoever measures by such log-ins alone finds "0 accepted". ``minutes`` does not depend on when somebody asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from myna_lab import events as ev
from myna_lab.analysis.tables import TIME, framed
from myna_lab.analysis.unasked import Faces
from myna_lab.events import Entry, Verdict
from myna_lab.jlis.books import Books, CertificateKey, CertificateRow, CertificateState
from myna_lab.jlis.publishing.generations import STOPPED
from myna_lab.jlis.publishing.revocation import Revocation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Asker", "Stop", "exposure", "gap_refusals", "stale_accepts", "stops"]

_MINUTE = timedelta(minutes=1)
_FIRST_SECOND_AFTER = timedelta(seconds=1)


class Asker(NamedTuple):
    """A service, as far as it matters here."""

    service: str
    usage: str
    """Which certificate it asks for: ``auth`` or ``sign``."""
    sources: tuple[str, ...]
    """``ocsp``, ``crl``; the first of them that knows makes it refuse."""
    cache: timedelta = timedelta()
    """How long it goes on with what it has."""
    instead_of: tuple[str, ...] = ()
    """Kinds of certificates in whose place it takes a card's face or a record; then it asks for no certificate."""


class Stop(NamedTuple):
    """A certificate stops working: revoked or on hold, from the first of the two on."""

    row: CertificateRow
    at: datetime
    until: datetime | None
    """When the hold was lifted; None: it was not."""
    reason: str
    """CRLReason at the instant of the question."""


def stops(books: Books, *, at: datetime) -> Iterator[Stop]:
    """Every stop up to an instant; a hold that ends in a revocation is one with it."""
    for row in books.certificates.values():
        begun: datetime | None = None
        reason = ""
        for past in row.history:
            if past.at > at:
                break
            if past.state in STOPPED:
                begun = past.at if begun is None else begun
                reason = past.reason or "CERTIFICATE_HOLD"
            elif begun is not None and past.state is not CertificateState.EXPIRED:
                yield Stop(row, begun, past.at, reason)
                begun = None
        if begun is not None:
            yield Stop(row, begun, None, reason)


def exposure(
    log: Iterable[Entry], books: Books, publishing: Revocation, services: Iterable[Asker], *, at: datetime
) -> pd.DataFrame:
    """Every stopped certificate at every service that could have been shown it.

    Args:
        log: entries in order; verdicts after ``at`` do not count.
        books: the national books.
        publishing: whose schedule says when OCSP and lists know.
        services: whom to look at.
        at: aware instant; later stops do not appear. What the schedule puts after it is told all the same: to cut it
            off would leave out the longest.

    Returns:
        DataFrame of shape (n, 13), index ``serial_number`` (str; not unique: a row for each service); columns
        ``service``, ``kind``, ``reason``, ``source`` (category; who knew first: ``ocsp``, ``crl``, ``status_list``;
        ``nobody``, where the service asks nobody), ``device``, ``person`` (str), ``stopped_at``, ``published_at`` (NaT:
        the hold was lifted before, or nobody is asked), ``refuses_from`` (published and no longer kept; NaT: it never
        refuses because of the stop), ``fetched_at`` (the first verdict with data that know), ``refused_at`` (the first
        refusal after the stop) (times), ``n_accepted`` (int64) and ``minutes`` (float64, at least 0): how long the
        service may have accepted what was stopped. A counter takes a card's face or a phone's record in place of the
        user-authentication certificate, up to the last day that they state.

    Source: life-cycle facts 5.11 and 7.2.8.
    """
    columns = {
        "serial_number": "str",
        "service": "category",
        "kind": "category",
        "device": "str",
        "person": "str",
        "reason": "category",
        "source": "category",
        "stopped_at": TIME,
        "published_at": TIME,
        "refuses_from": TIME,
        "fetched_at": TIME,
        "refused_at": TIME,
        "n_accepted": "int64",
        "minutes": "float64",
    }
    entries, askers = tuple(log), tuple(services)
    given = _verdicts(entries, at)
    shown = Faces(entries if any(asker.instead_of for asker in askers) else (), books, at)
    rows: list[tuple[object, ...]] = []
    for stop in stops(books, at=at):
        row, face = stop.row, shown.of(stop.row)
        for asker in askers:
            sources, verdicts, ends = asker.sources, given[asker.service, row.key], row.not_after
            if row.kind in asker.instead_of and face is not None:
                sources = ("status_list",) if asker.sources and face.is_record else ()
                verdicts, ends = shown.verdicts(asker.service, row, face), face.until
            elif asker.usage != row.key.authority:
                continue
            published, source = _published(stop, sources, publishing)
            refuses = None if published is None else published + asker.cache
            during = [v for v in verdicts if stop.at <= v.at and not _is_over(stop, v.at)]
            knowing = (v.at for v in during if v.knowledge_at is not None and v.knowledge_at >= stop.at)
            refused = (v.at for v in during if not v.accepted)
            rows.append(
                (
                    str(row.key),
                    asker.service,
                    row.kind,
                    row.device,
                    row.person,
                    stop.reason,
                    source,
                    stop.at,
                    published,
                    refuses,
                    next(knowing, None),
                    next(refused, None),
                    sum(v.accepted and _is_late(stop, v.at) for v in during),
                    _minutes(stop, refuses, ends),
                )
            )
    return framed(columns, rows, "serial_number")


def stale_accepts(log: Iterable[Entry], books: Books, *, at: datetime) -> pd.DataFrame:
    """Every acceptance of a certificate that the books had as revoked or on hold at that moment.

    Args:
        log: entries in order.
        books: the national books, for the truth.
        at: aware instant; later verdicts do not appear.

    Returns:
        DataFrame of shape (n, 9), index ``seq`` (int64); columns ``at`` (time), ``service``, ``truth`` (category),
        ``device``, ``person``, ``serial_number`` (str), ``stopped_at``, ``knowledge_at`` (times; what the service's
        data dated from) and ``minutes`` (float64, above 0): how long after the stop.
    """
    columns = {
        "seq": "int64",
        "at": TIME,
        "service": "category",
        "device": "str",
        "person": "str",
        "serial_number": "str",
        "truth": "category",
        "stopped_at": TIME,
        "knowledge_at": TIME,
        "minutes": "float64",
    }
    rows: list[tuple[object, ...]] = []
    by_key: defaultdict[CertificateKey, list[Stop]] = defaultdict(list)
    for stop in stops(books, at=at):
        by_key[stop.row.key].append(stop)
    for entry, event, row in _shown(log, books, at):
        verdict = event.verdict
        if not verdict.accepted or row is None:
            continue
        for stop in (s for s in by_key.get(row.key, ()) if _is_late(s, verdict.at) and not _is_over(s, verdict.at)):
            rows.append(
                (
                    entry.seq,
                    entry.at,
                    event.service,
                    event.device,
                    row.person,
                    str(row.key),
                    row.past_at(verdict.at).state.value,
                    stop.at,
                    verdict.knowledge_at,
                    _in_minutes(verdict.at - stop.at),
                )
            )
    return framed(columns, rows, "seq")


def gap_refusals(log: Iterable[Entry], books: Books, *, at: datetime) -> pd.DataFrame:
    """Every refusal of a certificate that was issued and did not work yet: the five minutes.

    Args:
        log: entries in order.
        books: the national books, for the truth.
        at: aware instant; later verdicts do not appear.

    Returns:
        DataFrame of shape (n, 9), index ``seq`` (int64); columns ``at`` (time), ``service``, ``code`` (category),
        ``device``, ``person``, ``serial_number`` (str), ``issued_at``, ``works_from`` (times) and ``minutes_left``
        (float64, above 0): how much too early.

    Source: life-cycle facts 2.2.3.
    """
    columns = {
        "seq": "int64",
        "at": TIME,
        "service": "category",
        "device": "str",
        "person": "str",
        "serial_number": "str",
        "code": "category",
        "issued_at": TIME,
        "works_from": TIME,
        "minutes_left": "float64",
    }
    rows = [
        (
            entry.seq,
            entry.at,
            event.service,
            event.device,
            row.person,
            str(row.key),
            event.verdict.code,
            row.issued_at,
            row.activates_at,
            _in_minutes(row.activates_at - event.verdict.at),
        )
        for entry, event, row in _shown(log, books, at)
        if row is not None and not event.verdict.accepted
        if row.past_at(event.verdict.at).state is CertificateState.ISSUED
    ]
    return framed(columns, rows, "seq")


# ------------------------------------------------------------------------------------------------------------- inside


def _shown(
    log: Iterable[Entry], books: Books, at: datetime
) -> Iterator[tuple[Entry, ev.VerdictGiven, CertificateRow | None]]:
    """Verdicts up to an instant, with the certificate that was shown."""
    for entry in log:
        if entry.at > at:
            break
        if isinstance(entry.event, ev.VerdictGiven):
            yield entry, entry.event, books.shown_in(entry.event.verdict)


def _verdicts(log: Iterable[Entry], at: datetime) -> defaultdict[tuple[str, CertificateKey], list[Verdict]]:
    """Verdicts by service and by the certificate that was shown."""
    found: defaultdict[tuple[str, CertificateKey], list[Verdict]] = defaultdict(list)
    for entry in log:
        if entry.at > at:
            break
        if isinstance(entry.event, ev.VerdictGiven) and (verdict := entry.event.verdict).serial is not None:
            authority = "sign" if verdict.usage == "sign" else "auth"
            found[entry.event.service, CertificateKey(authority, verdict.serial)].append(verdict)
    return found


def _is_over(stop: Stop, at: datetime) -> bool:
    return stop.until is not None and at >= stop.until


def _is_late(stop: Stop, at: datetime) -> bool:
    """In the instant of the stop nobody is late: what was asked then may have been asked before it."""
    return at > stop.at


def _published(stop: Stop, sources: tuple[str, ...], publishing: Revocation) -> tuple[datetime | None, str]:
    """When the first source knows of a stop, and which one; None and empty: none before the hold was lifted."""
    times: Mapping[str, Callable[[], datetime | None]] = {
        "ocsp": lambda: publishing.answered_from(stop.row, stop.at),
        "crl": lambda: publishing.listed_from(stop.at),
        "status_list": lambda: publishing.recorded_from(stop.at),
    }
    known = [(at, source) for source in sources if (at := times[source]()) is not None]
    if not known:
        return None, "nobody"
    return min(((at, source) for at, source in known if not _is_over(stop, at)), default=(None, ""))


def _minutes(stop: Stop, refuses: datetime | None, last: datetime) -> float:
    """From the stop, or the first moment of the certificate, to the refusal, the release, or the last second."""
    begins = max(stop.at, stop.row.activates_at)
    ends = [last + _FIRST_SECOND_AFTER, *(end for end in (refuses, stop.until) if end is not None)]
    return _in_minutes(max(timedelta(), min(ends) - begins))


def _in_minutes(time: timedelta) -> float:
    """To the millionth, so that a workbook, which keeps sixteen digits, holds the same number."""
    return round(time / _MINUTE, 6)
