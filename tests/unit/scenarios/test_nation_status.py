"""From a revocation to the first refusal: means, 95 % and bounds against closed forms."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.plan import DAY, Plan, Service
from myna_lab.scenarios.status import learned, next_instant

N = 200_000
MARKS = Draws.marks(0, N)
REVOKED = 46_000 * DAY + Draws(11).within("revoked", 300 * DAY, MARKS)


def waits(service: Service, **parameters: object) -> np.ndarray:
    """Seconds from N revocations at uniform instants to the first refusal."""
    plan = Plan.of(Assumptions(parameters), date(2026, 4, 1), 365)
    return learned(plan, Draws(1), service, REVOKED, MARKS, 0).refused - REVOKED


def near_mean(values: np.ndarray, mean: float, sd: float) -> bool:
    """Within 4 standard errors, and the second to which instants are floored."""
    return abs(values.mean() - mean) < 4 * sd / N**0.5 + 1


@pytest.mark.parametrize(("period", "seconds"), [("15min", 900), ("1h", 3600), ("5min", 300)])
def test_an_ocsp_tick_is_waited_for(period: str, seconds: int) -> None:
    """Uniform on [0, T): mean T/2, 95 % at 0.95 T, never T; standard deviation T/sqrt(12)."""
    wait = waits(Service("portal", 1, "ocsp", 0), ocsp_refresh=period)
    assert near_mean(wait, seconds / 2, seconds / 12**0.5)
    assert abs(np.quantile(wait, 0.95) - 0.95 * seconds) < 0.01 * seconds
    assert wait.max() < seconds and wait.min() == 0


def test_a_kept_answer_adds_what_is_left_of_it() -> None:
    """Tick and cache are independent: mean T/2 + c/2, variance (T^2 + c^2)/12."""
    wait = waits(Service("private", 1, "ocsp", 3600))
    assert near_mean(wait, 450 + 1800, ((900**2 + 3600**2) / 12) ** 0.5)


@pytest.mark.parametrize(("period", "seconds"), [("1d", 86400), ("1h", 3600)])
def test_a_list_is_made_fetched_and_swapped(period: str, seconds: int) -> None:
    """Mean P/2 + o + L/2 + s, largest below P + o + L + s, and the 95 % of a trapezium.

    Of U(0,P) + U(0,L) with L < P: P + L - sqrt(0.1 P L) if that lies in the last slope, else 0.95 P + L/2.
    """
    lag, swap, over = 1800, 420, 60
    wait = waits(
        Service("bank", 1, "crl", 0), crl_period=period, list_fetched_within="30min", list_swapped_in="7min",
        crl_switch_over="1min",
    )  # fmt: skip
    assert near_mean(wait, seconds / 2 + over + lag / 2 + swap, ((seconds**2 + lag**2) / 12) ** 0.5)
    slope = seconds + lag - (0.1 * seconds * lag) ** 0.5
    p95 = slope if slope >= seconds else 0.95 * seconds + lag / 2
    assert abs(np.quantile(wait, 0.95) - (p95 + over + swap)) < 0.01 * seconds
    assert wait.max() < seconds + over + lag + swap


def test_off_line_the_record_ends_by_itself() -> None:
    """Nobody asks: what is left of the validity V of a record renewed all the time is uniform, mean V/2."""
    wait = waits(Service("counter", 1, "offline", 0), mdoc_validity="14d")
    assert near_mean(wait, 7 * DAY, 14 * DAY / 12**0.5)


@pytest.mark.parametrize(
    ("clock", "period", "hour", "expected"),
    [
        ("00:00:00", 900, 0, "00:00:00"),  # exactly on a tick: it is in it
        ("00:00:01", 900, 0, "00:15:00"),
        ("23:59:59", 900, 0, "24:00:00"),
        ("15:00:00", 7 * 3600, 0, "21:00:00"),  # 7 h do not divide a day: 0, 7, 14 and 21 h
        ("21:00:01", 7 * 3600, 0, "24:00:00"),
        ("02:59:59", DAY, 3 * 3600, "03:00:00"),
        ("03:00:01", DAY, 3 * 3600, "27:00:00"),
    ],
)
def test_instants_count_from_midnight(clock: str, period: int, hour: int, expected: str) -> None:
    """The first instant at or after, by hand: a day begins anew, and an hour shifts it."""
    day = 46_000 * DAY
    found = next_instant(np.array([day + seconds(clock)]), period, hour)
    assert int(found[0]) - day == seconds(expected)


def seconds(clock: str) -> int:
    """Seconds of a clock time, which may pass 24 h."""
    hours, minutes, rest = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_longer_periods_count_on_from_2000() -> None:
    """A period of 7 days: 2000-01-01 was a Saturday (day 36,524), so lists are made on Saturdays."""
    found = next_instant(np.array([46_000 * DAY]), 7 * DAY)
    assert (int(found[0]) // DAY - 36_524) % 7 == 0 and 0 <= int(found[0]) - 46_000 * DAY < 7 * DAY
