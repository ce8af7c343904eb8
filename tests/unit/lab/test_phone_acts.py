"""What becomes of a phone: lost, found, handed over, stopped and erased from afar or by hand, restored, taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from article import answered, names, newest, resident

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import MisuseError, Refused
from myna_lab.jlis.books import PhoneState
from myna_lab.lab import Android, IPhone
from myna_lab.lab.handles import PhoneHandle

Act = Callable[[Any], object]


def made(platform: str, **parameters: object) -> Lab:
    """Hanako's phone holds the card, with the card's PINs, and works; Taro lives there, too."""
    lab = Lab(seed=7, parameters=parameters)
    phone = getattr(lab, platform)(resident(lab))
    resident(lab)
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    return lab


@pytest.fixture(scope="module")
def with_iphone() -> Lab:
    """A lab with an iPhone."""
    return made("iphone")


@pytest.fixture(scope="module")
def with_android() -> Lab:
    """A lab with an Android phone."""
    return made("android")


@pytest.fixture
def iphone(with_iphone: Lab) -> IPhone:
    """An iPhone of a copy of the lab."""
    (phone,) = with_iphone.fork().phones
    assert isinstance(phone, IPhone)
    return phone


@pytest.fixture
def android(with_android: Lab) -> Android:
    """An Android phone of a copy of the lab."""
    (phone,) = with_android.fork().phones
    assert isinstance(phone, Android)
    return phone


def lab_of(phone: PhoneHandle) -> Lab:
    return Lab.of(phone.world)


def lose(phone: PhoneHandle) -> None:
    phone.lose()


def find(phone: PhoneHandle) -> None:
    phone.find()


def to(taker: str) -> Act:
    """Into whose hands: a stranger's, ``Hanako``'s or ``Taro``'s."""
    people = {"Hanako": 0, "Taro": 1}
    return lambda phone: phone.hand_to(lab_of(phone).residents[people[taker]] if taker in people else taker)


def lost_mode(on: bool = True) -> Act:
    return lambda phone: phone.lost_mode(on)


def online(value: bool) -> Act:
    return lambda phone: setattr(phone, "online", value)


ONLINE, OFFLINE = online(True), online(False)


def face(value: bool) -> Act:
    return lambda phone: setattr(phone, "biometrics", value)


def erase(phone: PhoneHandle) -> None:
    phone.erase()


def from_afar(phone: PhoneHandle) -> None:
    phone.erase_remotely()


def delete(phone: IPhone) -> None:
    phone.delete_pass()


def restore(phone: PhoneHandle) -> None:
    phone.restore_backup(phone)


def revoke(phone: PhoneHandle) -> None:
    for certificate in phone.certificates:
        certificate.revoke()


def wait(how_long: str) -> Act:
    return lambda phone: lab_of(phone).advance(how_long)


def replaced(phone: PhoneHandle) -> None:
    lab = lab_of(phone)
    lab.iphone(lab.residents[0]).add_card().run(same_pins=True)


YES, DEAD, LOST, MODE, NONE, OFF = "accepted", "pass_dead", "lost", "lost_mode", "no_credential", "offline"
OTHER, NO_FACE, GONE = "biometrics_failed", "no_biometrics", "revoked"
#   name: what happens, in order; what face, PIN and password get; the books; how many are on it
IPHONES: dict[str, tuple[tuple[Act, ...], tuple[str, str, str], str, int]] = {
    "in her hands":              ((), (YES, YES, YES), "good", 1),
    "lost":                      ((lose,), (LOST, LOST, LOST), "good", 1),
    "found":                     ((lose, find), (YES, YES, YES), "good", 1),
    "a finder has it":           ((lose, to("finder")), (OTHER, YES, YES), "good", 1),
    "given back":                ((lose, to("finder"), to("Hanako")), (YES, YES, YES), "good", 1),
    "sold without erasing":      ((to("buyer"),), (OTHER, YES, YES), "good", 1),
    "Taro has it":               ((to("Taro"),), (OTHER, YES, YES), "good", 1),
    "Taro enrols his face":      ((to("Taro"), face(False), face(True)), (OTHER, YES, YES), "good", 1),
    "back, with Taro's face":    ((to("Taro"), face(False), face(True), find), (OTHER, YES, YES), "good", 1),
    "back, hers enrolled again": ((to("Taro"), face(False), face(True), find, face(False), face(True)),
                                 (YES, YES, YES), "good", 1),
    "lost mode":                 ((lose, to("finder"), lost_mode()), (MODE, MODE, MODE), "good", 1),
    "lost mode, off line":       ((to("finder"), OFFLINE, lost_mode()), (OFF, OFF, OFF), "good", 1),
    "lost mode, heard of later": ((to("finder"), OFFLINE, lost_mode(), ONLINE), (MODE, MODE, MODE), "good", 1),
    "lost mode, taken back":     ((to("finder"), OFFLINE, lost_mode(), lost_mode(False), ONLINE),
                                 (OTHER, YES, YES), "good", 1),
    "lost mode, found":          ((lose, lost_mode(), find), (MODE, MODE, MODE), "good", 1),
    "lost mode, found, ended":   ((lose, lost_mode(), find, OFFLINE, lost_mode(False), ONLINE),
                                 (YES, YES, YES), "good", 1),
    "erased by hand":            ((erase,), (NONE, NONE, NONE), "good", 0),
    "erased from afar":          ((lose, to("finder"), from_afar), (NONE, NONE, NONE), "good", 0),
    "erased from afar, off line":  ((OFFLINE, from_afar), (OFF, OFF, OFF), "good", 1),
    "erased from afar, later":   ((OFFLINE, from_afar, wait("9h"), ONLINE), (NONE, NONE, NONE), "good", 0),
    "stopped and erased, later": ((OFFLINE, lost_mode(), from_afar, ONLINE), (NONE, NONE, NONE), "good", 0),
    "erased, restored":          ((erase, restore, face(True)), (NONE, NONE, NONE), "good", 0),
    "deleted":                   ((delete,), (NONE, NONE, NONE), "good", 0),
    "revoked":                   ((revoke, wait("20min")), (GONE, GONE, GONE), "revoked", 1),
    "revoked, and heard of":     ((revoke, wait("24h")), (DEAD, DEAD, DEAD), "revoked", 1),
    "revoked, off line":         ((OFFLINE, revoke, wait("30h")), (OFF, OFF, OFF), "revoked", 1),
    "revoked, the check made up":  ((OFFLINE, revoke, wait("30h"), ONLINE), (DEAD, DEAD, DEAD), "revoked", 1),
    "revoked, off line shortly": ((OFFLINE, revoke, wait("20min"), ONLINE), (GONE, GONE, GONE), "revoked", 1),
    "replaced, and heard of":    ((replaced, wait("24h")), (DEAD, DEAD, DEAD), "revoked", 1),
    "dead, erased":              ((revoke, wait("24h"), erase), (NONE, NONE, NONE), "revoked", 0),
}  # fmt: skip
ANDROIDS: dict[str, tuple[tuple[Act, ...], tuple[str, str, str], str, int]] = {
    "in her hands":              ((), (YES, YES, YES), "good", 2),
    "a finder has it":           ((lose, to("finder")), (OTHER, YES, YES), "good", 2),
    "reset":                     ((erase,), (NO_FACE, YES, YES), "good", 2),
    "reset, sold, his face":     ((erase, to("buyer"), face(True)), (OTHER, YES, YES), "good", 2),
    "reset from afar, later":    ((OFFLINE, from_afar, ONLINE), (NO_FACE, YES, YES), "good", 2),
    "revoked":                   ((revoke,), (NONE, NONE, NONE), "revoked", 0),
    "revoked off line":          ((OFFLINE, revoke, wait("30h")), (OFF, OFF, OFF), "revoked", 2),
    "revoked, on line again":    ((OFFLINE, revoke, wait("30h"), ONLINE), (NONE, NONE, NONE), "revoked", 0),
    "reset, then revoked":       ((erase, revoke, wait("20min")), (NO_FACE, GONE, GONE), "revoked", 2),
    "reset, restored":           ((OFFLINE, revoke, ONLINE, restore), (NONE, NONE, NONE), "revoked", 0),
}  # fmt: skip
"""The state in the books is that of the certificates that were on the phone at first."""


def _check(phone: PhoneHandle, case: tuple[tuple[Act, ...], tuple[str, str, str], str, int]) -> None:
    acts, answers, state, n_on_it = case
    lab, certificates = lab_of(phone), phone.certificates
    for act in acts:
        act(phone)
    asked = lab.portal.log_in(phone), lab.portal.log_in(phone, "2222"), lab.desk.accept(phone, password="ABC123")
    assert tuple(answered(verdict) for verdict in asked) == answers
    assert {certificate.state() for certificate in certificates} == {state}
    assert len(phone.wallet if phone.platform == "iphone" else phone.certificates) == n_on_it


@pytest.mark.parametrize("case", IPHONES)
def test_an_iphone_and_what_became_of_it(iphone: IPhone, case: str) -> None:
    """Face, PIN and password of who has it, the books, and the wallet: each written by hand."""
    _check(iphone, IPHONES[case])


@pytest.mark.parametrize("case", ANDROIDS)
def test_an_android_and_what_became_of_it(android: Android, case: str) -> None:
    """Face, PIN and password of who has it, the books, and the secure element: each written by hand."""
    _check(android, ANDROIDS[case])


REFUSED: dict[str, tuple[str, tuple[Act, ...], Act, str]] = {
    "lose twice": ("iphone", (lose,), lose, "lost"),
    "find what is not lost": ("iphone", (), find, "not_lost"),
    "find twice": ("iphone", (lose, find), find, "not_lost"),
    "hand to who has it": ("iphone", (to("finder"),), to("finder"), "in_these_hands"),
    "hand to herself": ("iphone", (), to("Hanako"), "in_these_hands"),
    "sell what is lost": ("iphone", (lose,), to("buyer"), "lost"),
    "lost mode twice": ("iphone", (lost_mode(),), lost_mode(), "lost_mode"),
    "lost mode twice, ordered": ("iphone", (OFFLINE, lost_mode()), lost_mode(), "lost_mode"),
    "end no lost mode": ("iphone", (), lost_mode(False), "no_lost_mode"),
    "end it out of reach": ("iphone", (to("finder"), lost_mode(), OFFLINE), lost_mode(False), "offline"),
    "erase without a card": ("iphone", (delete,), erase, "nothing_to_erase"),
    "erase twice": ("iphone", (erase,), erase, "nothing_to_erase"),
    "erase what is lost": ("iphone", (lose,), erase, "lost"),
    "erase in lost mode": ("iphone", (lost_mode(),), erase, "lost_mode"),
    "erase from afar twice": ("iphone", (OFFLINE, from_afar), from_afar, "erasure_ordered"),
    "erase from afar what is empty": ("iphone", (delete,), from_afar, "nothing_to_erase"),
    "delete twice": ("iphone", (delete,), delete, "no_pass"),
    "delete what is lost": ("iphone", (lose,), delete, "lost"),
    "delete in lost mode": ("iphone", (lost_mode(),), delete, "lost_mode"),
    "restore onto a full phone": ("iphone", (), restore, "not_erased"),
    "restore onto a lost phone": ("iphone", (erase, lose), restore, "lost"),
    "add to a lost phone": ("iphone", (lose,), lambda phone: phone.add_card(), "lost"),
    "add in lost mode": ("iphone", (lost_mode(),), lambda phone: phone.add_card(), "lost_mode"),
    "a finder adds": ("iphone", (to("finder"),), lambda phone: phone.add_card(), "in_strange_hands"),
    "enrol on a lost phone": ("iphone", (lose,), face(False), "lost"),
    "a dead pass's PIN": (
        "iphone", (revoke, wait("24h")), lambda phone: phone.change_pin("2222", "3333"), "pass_dead",
    ),
    "a lost phone's PIN": ("iphone", (lose,), lambda phone: phone.change_pin("2222", "3333"), "lost"),
    "restore over residue": ("android", (erase,), restore, "not_erased"),
    "take over from itself": ("android", (), lambda phone: phone.take_over(phone), "nothing_to_take_over"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_impossible_order_is_refused_by_name(case: str, request: pytest.FixtureRequest) -> None:
    """The refusal's code names the rule, its sentence the phone, and nothing is recorded."""
    platform, before, act, code = REFUSED[case]
    phone: PhoneHandle = request.getfixturevalue(platform)
    for step in before:
        step(phone)
    length = len(phone.world.log)
    with pytest.raises(Refused) as refused:
        act(phone)
    assert refused.value.code == code and phone.name in str(refused.value)
    assert len(phone.world.log) == length


WRONG: dict[str, Act] = {
    "a stranger who is none": lambda phone: phone.hand_to("postman"),
    "no stranger": lambda phone: phone.hand_to(None),
    "another lab's resident": lambda phone: phone.hand_to(Lab(seed=1).resident()),
    "no phone to restore from": lambda phone: phone.restore_backup("iphone-1"),
    "another lab's backup": lambda phone: phone.restore_backup(made("iphone").phones[0]),
    "a switch that is none": lambda phone: phone.lost_mode("no"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_no_refusal(iphone: IPhone, case: str) -> None:
    """What cannot be meant is a MisuseError, and nothing is recorded."""
    length = len(iphone.world.log)
    with pytest.raises(MisuseError, match=r"is handed to|of another lab|backup|True or False"):
        WRONG[case](iphone)
    assert len(iphone.world.log) == length


def test_a_backup_is_of_the_same_make(iphone: IPhone) -> None:
    """An Android's backup is none for an iPhone."""
    lab = lab_of(iphone)
    iphone.erase()
    with pytest.raises(MisuseError, match="android-1"):
        iphone.restore_backup(lab.android(lab.residents[0]))


@pytest.mark.parametrize(("parameter", "act"), [("erasure_revokes", erase), ("deletion_revokes", delete)])
def test_j_lis_hears_of_it_by_parameter_only(parameter: str, act: Act) -> None:
    """With the parameter both certificates are revoked in the same batch, with the cause by name."""
    lab = made("iphone", **{parameter: True})
    certificates = lab.phones[0].certificates
    act(lab.phones[0])
    assert [certificate.state() for certificate in certificates] == ["revoked", "revoked"]
    cause = {"erasure_revokes": "phone_erased", "deletion_revokes": "pass_deleted"}[parameter]
    revoked = newest(lab, ev.CertificateRevoked)
    assert isinstance(revoked.event, ev.CertificateRevoked)
    assert (revoked.event.reason, revoked.event.cause) == ("CESSATION_OF_OPERATION", cause)
    assert len({entry.at for entry in lab.log if isinstance(entry.event, ev.CertificateRevoked)}) == 1


def test_an_erased_phone_can_hold_the_card_again(iphone: IPhone) -> None:
    """The holder enrols her face and adds the card; what nobody revoked before is revoked now."""
    former = iphone.certificates
    iphone.erase()
    assert iphone.add_card().next().notice is not None  # no face is enrolled
    iphone.biometrics = True
    iphone.add_card().run(same_pins=True)
    lab_of(iphone).advance("20min")
    assert answered(lab_of(iphone).portal.log_in(iphone)) == "accepted"
    assert {certificate.state() for certificate in former} == {"revoked"}


def test_who_has_the_phone_adds_their_own_card(iphone: IPhone) -> None:
    """Sold to Taro: his card, his PINs, his face; Hanako's pair lives on in the books until she revokes it."""
    lab = lab_of(iphone)
    hanako, taro = lab.residents
    former = iphone.certificates
    iphone.erase()
    iphone.hand_to(taro)
    iphone.biometrics = True
    iphone.add_card().run(same_pins=True)
    lab.advance("20min")
    assert answered(lab.portal.log_in(iphone)) == "accepted"
    assert iphone.certificates == lab.certificates(taro)[-2:]
    assert iphone.wallet[0].holder == taro.name
    assert {certificate.state() for certificate in former} == {"good"}
    iphone.hand_to(hanako)
    assert answered(lab.portal.log_in(iphone)) == "biometrics_failed"


@pytest.mark.parametrize("act", [lose, to("Taro"), to("finder"), lost_mode(), from_afar, erase])
def test_the_open_app_is_closed(iphone: IPhone, act: Act) -> None:
    """Whatever takes the phone out of her hands ends what she was doing on it; nothing half-made is left."""
    flow = iphone.add_card().next()
    act(iphone)
    assert flow.finished and "ApplicationAbandoned" in names(lab_of(iphone))
    with pytest.raises(Refused, match="not on screen"):
        flow.next()


def test_an_application_that_waits_comes_to_nothing_on_an_erased_phone(android: Android) -> None:
    """Reset between the application and the notice: J-LIS issues, and nothing is installed; the next try cleans up."""
    lab = lab_of(android)
    android.erase()
    flow = lab.phones[0].add_card()
    while flow.screen.name != "WAIT_FOR_NOTICE":
        flow.next(flow.own_entry(same=flow.offers_same), same=flow.offers_same)
    android.erase()
    assert flow.finished
    lab.advance("1d")
    assert android.state is PhoneState.APPLIED_OVER_DEAD  # issued: the residue is revoked, the new pair is nowhere
    android.add_card().run(same_pins=True)
    lab.advance("20min")
    android.biometrics = True
    assert answered(lab.portal.log_in(android, "2222")) == "accepted"


@pytest.mark.parametrize("interval", ["1h", "24h", "7d"])
def test_the_wallet_asks_in_its_own_rhythm(interval: str) -> None:
    """The first check after the revocation, counted from when the card came into the wallet: at most the interval."""
    lab = made("iphone", wallet_check_interval=interval)
    added = newest(lab, ev.PassAdded).at
    revoke(lab.phones[0])
    revoked = lab.now
    lab.advance("8d")
    learned = newest(lab, ev.RevocationLearned).at
    span = {"1h": 3600, "24h": 86400, "7d": 604800}[interval]
    assert (learned - added).total_seconds() % span == 0
    assert 0 < (learned - revoked).total_seconds() <= span
    assert names(lab).count("RevocationLearned") == 1


def test_a_pass_says_what_it_has_heard(iphone: IPhone) -> None:
    """Before the check it looks as good as ever; the lab's own word for it is that it cannot be used."""
    assert "usable" in str(iphone.wallet[0]) and "cannot" not in str(iphone.wallet[0])
    revoke(iphone)
    assert (iphone.wallet[0].usable, iphone.wallet[0].heard) == (False, False)
    assert "has not heard" in str(iphone.wallet[0])
    lab_of(iphone).advance("24h")
    assert (iphone.wallet[0].usable, iphone.wallet[0].heard) == (False, True)
    assert "has not heard" not in str(iphone.wallet[0])


def test_an_android_takes_over(android: Android) -> None:
    """By the menu for a change of phone: revoked when the card is applied for, erased when on line."""
    lab = lab_of(android)
    former = android.certificates
    android.go_offline()
    new = lab.android(lab.residents[0])
    flow = new.take_over(android)
    chosen = newest(lab, ev.TakeOverChosen).event
    assert chosen == ev.TakeOverChosen(flow.flow, new.name, android.name)
    flow.run(same_pins=True)
    lab.advance("20min")
    assert answered(lab.portal.log_in(new)) == "accepted"
    assert {certificate.state() for certificate in former} == {"revoked"} and len(android.certificates) == 2
    android.go_online()
    assert android.certificates == ()
    with pytest.raises(Refused) as refused:
        lab.android(lab.residents[0]).take_over(android)
    assert refused.value.code == "nothing_to_take_over"


def test_residue_that_was_reset_stays_on_line(android: Android) -> None:
    """Nothing on the phone is left that would erase it; a new set-up takes its place."""
    android.erase()
    revoke(android)
    android.go_offline()
    android.go_online()
    lab_of(android).advance("3d")
    assert (len(android.certificates), android.state) == (2, PhoneState.DEAD)


def test_a_pass_in_lost_mode_gives_nothing_at_a_reader(iphone: IPhone) -> None:
    """Held to a reader it does not answer, nor does a pass that has heard of its revocation, nor a lost phone."""
    for acts, code in (((lost_mode(),), "lost_mode"), ((lost_mode(False), revoke, wait("24h")), "pass_dead")):
        for act in acts:
            act(iphone)
        with pytest.raises(Refused) as refused, iphone.in_field():
            pass
        assert refused.value.code == code
    iphone.lose()
    with pytest.raises(Refused, match="lost"), iphone.in_field():
        pass


def test_a_copy_remembers_whose_hands_it_is_in(iphone: IPhone) -> None:
    """Replayed, the phone is in the same hands, in lost mode, with its order pending."""
    iphone.hand_to("finder")
    iphone.lost_mode()
    iphone.go_offline()
    iphone.erase_remotely()
    (copy,) = lab_of(iphone).fork().phones
    assert isinstance(copy, IPhone)
    assert (copy.in_hands_of, copy.lost, copy.in_lost_mode) == ("finder", False, True)
    copy.go_online()
    assert (copy.wallet, copy.in_lost_mode, len(iphone.wallet)) == ((), False, 1)
