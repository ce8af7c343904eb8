"""``myna-lab story``: lists, plays, and says which name was meant."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from myna_lab import Lab, stories
from myna_lab.cli.main import main


def said(*words: str, code: int = 0) -> str:
    """What the command prints."""
    answer = CliRunner().invoke(main, ["story", *words])
    assert answer.exit_code == code, answer.output
    return answer.output


@pytest.mark.parametrize("language", ["ja", "en"])
def test_without_a_name_all_are_listed(language: str) -> None:
    """One line a story: its name and its title."""
    lines = said("--language", language).splitlines()
    assert [line.split()[0] for line in lines] == list(stories.names())
    assert all(line.endswith(stories.title(line.split()[0], language)) for line in lines)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_story_is_told_in_the_terminal(language: str) -> None:
    """Every act, and the timeline at the end, as the library tells them."""
    played = stories.play(Lab(seed=7), "five_minutes")
    told = said("five_minutes", "--language", language)
    assert played.in_language(language) in told
    assert told.rstrip().endswith(played.timeline().number(language))
    assert played.timeline().number(language) not in said("five_minutes", "--no-timeline", "--language", language)


def test_each_event_may_be_told() -> None:
    """With --events each event of an act stands below it."""
    told = said("twins", "--events", "--no-timeline")
    assert told.count("       · ") == sum(len(step.entries) for step in stories.play(Lab(seed=7), "twins").steps)


def test_a_wrong_name_is_an_error() -> None:
    """One sentence, with the name that was perhaps meant."""
    assert "Did you mean 'five_minutes'" in said("five_minuts", code=1)
