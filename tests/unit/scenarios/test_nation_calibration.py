"""Calibration: known parameters are found again, held-out dates are not used, and what stays assumed is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from myna_lab import scenarios
from myna_lab.errors import MisuseError
from myna_lab.parameters import NATION, defaults
from myna_lab.scenarios.calibration import SERIES, Calibration, published

STUDY = scenarios.nation(holders=1000, days=1, seed=5, runs=1)
FACTS = Path(__file__).resolve().parents[3] / "docs" / "facts" / "lifecycle.md"


@pytest.fixture(scope="module")
def base() -> Calibration:
    """One free parameter, and nothing tried."""
    return STUDY.calibrate(None, ["iphone_added_a_year"], holders=20_000, tries=1)


def test_known_growth_is_found_again() -> None:
    """Straight lines by hand: shares of 0.30 on 2025-02-28 growing by 0.2 a year; both parameters come back."""
    days = ["2025-02-28", "2025-05-31", "2025-08-31", "2025-11-30"]
    known = pd.Timestamp("2025-09-15")
    values = [0.38 + 0.2 * (pd.Timestamp(day) - known).days / 365.25 for day in days]
    counts = pd.DataFrame({"series": "health_card_share_of_checks", "date": pd.to_datetime(days), "value": values})
    found = STUDY.calibrate(counts, ["health_card_share", "health_card_share_grows"], holders=500)
    assert found.best.number("health_card_share") == pytest.approx(0.38, abs=1e-3)
    assert found.best.number("health_card_share_grows") == pytest.approx(0.2, abs=5e-3)
    assert found.table["error_after"].abs().max() < 0.002 < found.table["error_before"].abs().max()


def test_counts_of_phones_move_the_rate(base: Calibration) -> None:
    """Twice the iPhones that the guess gives: the rate rises, the errors fall, and the held-out date is not fitted."""
    rows = base.table[base.table["series"] == "phones_iphone"].copy()
    counts = pd.DataFrame({"series": rows["series"], "date": rows["date"], "value": rows["before"] * [1.05, 1.6, 2]})
    found = STUDY.calibrate(counts, ["iphone_added_a_year"], held_out=["2025-09-30"], holders=20_000)
    assert 0.4 < found.best.number("iphone_added_a_year") < 0.6
    assert found.table.loc[found.table["date"] == "2025-09-30", "held_out"].all()
    assert found.error.loc[True, "after"] < found.error.loc[True, "before"]
    assert STUDY.under(found.best).parameters["iphone_added_a_year"].changed
    assert list(found.parameters.index) == ["iphone_added_a_year"]


def test_cards_held_and_expiries_follow_from_the_cards_delivered(base: Calibration) -> None:
    """Nothing is fitted, and the published counts come out: cards held within 3 %, expiries as docs/nation.md says.

    Both kinds together within 8 %, certificates within 8 %, cards fewer by at most a fifth; 20,000 holders give 2.3 %
    of chance to a count of 10 million.
    """
    wrong = base.table.groupby("series")["error_before"]
    assert wrong.get_group("cards_held").abs().max() < 0.03
    assert (
        abs(wrong.first()["expiries_of_the_year"]) < 0.08
        and abs(wrong.first()["certificate_expiries_of_the_year"]) < 0.08
    )
    assert -0.2 < wrong.first()["card_expiries_of_the_year"] < 0


def test_what_nobody_publishes_is_listed(base: Calibration) -> None:
    """Every assumed parameter that was not free stays assumed, with its range; the free one is not among them."""
    left = base.left_assumed
    assumed = {name for name, row in defaults(NATION).items() if row.mark == "assumed"}
    assert assumed - set(left.index) == {"iphone_added_a_year"}
    assert {"card_losses_a_year", "losses_reported", "eager_users"} <= set(left.index)


def test_published_counts_lead_to_their_facts() -> None:
    """Every count cites a statement that exists, and is of a known series."""
    table = published()
    numbers = set(re.findall(r"^\| (\d+\.\d+) \|", FACTS.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(table["series"]) <= set(SERIES)
    for source in table["source"]:
        assert re.search("life-cycle " r"facts (\d+\.\d+)", source)[1] in numbers  # type: ignore[index]


@pytest.mark.parametrize(
    ("free", "held_out", "words"),
    [
        ([], [], "needs a free parameter"),
        (["bank_status"], [], "bank_status has no range of numbers"),
        (["cards_delivered"], [], "cards_delivered has no range of numbers"),
        (["happiness"], [], "there is no parameter 'happiness'"),
        (["moves_a_year"], ["soon"], "'soon' is not a time"),
    ],
)
def test_impossible_calibrations_are_refused(free: list[str], held_out: list[str], words: str) -> None:
    """Nothing to fit, a parameter without a range, an unknown one, a day that is none."""
    with pytest.raises(MisuseError, match=words):
        STUDY.calibrate(None, free, held_out=held_out, holders=100)


def test_an_unknown_series_is_refused() -> None:
    """A DataFrame with another series: the known ones are named."""
    counts = pd.DataFrame({"series": ["cards"], "date": pd.to_datetime(["2025-01-31"]), "value": [1.0]})
    with pytest.raises(MisuseError, match="a series is one of cards_held"):
        STUDY.calibrate(counts, ["moves_a_year"])
