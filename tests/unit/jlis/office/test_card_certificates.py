"""When the certificates of plastic cards begin: at a time of day of their own, before the card is handed over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, at
from myna_lab.jlis.office.hours import card_made_at
from myna_lab.parameters import Parameters

LONG_AGO = at("2023-07-16 10:07:41")
BORN = date(1990, 2, 17)


def made(now: str, born: date = BORN, since: datetime = LONG_AGO, **changes: str) -> set[datetime]:
    """When the first certificates of forty cards are made."""
    chances = (Chance(seed) for seed in range(40))
    return {card_made_at(at(now), born, chance, Parameters(changes), since=since) for chance in chances}


@pytest.mark.parametrize(
    ("now", "earliest", "latest"),
    [
        ("2025-06-24 09:00", "2025-06-24 08:30:00", "2025-06-24 08:59:59"),
        ("2025-06-24 15:30:30.5", "2025-06-24 08:30:00", "2025-06-24 15:30:29"),
        ("2025-06-24 22:00", "2025-06-24 08:30:00", "2025-06-24 17:14:59"),
        ("2025-06-24 07:00", "2025-06-23 08:30:00", "2025-06-23 17:14:59"),  # not open yet: the day before
        ("2025-06-24 00:00", "2025-06-23 08:30:00", "2025-06-23 17:14:59"),
    ],
)
def test_the_latest_hours_of_work(now: str, earliest: str, latest: str) -> None:
    """Whole seconds of the latest hours of work, a second before their end at the latest; nearly all differ."""
    found = made(now)
    assert at(earliest) <= min(found) and max(found) <= at(latest)
    assert len(found) > 35
    assert {one.microsecond for one in found} == {0}
    assert max(found) - min(found) > (at(latest) - at(earliest)) / 2


@pytest.mark.parametrize(
    ("born", "now"),
    [
        (date(1990, 6, 24), "2025-06-24 06:00"),  # the birthday
        (date(2025, 6, 24), "2025-06-24 06:00"),  # born today
        (date(2000, 2, 29), "2025-02-28 06:00"),  # the birthday that ends cards
        (date(2000, 2, 29), "2025-03-01 06:00"),  # the day from which a leap day's child is a year older
    ],
)
def test_nobody_gets_a_card_of_yesterdays_age(born: date, now: str) -> None:
    """Who was a year younger yesterday, or has the birthday today, gets certificates of today, since midnight."""
    found = made(now, born)
    assert at(now).replace(hour=0) <= min(found) and max(found) < at(now)


def test_no_certificate_is_older_than_its_authority() -> None:
    """After a key ceremony of today the first second is the ceremony's; in that very second there is no other."""
    ceremony = at("2025-06-24 12:00:07")
    assert min(made("2025-06-24 13:00", since=ceremony)) >= ceremony
    assert min(made("2025-06-24 06:00", since=at("2025-06-24 05:00"))) >= at("2025-06-24 05:00")
    assert min(made("2025-06-24 06:00", since=at("2025-06-23 20:00"))) >= at("2025-06-24 00:00")
    assert made("2025-06-24 12:00:07", since=ceremony) == {ceremony}


def test_the_hours_are_a_parameter() -> None:
    """Another town hall opens at ten and closes at noon."""
    found = made("2025-06-24 20:00", certificate_hours="10:00-12:00")
    assert at("2025-06-24 10:00") <= min(found) and max(found) < at("2025-06-24 12:00")


def beginnings(lab: Lab) -> list[datetime]:
    """When each certificate begins, in JST."""
    rows = lab.certificates()
    return [x509.load_der_x509_certificate(row.der).not_valid_before_utc.astimezone(JST) for row in rows]


@pytest.mark.parametrize("start", ["2025-06-24 09:00", "2025-06-24"])
def test_the_cards_of_a_fresh_lab(start: str) -> None:
    """Each certificate begins at a second of its own, before now; the same seed gives the same seconds."""
    lab = Lab(seed=7, start=start)
    people = [lab.resident(born="1990-04-01") for _ in range(5)]
    found = beginnings(lab)
    assert len(found) == len(set(found)) == 10
    assert max(found) < lab.now and all(one.strftime("%M:%S") != "00:00" for one in found)
    again = Lab(seed=7, start=start)
    assert [again.resident(born="1990-04-01").name for _ in range(5)] == [person.name for person in people]
    assert beginnings(again) == found


def test_a_signing_certificate_names_the_second_of_its_request() -> None:
    """The fourteen digits of the common name are notBefore in JST; the auth certificate was made a second earlier."""
    lab = Lab(seed=7)
    holder = lab.resident()
    own = {row.kind: x509.load_der_x509_certificate(row.der) for row in lab.certificates(holder)}
    sign, auth = own["card_sign"], own["card_auth"]
    (name,) = sign.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert str(name.value)[:14] == f"{sign.not_valid_before_utc.astimezone(JST):%Y%m%d%H%M%S}"
    assert sign.not_valid_before_utc - auth.not_valid_before_utc == timedelta(seconds=1)


def test_a_card_on_a_birthday_before_the_offices_open() -> None:
    """A child of fifteen years today has a signing certificate at six in the morning, and five birthdays to come."""
    lab = Lab(seed=7, start="2025-06-24 06:00")
    rows = lab.certificates(lab.resident(born="2010-06-24"))
    assert {row.kind for row in rows} == {"card_sign", "card_auth"}
    ends = {x509.load_der_x509_certificate(row.der).not_valid_after_utc for row in rows}
    assert ends == {at("2030-06-24 23:59:59")}
