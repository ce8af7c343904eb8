"""The timeline of phones, which grows as one presses: a lane a knower, one axis with seconds and days, and words.

Places are shares of the width, so it never needs more room than it has; what has no room for its word keeps its sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from html import escape

from myna_lab.analysis.so_far import Lane, Mark, SoFar, so_far
from myna_lab.analysis.timeline import Run
from myna_lab.analysis.who_knows import NOTHING, Knower, Moment
from myna_lab.lab.handles import PhoneHandle
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.texts.width import columns

__all__ = ["phone_timeline"]

_NAMES = 88
"""Pixels for the names of the lanes, as in the style."""
_LETTER = 6.2
"""Pixels of half a kanji."""
_WIDTHS = (300, 380, 460, 560, 700)
"""Widths of the place from which on a word is shown, as in the style."""
_NARROW, _NARROWEST = 230, 165
"""Pixels of a lane on a telephone, as a page and in JupyterLab; what is labelled there is labelled everywhere."""
_IF_WIDE = ' class="mnc-stop-if-wide"'


def phone_timeline(phones: Sequence[PhoneHandle], found: Sequence[Moment], speech: Speech, since: int = 0) -> str:
    """The timeline as HTML.

    Args:
        phones: of one holder.
        found: their moments, :func:`myna_lab.analysis.who_knows.moments`.
        speech: in which language.
        since: number in the log from which on a mark is new, and so stands out; 0: none is.
    """
    drawn = so_far(phones, found)
    title = f'<div class="mnc-heading">{speech.html("word.so_far.title")}</div>'
    if drawn is None:
        return f'{title}<p class="mnc-nothing">{speech.html("word.so_far.nothing")}</p>'
    shown = [lane for lane in drawn.lanes if lane.knower is Knower.PHONE or lane.marks or _said(lane)]
    lanes = "".join(_lane(lane, drawn, speech, len(phones) > 1, since) for lane in shown)
    return (
        f'{title}<div class="mnc-scale"><div aria-hidden="true">{_axis(drawn, speech)}{lanes}</div>'
        f"<p>{speech.stacked(drawn.title)}</p>{_legend(shown, speech)}{_twin(drawn, speech)}</div>"
    )


def _said(lane: Lane) -> list[Run]:
    """What is drawn of what a knower says; who says nothing has no lane yet."""
    return [run for run in lane.runs if run.belief != NOTHING]


def _lane(lane: Lane, drawn: SoFar, speech: Speech, is_named: bool, since: int) -> str:
    name = speech.html(f"word.knower.{lane.knower.value}")
    head = f"<b>{escape(lane.phone)}</b>" if is_named and lane.knower is Knower.PHONE else ""
    runs = "".join(_run(run, drawn, speech) for run in _said(lane))
    marks = "".join(_mark(mark, drawn, speech, since) for mark in lane.marks)
    return f'<div class="mnc-lane">{head}<span>{name}</span><div class="mnc-track">{runs}{marks}</div></div>'


def _run(run: Run, drawn: SoFar, speech: Speech) -> str:
    begins, ends = (drawn.axis.place(at) for at in (run.begins, run.ends))
    share, key = ends - begins, run.belief.said
    sign = run.belief.sign if share * _NARROW > 10 else ""
    ways = dict.fromkeys((speech.line(key), text(key, speech.languages[0])))
    word = next((_word(said, wide) for said in ways if (wide := _wide_enough(said, share))), "")
    return (
        f'<i class="mnc-in-{run.belief.colour}" style="left:{begins:.1%};width:{share:.1%}" '
        f'title="{escape(speech.line(key))}">{sign} {word}</i>'
    )


def _word(said: str, wide: int) -> str:
    return f'<span class="mnc-from-{wide}">{escape(said)}</span>'


def _wide_enough(said: str, share: float) -> int:
    """How wide the place must be for a word; 0: wider than any."""
    needed = (columns(said) + 3) * _LETTER
    return next((wide for wide in _WIDTHS if (wide - _NAMES) * share >= needed), 0)


def _mark(mark: Mark, drawn: SoFar, speech: Speech, since: int) -> str:
    fresh = " mnc-fresh" if since and mark.seq >= since else ""
    return (
        f'<b class="mnc-{mark.colour}{fresh}" style="left:{drawn.axis.place(mark.at):.1%}" '
        f'title="{escape(speech.line(mark.key))}">{mark.sign}</b>'
    )


def _axis(drawn: SoFar, speech: Speech) -> str:
    """What is labelled, as far as there is room; the zero and the instant now always."""
    language = speech.languages[0]
    places = [(drawn.axis.place(drawn.axis.zero + stop), stop) for stop in drawn.axis.stops()]
    zero, now = drawn.axis.place(drawn.axis.zero), drawn.axis.place(drawn.now)
    always = dict(_apart(places, zero, drawn, language, _NARROWEST))
    shown = "".join(
        f'<small{"" if at in always else _IF_WIDE} style="left:{at:.1%}">{escape(drawn.label(stop, language))}</small>'
        for at, stop in _apart(places, zero, drawn, language, _NARROW)
    )
    lines = "".join(f'<u style="left:{at:.1%}"></u>' for at, _ in places)
    now_line = (
        f'<u class="mnc-now-line" style="left:{now:.1%}"></u><u class="mnc-zero-line" style="left:{zero:.1%}"></u>'
    )
    return f'<div class="mnc-lane mnc-stops"><span></span><div class="mnc-track">{lines}{now_line}{shown}</div></div>'


def _apart(
    places: Iterable[tuple[float, timedelta]], zero: float, drawn: SoFar, language: str, pixels: int
) -> Iterator[tuple[float, timedelta]]:
    """Stops whose labels do not lie over each other on so many pixels: the zero first, then outwards."""

    def wide(stop: timedelta) -> float:
        return columns(drawn.label(stop, language)) * _LETTER / pixels

    left, right = zero - 0.02, zero + 0.02
    yield zero, timedelta()
    for at, stop in sorted(places, key=lambda place: abs(place[1])):
        half = wide(stop) / 2
        if stop > timedelta() and at - half > right:
            right = at + half
            yield at, stop
        elif stop < timedelta() and at + half < left:
            left = at - half
            yield at, stop


def _legend(lanes: Sequence[Lane], speech: Speech) -> str:
    """The signs of the marks that are there."""
    signs = dict.fromkeys((mark.sign, mark.key, mark.colour) for lane in lanes for mark in lane.marks)
    told = (
        f'<span><b class="mnc-{colour}">{sign}</b> {escape(speech.line(key))}</span>' for sign, key, colour in signs
    )
    return f'<div class="mnc-signs" aria-hidden="true">{"".join(told)}</div>'


def _twin(drawn: SoFar, speech: Speech) -> str:
    """The same in words, for those who do not see the picture or rather read."""
    lines = "".join(
        f'<ol lang="{language}">{"".join(f"<li>{escape(line)}</li>" for line in drawn.in_language(language))}</ol>'
        for language in speech.languages
    )
    summary = escape(speech.line("word.so_far.in_words"))
    return f'<details class="mnc-twin"><summary>{summary}</summary>{lines}</details>'
