"""A reporter's day: missions are read from what happened, whatever way was taken; the scenes of the hands-on."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab, stories
from myna_lab.errors import MisuseError
from myna_lab.stories import ReportersDay
from myna_lab.stories.acting import set_up
from myna_lab.stories.missions import MISSIONS
from myna_lab.texts import LANGUAGES


def test_nothing_is_reached_at_first() -> None:
    """Five missions, none reached; what was done before the day does not count."""
    lab = Lab(seed=7)
    lab.portal.log_in(set_up(lab.iphone(lab.resident())))
    day = ReportersDay(lab)
    assert len(day.missions) == 5
    assert [day.missing(number) for number in range(1, 6)] == [mission.wanted for mission in MISSIONS]
    assert str(day).count("□") == 5


def test_the_story_reaches_all_five() -> None:
    """The story is one way to solve them."""
    lab = Lab(seed=7)
    day = ReportersDay(lab)
    stories.play(lab, "reporters_day")
    assert [day.missing(number) for number in range(1, 6)] == [()] * 5
    assert str(day).count("■") == 5


def test_a_mission_is_reached_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: too early is half of the first mission; the minute that the verdict names is the other half."""
    lab = Lab(seed=7)
    day = ReportersDay(lab)
    phone = set_up(lab.iphone(lab.resident()), works=False)
    lab.portal.log_in(phone)
    assert day.missing(1) == ("portal:accepted",)
    day.check(1)
    told = capsys.readouterr().out
    assert "ポータルの答え「受け入れました」" in told and "from the portal: “accepted”" in told
    assert "portal:accepted" not in told


def test_what_is_missing_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """No code of any mission stands in what a learner reads, in either language."""
    day = ReportersDay(Lab(seed=7))
    for number in range(1, 6):
        day.check(number)
    assert not re.search(r"[a-z]+:[a-z]|_|[a-z][A-Z]|[A-Z]{3}", capsys.readouterr().out)


def test_the_minute_that_is_named_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: whoever waits as long as the verdict says has done the first mission."""
    lab = Lab(seed=7)
    day = ReportersDay(lab)
    refused = lab.portal.log_in(phone := set_up(lab.iphone(lab.resident()), works=False))
    assert refused.usable_from is not None
    lab.advance_to(refused.usable_from)
    lab.portal.log_in(phone)
    day.check(1)
    said = capsys.readouterr().out
    assert all(day.missions[0].sting(language) in said for language in LANGUAGES)


def test_an_ordinary_acceptance_is_not_the_gap() -> None:
    """The second mission wants the revoked phone accepted: a good one that gets in is not enough."""
    lab = Lab(seed=7)
    day = ReportersDay(lab)
    lab.portal.log_in(set_up(lab.iphone(lab.resident())))
    assert day.missing(2) == ("portal:accepted/REVOKED", "portal:revoked", "counter:accepted")


@pytest.mark.parametrize("number", [0, 6, "1", True])
def test_another_number_is_refused(number: object) -> None:
    """The error says which missions there are."""
    with pytest.raises(MisuseError, match="from 1 to 5"):
        ReportersDay(Lab(seed=7)).check(number)  # type: ignore[arg-type]
