"""The picture of a timeline: one row a knower, seconds to a day around one instant on one axis, and the gap.

The same in words is the timeline itself, ``print(story.timeline())``; the SVG carries it as its description.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from myna_lab.analysis.timeline import DAY, Gap, Row, Run, Timeline
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import duration
from myna_lab.stories.playing import Played
from myna_lab.texts import LANGUAGES, text
from myna_lab.texts.terms import Span, Term
from myna_lab.widgets.pictures_jpki import fonts

if TYPE_CHECKING:
    from datetime import datetime

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["timeline_picture", "timeline_svg"]

_COLOURS = {"good": "#15703f", "bad": "#b3261e", "wait": "#8a5a00", "idle": "#6b7485"}
"""What is said to its colour; a sign and a word say it, too."""
_INK = "#727c8f"
"""Reads on light and dark alike."""
_GAP = "#ffd54a"
_HATCHED: dict[str, Any] = {"facecolor": "none", "edgecolor": _GAP, "hatch": "////", "linewidth": 2}
_TICKS = ("1s", "10s", "1min", "5min", "15min", "1h", "6h", "1d")
_TICKS_BEFORE = ("1d", "6h", "1h", "10min", "1min", "10s", "1s")
_MARKS = {True: ("o", "good"), False: ("X", "bad")}
"""Whether a service accepted, to the mark of its answer and the mark's colour."""
_WIDTH, _ROW, _LEFT = 10.0, 0.46, 1.9
_FONT = 8.0


def timeline_picture(what: Played | Timeline, language: str = "") -> Figure:
    """Draw a timeline.

    タイムラインの図。

    Args:
        what: a story that was played, or its timeline.
        language: ``ja`` or ``en``; for ``ja`` a Japanese font is needed, see ``myna-lab doctor``. Empty: the
            timeline's own, or English if it speaks both.

    Returns:
        The figure; the timeline itself has the same in words.

    Raises:
        MisuseError: something else, or another language.
    """
    import matplotlib.pyplot as plt

    line, said = _of(what, language)
    with plt.rc_context({"font.family": fonts(said), "text.color": _INK, "axes.edgecolor": _INK}):
        return _drawn(line, said)


def _of(what: Played | Timeline, language: str) -> tuple[Timeline, str]:
    """The timeline, and in which language it is drawn."""
    line = what.timeline() if isinstance(what, Played) else what
    if not isinstance(line, Timeline):
        raise MisuseError(f"a story that was played, or its timeline, is drawn; got {shown(what)}.", code="no_timeline")
    own = line.language if line.language in LANGUAGES else "en"
    return line, one_of("a language", language or own, LANGUAGES, code="unknown_language")


def timeline_svg(what: Played | Timeline, language: str = "") -> str:
    """The picture as SVG, the same octets each time, with its words for those who cannot see it.

    Args, Raises: as :func:`timeline_picture`.
    """
    import matplotlib.pyplot as plt

    line, said = _of(what, language)
    figure, out = timeline_picture(line, said), StringIO()
    with plt.rc_context({"svg.hashsalt": "myna_lab", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    plt.close(figure)
    drawn = out.getvalue().replace(_INK, "currentColor")  # a page has an ink of its own
    begins = drawn.index("<svg ")
    ends = drawn.index(">", begins) + 1
    title, words = escape(line.title(said)), escape(line.in_language(said))
    opening = drawn[begins : ends - 1] + f' role="img" lang="{said}" aria-labelledby="t d">'
    return f'{opening}<title id="t">{title}</title><desc id="d">{words}</desc>{drawn[ends:]}'


def _drawn(line: Timeline, language: str) -> Figure:
    import matplotlib.pyplot as plt

    height = 1.6 + _ROW * len(line.rows)
    figure, axes = plt.subplots(figsize=(_WIDTH, height))
    figure.subplots_adjust(left=_LEFT / _WIDTH, right=0.985, bottom=0.85 / height, top=1 - 0.75 / height)
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    day = DAY.total_seconds()
    earliest = min(_seconds(line, run.begins) for row in line.rows for run in row.runs)
    axes.set_xlim(max(earliest * 1.6, -day) if earliest < 0 else -1, day)
    axes.set_ylim(len(line.rows) - 0.4, -0.6)
    for place, row in enumerate(line.rows):
        gaps = [gap for gap in line.gaps if row.key == f"word.service.{gap.service}"]
        for run in row.runs:
            _run(axes, line, run, place, [gap.begins for gap in gaps], language)
        for gap in gaps:
            _gap(axes, line, gap, place, language)
        _asked(axes, line, row, place)
    axes.axvline(0, color=_INK, linewidth=1, linestyle=(0, (2, 2)))
    _labels(axes, line, language)
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    return figure


def _seconds(line: Timeline, at: datetime) -> float:
    return (at - line.at).total_seconds()


def _run(axes: Axes, line: Timeline, run: Run, place: int, gaps: Sequence[datetime], language: str) -> None:
    """A bar, with what is said; a gap in it has words of its own."""
    colour = _COLOURS[run.belief.colour]
    begins, ends = _seconds(line, run.begins), _seconds(line, run.ends)
    axes.barh(place, ends - begins, left=begins, height=0.66, color=colour, edgecolor="white", linewidth=0.8)
    words = f"{run.belief.sign} {Term(run.belief.said).in_language(language)}"
    free = min((_seconds(line, gap) for gap in gaps if run.begins <= gap < run.ends), default=ends)
    _words(axes, begins, free, place, (words, run.belief.sign), color="white")


def _gap(axes: Axes, line: Timeline, gap: Gap, place: int, language: str) -> None:
    """Hatched over the service's row, with how long it lasted."""
    begins, ends = _seconds(line, gap.begins), _seconds(line, gap.ends)
    axes.barh(place, ends - begins, left=begins, height=0.84, **_HATCHED)
    span = ("≥ " if gap.ends >= line.until else "") + Span(gap.ends - gap.begins).in_language(language)
    kind = text(f"word.timeline.gap_{gap.kind}", language)
    label = {"color": "black", "backgroundcolor": _GAP, "fontweight": "bold"}
    _words(axes, begins, ends, place, (f"{kind} {span}", span, ""), **label)


def _words(axes: Axes, begins: float, ends: float, place: int, ways: Sequence[str], **look: Any) -> None:
    """The longest of several ways to say something that has room between two instants, in the middle of them."""
    scale = axes.transData.transform
    left, right = (scale((max(at, axes.get_xlim()[0]), place))[0] for at in (begins, ends))
    room = (right - left) / axes.figure.dpi * 72 - 6
    fitting = next((said for said in ways if _points(said) <= room), "")
    middle = axes.transData.inverted().transform(((left + right) / 2, 0))[0]
    if fitting:
        axes.text(middle, place, fitting, ha="center", va="center", fontsize=_FONT, **look)


def _points(words: str) -> float:
    """How wide a text is, in points."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.58 for sign in words) * _FONT


def _asked(axes: Axes, line: Timeline, row: Row, place: int) -> None:
    """A mark below a service's row for each time that it was really asked."""
    for at, accepted in row.asked:
        marker, colour = _MARKS[accepted]
        look: dict[str, Any] = {"color": _COLOURS[colour], "markersize": 6, "markeredgecolor": "white", "zorder": 5}
        axes.plot(_seconds(line, at), place + 0.4, marker, **look)


def _labels(axes: Axes, line: Timeline, language: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    axes.set_yticks(range(len(line.rows)), [text(row.key, language) for row in line.rows], fontsize=9)
    axes.tick_params(axis="y", length=0)
    left, _ = axes.get_xlim()
    ticks = [duration(tick).total_seconds() for tick in _TICKS]
    before = (-duration(tick).total_seconds() for tick in _TICKS_BEFORE)
    places = [*(tick for tick in before if tick >= left), 0, *ticks]
    axes.set_xticks(places, [_tick(place, language) for place in places], rotation=0, fontsize=7.5)
    axes.minorticks_off()
    axes.tick_params(colors=_INK)
    axes.set_xlabel(text("word.timeline.axis", language), color=_INK, fontsize=7.5)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.set_title(line.title(language), loc="left", fontsize=9, pad=24)
    above: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(line.number(language), (0, 1), (0, 6), fontsize=11, fontweight="bold", **above)
    kinds = dict.fromkeys(gap.kind for gap in line.gaps)
    marks: list[Patch | Line2D] = [
        Patch(label=text(f"word.timeline.gap_{kind}", language), **_HATCHED) for kind in kinds
    ]
    for accepted in sorted({accepted for row in line.rows for _, accepted in row.asked}, reverse=True):
        marker, colour = _MARKS[accepted]
        label = text(f"word.timeline.asked_{'yes' if accepted else 'no'}", language)
        marks.append(Line2D([], [], linestyle="", marker=marker, color=_COLOURS[colour], label=label))
    if marks:
        axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, -0.5 / (_ROW * len(line.rows))),
                    ncols=len(marks), frameon=False, fontsize=7.5)  # fmt: skip


def _tick(seconds: float, language: str) -> str:
    if not seconds:
        return "0"
    sign = "−" if seconds < 0 else ""
    return sign + Span(timedelta(seconds=abs(seconds))).in_language(language)
