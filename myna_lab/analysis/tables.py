"""The log and the books as pandas tables: pure functions, declared dtypes, aware times (Asia/Tokyo).

No table holds a secret: events carry none. Empty tables have the same columns.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from myna_lab import events as ev
from myna_lab.events import Entry
from myna_lab.jlis.books import Books, CertificateState
from myna_lab.rules import Rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TIME", "certificates", "events", "framed", "phones", "rules", "verdicts"]

TIME: Any = "datetime64[us, Asia/Tokyo]"
"""Dtype of a column of instants."""


def framed(columns: Mapping[str, Any], rows: Sequence[Sequence[object]], index: str) -> pd.DataFrame:
    """A table with declared dtypes: columns and their dtypes in order, the first of them the index."""
    import pandas as pd

    from myna_lab.ground.frames import Table

    data = list(zip(*rows, strict=True)) or [()] * len(columns)
    series = {}
    for (name, dtype), values in zip(columns.items(), data, strict=True):
        if dtype == TIME:
            column = pd.Series(pd.to_datetime(pd.Series(list(values), dtype="object"), utc=True))
            series[name] = column.dt.tz_convert("Asia/Tokyo").astype(TIME)
        else:
            series[name] = pd.Series(list(values), dtype="object").astype(dtype)
    return Table(series).set_index(index)


def _subject(event: ev.Event) -> str:
    """Whom an event is about: the first identifier that it carries."""
    for name in ("device", "chip", "phone", "flow", "person", "card", "authority", "service"):
        value = getattr(event, name, "")
        if value:
            return str(value)
    return ""


def events(log: Iterable[Entry]) -> pd.DataFrame:
    """Every event of a log.

    Args:
        log: entries in order.

    Returns:
        DataFrame of shape (n, 4), index ``seq`` (int64); columns ``at`` (datetime64[us, Asia/Tokyo]), ``event``
        (category), ``subject`` (str) and ``details`` (JSON text; certificates shortened to their length).
    """
    columns = {"seq": "int64", "at": TIME, "event": "category", "subject": "str", "details": "str"}
    rows = [(entry.seq, entry.at, entry.name, _subject(entry.event), _details(entry)) for entry in log]
    return framed(columns, rows, "seq")


def _details(entry: Entry) -> str:
    """The event's fields; nobody reads a certificate, or every parameter, in a cell."""
    values = {f.name: getattr(entry.event, f.name) for f in dataclasses.fields(entry.event)}  # type: ignore[arg-type]
    octets = {name: f"{len(value)} octets" for name, value in values.items() if isinstance(value, bytes)}
    many = {name: f"{len(value)} parameters" for name, value in values.items() if name == "parameters"}
    return json.dumps({**json.loads(entry.body()), **octets, **many}, ensure_ascii=False)


def certificates(books: Books, *, at: datetime) -> pd.DataFrame:
    """Every certificate as the books had it at an instant.

    Args:
        books: the national books.
        at: aware instant; certificates issued later do not appear.

    Returns:
        DataFrame of shape (n, 10), index ``serial_number`` (str: authority/hexadecimal); columns ``kind``, ``device``,
        ``person``, ``municipality``, ``state``, ``reason`` (category; str for device and person), ``since``,
        ``issued_at``, ``activates_at``, ``not_after`` (times).

    Source: RFC 5280 5.3.1 for the reasons.
    """
    columns = {
        "serial_number": "str",
        "kind": "category",
        "device": "str",
        "person": "str",
        "municipality": "category",
        "state": "category",
        "since": TIME,
        "reason": "category",
        "issued_at": TIME,
        "activates_at": TIME,
        "not_after": TIME,
    }
    rows = []
    for row in books.certificates.values():
        past = row.past_at(at)
        if past.state is CertificateState.REQUESTED:
            continue
        rows.append(
            (
                str(row.key),
                row.kind,
                row.device,
                row.person,
                row.municipality,
                past.state.value,
                past.at,
                "CERTIFICATE_HOLD" if past.state is CertificateState.ON_HOLD else past.reason,
                row.issued_at,
                row.activates_at,
                row.not_after,
            )
        )
    return framed(columns, rows, "serial_number")


def phones(books: Books) -> pd.DataFrame:
    """Every phone as the books know it.

    Returns:
        DataFrame of shape (n, 6), index ``phone`` (str); columns ``person`` (str), ``platform`` (category), ``model``,
        ``os_version`` (str), ``state`` (category), ``since`` (time).
    """
    columns = {
        "phone": "str",
        "person": "str",
        "platform": "category",
        "model": "str",
        "os_version": "str",
        "state": "category",
        "since": TIME,
    }
    rows = [
        (row.phone, row.person, row.platform, row.model, row.os_version, row.state.value, row.since)
        for row in books.phones.values()
    ]
    return framed(columns, rows, "phone")


def verdicts(log: Iterable[Entry], books: Books) -> pd.DataFrame:
    """Every verdict of a service, beside what the books said at that moment.

    Args:
        log: entries in order.
        books: the books, for the truth.

    Returns:
        DataFrame of shape (n, 8), index ``seq`` (int64); columns ``at`` (time), ``service``, ``device`` (str),
        ``accepted`` (bool), ``code`` (category), ``knowledge_at`` (time; NaT: none), ``truth`` (category: the state in
        the books, empty if no certificate was shown) and ``failed`` (str: the checks that failed).
    """
    columns = {
        "seq": "int64",
        "at": TIME,
        "service": "category",
        "device": "str",
        "accepted": "bool",
        "code": "category",
        "knowledge_at": TIME,
        "truth": "category",
        "failed": "str",
    }
    rows = []
    for entry in log:
        if isinstance(event := entry.event, ev.VerdictGiven):
            verdict = event.verdict
            row = books.shown_in(verdict)
            truth = "" if row is None else row.past_at(verdict.at).state.value
            failed = ", ".join(check.name for check in verdict.checks if not check.passed)
            rows.append(
                (
                    entry.seq,
                    entry.at,
                    event.service,
                    event.device,
                    verdict.accepted,
                    verdict.code,
                    verdict.knowledge_at,
                    truth,
                    failed,
                )
            )
    return framed(columns, rows, "seq")


def rules(table: Sequence[Rule]) -> pd.DataFrame:  # type: ignore[type-arg]
    """A rule table as people read it.

    Returns:
        DataFrame of shape (n, 5), all str: ``from``, ``on``, ``to``, ``only if``, ``basis``.
    """
    import pandas as pd

    rows = [(rule.before.value, rule.name, rule.to.value, rule.condition, rule.basis) for rule in table]
    return pd.DataFrame(rows, columns=["from", "on", "to", "only if", "basis"], dtype="str")
