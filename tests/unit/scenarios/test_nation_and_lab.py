"""The laboratory, with its real APDUs, keys and certificates, and the model of a nation measure the same."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from myna_lab import Lab, scenarios
from myna_lab.ground.chance import Chance
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.plan import DAY, Plan, Service
from myna_lab.scenarios.status import refused
from needs import rounds

PEOPLE = rounds(25, soak=300)
STEP = timedelta(seconds=30)


def changes_of_phone() -> tuple[list[float], list[float]]:
    """Of people who change phones at any instant: seconds of the wait until the new one works, and of the exposure."""
    lab, chance = Lab(seed=11), Chance(11)
    waits, exposures = [], []
    for _ in range(PEOPLE):
        person = lab.resident()
        old = lab.iphone(person)
        old.add_card().run(same_pins=True)
        lab.advance("20min")
        lab.advance(timedelta(seconds=chance.integer(0, 1800)))
        new = lab.iphone(person)
        new.add_card().run(same_pins=True)
        events = lab.tables.events().groupby("event", observed=True)["at"].last()
        revoked, issued = events["CertificateRevoked"], events["CertificateIssued"]
        accepted_old, works = True, False
        while accepted_old or not works:
            if not works and lab.portal.log_in(new).accepted:
                works = True
                waits.append((lab.now - issued).total_seconds())
            if accepted_old and not lab.portal.log_in(old).accepted:
                accepted_old = False
                exposures.append((lab.now - revoked).total_seconds())
            lab.advance(STEP)
    return waits, exposures


@pytest.mark.soak
def test_exposure_and_gap_agree_with_the_laboratory() -> None:
    """Mean time from the revocation to the portal's refusal, and from the issue to the first log-in that is accepted.

    The laboratory is looked at every 30 s; within 4 standard errors of so many changes, the model's own error apart.
    """
    waits, exposures = changes_of_phone()
    plan = Plan.of(Assumptions(), date(2026, 1, 1), 1)
    at = 46_000 * DAY + Draws(1).within("at", 300 * DAY, marks := Draws.marks(0, 100_000))
    model = float((refused(plan, Draws(1), Service("portal", 1, "ocsp", 0), at, marks, 0) - at).mean())
    assert abs(np.mean(exposures) - STEP.total_seconds() / 2 - model) < 4 * 900 / 12**0.5 / PEOPLE**0.5 + 15
    result = scenarios.nation(holders=20_000, days=365, runs=1).run()
    per_eager = 0.5 * result.figures["set_ups"] * 10 / 3600
    gap = result.figures["gap_refusals"] / per_eager
    assert abs(np.mean(waits) - gap) < STEP.total_seconds() + 4 * gap / (per_eager * gap) ** 0.5
    assert min(waits) >= 300
