"""A day at the window: what is done is really done, the need is really tried, and the rules' marks are the facts'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.stories import CounterDay
from myna_lab.stories.counter import QUESTIONS, visits
from myna_lab.stories.situations import ACTS, NEEDS, SITUATIONS
from myna_lab.texts import LANGUAGES, both

FACTS = Path(__file__).resolve().parents[3] / "docs" / "facts" / "lifecycle.md"
NAMES = [visit.name for visit in visits()]
WAITS = {
    "locked": 0, "moved": 0, "lost": 8 * 86400, "found": 1200, "early": 0,
    "new_phone": 1200, "phone_pin": 0, "widow": 1200, "child": 0, "sold": 0,
}  # fmt: skip
"""Seconds after the right act at which the need is met: OCSP data, five minutes of a new phone, a week for a card."""
WORKING = ("early", "child")
"""Whose card works all the time."""


@pytest.fixture
def day() -> CounterDay:
    """Ten people wait."""
    return CounterDay(Lab(seed=7))


def test_ten_come(day: CounterDay) -> None:
    """Ten residents with ten different needs of their own, on a Monday at nine."""
    assert len(day) == len(visits()) == 10
    assert f"{day[1].lab.now:%a %H:%M}" == "Mon 09:05"
    assert len({visit.situation for visit in visits()}) == 10
    assert {visit.situation for visit in visits()} == set(SITUATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_the_right_act_helps(day: CounterDay, name: str) -> None:
    """Before it the need is not met; after it, it is, at the moment that the rules say."""
    visitor = day[NAMES.index(name) + 1]
    assert (visitor.met_after() is None) is (name not in WORKING)
    assert visitor.right is False
    for act in visitor.visit.right:
        assert "OK" not in str(visitor.do(act))
    after = visitor.met_after()
    assert after is not None and after.total_seconds() == WAITS[name]
    assert visitor.right


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_is_answered(day: CounterDay, name: str) -> None:
    """The question that tells what to do has an answer of its own; the check says so if it was not asked."""
    visitor = day[NAMES.index(name) + 1]
    assert both(f"story.counter_day.{name}.{visitor.visit.ask}")
    without = visitor.check().in_language("en")
    assert "You have not asked" in without
    visitor.ask(visitor.visit.ask)
    assert "You have not asked" not in visitor.check().in_language("en")


@pytest.mark.parametrize(
    ("name", "act", "code"),
    [
        ("locked", "resume", "not_stopped"),
        ("lost", "show_app", "no_phone"),
        ("early", "renew", "too_early"),
        ("child", "reissue_signing", "too_young_to_sign"),
        ("widow", "resume", "not_stopped"),
    ],
)
def test_what_the_office_refuses_is_refused(day: CounterDay, name: str, act: str, code: str) -> None:
    """A wrong act is really tried, and the office's own reason is told; the visitor still has her need."""
    visitor = day[NAMES.index(name) + 1]
    said = visitor.do(act)
    for language in LANGUAGES:
        assert both(f"code.{code}")[language] in said.in_language(language)
    assert not visitor.right


def test_too_much_is_not_right(day: CounterDay) -> None:
    """A new card cures a blocked PIN, too, and takes weeks: what works is not always right."""
    visitor = day[1]
    visitor.do("reissue_quickly")
    assert not visitor.right
    assert "Think again" in visitor.check().in_language("en")


@pytest.mark.parametrize("visit", visits(), ids=NAMES)
def test_the_rules_have_the_marks_of_the_facts(visit: object) -> None:
    """Each row cites a statement of docs/facts and carries its mark."""
    number = visit.basis.split()[-1]  # type: ignore[attr-defined]
    row = re.search(rf"^\| {re.escape(number)} \|.*\| (\w+) \|[^|]*\|$", FACTS.read_text(encoding="utf-8"), re.M)
    assert row is not None and row[1] == visit.mark  # type: ignore[attr-defined]


def test_an_assumed_answer_sends_elsewhere(day: CounterDay) -> None:
    """What nobody publishes is said to be so; what is published is cited."""
    for visitor in day:
        for act in visitor.visit.right:
            visitor.do(act)
        said = visitor.check().in_language("en")
        assert visitor.visit.basis in said
        assert ("ask J-LIS or your manual" in said) is (visitor.visit.mark in ("assumed", "derived"))


def test_every_word_is_there() -> None:
    """Acts, questions, sentences and reasons in both languages; the needs of the table are those that are tried."""
    wanted = {f"act.{act}" for act in ACTS} | {f"ask.{question}" for question in QUESTIONS}
    wanted |= {f"{name}.{key}" for name in NAMES for key in ("says", "why")}
    assert all(set(both(f"story.counter_day.{key}")) == set(LANGUAGES) for key in wanted)
    assert {visit.need for visit in visits()} == set(NEEDS)


@pytest.mark.parametrize("call", [lambda v: v.ask("why"), lambda v: v.do("unblok"), lambda v: v.do("explode")])
def test_what_is_not_done_at_a_window(day: CounterDay, call: object) -> None:
    """The error lists what can be asked or done, and nothing has happened."""
    n_entries = len(day[1].lab.log)
    with pytest.raises(MisuseError, match="is one of"):
        call(day[1])  # type: ignore[operator]
    assert len(day[1].lab.log) == n_entries


def test_checking_changes_nothing(day: CounterDay) -> None:
    """A check, and looking at the day, are tried on copies."""
    n_entries = len(day[1].lab.log)
    day[3].check()
    assert str(day).count("□") == 10
    assert len(day[1].lab.log) == n_entries
