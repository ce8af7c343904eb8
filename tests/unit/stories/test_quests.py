"""Missions: each is reached by acts that do it and missed by acts that do not; what went wrong is said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from myna_lab.errors import MisuseError, Refused
from myna_lab.stories import quest
from myna_lab.stories.quests import CONDITIONS, GOALS, Quest
from myna_lab.stories.scene import ACTS, SITUATIONS
from myna_lab.texts import LANGUAGES, both, keys

WAYS = {
    "first_minute": (
        "add_iphone +5min portal_iphone",
        "+15min add_iphone +4min +1min portal_iphone",
    ),
    "clinic_believes": (
        "+1min revoke_online clinic_iphone",
        "clinic_iphone add_android clinic_iphone",
        "+16min clinic_iphone revoke_online +1min clinic_iphone",
    ),
    "face_vanishes": (
        "add_android +1d delete_pass",
        "switch_iphone add_android +1d switch_iphone portal_iphone +1d delete_pass",
    ),
    "last_minute": (
        "hotline +5min +5min +1min portal_iphone +1min +1min +1min portal_iphone",
        "+1min hotline +5min +5min +1min +1min +1min portal_iphone",
    ),
    "two_truths": (
        "add_android +15min portal_iphone counter_iphone",
        "revoke_online +1min portal_iphone +15min portal_iphone counter_iphone",
        "revoke_online +15min portal_iphone +1min portal_iphone counter_iphone",
    ),
    "on_sunday": (
        "kiosk_register kiosk_reset portal_card",
        "portal_card window_unblock +1min kiosk_register +5min kiosk_reset portal_card",
    ),
}
"""Ways that reach each mission; +5min lets time pass."""

MISSES = [
    ("first_minute", "add_iphone portal_iphone +5min portal_iphone", "spoiled", "was too early: it works from"),
    ("first_minute", "add_iphone +15min portal_iphone", "missed", "more than a minute late"),
    ("clinic_believes", "clinic_iphone", "missed", "is not revoked"),
    ("clinic_believes", "clinic_iphone revoke_online", "missed", "is not revoked"),
    ("clinic_believes", "revoke_online +15min clinic_iphone", "missed", "its data of 10:15:00 say so"),
    (
        "clinic_believes",
        "switch_iphone add_android switch_iphone +1d clinic_iphone",
        "missed",
        "the iPhone itself knew",
    ),
    ("face_vanishes", "delete_pass", "spoiled", "Deleting does not revoke"),
    ("face_vanishes", "add_android delete_pass", "spoiled", "Deleting does not revoke"),
    ("face_vanishes", "add_android +1d +1d", "missed", "the pass is deleted"),
    ("last_minute", "portal_iphone", "missed", "the books have not stopped it"),
    ("last_minute", "hotline +5min +5min +1min portal_iphone", "missed", "later was possible"),
    ("last_minute", "hotline +15min portal_iphone", "spoiled", "has known since 20:15:00"),
    ("two_truths", "add_android portal_iphone counter_iphone", "missed", "And the portal, at the same instant?"),
    ("two_truths", "add_android +15min portal_iphone +1min counter_iphone", "missed", "And the portal"),
    ("two_truths", "add_android +1d portal_iphone counter_iphone", "missed", "knew that it is revoked"),
    ("on_sunday", "portal_card +15min portal_card", "missed", "Neither trying nor waiting"),
    ("on_sunday", "window_unblock", "missed", "the notice above says why"),
    ("on_sunday", "+1d kiosk_register kiosk_reset portal_card", "spoiled", "Sunday is over"),
]
"""Acts that do not reach it, how it stands then, and words of the sentence for what went wrong."""


def play(on: Quest, acts: Sequence[str]) -> None:
    """Do one act after the other; what an office refuses is part of it."""
    for act in acts:
        if act.startswith("+"):
            on.lab.advance(act[1:])
            continue
        try:
            on.do(act)
        except Refused:
            continue


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_acts_that_reach_it(name: str, way: str) -> None:
    """The last act reaches it, and no act before; what it taught is said, and its timeline can be drawn."""
    on = quest(name)
    *before, last = way.split()
    play(on, before)
    assert not on.reached and "■" not in str(on)
    play(on, [last])
    assert on.reached and not on.spoiled and on.missing() == ()
    assert all(on.news_in(language) == both(f"mission.{name}.reached")[language] for language in LANGUAGES)
    assert (on.timeline() is None) is (name == "on_sunday"), "there no certificate was touched"
    on.begin_again()
    assert not on.reached and on.entries == ()


@pytest.mark.parametrize(("name", "way", "stands", "words"), MISSES)
def test_acts_that_miss_it(name: str, way: str, stands: str, words: str) -> None:
    """It is not reached, and a sentence says what went wrong, without a code or an empty place in it."""
    on = quest(name)
    play(on, way.split())
    assert (on.reached, on.spoiled) == (False, stands == "spoiled")
    assert words in on.news_in("en")
    for language in LANGUAGES:
        assert not re.search(r"[a-z]+_[a-z]|[a-z]:[a-z]|  |\{|（）", on.news_in(language)), on.news_in(language)
    assert ("Begin again" in on.news_in("en")) is (stands == "spoiled")


def test_it_is_read_from_the_log_whatever_way_was_taken() -> None:
    """By code instead of buttons: a line to OCSP that is cut lets the clinic accept what is revoked for hours."""
    on = quest("clinic_believes")
    scene = on.scene
    on.lab.outage("ocsp")
    on.do("revoke_online")
    on.lab.advance("3h")
    assert on.lab.clinic.check_in(scene.iphone).accepted
    assert on.reached


def test_the_table_is_whole() -> None:
    """Each mission has its situation, buttons and sentences in both languages, three hints, and nothing left over."""
    used = {"mission.goal"}
    for name, goal in GOALS.items():
        assert goal.situation in SITUATIONS and set(goal.acts) <= set(ACTS)
        marks = {mark.partition("@")[2] for mark in (*goal.wanted, *goal.never)}
        assert marks - {""} <= set(CONDITIONS)
        own = {f"mission.{name}.{part}" for part in ("title", "goal", "reached", "hint.1", "hint.2", "hint.3")}
        assert all(both(key) for key in own)
        used |= own | {key for key in keys("mission") if key.startswith(f"mission.{name}.slip.")}
    used |= {f"mission.act.{act}" for act in ACTS}
    named = {key for key in keys("mission") if key.count(".") > 1}
    assert named - used == set()
    assert set(WAYS) == set(GOALS) == {name for name, *_ in MISSES}


def test_hints_come_in_steps() -> None:
    """One more each time, until there is none."""
    on = quest("two_truths")
    assert on.hints_in("en") == ()
    assert [on.hint() for _ in range(on.hints_left)] == list(on.hints_in("en"))
    assert on.hints_left == 0
    with pytest.raises(MisuseError, match="no further hint"):
        on.hint()


def test_wrong_calls_are_refused() -> None:
    """Another mission and an act of another mission are refused with what there is."""
    with pytest.raises(MisuseError, match="Did you mean 'last_minute'"):
        quest("last_minut")
    with pytest.raises(MisuseError, match="an act is one of"):
        quest("first_minute").do("hotline")
