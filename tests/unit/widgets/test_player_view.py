"""The story player: every act can be shown; the timeline ends at the act; the scale stops at questions."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab, stories
from myna_lab.texts.speech import Speech
from myna_lab.widgets import player
from myna_lab.widgets.growing import growing_timeline


@pytest.mark.parametrize("name", [name for name in stories.names() if name != "counter_day"])
def test_each_act_is_shown(name: str) -> None:
    """Act by act news, panel and timeline follow; the words of the drawing are there for who does not see it."""
    view = player(Lab(seed=3), name, "en")
    for step in view.telling.played.steps:
        view.forward.click()
        assert f"{step.at:%H:%M:%S}" in view.what.value and f"act {step.number} of" in view.what.value
        assert "Nothing has happened yet" not in view.tabs.panel.value
        assert "{" not in re.sub(r'onload="[^"]*"', "", view.what.value + view.tabs.panel.value + view.timeline.value)
    assert view.forward.disabled and not view.back.disabled
    assert view.telling.timeline().number("en") in view.timeline.value
    view.back.click()
    assert view.telling.place == view.telling.last - 1


def test_the_scale_stops_at_a_question() -> None:
    """Moved to the end it stands before the first question; a choice shows the act and says whether it was so."""
    view = player(Lab(seed=3), "lost_on_friday", "en")
    view.scale.value = 6
    assert (view.scale.value, view.telling.place) == (1, 1)
    assert [button.description for button in view.choices if button.layout.display != "none"] == [
        "accepted", "not the holder's face or finger", "revoked",
    ]  # fmt: skip
    view.choices[1].click()
    assert view.telling.place == 2 and "As you predicted" in view.what.value
    view.story.value = "twins"
    assert repr(view) == "<Player TEST twins: act 0 of 4>" and view.scale.max == 4


def test_nothing_is_told_ahead() -> None:
    """Before the turn neither the drawing nor its words say that the certificate is going to be stopped, or when."""
    telling = stories.follow(Lab(seed=3), "lost_on_friday")
    telling.go_to(1)
    page = growing_timeline(telling.timeline(), Speech("en"))
    assert "on hold" not in page and "20:46" not in page and "still to come" in page


def test_the_drawing_is_true_to_scale() -> None:
    """Each bar ends where the act is; a minute after the turn it is further right than ten seconds after it."""
    telling = stories.follow(Lab(seed=3), "lost_on_friday")
    telling.to_the_end()
    telling.go_to(5)
    page = growing_timeline(telling.timeline(), Speech("en"))
    places = {word: float(left) for left, word in re.findall(r'<span[^>]* style="left:([\d.]+)%">([^<]*)</span>', page)}
    ends = {
        round(float(a) + float(b), 1) for a, b in re.findall(r'run-\w+" style="left:([\d.]+)%;width:([\d.]+)%', page)
    }
    assert places["0"] < places["10 s"] < places["1 min"] < places["5 min"] < places["1 d"] == 100
    assert max(ends) == pytest.approx(places["1 min"], abs=0.1)
