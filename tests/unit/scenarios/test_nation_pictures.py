"""Pictures by their data, not by their pixels; the command that writes them."""

from __future__ import annotations

import warnings
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from myna_lab import scenarios
from myna_lab.cli.main import main
from myna_lab.errors import MisuseError
from myna_lab.scenarios.pictures import bands, cost_curve
from myna_lab.scenarios.telling import rules_of, table_of

STUDY = scenarios.nation(holders=4000, days=60, seed=2, runs=3)
RESULT = STUDY.run()
RULES = STUDY.compare({"today": {}, "no gap": {"activation_delay": "0s"}})


def caption(picture: object) -> str:
    """The sentence below a picture."""
    return picture._supxlabel.get_text()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_both_bands_are_drawn_and_the_wider_is_named(language: str) -> None:
    """Of each figure the assumptions' band, chance's band and the median; the caption names the wider."""
    picture = RESULT.plot(["phones", "unrenewed"], language)
    for axes, name in zip(picture.axes, ["phones", "unrenewed"], strict=True):
        row = RESULT.summary.loc[name]
        drawn = [list(line.get_xdata()) for line in axes.lines]
        assert drawn == [[row["assumed_low"], row["assumed_high"]], [row["low"], row["high"]], [row["value"]]]
    words = {"ja": ("偶然（3回", "仮定による幅の方が広い"), "en": ("3 runs", "The assumptions' band is the wider one")}
    assert all(part in caption(picture) for part in words[language])


def test_rules_are_drawn_side_by_side() -> None:
    """A panel for each figure, a row for each set of rules, in their order."""
    picture = RULES.plot(["gap_refusals"], "en")
    (axes,) = picture.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["today", "no gap"]
    assert [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1] == [
        RULES["today"].figures["gap_refusals"],
        0.0,
    ]


def test_a_tornado_is_coloured_by_mark() -> None:
    """The widest bar is on top, each has its mark's colour, the caption says that the chance is shared."""
    found = STUDY.sensitivity("phones", parameters=["phone_able", "phone_changes_a_year"], marks=["assumed", "derived"])
    (axes,) = found.plot(language="en").axes
    bars = [patch for patch in axes.patches if patch.get_width()]
    assert len(bars) == 2 and bars[1].get_width() > bars[0].get_width()
    assert bars[0].get_facecolor() != bars[1].get_facecolor()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["derived", "assumed"]
    ends = [word.get_text().strip() for word in axes.texts]
    assert ends == ["0.35", "0.15", "0.4", "0.9"], "few changes leave more phones; the lower figure is on the left"
    assert "same chance" in caption(axes.figure)


def test_a_curve_has_a_point_for_each_value() -> None:
    """Points are the figures of the sweep, named by the values."""
    sweep = STUDY.sweep("crl_period", ["6h", "1d"])
    (axes,) = sweep.curve("list_gigabytes_a_day", "accepted_minutes_crl", "en").axes
    assert list(axes.lines[-1].get_ydata()) == sweep.table["list_gigabytes_a_day"].tolist()
    assert {text.get_text() for text in axes.texts} == {"6h", "1d"}
    assert [list(line.get_xdata()) for line in axes.lines[:3:2]] == [
        [sweep["6h"].summary.loc["accepted_minutes_crl", end] for end in ends]
        for ends in (("assumed_low", "assumed_high"), ("low", "high"))
    ]


def test_words_at_close_points_do_not_lie_over_each_other() -> None:
    """Six values within a hundredth of the picture's width, and one far away: no two words overlap."""
    row = {"assumed_low": 0.0, "assumed_high": 9e6, "low": 1.0, "high": 1.0, "wider": "assumptions"}
    ends = pd.DataFrame({"ocsp_requests": row, "accepted_minutes_ocsp": row}).T
    values = {f"{n}min": ends.assign(value=1e6 + n * 1e4) for n in range(6)} | {"1d": ends.assign(value=8e6)}
    drawn = cost_curve("ocsp_refresh", values, 3, "ocsp_requests", "accepted_minutes_ocsp", "en")
    FigureCanvasAgg(drawn).draw()
    boxes = [Text.get_window_extent(word) for word in drawn.axes[0].texts]  # without the line to its point
    assert len(boxes) == 7
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]


@pytest.mark.parametrize(("language", "words"), [("ja", ["500万", "0"]), ("en", ["5 million", "0"])])
def test_large_numbers_are_said_as_people_say_them(language: str, words: list[str]) -> None:
    """No power of ten on an axis: 500万, 5 million."""
    row = {"assumed_low": 0.0, "assumed_high": 9e6, "low": 1.0, "high": 1.0, "value": 5e6, "wider": "assumptions"}
    (axes,) = bands(pd.DataFrame({"phones": row}).T, 3, ["phones"], language).axes
    said = axes.xaxis.get_major_formatter()
    assert [said(5e6), said(0)] == words and said(2.5e8) in ("2.5億", "250 million") and said(0.25) == "0.25"


def test_one_run_is_not_said_to_have_a_band_of_chance() -> None:
    """With one run the caption says so, and names no wider band."""
    summary = RESULT.summary.assign(low=float("nan"), high=float("nan"), wider="")
    words = caption(bands(summary, 1, ["phones"], "en"))
    assert "without a band of chance" in words and "wider" not in words


def test_the_calibration_shows_before_and_after() -> None:
    """A point for each count before and after, over the published value."""
    found = STUDY.calibrate(None, ["first_cards_a_year"], held_out=["2025-10-31"], holders=2000, tries=1)
    (axes,) = found.plot("ja").axes
    assert list(axes.lines[0].get_xdata()) == (1 + found.table["error_before"][::-1]).tolist()
    assert list(axes.lines[1].get_xdata()) == (1 + found.table["error_after"][::-1]).tolist()


def test_a_picture_shows_itself_without_a_warning() -> None:
    """PNG for a notebook, the same bytes twice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a machine without Japanese fonts says so
        octets = RESULT.plot(["phones"])._repr_png_()
        assert octets.startswith(b"\x89PNG") and RESULT.plot(["phones"])._repr_png_() == octets


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: RESULT.plot(["happiness"]), "a figure is one of"),
        (lambda: RESULT.plot(language="fr"), "a language is one of"),
        (lambda: rules_of(["ocsp_refresh"]), "--vary is NAME=VALUE"),
    ],
)
def test_impossible_pictures_are_refused(ask: object, words: str) -> None:
    """An unknown figure or language, and a rule without a value."""
    with pytest.raises(MisuseError, match=words):
        ask()  # type: ignore[operator]


def test_rules_of_the_command_line() -> None:
    """Each value of each parameter is a set of rules by itself, beside today's."""
    assert rules_of(["ocsp_refresh=5min,1h", "added_again=0.9"]) == {
        "today": {},
        "ocsp_refresh=5min": {"ocsp_refresh": "5min"},
        "ocsp_refresh=1h": {"ocsp_refresh": "1h"},
        "added_again=0.9": {"added_again": "0.9"},
    }


def test_the_table_has_a_line_for_each_figure() -> None:
    """Columns line up, wide letters counting twice."""
    lines = list(table_of(RULES, "en"))
    assert len({len(line) for line in lines}) == 1 and len(lines) == 1 + len(RESULT.summary)
    assert any("gap" in line or "eager" in line for line in lines)


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    """A table on the screen; in the folder workbooks that can be read back, and pictures."""
    words = ["scenario", "--holders", "2000", "--years", "0.02", "--runs", "1", "--vary", "crl_period=1h", "--english"]
    answer = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "new")])
    assert answer.exit_code == 0, answer.output
    assert "crl_period=1h" in answer.output and "dead passes in wallets at the end [phones]" in answer.output
    files = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert files == ["nation.png", "nation.xlsx", "rules.png", "rules.xlsx"]
    assert scenarios.read(tmp_path / "new" / "nation.xlsx").about["holders"] == "2000"
    assert pd.read_excel(tmp_path / "new" / "rules.xlsx").columns.tolist() == [
        "figure",
        "unit",
        "today",
        "crl_period=1h",
    ]


def test_the_command_says_what_is_wrong() -> None:
    """One sentence, no traceback."""
    answer = CliRunner().invoke(main, ["scenario", "--holders", "10", "--vary", "moves=3"])
    assert answer.exit_code == 1 and answer.output.startswith("Error: there is no parameter 'moves'")
