"""A question at any instant: the answer beside what was known to whom, and a lab that stays as it is."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.analysis.asking import Asked, asked_table, differences_table
from myna_lab.errors import MisuseError
from myna_lab.lab import Holder, IPhone


@pytest.fixture
def lab() -> Lab:
    """An iPhone that works since 09:07; its log-in certificate was revoked at 09:23, between two OCSP ticks."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance_to("2025-06-24 09:23")
    lab.certificates(lab.phones[0], kind="phone_auth")[0].revoke()
    return lab


def moments(asked: Asked) -> list[tuple[str, str, str]]:
    """Clock, what, and where it lies, in order."""
    return [(f"{moment.at:%H:%M:%S}", moment.what, moment.where) for moment in asked.moments]


def test_the_service_cannot_know_what_came_after_its_data(lab: Lab) -> None:
    """At 09:23 OCSP of 09:15 says good: accepted, though the books say revoked; the list was not looked at."""
    asked = lab.ask(lab.portal, lab.phones[0])
    assert (asked.verdict.code, asked.is_blind, str(asked.age)) == ("accepted", True, "0:08:00")
    assert asked.past is not None and asked.past.state.value == "revoked"
    assert moments(asked) == [
        ("00:00:00", "crl", "aside"),
        ("09:15:00", "ocsp", "known"),
        ("09:23:00", "books", "hidden"),
        ("09:23:00", "asked", "asked"),
        ("09:30:00", "next_ocsp", "ahead"),
        ("00:00:00", "next_crl", "ahead"),
    ]
    ocsp, crl = asked.held
    assert (f"{ocsp.until:%H:%M}", ocsp.use, crl.use) == ("09:30", "used", "not_asked")
    assert (f"{crl.until:%m-%d %H:%M}", crl.belief.said) == ("06-26 00:00", "word.belief.not_listed")


def test_a_question_ahead_or_in_the_past_leaves_the_lab_alone(lab: Lab) -> None:
    """At 09:30 it is refused, before 09:07 it was not yet valid; no entry is written and the clock stands."""
    before = len(lab.log), lab.now
    codes = [
        lab.ask(lab.portal, lab.phones[0], at=f"2025-06-24 {at}").verdict.code for at in ("09:29", "09:30", "09:05")
    ]
    assert codes == ["accepted", "revoked", "not_yet_valid"]
    assert (len(lab.log), lab.now) == before


@pytest.mark.parametrize(
    ("service", "out", "uses"),
    [
        ("bank", (), ["not_asked", "used"]),
        ("portal", ("ocsp",), ["not_had", "not_asked"]),
        ("counter", (), ["not_asked", "not_asked"]),
        ("convenience_store", (), ["not_reached", "not_asked"]),
    ],
)
def test_which_data_were_used(lab: Lab, service: str, out: tuple[str, ...], uses: list[str]) -> None:
    """A bank reads the list, a portal cut off has nothing, a counter needs none, a closed kiosk asks nobody."""
    lab.outage(*out)
    at = "2025-06-24 23:30" if service == "convenience_store" else None
    asked = lab.ask(getattr(lab, service), lab.residents[0].card, at=at)
    assert [each.use for each in asked.held] == uses


def test_a_service_by_other_rules(lab: Lab) -> None:
    """The policy of the service that is given counts: who reads lists accepts until the next one is out."""
    reads_lists = lab.portal.with_policy(sources=["crl"])
    codes = [lab.ask(reads_lists, lab.phones[0], at=f"2025-06-{at}").verdict.code for at in ("24 23:59", "25 00:00")]
    assert codes[0] == "accepted" and codes[1] != "accepted"


def test_answers_as_tables(lab: Lab) -> None:
    """What a service knew stands beside the truth; two answers differ in one check."""
    early, late = (lab.ask(lab.portal, lab.phones[0], at=f"2025-06-24 {at}") for at in ("09:29", "09:30"))
    table = asked_table([early, late])
    assert table["could_not_know"].tolist() == [True, False]
    assert table["truth"].tolist() == ["revoked", "revoked"]
    assert table["age"].dt.total_seconds().tolist() == [14 * 60, 0]
    assert asked_table([]).columns.tolist() == table.columns.tolist()
    differing = differences_table(early, late)
    assert differing.index[differing["differs"]].tolist() == ["revocation"]


def test_it_is_told_in_both_languages(lab: Lab) -> None:
    """The text twin says that it was asked in a copy, every check, and where the service cannot see."""
    asked = lab.ask(lab.portal, lab.phones[0], at="2025-06-24 09:25")
    english, japanese = asked.in_language("en"), asked.in_language("ja")
    assert "2 min ahead" in english and "still stands at 2025-06-24 09:23:00" in english
    assert "the books: ✕ revoked (the service cannot know)" in english
    assert "国の台帳：✕ 失効（サービスは知りえない）" in japanese


def test_wrong_questions(lab: Lab) -> None:
    """No service, a phone of another lab, a time before the phone was bought, a card at a page: each is refused."""
    phone, (holder,) = lab.phones[0], lab.residents
    with pytest.raises(MisuseError, match=r"lab\.services"):
        lab.ask("portal", phone)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="another lab"):
        lab.ask(lab.portal, lab.fork().phones[0])
    with pytest.raises(MisuseError, match="was not there before"):
        lab.ask(lab.portal, phone, at="2025-06-24 08:00")
    with pytest.raises(MisuseError, match="a card has no wallet"):
        lab.ask(lab.shop, holder.card)


def test_she_types_a_pin_where_no_face_is_enrolled() -> None:
    """A phone without a face or finger is opened with its PIN, so that the certificate is what is judged."""
    lab = Lab(seed=7)
    holder: Holder = lab.resident()
    phone: IPhone = lab.iphone(holder)
    phone.add_card().run()
    lab.advance("20min")
    phone.biometrics = False
    assert lab.ask(lab.portal, phone).verdict.code == "accepted"
