"""The rules of a nation once more, person by person and event by event in SimPy: the peer of bench_nation.

Written apart from the vectorised model and with other chance, so that equal counts say something about both.
"""

from __future__ import annotations

import bisect
import gc
import math
from collections import Counter
from collections.abc import Generator
from datetime import date
from random import Random  # noqa: TID251 - the peer draws as SimPy's users do
from typing import Any

import simpy

from myna_lab.ground.birthdays import MARCH_1, birthday, nth_birthday
from myna_lab.scenarios.ages import EPOCH, to_date
from myna_lab.scenarios.plan import DAY, SETUP_SCREENS, YEAR, Plan

__all__ = ["simulate"]

NEVER = float("inf")
Steps = Generator[simpy.Event, Any, None]


class World:
    """One environment, its chance, and what is counted in the window."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.v, self.chance = plan, plan.values, Random(seed)
        self.env = simpy.Environment(initial_time=float(plan.issue_days[0]) * DAY)
        self.counts: Counter[str] = Counter()
        self.stock: Counter[str] = Counter()
        """At the end of the window."""

    def count(self, name: str, at: float | None = None) -> None:
        if self.plan.begin <= (self.env.now if at is None else at) < self.plan.end:
            self.counts[name] += 1

    def delay(self, name: str) -> float:
        return self.chance.expovariate(1 / self.v[name]) if self.v[name] else 0.0

    def rate(self, name: str) -> float:
        return self.chance.expovariate(self.v[name] / YEAR) if self.v[name] else NEVER

    def happens(self, name: str) -> bool:
        return self.chance.random() < self.v[name]

    def leaves(self, name: str, begin: float, end: float) -> None:
        """Something that is there from begin to end: seen, if it is there when the window ends."""
        if begin <= self.plan.end < end:
            self.stock[name] += 1

    @staticmethod
    def quantile(table: Any, place: float) -> float:
        low = int(place)
        return float(table[low] + (table[low + 1] - table[low]) * (place - low))


class Person:
    """What several processes of one life share."""

    def __init__(self, world: World, born: int, made: int, issued: int) -> None:
        self.world, self.born, self.issued = world, to_date(born), to_date(issued)
        self.start, made_on = self.issued, to_date(made)
        self.changes: list[tuple[float, bool]] = []
        self.recorded = NEVER
        self.term_over = world.env.event()
        adult = _is_adult(self.born, made_on)
        leap = world.v["leap_day_birthday"]
        n = world.v["card_birthdays_adult" if adult else "card_birthdays_minor"]
        self.card_end = nth_birthday(self.born, made_on, n, leap)
        self.end = min(nth_birthday(self.born, made_on, world.v["certificate_birthdays"], leap), self.card_end)
        self.signs_from = birthday(self.born, self.born.year + world.v["sign_certificate_minimum_age"], MARCH_1)
        self.lapsed_in: Any = None
        at = (self.issued - EPOCH).days * DAY
        rate = (world.v["moves_a_year"] + world.v["name_changes_a_year"]) / YEAR
        while (at := at + world.chance.expovariate(rate)) < world.plan.end:
            self.changes.append((at, world.happens("reissued_at_the_visit")))
        self.next_start = self._draw_renewal()

    def _draw_renewal(self) -> float:
        w = self.world
        end = (self.end - EPOCH).days
        u = w.chance.random()
        if u < w.v["unrenewed_on_the_day"] * w.v["never_renewed"]:
            return NEVER
        if u < w.v["unrenewed_on_the_day"]:
            return (end + 1 + w.delay("renewed_late_after") // DAY) * DAY
        return (end - int(w.chance.random() * (w.v["renewal_from"] / DAY))) * DAY

    @property
    def end_second(self) -> float:
        return ((self.end - EPOCH).days + 1) * DAY

    def renew(self) -> None:
        w, leap, now = self.world, self.world.v["leap_day_birthday"], to_date(int(self.next_start // DAY))
        counted = max(now, self.end) if now > self.end else self.end
        if self.end >= self.card_end:
            adult = _is_adult(self.born, counted)
            n = w.v["card_birthdays_adult" if adult else "card_birthdays_minor"]
            self.card_end = nth_birthday(self.born, counted, n, leap)
        self.start = now
        self.end = min(nth_birthday(self.born, counted, w.v["certificate_birthdays"], leap), self.card_end)
        self.next_start = self._draw_renewal()


def _is_adult(born: date, day: date) -> bool:
    years = 18 if day >= date(2022, 4, 1) else 20
    return birthday(born, born.year + years, MARCH_1) <= day


def simulate(plan: Plan, holders: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Counts of the window, and stocks at its end."""
    world = World(plan, seed)
    collects = gc.isenabled()
    gc.disable()  # to the peer's advantage: looking for garbage among its processes would cost most of its time
    try:
        for _ in range(holders):
            world.env.process(_life(world))
        world.env.run(until=plan.end)
    finally:
        if collects:
            gc.enable()
    return world.counts, world.stock


def _life(w: World) -> Steps:
    steps = len(w.plan.made_before)
    place = w.chance.random() * steps
    issued = int(w.quantile(w.plan.issue_days, place))
    age = int(w.quantile(w.plan.issue_ages, w.plan.ages_of[int(place)] + w.chance.random() * steps))
    yield w.env.timeout(issued * DAY - w.env.now)
    person = Person(w, issued - age, max(issued - int(w.plan.made_before[int(place)]), issued - age), issued)
    person.recorded = _death(w, age, issued)
    w.env.process(_terms(w, person))
    w.env.process(_changes(w, person))
    w.env.process(_card_loss(w, person))
    w.env.process(_phones(w, person))


def _death(w: World, age: int, issued: int) -> float:
    reached = w.plan.life_left[age] + w.chance.expovariate(1)
    died = (issued - age + bisect.bisect_left(w.plan.life_left, reached)) * DAY
    w.count("deaths", died)
    return died + w.delay("death_recorded")


def _terms(w: World, p: Person) -> Steps:
    while True:
        w.leaves("card_certificates_expired", p.end_second, min(p.next_start, p.recorded))
        if p.next_start > p.recorded or p.next_start == NEVER:
            return
        yield w.env.timeout(max(0, p.next_start - w.env.now))
        w.count("renewals")
        w.leaves("entries_card_renewed", w.env.now, p.end_second)
        p.renew()
        over, p.term_over = p.term_over, w.env.event()
        over.succeed()


def _changes(w: World, p: Person) -> Steps:
    for at, again in p.changes:
        yield w.env.timeout(at - w.env.now)
        if w.env.now > p.recorded:
            return
        w.count("visits_change")
        today = to_date(int(w.env.now // DAY))
        if p.signs_from <= today <= p.end and p.lapsed_in != p.start:
            w.leaves("entries_card_sign", w.env.now, p.end_second)
            p.lapsed_in = None if again else p.start


def _card_loss(w: World, p: Person) -> Steps:
    yield w.env.timeout(w.rate("card_losses_a_year"))
    if w.env.now < p.recorded and w.env.now < p.end_second:
        w.count("card_losses")
        lost, end, today = w.env.now, p.end_second, to_date(int(w.env.now // DAY))
        _, recorded, found = yield from _loss(w, "card")
        again = lost + w.delay("card_reissued_after")
        if (found == NEVER or recorded < NEVER) and p.signs_from <= today:  # released, it logs in alone
            w.leaves("entries_card_sign", min(again, recorded) if found == NEVER else recorded, end)


def _loss(w: World, thing: str) -> Generator[simpy.Event, Any, tuple[float, float, float]]:
    """Noticed, recorded, found; each at its time."""
    lost = w.env.now
    noticed = lost + w.delay(f"{thing}_loss_noticed_after")
    found = lost + w.delay("loss_found_after") if w.happens("losses_found") else NEVER
    call = noticed + w.delay("loss_reported_after")
    if not (w.happens("losses_reported") and call < found):
        return noticed, NEVER, found
    recorded = call + w.v["hotline_records_after"]
    yield w.env.timeout(noticed - lost)
    yield w.env.timeout(recorded - noticed)
    w.count(f"{thing}_stops", lost)
    for service in w.plan.services:
        yield from _exposure(w, service.status, service.cache)
    return noticed, recorded, found


def _exposure(w: World, status: str, cache: int) -> Steps:
    """Published, fetched, refused: worked out, not waited for, as each is a moment of another party's clock."""
    v, now = w.v, w.env.now
    period = v["ocsp_refresh"] if status == "ocsp" else v["crl_period"]
    given = math.ceil(now / period) * period
    if status == "ocsp":
        given += w.chance.random() * cache
    elif status == "crl":
        given += w.chance.random() * v["list_fetched_within"] + v["list_swapped_in"]
    else:
        given = now + w.chance.random() * v["mdoc_validity"]
    w.counts["exposures"] += 1
    w.counts["exposed_seconds"] += int(given - now)
    return
    yield  # a generator, like the other steps


def _adds_at(w: World, p: Person) -> tuple[bool, float]:
    u = w.chance.random()
    if u >= w.v["phone_able"]:
        return False, NEVER
    iphone = u < w.v["phone_able"] * w.v["iphone_share"]
    curve = w.plan.adding[iphone]
    since = max((p.issued - EPOCH).days, (p.signs_from - EPOCH).days, curve.first)
    place = min(since - curve.first, len(curve.hazard) - 1)
    reached = curve.hazard[place] + w.chance.expovariate(1)
    if reached >= curve.hazard[-1]:
        return iphone, NEVER
    return iphone, (curve.first + bisect.bisect_left(curve.hazard, reached) - w.chance.random()) * DAY


def _set_up(w: World, iphone: bool) -> Generator[simpy.Event, Any, bool]:
    while True:
        for screen in SETUP_SCREENS:
            if w.happens(f"setup_fails_{screen}"):
                break
        else:
            return True
        blocked = screen in ("input_aid_pin", "signing_password") and w.happens("setup_blocks_pin")
        if not w.happens("setup_tried_again"):
            w.count("gave_up")
            return False
        yield w.env.timeout(w.delay("setup_tried_again_after") + blocked * w.delay("window_visited_after"))


def _signing(w: World, p: Person) -> Generator[simpy.Event, Any, bool]:
    """Wait for a plastic card with a sign certificate in force."""
    if w.env.now > p.end_second:
        if p.next_start == NEVER:
            return False
        yield p.term_over
        yield w.env.timeout(w.delay("window_visited_after"))
    elif p.lapsed_in == p.start:
        yield w.env.timeout(w.delay("window_visited_after"))
    return True


def _phones(w: World, p: Person) -> Steps:
    iphone, at = _adds_at(w, p)
    if at == NEVER:
        return
    yield w.env.timeout(max(0, at - w.env.now))
    old: tuple[str, bool, float, float] | None = None  # where it is, platform, end, stop
    while True:
        if not (yield from _signing(w, p)) or w.env.now > p.recorded:
            return _end_old(w, old, NEVER)
        if not (yield from _set_up(w, iphone)):
            return _end_old(w, old, NEVER)
        _end_old(w, old, w.env.now)
        if w.env.now > p.recorded:
            return
        w.count("set_ups")
        wait = w.v["activation_delay"] + w.chance.random() * w.v["activation_spread"]
        if w.happens("eager_users"):
            next_use = w.chance.expovariate(w.v["eager_uses_an_hour"] / 3600)
            while next_use < wait:
                w.count("gap_refusals")
                yield w.env.timeout(next_use)
                wait -= next_use
                next_use = w.chance.expovariate(w.v["eager_uses_an_hour"] / 3600)
        lapsed = False
        while True:
            term, end = p.term_over, p.end_second
            times = [
                (min(end, p.next_start, p.recorded), "ends"),
                (w.env.now + w.rate("phone_changes_a_year"), "changes"),
                (w.env.now + w.rate("phone_losses_a_year"), "is lost"),
            ]
            if not lapsed:
                times.append((next((at for at, _ in p.changes if at > w.env.now), NEVER), "moves"))
            when, what = min(times)
            w.leaves(f"phones_{'iphone' if iphone else 'android'}", w.env.now, when)
            yield w.env.timeout(max(0, min(when, w.plan.end + DAY) - w.env.now))
            again, later = w.happens("added_again"), w.delay("added_again_after")
            if what == "moves":
                lapsed = True
                if not again:
                    continue
                old = ("same", iphone, end, NEVER)
                yield w.env.timeout(later)
                break
            if what == "is lost":
                w.count("phone_losses")
                noticed, recorded, found = yield from _loss(w, "phone")
                replaced = noticed + w.delay("phone_replaced_after")
                if found < replaced and w.v["hold_release"] != "never":
                    back = found + (w.delay("stop_lifted_after") if recorded < NEVER else 0)
                    yield w.env.timeout(max(0, back - w.env.now))
                    continue
                old = ("lost", iphone, end, recorded)
                if not again:
                    return _end_old(w, old, NEVER)
                yield w.env.timeout(max(0, replaced - w.env.now))
                break
            if what == "changes":
                w.count("phone_changes")
                before = w.happens("revoked_before_change")
                old = ("given up", iphone, end, w.env.now if before else NEVER)
                if not again:
                    return _end_old(w, old, NEVER)
                iphone ^= w.happens("platform_changed")
                yield w.env.timeout(later)
                break
            w.leaves("entries_phone_auth", when, end)
            if when < end and when < p.recorded and iphone:
                kept = w.happens("passes_never_deleted")
                gone = NEVER if kept else when + w.delay("pass_deleted_after")
                w.leaves("dead_passes", when, min(gone, when + later if again else NEVER))
            if w.env.now >= p.recorded or not again or (p.next_start == NEVER and p.term_over is term):
                return
            if p.term_over is term:
                yield term
            old = None
            yield w.env.timeout(later)
            break


def _end_old(w: World, old: tuple[str, bool, float, float] | None, now: float) -> None:
    if old is None:
        return
    where, iphone, end, stop = old
    revoked = min(now, stop)
    if revoked < end:
        w.leaves("entries_phone_auth", revoked, end)
        if where == "given up" and revoked == now < stop:
            w.count("former_phones")
            for service in w.plan.services:
                for _ in _exposure(w, service.status, service.cache):
                    pass
            kept = w.happens("passes_never_deleted") if iphone else w.happens("android_never_online")
            gone = NEVER if kept else now + w.delay("pass_deleted_after" if iphone else "android_online_after")
            w.leaves("dead_passes" if iphone else "residue_on_android", now, gone)
