"""A small study: the same seed gives the same table, and a difference between rules is the rule's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from myna_lab.errors import MisuseError, StorageError
from myna_lab.ground.durations import at
from myna_lab.ground.memory import Memory
from myna_lab.studies import Comparison, Result, lab_study, study
from myna_lab.studies.life import Life
from myna_lab.studies.study import Study

RULES: dict[str, dict[str, object]] = {
    "today": {},
    "OCSP hourly": {"ocsp_refresh": "1h"},
    "OCSP each minute": {"ocsp_refresh": "1min"},
    "no gap": {"activation_delay": "0s"},
    "lists": {"service_revocation_data": "crl"},
}
TOUCHED_BY_OCSP = {
    "wrong_acceptances", "wrongly_accepted", "finder_acceptances", "exposure_median", "exposure_p95",
    "exposure_longest", "accepted_minutes_per_1000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test plays was not played before: an answer that is remembered would prove nothing."""
    monkeypatch.setattr(study, "_PLAYED", Memory(16))


def small(**given: Any) -> Study:
    """Eight people who change and lose phones all the time."""
    settings: dict[str, Any] = {
        "holders": 8, "days": 9, "seed": 5, "losses_a_year": 15, "phone_changes_a_year": 40, "former_tried": 1,
        "eager_users": 1, "iphone_share": 0.8, "phone_loss_noticed_after": "1h", "loss_reported_after": "2h",
        "phone_replaced_after": "1d", "losses_reported": 1, "finder_uses_a_day": 60, "eager_uses_an_hour": 6,
    }  # fmt: skip
    return lab_study(**settings | given)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    """All rules at once."""
    return small().compare(RULES)


def test_the_same_seed_gives_the_same_table(compared: Comparison) -> None:
    """Alone or beside others, a set of rules has the same figures to the last digit; another seed has others."""
    alone = small().run()
    pd.testing.assert_frame_equal(alone.summary, compared["today"].summary)
    pd.testing.assert_frame_equal(alone.log_ins, compared["today"].log_ins)
    assert not small(seed=6).run().summary["value"].equals(alone.summary["value"])


def test_what_a_rule_cannot_touch_differs_by_nothing(compared: Comparison) -> None:
    """The data of OCSP move neither set-ups nor the gap nor its refusals, by exactly nothing."""
    for rules in ("OCSP hourly", "OCSP each minute"):
        apart = compared.differences.loc[rules].drop(index=list(TOUCHED_BY_OCSP))
        assert set(apart.index) >= {"gap_refusals", "set_ups", "refusals", "wait_p95"}
        assert (apart[["difference", "low", "high"]] == 0).all().all()


def test_no_exposure_outlasts_its_tick(compared: Comparison) -> None:
    """At most 1, 15 and 60 minutes with OCSP, a day with lists; and not one below nothing."""
    limits = {"OCSP each minute": 1, "today": 15, "OCSP hourly": 60, "lists": 1440}
    longest = []
    for rules, limit in limits.items():
        minutes = compared[rules].exposure["minutes"]
        assert len(minutes) > 3
        assert minutes.min() >= 0 and minutes.max() <= limit
        assert (compared[rules].tables["stale_accepts"]["minutes"] < minutes.max()).all()
        longest.append(compared.summary.loc["exposure_longest", rules])
    assert longest == sorted(longest)


def test_the_later_the_data_the_more_is_accepted(compared: Comparison) -> None:
    """Somebody does meet the delay, at any instant: hourly data and lists accept more than those of each minute."""
    wrong = compared.summary.loc["wrong_acceptances"]
    assert wrong["OCSP each minute"] <= wrong["today"] <= wrong["OCSP hourly"] < wrong["lists"]
    assert wrong["today"] > 0


def test_without_delay_nobody_is_refused_in_the_gap(compared: Comparison) -> None:
    """No gap, no refusal of a phone that was just set up; today there are some."""
    assert compared["no gap"].counts.total("gap_refusals") == 0
    assert compared["today"].counts.total("gap_refusals") > 0


def test_the_summary_counts_what_its_tables_hold(compared: Comparison) -> None:
    """Each figure, counted anew from the tables."""
    result = compared["today"]
    value, log_ins = result.summary["value"], result.log_ins
    owners = log_ins[log_ins["who"].isin(["owner", "eager"])]
    assert value["log_ins"] == len(owners)
    assert value["refusals"] == (~owners["accepted"]).sum()
    assert value["refused"] == (~owners["accepted"]).mean()
    assert value["wrong_acceptances"] == (log_ins["accepted"] & log_ins["truth"].isin(["revoked", "on hold"])).sum()
    assert value["wrong_acceptances"] == result.exposure["n_accepted"].sum()
    assert value["exposure_longest"] == result.exposure["minutes"].max()
    assert value["accepted_minutes_per_1000"] == pytest.approx(1000 * result.exposure["minutes"].mean())
    assert value["finder_acceptances"] == (log_ins["accepted"] & (log_ins["who"] == "finder")).sum() > 0
    assert set(log_ins["who"].cat.categories) == {"owner", "eager", "former", "finder"}


def test_intervals_hold_their_values(compared: Comparison) -> None:
    """Every value lies in its interval, where it has one; the longest has none."""
    table = compared["today"].summary
    known = table.dropna(subset=["low", "high"])
    assert (known["low"] <= known["value"]).all() and (known["value"] <= known["high"]).all()
    assert "exposure_longest" not in known.index and "exposure_median" in known.index
    paired = compared.differences.loc["lists"].loc["exposure_median"]
    assert 0 < paired["low"] <= paired["difference"] <= paired["high"]


def test_nobody_waits_for_somebody_elses_set_up(compared: Comparison) -> None:
    """A log-in is late by a screen of another's set-up at most: 20 seconds, and the notice of J-LIS never."""
    study = small()
    planned = sorted(study.start + when for plan in study._plans for when in plan.log_ins)
    made = compared["today"].log_ins
    owners = sorted(made.loc[made["who"] == "owner", "at"])
    late = [(happened - meant).total_seconds() for happened, meant in zip(owners, planned, strict=True)]
    assert min(late) >= 0 and max(late) <= 20


def stopping(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Somebody presses Ctrl-C after so many log-ins."""
    left, ask = [after], Life._ask

    def asked(*given: Any, **named: Any) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return ask(*given, **named)

    monkeypatch.setattr(Life, "_ask", asked)


def test_interrupted_it_tells_the_days_that_were_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """All rules are cut at the same midnight, and say what the whole run had said of these days."""
    rules = {"today": {}, "no gap": {"activation_delay": "0s"}}
    whole = small().compare(rules)
    monkeypatch.setattr(study, "_PLAYED", Memory(16))  # the same question, to be played once more
    stopping(monkeypatch, 60)
    with pytest.warns(UserWarning, match=r"interrupted: \d of 9 days"):
        part = small().compare(rules)
    done = int(part["today"].about["days_done"])
    assert 0 < done < 9 and not part.complete and whole.complete
    assert {result.about["days_done"] for result in part.results.values()} == {str(done)}
    end = at("2025-06-24 09:00") + pd.Timedelta(days=done)
    for name, result in part.results.items():
        expected = whole[name].log_ins
        pd.testing.assert_frame_equal(
            result.log_ins, expected[expected["at"] <= end], check_categorical=False, check_dtype=False
        )
    assert f"interrupted after {done}" in repr(part["today"])


def test_an_equal_question_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer is the first, whatever was done to that one; another number, habit or rule is played anew."""
    two: dict[str, Any] = {"holders": 2, "days": 2}
    first = small(**two).run()
    wanted = first.log_ins.copy()
    first.log_ins["code"] = "changed"
    first.parameters.clear()
    stopping(monkeypatch, 0)
    again = small(**two).run()
    pd.testing.assert_frame_equal(again.log_ins, wanted)
    assert again.complete and again.parameters["ocsp_refresh"] == "15min" and again.parameters["eager_users"] == "1"
    assert list(small(**two).compare({"today": {}}).results) == ["today"]
    others: list[dict[str, Any]] = [
        {"seed": 6},
        {"days": 3},
        {"eager_users": 0.5},
        {"parameters": {"ocsp_refresh": "1h"}},
    ]
    for other in others:
        with pytest.raises(KeyboardInterrupt):
            small(**two | other).run()


def test_interrupted_on_the_first_day_it_just_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to tell, so the interrupt goes on to whoever pressed it."""
    stopping(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        small(log_ins_a_day=20).run()


def test_a_workbook_holds_all(compared: Comparison, tmp_path: Path) -> None:
    """Summary, differences, and what each set of rules was made from."""
    path = compared.to_excel(tmp_path / "rules.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, index_col=0)
    assert list(sheets) == ["summary", "differences", "about", "parameters"]
    assert sheets["summary"]["lists"].tolist() == pytest.approx(compared.summary["lists"].tolist())
    assert sheets["parameters"].loc["ocsp_refresh", "OCSP hourly"] == "1h"
    assert sheets["about"].loc["seed", "today"] == "5"
    one = pd.read_excel(compared["today"].to_excel(tmp_path / "one.xlsx"), sheet_name=None)
    assert len(one["log_ins"]) == len(compared["today"].log_ins)
    assert set(one) == {*compared["today"].tables, "about", "parameters"}


def test_what_cannot_be_written_leaves_the_older_file(compared: Comparison, tmp_path: Path) -> None:
    """No such folder: an error that says so, and no half file."""
    with pytest.raises(StorageError, match="cannot be written"):
        compared.to_excel(tmp_path / "nowhere" / "rules.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_picture_is_the_same_twice(compared: Comparison, language: str) -> None:
    """PNG octets that do not depend on when they were drawn; every rule has its name on it."""
    drawn = [compared.plot(language=language) for _ in range(2)]
    first, second = (picture._repr_png_() for picture in drawn)  # type: ignore[attr-defined]
    assert first == second and first.startswith(b"\x89PNG")
    assert [label.get_text() for label in drawn[0].axes[0].get_yticklabels()] == list(RULES)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "nobody": (lambda: lab_study(holders=0), "bad_number"),
    "a share of a day": (lambda: lab_study(days=0.5), "bad_number"),  # type: ignore[arg-type]
    "negative log-ins": (lambda: lab_study(log_ins_a_day=-1), "bad_number"),
    "losses as text": (lambda: lab_study(losses_a_year="2 %"), "bad_number"),  # type: ignore[arg-type]
    "an unknown parameter": (lambda: lab_study(parameters={"ocsp": "1h"}), "unknown_parameter"),
    "an unknown habit": (lambda: lab_study(changes=3), "unknown_parameter"),
    "no rules": (lambda: small().compare({}), "no_rules"),
    "rules that are no table": (lambda: small().compare({"today": "1h"}), "no_mapping"),  # type: ignore[dict-item]
    "a rule that cannot be": (lambda: small().compare({"a": {}, "b": {"ocsp_refresh": "5"}}), "bad_parameter"),
    "progress as text": (lambda: lab_study(progress="no"), "no_bool"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_studied(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes before anything is played."""
    monkeypatch.setattr(Life, "settle", lambda self: pytest.fail("it was played"))
    attempt, code = REFUSED[name]
    with pytest.raises(MisuseError) as refused:
        attempt()
    assert refused.value.code == code


def test_unknown_names_of_figures_and_rules(compared: Comparison) -> None:
    """A picture of no figure, or the result of no rules, is refused by name."""
    with pytest.raises(MisuseError, match="exposure_p95"):
        compared.plot(["exposure"])
    with pytest.raises(MisuseError, match="today"):
        compared["tomorrow"]


def test_results_show_themselves(compared: Comparison) -> None:
    """Results are tables in a notebook, and short lines elsewhere."""
    result: Result = compared["today"]
    assert "<table" in str(result._repr_html_()) and "<table" in str(compared._repr_html_())
    assert repr(result) == "<Result TEST: 8 holders, 9 days from 2025-06-24 09:00:00>"
    assert repr(small()) == "<Study TEST: 8 holders, 9 days from 2025-06-24 09:00:00, seed 5>"
    assert all(result.summary["meaning"]) and all(result.summary["meaning_ja"])
