"""Changes of address and name: the visit to the window, and the sign certificate that lapses at the next midnight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.draws import Draws, Ints, Marks
from myna_lab.scenarios.holders import FAR, People
from myna_lab.scenarios.plan import DAY, NEVER, YEAR, Plan
from myna_lab.scenarios.tallies import Tally

__all__ = ["Changes", "changes", "count_changes"]


class Changes(NamedTuple):
    """Changes of each person, one row after the other in time."""

    at: NDArray[np.int64]
    """Second of the visit; NEVER: no more."""
    reissued: NDArray[np.bool_]
    """Whether the sign certificate was issued again at the visit."""

    def next_after(self, seconds: Ints) -> Ints:
        """Second of the first change after an instant, or NEVER."""
        found = np.full(len(seconds), NEVER)
        some = np.flatnonzero(self.at[0] < NEVER)  # the others have none
        at = self.at.take(some, axis=1)
        found[some] = np.where(at > seconds[some], at, NEVER).min(axis=0)
        return found

    def lapsed(self, term_start: NDArray[np.integer], seconds: Ints) -> NDArray[np.bool_]:
        """Whether the newest change of this term, before an instant, left the person without a sign certificate."""
        found = np.zeros(len(seconds), dtype=np.bool_)
        some = np.flatnonzero(self.at[0] < seconds)
        at = self.at.take(some, axis=1)
        within = (at < seconds[some]) & (at >= term_start[some] * np.int64(DAY))
        newest = np.where(within, np.arange(len(at))[:, None], -1).max(axis=0, initial=-1)
        found[some] = (newest >= 0) & ~self.reissued[newest, some]
        return found

    def take(self, places: Ints) -> Changes:
        """Those of some people."""
        return Changes(self.at.take(places, axis=1), self.reissued.take(places, axis=1))


def changes(plan: Plan, draws: Draws, marks: Marks, since: Ints) -> Changes:
    """All changes from the first card to the end of the window.

    Args:
        plan: the plan.
        draws: the run's chance.
        marks: of the people.
        since: second of the first card.
    """
    v = plan.values
    mean = YEAR / max(v["moves_a_year"] + v["name_changes_a_year"], 1e-9)
    gate = plan.changes.take(plan.last_day - since // DAY)
    left = np.flatnonzero(draws.words("change", marks) < gate)
    now = since[left]
    rows: list[Ints] = []
    again: list[NDArray[np.bool_]] = []
    while True:
        now = now + draws.delays("change", mean, marks[left], len(rows))
        few = now < plan.end
        left, now = left[few], now[few]
        row, visit = np.full(len(marks), NEVER), np.zeros(len(marks), dtype=bool)
        row[left] = now
        visit[left] = draws.happens("reissued", v["reissued_at_the_visit"], marks[left], len(rows))
        rows.append(row)
        again.append(visit)
        if not len(left):
            return Changes(np.stack(rows), np.stack(again))


def count_changes(plan: Plan, draws: Draws, people: People, tally: Tally) -> None:
    """Count visits, entries on the list of sign certificates, and people without one."""
    happened = changes(plan, draws, people.marks, people.starts[0] * np.int64(DAY))
    before = np.full(len(people.marks), -1)  # of the newest change: the term in which it took the certificate
    for at, reissued in zip(happened.at, happened.reissued, strict=True):
        some = np.flatnonzero((at < NEVER) & (at < people.recorded))
        if not len(some):
            break
        day, few = at[some] // DAY, people.take(some)
        term = few.term(day)
        tally.on_days("visits_change", day)
        end, renewed = few.end_of(term) + 1, few.next_start(term)
        has = np.flatnonzero((few.signs_from <= day) & (day < end) & (before[some] != term))
        some, day, term, end = some[has], day[has], term[has], end[has]
        tally.between_days("entries_card_sign", day + 1, end)
        stays = ~reissued[some]
        gone = np.minimum(few.recorded[has] // DAY, FAR)
        until = np.minimum(np.minimum(end, renewed[has]), gone)
        tally.between_days("card_signing_lapsed", (day + 1)[stays], until[stays])
        before[some] = np.where(stays, term, -1)
