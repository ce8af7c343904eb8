"""Questions to a nation: run, compare, sweep, sensitivity, explain; impossible ones are refused."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from myna_lab import scenarios
from myna_lab.errors import MisuseError
from myna_lab.parameters import NATION, Parameter, Parameters, defaults
from myna_lab.scenarios.answers import _MAKERS, KEYS, TABLES, UNITS
from myna_lab.scenarios.answers import figures as figures_of
from myna_lab.scenarios.assumptions import SHARED, Assumptions
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.files import SUMMARY
from myna_lab.scenarios.load import Load
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.simulate import chunk

FACTS = Path(__file__).resolve().parents[3] / "docs" / "facts" / "lifecycle.md"
STUDY = scenarios.nation(holders=20_000, days=120, seed=4, runs=3)
RESULT = STUDY.run()


@pytest.mark.parametrize("holders", [0, 1, 20_000])
def test_tables_have_their_declared_form(holders: int) -> None:
    """Columns, dtypes and index are as declared, for nobody, for one holder and one day, and for many."""
    result = RESULT if holders > 1 else scenarios.nation(holders=holders, days=1).run()
    for name, table in result.tables.items():
        if name != "summary":
            declared = list(TABLES[name])
            assert [*table.index.names, *table.columns] == declared
            assert {c: str(table[c].dtype) for c in table.columns} == {
                c: TABLES[name][c] for c in declared[KEYS[name] :]
            }
            assert all(column in UNITS for column in declared[KEYS[name] :] if TABLES[name][column] != "str")
    assert list(result.summary.index) == list(FIGURES)
    assert list(result.summary.columns) == list(SUMMARY)[1:]


def test_nobody_has_nothing() -> None:
    """Zero holders: every count is zero, and what would be divided by them is not a number."""
    figures = scenarios.nation(holders=0, days=3).run().figures
    assert figures[["cards_held", "renewals", "window_visits", "ocsp_requests"]].tolist() == [0, 0, 0, 0]
    assert figures[["gave_up", "gap_refusals_per_1000", "accepted_minutes_crl"]].isna().all()


def test_counts_agree_between_tables() -> None:
    """What two tables count is the same in both: stocks change by what comes and goes, the funnel ends in set-ups."""
    result = scenarios.nation(holders=20_000, days=120, seed=4, runs=1).run()
    figures, timeline, funnel = result.figures, result.timeline, result.funnel
    assert figures["set_ups"] == timeline["set_ups"].sum()
    assert figures["ocsp_peak_hour"] == result.load["ocsp_requests"].max()
    assert (funnel["reached"].shift(-1).dropna() == (funnel["reached"] - funnel["ended"]).iloc[:-1]).all()
    live = result.stock["phones_iphone"] + result.stock["phones_android"]
    assert live.iloc[-1] == figures["phones"]
    assert len(result.stock) == 121 and len(timeline) == 120 and len(result.load) == 120 * 24
    exposure = result.exposure.loc[("phone lost", "revoked to refused")]
    assert (
        exposure["n"].nunique() == 1
        and (exposure["n"] == result.exposure.loc[("phone lost", "recorded", ""), "n"]).all()
    )


def test_rules_share_their_chance() -> None:
    """What a rule cannot touch differs by exactly nothing, run by run; what it changes has an interval that says so."""
    comparison = STUDY.compare(
        {"today": {}, "OCSP hourly": {"ocsp_refresh": "1h"}, "no gap": {"activation_delay": "0s"}}
    )
    differences = comparison.differences
    hourly = differences.loc["OCSP hourly"]
    touched = set(hourly.index[hourly["difference"].fillna(0) != 0])
    assert (
        touched
        == {
            "accepted_minutes_ocsp", "loss_exposure_median", "loss_exposure_p95", "stop_exposure_mean",
            "ocsp_requests", "ocsp_peak_hour",
        }
        & touched
    )  # fmt: skip
    assert hourly.loc["ocsp_requests", "high"] < 0, "an answer may be given again for longer"
    assert "accepted_minutes_ocsp" in touched and hourly.loc["accepted_minutes_ocsp", "low"] > 0
    none = differences.loc["no gap"]
    assert none.loc["gap_refusals", "percent"] == -100 and none.loc["renewals", "difference"] == 0
    assert list(comparison.summary.columns) == ["unit", "today", "OCSP hourly", "no gap"]
    assert comparison["today"].figures.equals(RESULT.figures)


def test_sharing_makes_differences_sharp() -> None:
    """Two rules with the same chance differ by less noise than two seeds: passes, entries, three times at least."""
    rules = {"a": {}, "b": {"phone_changes_a_year": 0.22}}
    apart = scenarios.nation(holders=20_000, days=120, seed=4, runs=12).compare(rules)
    other = scenarios.nation(holders=20_000, days=120, seed=99, runs=12, parameters=rules["b"]).run().runs
    for figure in ("dead_passes", "list_entries"):
        shared = (apart["b"].runs - apart["a"].runs)[figure].std()
        assert (other - apart["a"].runs)[figure].std() > 3 * shared


def test_both_bands_are_there_and_the_wider_is_named() -> None:
    """Chance and assumptions each have their band around the median; which is wider is written, and is true."""
    summary = RESULT.summary
    for low, high in (("low", "high"), ("assumed_low", "assumed_high")):
        rows = summary.dropna(subset=[low, high])
        assert (rows[low] <= rows["value"] + 1e-9).all() and (rows["value"] <= rows[high] + 1e-9).all()
    row = summary.loc["phones"]
    assert row["wider"] == "assumptions" and row["assumed_high"] - row["assumed_low"] > row["high"] - row["low"]
    assert (RESULT.runs["phones"].nunique()) == 3


def test_one_run_has_no_band_of_chance() -> None:
    """With a single run nothing is said about chance."""
    one = scenarios.nation(holders=2000, days=10, runs=1).run()
    assert one.summary[["low", "high"]].isna().all().all()


def test_the_tornado_puts_the_strongest_first() -> None:
    """Each parameter at both ends of its range; what does nothing to the figure has no swing."""
    found = STUDY.sensitivity("gap_refusals", parameters=["eager_users", "eager_uses_an_hour", "death_recorded"])
    table = found.table
    assert list(table.index) == ["eager_uses_an_hour", "eager_users", "death_recorded"]
    assert table.loc["death_recorded", "swing"] == 0 and (table["swing"].diff().dropna() <= 0).all()
    assert table.loc["eager_users", "figure_low"] < found.value < table.loc["eager_users", "figure_high"]
    assert set(table["mark"]) == {"assumed"}


def test_marks_choose_the_parameters() -> None:
    """Asked for derived ones, only these are moved."""
    assert set(STUDY.sensitivity("phone_losses", marks=["derived"]).table.index) == {
        "phone_changes_a_year", "phone_losses_a_year", "losses_found",
    }  # fmt: skip


def test_a_sweep_is_a_curve() -> None:
    """Shorter periods cost more octets and leave less exposure: both columns are monotone."""
    table = STUDY.sweep("crl_period", ["1h", "6h", "1d"]).table
    assert list(table.index) == ["1h", "6h", "1d"] and table.index.name == "crl_period"
    assert (
        table["list_gigabytes_a_day"].is_monotonic_decreasing and table["accepted_minutes_crl"].is_monotonic_increasing
    )


def test_a_kept_answer_spares_requests_and_costs_exposure() -> None:
    """The cost curve of a cache: requests fall and minutes rise with it."""
    table = STUDY.sweep("private_cache", ["0s", "1h", "1d"]).table
    assert table["accepted_minutes_ocsp"].is_monotonic_increasing
    assert table.loc["1d", "ocsp_requests"] < table.loc["0s", "ocsp_requests"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_figure_is_explained_by_its_parameters(language: str) -> None:
    """The table names value, mark and source of what is behind it, with this study's values."""
    result = scenarios.nation(holders=10, days=1, runs=1, parameters={"eager_users": 0.7}).run()
    table = result.explain("gap_refusals", language)
    assert table.loc["eager_users", "value"] == "0.7" and table.loc["activation_delay", "mark"] == "reported"
    assert len(result.explain()) == len(Assumptions())


@pytest.mark.parametrize("figure", FIGURES.values(), ids=lambda f: f.name)
def test_every_figure_names_parameters_that_exist(figure: Any) -> None:
    """What is said to be behind a figure is read by the model; each figure has words in both languages and a unit."""
    assert figure.behind and set(figure.behind) <= set(Assumptions())
    assert figure.unit and figure.en and not figure.ja.isascii()


OTHERS = {
    "cards_delivered": "2016-01-01 0, 2016-06-30 12, 2023-06-30 90", "cards_made": "2016-01-05 0, 2017-01-31 10",
    "age_at_first_card_to_2017": "0 0, 60 1", "age_at_first_card_to_2022": "0 0, 60 1",
    "age_at_first_card": "0 0, 60 1",
    "clinics_ready": "2025-01-01 0, 2027-01-01 1", "uses_by_hour": "0 1, 24 1", "android_phone_from": "2023-01-01",
    "iphone_phone_from": "2025-05-01", "insurance_on_phone_from": "2026-08-01",
    "android_attributes_from": "2026-08-01", "card_birthdays_adult": 7, "certificate_birthdays": 4,
}  # fmt: skip
"""Another value, where none of the ends of the range will do."""


@pytest.mark.parametrize("row", Assumptions().values(), ids=lambda row: row.name)
def test_every_parameter_moves_something(row: Parameter) -> None:
    """With another value some table differs, but for seven rows that say why; figures that differ name the row."""
    other = OTHERS.get(row.name) or next(end for end in reversed(row.range or (True, False)) if end != row.value)
    before, figures = found_under()
    after, moved = found_under(row.name, other)
    assert (before == after) is (row.name in UNMOVED)
    unsaid = [name for name in COUNTED if moves(figures[name], moved[name]) and row.name not in FIGURES[name].behind]
    assert not unsaid, "a figure moves by a parameter that `explain` and `sensitivity` do not know of"


def moves(one: float, other: float) -> bool:
    """Beyond the rounding of counts that are drawn anew for other hours."""
    return abs(other - one) > 0.001 * abs(one)


COUNTED = [
    name for name, figure in FIGURES.items()
    if not name.startswith(("accepted_minutes", "loss_exposure", "stop_exposure", "gave_up", "gap_refusals_per"))
]  # fmt: skip
"""Figures that are no mean over cases: a mean moves a little by whatever decides who is among them."""
UNMOVED = {
    "bank_cache", "counter_cache",  # these services ask nobody for an answer that could be kept
    "health_receipts_share", "health_receipts_share_grows",  # a second series, for calibration alone
    "finder_uses_a_day", "second_phone_applies", "second_phone_applies_after",  # too rare among so few
}  # fmt: skip


@cache
def found_under(name: str = "", value: object = None) -> tuple[dict[str, bytes], dict[str, float]]:
    """Every column of every table, and the figures; with another value of a parameter."""
    plan = Plan.of(Assumptions({name: value} if name else {}), date(2026, 6, 1), 400)
    tally = chunk(plan, 1, 0, 0, 10_000)
    load = Load(plan, tally, 1, 0)
    tables = {name: make(plan, tally, load) for name, make in _MAKERS.items()}
    columns = {f"{name}.{c}": np.asarray(v) for name, table in tables.items() for c, v in table.items()}
    octets = {n: repr(v.tolist()).encode() if v.dtype.hasobject else v.tobytes() for n, v in columns.items()}
    return octets, figures_of(plan, tally, 1, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"activation_delay": "-1min"}, "is a duration|cannot be negative"),
        ({"activation_delay": "11min"}, "activation_delay lies between 0s and 10min; got '11min'"),
        ({"added_again": 1.2}, "added_again is a share from 0 to 1, such as 0.05; got 1.2"),
        ({"added_again": 0.99}, "added_again lies between 0.4 and 0.95; got 0.99"),
        ({"moves_a_year": -0.1}, "moves_a_year is a number, 0 or more; got -0.1"),
        ({"moves_a_year": float("nan")}, "moves_a_year is a number, 0 or more"),
        ({"phone_changes": 1}, "there is no parameter 'phone_changes'; study.parameters lists all"),
        ({"atr": "3B00"}, "parameter atr is a laboratory's: it has no effect on a nation"),
        ({"ocsp_refresh": 900}, "ocsp_refresh is a duration with its unit"),
        ({"clinics_ready": "2026-01-01 0.5, 2025-01-01 0.6"}, "clinics_ready is days with numbers that do not fall"),
        ({"age_at_first_card": "0 0, 50 0.9"}, "ages with shares that rise from '0 0' to 1"),
        ({"uses_by_hour": "0 0, 24 0"}, "hours with weights, from 0 to 24"),
        ({"bank_status": "fax"}, "bank_status is one of ocsp, crl, offline; got 'fax'"),
        ({"android_attributes_from": "2020-01-01"}, "android_attributes_from must not be before android_phone_from"),
        ({"cards_delivered": "2016-01-01 0, 2023-06-30 9"}, "cards_made must not be above what cards_delivered is a"),
        ({"certificate_birthdays": 9, "card_birthdays_adult": 8}, "certificate_birthdays must not be above"),
    ],
)
def test_impossible_parameters_are_refused(given: dict[str, Any], words: str) -> None:
    """Negative, above one, out of range, unknown, of another unit, contradictory: refused by name, value and range."""
    with pytest.raises(MisuseError, match=words):
        scenarios.nation(holders=1, days=1, parameters=given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"holders": -1}, "holders is a whole number from 0 to 200000000; got -1"),
        ({"holders": 1.5}, "holders is a whole number"),
        ({"years": 0}, "years is a number above 0, up to 20; got 0"),
        ({"days": 0}, "days is a whole number from 1"),
        ({"start": "2010-01-01"}, "a study lies between 2017-01-01 and 2045-01-01"),
        ({"start": "soon"}, "is not a time"),
        ({"runs": 0}, "runs is a whole number from 1"),
        ({"seed": "x"}, "a seed is a whole number"),
    ],
)
def test_impossible_studies_are_refused(given: dict[str, Any], words: str) -> None:
    """Each argument says what it can be."""
    with pytest.raises(MisuseError, match=words):
        scenarios.nation(**given)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: STUDY.compare({}), "one set of rules at least"),
        (lambda: STUDY.compare({"a": {"ocsp": 1}}), "there is no parameter 'ocsp'"),
        (lambda: STUDY.sensitivity("happiness"), "a figure is one of"),
        (lambda: STUDY.sensitivity("phones", marks=["guessed"]), "a mark is one of"),
        (lambda: STUDY.sweep("ocsp_refresh", ["2d"]), "ocsp_refresh lies between 1min and 1d"),
        (lambda: STUDY.explain("happiness"), "a figure is one of"),
        (lambda: RESULT.explain("phones", "fr"), "a language is one of"),
    ],
)
def test_impossible_questions_are_refused(ask: Any, words: str) -> None:
    """A question names what can be asked."""
    with pytest.raises(MisuseError, match=words):
        ask()


def test_a_nation_and_a_laboratory_share_their_parameters() -> None:
    """The shared rows are the laboratory's own, and a laboratory knows none of a nation's."""
    assert {Assumptions()[name] for name in SHARED} == {Parameters()[name] for name in SHARED}
    assert not set(defaults(NATION)) & set(Parameters())
    with pytest.raises(MisuseError, match="there is no parameter 'moves_a_year'"):
        Parameters({"moves_a_year": 0.1})


def test_half_the_holders_are_half_of_everything() -> None:
    """Counts grow with the holders: twice as many have twice the renewals, within 4 standard errors."""
    few, many = (scenarios.nation(holders=n, days=90, seed=8, runs=1).run().figures for n in (20_000, 40_000))
    for name in ("renewals", "set_ups", "cards_held"):
        assert abs(many[name] - 2 * few[name]) < 4 * (6 * few[name]) ** 0.5
    assert isinstance(RESULT.figures, pd.Series) and np.isfinite(RESULT.figures["ocsp_requests"])


@pytest.mark.parametrize("row", defaults(NATION).values(), ids=lambda row: row.name)
def test_what_is_not_assumed_says_from_where(row: Any) -> None:
    """A confirmed, reported or derived row cites a statement that exists, or a standard."""
    numbers = set(re.findall(r"^\| (\d+(?:\.\d+)+) \|", FACTS.read_text(encoding="utf-8"), re.MULTILINE))
    cited = re.findall("life-cycle " r"facts (\d+(?:\.\d+)+)", row.source)
    assert set(cited) <= numbers | {"1.3"}
    assert bool(cited) | ("RFC" in row.source) | (row.mark == "assumed")


@pytest.mark.parametrize(
    ("name", "unit"), [("added_again", "share"), ("moves_a_year", "rate"), ("ocsp_refresh", "duration")]
)
def test_numbers_are_read_in_their_own_unit(name: str, unit: str) -> None:
    """A share and a rate are numbers; asking for a number elsewhere, or for something else there, is misuse."""
    table = Assumptions()
    ask = {"share": table.duration, "rate": table.count, "duration": table.number}[unit]
    with pytest.raises(MisuseError, match=f"parameter {name} is a {unit}, not a"):
        ask(name)
    assert table.number("added_again") == 0.8 and Assumptions({"added_again": "0.9"})["added_again"].text == "0.9"
