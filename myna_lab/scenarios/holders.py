"""Everybody, in small blocks: birth, first card, renewals, death, and who of them needs a closer look.

    holders --dense--> days of every life, counted --few by few--> those with moves, lost cards, phones

A term is what one pair of certificates of a plastic card lasts: its first and its last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.ages import Births, Days
from myna_lab.scenarios.draws import Draws, Floats, Ints, Marks, Words, threshold
from myna_lab.scenarios.plan import DAY, NEVER, Plan
from myna_lab.scenarios.tallies import Tally

__all__ = ["FAR", "Few", "People", "block", "count_dead", "count_renewals"]

FAR = np.int32(1 << 20)
"""A day after everything."""
_11, _52 = np.uint64(11), np.uint64(52)
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """Lives, one place of each array for each person."""

    marks: Marks
    signs_from: Days
    """First day on which they can have a sign certificate."""
    recorded: Ints
    """Second at which their death is in the books, or NEVER."""
    starts: NDArray[np.int32]
    """First day of each term, one row a term; FAR: there is none."""
    ends: NDArray[np.int32]
    """Last day of each term."""

    def take(self, places: Ints) -> Self:
        """Some of them."""
        rows = (self.starts.take(places, axis=1), self.ends.take(places, axis=1))
        return type(self)(self.marks[places], self.signs_from[places], self.recorded[places], *rows)

    @classmethod
    def joined(cls, parts: Sequence[People]) -> Self:
        """All of several groups."""
        most = max(len(part.starts) for part in parts)
        rows = [
            np.concatenate([_padded(getattr(part, name), most) for part in parts], axis=1)
            for name in ("starts", "ends")
        ]
        flat = [np.concatenate([getattr(part, name) for part in parts]) for name in ("marks", "signs_from", "recorded")]
        return cls(*flat, *rows)

    def term(self, days: NDArray[np.integer]) -> Ints:
        """Which term a day belongs to: the newest that has begun."""
        return np.asarray((self.starts[1:] <= days).sum(axis=0), dtype=np.int64)

    def end_of(self, term: Ints) -> Days:
        """Last day of a term of each."""
        return self.ends[term, np.arange(len(term))]

    def next_start(self, term: Ints) -> Days:
        """First day of the term after it; FAR: there is none."""
        after = np.minimum(term + 1, len(self.starts) - 1)
        return np.where(term + 1 < len(self.starts), self.starts[after, np.arange(len(term))], FAR)


def _padded(rows: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    return np.vstack([rows, np.full((most - len(rows), rows.shape[1]), FAR, dtype=np.int32)])


@dataclass(frozen=True)
class Few:
    """Of a block: who needs a closer look, and why."""

    changing: People
    """Address or name changes."""
    card_losers: People
    adding: People
    """They add the card to a phone."""
    adds_at: Ints
    """Seconds."""
    iphone: Flags


def block(plan: Plan, draws: Draws, first: int, last: int, tally: Tally) -> Few:
    """Live the lives of the holders from ``first`` to before ``last``, and count what everybody has."""
    marks = draws.marks(first, last)
    word = draws.words("first_card", marks)
    step = (word >> _52).astype(np.int64)
    issued = _quantile(plan.issue_days, word, step).astype(np.int32)
    age = _age(plan, draws.words("age", marks), step)
    born = issued - age
    made = np.maximum(issued - plan.made_before.take(step), born)
    died, recorded = _deaths(plan, draws, marks, born, age)
    tally.on_days("deaths", died[died < FAR])
    births = Births(born, plan.values["leap_day_birthday"])
    starts, ends = _terms(plan, draws, marks, births, issued, made, died, recorded, tally)
    signs_from = births.has_age(plan.values["sign_certificate_minimum_age"])
    people = People(marks, signs_from, recorded, np.stack(starts), np.stack(ends))
    count_dead(people.take(np.flatnonzero(died < plan.last_day)), tally)

    left = plan.last_day - issued
    changes = draws.words("change", marks) < plan.changes.take(left)
    losses = draws.words("card_loss", marks) < plan.card_losses.take(left)
    adding, adds_at, iphone = _adding(plan, draws, people, issued)
    return Few(people.take(np.flatnonzero(changes)), people.take(np.flatnonzero(losses)), adding, adds_at, iphone)


def count_dead(dead: People, tally: Tally) -> None:
    """Cards' certificates on the lists by their holders' death, from the midnight after it is in the books."""
    day = dead.recorded // DAY
    tally.between_days("entries_card_dead", day + 1, dead.end_of(dead.term(day)) + 1)


def _age(plan: Plan, words: Words, step: Ints) -> Days:
    """Age in days at the first card, by the time of its step."""
    own = (words >> _52).astype(np.int64)
    own += plan.ages_of.take(step)
    return _quantile(plan.issue_ages, words, own).astype(np.int32)


def _quantile(table: Floats, words: Words, step: Ints) -> Floats:
    """The first 12 bits have chosen the step of the table, the others choose the place in it."""
    low = table.take(step)
    inside = ((words & np.uint64((1 << 52) - 1)) >> np.uint64(20)) * 2.0**-32
    return low + (table.take(step + 1) - low) * inside


def _deaths(plan: Plan, draws: Draws, marks: Marks, born: Days, age: Days) -> tuple[Days, Ints]:
    """Day of death, and second from which the books know it."""
    at_end = np.minimum(plan.last_day - born, len(plan.survival) - 1)
    lives = 1 - draws.shares("death", marks)
    few = np.flatnonzero(plan.survival.take(age) * lives > plan.survival.take(at_end))
    died, recorded = np.full(len(marks), FAR), np.full(len(marks), NEVER)
    seconds = (plan.dies_at(age[few], lives[few]) * DAY).astype(np.int64) + born[few] * np.int64(DAY)
    died[few] = seconds // DAY
    recorded[few] = seconds + draws.delays("death_recorded", plan.values["death_recorded"], marks[few])
    return died, recorded


def _terms(
    plan: Plan, draws: Draws, marks: Marks, births: Births, issued: Days, made: Days, died: Days, recorded: Ints,
    tally: Tally,
) -> tuple[list[Days], list[Days]]:  # fmt: skip
    """First and last days of the terms, counted; a first term counts from the making of the card."""
    v = plan.values
    n = np.where(births.is_adult(made), *_card_birthdays(v))
    end, card_end = births.nth_birthday(made, v["certificate_birthdays"], n)
    end = np.minimum(end, card_end)
    gone = np.minimum(recorded // DAY, FAR).astype(np.int32)
    tally.between_days("cards_held", issued, np.minimum(card_end + 1, gone))
    tally.between_days("card_certificates", issued, np.minimum(end + 1, gone))
    starts, ends = [issued], [end]
    places, dies, k = np.arange(len(marks)), died, 0
    while True:
        # Of those whose term ends in time for a renewal before the end of everything, and who live then.
        ending = np.flatnonzero((end < plan.last_day + v["renewal_from"] // DAY) & (end < dies))
        if not len(ending):
            return starts, ends
        k += 1
        places, end, card_end = places.take(ending), end.take(ending), card_end.take(ending)
        dies, births, dead_at = dies.take(ending), births.take(ending), gone.take(places)
        start, new_end, new_card_end, is_card = _renewal(plan, draws, marks.take(places), births, end, card_end, k)
        start = np.where(start < dies, start, FAR)
        count_renewals(plan, tally, end, start, new_end, new_card_end, is_card, dead_at)
        renewed = np.flatnonzero(start < FAR)
        places, start, dies, births = (
            places.take(renewed),
            start.take(renewed),
            dies.take(renewed),
            births.take(renewed),
        )
        end, card_end = new_end.take(renewed), new_card_end.take(renewed)
        for row, values in ((starts, start), (ends, end)):
            row.append(np.full(len(marks), FAR))
            row[-1][places] = values


def count_renewals(
    plan: Plan, tally: Tally, end: Days, start: Days, new_end: Days, new_card_end: Days, is_card: Flags, dead_at: Days
) -> None:
    """Count terms that end, and what follows them."""
    begins = np.maximum(start, end + 1)
    tally.between_days("card_certificates", begins, np.minimum(new_end + 1, dead_at))
    new_card = np.flatnonzero(is_card)
    until = np.minimum(new_card_end.take(new_card) + 1, dead_at.take(new_card))
    tally.between_days("cards_held", begins.take(new_card), until)
    late = np.flatnonzero((start > end) & (start > plan.first_day))
    lapsed, until = end.take(late) + 1, np.minimum(start.take(late), dead_at.take(late))
    tally.between_days("card_certificates_expired", lapsed, until)
    tally.between_days("card_certificates_unusable", lapsed + plan.values["insurance_after_expiry"] // DAY, until)
    seen = np.flatnonzero((end >= plan.first_day) | (start >= plan.first_day))
    end, start, is_card = end.take(seen), start.take(seen), is_card.take(seen)
    tally.on_days("card_expiries", end[is_card])
    tally.on_days("certificate_expiries", end[~is_card])
    tally.on_days("renewals", start)
    tally.on_days("card_renewals", start[is_card])
    early = start <= end
    tally.between_days("entries_card_renewed", start[early] + 1, end[early] + 1)


def _card_birthdays(values: dict[str, Any]) -> tuple[np.int32, np.int32]:
    return np.int32(values["card_birthdays_adult"]), np.int32(values["card_birthdays_minor"])


def _renewal(
    plan: Plan, draws: Draws, marks: Marks, births: Births, end: Days, card_end: Days, k: int
) -> tuple[Days, Days, Days, Flags]:
    """First and last day of the next term, the card's last day, and whether it is a new card; FAR: never."""
    v = plan.values
    late_share = v["unrenewed_on_the_day"]
    word = draws.words("renewal", marks, k)
    in_time = ((word >> _11) * 2.0**-53 - late_share) * (v["renewal_from"] / DAY / (1 - late_share))
    start = end - in_time.astype(np.int32)  # of those in time the rest of the word is uniform, too
    counted_from = end.copy()  # renewed in time, it reaches to the birthday after the next (life-cycle facts 1.3.5)
    late = np.flatnonzero(word < threshold(late_share))
    start[late] = end[late] + 1 + draws.delays("renewed_late", v["renewed_late_after"], marks[late], k) // DAY
    counted_from[late] = np.minimum(start[late], np.int32(plan.last_day + 3660))
    start[late[word[late] < threshold(late_share * v["never_renewed"])]] = FAR
    is_card = end >= card_end
    n = np.where(births.is_adult(counted_from), *_card_birthdays(v))
    new_end, new_card_end = births.nth_birthday(counted_from, v["certificate_birthdays"], n)
    new_card_end = np.where(is_card, new_card_end, card_end)
    return start, np.minimum(new_end, new_card_end), new_card_end, is_card


def _adding(plan: Plan, draws: Draws, people: People, issued: Days) -> tuple[People, Ints, Flags]:
    """Who adds the card to a phone, when, and on which platform."""
    v = plan.values
    word = draws.words("phone", people.marks)
    iphone = word < threshold(v["phone_able"] * v["iphone_share"])
    able = word < threshold(v["phone_able"])
    since = np.minimum(np.maximum(issued, people.signs_from), np.int32(plan.last_day))
    word = draws.words("adds", people.marks)
    few = np.flatnonzero(able & (word < plan.adds.take(since + iphone * np.int32(len(plan.adds) // 2))))
    iphone, since = iphone[few], since[few]
    shares = np.asarray((word[few] >> _11) * 2.0**-53, dtype=np.float64)
    at = np.empty(len(few), dtype=np.int64)
    for phone in (False, True):
        at[iphone == phone] = plan.adding[phone].times(since[iphone == phone], shares[iphone == phone])
    return people.take(few), at, iphone
