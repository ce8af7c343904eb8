"""Pictures of answers, by matplotlib, which is loaded when one is asked for; captions in Japanese or English.

No picture shows the interval of chance alone: the range over the assumptions is beside it, and the caption says
which of the two is wider. Colours are told apart without colour sight; letters can be read from the back of a room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from myna_lab.ground.arguments import one_of
from myna_lab.ground.extras import part_of_workbench
from myna_lab.scenarios.figures import FIGURES, unit
from myna_lab.texts import LANGUAGES, text
from myna_lab.texts.fonts import JAPANESE_FONTS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Figure

__all__ = ["bands", "before_and_after", "cost_curve", "side_by_side", "tornado"]

_USUAL = ("gap_refusals", "accepted_minutes_ocsp", "dead_passes", "clinic_refused", "window_visits", "list_entries")
_SHORT = ("gap_refusals_per_1000", "accepted_minutes_ocsp", "accepted_minutes_crl", "ocsp_requests")
_MARKS = {"assumed": "#d55e00", "reported": "#e69f00", "derived": "#56b4e9", "confirmed": "#009e73"}
_CHANCE, _ASSUMED, _BEFORE = "#0072b2", "#f0b48a", "#999999"


@cache
def _kind() -> type[Figure]:
    """A figure that a notebook shows, and no window."""
    with part_of_workbench("a picture"):
        from matplotlib.figure import Figure as Drawn

    class Picture(Drawn):
        """Shows itself in a notebook; saved twice it gives the same bytes."""

        def _repr_png_(self) -> bytes:
            octets = BytesIO()
            self.savefig(octets, dpi=90, metadata={"Software": None})
            return octets.getvalue()

    return Picture


@contextmanager
def _drawing(width: float, height: float, language: str) -> Iterator[tuple[Figure, Any]]:
    """A figure with letters for Japanese."""
    one_of("a language", language, LANGUAGES, code="unknown_language")
    kind = _kind()
    import matplotlib as mpl
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [*[name for name in JAPANESE_FONTS if name in there][:1], "DejaVu Sans"]
    settings: Any = {"font.family": fonts, "font.size": 12}
    with mpl.rc_context(settings | dict.fromkeys(("axes.spines.top", "axes.spines.right"), False)):
        drawn = kind(figsize=(width, height), layout="constrained")
        yield drawn, drawn.subplots


def _number(language: str) -> Callable[[float, int], str]:
    """Numbers on an axis as people say them: 120万 · 1.2 million."""
    steps = ((1e8, "億"), (1e4, "万")) if language == "ja" else ((1e9, " billion"), (1e6, " million"))

    def said(x: float, place: int) -> str:
        for size, word in steps:
            if abs(x) >= size:
                return f"{x / size:,.6g}{word}"
        return f"{x:,.6g}"

    return said


def _caption(drawn: Figure, key: str, language: str, **values: object) -> None:
    drawn.supxlabel(text(f"nation.{key}", language, **values), fontsize=11)


def _bands_caption(
    drawn: Figure, summaries: Sequence[pd.DataFrame], figures: Sequence[str], runs: int, language: str
) -> None:
    """What the bands are, and which of the two is wider."""
    kinds = {str(summary.loc[figure, "wider"]) for summary in summaries for figure in figures} - {""}
    wider = text(f"nation.wider_{kinds.pop() if len(kinds) == 1 else 'differs'}", language) if kinds else ""
    if runs > 1:
        _caption(drawn, "bands", language, wider=wider, runs=runs)
    else:
        _caption(drawn, "one_band", language)


def _name(figure: str, language: str) -> str:
    row = FIGURES[figure]
    return f"{row.ja if language == 'ja' else row.en} [{unit(row.unit, language)}]"


def _names(figures: Sequence[str]) -> list[str]:
    """Names of figures; a single one may be given without a list."""
    several = [figures] if isinstance(figures, str) else figures
    return [one_of("a figure", name, FIGURES, code="unknown_figure") for name in several]


def _bar(axes: Axes, row: Any, at: float) -> None:
    axes.plot([row["assumed_low"], row["assumed_high"]], [at, at], color=_ASSUMED, lw=9, solid_capstyle="butt")
    axes.plot([row["low"], row["high"]], [at, at], color=_CHANCE, lw=4, solid_capstyle="butt")
    axes.plot([row["value"]], [at], "o", color="black", ms=6)


def bands(summary: pd.DataFrame, runs: int, figures: Sequence[str] | None = None, language: str = "ja") -> Figure:
    """Figures of one summary, each on its own scale, with both bands.

    Args:
        summary: of a result.
        runs: how many runs the band of chance is of.
        figures: which ones; None: a usual choice.
        language: of the words.
    """
    names = _names(figures or _USUAL)
    with _drawing(9, 0.9 * len(names) + 1.4, language) as (drawn, subplots):
        rows = np.atleast_1d(subplots(len(names), 1))
        for axes, name in zip(rows, names, strict=True):
            _bar(axes, summary.loc[name], 0)
            axes.set_title(_name(name, language), loc="left", fontsize=12)
            axes.xaxis.set_major_formatter(_number(language))
            axes.set_yticks([])
            axes.set_xlim(left=0)
        _bands_caption(drawn, [summary], names, runs, language)
    return drawn


def side_by_side(
    summaries: Mapping[str, pd.DataFrame], runs: int, figures: Sequence[str] | None = None, language: str = "ja"
) -> Figure:
    """Figures under several sets of rules; arguments as for :func:`bands`, summaries by the rules' names."""
    names = _names(figures or _SHORT)
    rules = list(summaries)
    with _drawing(9, len(names) * (0.4 * len(rules) + 0.7) + 1.2, language) as (drawn, subplots):
        for axes, name in zip(np.atleast_1d(subplots(len(names), 1)), names, strict=True):
            for place, rule in enumerate(rules):
                _bar(axes, summaries[rule].loc[name], place)
            axes.set_yticks(range(len(rules)), rules)
            axes.set_ylim(len(rules) - 0.5, -0.5)
            axes.xaxis.set_major_formatter(_number(language))
            axes.set_title(_name(name, language), loc="left", fontsize=12)
            axes.set_xlim(left=0)
        _bands_caption(drawn, list(summaries.values()), names, runs, language)
    return drawn


def tornado(figure: str, value: float, table: pd.DataFrame, most: int = 12, language: str = "ja") -> Figure:
    """The parameters that move a figure most, the first on top, coloured by mark.

    Args:
        figure: its name.
        value: of the figure, with all parameters as they are.
        table: of a sensitivity.
        most: how many parameters.
        language: of the words.
    """
    table = table.head(most).iloc[::-1]
    with _drawing(9, 0.42 * len(table) + 1.8, language) as (drawn, subplots):
        axes = subplots()
        for place, (_, row) in enumerate(table.iterrows()):
            (lowest, at_lowest), (highest, at_highest) = sorted(
                ((row["figure_low"], row["low"]), (row["figure_high"], row["high"])), key=lambda end: end[0]
            )
            axes.barh(place, highest - lowest, left=lowest, color=_MARKS[str(row["mark"])])
            axes.text(lowest, place, f"{at_lowest} ", va="center", ha="right", fontsize=10)
            axes.text(highest, place, f" {at_highest}", va="center", fontsize=10)
        axes.axvline(value, color="black", lw=1)
        axes.set_yticks(range(len(table)), list(table.index))
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(_number(language))
        axes.margins(x=0.15)
        axes.set_title(_name(figure, language), loc="left")
        marks = dict.fromkeys(str(mark) for mark in table["mark"])
        axes.legend([axes.barh(0, 0, color=_MARKS[mark]) for mark in marks], list(marks), loc="lower right")
        _caption(drawn, "tornado", language)
    return drawn


def cost_curve(
    parameter: str, summaries: Mapping[str, pd.DataFrame], runs: int, cost: str, against: str, language: str = "ja"
) -> Figure:
    """One figure against another, a point for each value of the parameter; summaries by the values."""
    for name in (cost, against):
        one_of("a figure", name, FIGURES, code="unknown_figure")
    with _drawing(8, 5, language) as (drawn, subplots):
        axes = subplots()
        for summary in summaries.values():
            x, y = summary.loc[against], summary.loc[cost]
            for low, high, colour, width in (("assumed_low", "assumed_high", _ASSUMED, 6), ("low", "high", _CHANCE, 3)):
                axes.plot([x[low], x[high]], [y["value"]] * 2, color=colour, lw=width, solid_capstyle="butt")
                axes.plot([x["value"]] * 2, [y[low], y[high]], color=colour, lw=width, solid_capstyle="butt")
        places = [(float(s["value"][against]), float(s["value"][cost])) for s in summaries.values()]
        axes.plot(*zip(*places, strict=True), "o-", color="black", lw=1)
        axes.margins(0.1)
        _label(axes, list(summaries), places)
        axes.xaxis.set_major_formatter(_number(language))
        axes.yaxis.set_major_formatter(_number(language))
        axes.set_xlabel(_name(against, language))
        axes.set_ylabel(_name(cost, language))
        axes.set_title(parameter, loc="left")
        _bands_caption(drawn, list(summaries.values()), [cost, against], runs, language)
    return drawn


def _label(axes: Axes, words: Sequence[str], places: Sequence[tuple[float, float]]) -> None:
    """A word at each point; where points are close, each a line higher than the one before."""
    wide, high = np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())
    height, last = 0, (np.inf, np.inf)
    for word, place in sorted(zip(words, places, strict=True), key=lambda one: one[1]):
        close = abs(place[0] - last[0]) < wide / 10 and abs(place[1] - last[1]) < high / 10
        height, last = (height + 1 if close else 0), place
        axes.annotate(
            word, place, xytext=(10, 10 + 18 * height), textcoords="offset points",
            arrowprops={"arrowstyle": "-", "lw": 0.6}, bbox={"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8},
        )  # fmt: skip


def before_and_after(table: pd.DataFrame, language: str = "ja") -> Figure:
    """The model over each count of a calibration, before and after: 1 is what was counted."""
    table = table.iloc[::-1]
    with _drawing(9, 0.34 * len(table) + 1.6, language) as (drawn, subplots):
        axes = subplots()
        places = np.arange(len(table))
        axes.plot(1 + table["error_before"], places, "s", color=_BEFORE, ms=8, label=text("nation.before", language))
        axes.plot(1 + table["error_after"], places, "o", color=_CHANCE, ms=8, label=text("nation.after", language))
        held = table["held_out"].to_numpy()
        axes.plot(1 + table["error_after"][held], places[held], "o", mfc="white", mec=_CHANCE, ms=8,
                  label=text("nation.held_out", language))  # fmt: skip
        axes.axvline(1, color="black", lw=1)
        axes.set_yticks(places, [f"{row.series} {row.date:%Y-%m-%d}" for row in table.itertuples()], fontsize=9)
        axes.legend()
        _caption(drawn, "calibration", language)
    return drawn
