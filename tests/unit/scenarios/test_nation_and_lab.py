"""The laboratory, with its real APDUs, keys and certificates, and the model of a nation measure the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from cryptography import x509

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.scenarios.ages import EPOCH, Births, day_number, to_date
from myna_lab.scenarios.assumptions import Assumptions
from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.plan import DAY, NEVER, Plan, Service
from myna_lab.scenarios.status import learned
from myna_lab.scenarios.tallies import Tally
from needs import rounds

PEOPLE = rounds(16, soak=300)
GRID = timedelta(minutes=5)
"""Services are asked at every full five minutes: every tick and every list of these rules lies on one."""
ORIGIN = at("2000-01-01")
WAYS = {
    "ocsp": ({}, "ocsp"),
    "ocsp of every hour": ({"ocsp_refresh": "1h"}, "ocsp"),
    "lists of every hour": ({"service_revocation_data": "crl", "crl_period": "1h"}, "crl"),
    "lists of every three hours, switched over ten minutes later": (
        {"service_revocation_data": "crl", "crl_period": "3h", "crl_switch_over": "10min"}, "crl",
    ),
}  # fmt: skip


class Seen(NamedTuple):
    """Of one change of phone, in seconds since 1900."""

    revoked: float
    asked: float
    """When the portal was asked for the first time after it."""
    refused: float
    early: bool
    """Whether the new phone's log-in was accepted a second before its certificates work."""
    accepted: bool
    """And at that very second."""


def second(instant: datetime) -> float:
    return (instant - ORIGIN).total_seconds() + (ORIGIN.date() - EPOCH).days * DAY


def change_phones(rules: dict[str, str], people: int) -> list[Seen]:
    """People who change phones at any time of a day."""
    lab, chance, seen = Lab(seed=11, parameters=rules), Chance(11), []
    wait = lab.parameters.duration("activation_delay")
    for _ in range(people):
        person = lab.resident()
        old = lab.iphone(person)
        old.add_card().run(same_pins=True)
        lab.advance(timedelta(seconds=chance.integer(1200, 12_000)))
        new = lab.iphone(person)
        new.add_card().run(same_pins=True)
        events = lab.tables.events().groupby("event", observed=True)["at"].last()
        works = events["CertificateIssued"] + wait
        asked, ahead, accepted = lab.now, [works - timedelta(seconds=1), works], []
        while lab.portal.log_in(old).accepted:
            lab.advance_to(min([lab.now + GRID - (lab.now - ORIGIN) % GRID, *ahead[:1]]))
            if ahead and lab.now >= ahead[0]:
                accepted.append(lab.portal.log_in(new).accepted)
                del ahead[0]
        refused_at = second(lab.now)
        for instant in ahead:
            lab.advance_to(instant)
            accepted.append(lab.portal.log_in(new).accepted)
        seen.append(Seen(second(events["CertificateRevoked"]), second(asked), refused_at, *accepted))
    return seen


def model(rules: dict[str, str]) -> Plan:
    """The plan of the same rules; the laboratory's portal fetches at once what is given."""
    shared = {name: value for name, value in rules.items() if name in Assumptions()}
    return Plan.of(Assumptions(shared | {"list_fetched_within": "0s", "list_swapped_in": "0s"}), date(2026, 1, 1), 1)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_every_revocation_is_refused_at_the_same_second(way: str) -> None:
    """For each revocation the model says when the portal refuses for the first time, and that is when it does.

    The new phone is refused up to the last second of the waiting time, and accepted at its end.
    """
    rules, status = WAYS[way]
    seen = change_phones(rules, PEOPLE // 2)
    revoked = np.ceil([one.revoked for one in seen]).astype(np.int64)
    said = learned(
        model(rules), Draws(1), Service("portal", 1, status, 0), revoked, Draws.marks(0, len(seen)), 0
    ).refused
    assert [one.refused for one in seen] == pytest.approx(
        [max(s, o.asked) for s, o in zip(said, seen, strict=True)], abs=1
    )
    assert max(one.refused - one.revoked for one in seen) > 600
    assert not any(one.early for one in seen) and all(one.accepted for one in seen)


@pytest.mark.soak
def test_a_stop_is_refused_at_the_same_second() -> None:
    """A phone that is stopped at any second is refused when the model says so, and not before."""
    lab, chance = Lab(seed=13), Chance(13)
    for _ in range(PEOPLE // 2):
        person = lab.resident()
        phone = lab.iphone(person)
        phone.add_card().run(same_pins=True)
        lab.advance(timedelta(seconds=chance.integer(1200, 5000)))
        (stopped,) = (one for one in phone.certificates if one.kind == "phone_auth")
        stopped.hold()
        held = np.array([np.ceil(second(lab.now))]).astype(np.int64)
        (said,) = learned(model({}), Draws(1), Service("portal", 1, "ocsp", 0), held, Draws.marks(0, 1), 0).refused
        wait = timedelta(seconds=int(said) - second(lab.now))
        if wait > timedelta(seconds=1):
            lab.advance(wait - timedelta(seconds=1))
            assert lab.portal.log_in(phone).accepted
            lab.advance("1s")
        assert not lab.portal.log_in(phone).accepted


@pytest.mark.soak
def test_certificates_end_on_the_same_day() -> None:
    """Of residents of many birthdays, leap day and the day of issue included: certificates and cards end alike."""
    lab = Lab(seed=5)
    born = [None] * (4 * PEOPLE) + ["1992-02-29", "1980-06-24", "1980-06-25", "2004-06-23"]
    people = [lab.resident(**({"born": day} if day else {})) for day in born]
    table = lab.tables.certificates().query("kind == 'card_auth'").set_index("person")
    births = Births(np.array([day_number(one.born) for one in people], dtype=np.int32))
    issued = np.full(len(people), day_number(lab.now.date()), dtype=np.int32)
    fifth, tenth = births.nth_birthday(issued, 5, 10)
    for n, one in enumerate(people):
        assert table.loc[f"person-{n + 1}", "not_after"].date() == to_date(min(fifth[n], tenth[n]))
        assert one.card_expires.date() == to_date(tenth[n])


@pytest.mark.soak
def test_lists_have_the_same_entries_and_octets() -> None:
    """After n changes of phone the phones' lists hold n entries in both; each takes what ``crl_bytes_an_entry`` says.

    Within three octets: a DER integer has one more where its first bit is set, and lengths of a list grow.
    """
    n = PEOPLE // 2
    lab = Lab(seed=12)
    people = [lab.resident() for _ in range(n)]
    old = [lab.iphone(person) for person in people]
    for phone in old:
        phone.add_card().run(same_pins=True)
    sizes = {}
    for kind in ("phone_auth", "phone_sign"):
        lists = {lab.certificates(person)[0].municipality for person in people}
        sizes[kind] = {place: lab.revocation.crl(kind, place) for place in lists}
    for person in people:
        lab.android(person).add_card().run(same_pins=True)
    lab.advance("2d")
    plan = model({})
    for kind, before in sizes.items():
        after = {place: lab.revocation.crl(kind, place) for place in before}
        entries = sum(len(x509.load_der_x509_crl(der)) for der in after.values())
        tally = Tally(plan.first_day, 1)
        revoked = np.full(n, plan.begin - DAY)
        tally.between(f"entries_{kind}", revoked, np.full(n, NEVER))
        assert entries == tally.stock(f"entries_{kind}")[0] == n
        grown = sum(len(after[place]) - len(der) for place, der in before.items()) / n
        assert abs(grown - plan.values["crl_bytes_an_entry"]) <= 3
