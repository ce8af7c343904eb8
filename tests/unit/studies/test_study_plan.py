"""What befalls people is drawn once: by name, at any instant, at the rates that were asked for."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from myna_lab.errors import MisuseError
from myna_lab.studies.habits import Habits
from myna_lab.studies.plan import Plan, draw

DAY = timedelta(days=1)


def drawn(holder: int, seed: int = 1, **given: float) -> Plan:
    """A holder's plan over 90 days."""
    settings = {"days": 90, "log_ins_a_day": 0.2, "losses_a_year": 0.02} | given
    habits = Habits({"phone_changes_a_year": 4.0})
    return draw(seed, holder, habits=habits, **settings)  # type: ignore[arg-type]


def test_the_same_name_gives_the_same_plan() -> None:
    """A plan hangs on seed and number alone; another seed or number gives another."""
    assert drawn(3)[:3] == drawn(3)[:3]
    assert len({drawn(n, seed).log_ins for n in range(5) for seed in (1, 2)}) == 10


def test_more_log_ins_move_nobodys_phone() -> None:
    """What a rate does not concern stays as it was."""
    assert drawn(3, log_ins_a_day=2.0).terms == drawn(3).terms
    assert drawn(3, losses_a_year=50.0).log_ins == drawn(3).log_ins


def test_log_ins_come_at_their_rate_and_at_any_instant() -> None:
    """1,000 holders, 90 days, 0.2 a day: 18,000, give or take 4 times its root; as many fall in each quarter hour."""
    every = [at for n in range(1000) for at in drawn(n).log_ins]
    assert abs(len(every) - 18_000) < 4 * 18_000**0.5
    assert all(timedelta() <= at < 90 * DAY for at in every)
    in_quarters = [sum(int(at / timedelta(minutes=1)) % 15 == minute for at in every) for minute in range(15)]
    assert all(abs(n - 1200) < 4 * 1200**0.5 for n in in_quarters)
    assert sum(at.microseconds == 0 for at in every) < 5


def test_changes_of_phone_come_at_their_rate() -> None:
    """About 75 days of each of 2,000 people with a phone, 4 changes a year: 0.82 each."""
    changed = [t.ending for n in range(2000) for t in drawn(n).terms if t.ending and t.ending.how == "changed"]
    assert len(changed) / 2000 == pytest.approx(4 * 75 / 365, rel=0.08)


def test_each_phone_follows_the_one_before() -> None:
    """A new phone is set up when the former one was given up, or after its loss."""
    for n in range(300):
        terms = drawn(n, losses_a_year=4.0).terms
        assert timedelta() <= terms[0].set_up < 30 * DAY
        for before, after in pairwise(terms):
            assert before.ending is not None
            assert (after.set_up == before.ending.at) is (before.ending.how == "changed")
            assert after.set_up >= before.ending.at > before.set_up


def test_nothing_happens_at_rate_zero() -> None:
    """Without losses and log-ins there are none."""
    plans = [drawn(n, losses_a_year=0.0, log_ins_a_day=0.0) for n in range(200)]
    assert not any(plan.log_ins for plan in plans)
    assert {t.ending.how for plan in plans for t in plan.terms if t.ending} == {"changed"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("eager_users", 1.5), ("eager_users", True), ("phone_replaced_after", 3), ("finder_uses_a_day", "5")],
)
def test_a_habit_out_of_its_range(name: str, value: object) -> None:
    """The error names the range."""
    with pytest.raises(MisuseError, match=f"{name} is a (share|duration|rate) from") as refused:
        Habits({name: value})
    assert refused.value.code == "bad_parameter"


def test_an_unknown_habit() -> None:
    """A wrong name gets the nearest right one."""
    with pytest.raises(MisuseError, match="eager_users") as refused:
        Habits({"eager_user": 0.5})
    assert refused.value.code == "unknown_parameter"


def test_habits_are_marked_as_what_they_are() -> None:
    """The table says of each row that it is assumed, and what it means, in both languages."""
    habits = Habits({"finder_opens": 0.25})
    assert set(habits.table()["mark"]) == {"assumed"}
    assert habits.table().loc["finder_opens", "value"] == habits.texts()["finder_opens"] == "0.25"
    assert "暗証番号" in habits.table("ja").loc["finder_opens", "meaning"]
