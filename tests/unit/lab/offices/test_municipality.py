"""The municipal window: hours, the register and what follows it, renewal, other cards; what it refuses is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import go, names, resident
from cryptography import x509

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices import terminal
from myna_lab.devices.card import CardContents
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.formats.jpki import stated_in
from myna_lab.ground.durations import at, show
from myna_lab.jlis.office import REISSUES, window_opens
from myna_lab.lab import Holder
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Screen

NEW = "青波県灯台市港町１丁目２番３号"


def refused(lab: Lab, ask: Callable[[], object]) -> str:
    """The code of a refusal, which changes nothing but that it is recorded."""
    length = len(lab.log)
    with pytest.raises(RegistrationRefused) as caught:
        ask()
    (entry,) = lab.log[length:]
    assert entry.event == ev.RequestRefused(entry.event.office, entry.event.request, "person-1", caught.value.code)
    return caught.value.code


def ends(holder: Holder, lab: Lab, kind: str) -> str:
    """The last day of the newest certificate of a kind."""
    return show(lab.certificates(holder, kind=kind)[-1].row.not_after)


# ------------------------------------------------------------------------------------------------------------ its hours


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2025-06-24 08:29:59", "2025-06-24 08:30"),
        ("2025-06-24 08:30", "2025-06-24 08:30"),
        ("2025-06-24 17:14:59", "2025-06-24 17:14:59"),
        ("2025-06-24 17:15", "2025-06-25 08:30"),
        ("2025-06-27 20:00", "2025-06-30 08:30"),  # Friday night
        ("2025-06-29 12:00", "2025-06-30 08:30"),  # Sunday
        ("2025-12-26 18:00", "2026-01-05 08:30"),  # the turn of the year, and a weekend on each side
        ("2026-05-01 17:15", "2026-05-07 08:30"),  # the golden week, 6 May for the Sunday
        ("2026-09-18 17:15", "2026-09-24 08:30"),  # 22 September lies between two holidays
        ("2025-11-24 10:00", "2025-11-25 08:30"),  # a Monday, for the Sunday before
        ("2028-01-10 10:00", "2028-01-10 10:00"),  # a public holiday that the table does not have
    ],
)
def test_when_the_window_serves(now: str, opens: str) -> None:
    """On working days from half past eight to a quarter past five; else from the next morning on."""
    assert window_opens(at(now), Parameters()) == at(opens)


def test_a_window_that_never_rests() -> None:
    """By the parameter, weekends alone are off."""
    always = Parameters({"window_holidays": False})
    assert window_opens(at("2025-12-31 18:00"), always) == at("2026-01-01 08:30")


def test_a_closed_window_says_when_it_opens(lab: Lab, hanako: Holder) -> None:
    """On a Saturday nothing is done; what could not be done on a weekday either, is said first."""
    lab.advance_to("2025-06-28 10:00")
    assert refused(lab, lambda: lab.municipality.report_lost(hanako)) == "window_closed"
    with pytest.raises(RegistrationRefused) as caught:
        lab.municipality.unblock(hanako.card, "user_authentication", "8888")
    assert caught.value.values["opens"] == lab.municipality.opens == at("2025-06-30 08:30")
    assert refused(lab, lambda: lab.municipality.resume(hanako)) == "not_stopped"
    lab.advance_to(lab.municipality.opens)
    lab.municipality.unblock(hanako.card, "user_authentication", "8888")
    assert lab.portal.log_in(hanako.card, "8888").accepted


# ----------------------------------------------------------------------------------------------- the register, followed


def test_the_register_is_a_history(lab: Lab, hanako: Holder) -> None:
    """Each entry says what it was about, and everything as it was then; handles show the newest."""
    first = hanako.address
    lab.municipality.move(hanako, NEW)
    lab.advance("1h")
    lab.municipality.change_name(hanako, "山田　花子")
    lab.advance("1h")
    lab.municipality.move_out(hanako)
    told = [(e.what, e.state.name, e.name, e.address, e.municipality) for e in hanako.register]
    was = hanako.register[0]
    assert told == [
        ("registered", "RESIDENT", was.name, first, was.municipality),
        ("address", "RESIDENT", was.name, NEW, "81201"),
        ("name", "RESIDENT", "山田　花子", NEW, "81201"),
        ("moving_out", "MOVING", "山田　花子", NEW, "81201"),
    ]
    assert (hanako.name, hanako.address, hanako.municipality) == ("山田　花子", NEW, "81201")
    people = lab.world.people
    assert people.resident(hanako.person, "2025-06-24 09:59:59").name == was.name
    assert people.changed_since(hanako.person, "2025-06-24 09:30") == at("2025-06-24 10:00")
    assert people.changed_since(hanako.person, "2025-06-24 10:00") is None


def test_what_is_issued_after_a_change_follows_it(lab: Lab, hanako: Holder) -> None:
    """Certificate, attribute record, card: all three say the new address, and none before does."""
    old = hanako.address
    lab.iphone(hanako).add_card().run()
    lab.municipality.move(hanako, NEW)
    lab.municipality.reissue_signing(hanako)
    lab.iphone(hanako).add_card().run()
    signing = [stated_in(each.der)["address"] for each in lab.certificates(hanako) if each.key.authority == "sign"]
    assert signing == [old, old, NEW, NEW]
    towns = [each.municipality for each in lab.certificates(hanako)][-3:]
    assert towns == ["81201"] * 3
    with hanako.card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_TEXT)
        terminal.verify(transmit, 0x0011, "1111")
        assert NEW.encode() in terminal.read_binary(transmit, 0x0002)
    records = [lab.world.journal.get(e.event.record_ref) for e in lab.log if isinstance(e.event, ev.AttributesIssued)]
    assert [(old.encode() in record, NEW.encode() in record) for record in records] == [(True, False), (False, True)]


def test_a_card_that_is_not_brought_still_says_the_old_address(lab: Lab, hanako: Holder) -> None:
    """The window writes onto the card that it is given; PINs and their counters stay in either case."""
    old = hanako.address
    lab.portal.log_in(hanako.card, "9999")
    for card, expected in ((False, old), (True, "青波県灯台市港町２丁目２番３号")):
        lab.municipality.move(hanako, "青波県灯台市港町２丁目２番３号" if card else NEW, card=card)
        assert hanako.card.tries_left("jpki/0018") == 2
        with hanako.card.connect() as transmit:
            terminal.select_application(transmit, terminal.AID_TEXT)
            terminal.verify(transmit, 0x0011, "1111")
            assert expected.encode() in terminal.read_binary(transmit, 0x0002)
    assert lab.portal.log_in(hanako.card, "2222").accepted


def test_the_lists_of_the_town_that_everybody_left(lab: Lab) -> None:
    """Certificates that name the old town stand on its lists still."""
    hanako = resident(lab, address="青波県帆影市駅前３丁目１１番１号")
    lab.municipality.move(hanako, NEW)
    lab.advance_to("2025-06-26")
    former = lab.certificates(hanako, kind="card_sign")[0]
    listed = x509.load_der_x509_crl(former.crl())
    assert [entry.serial_number for entry in listed] == [former.serial]


def test_signing_the_same_day_works_and_the_next_day_does_not(lab: Lab, hanako: Holder) -> None:
    """Moved house and signed next day: refused as revoked; log-in goes on, and a new certificate signs again."""
    lab.municipality.move(hanako, NEW)
    assert lab.desk.accept(hanako.card, password="ABC123").accepted
    lab.advance_to("2025-06-25 09:00")
    verdict = lab.desk.accept(hanako.card, password="ABC123")
    assert (verdict.accepted, verdict.code) == (False, "revoked")
    assert lab.portal.log_in(hanako.card, "2222").accepted
    lab.municipality.reissue_signing(hanako, "KAWARI2025")
    assert lab.desk.accept(hanako.card, password="KAWARI2025").accepted
    assert hanako._memory.signing_password == "KAWARI2025"


def test_a_child_of_fifteen_gets_a_signing_certificate(lab: Lab) -> None:
    """Too young the day before; on the day the window writes certificate, key and password onto the same card."""
    child = resident(lab, born="2010-06-26")
    assert refused(lab, lambda: lab.municipality.reissue_signing(child)) == "too_young_to_sign"
    lab.advance_to("2025-06-26 09:00")
    lab.municipality.reissue_signing(child, "JUUGO15")
    assert lab.desk.accept(child.card, password="JUUGO15").accepted
    assert child.card.tries_left("jpki/001B") == 5


def test_a_dead_holders_card_vouches_for_nothing(lab: Lab, hanako: Holder) -> None:
    """Her son, with her card and her PINs, on his Android phone: J-LIS says no (all else: test_the_dead.py)."""
    phone = lab.android(resident(lab))
    lab.municipality.record_death(hanako)
    assert not hanako.is_alive and hanako.register[-1].what == "death"
    flow = go(phone.add_card(), Screen.READ)
    flow.next(hanako.card).run()
    assert (flow.screen, flow.notice.code) == (Screen.REFUSED, "registry_card_revoked")  # type: ignore[union-attr]


IMPOSSIBLE: dict[str, tuple[Callable[[Lab, Holder], object], str]] = {
    "to where she lives": (lambda lab, h: lab.municipality.move(h, h.address), "same_address"),
    "to her own name": (lambda lab, h: lab.municipality.change_name(h, h.name), "same_name"),
    "no alias again": (lambda lab, h: lab.municipality.change_alias(h, ""), "same_name"),
    "found before lost": (lambda lab, h: lab.municipality.resume(h), "not_stopped"),
    "too early": (lambda lab, h: lab.municipality.renew(h), "too_early"),
    "for a card that works": (lambda lab, h: lab.municipality.reissue(h, "revoked"), "wrong_cause"),
    "for a card that has not ended": (lambda lab, h: lab.municipality.reissue(h, "expired"), "wrong_cause"),
    "renewed years before": (lambda lab, h: lab.municipality.reissue(h, "renewed"), "wrong_cause"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_orders_are_refused_by_their_rule(lab: Lab, hanako: Holder, name: str) -> None:
    """A code that names the rule; nothing but the refusal is recorded."""
    ask, code = IMPOSSIBLE[name]
    assert refused(lab, lambda: ask(lab, hanako)) == code


TWICE: dict[str, tuple[Callable[[Lab, Holder], object], str]] = {
    "moved out": (lambda lab, h: lab.municipality.move_out(h), "moved_out"),
    "lost": (lambda lab, h: lab.municipality.report_lost(h), "wrong_state"),
    "given back": (lambda lab, h: lab.municipality.return_card(h), "wrong_state"),
    "applied": (lambda lab, h: lab.municipality.reissue(h, "damaged"), "reissue_under_way"),
    "revoked": (lambda lab, h: lab.municipality.revoke(h), "nothing_to_revoke"),
}


@pytest.mark.parametrize("name", TWICE)
def test_what_is_done_is_not_done_twice(lab: Lab, hanako: Holder, name: str) -> None:
    """The second time is refused."""
    ask, code = TWICE[name]
    ask(lab, hanako)
    assert refused(lab, lambda: ask(lab, hanako)) == code


def test_a_stranger_is_no_holder(lab: Lab, hanako: Holder) -> None:
    """Holders and cards of another lab are a mistake of the caller, and recorded nowhere."""
    other = resident(Lab(seed=8))
    length = len(lab.log)
    with pytest.raises(MisuseError, match="person-1 of another lab"):
        lab.municipality.move(other, NEW)
    with pytest.raises(MisuseError, match="one of this lab's"):
        lab.municipality.unblock(other.card, "signing", "ABCD1234")
    assert len(lab.log) == length


# ------------------------------------------------------------------------------------------------- renewal, other cards


@pytest.mark.parametrize(
    ("now", "code", "end"),
    [
        ("2029-11-16 16:00", "too_early", ""),  # one day before the three months
        ("2029-11-19 09:00", "", "2035-02-17 23:59:59"),  # to the sixth birthday
        ("2030-02-15 09:00", "", "2035-02-17 23:59:59"),
        ("2030-02-18 09:00", "", "2035-02-17 23:59:59"),  # the day after: fifth birthday from then on
    ],
)
def test_certificates_are_renewed_in_their_last_months(lab: Lab, now: str, code: str, end: str) -> None:
    """Born on 17 February 1990, with a card of June 2025: certificates end on 2030-02-17, the card on 2035-02-17."""
    hanako = resident(lab, born="1990-02-17")
    assert ends(hanako, lab, "card_sign") == "2030-02-17 23:59:59"
    lab.advance_to(now)
    if code:
        assert refused(lab, lambda: lab.municipality.renew(hanako)) == code
    else:
        lab.municipality.renew(hanako)
        assert (ends(hanako, lab, "card_auth"), ends(hanako, lab, "card_sign")) == (end, end)
        assert lab.portal.log_in(hanako.card, "2222").accepted
        assert lab.desk.accept(hanako.card, password="ABC123").accepted
        assert names(lab)[-1] == "VerdictGiven" and hanako.card.name == "card-1"


def test_whether_a_renewed_certificate_reaches_to_the_sixth_birthday() -> None:
    """Off: the fifth birthday after the renewal."""
    lab = Lab(seed=7, parameters={"renewal_reaches_sixth_birthday": False})
    hanako = resident(lab, born="1990-02-17")
    lab.advance_to("2029-11-19 09:00")
    lab.municipality.renew(hanako)
    assert ends(hanako, lab, "card_sign") == "2034-02-17 23:59:59"


def test_a_card_near_its_own_end_is_replaced(lab: Lab) -> None:
    """Renewed in the card's last months: another card weeks later, with the licence of the former one."""
    hanako = resident(lab, born="1990-02-17", licence=True)
    lab.advance_to("2029-12-03 09:00")
    lab.municipality.renew(hanako)
    lab.advance_to("2034-11-20 09:00")
    lab.municipality.renew(hanako)
    assert hanako.card.name == "card-1" and hanako.card_state().name == "VALID"
    lab.advance("45d")
    assert hanako.card.name == "card-2" and show(hanako.card_expires) == "2044-02-17 23:59:59"
    assert lab.books.card_state("card-1").name == "REVOKED" and hanako.licence
    files = [CardContents.decode(lab.world.journal.get(f"contents/card-{n}")).files for n in (1, 2)]
    there = [{name: of[name] for name in of if name.startswith("licence/")} for of in files]
    assert there[0] == there[1] and len(there[0]) > 1


def test_another_card_has_new_keys_and_its_holders_pins(lab: Lab, hanako: Holder) -> None:
    """None of the old keys is on it; the PINs are those that she had last; the old card opens nothing on line."""
    lab.municipality.unblock(hanako.card, "user_authentication", "8888")
    former = hanako.card
    due = lab.municipality.reissue(hanako, "damaged", special=True)
    assert due == at("2025-07-01 09:00")
    lab.advance_to(due)
    old, new = (set(lab.books.card(card).keys) for card in ("card-1", "card-2"))
    assert not old & new and len(new) == 4
    assert lab.portal.log_in(hanako.card, "8888").accepted
    verdict = lab.portal.log_in(former, "8888")
    assert (verdict.accepted, verdict.code) == (False, "revoked")
    assert dict(hanako.slip.rows)["User-authentication PIN"] == "8888"


def test_the_quick_way_is_open_for_thirty_days(lab: Lab, hanako: Holder) -> None:
    """Counted from the stop of the lost card; the ordinary way stays open."""
    lab.municipality.report_lost(hanako)
    lab.advance_to("2025-07-25 10:00")
    assert refused(lab, lambda: lab.municipality.reissue(hanako, special=True)) == "quick_way_over"
    assert lab.municipality.reissue(hanako) == at("2025-09-08 10:00")


def test_a_stay_in_japan_bounds_the_next_card_too(lab: Lab) -> None:
    """A card that ended with a stay before the tenth birthday: the next one ends on the same day."""
    holder = resident(lab, name="SMITH JOHN", card_expires="2027-03-31")
    lab.advance_to(lab.municipality.reissue(holder, "damaged"))
    assert show(holder.card_expires) == "2027-03-31 23:59:59"


def test_the_causes_by_hand() -> None:
    """Cause, when the former card ends, whether the quick way is open, whether the licence goes along."""
    rows = [(row.cause, row.ends, row.quick, row.carries_licence) for row in REISSUES.values()]
    assert rows == [
        ("lost", "application", True, False),
        ("stolen", "application", True, False),
        ("damaged", "hand_over", True, False),
        ("revoked", "application", False, False),
        ("expired", "application", False, False),
        ("renewed", "hand_over", False, True),
    ]
    assert all(row.basis.partition(":")[0] in ("confirmed", "reported", "assumed") for row in REISSUES.values())


def test_two_applications_in_the_same_minute(lab: Lab, hanako: Holder) -> None:
    """J-LIS takes them one after the other: the later one wins, and revokes what the first was issued."""
    first, second = lab.iphone(hanako), lab.iphone(hanako)
    flows = [go(phone.add_card(), Screen.WALLET) for phone in (first, second)]
    for flow in flows:
        flow.next()
    issued = [entry for entry in lab.log if entry.name == "ApplicationAccepted"]
    assert (issued[1].at - issued[0].at).total_seconds() < 60
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {second.name}
    states = [each.state() for each in lab.certificates(first)]
    assert states == ["revoked", "revoked"] and (first.state.name, second.state.name) == ("DEAD", "HOLDS_CARD")
