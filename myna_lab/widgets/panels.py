"""The machinery as HTML: exchanges with a chip, events, certificates of the books, a service's verdict.

Pure functions of what flow and lab say; everything is escaped, and what is secret was dotted where it arose.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from myna_lab.books import CertificateRow, CertificateState
from myna_lab.card import Exchange
from myna_lab.durations import JST, show
from myna_lab.events import Entry, Event, Verdict
from myna_lab.texts import keys
from myna_lab.widgets.speech import Speech

__all__ = ["badge", "certificates", "events", "exchanges", "told", "verdict"]

C = CertificateState
_SIGNS = {
    C.ISSUED: ("wait", "◔"),
    C.GOOD: ("good", "●"),
    C.ON_HOLD: ("wait", "‖"),
    C.REVOKED: ("bad", "✕"),
    C.EXPIRED: ("bad", "–"),
}
"""Colour and sign of a state: never the colour alone."""
_SHOWN_BYTES = 20


def badge(state: CertificateState, speech: Speech) -> str:
    """A certificate's state: colour, sign and word."""
    colour, sign = _SIGNS[state]
    return f'<span class="mnc-badge mnc-{colour}">{sign} {speech.html(f"word.state_of.{state.name}")}</span>'


def _table(titles: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    return f'<table class="mnc-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _nothing(key: str, speech: Speech) -> str:
    return f'<p class="mnc-nothing">{speech.html(key)}</p>'


# ---------------------------------------------------------------------------------------------------------- exchanges


def exchanges(new: Sequence[Exchange], speech: Speech) -> str:
    """What was said to a chip; a file that is read piece by piece is one line."""
    if not new:
        return _nothing("word.no_exchange_now", speech)
    titles = ("#", f"{speech.html('word.asked')}", f"{speech.html('word.answered')}")
    note = f'<p class="mnc-note">{escape(speech.line("word.secret_dots"))}</p>'
    return _table(titles, (_exchange(group, speech) for group in _pieces(new))) + note


def _pieces(new: Sequence[Exchange]) -> Iterator[list[Exchange]]:
    """Neighbours that read on in the same file, together."""

    def what(exchange: Exchange) -> object:
        is_piece = exchange.words.startswith("READ BINARY") and exchange.sw == "9000" and exchange.subject
        return exchange.subject if is_piece else exchange.n

    return (list(group) for _, group in groupby(new, key=what))


def _exchange(group: list[Exchange], speech: Speech) -> str:
    first, last = group[0], group[-1]
    asked, _, answered = first.words.partition(" → ")
    number, more = str(first.n), ""
    if len(group) > 1:
        asked, _, answered = f"READ BINARY of {first.subject} → 9000 success, ".partition(" → ")
        answered += f"{sum(len(exchange.response) - 2 for exchange in group)} bytes"
        number, more = f"{first.n}–{last.n}", f' <em>{escape(speech.line("word.times", n=len(group)))}</em>'
    colour = "good" if last.sw == "9000" else "bad"
    return (
        f"<tr><td>{number}</td><td>{escape(asked)}{more}<code>{escape(_cut(first.command_text))}</code></td>"
        f'<td><span class="mnc-{colour}">{escape(answered)}</span></td></tr>'
    )


def _cut(text: str) -> str:
    return text if len(text) < 3 * _SHOWN_BYTES else f"{text[: 3 * _SHOWN_BYTES - 1]} …"


# ------------------------------------------------------------------------------------------------------------- events


def told(entries: Sequence[Entry], new: Sequence[Exchange], speech: Speech) -> str:
    """What just happened, in one sentence: the first one of the list of sentences that took place."""
    names = {entry.name for entry in entries}
    if not names:
        return speech.html("word.nothing_yet")
    if names == {"ScreenPassed"}:
        return speech.html("word.refused_by_card" if new else "word.screen_left")
    telling = (key for key in keys("word") if key.startswith("word.happened.") and key.rpartition(".")[2] in names)
    return speech.html(next(telling, f"word.happened.{entries[-1].name}"))


def events(entries: Sequence[Entry], speech: Speech) -> str:
    """The events in order: when, what in a sentence, and the event itself."""
    if not entries:
        return _nothing("word.nothing_yet", speech)
    rows = (
        f"<tr><td>{entry.at.astimezone(JST):%H:%M:%S}</td><td>{speech.html(f'word.happened.{entry.name}')}"
        f"<code>{escape(entry.name)} {escape(_facts(entry.event))}</code></td></tr>"
        for entry in entries
    )
    return _table((speech.html("word.when"), speech.html("word.event")), rows)


_UNSAID = {"flow", "phone", "person", "chip", "device", "municipality", "to"}
"""Fields that say nothing new to somebody who looks at one phone."""


def _facts(event: Event) -> str:
    """The fields of an event that are short; references into the vault are left out."""
    facts = []
    for field in dataclasses.fields(event):  # type: ignore[arg-type]
        value = getattr(event, field.name)
        if isinstance(value, tuple):
            value = " ".join(map(str, value))
        is_short = isinstance(value, str | int) and value != "" and not field.name.endswith("_ref")
        if is_short and field.name not in _UNSAID:
            facts.append(f"{field.name}={value:08X}" if field.name.endswith("serial") else f"{field.name}={value}")
    return " ".join(facts)


# ------------------------------------------------------------------------------------------------------- certificates


def certificates(rows: Iterable[CertificateRow], entries: Sequence[Entry], speech: Speech) -> str:
    """The holder's certificates as the books have them; what just changed is tinted."""
    changed = {(getattr(e.event, "authority", ""), getattr(e.event, "serial", 0)) for e in entries}
    titles = (speech.html(f"word.{name}") for name in ("certificate", "state", "works"))
    return _table(titles, (_certificate(row, tuple(row.key) in changed, speech) for row in rows))


def _certificate(row: CertificateRow, changed: bool, speech: Speech) -> str:
    past = row.history[-1]
    reason = f"<small>{escape(past.reason)}</small>" if past.reason else ""
    return (
        f"<tr{' class=mnc-new' if changed else ''}>"
        f"<td>{speech.html(f'word.kind.{row.kind}')}<code>{escape(str(row.key))} {escape(row.device)}</code></td>"
        f"<td>{badge(past.state, speech)}<small>{show(past.at)}</small>{reason}</td>"
        f"<td>{show(row.activates_at)}<br>– {show(row.not_after)}</td></tr>"
    )


# ------------------------------------------------------------------------------------------------------------ verdict


def verdict(given: Verdict | None, speech: Speech) -> str:
    """A service's answer with every check, and what its knowledge dates from."""
    if given is None:
        return _nothing("word.no_verdict", speech)
    colour, sign = ("good", "✓") if given.accepted else ("bad", "✕")
    lines = [
        f'<b class="mnc-{colour}">{sign} {speech.html(f"code.{given.code}")}</b>',
        f"<small>{escape(given.service)} {show(given.at)}</small>",
    ]
    if given.usable_from:
        lines.append(f"<div>{speech.html('word.usable_from', at=show(given.usable_from))}</div>")
    if given.knowledge_at:
        lines.append(f"<div>{speech.html('word.knowledge_of', at=show(given.knowledge_at))}</div>")
    else:
        lines.append(f"<div>{speech.html('word.no_knowledge')}</div>")
    rows = (
        f'<tr><td><b class="mnc-{"good" if check.passed else "bad"}">{"✓" if check.passed else "✕"}</b></td>'
        f"<td>{speech.html(f'word.checked.{check.name}')}</td>"
        f"<td>{escape(check.reason)}<small>{escape(check.clause)}</small></td></tr>"
        for check in given.checks
    )
    titles = ("", speech.html("word.check"), speech.html("word.seen"))
    return f'<div class="mnc-verdict">{"".join(lines)}</div>{_table(titles, rows)}'
