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

__all__ = ["growing_timeline"]

_TICKS = ("10s", "1min", "5min", "15min", "1h", "6h", "1d")
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
    ticks = "".join(_tick(seconds, axis, speech) for seconds in axis.ticks())
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
        """Seconds from the turn at which something is written below."""
        steps = [duration(tick).total_seconds() for tick in _TICKS]
        yield from (-step for step in reversed(steps) if _scaled(-step) >= self._left)
        yield from (0, *steps)


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
    said = " · ".join(dict.fromkeys(speech.line(run.belief.said).split("  ")))
    return (
        f'<span class="mnc-line-run mnc-run-{run.belief.colour}" style="{_extent(run, axis)}" title="{escape(said)}">'
        f"{run.belief.sign} {escape(said)}</span>"
    )


def _gap(gap: Gap, line: Timeline, axis: _Axis, speech: Speech) -> str:
    kind = speech.line(f"word.timeline.gap_{gap.kind}")
    more = "≥ " if gap.ends >= line.until else ""
    span = " · ".join(dict.fromkeys(more + Span(gap.ends - gap.begins).in_language(each) for each in speech.languages))
    return (
        f'<span class="mnc-line-gap" style="{_extent(gap, axis)}" title="{escape(kind)}"><b>{escape(span)}</b></span>'
    )


def _extent(span: Run | Gap, axis: _Axis) -> str:
    left, right = axis.place(span.begins), axis.place(span.ends)
    return f"left:{left}%;width:{right - left:.2f}%"


def _tick(seconds: float, axis: _Axis, speech: Speech) -> str:
    language = speech.languages[0]
    said = Span(timedelta(seconds=abs(seconds))).in_language(language) if seconds else "0"
    sign = "−" if seconds < 0 else ""
    return f'<span style="left:{axis.of(seconds)}%">{sign}{escape(said)}</span>'
