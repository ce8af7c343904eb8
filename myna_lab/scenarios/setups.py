"""Adding the card to a phone: try after try, screen after screen, and the minutes after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.draws import Draws, Ints, Marks, threshold
from myna_lab.scenarios.plan import DAY, NEVER, SETUP_SCREENS, Plan
from myna_lab.scenarios.tallies import Tally

__all__ = ["gap", "issued", "set_up"]

_TRIES = 16
"""More than that nobody tries in ours; with the default shares it concerns one in a hundred million."""
_OWN_PINS = (SETUP_SCREENS.index("input_aid_pin"), SETUP_SCREENS.index("signing_password"))
_RACE = 60
"""Seconds: two applications within a minute."""


def set_up(plan: Plan, draws: Draws, marks: Marks, at: Ints, k: int, tally: Tally) -> Ints:
    """The second of the application that succeeds; NEVER for those who give up.

    Args:
        plan: the plan.
        draws: the run's chance.
        marks: of the people.
        at: when they begin.
        k: which phone of theirs it is.
        tally: takes the funnel of what lies in the window.
    """
    v = plan.values
    passes = np.cumprod([1 - v[f"setup_fails_{screen}"] for screen in SETUP_SCREENS])
    ends = np.array([threshold(1 - share) for share in passes], dtype=np.uint64)
    applied, left, now = np.full(len(at), NEVER), np.arange(len(at)), at
    ended = np.zeros(len(SETUP_SCREENS) + 1, dtype=np.int64)
    for attempt in range(_TRIES):
        which, m = k * _TRIES + attempt, marks[left]
        screen = np.searchsorted(ends, draws.words("screen", m, which), side="right")
        inside = tally.inside(now)
        ended += np.bincount(screen[inside], minlength=len(ended))
        done = screen == len(SETUP_SCREENS)
        applied[left[done]] = now[done]
        blocked = ((screen == _OWN_PINS[0]) | (screen == _OWN_PINS[1])) & draws.happens(
            "blocks", v["setup_blocks_pin"], m, which
        )
        tally.at_seconds("setup_lockouts", now[blocked])
        again = ~done & draws.happens("tries_again", v["setup_tried_again"], m, which)
        tally.count("gave_up", int((inside & ~done & ~again).sum()))
        places = np.flatnonzero(again)
        left, now, blocked, m = left[places], now[places], blocked[places], m[places]
        now = now + draws.delays("next_try", v["setup_tried_again_after"], m, which)
        now[blocked] += draws.delays("window_first", v["window_visited_after"], m[blocked], which)
        tally.at_seconds("visits_unblocking", now[blocked])
        if not len(left):
            break
    for n, name in enumerate((*SETUP_SCREENS, "done")):
        tally.count(f"ended/{name}", int(ended[n]))
        tally.count(f"reached/{name}", int(ended[n:].sum()))
    return applied


def issued(plan: Plan, applied: Ints, iphone: NDArray[np.bool_]) -> Ints:
    """When the certificates are issued: at once on an iPhone, after a delay on Android."""
    return applied + ~iphone * np.int64(plan.values["issue_delay_android"])


def gap(plan: Plan, draws: Draws, marks: Marks, issue: Ints, k: int, tally: Tally) -> Ints:
    """When the certificates work; counts the uses that are refused until then, and two phones at once.

    The hour of a refused use is drawn by the shape of a day: set-ups themselves come at any second.
    """
    v = plan.values
    wait = v["activation_delay"] + draws.within("activation", v["activation_spread"], marks, k)
    inside = tally.inside(issue)
    eager = draws.happens("eager", v["eager_users"], marks, k) & inside
    uses = draws.events("gap_uses", wait * (v["eager_uses_an_hour"] / 3600), marks, k) * eager
    tally.count("gap_refusals", uses.sum())
    tried = np.flatnonzero(uses)
    hour = np.searchsorted(np.cumsum(plan.hours[:-1]), draws.shares("gap_hour", marks[tried], k), side="right")
    tally.on_hours("gap_refusals", np.repeat(issue[tried] // DAY * 24 + hour, uses[tried]))
    tally.count("gap_people", int((uses > 0).sum()))
    tally.count("gap_seconds", wait[inside].sum())
    tally.at_seconds("set_ups", issue)
    second = draws.happens("second_phone", v["second_phone_applies"], marks, k) & inside
    apart = draws.delays("second_phone_after", v["second_phone_applies_after"], marks, k)
    tally.count("second_applications", int(second.sum()))
    tally.count("races", int((second & (apart < _RACE)).sum()))
    works: Ints = issue + wait
    return works
