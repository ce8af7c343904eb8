"""The model against formulas derived by hand; every docstring holds its formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.holders import People
from myna_lab.scenarios.load import Load
from myna_lab.scenarios.losses import lose
from myna_lab.scenarios.phones import _leave
from myna_lab.scenarios.plan import DAY, NEVER, YEAR, Plan
from myna_lab.scenarios.records import count_changes
from myna_lab.scenarios.setups import set_up
from myna_lab.scenarios.simulate import chunk
from myna_lab.scenarios.tallies import Tally

N = 200_000
START = date(2026, 4, 1)


def plan(start: date = START, days: int = 365, **parameters: object) -> Plan:
    return Plan.of(Assumptions(parameters), start, days)


@pytest.mark.parametrize(("spread", "mean_wait"), [("0s", 300), ("10min", 600)])
def test_eager_uses_in_the_gap(spread: str, mean_wait: float) -> None:
    """Expected refusals: set-ups x share of eager users x rate x mean wait, the wait being d fixed, or d + U(0, s)."""
    one = plan(activation_spread=spread)
    tally = chunk(one, 1, 0, 0, N)
    set_ups = tally.days_of("set_ups").sum()
    expected = set_ups * 0.5 * 10 * mean_wait / 3600
    assert abs(tally.counts["gap_refusals"] - expected) < 4 * (set_ups * 0.5 * (mean_wait / 360) ** 2 + expected) ** 0.5
    assert abs(tally.counts["gap_seconds"] / set_ups - mean_wait) < 4 * 600 / 12**0.5 / set_ups**0.5 + 1


def test_refusals_in_the_gap_by_hour() -> None:
    """Hour by hour they add up to all; from 0 to h they are the share of uses_by_hour's area that lies before h.

    With the weights "0 1, 12 3, 24 3" the areas are 24 before noon and 36 after it.
    """
    one = plan(uses_by_hour="0 1, 12 3, 24 3")
    tally = chunk(one, 1, 0, 0, N)
    by_hour = tally.hours_of("gap_refusals").reshape(365, 24).sum(axis=0)
    n = tally.counts["gap_refusals"]
    assert by_hour.sum() == n
    people = tally.counts["gap_people"]
    assert abs(by_hour[:12].sum() / n - 24 / 60) < 4 * 0.5 / people**0.5 * 1.3


@pytest.mark.parametrize("expected", [0.5, 39.0, 41.0, 5000.0])
def test_drawn_counts_are_poisson(expected: float) -> None:
    """Mean and variance are both what is expected; nothing comes with probability exp(-expected)."""
    counts = Load(plan(days=1), Tally(0, 1), 1, 0).drawn("x", np.full(N, expected))
    assert abs(counts.mean() - expected) < 4 * (expected / N) ** 0.5
    assert abs(counts.var() / expected - 1) < 4 * ((2 + 1 / expected) / N) ** 0.5
    assert abs((counts == 0).mean() - np.exp(-expected)) < 4 * 0.5 / N**0.5


@pytest.mark.parametrize(("refresh", "minutes"), [("15min", 15), ("1h", 60), ("1min", 1)])
def test_requests_that_a_kept_answer_spares(refresh: str, minutes: float) -> None:
    """Uses x (1 - r k (1 - (m/P) (1 - exp(-P/m)))): a share r repeats another after Exp(m), a share k keeps answers.

    With r = 0.5, k = 1, m = 10 min: the answer is given again unless data of period P are renewed in between.
    """
    one = plan(ocsp_refresh=refresh, ocsp_answers_kept=1, uses_repeated=0.5, use_repeated_after="10min")
    (portal,) = (service for service in one.services if service.name == "portal")
    spared = 1 - 10 / minutes * (1 - np.exp(-minutes / 10))
    load = Load(one, Tally(one.first_day, 365), 1, 0)
    asked = load.asked_a_day(portal) / load.uses_a_day(portal)
    assert np.allclose(asked, 1 - 0.5 * spared, rtol=1e-12)


def test_requests_while_an_answer_is_kept_for_a_time() -> None:
    """An hour's cache spares a repeat after Exp(10 min) with 1 - exp(-6), and others by rate / (1 + rate C)."""
    one = plan(uses_repeated=0.5, use_repeated_after="10min", private_cache="1h", private_uses_a_year=2)
    (private,) = (service for service in one.services if service.name == "private")
    each = 2 / 365.25
    asked = Load(one, Tally(one.first_day, 365), 1, 0).asked_a_day(private)
    assert np.allclose(asked, each / (1 + each / 24) * (1 - 0.5 * (1 - np.exp(-6))), rtol=1e-12)


def test_losses_are_poisson_over_the_phones_there_are() -> None:
    """Expected losses: rate x phone-years in their owners' hands, summed over midnights; variance the same."""
    tally = chunk(plan(phone_losses_a_year=0.04), 1, 0, 0, N)
    phones = tally.stock("phones_iphone") + tally.stock("phones_android")
    expected = 0.04 * float((phones[:-1] + phones[1:]).sum() / 2) * DAY / YEAR
    assert abs(tally.days_of("phone_losses").sum() - expected) < 4 * expected**0.5


@pytest.mark.parametrize("reissued", [0.9, 0.3])
def test_entries_of_moves_with_and_without_reissue(reissued: float) -> None:
    """Entries per person after t years: (1 - exp(-m (1-r) t)) / (1-r), for changes at rate m, a share r reissued.

    A chain of live and lapsed: the certificate is live with probability exp(-m (1-r) t), and each change while it is
    live is an entry: m times the integral of that. Lapsed are 1 - exp(-m (1-r) t).
    """
    m, years, n = 0.08, 2, N
    one = plan(date(2026, 1, 1), 1, moves_a_year=m, name_changes_a_year=0.002, reissued_at_the_visit=reissued)
    issued = np.full(n, one.first_day - round(years * YEAR / DAY), dtype=np.int32)
    far = issued + np.int32(1900)
    people = People(Draws.marks(0, n), issued - 9000, np.full(n, NEVER), issued[None], far[None])
    tally = Tally(one.first_day, 1)
    count_changes(one, Draws(1), people, tally)
    rate = (m + 0.002) * (1 - reissued)
    mean = (1 - np.exp(-rate * years)) / (1 - reissued)
    lapsed = 1 - np.exp(-rate * years)
    assert abs(tally.stock("entries_card_sign")[1] - n * mean) < 4 * (n * mean * 1.2) ** 0.5 + n * 0.0005
    assert abs(tally.stock("card_signing_lapsed")[1] - n * lapsed) < 4 * (n * lapsed) ** 0.5 + n * 0.0005


def test_dead_passes_by_age() -> None:
    """Of passes that died evenly over the last L, q + (1-q) (m/L) (1 - exp(-L/m)) are there.

    The share q is never deleted, the others after an exponential delay of mean m.
    """
    one = plan(days=2, passes_never_deleted=0.3, pass_deleted_after="30d")
    length, mean, n = 100 * DAY, 30 * DAY, N
    marks = Draws.marks(0, n)
    dead = one.begin - Draws(5).within("died", length, marks)
    tally = Tally(one.first_day, 2)
    _leave(one, Draws(1), marks, np.ones(n, dtype=bool), dead, np.full(n, NEVER), 0, tally)
    share = 0.3 + 0.7 * (mean / length) * (1 - np.exp(-length / mean))
    assert abs(tally.stock("dead_passes")[0] / n - share) < 4 * 0.5 / n**0.5


def test_a_residue_stays_while_the_phone_is_off_line() -> None:
    """After t a share q + (1-q) exp(-t/m) of dead Androids still has it; with the switch off, all of them."""
    n = N
    for erases, expected in ((True, 0.1 + 0.9 * np.exp(-2)), (False, 1.0)):
        one = plan(days=2, android_erases_residue=erases, android_online_after="1d", android_never_online=0.1)
        marks, tally = Draws.marks(0, n), Tally(one.first_day, 2)
        dead = np.full(n, one.begin - 2 * DAY)
        _leave(one, Draws(1), marks, np.zeros(n, dtype=bool), dead, np.full(n, NEVER), 0, tally)
        assert abs(tally.stock("residue_on_android")[0] / n - expected) < 4 * 0.5 / n**0.5


def test_the_funnel_is_a_product() -> None:
    """A screen is reached by the product of (1 - f) of those before it; set-ups succeed with p / (1 - (1-p) a).

    Here p, the whole product, is the success of one try, and a the share that tries again.
    """
    one, tally = plan(), Tally(day := plan().first_day, 365)
    at = np.full(N, day * DAY + 3600)
    done = set_up(one, Draws(1), Draws.marks(0, N), at, 0, tally) < NEVER
    fails = [one.values[f"setup_fails_{s}"] for s in ("face", "input_aid_pin", "signing_password", "card_reading")]
    first = tally.counts["reached/face"]
    assert abs(tally.counts["reached/new_pins"] / first - np.prod([1 - f for f in fails])) < 4 * 0.5 / first**0.5
    p = float(np.prod([1 - one.values[f"setup_fails_{s}"] for s in (
        "face", "input_aid_pin", "signing_password", "card_reading", "new_pins", "wallet")]))  # fmt: skip
    assert abs(done.mean() - p / (1 - (1 - p) * 0.75)) < 4 * 0.5 / N**0.5


def test_who_is_found_before_does_not_report() -> None:
    """Share of losses with a stop: r (1 - f (1 - E)), with E = 1 / ((1 + m_n/m_f) (1 + m_r/m_f)).

    Found with share f after Exp(m_f), reported with r after X = Exp(m_n) + Exp(m_r), if not found before; E is the
    mean of exp(-X/m_f).
    """
    one = plan(
        losses_found=0.5, loss_found_after="2d", losses_reported=0.6, loss_reported_after="1d",
        phone_loss_noticed_after="12h",
    )  # fmt: skip
    loss = lose(one, Draws(1), "phone", Draws.marks(0, N), np.full(N, one.begin), 0)
    before = 1 / ((1 + 0.5 / 2) * (1 + 1 / 2))
    assert abs((loss.recorded < NEVER).mean() - 0.6 * (1 - 0.5 * (1 - before))) < 4 * 0.5 / N**0.5


def test_a_certificate_lasts_four_years_and_a_half() -> None:
    """The fifth birthday after the issue is uniform from 4 to 5 years after it: all end then, half by its middle.

    All were issued within two days; first cards of later years end after the window.
    """
    one = plan(
        date(2024, 7, 1), 366, cards_delivered="2020-06-29 0, 2020-07-01 1, 2024-06-30 1",
        cards_delivered_again=0, cards_made="2020-05-01 0, 2020-06-01 0", card_made_before="0s",
        age_at_first_card_to_2022="0 0, 20 0, 50 1", first_cards_a_year=3,
    )  # fmt: skip
    one = replace(one, survival=np.ones_like(one.survival), life_left=np.zeros_like(one.life_left))
    old = one.people  # 3 million a year come after the last day of the curve, and end later
    tally = chunk(one, 1, 0, 0, N)
    ending = tally.days_of("certificate_expiries")
    n = N * 1e6 / old
    assert abs(ending.sum() - n) < 4 * n**0.5 * 0.1 + 0.005 * n
    assert abs(ending[:183].sum() / n - 0.5) < 4 * 0.5 / n**0.5 + 0.005
