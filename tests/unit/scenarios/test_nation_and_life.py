"""One week in the laboratory, with real chips and certificates, and the same instants in the rules of the nation.

Eleven people change, lose and find phones and cards, move, marry, renew and die. The rules of the nation are told the
instants at which the laboratory did it, instead of drawing them; then both have the same stock at each midnight, with
no Monte Carlo error left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from myna_lab import Lab
from myna_lab.ground.durations import at
from myna_lab.jlis.books import PhoneState
from myna_lab.scenarios.ages import Births, day_number, to_date
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws, Ints
from myna_lab.scenarios.holders import FAR, People, count_dead, count_renewals
from myna_lab.scenarios.losses import count_card_losses
from myna_lab.scenarios.phones import live
from myna_lab.scenarios.plan import DAY, NEVER, Plan
from myna_lab.scenarios.records import count_changes
from myna_lab.scenarios.tallies import Tally

FIRST, DAYS = date(2026, 6, 1), 9
CHANGES, KEEPS_ONE, FINDS, REPLACES, MOVES, RENEWS, DIES = range(7)
"""Who has a phone: a change of iPhone, of Android; a lost one found, one replaced; a move, a renewal, a death."""
MOVES_AND_SIGNS, MARRIES, FINDS_CARD, LOSES_CARD = range(7, 11)
BORN = "1990-06-20"
WANTED = (
    "phones_iphone", "phones_android", "phones_on_hold", "phones_astray", "phones_signing_lapsed", "dead_passes",
    "residue_on_android", "entries_phone_auth", "entries_phone_sign", "entries_card_auth", "entries_card_sign",
    "card_signing_lapsed", "card_certificates_on_hold",
)  # fmt: skip


def second(instant: datetime) -> int:
    """Whole seconds since 1900, later by less than one."""
    return -int((at("1900-01-01") - instant) // timedelta(seconds=1))


class Week:
    """The laboratory's week: what was there at each midnight, and when what was done."""

    def __init__(self) -> None:
        self.lab = Lab(seed=3, start="2022-06-01 09:00", parameters={"android_erases_residue": True})
        self.people = [self.lab.resident(born=BORN) for _ in range(11)]
        self.given_up: set[str] = set()
        self.done: dict[str, int] = {}
        self.stock: dict[str, list[int]] = {name: [] for name in WANTED}
        self.play()

    def act(self, name: str, when: str, does: Callable[[], Any]) -> Any:
        """Do it at an instant of June 2026, counting at each midnight before it."""
        self.until(at(f"2026-06-{when}"))
        found = does()
        self.done[name] = second(self.lab.now)
        return found

    def until(self, instant: datetime) -> None:
        """Let time pass, and count at midnights."""
        while (midnight := at(str(FIRST)) + len(self.stock["dead_passes"]) * timedelta(days=1)) <= instant:
            self.lab.advance_to(midnight)
            for name, n in self.count().items():
                self.stock[name].append(n)
        if instant > self.lab.now:
            self.lab.advance_to(instant)

    def set_up(self, name: str, when: str, phone: Any) -> Any:
        """Add the card; what is written down is the second of the application."""
        self.act(name, when, lambda: phone.add_card().run(same_pins=True))
        table = self.lab.tables.certificates()
        issued = table.loc[(table["device"] == phone.name) & (table["kind"] == "phone_auth"), "issued_at"].max()
        delay = self.lab.parameters.duration("issue_delay_android") if phone.platform == "android" else timedelta()
        self.done[name] = second(issued - delay)
        return phone

    def count(self) -> dict[str, int]:
        """What is there now, read from certificates and phones of the laboratory."""
        table = self.lab.tables.certificates()
        mine = {phone.name: not phone.lost and phone.name not in self.given_up for phone in self.lab.phones}
        state = {(row.device, row.kind): row.state for row in table.itertuples()}
        lives = {name: state.get((name, "phone_auth")) in ("issued", "good") for name in mine}
        # A nation's figure leaves out what is on lost phones, and on those of the dead: nobody deletes it by hand.
        mourned = self.people[DIES].phones
        dead = [p for p in self.lab.phones if p.state is PhoneState.DEAD and not p.lost and p not in mourned]

        good = table[table["state"] == "good"]
        logs_in, signs = (set(good.loc[good["kind"] == kind, "person"]) for kind in ("card_auth", "card_sign"))

        def how_many(kind: str, *states: str) -> int:
            return int(((table["kind"] == kind) & table["state"].isin(states)).sum())

        return {
            "phones_iphone": sum(lives[name] and mine[name] for name in mine if name.startswith("iphone")),
            "phones_android": sum(lives[name] and mine[name] for name in mine if name.startswith("android")),
            "phones_on_hold": how_many("phone_auth", "on hold"),
            "phones_astray": sum(lives[name] and name in self.given_up for name in mine),
            "phones_signing_lapsed": sum(lives[n] and state[n, "phone_sign"] == "revoked" for n in mine if lives[n]),
            "dead_passes": sum(phone.platform == "iphone" for phone in dead),
            "residue_on_android": sum(phone.platform == "android" for phone in dead),
            "entries_phone_auth": how_many("phone_auth", "revoked", "on hold"),
            "entries_phone_sign": how_many("phone_sign", "revoked", "on hold"),
            "entries_card_auth": how_many("card_auth", "revoked", "on hold"),
            "entries_card_sign": how_many("card_sign", "revoked", "on hold"),
            "card_signing_lapsed": len(logs_in - signs),
            "card_certificates_on_hold": how_many("card_auth", "on hold"),
        }

    def play(self) -> None:
        """The acts, in the order of time; 1 June 2026 is a Monday."""
        lab, people, town = self.lab, self.people, self.lab.municipality
        made = [lab.android if n == KEEPS_ONE else lab.iphone for n in range(7)]
        self.until(at(str(FIRST)))
        phones = [self.set_up(f"adds/{n}", f"01 10:{7 * n:02}", make(people[n])) for n, make in enumerate(made)]
        self.act(f"moves/{MOVES}", "02 10:00", lambda: town.move(people[MOVES]))
        self.act(f"moves/{MOVES_AND_SIGNS}", "02 10:30", lambda: town.move(people[MOVES_AND_SIGNS]))
        town.reissue_signing(people[MOVES_AND_SIGNS])
        self.act(f"moves/{MARRIES}", "02 11:00", lambda: town.change_name(people[MARRIES], "新姓 花子"))
        self.act(f"lost/{FINDS}", "02 11:30", phones[FINDS].lose)
        self.act(f"lost/{REPLACES}", "02 12:00", phones[REPLACES].lose)
        self.given_up.add(phones[REPLACES].name)
        self.act(f"called/{REPLACES}", "02 12:10", lambda: lab.hotline.suspend(people[REPLACES], card=False))
        self.act(f"card lost/{FINDS_CARD}", "02 13:00", lambda: None)
        self.act(f"card called/{FINDS_CARD}", "02 13:30", lambda: lab.hotline.suspend(people[FINDS_CARD], phone=False))
        self.act(f"card lost/{LOSES_CARD}", "02 14:00", lambda: None)
        self.act(f"card called/{LOSES_CARD}", "02 14:20", lambda: lab.hotline.suspend(people[LOSES_CARD], phone=False))
        self.act(f"called/{FINDS}", "02 14:40", lambda: lab.hotline.suspend(people[FINDS], card=False))
        self.act(f"changes/{CHANGES}", "02 15:00", lambda: self.given_up.add(phones[CHANGES].name))
        self.act(f"changes/{KEEPS_ONE}", "02 16:00", lambda: self.given_up.add(phones[KEEPS_ONE].name))
        phones[KEEPS_ONE].go_offline()
        self.set_up(f"adds again/{CHANGES}", "03 10:00", lab.iphone(people[CHANGES]))
        self.set_up(f"adds again/{KEEPS_ONE}", "03 11:00", lab.android(people[KEEPS_ONE]))
        self.act(f"renews/{RENEWS}", "04 10:00", lambda: town.renew(people[RENEWS]))
        self.act(f"deletes/{CHANGES}", "04 12:00", phones[CHANGES].delete_pass)
        self.act(f"dies/{DIES}", "05 10:00", lambda: town.record_death(people[DIES]))
        self.set_up(f"adds again/{RENEWS}", "05 11:00", phones[RENEWS])
        self.act(f"found/{FINDS}", "05 14:00", phones[FINDS].find)
        town.resume(people[FINDS], card=False)
        self.act(f"on line/{KEEPS_ONE}", "05 15:00", phones[KEEPS_ONE].go_online)
        self.set_up(f"adds again/{REPLACES}", "08 10:00", lab.iphone(people[REPLACES]))
        self.act(f"card found/{FINDS_CARD}", "08 11:00", lambda: town.resume(people[FINDS_CARD], phone=False))
        self.act(f"reissues/{LOSES_CARD}", "08 11:30", lambda: town.reissue(people[LOSES_CARD]))
        self.until(at("2026-06-10"))


class Told(Draws):
    """Not drawn but told: by the name of a decision and the repetition, for each person; else never and no."""

    def __init__(self, told: dict[tuple[str, int], dict[int, int]]) -> None:
        super().__init__(1)
        self._told, self._place = told, {int(mark): n for n, mark in enumerate(Draws.marks(0, 11))}

    def _of(self, name: str, marks: Any, k: int, otherwise: int) -> Ints:
        given = self._told.get((name, k), {})
        return np.array([given.get(self._place[int(mark)], otherwise) for mark in marks], dtype=np.int64)

    def delays(self, name: str, mean: float, marks: Any, k: int = 0) -> Ints:
        return self._of(name, marks, k, NEVER)

    def happens(self, name: str, share: float, marks: Any, k: int = 0) -> Any:
        return self._of(name, marks, k, 0) > 0

    def words(self, name: str, marks: Any, k: int = 0) -> Any:
        return np.full(len(marks), 2**64 - 1 if name == "screen" else 0, dtype=np.uint64)


@cache
def week() -> Week:
    """Played once."""
    return Week()


@cache
def model() -> Tally:
    """The rules of the nation, told the week."""
    lab, done = week().lab, week().done
    plan = Plan.of(Assumptions({"hotline_records_after": "10min"}), FIRST, DAYS)
    renewed = lab.tables.certificates().query("kind == 'card_auth'").groupby("person")["not_after"].max()
    births = Births(np.array([day_number(date.fromisoformat(BORN))] * 11, dtype=np.int32))
    issued = np.full(11, day_number(date(2022, 6, 1)), dtype=np.int32)
    (end,) = births.nth_birthday(issued, 5)
    start, until = np.full(11, FAR), np.full(11, FAR)
    start[RENEWS] = done[f"renews/{RENEWS}"] // DAY
    until[RENEWS] = day_number(renewed[lab.residents[RENEWS].person].date())
    recorded = np.full(11, NEVER)
    recorded[DIES] = done[f"dies/{DIES}"]
    everybody = People(Draws.marks(0, 11), issued, recorded, np.stack([issued, start]), np.stack([end, until]))
    since = int(issued[0]) * DAY
    apart: Callable[[str, str, int], int] = lambda one, other, n: done[f"{other}/{n}"] - done[f"{one}/{n}"]  # noqa: E731
    changes = (CHANGES, KEEPS_ONE)
    losses = {"card": (FINDS_CARD, LOSES_CARD), "phone": (FINDS, REPLACES)}
    moves = {n: done[f"moves/{n}"] - since for n in (MOVES, MOVES_AND_SIGNS, MARRIES)}
    begins = {n: done[f"adds/{n}"] for n in range(7)}
    told = {
        ("change", 0): moves,
        ("reissued", 0): {MOVES_AND_SIGNS: 1},
        ("phone_changed", 0): {n: done[f"changes/{n}"] - begins[n] for n in changes},
        ("phone_lost", 0): {n: done[f"lost/{n}"] - begins[n] for n in losses["phone"]},
        ("added_again", 0): dict.fromkeys((*changes, RENEWS, REPLACES), 1),
        ("added_again_after", 0): {n: apart("changes", "adds again", n) for n in changes}
        | {RENEWS: done[f"adds again/{RENEWS}"] - int(start[RENEWS]) * DAY},
        ("phone_noticed", 0): dict.fromkeys(losses["phone"], 0),
        ("phone_reported", 0): dict.fromkeys(losses["phone"], 1),
        ("phone_reported_after", 0): {n: apart("lost", "called", n) for n in losses["phone"]},
        ("phone_found", 0): {FINDS: 1},
        ("phone_found_after", 0): {FINDS: apart("lost", "found", FINDS)},
        ("stop_lifted", 0): {FINDS: 0},
        ("phone_replaced", 0): {REPLACES: apart("lost", "adds again", REPLACES)},
        ("pass_deleted", 1): {CHANGES: done[f"deletes/{CHANGES}"] - done[f"adds again/{CHANGES}"]},
        ("android_online", 1): {KEEPS_ONE: apart("adds again", "on line", KEEPS_ONE)},
        ("card_noticed", 0): dict.fromkeys(losses["card"], 0),
        ("card_reported", 0): dict.fromkeys(losses["card"], 1),
        ("card_loss", 0): {n: done[f"card lost/{n}"] - since for n in losses["card"]},
        ("card_reported_after", 0): {n: apart("card lost", "card called", n) for n in losses["card"]},
        ("card_found", 0): {FINDS_CARD: 1},
        ("card_found_after", 0): {FINDS_CARD: apart("card lost", "card found", FINDS_CARD)},
        ("card_stop_lifted", 0): {FINDS_CARD: 0},
        ("card_reissued", 0): {LOSES_CARD: apart("card lost", "reissues", LOSES_CARD)},
    }
    tally, draws = Tally(plan.first_day, DAYS), Told(told)
    phones, movers, losers = (np.array(some) for some in (range(7), sorted(moves), losses["card"]))
    live(plan, draws, everybody.take(phones), np.array([begins[n] for n in phones]), phones != KEEPS_ONE, tally)
    count_changes(plan, draws, everybody.take(movers), tally)
    count_card_losses(plan, draws, everybody.take(losers), tally)
    count_dead(everybody.take(np.array([DIES])), tally)
    one = np.array([RENEWS])
    begun, new_end, far = start[one], until[one], np.full(1, FAR)
    count_renewals(plan, tally, end[one], begun, new_end, far, np.zeros(1, dtype=bool), far)
    return tally


def stock(name: str) -> list[int]:
    """Of the nation at each midnight; entries by renewal and death are on both lists of the card."""
    found = model().stock(name)
    if name.startswith("entries_card"):
        found = found + model().stock("entries_card_renewed") + model().stock("entries_card_dead")
    return found.tolist()


@pytest.mark.parametrize("name", WANTED)
def test_the_week_is_the_same(name: str) -> None:
    """At each midnight of the week both count the same, and in the week it is not always nothing."""
    ours = week().stock[name]
    assert len(ours) == DAYS + 1 and max(ours) > 0
    assert stock(name) == ours


def test_a_renewal_in_time_reaches_the_same_day() -> None:
    """Renewed before its end, a certificate reaches the fifth birthday after that end, in both (life-cycle 1.3.5)."""
    born = Births(np.array([day_number(date.fromisoformat(BORN))], dtype=np.int32))
    (first,) = born.nth_birthday(np.array([day_number(date(2022, 6, 1))], dtype=np.int32), 5)
    (second_end,) = born.nth_birthday(first, 5)
    table = week().lab.tables.certificates().query("kind == 'card_auth'")
    ends = sorted(table.loc[table["person"] == week().people[RENEWS].person, "not_after"])
    assert [end.date() for end in ends] == [to_date(first[0]), to_date(second_end[0])]
