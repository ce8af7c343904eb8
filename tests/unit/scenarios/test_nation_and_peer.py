"""The same rules once more, person by person and event by event in SimPy: both programs count the same."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.simulate import chunk

PEER = Path(__file__).resolve().parents[3] / "benchmarks" / "simpy_nation.py"
PEOPLE, TIMES = 8_000, 10
EVENTS = (
    "renewals",
    "visits_change",
    "card_losses",
    "set_ups",
    "phone_changes",
    "phone_losses",
    "phone_stops",
    "deaths",
)
COUNTS = ("gap_refusals", "gave_up")
STOCKS = (
    "phones_iphone", "phones_android", "dead_passes", "entries_phone_auth", "entries_card_sign", "entries_card_renewed",
    "card_certificates_expired",
)  # fmt: skip


def peer() -> ModuleType:
    """The benchmark's program; it is no module of the package."""
    spec = importlib.util.spec_from_file_location("simpy_nation", PEER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("parameters", [{}, {"losses_found": 0.3, "added_again": 0.5, "unrenewed_on_the_day": 0.2}])
def test_both_programs_count_the_same(parameters: dict[str, object]) -> None:
    """Each count of 8,000 people in SimPy lies within 4.5 standard errors of a tenth of ours of ten times as many.

    A count is taken for Poisson, its variance the mean times 1 + 1/10; refusals in the gap come in clumps (their
    variance is 1 + 10/12 times the mean: ten uses an hour for five minutes), others not.
    """
    plan = Plan.of(Assumptions(parameters), date(2026, 4, 1), 365)
    counts, stock = peer().simulate(plan, PEOPLE, 1)
    ours = chunk(plan, 1, 0, 0, TIMES * PEOPLE)
    wanted = {name: (counts[name], ours.days_of(name).sum()) for name in EVENTS}
    wanted |= {name: (counts[name], ours.counts[name]) for name in COUNTS}
    wanted |= {name: (stock[name], ours.stock(name)[-1]) for name in STOCKS}
    apart = {
        name: (found - mine / TIMES) / (mine / TIMES * 1.1 * (1 + 10 / 12 if name == "gap_refusals" else 1)) ** 0.5
        for name, (found, mine) in wanted.items()
    }
    assert min(mine for _, mine in wanted.values()) > 50 * TIMES / 10
    assert all(abs(errors) < 4.5 for errors in apart.values()), apart
