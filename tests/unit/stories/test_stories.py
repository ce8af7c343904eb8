"""Stories: what services answered, and when, by hand; every sentence there; the same each time, anywhere."""

from __future__ import annotations

import ast
import inspect
import string
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from myna_lab import Lab, stories
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import show
from myna_lab.stories import tales
from myna_lab.stories.card_kinds import card_of_kind
from myna_lab.texts import LANGUAGES, both, keys

TOLD = {
    "lost_on_friday": """
        2025-06-27 20:00:00 portal iphone-1 biometrics_failed
        2025-06-27 20:00:00 portal iphone-1 accepted
        2025-06-27 20:36:00 portal iphone-1 accepted
        2025-06-27 20:47:00 portal iphone-1 accepted
        2025-06-27 21:00:00 portal iphone-1 on_hold
    """,
    "sold_without_erasing": """
        2025-06-24 13:00:00 portal android-1 biometrics_failed
        2025-06-24 13:00:00 portal android-1 authentication_failed
        2025-06-24 21:00:00 portal android-1 no_credential
    """,
    "new_android_iphone_offline": """
        2025-06-25 09:58:44 counter iphone-1 accepted
        2025-06-25 09:58:44 portal iphone-1 accepted
        2025-06-25 10:13:44 portal iphone-1 pass_dead
        2025-06-25 10:13:44 portal android-1 accepted
        2025-06-25 10:13:44 counter iphone-1 pass_dead
    """,
    "moved_signed_next_day": """
        2025-07-01 10:00:00 desk card-1 accepted
        2025-07-02 09:00:00 desk card-1 revoked
        2025-07-02 09:00:00 portal card-1 accepted
        2025-07-02 09:00:00 desk card-1 accepted
    """,
    "hotline_then_found": """
        2025-06-29 23:07:00 portal iphone-1 on_hold
        2025-06-30 09:03:00 portal iphone-1 on_hold
        2025-06-30 09:15:00 portal iphone-1 accepted
        2025-06-30 09:15:00 desk iphone-1 on_hold
        2025-06-30 09:23:15 desk iphone-1 accepted
    """,
    "expiring_at_the_clinic": """
        2025-09-22 09:00:00 clinic card-1 accepted
        2025-09-22 09:00:00 portal card-1 accepted
        2025-09-23 09:00:00 clinic card-1 accepted
        2025-09-23 09:00:00 portal card-1 expired
        2026-01-26 09:00:00 clinic card-1 expired
    """,
    "twins": """
        2025-06-24 12:11:36 portal iphone-1 biometrics_failed
        2025-06-24 12:11:36 portal iphone-1 accepted
    """,
    "two_phones_at_once": """
        2025-06-24 12:10:30 portal iphone-1 accepted
        2025-06-24 12:10:30 portal android-1 no_credential
    """,
    "under_15": """
        2025-09-19 10:00:00 clinic card-1 accepted
        2025-09-19 10:01:57 clinic card-1 accepted
    """,
    "blocked_on_a_holiday": """
        2025-06-29 10:00:00 portal card-1 pin_blocked
        2025-06-29 14:00:00 portal card-1 accepted
        2025-06-29 14:00:00 portal card-1 pin_blocked
        2025-06-30 09:00:00 portal card-1 accepted
        2025-06-30 09:00:00 desk card-1 accepted
    """,
    "restored_backup": """
        2025-06-25 09:53:00 portal iphone-2 no_credential
        2025-06-25 10:01:15 portal iphone-2 accepted
    """,
    "five_minutes": """
        2025-06-24 12:03:39 portal iphone-1 not_yet_valid
        2025-06-24 12:04:39 portal iphone-1 not_yet_valid
        2025-06-24 12:08:15 portal iphone-1 accepted
    """,
    "reporters_day": """
        2025-06-24 09:53:39 portal iphone-1 not_yet_valid
        2025-06-24 09:58:15 portal iphone-1 accepted
        2025-06-24 10:52:44 portal iphone-1 accepted
        2025-06-24 11:07:44 portal iphone-1 revoked
        2025-06-24 11:07:44 counter iphone-1 accepted
        2025-06-24 11:15:59 police iphone-2 no_licence
        2025-06-24 11:15:59 police card-1 accepted
        2025-06-24 11:15:59 clinic iphone-2 not_on_phones_yet
        2025-09-19 10:00:00 clinic iphone-2 accepted
        2025-09-19 10:00:00 clinic card-1 accepted
        2025-09-19 20:11:00 portal iphone-2 accepted
        2025-09-19 20:15:00 portal iphone-2 on_hold
    """,
    "counter_day": """
        2025-06-26 10:16:30 desk iphone-2 authentication_failed
        2025-06-26 10:16:30 desk iphone-2 authentication_failed
        2025-06-26 10:16:30 desk iphone-2 authentication_failed
        2025-06-26 10:16:30 desk iphone-2 authentication_failed
        2025-06-26 10:16:30 desk iphone-2 authentication_failed
    """,
}
"""Every story to the answers of its services, in a lab of seed 7: instant, service, device, code."""
each_story = pytest.mark.parametrize("name", stories.names())


def answers(played: stories.Played) -> list[str]:
    """What services answered, one a line."""
    return [
        f"{show(entry.at)} {entry.event.service} {entry.event.device} {entry.event.verdict.code}"
        for step in played.steps
        for entry in step.entries
        if entry.name == "VerdictGiven"
    ]


def test_there_are_fourteen() -> None:
    """Fourteen stories, each with its row above."""
    assert len(stories.names()) == 14
    assert set(stories.names()) == set(TOLD)


@each_story
def test_what_services_answered(name: str) -> None:
    """Each answer, with its instant, as the table has it; a verdict's parts agree."""
    played = stories.play(Lab(seed=7), name)
    assert answers(played) == [line.strip() for line in TOLD[name].strip().splitlines()]
    assert all(verdict.accepted is (verdict.code == "accepted") for verdict in played.verdicts)


@each_story
def test_every_sentence_is_there_and_told(name: str) -> None:
    """Each act's sentence can be said in both languages, and no sentence of the file is left over."""
    played = stories.play(Lab(seed=7), name)
    told = {f"story.{name}.{step.line.key}" for step in played.steps} | {f"story.{name}.title"}
    for step in played.steps:
        for language in LANGUAGES:
            assert len(step.sentence(language)) > 10 and len(step.happened(language)) == len(step.entries)
    if not name.endswith("_day"):  # the days have sentences for who does them by hand
        assert told == {key for key in keys("story") if key.startswith(f"story.{name}.")}


@pytest.mark.parametrize(
    "call",
    [
        lambda: stories.play(None, "twins"),  # type: ignore[arg-type]
        lambda: stories.steps(7, "twins"),  # type: ignore[arg-type]
        lambda: stories.CounterDay("lab"),  # type: ignore[arg-type]
        lambda: stories.ReportersDay(None),  # type: ignore[arg-type]
        lambda: stories.attackers(None),  # type: ignore[arg-type]
        lambda: card_of_kind(None),  # type: ignore[arg-type]
    ],
)
def test_a_story_happens_in_a_lab(call: Callable[[], object]) -> None:
    """What is no lab is refused before anything happens, with what would have been right."""
    with pytest.raises(MisuseError, match=r"a lab, such as Lab\(seed=7\)"):
        call()


def test_every_sentence_has_two_languages() -> None:
    """Wherever the file of sentences has one language, it has the other, with the same values in it."""
    file = tomllib.loads(resources.files("myna_lab.texts").joinpath("stories.toml").read_text(encoding="utf-8"))
    left = [file]
    while left:
        table = left.pop()
        expected = table if all(isinstance(value, dict) for value in table.values()) else LANGUAGES
        assert set(table) == set(expected)
        left += [value for value in table.values() if isinstance(value, dict)]
    assert len(keys("story")) > 100
    for key in keys("story"):
        japanese, english = (
            {name for _, name, _, _ in string.Formatter().parse(both(key)[language]) if name} for language in LANGUAGES
        )
        assert japanese == english, key


@each_story
def test_the_same_each_time(name: str) -> None:
    """Two labs of one seed tell the same story, word for word; its timeline, too."""
    one, two = (stories.play(Lab(seed=3), name) for _ in range(2))
    for said in ("__str__", "__repr__", "_repr_html_"):
        assert getattr(one, said)() == getattr(two, said)()
    assert str(one.timeline()) == str(two.timeline())


@each_story
def test_other_people_change_nothing(name: str) -> None:
    """In a lab with other people the codes are the same, and what the others had is left alone."""
    lab = Lab(seed=5)
    other = lab.iphone(lab.resident())
    other.add_card().run()
    lab.advance("1h")
    before = {certificate.key: certificate.state() for certificate in lab.certificates(other)}
    alone = stories.play(Lab(seed=5), name)
    among = stories.play(lab, name)
    assert [verdict.code for verdict in among.verdicts] == [verdict.code for verdict in alone.verdicts]
    assert {certificate.key: certificate.state() for certificate in lab.certificates(other)} == before


@each_story
@pytest.mark.parametrize("start", ["2025-07-06 03:10", "2026-10-19 22:00"])
def test_a_story_waits_for_its_own_hour(name: str, start: str) -> None:
    """Begun in J-LIS's maintenance, or at night in another year, it is the same; but clinics take phones by then."""
    told = [verdict.code for verdict in stories.play(Lab(seed=2, start=start), name).verdicts]
    wanted = [line.split()[-1] for line in TOLD[name].strip().splitlines()]
    if name == "reporters_day" and start > "2025-09-19":
        wanted[wanted.index("not_on_phones_yet")] = "accepted"
    assert told == wanted


@each_story
def test_a_story_goes_on_in_a_file(name: str, tmp_path: Path) -> None:
    """Given up in the middle, the lab is opened again: what was told is there, and the story is told anew in it."""
    path = tmp_path / "told.myna"
    with Lab(seed=7, journal=path) as lab:
        told = stories.steps(lab, name)
        first = next(told)
        n_entries = len(lab.log)
    with Lab.open(path) as again:
        assert len(again.log) == n_entries and again.now == first.at
        played = stories.play(again, name)
        assert [v.code for v in played.verdicts] == [v.code for v in stories.play(Lab(seed=7), name).verdicts]


def test_a_step_waits_until_it_is_asked_for() -> None:
    """One act at a time: nothing is done ahead, and the lab may be looked at between two acts."""
    lab = Lab(seed=7)
    told = stories.steps(lab, "five_minutes")
    assert len(lab.residents) == 0
    assert next(told).line.key == "added"
    assert [step.line.key for step in told] == ["at_once", "again", "works"]


def test_a_wrong_name_says_which_was_meant() -> None:
    """The error lists the stories and names the nearest; it comes before anything is done."""
    lab = Lab(seed=7)
    n_entries = len(lab.log)
    with pytest.raises(MisuseError, match="Did you mean 'five_minutes'"):
        stories.steps(lab, "five_minuts")
    with pytest.raises(MisuseError, match="a story is one of"):
        stories.play(lab, "moon_landing")
    assert len(lab.log) == n_entries


def test_each_story_is_a_dozen_lines() -> None:
    """One file each, one function, short enough to be read aloud; the two days may be longer."""
    folder = Path(inspect.getfile(tales)).parent
    for name in stories.names():
        (tale,) = (
            node for node in ast.parse((folder / f"{name}.py").read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
        )  # fmt: skip
        assert tale.name == "tale"
        assert len(tale.body) <= (40 if name == "reporters_day" else 26)
        assert both(f"story.{name}.title")
