"""Answers of a desk as HTML: the moments in order, who knew what, the answers so far, the same question at two times.

Pure functions of what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from html import escape

from myna_lab.analysis.asking import Asked, Held, Moment, differences
from myna_lab.analysis.who_knows import STATES
from myna_lab.events import Check
from myna_lab.ground.durations import show
from myna_lab.texts.glossary import explained_word
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Span
from myna_lab.widgets.answer import colour_of
from myna_lab.widgets.panels import sign_of, table, when

__all__ = ["answers", "knew", "moments", "two_times"]


def moments(asked: Asked, speech: Speech) -> str:
    """The small picture: what bears on the answer, in the order of time, down to where the service cannot see."""
    rows = "".join(
        f'<li class="mnc-is-{moment.where} mnc-of-{moment.what}">{_clock(moment, asked)}'
        f"<span>{speech.stacked(partial(asked.said, moment))}</span></li>"
        for moment in asked.moments
    )
    return f'<ol class="mnc-in-time">{rows}</ol>'


def _clock(moment: Moment, asked: Asked) -> str:
    """The instant, with its day where that is not the question's."""
    said = show(moment.at)
    day, clock = said[:10], said[11:]
    other = "" if day == show(asked.at)[:10] else f"<small>{day}</small>"
    return f'<time datetime="{moment.at.isoformat()}">{other}{clock}</time>'


# ------------------------------------------------------------------------------------------------------------- tables


def _stacking(titles: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], speech: Speech) -> str:
    """A table whose cells stand below each other, each with its title, where there is no room beside each other.

    Args:
        titles: keys of the words above the columns; the first column names the row.
        rows: class of the row, and its cells.
        speech: in which language.
    """
    said = [escape(speech.line(title)) for title in titles]

    def row(kind: str, cells: Sequence[str]) -> str:
        name, *others = cells
        told = (f'<td data-title="{title}">{cell}</td>' for title, cell in zip(said[1:], others, strict=True))
        return f'<tr class="{kind}"><th scope="row">{name}</th>{"".join(told)}</tr>'

    page = table(map(speech.html, titles), (row(*each) for each in rows))
    return f'<div class="mnc-stacking">{page}</div>'


def knew(asked: Asked, speech: Speech) -> str:
    """OCSP answer and list with their instants, used or not, and beside them what the books said."""
    if asked.row is None or asked.past is None:
        return f'<p class="mnc-nothing">{speech.html("word.asking.no_certificate")}</p>'
    titles = [f"word.asking.{name}" for name in ("who", "says", "of", "until", "age")]
    past, fact = asked.past, speech.html("word.asking.at_first_hand")
    who = f"{_word('books', speech)}<small>{fact}</small>"
    books = ("", (who, sign_of(STATES[past.state], speech), when(past.at), "–", "–"))
    return _stacking(titles, [*(_held(each, asked, speech) for each in asked.held), books], speech)


def _held(held: Held, asked: Asked, speech: Speech) -> tuple[str, Sequence[str]]:
    number = "" if held.number is None else f"<small>{speech.html('word.asking.number', n=held.number)}</small>"
    use = speech.html(f"word.asking.use.{held.use}")
    return "" if held.use == "used" else "mnc-unused", (
        f"{_word(held.kind, speech)}<small>{use}</small>",
        sign_of(held.belief, speech),
        f"{when(held.of)}{number}",
        "–" if held.until is None else when(held.until),
        speech.stacked(Span(asked.at - held.of).in_language),
    )


def _word(knower: str, speech: Speech) -> str:
    """A word that opens to its explanation, in each language."""
    return "".join(f"<div>{explained_word(knower, language)}</div>" for language in speech.languages)


def answers(asked: Sequence[Asked], speech: Speech) -> str:
    """Every answer so far, the newest first."""
    titles = [f"word.asking.{name}" for name in ("number_of", "device", "service", "when", "answer", "of", "truth")]
    rows = (_answer(n, each, speech) for n, each in reversed([*enumerate(asked, start=1)]))
    return _stacking(titles, rows, speech)


def _answer(n: int, asked: Asked, speech: Speech) -> tuple[str, Sequence[str]]:
    known = asked.verdict.knowledge_at
    return "", (
        str(n),
        escape(asked.device),
        speech.html(f"word.service.{asked.service}"),
        when(asked.at),
        _said(asked, speech),
        "–" if known is None else when(known),
        _truth(asked, speech),
    )


def _said(asked: Asked, speech: Speech) -> str:
    colour, sign = colour_of(asked.verdict)
    return f'<span class="mnc-badge mnc-{colour}">{sign} {speech.html(f"code.{asked.verdict.code}")}</span>'


def _truth(asked: Asked, speech: Speech) -> str:
    return "–" if asked.past is None else sign_of(STATES[asked.past.state], speech)


def two_times(before: Asked, after: Asked, speech: Speech) -> str:
    """The same question at two times, check by check; what came out otherwise is tinted."""
    titles = ("word.check", "word.asking.before", "word.asking.after")
    return _stacking(titles, _differences(before, after, speech), speech)


def _differences(before: Asked, after: Asked, speech: Speech) -> Iterator[tuple[str, Sequence[str]]]:
    def row(name: str, first: str, second: str, is_other: bool) -> tuple[str, Sequence[str]]:
        return "mnc-new" if is_other else "", (speech.html(name), first, second)

    def twice(tell: Callable[[Asked], str]) -> tuple[str, str, bool]:
        return tell(before), tell(after), tell(before) != tell(after)

    yield row("word.asking.when", when(before.at), when(after.at), False)
    yield row("word.asking.answer", *twice(lambda asked: _said(asked, speech)))
    yield row("word.asking.truth", *twice(lambda asked: _truth(asked, speech)))
    for name, first, second, is_other in differences(before, after):
        yield row(f"word.checked.{name}", _check(first, speech), _check(second, speech), is_other)


def _check(check: Check | None, speech: Speech) -> str:
    if check is None:
        return speech.html("word.asking.not_made")
    colour, sign = ("good", "✓") if check.passed else ("bad", "✕")
    return f'<b class="mnc-{colour}">{sign}</b> {speech.stacked(check.seen.in_language)}'
