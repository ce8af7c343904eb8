"""The picture of a timeline: true to scale, never by colour alone, the same octets each time, its words beside it."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle

from myna_lab import Lab, stories
from myna_lab.errors import MisuseError
from myna_lab.texts import LANGUAGES, text
from myna_lab.widgets import timeline_picture, timeline_svg


@pytest.fixture(scope="module")
def played() -> stories.Played:
    """The five minutes: a gap from the issue to the activation."""
    return stories.play(Lab(seed=7), "five_minutes")


def test_the_axis_is_true_to_scale(played: stories.Played) -> None:
    """A symmetric logarithm of the seconds from the turn: a bar of five minutes ends at 300, the axis after a day."""
    (axes,) = timeline_picture(played).axes
    assert axes.get_xscale() == "symlog"
    assert axes.get_xlim()[1] == 86400
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 300)]
    plt.close("all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gap_is_hatched_and_said(played: stories.Played, language: str) -> None:
    """Hatched, named in the legend, and its length stands on it; the number is above the rows."""
    (axes,) = timeline_picture(played, language).axes
    legend = axes.get_legend()
    assert legend is not None
    assert text("word.timeline.gap_waiting", language) in [said.get_text() for said in legend.get_texts()]
    shown = [said.get_text() for said in axes.texts]
    assert any("5 min" in said or "5分" in said for said in shown)
    assert played.timeline().number(language) in shown
    plt.close("all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ticks_are_in_plain_units(played: stories.Played, language: str) -> None:
    """Seconds, minutes, hours and a day, in the picture's language."""
    (axes,) = timeline_picture(played, language).axes
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    wanted = ["10 s", "5 min", "15 min", "1 h", "1 d"] if language == "en" else ["10秒", "5分", "15分", "1時間", "1日"]
    assert set(wanted) <= set(ticks)
    plt.close("all")


def test_no_labels_lie_over_each_other() -> None:
    """Ticks on both sides of the turn keep apart, in both languages."""
    for language in LANGUAGES:
        figure = timeline_picture(stories.play(Lab(seed=7), "new_android_iphone_offline"), language)
        figure.canvas.draw()
        boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
        boxes.sort(key=lambda box: box.x0)
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
        plt.close(figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_svg_carries_its_words(played: stories.Played, language: str) -> None:
    """Well-formed, the same twice, in the page's own ink, and its description is the timeline in words."""
    one, two = timeline_svg(played, language), timeline_svg(played, language)
    assert one == two
    assert "currentColor" in one and "#727c8f" not in one  # a pale grey is none of a page's inks
    root = ET.fromstring(one)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("lang")) == ("img", "t d", language)
    found = re.search(r'<desc id="d">(.*?)</desc>', one, re.DOTALL)
    assert found is not None
    assert html.unescape(found[1]) == played.timeline().in_language(language)


def test_a_timeline_is_drawn_too(played: stories.Played) -> None:
    """The timeline itself serves as well as the story."""
    assert timeline_svg(played.timeline()) == timeline_svg(played)


def test_the_picture_speaks_the_timelines_language(played: stories.Played) -> None:
    """Japanese for a Japanese timeline, English where it speaks both, unless something else is asked for."""
    assert timeline_svg(played.timeline("ja")) == timeline_svg(played, "ja")
    assert timeline_svg(played.timeline()) == timeline_svg(played.timeline("ja"), "en")


def test_something_else_is_refused() -> None:
    """The error says what can be drawn."""
    with pytest.raises(MisuseError, match="a story that was played, or its timeline"):
        timeline_picture("five_minutes")  # type: ignore[arg-type]
