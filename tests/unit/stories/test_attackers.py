"""Safer than the card? The table is tried, and changes with the rules: nothing in it is written down beforehand."""

from __future__ import annotations

import pandas as pd
import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.stories import attackers

UNTIL = "accepted until 2025-10-03 12:15:00"
"""Stolen and reported at 12:00, in the books at 12:10, in OCSP data at 12:15."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The theft is on Friday 2025-10-03 at noon."""
    return attackers(Lab(seed=7, start="2025-10-01 12:00"))


def test_what_a_finder_opens(table: pd.DataFrame) -> None:
    """Who only found it: nothing but a licence that no PIN protects, and that on the card alone."""
    row = table.loc["finder"]
    assert row.loc["read_licence"].tolist() == ["accepted for days", "no_licence", "no_licence"]
    others = row.drop("read_licence").to_numpy().ravel().tolist()
    assert not [code for code in others if code.startswith("accepted")]
    assert row.loc["log_in"].tolist() == ["pin_wrong", "biometrics_failed", "biometrics_failed"]


def test_what_four_digits_open(table: pd.DataFrame) -> None:
    """Who saw them typed logs in with each of the three, until OCSP has the stop; he signs with none."""
    assert table.loc[("watcher", "log_in")].tolist() == [UNTIL] * 3
    assert table.loc[("watcher", "see_a_doctor")].tolist() == [UNTIL] * 3
    assert table.loc[("watcher", "sign")].tolist() == ["pin_wrong", "authentication_failed", "authentication_failed"]


def test_what_a_note_opens(table: pd.DataFrame) -> None:
    """With all PINs he signs; an iPhone asks for the face on the card, an Android does not."""
    assert table.loc[("note", "sign")].tolist() == [UNTIL] * 3
    assert table.loc[("note", "add_to_own_iphone"), "plastic"] == "face_refused"
    assert table.loc[("note", "add_to_own_android"), "plastic"].startswith("accepted until 2025-10-03 12:0")


def test_the_rules_change_it() -> None:
    """Hourly data and a call that takes half an hour: until one o'clock."""
    lab = Lab(seed=7, start="2025-10-01 12:00", parameters={"ocsp_refresh": "1h", "hotline_delay": "30min"})
    assert attackers(lab).loc[("watcher", "log_in"), "iphone"] == "accepted until 2025-10-03 13:00:00"


def test_nothing_is_recorded() -> None:
    """Everything is tried on copies."""
    lab = Lab(seed=7, start="2025-10-01 12:00")
    n_entries = len(lab.log)
    japanese = attackers(lab, "ja")
    assert len(lab.log) == n_entries
    assert japanese.shape == (28, 3) and "_" not in "".join(japanese.to_numpy().ravel())


def test_another_language_is_refused() -> None:
    """The error names the two."""
    with pytest.raises(MisuseError, match="ja, en"):
        attackers(Lab(seed=7), "fr")
