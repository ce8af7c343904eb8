"""Every way in which adding the card must be able to fail: each a screen, a sentence, an event, and a clean way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from article import CARDS_PINS, INPUT_AID, SIGNING, answered, go, newest, resident, said, works

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.lab import Holder, IPhone
from myna_lab.provisioning import Flow, Screen

S = Screen


@dataclass(frozen=True)
class Failure:
    """One way to fail."""

    act: Callable[[Lab, Holder], Flow]
    """Leads into it."""
    screen: Screen
    notice: str
    event: type[ev.Event]
    reason: str = ""
    """Field ``reason`` of the event."""
    mend: Callable[[Lab, Holder], object] | None = lambda lab, holder: None
    """What is done about it; None: only a new card or certificate from the municipality helps."""
    born: str = "1990-05-05"
    phone: Callable[[Lab, Holder], IPhone] = lambda lab, holder: lab.iphone(holder)
    """On which she then succeeds."""


def _to(screen: Screen, tap: str = "", value: object = None, **more: object) -> Callable[[Lab, Holder], Flow]:
    def act(lab: Lab, holder: Holder) -> Flow:
        flow = go(lab.iphone(holder).add_card(), screen)
        return flow.do(tap or flow.may()[0], value, **more)  # type: ignore[arg-type]

    return act


def _on(**made: object) -> Callable[[Lab, Holder], Flow]:
    return lambda lab, holder: lab.iphone(holder, **made).add_card().next()  # type: ignore[arg-type]


def _off_line(lab: Lab, holder: Holder) -> Flow:
    phone = lab.iphone(holder)
    flow = go(phone.add_card(), S.WALLET)
    phone.online = False
    return flow.next()


def _tired(lab: Lab, holder: Holder) -> Flow:
    return lab.iphone(holder).add_card().run(mishaps={S.CAPTURE: ["liveness_failed"] * 3})


def _after(*events: Callable[[Lab, Holder], ev.Event]) -> Callable[[Lab, Holder], Flow]:
    """Something happens at J-LIS between the reading and the application."""

    def act(lab: Lab, holder: Holder) -> Flow:
        flow = go(lab.iphone(holder).add_card(), S.WALLET)
        lab.world.record([event(lab, holder) for event in events])
        return flow.next()

    return act


def _wrong(screen: Screen, typed: str, times: int, again: bool = False) -> Callable[[Lab, Holder], Flow]:
    def act(lab: Lab, holder: Holder) -> Flow:
        flow = lab.iphone(holder).add_card()
        for _ in range(times):
            go(go(flow, screen).next(typed), S.READ).next()
        return go(lab.iphone(holder).add_card(), S.READ).next() if again else flow

    return act


def _somebody_elses_card(lab: Lab, holder: Holder) -> Flow:
    return go(lab.iphone(holder).add_card(), S.READ).do("start_reading", resident(lab).card)


def _forged(lab: Lab, holder: Holder) -> Flow:
    flow = go(lab.iphone(holder).add_card(), S.WALLET)
    flow._draft.signature = bytes(256)
    return flow.next()


def _at_night(lab: Lab, holder: Holder) -> Flow:
    flow = go(lab.iphone(holder).add_card(), S.WALLET)
    lab.advance_to("2025-07-06 03:30")
    return flow.next()


def _late(lab: Lab, holder: Holder) -> Flow:
    (row,) = [row for row in lab.books.of_person(holder.person) if row.kind == "card_sign"]
    lab.advance_to(row.not_after)
    return lab.iphone(holder).add_card().run()


def _too_late(lab: Lab, holder: Holder) -> Flow:
    lab.advance_to(holder.card_expires)
    return lab.iphone(holder).add_card().run()


def _overtaken(lab: Lab, holder: Holder) -> Flow:
    waiting = go(lab.android(holder).add_card(), S.WAIT_FOR_NOTICE)
    lab.iphone(holder).add_card().run()
    return waiting.next()


def _unblock(reference: str, most: int) -> Callable[[Lab, Holder], object]:
    return lambda lab, holder: lab.world.record([ev.ReferenceDataUnblocked(holder.card.name, reference, most)])


def _card(event: type[ev.Event]) -> Callable[[Lab, Holder], ev.Event]:
    return lambda lab, holder: event(holder.card.name)  # type: ignore[call-arg]


def _certificate(event: type[ev.Event], *reason: str) -> Callable[[Lab, Holder], ev.Event]:
    return lambda lab, holder: event(*lab.certificates(holder, kind="card_sign")[0].key, *reason)  # type: ignore[call-arg]


_PHONE, _NO, _READING = ev.RequirementMissed, ev.ApplicationRefused, ev.ReadingRefused
FAILURES = {
    "phone too old": Failure(_on(model="iPhone X"), S.HOME, "model_too_old", _PHONE, "model_too_old"),
    "OS too old": Failure(_on(os_version="18.4"), S.HOME, "system_too_old", _PHONE, "system_too_old"),
    "no biometrics enrolled": Failure(
        _on(biometrics=False), S.HOME, "no_biometrics", _PHONE, "no_biometrics",
        mend=lambda lab, holder: setattr(holder.phones[0], "biometrics", True),
        phone=lambda lab, holder: holder.phones[0],
    ),
    "no two-factor account": Failure(_on(two_factor=False), S.HOME, "no_two_factor", _PHONE, "no_two_factor"),
    "offline": Failure(
        _off_line, S.WALLET, "offline", _PHONE, "offline",
        mend=lambda lab, holder: setattr(holder.phones[0], "online", True), phone=lambda lab, holder: holder.phones[0],
    ),
    "card of somebody else": Failure(_somebody_elses_card, S.REFUSED, "face_refused", ev.FaceRefused),
    "face does not match": Failure(
        lambda lab, holder: lab.iphone(holder).add_card().run(mishaps={S.CAPTURE: ["other_face"]}),
        S.REFUSED, "face_refused", ev.FaceRefused,
    ),
    "liveness failed": Failure(
        _to(S.CAPTURE, mishap="liveness_failed"), S.READY_TO_CAPTURE, "liveness_failed", ev.LivenessRefused
    ),
    "liveness failed too often": Failure(_tired, S.REFUSED, "liveness_exhausted", ev.LivenessRefused),
    "card expired": Failure(
        _too_late, S.REFUSED, "registry_card_expired", _NO, "card_expired", mend=None
    ),
    "card suspended": Failure(
        _after(_card(ev.CardSuspended)), S.REFUSED, "registry_card_suspended", _NO, "card_suspended",
        mend=lambda lab, holder: lab.world.record([ev.CardResumed(holder.card.name)]),
    ),
    "card revoked": Failure(
        _after(_card(ev.CardRevoked)), S.REFUSED, "registry_card_revoked", _NO, "card_revoked", mend=None
    ),
    "no signing certificate on the card": Failure(
        _to(S.READ), S.REFUSED, "no_sign_certificate", _READING, "no_sign_certificate", born="2015-01-01",
        mend=None,
    ),
    "signing certificate expired": Failure(
        _late, S.REFUSED, "registry_certificate_expired", _NO, "certificate_expired", mend=None
    ),
    "signing certificate on hold": Failure(
        _after(_certificate(ev.CertificateSuspended)), S.REFUSED, "registry_certificate_on_hold", _NO,
        "certificate_on_hold", mend=None,
    ),
    "wrong input-aid PIN": Failure(
        _wrong(S.INPUT_AID_PIN, "9999", 1), S.INPUT_AID_PIN, "wrong_input_aid", ev.ReferenceDataRefused
    ),
    "wrong signing password": Failure(
        _wrong(S.SIGN_PASSWORD, "WRONG1", 4), S.SIGN_PASSWORD, "wrong_signing", ev.ReferenceDataRefused
    ),
    "PIN blocked now": Failure(
        _wrong(S.INPUT_AID_PIN, "9999", 3), S.PIN_BLOCKED, "blocked_now_input_aid", ev.ReferenceDataRefused,
        mend=_unblock(INPUT_AID, 3),
    ),
    "signing password blocked now": Failure(
        _wrong(S.SIGN_PASSWORD, "WRONG1", 5), S.PIN_BLOCKED, "blocked_now_signing", ev.ReferenceDataRefused,
        mend=_unblock(SIGNING, 5),
    ),
    "PIN blocked before": Failure(
        _wrong(S.INPUT_AID_PIN, "9999", 3, again=True), S.PIN_BLOCKED, "blocked_before_input_aid", _READING,
        "blocked_before_input_aid", mend=_unblock(INPUT_AID, 3),
    ),
    "signing password blocked before": Failure(
        _wrong(S.SIGN_PASSWORD, "WRONG1", 5, again=True), S.PIN_BLOCKED, "blocked_before_signing", _READING,
        "blocked_before_signing", mend=_unblock(SIGNING, 5),
    ),
    "badly formed PIN": Failure(
        _to(S.INPUT_AID_PIN, value="12"), S.INPUT_AID_PIN, "malformed_input_aid", ev.PinMalformed, "input_aid"
    ),
    "confirmation differs": Failure(
        _to(S.REPEAT_USER_PIN, value="3333"), S.NEW_USER_PIN, "confirmation_differs", ev.ConfirmationDiffered
    ),
    "card removed mid-read": Failure(_to(S.READ, mishap="link_lost"), S.READ, "link_lost", ev.LinkLost),
    "registry: application signature invalid": Failure(
        _forged, S.REFUSED, "registry_bad_application_signature", _NO, "bad_application_signature"
    ),
    "registry: certificate revoked a moment ago": Failure(
        _after(_certificate(ev.CertificateRevoked, "KEY_COMPROMISE")), S.REFUSED, "registry_certificate_revoked", _NO,
        "certificate_revoked", mend=None,
    ),
    "registry under maintenance": Failure(
        _at_night, S.WALLET, "registry_maintenance", _NO, "maintenance",
        mend=lambda lab, holder: lab.advance_to("2025-07-06 04:00"),
    ),
    "Wallet step interrupted": Failure(
        _to(S.WALLET, mishap="interrupted"), S.INTERRUPTED, "", ev.SetUpInterrupted,
        phone=lambda lab, holder: holder.phones[0],
    ),
    "app closed": Failure(_to(S.NEW_USER_PIN, "close"), S.CLOSED, "", ev.ApplicationAbandoned, "closed by the holder"),
    "terms refused": Failure(
        _to(S.TERMS, "disagree"), S.CLOSED, "terms_refused", ev.ApplicationAbandoned, "the terms were refused"
    ),
    "two phones at once": Failure(_overtaken, S.REFUSED, "registry_superseded", _NO, "superseded"),
}  # fmt: skip
"""The list of set-up facts 4, and its halves where one line holds two."""


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_a_screen_a_sentence_and_an_event(name: str) -> None:
    """She sees on which screen she is and why, in both languages; the log says so, too; nothing half-made is left."""
    failure, lab = FAILURES[name], Lab(seed=7)
    holder = resident(lab, born=failure.born)
    flow = failure.act(lab, holder)
    assert (flow.screen, said(flow)) == (failure.screen, failure.notice)
    happened = newest(lab, failure.event).event
    assert failure.reason in getattr(happened, "reason", "")
    for language in ("ja", "en"):
        told = flow.notice.in_language(language) if flow.notice else flow.body(language)
        assert told
    assert len(lab.books.live_on_phones(holder.person)) in (0, 2)


@pytest.mark.parametrize("name", [name for name, failure in FAILURES.items() if failure.mend is not None])
def test_from_each_failure_there_is_a_clean_way_on(name: str) -> None:
    """What was wrong is mended, a new set-up goes through, and exactly one pair is live and works."""
    failure, lab = FAILURES[name], Lab(seed=7)
    holder = resident(lab, born=failure.born)
    failure.act(lab, holder)
    assert failure.mend is not None
    failure.mend(lab, holder)
    phone = failure.phone(lab, holder)
    assert phone.add_card().run().screen is S.DONE
    assert [row.device for row in lab.books.live_on_phones(holder.person)] == [phone.name] * 2
    assert works(lab, phone)


@pytest.mark.parametrize("name", [name for name, failure in FAILURES.items() if failure.mend is None])
def test_where_only_the_municipality_helps_a_second_try_says_the_same(name: str) -> None:
    """Card or certificate must be new: trying again changes nothing, costs no try, and says so again."""
    failure, lab = FAILURES[name], Lab(seed=7)
    holder = resident(lab, born=failure.born)
    failure.act(lab, holder)
    flow = lab.iphone(holder).add_card().run()
    assert (flow.screen, said(flow)) == (failure.screen, failure.notice)
    assert (holder.card.tries_left(INPUT_AID), lab.books.live_on_phones(holder.person)) == (3, ())


def test_interrupted_at_wallet_there_is_no_usable_phone(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """Keys made, pass not added: the former phone is revoked already, and the screen says both."""
    iphone.add_card().run()
    new = lab.iphone(hanako)
    flow = go(new.add_card(), S.WALLET).do("continue", mishap="interrupted")
    assert "former phone is revoked" in flow.body("en")
    lab.advance("20min")
    assert (answered(lab.portal.log_in(iphone)), answered(lab.portal.log_in(new))) == ("revoked", "no_credential")
    assert new.add_card().run().screen is S.DONE
    assert works(lab, new)


@pytest.mark.parametrize(
    ("platform", "number"), [("iphone", n) for n in range(1, 23)] + [("android", n) for n in range(1, 16)]
)
def test_closed_at_any_screen_it_starts_again_and_nothing_is_half_made(
    lab: Lab, hanako: Holder, platform: str, number: int
) -> None:
    """Close anywhere, begin again, run through: one pair, and it works."""
    phone = getattr(lab, platform)(hanako)
    flow = phone.add_card()
    while flow.number != number:
        flow.next(CARDS_PINS[flow.asks] if flow.asks else None)
    assert flow.close().finished
    assert phone.add_card().run().screen is S.DONE
    assert len(lab.books.live_on_phones(hanako.person)) == 2
    assert works(lab, phone)


@pytest.mark.parametrize("platforms", [("iphone", "iphone"), ("iphone", "android"), ("android", "iphone")])
def test_of_two_phones_at_once_the_later_application_wins(lab: Lab, hanako: Holder, platforms: tuple[str, str]) -> None:
    """Both stand before the application; whoever applies later has the pair."""
    first, second = (getattr(lab, platform)(hanako) for platform in platforms)
    before = {"iphone": S.WALLET, "android": S.READ}
    flows = [go(phone.add_card(), before[name]) for phone, name in zip((first, second), platforms, strict=True)]
    flows[0].next()
    flows[1].next()
    assert go(flows[1], S.DONE).finished
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {second.name}
    assert works(lab, second)
    assert not lab.portal.log_in(first).accepted
