"""A story that is followed: it stops where something is asked, goes back, and says who says what at each act."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from myna_lab import Lab, stories
from myna_lab.errors import MisuseError
from myna_lab.stories.telling import Question, who_does
from myna_lab.texts import LANGUAGES, both, keys

each_story = pytest.mark.parametrize("name", stories.names())


@each_story
def test_each_act_has_a_doer_and_each_question_a_sentence(name: str) -> None:
    """Each row of the table is an act of its story; what is asked has a sentence, and the right answer is offered."""
    rows = tomllib.loads(resources.files("myna_lab.stories").joinpath("acts.toml").read_text(encoding="utf-8"))
    telling = stories.follow(Lab(seed=7), name)
    steps = {step.line.key: step for step in telling.played.steps}
    assert set(rows[name]) <= set(steps)
    asked = set()
    for step in steps.values():
        assert both(f"player.who.{who_does(step)}")
        if (question := Question.of(step)) is not None:
            asked.add(step.line.key)
            assert question.verdict.code in question.codes and len(question.codes) >= 2
            assert all(both(f"code.{code}") for code in question.codes)
            assert all(len(question.in_language(language)) > 10 for language in LANGUAGES)
    assert asked == {key.rpartition(".")[2] for key in keys("player") if key.startswith(f"player.asked.{name}.")}


def test_it_stops_before_what_is_asked() -> None:
    """Sent to the end it stands before the first question; a prediction shows the act, and says whether it was so."""
    telling = stories.follow(Lab(seed=7), "lost_on_friday")
    telling.go_to(telling.last)
    assert telling.place == 1 and telling.question is not None
    assert telling.question.codes == ("accepted", "biometrics_failed", "revoked")
    assert telling.predict("accepted") is False
    assert telling.place == 2 and telling.answer_to(2) == ("accepted", "biometrics_failed")
    assert telling.predict("accepted") is True
    assert "You predicted “accepted”" in telling.in_language("en")
    telling.to_the_end()
    assert telling.place == telling.last == 6 and telling.question is None
    telling.go_to(2)
    assert telling.place == 2, "an act before is shown at once"
    telling.go_to(3)
    assert telling.place == 3, "what was predicted is not asked again"


def test_who_says_what_and_what_is_new() -> None:
    """Lost on Friday, by hand: at 20:47 only the books have the stop; at 21:00 OCSP has it, the list has not."""
    telling = stories.follow(Lab(seed=7), "lost_on_friday")
    assert list(telling.sayings()) == []
    found = []
    for act in (5, 6):
        telling.to_the_end()
        telling.go_to(act)
        for certificate, saying, new in telling.sayings():
            if certificate.row.kind == "phone_auth":
                found.append(([belief.said.rpartition(".")[2] for belief in saying], new))
    assert found == [
        (["pass", "ON_HOLD", "GOOD", "not_listed"], (False, True, False, False)),
        (["pass", "ON_HOLD", "ON_HOLD", "not_listed"], (False, False, True, False)),
    ]


def test_the_timeline_grows() -> None:
    """Up to an act nothing later is in it: at 20:47 the portal's gap is a minute old, at the end 14 minutes long."""
    telling = stories.follow(Lab(seed=7), "lost_on_friday")
    telling.to_the_end()
    whole = telling.timeline()
    assert whole.number() == "iphone-1 was accepted by the portal for 14 min after it was put on hold."
    telling.go_to(5)
    line = telling.timeline()
    assert line.number() == "iphone-1 was accepted by the portal for more than 1 min after it was put on hold."
    assert all(run.ends <= telling.instant for row in line.rows for run in row.runs)
    assert [len(row.asked) for row in line.rows] == [0, 0, 0, 0, 4]
    telling.go_to(1)
    assert telling.timeline().gaps == ()
    assert whole.up_to(whole.until) is whole


def test_the_lab_is_left_alone() -> None:
    """The story happens in a copy; its last act is there, and the lab has no new event."""
    lab = Lab(seed=7)
    n_entries = len(lab.log)
    telling = stories.follow(lab, "five_minutes")
    assert len(lab.log) == n_entries and telling.begins_in is lab
    assert len(telling.lab.residents) == 1


def test_wrong_calls_are_refused() -> None:
    """A prediction that is not offered, one where nothing is asked, an act that there is not, no lab."""
    telling = stories.follow(Lab(seed=7), "five_minutes")
    with pytest.raises(MisuseError, match=r"forward\(\) shows it"):
        telling.predict("accepted")
    telling.forward()
    with pytest.raises(MisuseError, match="a prediction is one of"):
        telling.predict("revoked")
    with pytest.raises(MisuseError, match="from 0 to 4"):
        telling.go_to(5)
    with pytest.raises(MisuseError, match=r"such as Lab\(seed=7\)"):
        stories.follow(None, "twins")  # type: ignore[arg-type]
