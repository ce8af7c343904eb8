"""What goes wrong in a set-up: each failure is a screen, an event with its reason, a sentence, and a clean way on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import answered, go, newest, resident

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import MisuseError, TapRefused
from myna_lab.jlis.books import CardState, PhoneState
from myna_lab.lab import Android, Holder, IPhone
from myna_lab.provisioning import RULES, Flow, Screen
from myna_lab.texts import text

S, P = Screen, PhoneState


def said(flow: Flow) -> tuple[Screen, str]:
    """Screen and notice."""
    assert flow.notice is not None, str(flow)
    assert flow.notice.in_language("ja") and flow.notice.in_language("en")
    return flow.screen, flow.notice.code


# --------------------------------------------------------------------------------------------------- at the reading


def set_tries(chip_reference: str, tries: int) -> Callable[[Lab, Holder], None]:
    def work(lab: Lab, holder: Holder) -> None:
        lab.world.record([ev.ReferenceDataTried(holder.card.name, chip_reference, tries)])

    return work


def another_number(lab: Lab, holder: Holder) -> None:
    """A card whose two applications disagree about verification number A."""
    changed = ev.ReferenceDataChanged(holder.card.name, "visual/0013", 10, "test/number")
    lab.world.record([changed], {"test/number": b"000000000000"})


def last_try_of_another_number(lab: Lab, holder: Holder) -> None:
    another_number(lab, holder)
    set_tries("visual/0013", 1)(lab, holder)


REFUSED_READINGS = {
    "blocked_before_input_aid": (set_tries("text/0011", 0), S.PIN_BLOCKED),
    "blocked_before_signing": (set_tries("jpki/001B", 0), S.PIN_BLOCKED),
    "blocked_before_verification_number": (set_tries("visual/0013", 0), S.PIN_BLOCKED),
}


@pytest.mark.parametrize("reason", REFUSED_READINGS)
def test_what_was_blocked_before_ends_the_reading(lab: Lab, hanako: Holder, iphone: IPhone, reason: str) -> None:
    """A counter that stood at zero already: the screen, the event and the notice say which."""
    spoil, end = REFUSED_READINGS[reason]
    spoil(lab, hanako)
    flow = go(iphone.add_card(), S.READ).next()
    assert said(flow) == (end, reason)
    assert newest(lab, ev.ReadingRefused).event == ev.ReadingRefused(flow.flow, "READ", reason)


def test_a_blocked_sign_password_ends_androids_reading(lab: Lab, hanako: Holder, android: Android) -> None:
    """Android's two readings ask for the signing password alone."""
    flow = go(android.add_card(), S.READ_AGAIN)
    set_tries("jpki/001B", 0)(lab, hanako)
    assert said(flow.next()) == (S.PIN_BLOCKED, "blocked_before_signing")
    assert newest(lab, ev.ReadingRefused).event == ev.ReadingRefused(flow.flow, "READ_AGAIN", "blocked_before_signing")


@pytest.mark.parametrize(
    ("spoil", "end"),
    [
        (another_number, (S.REFUSED, "wrong_verification_number")),
        (last_try_of_another_number, (S.PIN_BLOCKED, "blocked_now_verification_number")),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(
    lab: Lab, hanako: Holder, iphone: IPhone, spoil: Callable[[Lab, Holder], None], end: tuple[Screen, str]
) -> None:
    """Nobody types verification number A, so a wrong one does not lead back to the screen of a PIN."""
    spoil(lab, hanako)
    assert said(go(iphone.add_card(), S.READ).next()) == end
    assert newest(lab, ev.ReferenceDataRefused).event.chip == hanako.card.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("platform", RULES)
def test_no_sign_certificate(lab: Lab, platform: str) -> None:
    """Under 15 there is none on the card: the reading ends, with the event that says so."""
    child = resident(lab, born="2015-01-01")
    flow = getattr(lab, platform)(child).add_card().run()
    assert said(flow) == (S.REFUSED, "no_sign_certificate")
    assert newest(lab, ev.ReadingRefused).event == ev.ReadingRefused(flow.flow, "READ", "no_sign_certificate")


def test_what_is_no_card_cannot_be_read(lab: Lab, iphone: IPhone, android: Android) -> None:
    """A phone held to the reader instead of a card has no application with the four items."""
    android.add_card().run()
    assert android.chip is not None
    flow = go(iphone.add_card(), S.READ).do("start_reading", android.chip)
    assert said(flow) == (S.REFUSED, "card_unreadable")
    assert "6A82" in str(flow)
    assert newest(lab, ev.ReadingRefused).event == ev.ReadingRefused(flow.flow, "READ", "card_unreadable")


def test_androids_other_card(lab: Lab, android: Android) -> None:
    """The second reading wants the card of the first."""
    flow = go(android.add_card(), S.READ_AGAIN).do("start_reading", resident(lab).card)
    assert said(flow) == (S.REFUSED, "other_card")
    assert newest(lab, ev.ReadingRefused).event == ev.ReadingRefused(flow.flow, "READ_AGAIN", "other_card")


def test_a_card_of_another_lab_is_refused(lab: Lab, iphone: IPhone) -> None:
    """Even if it has the same name: it is the caller's mistake, and nothing is changed in either lab."""
    other = Lab(seed=7)
    stranger = resident(other)
    flow = go(iphone.add_card(), S.READ)
    lengths = len(lab.log), len(other.log)
    with pytest.raises(MisuseError) as refused:
        flow.do("start_reading", stranger.card)
    assert refused.value.code == "foreign_device"
    assert (len(lab.log), len(other.log), flow.screen) == (*lengths, S.READ)


def test_a_phone_of_another_lab_is_not_judged(lab: Lab, hanako: Holder) -> None:
    """The services of a lab take its own cards and phones only."""
    other = Lab(seed=8)
    stranger = resident(other)
    phone = other.iphone(stranger)
    for question in (
        lambda: lab.portal.log_in(phone),
        lambda: lab.portal.log_in(stranger.card, "2222"),
        lambda: lab.desk.accept(phone, password="ABC123"),
        lambda: lab.clinic.check_in(stranger.card, "2222"),
        lambda: lab.police.check_licence(stranger.card),
        lambda: lab.certificates(stranger),
        lambda: lab.certificates(phone),
    ):
        with pytest.raises(MisuseError) as refused:
            question()
        assert refused.value.code in ("foreign_device", "unknown_owner")


# ------------------------------------------------------------------------------------------------- the plastic card

CARD_EVENTS = {
    "card_suspended": (ev.CardSuspended, CardState.SUSPENDED),
    "card_revoked": (ev.CardRevoked, CardState.REVOKED),
}


@pytest.mark.parametrize("platform", RULES)
@pytest.mark.parametrize("reason", CARD_EVENTS)
def test_a_card_that_is_stopped_in_the_books(lab: Lab, hanako: Holder, platform: str, reason: str) -> None:
    """The plain event stops the card; its certificates are good, and J-LIS refuses the application all the same."""
    event, state = CARD_EVENTS[reason]
    lab.world.record([event(hanako.card.name)])
    assert lab.books.card(hanako.card.name).state is state
    flow = getattr(lab, platform)(hanako).add_card().run()
    assert said(flow) == (S.REFUSED, f"registry_{reason}")
    assert newest(lab, ev.ApplicationRefused).event.reason == reason  # type: ignore[attr-defined]
    assert lab.books.live_on_phones(hanako.person) == ()


def test_a_suspended_card_that_is_released(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """The municipal window releases it, and the same set-up goes through from the beginning."""
    lab.world.record([ev.CardSuspended(hanako.card.name)])
    assert said(iphone.add_card().run()) == (S.REFUSED, "registry_card_suspended")
    lab.world.record([ev.CardResumed(hanako.card.name)])
    assert iphone.add_card().run().screen is S.DONE


@pytest.mark.parametrize("platform", RULES)
def test_an_expired_card(lab: Lab, hanako: Holder, platform: str) -> None:
    """Its last second passes by itself; the refusal names the card, not its certificate."""
    lab.advance_to(hanako.card_expires)
    assert lab.books.card(hanako.card.name).state is CardState.EXPIRED
    assert [entry.at for entry in lab.log if entry.name == "CardExpired"] == [hanako.card_expires]
    flow = getattr(lab, platform)(hanako).add_card().run()
    assert said(flow) == (S.REFUSED, "registry_card_expired")


# ---------------------------------------------------------------------------------------------------------- leaving


@pytest.mark.parametrize("platform", RULES)
def test_refusing_the_terms_leaves_the_flow(lab: Lab, hanako: Holder, platform: str) -> None:
    """A tap of its own, an end, an event with the reason; nothing was accepted."""
    flow = go(getattr(lab, platform)(hanako).add_card(), S.TERMS).do("disagree")
    assert said(flow) == (S.CLOSED, "terms_refused")
    left = newest(lab, ev.ApplicationAbandoned).event
    assert left.reason == "the terms were refused"  # type: ignore[attr-defined]
    assert "TermsAccepted" not in [entry.name for entry in lab.log]


ACCEPTED = [
    S.WAIT_FOR_NOTICE,
    S.SIGN_PASSWORD_AGAIN,
    S.READ_AGAIN,
    S.NEW_USER_PIN,
    S.REPEAT_USER_PIN,
    S.NEW_SIGN_PASSWORD,
    S.REPEAT_SIGN_PASSWORD,
    S.INSTALL,
]


@pytest.mark.parametrize("screen", ACCEPTED, ids=lambda s: s.name)
def test_closing_android_after_the_application_is_an_interruption(
    lab: Lab, iphone: IPhone, android: Android, screen: Screen
) -> None:
    """The former phone is revoked, no phone holds the new pair: the end says so, and the next try cleans up."""
    iphone.add_card().run()
    flow = go(android.add_card(), screen).close()
    assert flow.screen is S.INTERRUPTED
    assert "accepted" in flow.body("en")
    assert newest(lab, ev.SetUpInterrupted).event == ev.SetUpInterrupted(flow.flow, android.name, screen.name)
    lab.advance("20min")
    assert answered(lab.portal.log_in(iphone)) == "revoked"
    assert answered(lab.portal.log_in(android)) == "no_credential"
    assert android.add_card().run().screen is S.DONE
    assert {row.device for row in lab.books.live_on_phones(android.person)} == {android.name}


@pytest.mark.parametrize("screen", [S.GUIDANCE, S.TERMS, S.SIGN_PASSWORD, S.READ], ids=lambda s: s.name)
def test_closing_android_before_the_application_interrupts_nothing(lab: Lab, android: Android, screen: Screen) -> None:
    """Nothing is half-made: the app is simply closed."""
    flow = go(android.add_card(), screen).close()
    assert flow.screen is S.CLOSED
    assert "SetUpInterrupted" not in [entry.name for entry in lab.log]


@pytest.mark.parametrize("screen", [S.FIVE_MINUTES, S.LOSS_GUIDANCE], ids=lambda s: s.name)
@pytest.mark.parametrize("platform", RULES)
def test_closing_after_the_installation_loses_nothing(lab: Lab, hanako: Holder, platform: str, screen: Screen) -> None:
    """The card is on the phone: the end is DONE, and it works."""
    phone = getattr(lab, platform)(hanako)
    assert go(phone.add_card(), screen).close().screen is S.DONE
    lab.advance("6min")
    assert lab.portal.log_in(phone).accepted


@pytest.mark.parametrize(("platform", "screen"), [("iphone", S.WALLET), ("android", S.INSTALL)])
def test_an_interruption_is_an_event(lab: Lab, hanako: Holder, platform: str, screen: Screen) -> None:
    """The power goes between the issue and the installation: an event, a screen, and a text that tells of both."""
    phone = getattr(lab, platform)(hanako)
    flow = go(phone.add_card(), screen).do("continue", mishap="interrupted")
    assert flow.screen is S.INTERRUPTED
    assert newest(lab, ev.SetUpInterrupted).event == ev.SetUpInterrupted(flow.flow, phone.name, screen.name)
    assert phone.state is P.APPLIED


# ---------------------------------------------------------------------------------- added again, and interrupted


def test_a_dead_pass_can_be_deleted_after_an_interrupted_second_try(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """The same iPhone is added again and interrupted: the old pass is dead, and goes by hand like any other."""
    iphone.add_card().run()
    lab.advance("20min")
    go(iphone.add_card(), S.WALLET).do("continue", mishap="interrupted")
    (dead,) = iphone.wallet
    assert (iphone.state, dead.usable) == (P.APPLIED_OVER_DEAD, False)
    iphone.delete_pass()
    assert (iphone.state, iphone.wallet) == (P.APPLIED, ())
    assert len(lab.books.live_on_phones(hanako.person)) == 2
    assert iphone.add_card().run().screen is S.DONE


def test_an_android_added_again_and_interrupted_erases_what_is_dead(lab: Lab, hanako: Holder, android: Android) -> None:
    """Its own second application revokes what is on it; online it erases that, whatever becomes of the second try."""
    android.add_card().run()
    lab.advance("20min")
    flow = go(android.add_card(), S.READ)
    android.online = True
    go(flow, S.INSTALL).do("continue", mishap="interrupted")
    assert (android.certificates, android.state) == ((), P.APPLIED)
    lab.iphone(hanako).add_card().run()
    lab.advance("1d")
    assert (android.certificates, android.state) == ((), P.WITHOUT_CARD)


def test_an_android_off_line_keeps_its_residue_through_an_interrupted_try(lab: Lab, android: Android) -> None:
    """Interrupted, then offline while another phone wins: the residue waits until the phone is online."""
    android.add_card().run()
    lab.advance("20min")
    lab.world.record([ev.PhoneWentOffline(android.name)])
    lab.iphone(android.holder).add_card().run()
    assert (len(android.certificates), android.state) == (2, P.DEAD)
    android.go_online()
    assert (android.certificates, android.state) == ((), P.WITHOUT_CARD)


def test_the_same_android_again_while_the_former_pair_lives_until_the_issue() -> None:
    """With the revocation at the issue, the old pair works until then; afterwards the new one does."""
    lab = Lab(seed=7, parameters={"revoke_former_at": "issue"})
    android = lab.android(resident(lab))
    android.add_card().run()
    lab.advance("20min")
    flow = go(android.add_card(), S.WAIT_FOR_NOTICE)
    assert android.state is P.APPLIED_OVER_LIVE
    assert lab.portal.log_in(android).accepted
    assert go(flow, S.DONE).finished
    lab.advance("20min")
    assert lab.portal.log_in(android).accepted
    assert len(lab.books.live_on_phones(android.person)) == 2


def test_deleting_a_dead_pass_tells_j_lis_nothing_of_the_pair_that_waits() -> None:
    """Where deletion revokes, it revokes what the pass holds, not what a second application was issued."""
    lab = Lab(seed=7, parameters={"deletion_revokes": True})
    iphone = lab.iphone(resident(lab))
    iphone.add_card().run()
    lab.advance("20min")
    go(iphone.add_card(), S.WALLET).do("continue", mishap="interrupted")
    iphone.delete_pass()
    assert len(lab.books.live_on_phones(iphone.person)) == 2
    iphone.add_card().run()
    iphone.delete_pass()
    assert lab.books.live_on_phones(iphone.person) == ()


def test_an_issue_that_j_lis_refuses_ends_the_application(lab: Lab, hanako: Holder, android: Android) -> None:
    """The card is revoked while Android waits: no notice comes, and the phone waits for nothing any more."""
    flow = go(android.add_card(), S.WAIT_FOR_NOTICE)
    lab.world.record([ev.CardRevoked(hanako.card.name, "lost")])
    lab.advance("10min")
    assert android.state is P.WITHOUT_CARD
    assert newest(lab, ev.ApplicationRefused).event.reason == "card_revoked"  # type: ignore[attr-defined]
    assert said(flow.next()) == (S.REFUSED, "registry_card_revoked")


def test_certificates_of_a_former_user_do_not_mix_with_those_of_the_next(lab: Lab, android: Android) -> None:
    """Taro applies on Hanako's Android and waits; she applies there herself: what she installs is hers."""
    taro = resident(lab)
    go(android.add_card(), S.READ).do("start_reading", taro.card)
    assert go(android.add_card(), S.DONE).finished
    lab.advance("20min")
    hers = {row.key for row in lab.books.of_person(android.person) if row.is_phone}
    assert {certificate.key for certificate in android.certificates} == hers
    assert lab.portal.log_in(android).accepted


def test_a_dead_pass_says_how_it_goes() -> None:
    """By hand on an iPhone; by itself on an Android that carries the card's face."""
    lab = Lab(seed=7, start="2026-11-02 10:00")
    holder = resident(lab)
    iphone, android = lab.iphone(holder), lab.android(holder)
    iphone.add_card().run()
    android.add_card().run()
    android.online = False
    lab.iphone(holder).add_card().run()
    assert "by hand" in str(iphone.wallet[0])
    assert "erased" in str(android.wallet[0])
    android.online = True
    assert (len(iphone.wallet), android.wallet) == (1, ())


# -------------------------------------------------------------------------------------------------- run and texts


def test_run_takes_what_is_to_go_wrong(lab: Lab, iphone: IPhone) -> None:
    """Two failed captures and a lost link, then all goes well; one entry is used up at each visit."""
    flow = iphone.add_card().run(mishaps={S.CAPTURE: ["liveness_failed"] * 2, "READ": ["link_lost", "link_lost"]})
    assert flow.screen is S.DONE
    names = [entry.name for entry in lab.log]
    assert (names.count("LivenessRefused"), names.count("LinkLost"), names.count("FaceCaptured")) == (2, 2, 1)


def test_as_many_failures_as_there_are_tries_end_the_run(iphone: IPhone) -> None:
    """Three failed captures are one too many."""
    flow = iphone.add_card().run(mishaps={"CAPTURE": ["liveness_failed"] * 5})
    assert said(flow) == (S.REFUSED, "liveness_exhausted")


@pytest.mark.parametrize(
    "mishaps",
    [
        {"CAPTURE": ["link_lost"]},
        {"HOME": ["twin"]},
        {"NOWHERE": []},
        {"READ": "link_lost"},
        {"INSTALL": ["interrupted"]},
        {S.READ_AGAIN: []},
    ],
)
def test_run_refuses_what_cannot_happen(lab: Lab, iphone: IPhone, mishaps: dict[str, list[str]]) -> None:
    """An unknown screen, something that cannot go wrong there, or text instead of a list; nothing has begun."""
    flow = iphone.add_card()
    length = len(lab.log)
    with pytest.raises(MisuseError) as refused:
        flow.run(mishaps=mishaps)  # type: ignore[arg-type]
    assert (refused.value.code, len(lab.log)) == ("unknown_mishap", length)
    assert "on an iPhone are lists by screen" in str(refused.value) and "INSTALL: interrupted" not in str(refused.value)


def test_run_refuses_what_cannot_happen_on_an_android(android: Android) -> None:
    """It captures no face and adds no pass: what can go wrong there is named."""
    with pytest.raises(MisuseError, match=r"Android phone .* INSTALL: interrupted.; got CAPTURE: .'twin'."):
        android.add_card().run(mishaps={"CAPTURE": ["twin"]})


def test_every_refused_tap_says_what_would_be_lawful(lab: Lab, iphone: IPhone, hanako: Holder) -> None:
    """Nothing typed, something typed in vain, a switch or a mishap that is not there: the lawful taps are named."""
    home, pin = iphone.add_card(), None
    refusals = {}
    for code, tap in {
        "nothing_to_type": lambda: home.do("start_adding", "1111"),
        "no_switch": lambda: home.do("start_adding", same=True),
        "no_mishap": lambda: home.do("start_adding", mishap="twin"),
        "tap_refused": lambda: home.do("agree"),
    }.items():
        with pytest.raises(TapRefused) as refused:
            tap()
        refusals[code] = refused.value
    pin = go(iphone.add_card(), S.INPUT_AID_PIN)
    with pytest.raises(TapRefused) as refused:
        pin.next()
    assert (refused.value.code, refused.value.values["lawful"]) == ("nothing_typed", pin.may())
    for code, error in refusals.items():
        assert (error.code, error.values["lawful"]) == (code, ("start_adding", "close"))


@pytest.mark.parametrize("dead", [False, True])
def test_home_says_that_the_card_is_on_this_phone_already(lab: Lab, hanako: Holder, iphone: IPhone, dead: bool) -> None:
    """The banner offers the card when this phone holds none; with one on it, live or dead, the screen says so."""
    empty = iphone.add_card()
    empty.run()
    if dead:
        lab.android(hanako).add_card().run()
    home = iphone.add_card()
    for language in ("ja", "en"):
        assert home.body(language) == text("screen.holding.HOME.body", language)
        assert home.body(language) != text("screen.HOME.body", language)
    assert lab.iphone(hanako).add_card().body() == text("screen.HOME.body")


@pytest.mark.parametrize(("start", "name"), [("2026-08-24 23:00", "Myna portal"), ("2026-08-25 00:00", "Myna app")])
def test_the_app_has_the_name_of_its_day(start: str, name: str) -> None:
    """It was renamed on 2026-08-25."""
    lab = Lab(seed=7, start=start)
    assert name in lab.iphone(lab.resident()).add_card().app()
