"""A study of the laboratory (``studies.lab_study``) and the rules of the nation: what both have, within an error."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.plan import DAY, Plan, Service
from myna_lab.scenarios.setups import gap
from myna_lab.scenarios.status import learned
from myna_lab.scenarios.tallies import Tally
from myna_lab.studies import Result, lab_study
from needs import rounds

PEOPLE, DAYS = rounds(12, soak=300), 8
HABITS = {
    "phone_changes_a_year": 40, "former_tried": 0, "eager_users": 1, "eager_uses_an_hour": 60, "iphone_share": 0.8,
    "phone_loss_noticed_after": "1h", "loss_reported_after": "2h", "phone_replaced_after": "1d", "losses_reported": 1,
}  # fmt: skip
PLAN = Plan.of(Assumptions(), date(2026, 6, 1), 1)
N = 100_000


@pytest.fixture(scope="module")
def played() -> Result:
    """People who change and lose phones all the time, under today's rules: one laboratory for all comparisons."""
    return lab_study(holders=PEOPLE, days=DAYS, seed=5, log_ins_a_day=0, losses_a_year=15, **HABITS).run()


def seconds(instants: pd.Series[pd.Timestamp]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Seconds since 1900."""
    return np.asarray((instants - pd.Timestamp("1900-01-01", tz="Asia/Tokyo")).dt.total_seconds())


def test_each_revocation_of_the_study_is_refused_from_the_same_second(played: Result) -> None:
    """No error is left but the whole second: what the study's table says of each revocation the nation's rule says."""
    table = played.exposure
    revoked = np.ceil(seconds(table["stopped_at"])).astype(np.int64)
    portal = Service("portal", 1, "ocsp", 0)
    said = learned(PLAN, Draws(1), portal, revoked, Draws.marks(0, len(revoked)), 0)
    assert len(table) >= 8
    assert said.refused.tolist() == pytest.approx(seconds(table["refuses_from"]).tolist(), abs=1)


def test_the_mean_exposure_is_that_of_the_nation(played: Result) -> None:
    """Within 4 standard errors: U(0, 15 min) has a standard deviation of 900 / 12 ** 0.5 s."""
    at_any = 46_000 * DAY + Draws(1).within("at", 300 * DAY, Draws.marks(0, N))
    said = learned(PLAN, Draws(1), Service("portal", 1, "ocsp", 0), at_any, Draws.marks(0, N), 0)
    apart = played.exposure["minutes"].mean() * 60 - float((said.refused - at_any).mean())
    assert abs(apart) < 4 * 900 / 12**0.5 / len(played.exposure) ** 0.5


def test_refusals_in_the_gap_are_those_of_the_nation(played: Result) -> None:
    """Of a set-up followed by 60 tries an hour, within 4 standard errors of a Poisson count."""
    plan = replace(PLAN, values=PLAN.values | {"eager_users": 1.0, "eager_uses_an_hour": 60})
    tally = Tally(plan.first_day, 1)
    gap(plan, Draws(1), Draws.marks(0, N), np.full(N, plan.begin), 0, tally)
    expected = tally.counts["gap_refusals"] / N * played.counts.total("set_ups")
    assert expected > 50
    assert abs(played.counts.total("gap_refusals") - expected) < 4 * expected**0.5
    assert tally.counts["gap_seconds"] / N == 300
