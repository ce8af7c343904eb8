"""An analyst's questions, each answered by hand beside the function."""

from __future__ import annotations

import pandas as pd
import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import at
from myna_lab.studies import lab_study
from myna_lab.studies.questions import (
    gap_by_hour,
    lock_outs,
    over_a_weekend,
    requests,
    set_up_ends,
    without_phone,
)


@pytest.fixture(scope="module")
def lab() -> Lab:
    """Three people: one works, one's new phone was interrupted, one's first; a card blocked twice."""
    lab = Lab(seed=7)
    hanako, taro, jiro = (lab.resident(user_authentication_pin="2580") for _ in range(3))
    lab.iphone(hanako).add_card().run()
    lab.portal.log_in(lab.phones[0])
    lab.iphone(taro).add_card().run()
    lab.advance_to("2025-06-24 10:00")
    lab.iphone(taro).add_card().run(mishaps={"WALLET": ["interrupted"]})
    lab.android(jiro).add_card().run(mishaps={"INSTALL": ["interrupted"]})
    lab.iphone(hanako).add_card().close()
    for _ in range(3):
        lab.portal.log_in(hanako.card, "0000")
    lab.advance_to("2025-06-24 12:00")
    lab.municipality.unblock(hanako.card, "user_authentication", "2468")
    for _ in range(3):
        lab.portal.log_in(hanako.card, "0000")
    return lab


def test_refusals_by_day_and_hour(lab: Lab) -> None:
    """One refusal, at 09:03 on the first day; a lab without any has an empty table with all hours."""
    table = gap_by_hour(lab.tables.gap_refusals())
    assert table.to_dict("index") == {"2025-06-24": {hour: int(hour == 9) for hour in range(24)}}
    empty = gap_by_hour(Lab(seed=1).tables.gap_refusals())
    assert empty.shape == (0, 24)
    assert set(empty.dtypes.astype(str)) == {"int64"}


def test_where_set_ups_end(lab: Lab) -> None:
    """Two done, two interrupted, one left at its first screen."""
    table = set_up_ends(lab.tables.waiting_times())
    assert table["set_ups"].to_dict() == {"DONE": 2, "INTERRUPTED": 2, "left at HOME": 1}
    assert table["share"].to_dict() == {"DONE": 0.4, "INTERRUPTED": 0.4, "left at HOME": 0.2}
    assert len(set_up_ends(Lab(seed=1).tables.waiting_times())) == 0


def test_who_has_no_phone_that_works(lab: Lab) -> None:
    """Taro's former phone was stopped by the application, Jiro never had one; Hanako's works."""
    table = without_phone(lab.tables.waiting_times())
    assert table["had_one"].to_dict() == {"person-2": True, "person-3": False}
    assert table["phone"].to_dict() == {"person-2": "iphone-3", "person-3": "android-1"}
    assert len(without_phone(lab.tables.waiting_times("2025-06-24 09:59"))) == 0


def test_lock_outs_and_visits_to_the_window(lab: Lab) -> None:
    """Blocked at about 10:09 and cured at noon at the window; blocked again, and still."""
    table = lock_outs(lab.tables.waiting_times())
    assert table["lock_outs"].to_dict() == {"": 1, "window": 1}
    assert 100 < table.loc["window", "minutes_median"] == table.loc["window", "minutes_longest"] < 120
    assert pd.isna(table.loc["", "minutes_median"])
    assert len(lock_outs(Lab(seed=1).tables.waiting_times())) == 0


@pytest.mark.parametrize(
    ("parameters", "published", "hours"),
    # Lost Friday 20:00; reported Monday 09:00, recorded ten minutes later (hotline_delay).
    [
        ({}, "2025-06-30 09:15", 61.25),
        ({"service_revocation_data": "crl"}, "2025-07-01 00:00", 76.0),
        ({"hotline_delay": "0s"}, "2025-06-30 09:00", 61.0),
    ],
)
def test_lost_on_friday_and_reported_on_monday(parameters: dict[str, object], published: str, hours: float) -> None:
    """Each stage at its own time; the finder tries at each full hour until refused."""
    table = over_a_weekend(parameters=parameters)
    assert table.loc["reported", "hours"] == 61.0
    assert (table.loc["published", "at"], table.loc["published", "hours"]) == (at(published), hours)
    assert table.loc["lost", "accepted"] == 0
    # 21:00 on Friday is the first try; 08:00 on Monday is the 60th, and 09:00 comes with the report.
    assert table.loc["reported", "accepted"] == 60
    assert table.loc["refused", "hours"] == float(-(-hours // 1))
    assert table.loc["refused", "accepted"] == -(-hours // 1) - 1


def test_a_finder_without_patience() -> None:
    """No time between two tries would never end."""
    with pytest.raises(MisuseError) as refused:
        over_a_weekend(every="0s")
    assert refused.value.code == "bad_duration"


def test_requests_against_exposure() -> None:
    """Fresher data are asked for more often where answers are kept, and expose less; without keeping, each use asks."""
    study = lab_study(
        holders=4, days=8, log_ins_a_day=10, phone_changes_a_year=50, seed=3, former_tried=0, eager_users=0
    )
    compared = study.compare({name: {"ocsp_refresh": name} for name in ("5min", "15min", "1h")})
    table = requests(compared)
    assert list(table["refresh"]) == ["5min", "15min", "1h"]
    asked = compared["5min"].log_ins["knowledge_at"].notna().sum()
    assert list(table["requests"]) == [asked] * 3
    assert asked >= table.loc["5min", "kept"] > table.loc["15min", "kept"] > table.loc["1h", "kept"] > 0
    assert table["exposure_longest"].is_monotonic_increasing
    assert (table["exposure_longest"] <= [5, 15, 60]).all()
