"""Pictures of a study, by matplotlib, which is loaded when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from myna_lab.ground.arguments import one_of
from myna_lab.ground.axes import plain
from myna_lab.ground.extras import part_of_workbench
from myna_lab.studies.figures import FIGURES
from myna_lab.studies.result import Result
from myna_lab.texts import LANGUAGES, text
from myna_lab.texts.fonts import JAPANESE_FONTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn

__all__ = ["side_by_side"]

_USUAL = ("gap_refusals_per_1000", "wrong_acceptances", "exposure_median", "exposure_p95", "exposure_longest")
_LINE = "#0072b2"


@cache
def _kind() -> type[Drawn]:
    """A figure that a notebook shows, and no window."""
    with part_of_workbench("a picture"):
        from matplotlib.figure import Figure

    class Picture(Figure):
        """Shows itself in a notebook; saved twice it gives the same bytes."""

        def _repr_png_(self) -> bytes:
            octets = BytesIO()
            self.savefig(octets, dpi=90, metadata={"Software": None})
            return octets.getvalue()

    return Picture


def side_by_side(results: Mapping[str, Result], figures: Sequence[str] | None, language: str) -> Drawn:
    """Figures under several sets of rules, each on its own scale: a point, and its interval as a line."""
    one_of("a language", language, LANGUAGES, code="unknown_language")
    names = [one_of("a figure", name, FIGURES, code="unknown_figure") for name in figures or _USUAL]
    kind, rules = _kind(), list(results)
    import matplotlib as mpl
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [*[name for name in JAPANESE_FONTS if name in there][:1], "DejaVu Sans"]
    settings: Any = {"font.family": fonts, "font.size": 12, "axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(settings):
        drawn = kind(figsize=(9, len(names) * (0.4 * len(rules) + 0.7) + 1.0), layout="constrained")
        for axes, name in zip(drawn.subplots(len(names), 1, squeeze=False)[:, 0], names, strict=True):
            for place, rule in enumerate(rules):
                row = results[rule].summary.loc[name]
                axes.plot([row["low"], row["high"]], [place, place], color=_LINE, lw=4, solid_capstyle="butt")
                axes.plot([row["value"]], [place], "o", color="black", ms=6)
            axes.set_yticks(range(len(rules)), rules)
            axes.set_ylim(len(rules) - 0.5, -0.5)
            axes.xaxis.set_major_formatter(plain)
            axes.set_title(f"{text(f'study.figure.{name}', language)} [{FIGURES[name].unit}]", loc="left", fontsize=12)
            axes.set_xlim(left=0)
        about = next(iter(results.values())).about
        values = {name: about[name] for name in ("holders", "days_done", "seed")}
        drawn.supxlabel(text("study.caption", language, **values), fontsize=11)
    return drawn
