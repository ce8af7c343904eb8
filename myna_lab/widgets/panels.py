"""The machinery as HTML: exchanges with a chip, events, certificates of the books, a service's verdict.

Pure functions of what flow and lab say; everything is escaped, and what is secret was dotted where it arose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby

from myna_lab.analysis.explain import Sentence
from myna_lab.analysis.telling import sentence
from myna_lab.analysis.who_knows import STATES, Belief
from myna_lab.devices.card import Exchange
from myna_lab.events import Entry, Verdict
from myna_lab.ground.durations import JST, show
from myna_lab.jlis.books import CertificateRow, CertificateState
from myna_lab.lab import Explanation
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets.words import opened

__all__ = ["badge", "certificates", "events", "exchanges", "explained", "sign_of", "table", "verdict", "when"]

_TICKS = {True: '<b class="mnc-good">✓</b>', False: '<b class="mnc-bad">✕</b>'}
_SHOWN_BYTES = 20


def badge(state: CertificateState, speech: Speech) -> str:
    """A certificate's state: colour, sign and word."""
    return sign_of(STATES[state], speech)


def sign_of(belief: Belief, speech: Speech) -> str:
    """What somebody says: colour, sign and word."""
    return f'<span class="mnc-badge mnc-{belief.colour}">{belief.sign} {speech.html(belief.said)}</span>'


def table(titles: Iterable[str], rows: Iterable[str]) -> str:
    """A table of HTML: titles of the columns, and whole rows."""
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    return f'<table class="mnc-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _nothing(key: str, speech: Speech) -> str:
    return f'<p class="mnc-nothing">{speech.html(key)}</p>'


# ---------------------------------------------------------------------------------------------------------- exchanges


def exchanges(new: Sequence[Exchange], speech: Speech) -> str:
    """What was said to a chip; a file that is read piece by piece is one line."""
    if not new:
        return _nothing("word.no_exchange_now", speech)
    titles = ("#", speech.html("word.asked"), speech.html("word.answered"))
    note = (
        f'<div class="mnc-note">{speech.html("word.n_exchanges", n=len(new))}'
        f'<b class="mnc-{_colour(new[-1])}">{speech.stacked(new[-1].in_language)}</b></div>'
    )
    return note + table(titles, (_exchange(group, speech) for group in _pieces(new)))


def _pieces(new: Sequence[Exchange]) -> Iterator[list[Exchange]]:
    """Successive exchanges that read on in the same file, together."""

    def what(exchange: Exchange) -> object:
        is_piece = exchange.words.startswith("READ BINARY") and exchange.sw == "9000" and exchange.subject
        return exchange.subject if is_piece else id(exchange)

    return (list(group) for _, group in groupby(new, key=what))


def _exchange(group: list[Exchange], speech: Speech) -> str:
    first, last = group[0], group[-1]
    number = str(first.n) if len(group) == 1 else f"{first.n}–{last.n}"
    asked, answered = (speech.stacked(_half(first, which)) for which in (0, 2))
    if len(group) > 1:
        asked = speech.html("word.read_in_pieces", what=first.subject, n=len(group))
        answered = speech.html("word.pieces_came", n=sum(len(exchange.response) - 2 for exchange in group))
    return (
        f'<tr><td class="mnc-n">{number}</td>'
        f"<td>{asked}{_octets(first)}</td>"
        f'<td><span class="mnc-{_colour(last)}">{answered}</span></td></tr>'
    )


def _octets(exchange: Exchange) -> str:
    """The command's octets; a click shows all of them, and the answer's."""
    whole = f"<code>&gt; {escape(exchange.command_text)}</code><code>&lt; {escape(exchange.response_text)}</code>"
    return f"<details><summary><code>{escape(_cut(exchange.command_text))}</code></summary>{whole}</details>"


def _half(exchange: Exchange, which: int) -> Callable[[str], str]:
    """What was asked (0) or answered (2), by language."""
    return lambda language: exchange.in_language(language).partition(" → ")[which]


def _colour(exchange: Exchange) -> str:
    return "good" if exchange.sw == "9000" else "bad"


def _cut(text: str) -> str:
    return text if len(text) < 3 * _SHOWN_BYTES else f"{text[: 3 * _SHOWN_BYTES - 1]} …"


# ------------------------------------------------------------------------------------------------------------- events


def events(entries: Sequence[Entry], speech: Speech) -> str:
    """The events in order: when, what in a sentence, and the event's name."""
    if not entries:
        return _nothing("word.nothing_yet", speech)
    rows = (
        f'<tr><td class="mnc-n">{entry.at.astimezone(JST):%H:%M:%S}</td><td>{sentence(entry, speech)}'
        f"<code>{escape(entry.name)}</code></td></tr>"
        for entry in entries
    )
    return table((speech.html("word.when"), speech.html("word.event")), rows)


# ------------------------------------------------------------------------------------------------------- certificates


def certificates(rows: Iterable[CertificateRow], entries: Sequence[Entry], speech: Speech) -> str:
    """The holder's certificates as the books have them; what just changed is tinted."""
    changed = {(getattr(e.event, "authority", ""), getattr(e.event, "serial", 0)) for e in entries}
    certificate = opened("certificate", "word.certificate", speech)
    titles = (certificate, *(speech.html(f"word.{name}") for name in ("state", "works")))
    return table(titles, (_certificate(row, tuple(row.key) in changed, speech) for row in rows))


def _certificate(row: CertificateRow, changed: bool, speech: Speech) -> str:
    past = row.history[-1]
    why = past.cause or past.reason
    reason = f"<small>{speech.html('word.because', why=Term(f'word.revoked_for.{why}'))}</small>" if why else ""
    which = f"<code><span>{escape(str(row.key))}</span> <span>{escape(row.device)}</span></code>"
    return (
        f'<tr class="{"mnc-new" if changed else ""}">'
        f"<td>{speech.html(f'word.kind.{row.kind}')}{which}</td>"
        f"<td>{badge(past.state, speech)}<small>{when(past.at)}</small>{reason}</td>"
        f"<td>{when(row.activates_at)}<br>–&nbsp;{when(row.not_after)}</td></tr>"
    )


def when(at: datetime) -> str:
    """An instant, never broken in two lines."""
    day, time = show(at).split()
    return f'<span class="mnc-when"><span>{day}</span> <span>{time}</span></span>'


# ------------------------------------------------------------------------------------------------------------ verdict


def verdict(given: Verdict | None, explanation: Explanation | None, speech: Speech) -> str:
    """A service's answer with every check, what its knowledge dates from, and what the books said at that moment."""
    if given is None:
        return _nothing("word.no_verdict", speech)
    colour, sign = ("good", "✓") if given.accepted else ("bad", "✕")
    known = given.knowledge_at
    lines = [
        f'<b class="mnc-{colour}">{sign} {speech.html(f"code.{given.code}")}</b>',
        speech.html("word.knowledge_of", at=show(known)) if known else speech.html("word.no_knowledge"),
        *(explained(sentence, speech) for sentence in (explanation.sentences[1:] if explanation else ())),
    ]
    rows = (
        f'<tr><td class="mnc-n">{_TICKS[check.passed]}</td>'
        f"<td>{speech.html(f'word.checked.{check.name}')}</td>"
        f"<td>{speech.stacked(check.seen.in_language)}<small>{escape(check.clause)}</small></td></tr>"
        for check in given.checks
    )
    titles = ("", speech.html("word.check"), speech.html("word.seen"))
    said = "".join(f"<div>{line}</div>" for line in lines)
    return f'<div class="mnc-verdict">{said}</div>{table(titles, rows)}'


def explained(sentence: Sentence, speech: Speech) -> str:
    """One sentence of an explanation under its heading."""

    def said(language: str) -> str:
        heading = text(f"explanation.heading.{sentence.heading}", language) + text("word.colon", language)
        return heading + text(f"explanation.{sentence.key}", language, **sentence.values)

    return speech.stacked(said)
