"""A timeline as HTML, true to scale, quick enough to be drawn after every press: it grows as far as is known.

The same rows, colours and axis as ``timeline_picture``: seconds to a day around one instant, linear in the middle
second and logarithmic outside. As HTML it takes the page's width and theme, and speaks both languages at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from myna_lab.analysis.timeline import DAY, Gap, Row, Run, Timeline
from myna_lab.ground.durations import duration
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Span
from myna_lab.texts.width import columns

__all__ = ["growing_timeline"]

_TICKS = ("1d", "1min", "10s", "5min", "1h", "6h", "15min")
"""What is written below, where there is room for it: the first ones first."""
_WIDE, _NARROW, _LETTER = 520, 250, 5.5
"""Pixels of a row in a wide place and on a telephone, as in the style, and of half a kanji."""
_MIDDLE = 0.4
"""How much of a power of ten the middle second takes, to each side."""


def growing_timeline(line: Timeline, speech: Speech) -> str:
    """Draw a timeline, as far as it goes.

    Args:
        line: whole, or :meth:`~myna_lab.analysis.timeline.Timeline.up_to` an instant.
        speech: in which language.

    Returns:
        HTML: a row for each knower, an axis below, and all of it in words for who does not see it.
    """
    axis = _Axis(line)
    words = "".join(f'<p lang="{each}">{escape(_words(line, each))}</p>' for each in speech.languages)
    rows = "".join(_row(row, line, axis, speech) for row in line.rows)
    ticks = "".join(_ticks(axis, speech.languages[0]))
    has_turned = line.until > line.at
    above = speech.stacked(line.number) if has_turned else speech.html("word.timeline.to_come")
    title = speech.stacked(line.title) if has_turned else speech.html("word.timeline.device", device=line.device)
    return (
        f'<div class="mnc-unseen">{words}</div><div class="mnc-line" aria-hidden="true">'
        f'<div class="mnc-line-number">{above}</div><small>{title}</small>{rows}'
        f'<div class="mnc-line-row"><div></div><div class="mnc-line-axis">{ticks}</div></div>'
        f"<small>{speech.html('word.timeline.axis')}</small></div>"
    )


def _words(line: Timeline, language: str) -> str:
    """All of it in words; before the turn without what will happen then."""
    _, *rows, _ = lines = line.in_language(language).split("\n")
    return "\n".join(lines if line.until > line.at else rows)


class _Axis:
    """Where an instant stands, in percent of the width."""

    def __init__(self, line: Timeline) -> None:
        self.at, self.now = line.at, line.until
        begins = min((run.begins for row in line.rows for run in row.runs), default=line.at)
        self._left = _scaled(min(1.6 * (begins - line.at).total_seconds(), -1))
        self._left = max(self._left, _scaled(-DAY.total_seconds()))
        self._right = _scaled(DAY.total_seconds())

    def place(self, at: datetime) -> float:
        """0 on the left, 100 on the right."""
        return self.of((at - self.at).total_seconds())

    def of(self, seconds: float) -> float:
        """The same, of seconds from the turn."""
        where = (_scaled(seconds) - self._left) / (self._right - self._left)
        return round(100 * min(max(where, 0), 1), 2)

    def ticks(self) -> Iterator[float]:
        """Seconds from the turn at which something may be written below."""
        yield 0
        for step in (duration(tick).total_seconds() for tick in _TICKS):
            yield from (side for side in (step, -step) if _scaled(side) >= self._left)


def _scaled(seconds: float) -> float:
    size = abs(seconds)
    return math.copysign(_MIDDLE * size if size <= 1 else _MIDDLE + math.log10(size), seconds)


def _row(row: Row, line: Timeline, axis: _Axis, speech: Speech) -> str:
    gaps = [gap for gap in line.gaps if row.key == f"word.service.{gap.service}"]
    bars = "".join(_run(run, axis, speech) for run in row.runs)
    bars += "".join(_gap(gap, line, axis, speech) for gap in gaps)
    for at, accepted in row.asked:
        colour, sign = ("good", "○") if accepted else ("bad", "✕")
        bars += f'<b class="mnc-line-asked mnc-{colour}" style="left:{axis.place(at)}%">{sign}</b>'
    lines = f'<i class="mnc-line-turn" style="left:{axis.of(0)}%"></i>' if line.until > line.at else ""
    return (
        f'<div class="mnc-line-row"><div class="mnc-line-who">{speech.html(row.key)}</div>'
        f'<div class="mnc-line-track">{bars}{lines}</div></div>'
    )


def _run(run: Run, axis: _Axis, speech: Speech) -> str:
    said = dict.fromkeys(speech.line(run.belief.said).split("  "))
    words = "".join(f"<span>{escape(each)}</span>" for each in said)
    return (
        f'<span class="mnc-line-run mnc-run-{run.belief.colour}" style="{_extent(run, axis)}" '
        f'title="{escape(" · ".join(said))}"><span>{run.belief.sign}</span>{words}</span>'
    )


def _gap(gap: Gap, line: Timeline, axis: _Axis, speech: Speech) -> str:
    kind = speech.line(f"word.timeline.gap_{gap.kind}")
    more = "≥ " if gap.ends >= line.until else ""
    spans = dict.fromkeys(more + Span(gap.ends - gap.begins).in_language(each) for each in speech.languages)
    words = "".join(f"<b>{escape(span)}</b>" for span in spans)
    return f'<span class="mnc-line-gap" style="{_extent(gap, axis)}" title="{escape(kind)}">{words}</span>'


def _extent(span: Run | Gap, axis: _Axis) -> str:
    left, right = axis.place(span.begins), axis.place(span.ends)
    return f"left:{left}%;width:{right - left:.2f}%"


def _ticks(axis: _Axis, language: str) -> Iterator[str]:
    """What is written below, from left to right; no label lies over another, and on a telephone there are fewer."""
    wide, narrow = (_apart(axis, language, pixels) for pixels in (_WIDE, _NARROW))
    for seconds in sorted(wide):
        kind = "" if seconds in narrow else ' class="mnc-line-if-wide"'
        yield f'<span{kind} style="left:{axis.of(seconds)}%">{escape(_label(seconds, language))}</span>'


def _apart(axis: _Axis, language: str, pixels: int) -> set[float]:
    """The ticks whose labels have room beside each other on so many pixels."""
    taken: dict[float, tuple[float, float]] = {}
    for seconds in axis.ticks():
        half = (columns(_label(seconds, language)) + 1) * _LETTER / 2
        middle = min(max(axis.of(seconds) * pixels / 100, half), pixels - half)
        if all(middle + half <= left or right <= middle - half for left, right in taken.values()):
            taken[seconds] = middle - half, middle + half
    return set(taken)


def _label(seconds: float, language: str) -> str:
    said = Span(timedelta(seconds=abs(seconds))).in_language(language) if seconds else "0"
    return f"−{said}" if seconds < 0 else said
