"""The loss hotline, the desk on line, a store's kiosk, the latest information: each by its own rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import names, resident

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import CardRefused, MisuseError, PhoneRefused, Refused, RegistrationRefused
from myna_lab.ground.durations import at
from myna_lab.jlis.office import kiosk_opens
from myna_lab.lab import Holder, IPhone
from myna_lab.parameters import Parameters

NEW = "青波県灯台市港町１丁目２番３号"


@pytest.fixture
def added(iphone: IPhone) -> IPhone:
    """Hanako's iPhone with her card on it, and its certificates in force."""
    iphone.add_card().run()
    iphone.world.advance("10min")
    return iphone


def refused(lab: Lab, ask: Callable[[], object]) -> str:
    """The code of a refusal, which is the only thing that is recorded."""
    length = len(lab.log)
    with pytest.raises(RegistrationRefused) as caught:
        ask()
    assert [entry.name for entry in lab.log[length:]] == ["RequestRefused"]
    return caught.value.code


# ------------------------------------------------------------------------------------ the hotline


def test_the_hotline_answers_on_a_friday_night(lab: Lab, hanako: Holder) -> None:
    """Lost at twenty past eight: recorded ten minutes after the call; the window is closed until Monday."""
    lab.advance_to("2025-06-27 20:20")
    assert lab.hotline.suspend(hanako) == at("2025-06-27 20:30")
    assert names(lab)[-1] == "HotlineCalled" and hanako.card_state().name == "VALID"
    assert lab.portal.log_in(hanako.card, "2222").accepted
    lab.advance_to("2025-06-27 20:45")
    assert hanako.card_state().name == "SUSPENDED" and hanako.card_state("2025-06-27 20:29:59").name == "VALID"
    verdict = lab.portal.log_in(hanako.card, "2222")
    assert (verdict.accepted, verdict.code) == (False, "on_hold")
    assert refused(lab, lambda: lab.municipality.resume(hanako)) == "window_closed"
    lab.advance_to("2025-06-30 08:30")
    lab.municipality.resume(hanako)
    lab.advance("15min")
    assert lab.portal.log_in(hanako.card, "2222").accepted
    verdict = lab.desk.accept(hanako.card, password="ABC123")
    assert (verdict.accepted, verdict.code) == (False, "on_hold")


def test_two_calls_of_one_minute_are_both_recorded(lab: Lab, added: IPhone) -> None:
    """First the card, then the phone: two stops, each in its turn; nothing more can be stopped then."""
    lab.hotline.suspend(added.holder, phone=False)
    lab.hotline.suspend(added.holder, card=False)
    lab.advance("10min")
    assert names(lab).count("HotlineStopRecorded") == 2
    assert {row.state.name for row in lab.books.of_person("person-1")} == {"ON_HOLD"}
    assert refused(lab, lambda: lab.hotline.suspend(added.holder)) == "nothing_to_stop"


def test_what_ended_before_the_stop_stays_ended(lab: Lab, hanako: Holder) -> None:
    """Given back between call and record: the stop finds nothing, and says so."""
    lab.hotline.suspend(hanako)
    lab.municipality.return_card(hanako)
    lab.advance("1h")
    assert hanako.card_state().name == "REVOKED" and names(lab)[-2:] == ["HotlineStopRecorded", "TimePassed"]


def test_a_stop_is_recorded_once_though_the_file_was_opened_after_it(lab: Lab, hanako: Holder, tmp_path: str) -> None:
    """Stopped, released, saved, opened: the call of the morning does not stop the card again."""
    lab.hotline.suspend(hanako)
    lab.advance("1h")
    lab.municipality.resume(hanako)
    again = Lab.open(lab.save(f"{tmp_path}/a.mynalab"))
    again.advance("1d")
    assert again.residents[0].card_state().name == "VALID" and names(again).count("CardSuspended") == 1


def test_a_call_says_what_is_lost(lab: Lab, hanako: Holder) -> None:
    """Neither card nor phone: a mistake of the caller."""
    with pytest.raises(MisuseError, match="say what is lost"):
        lab.hotline.suspend(hanako, card=False, phone=False)


def test_a_stopped_card_lets_no_phone_be_added(lab: Lab, hanako: Holder) -> None:
    """The phone's certificates go on, but a new phone gets none (assumed)."""
    lab.municipality.report_lost(hanako)
    flow = lab.iphone(hanako).add_card().run()
    assert flow.notice is not None and flow.notice.code == "registry_card_suspended"


# ------------------------------------------------------------------------------------ the desk on line


def test_the_owner_needs_the_password(lab: Lab, hanako: Holder) -> None:
    """A wrong one costs a try of the chip, and nothing is revoked; the chip's own refusal is in the log, no other."""
    with pytest.raises(CardRefused) as caught:
        lab.online_desk.revoke(hanako.card, password="WRONG1")
    assert (caught.value.code, hanako.card.tries_left("jpki/001B")) == ("pin_wrong", 4)
    assert names(lab)[-1] == "ReferenceDataRefused"
    assert {row.state.name for row in lab.books.of_person(hanako.person)} == {"GOOD"}


def test_a_phone_must_be_on_line_and_opened(lab: Lab, added: IPhone) -> None:
    """Offline, and with the card's password instead of the phone's: nothing is revoked."""
    added.online = False
    with pytest.raises(Refused) as caught:
        lab.online_desk.revoke(added, password=added._phone.pins()["signing"])
    assert caught.value.code == "offline"
    added.online = True
    with pytest.raises(PhoneRefused) as wrong:
        lab.online_desk.revoke(added, password="WRONG12")
    assert (wrong.value.code, added.state.name) == ("authentication_failed", "HOLDS_CARD")


def test_nobody_revokes_anothers(lab: Lab, added: IPhone) -> None:
    """Signed with a neighbour's card: she is not the owner."""
    taro = resident(lab)

    def ask() -> None:
        lab.online_desk.revoke(added, password="ABC123", signed_with=taro.card)

    with pytest.raises(RegistrationRefused) as caught:
        ask()
    assert caught.value.code == "not_the_owner" and names(lab)[-1] == "RequestRefused"
    assert added.state.name == "HOLDS_CARD"


def test_a_request_is_signed_with_a_certificate_in_force(lab: Lab, hanako: Holder) -> None:
    """After the revocation of signing nothing more can be asked for on line; the window does it."""
    lab.online_desk.revoke(hanako.card, password="ABC123", certificates="signing")
    with pytest.raises(RegistrationRefused) as caught:
        lab.online_desk.revoke(hanako.card, password="ABC123")
    assert caught.value.code == "signer_not_in_force"
    lab.municipality.revoke(hanako)
    assert {row.state.name for row in lab.books.of_person(hanako.person)} == {"REVOKED"}


def test_the_desk_stands_still_during_maintenance(lab: Lab, hanako: Holder) -> None:
    """On the first Sunday from three to four in the morning; at four it works, without an office hour."""
    lab.advance_to("2025-07-06 03:59:59")
    assert refused(lab, lambda: lab.online_desk.revoke(hanako.card, password="ABC123")) == "maintenance"
    assert hanako.card.tries_left("jpki/001B") == 5
    lab.advance_to("2025-07-06 04:00")
    lab.online_desk.revoke(hanako.card, password="ABC123")
    assert {row.state.name for row in lab.books.of_person(hanako.person)} == {"REVOKED"}


def test_a_dead_android_erases_itself_after_its_owners_revocation(lab: Lab, hanako: Holder) -> None:
    """Revoked in the app, the data on the phone go, too; an iPhone's pass stays."""
    android = lab.android(hanako)
    android.add_card().run()
    lab.advance("10min")
    lab.online_desk.revoke(android, password=android._phone.pins()["signing"])
    assert (android.state.name, android.certificates) == ("WITHOUT_CARD", ())


# ------------------------------------------------------------------------------------ the kiosk


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2025-06-24 06:29:59", "2025-06-24 06:30"),
        ("2025-06-24 06:30", "2025-06-24 06:30"),
        ("2025-06-24 22:59:59", "2025-06-24 22:59:59"),
        ("2025-06-24 23:00", "2025-06-25 06:30"),
        ("2025-06-29 12:00", "2025-06-29 12:00"),  # Sundays, too
    ],
)
def test_when_the_kiosk_serves(now: str, opens: str) -> None:
    """Every day from half past six to eleven at night."""
    assert kiosk_opens(at(now), Parameters()) == at(opens)


def test_a_blocked_pin_on_a_holiday(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """Blocked on a Saturday: the app, then the kiosk, with the signing password; the window would open on Monday."""
    lab.advance_to("2025-06-28 15:00")
    for _ in range(3):
        lab.portal.log_in(hanako.card, "9999")
    assert hanako.card.tries_left("jpki/0018") == 0
    kiosk = lab.kiosk
    assert refused(lab, lambda: kiosk.reset_pin(hanako.card, "user_authentication", "8888", other="ABC123")) == (
        "not_prepared"
    )
    assert kiosk.register(hanako.card, "user_authentication", phone=iphone) == at("2025-06-29 15:00")
    kiosk.reset_pin(hanako.card, "user_authentication", "8888", other="abc123")
    assert lab.portal.log_in(hanako.card, "8888").accepted
    assert refused(lab, lambda: kiosk.reset_pin(hanako.card, "user_authentication", "7777", other="ABC123")) == (
        "not_prepared"
    )


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2025-06-24 22:59:59", ""),
        ("2025-06-24 23:00", "kiosk_closed"),
        ("2025-06-25 06:30", ""),
        ("2025-06-25 09:00", ""),  # the last moment of the 24 hours
        ("2025-06-25 09:00:01", "not_prepared"),
    ],
)
def test_the_kiosk_within_a_day_of_the_app(lab: Lab, hanako: Holder, iphone: IPhone, when: str, code: str) -> None:
    """Registered in the app at nine in the morning."""
    lab.kiosk.register(hanako.card, "signing", phone=iphone)
    lab.advance_to(when)
    if code:
        assert refused(lab, lambda: lab.kiosk.reset_pin(hanako.card, "signing", "ASHITA26", other="2222")) == code
    else:
        lab.kiosk.reset_pin(hanako.card, "signing", "ASHITA26", other="2222")
    assert hanako._memory.signing_password == ("ABC123" if code else "ASHITA26")


def test_the_other_pin_is_compared_by_the_chip(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """A wrong one costs a try and resets nothing; blocked, it leaves the window only."""
    lab.kiosk.register(hanako.card, "signing", phone=iphone)
    for left in (2, 1, 0):
        with pytest.raises(CardRefused) as caught:
            lab.kiosk.reset_pin(hanako.card, "signing", "ASHITA26", other="9999")
        assert caught.value.tries_left == left
    asked = [
        lambda: lab.kiosk.reset_pin(hanako.card, "signing", "ASHITA26", other="2222"),
        lambda: lab.kiosk.register(hanako.card, "signing", phone=iphone),
    ]
    assert [refused(lab, ask) for ask in asked] == ["other_pin_blocked"] * 2
    assert hanako._memory.signing_password == "ABC123"


def test_the_app_needs_a_phone_on_line(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """Offline nothing is registered; the input-aid PIN is not reset there at all."""
    asked = lambda pin: lambda: lab.kiosk.register(hanako.card, pin, phone=iphone)  # noqa: E731
    assert refused(lab, asked("input_aid")) == "not_reset_here"
    iphone.online = False
    assert refused(lab, asked("signing")) == "offline"


# ------------------------------------------------------------------------------------ the latest information


def test_what_is_given_follows_the_certificate_in_force(lab: Lab, hanako: Holder) -> None:
    """Before, on the day of the move, after midnight, after the new certificate; the old one is all that is shown."""
    kept, old = lab.certificates(hanako, kind="card_sign")[0], hanako.address
    assert lab.records.latest(kept).address == old
    lab.municipality.move(hanako, NEW)
    assert lab.records.latest(kept.der).address == old
    lab.advance_to("2025-06-25 09:00")
    assert refused(lab, lambda: lab.records.latest(kept)) == "no_live_certificate"
    lab.municipality.reissue_signing(hanako)
    given = lab.records.latest(kept)
    assert (given.address, given.name, given.since) == (NEW, hanako.name, at("2025-06-25 09:00"))
    answered = [entry.event for entry in lab.log if isinstance(entry.event, ev.LatestInformationGiven)]
    assert [(event.asked, event.serial) for event in answered] == [
        (kept.serial, kept.serial), (kept.serial, kept.serial), (kept.serial, given.serial)
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["hold", "revoke"])
def test_nothing_is_given_while_signing_is_stopped(lab: Lab, hanako: Holder, act: str) -> None:
    """On hold or revoked: J-LIS says nothing; with the phone's certificate in force it does again."""
    kept = lab.certificates(hanako, kind="card_sign")[0]
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    getattr(kept, act)()
    assert refused(lab, lambda: lab.records.latest(kept)) == "no_live_certificate"  # the phone's works in five minutes
    lab.advance("10min")
    assert lab.records.latest(kept).serial == iphone.certificates[0].serial


def test_only_signing_certificates_are_known_there(lab: Lab, hanako: Holder) -> None:
    """One for log-in, an authority's, and what is none: never issued as a signing certificate."""
    for wrong in (lab.certificates(hanako, kind="card_auth")[0].der, lab.revocation.anchors[0], b"no certificate"):
        with pytest.raises(RegistrationRefused) as caught:
            lab.records.latest(wrong)
        assert caught.value.code == "unknown_certificate"
    with pytest.raises(MisuseError, match="a signing certificate is"):
        lab.records.latest(hanako)  # type: ignore[arg-type]


STOPPED: dict[str, Callable[[Lab, Holder], object]] = {
    "stopped": lambda lab, holder: lab.municipality.report_lost(holder),
    "given back": lambda lab, holder: lab.municipality.return_card(holder),
    "expired": lambda lab, holder: lab.advance_to("2036-06-24 10:00"),
}


@pytest.mark.parametrize("how", STOPPED)
def test_a_kiosk_resets_no_card_that_is_not_valid(lab: Lab, hanako: Holder, iphone: IPhone, how: str) -> None:
    """As the window: neither the app's step nor the kiosk, also where the card was stopped between the two."""
    copy = lab.fork()
    copy.kiosk.register(copy.residents[0].card, "signing", phone=copy.phones[0])
    for each in (lab, copy):
        STOPPED[how](each, each.residents[0])
    assert refused(lab, lambda: lab.kiosk.register(hanako.card, "signing", phone=iphone)) == "wrong_state"
    card, code = copy.residents[0].card, "not_prepared" if how == "expired" else "wrong_state"
    assert refused(copy, lambda: copy.kiosk.reset_pin(card, "signing", "ASHITA26", other="2222")) == code
    assert card.tries_left("jpki/0018") == 3


def test_in_maintenance_j_lis_answers_nobody(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """No registration of a reset, no latest information, no reset of a phone's PIN: each says until when."""
    iphone.add_card().run(same_pins=True)
    lab.advance_to("2025-07-06 03:10")
    certificate = lab.certificates(hanako, kind="card_sign")[0]
    assert refused(lab, lambda: lab.kiosk.register(hanako.card, "signing", phone=iphone)) == "maintenance"
    assert refused(lab, lambda: lab.records.latest(certificate)) == "maintenance"
    with pytest.raises(RegistrationRefused, match="2025-07-06 04:00") as caught:
        iphone.reset_pin("user", "8888", password="ABC123")
    assert caught.value.code == "maintenance"
