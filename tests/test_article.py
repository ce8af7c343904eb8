"""The iPhone version as a reporter saw it in June 2025, sentence by sentence: the specification of the whole.

Part 1 follows the screens, part 2 the Android way, part 3 what comes after, part 4 says where a learner does each of
the article's warnings, and (by ``article_places.py``) each statement of parts 1 to 3. Every way to fail stands in
``test_article_failures.py``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from article import INPUT_AID, SIGNING, answered, application, go, names, newest, passed, resident, said, sign, works
from article_places import PLACES, Act, Cell, Nowhere, Press
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from notebook_cells import FOLDER, cells, source

from myna_lab import Lab, stories
from myna_lab import events as ev
from myna_lab.devices import terminal
from myna_lab.errors import CardRefused, MisuseError, RegistrationRefused
from myna_lab.ground.durations import at
from myna_lab.jlis.books import PhoneState
from myna_lab.jlis.office import Application
from myna_lab.lab import Android, Holder, IPhone
from myna_lab.provisioning import NUMBERS, Screen
from myna_lab.widgets import wizard

S = Screen
SCREENS = [
    "HOME", "GUIDANCE", "CARD_AT_HAND", "OVERVIEW", "TERMS", "FACE_CAUTIONS", "READY_TO_CAPTURE", "CAPTURE",
    "CAPTURE_DONE", "INPUT_AID_PIN", "SIGN_PASSWORD", "READ", "READING_DONE", "NEW_USER_PIN", "REPEAT_USER_PIN",
    "NEW_SIGN_PASSWORD", "REPEAT_SIGN_PASSWORD", "ADD_TO_WALLET", "WALLET", "WALLET_DONE", "FIVE_MINUTES",
    "LOSS_GUIDANCE",
]  # fmt: skip
ANDROID_SCREENS = [
    "HOME", "GUIDANCE", "TERMS", "SIGN_PASSWORD", "READ", "WAIT_FOR_NOTICE", "SIGN_PASSWORD_AGAIN",
    "READ_AGAIN", "NEW_USER_PIN", "REPEAT_USER_PIN", "NEW_SIGN_PASSWORD", "REPEAT_SIGN_PASSWORD", "INSTALL",
    "FIVE_MINUTES", "LOSS_GUIDANCE",
]  # fmt: skip
VERIFY = 0x20
"""The instruction by which a chip is given a PIN (ISO/IEC 7816-4)."""


# ====================================================================================== 1  The iPhone, screen by screen


def test_the_screens_come_in_the_reported_order(lab: Lab, iphone: IPhone) -> None:
    """Screens 1 to 22, each once, and then the card is added."""
    assert iphone.add_card().run().screen is S.DONE
    assert passed(lab) == SCREENS
    assert list(NUMBERS["iphone"].values()) == list(range(1, 23))


# ------------------------------------------------------------------------------------------------------------ 0, home


def test_the_app_offers_the_card_when_this_phone_holds_none(iphone: IPhone) -> None:
    """The banner; with the card on the phone it says so instead."""
    home = iphone.add_card()
    assert home.may()[0] == "start_adding"
    assert "You can add" in home.body()
    home.run()
    assert "on this phone already" in iphone.add_card().body()


@pytest.mark.parametrize(
    ("model", "system"), [("iPhone XS", "18.5"), ("iPhone 16e", "18.10"), ("iPhone 17 Pro", "26.0")]
)
def test_an_iphone_xs_with_ios_18_5_serves(lab: Lab, hanako: Holder, model: str, system: str) -> None:
    """The oldest that serves, and later ones."""
    assert lab.iphone(hanako, model=model, os_version=system).add_card().next().screen is S.GUIDANCE


@pytest.mark.parametrize(
    ("made", "missed"),
    [
        ({"model": "iPhone X"}, "model_too_old"),
        ({"os_version": "18.4.1"}, "system_too_old"),
        ({"biometrics": False}, "no_biometrics"),
        ({"two_factor": False}, "no_two_factor"),
    ],
)
def test_each_requirement_is_asked_at_the_first_tap(
    lab: Lab, hanako: Holder, made: dict[str, object], missed: str
) -> None:
    """Model, system, Face ID or Touch ID, two-factor account: without one of them the app stays at home."""
    flow = lab.iphone(hanako, **made).add_card().next()  # type: ignore[arg-type]
    assert (flow.screen, said(flow)) == (S.HOME, missed)


def test_the_phone_must_be_on_line(iphone: IPhone) -> None:
    """Offline nothing begins; online the same tap leads on."""
    iphone.online = False
    flow = iphone.add_card().next()
    assert (flow.screen, said(flow)) == (S.HOME, "offline")
    iphone.online = True
    assert flow.next().screen is S.GUIDANCE


# ------------------------------------------------------------------------------------------ 2, is the card at hand?


def test_whether_the_card_has_a_sign_certificate_shows_at_the_reading(lab: Lab) -> None:
    """Screen 3 only asks; a child of ten, whose card has none, gets as far as screen 12."""
    flow = go(lab.iphone(resident(lab, born="2015-01-01")).add_card(), S.READ)
    assert flow.number == 12
    assert (flow.next().screen, said(flow)) == (S.REFUSED, "no_sign_certificate")


def test_whether_the_certificate_is_valid_shows_in_wallet(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """A revoked certificate still signs; J-LIS looks it up at screen 19."""
    lab.world.record([ev.CertificateRevoked(*lab.certificates(hanako, kind="card_sign")[0].key, "KEY_COMPROMISE")])
    flow = go(iphone.add_card(), S.WALLET)
    assert flow.number == 19
    assert (flow.next().screen, said(flow)) == (S.REFUSED, "registry_certificate_revoked")


# ------------------------------------------------------------------------------------------------------- 4, the terms


def test_refusing_the_terms_leaves_the_flow(lab: Lab, iphone: IPhone) -> None:
    """Who does not agree is out, and nothing was accepted in her name."""
    assert go(iphone.add_card(), S.TERMS).do("disagree").screen is S.CLOSED
    assert "TermsAccepted" not in names(lab)


# ----------------------------------------------------------------------------------------------------- 7, the capture


@pytest.mark.parametrize("allowed", [1, 3, 5])
def test_the_tries_of_the_capture_are_limited(allowed: int) -> None:
    """Liveness fails until no try is left (assumed: three); then it is to begin anew."""
    lab = Lab(seed=7, parameters={"liveness_tries": allowed})
    flow = lab.iphone(resident(lab)).add_card()
    for _ in range(allowed - 1):
        assert go(flow, S.CAPTURE).do("capture", mishap="liveness_failed").screen is S.READY_TO_CAPTURE
    assert go(flow, S.CAPTURE).do("capture", mishap="liveness_failed").screen is S.REFUSED
    assert [entry.event.n_tries for entry in lab.log if entry.name == "LivenessRefused"] == list(range(1, allowed + 1))


def test_three_tries_are_the_rule(lab: Lab) -> None:
    """The default, marked as an assumption."""
    assert (lab.parameters.count("liveness_tries"), lab.parameters["liveness_tries"].mark) == (3, "assumed")


def test_another_face_is_found_out_only_after_the_reading(iphone: IPhone) -> None:
    """At the capture there is no portrait yet to compare with; at 11 there is."""
    flow = go(iphone.add_card(), S.CAPTURE).do("capture", mishap="other_face")
    assert flow.screen is S.CAPTURE_DONE
    assert (go(flow, S.READ).next().screen, said(flow)) == (S.REFUSED, "face_refused")


def test_faces_are_compared_and_not_people(lab: Lab, iphone: IPhone) -> None:
    """A twin passes; only the lab knows."""
    flow = go(go(iphone.add_card(), S.CAPTURE).do("capture", mishap="twin"), S.DONE)
    assert "twin" in str(lab.explain(flow))


# ---------------------------------------------------------------------------------------- 9 and 10, the card's two PINs


@pytest.mark.parametrize(
    ("screen", "typed"),
    [(S.INPUT_AID_PIN, "123"), (S.INPUT_AID_PIN, "12345"), (S.INPUT_AID_PIN, "abcd"), (S.SIGN_PASSWORD, "ABC12"),
     (S.SIGN_PASSWORD, "A" * 16 + "1"), (S.SIGN_PASSWORD, "ABCDEF"), (S.SIGN_PASSWORD, "123456")],
)  # fmt: skip
def test_the_form_of_the_cards_pins_is_checked_here(hanako: Holder, iphone: IPhone, screen: Screen, typed: str) -> None:
    """4 digits; 6 to 16 letters and digits, one of each: anything else stays on its screen and never meets the chip."""
    flow = go(iphone.add_card(), screen)
    n_exchanges = len(hanako.card.trace)
    assert flow.next(typed).screen is screen
    assert said(flow).startswith("malformed_")
    assert len(hanako.card.trace) == n_exchanges


def test_whether_they_are_right_the_chip_says_at_the_reading(hanako: Holder, iphone: IPhone) -> None:
    """Wrong ones of the right form pass their screens and cost nothing yet."""
    flow = go(iphone.add_card(), S.INPUT_AID_PIN).next("9999").next("WRONG1")
    assert flow.screen is S.READ
    assert (hanako.card.tries_left(INPUT_AID), hanako.card.tries_left(SIGNING)) == (3, 5)


def test_small_letters_of_the_sign_password_are_raised(iphone: IPhone) -> None:
    """The chip knows capitals only; abc123 is ABC123."""
    flow = go(iphone.add_card(), S.SIGN_PASSWORD).next("abc123")
    assert flow.next().screen is S.READING_DONE


# --------------------------------------------------------------------------------------------------- 11, the reading


def test_what_the_phone_reads(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """My Number, the four items, the portrait, the signing certificate, over real exchanges with the chip."""
    go(iphone.add_card(), S.READING_DONE)
    read = newest(lab, ev.CardRead).event
    assert (read.card, read.files) == (hanako.card.name, ("text/0001", "text/0002", "visual/0002", "jpki/0001"))
    assert all(exchange.sw == "9000" for exchange in hanako.card.trace)


def test_both_pins_and_my_number_open_the_three_applications(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """The input-aid PIN opens the text, 照合番号A the portrait, the signing password the signing certificate."""
    go(iphone.add_card(), S.READING_DONE)
    opened = [entry.event.reference for entry in lab.log if entry.name == "ReferenceDataVerified"]
    assert opened == [INPUT_AID, "visual/0013", SIGNING]
    assert sum(exchange.command[1] == VERIFY for exchange in hanako.card.trace) == 3


def test_the_cards_sign_key_signs_the_application(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """The signature is over this phone, this set-up and this face, and verifies under the card's certificate."""
    go(iphone.add_card(), S.WALLET_DONE)
    signed = newest(lab, ev.SignatureComputed).event
    assert (signed.chip, signed.key) == (hanako.card.name, "jpki/001A")
    sent = application(lab)
    public = x509.load_der_x509_certificate(sent.sign_certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(sent.signature, sent.document, padding.PKCS1v15(), SHA256())
    stated = json.loads(sent.document)
    assert (stated["phone"], stated["flow"]) == (iphone.name, "flow-1")
    assert stated["face"] == sha256(hanako.portrait).hexdigest()


@pytest.mark.parametrize(
    ("screen", "wrong", "reference", "tries"),
    [(S.INPUT_AID_PIN, "9999", INPUT_AID, 3), (S.SIGN_PASSWORD, "WRONG1", SIGNING, 5)],
)
def test_a_wrong_pin_costs_one_try_and_says_how_many_are_left(
    hanako: Holder, iphone: IPhone, screen: Screen, wrong: str, reference: str, tries: int
) -> None:
    """Back to that PIN's screen with the number; the last one blocks it, and the way leads to the municipal window."""
    flow = iphone.add_card()
    for left in range(tries - 1, 0, -1):
        go(go(flow, screen).next(wrong), S.READ).next()
        assert (flow.screen, hanako.card.tries_left(reference)) == (screen, left)
        assert flow.notice is not None
        assert f"{left} {'try' if left == 1 else 'tries'} left" in flow.notice.in_language("en")
        assert f"あと{left}回" in flow.notice.in_language("ja")
    go(go(flow, screen).next(wrong), S.READ).next()
    assert (flow.screen, hanako.card.tries_left(reference)) == (S.PIN_BLOCKED, 0)
    assert "municipal window" in flow.body("en")
    assert "市区町村の窓口" in flow.body("ja")


def test_a_right_pin_gives_the_tries_back(hanako: Holder, iphone: IPhone) -> None:
    """One correct entry, and the counter is full again."""
    flow = go(go(iphone.add_card(), S.SIGN_PASSWORD).next("WRONG1"), S.READ).next()
    assert hanako.card.tries_left(SIGNING) == 4
    go(flow, S.READING_DONE)
    assert hanako.card.tries_left(SIGNING) == 5


def test_a_card_taken_away_too_early_is_a_lost_link(hanako: Holder, iphone: IPhone) -> None:
    """The screen stays; held again, it reads through, and no try is lost."""
    flow = go(iphone.add_card(), S.READ).do("start_reading", mishap="link_lost")
    assert (flow.screen, said(flow)) == (S.READ, "link_lost")
    assert flow.next().screen is S.READING_DONE
    assert (hanako.card.tries_left(INPUT_AID), hanako.card.tries_left(SIGNING)) == (3, 5)


# ------------------------------------------------------------------------------------- 13 to 16, the phone's own PINs


def test_the_phone_gets_pins_of_its_own(hanako: Holder, iphone: IPhone) -> None:
    """New ones are drawn, unlike the card's; the card's stay as they were."""
    iphone.add_card().run()
    phones = dict(iphone.slip.rows)
    own = hanako._resident
    assert phones["User PIN"] != own.user_authentication_pin
    assert phones["Signing password"] != own.signing_password
    assert iphone.chip is not None
    for chip, pin in ((iphone.chip, phones["User PIN"]), (hanako.card, "2222")):
        with chip.connect() as transmit:
            terminal.authenticate(transmit, b"challenge", pin=pin)


@pytest.mark.parametrize(
    ("screen", "typed"),
    [
        (S.NEW_USER_PIN, "123"),
        (S.NEW_USER_PIN, "12A4"),
        (S.NEW_SIGN_PASSWORD, "ABC12"),
        (S.NEW_SIGN_PASSWORD, "1234567"),
    ],
)
def test_the_form_of_the_new_pins(iphone: IPhone, screen: Screen, typed: str) -> None:
    """4 digits; 6 to 16 of A to Z and 0 to 9, one of each."""
    flow = go(iphone.add_card(), screen).next(typed)
    assert flow.screen is screen
    assert said(flow).startswith("malformed_")


def test_small_letters_of_the_new_sign_password_are_raised(iphone: IPhone) -> None:
    """Typed small, repeated in capitals: the same."""
    flow = go(iphone.add_card(), S.NEW_SIGN_PASSWORD).next("xyz789")
    assert flow.next("XYZ789").screen is S.ADD_TO_WALLET
    go(flow, S.DONE)
    assert dict(iphone.slip.rows)["Signing password"] == "XYZ789"


@pytest.mark.parametrize(
    ("new", "repeat", "typed"),
    [
        (S.NEW_USER_PIN, S.REPEAT_USER_PIN, "3333"),
        (S.NEW_SIGN_PASSWORD, S.REPEAT_SIGN_PASSWORD, "OTHER12"),
    ],
)
def test_what_differs_is_typed_anew(iphone: IPhone, new: Screen, repeat: Screen, typed: str) -> None:
    """14 unlike 13 leads back to 13, 16 unlike 15 to 15."""
    flow = go(iphone.add_card(), repeat).next(typed)
    assert (flow.screen, said(flow)) == (new, "confirmation_differs")
    assert go(flow, S.DONE).finished


@pytest.mark.parametrize(
    ("same", "asked"),
    [
        ((False, False), ["NEW_USER_PIN", "REPEAT_USER_PIN", "NEW_SIGN_PASSWORD", "REPEAT_SIGN_PASSWORD"]),
        ((True, False), ["NEW_USER_PIN", "NEW_SIGN_PASSWORD", "REPEAT_SIGN_PASSWORD"]),
        ((False, True), ["NEW_USER_PIN", "REPEAT_USER_PIN", "NEW_SIGN_PASSWORD"]),
        ((True, True), ["NEW_USER_PIN", "NEW_SIGN_PASSWORD"]),
    ],
)
def test_with_the_switch_each_is_asked_once(
    lab: Lab, iphone: IPhone, same: tuple[bool, bool], asked: list[str]
) -> None:
    """The switch "same as on my plastic card": for each of the two alone, for both, for none."""
    flow = go(iphone.add_card(), S.NEW_USER_PIN)
    flow.next("2222", same=same[0])
    go(flow, S.NEW_SIGN_PASSWORD).next("ABC123", same=same[1])
    go(flow, S.DONE)
    assert [screen for screen in passed(lab) if screen in SCREENS[13:17]] == asked
    assert dict(iphone.slip.rows) == {"User PIN": "2222", "Signing password": "ABC123"}


def test_the_switch_compares_the_sign_password_with_the_cards(iphone: IPhone) -> None:
    """The chip accepted it at the reading, so the app knows it."""
    flow = go(iphone.add_card(), S.NEW_SIGN_PASSWORD).next("OTHER12", same=True)
    assert (flow.screen, said(flow)) == (S.NEW_SIGN_PASSWORD, "not_the_cards")


def test_the_switch_cannot_compare_the_user_pin(lab: Lab, iphone: IPhone) -> None:
    """It was never asked at the reading: another one passes, and only the lab says that it is not the card's."""
    flow = go(iphone.add_card(), S.NEW_USER_PIN).next("9876", same=True)
    assert flow.screen is S.NEW_SIGN_PASSWORD
    assert "is NOT the card's" in str(lab.explain(go(flow, S.DONE)))


# ------------------------------------------------------------------------------------------------------ 18, Wallet


def test_keys_are_made_in_the_phone_before_the_application(lab: Lab, iphone: IPhone) -> None:
    """Two pairs and the device key; then the application is accepted, and everything is issued in the same instant."""
    go(iphone.add_card(), S.WALLET).next()
    order = [name for name in names(lab) if name.startswith(("KeyPair", "DeviceKey", "Application", "Attributes"))]
    assert order == [
        "ApplicationStarted", "KeyPairGenerated", "KeyPairGenerated", "DeviceKeyGenerated", "ApplicationAccepted",
        "AttributesIssued",
    ]  # fmt: skip
    accepted = newest(lab, ev.ApplicationAccepted).at
    assert [entry.at for entry in lab.log if entry.name == "CertificateIssued"][2:] == [accepted] * 2
    assert newest(lab, ev.AttributesIssued).at == accepted


def test_the_requests_are_bound_to_the_signed_application(lab: Lab, iphone: IPhone) -> None:
    """Each request names the digest of the application; the certificates hold the keys of these requests."""
    iphone.add_card().run()
    sent = application(lab)
    for request, kind in ((sent.sign_request, "phone_sign"), (sent.auth_request, "phone_auth")):
        read = x509.load_der_x509_csr(request)
        (name,) = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == sha256(sent.document).hexdigest()
        (row,) = [row for row in lab.books.of_person(iphone.person) if row.kind == kind]
        assert x509.load_der_x509_certificate(row.der).public_key() == read.public_key()


def test_a_request_of_another_application_is_refused(lab: Lab, hanako: Holder) -> None:
    """A thief of requests gets nothing: each belongs to one application."""
    lab.iphone(hanako).add_card().run()
    lab.iphone(hanako).add_card().run()
    for name in ("sign_request", "auth_request"):
        mixed = replace(application(lab, 2), **{name: getattr(application(lab, 1), name)})
        assert _refusal(lab, mixed) == "not_bound"


def test_an_application_that_the_card_did_not_sign_is_refused(lab: Lab, hanako: Holder) -> None:
    """Another face, another phone, a bit of the signature: the signature is over what was agreed to."""
    lab.iphone(hanako).add_card().run()
    sent = application(lab)
    assert _refusal(lab, replace(sent, document=sent.document.replace(b"iphone-1", b"iphone-2"))) == (
        "bad_application_signature"
    )
    assert _refusal(lab, replace(sent, signature=bytes(256))) == "bad_application_signature"


def _refusal(lab: Lab, sent: Application) -> str:
    with pytest.raises(RegistrationRefused) as refused:
        lab.world.office.apply(sent, chance=lab.world.chance("article"), at=lab.now)
    return refused.value.code


def test_the_pass_is_in_wallet(hanako: Holder, iphone: IPhone) -> None:
    """Screen 20: the pass is there, with her name, and usable."""
    flow = go(iphone.add_card(), S.WALLET)
    assert iphone.wallet == ()
    flow.next()
    (card,) = iphone.wallet
    assert (flow.number, card.holder, card.usable) == (20, hanako.name, True)


def test_the_iphone_holds_a_signed_record_of_the_cards_face(lab: Lab, iphone: IPhone) -> None:
    """Issued with the certificates, for a month (assumed)."""
    iphone.add_card().run()
    issued = newest(lab, ev.AttributesIssued)
    assert (issued.event.valid_until - issued.at).days == 30


# --------------------------------------------------------------------------------------------- 20 and 21, and after


@pytest.mark.parametrize(
    ("delay", "en", "ja"), [("5min", "about 5 minutes", "約5分"), ("90s", "about 1.5 minutes", "約1.5分")]
)
def test_the_app_announces_how_long_it_takes(delay: str, en: str, ja: str) -> None:
    """Screen 21 says about five minutes: what parameter activation_delay says."""
    lab = Lab(seed=7, parameters={"activation_delay": delay})
    flow = go(lab.iphone(resident(lab)).add_card(), S.FIVE_MINUTES)
    assert flow.number == 21
    assert en in flow.body("en")
    assert ja in flow.body("ja")


def test_what_to_do_on_loss_is_shown_last(lab: Lab, iphone: IPhone) -> None:
    """Screen 22: call and lock; its tap ends the flow."""
    flow = go(iphone.add_card(), S.LOSS_GUIDANCE)
    assert "hotline" in flow.body("en")
    assert (flow.do("finish").screen, names(lab)[-2:]) == (S.DONE, ["SetUpFinished", "ScreenPassed"])


@pytest.mark.parametrize("service", ["portal", "desk", "clinic"])
@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_for_five_minutes_each_service_says_from_when(platform: str, service: str) -> None:
    """Counted from the issue: one second before it is not yet usable, with the time; from then on it is."""
    lab = Lab(seed=7, start="2025-09-19 09:00")
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run()
    ask = {"portal": lab.portal.log_in, "desk": partial(sign, lab), "clinic": lab.clinic.check_in}[service]
    due = newest(lab, ev.CertificateIssued).at + (at("2025-01-01 00:05") - at("2025-01-01 00:00"))
    lab.advance_to(max(lab.now, due - (at("2025-01-01 00:00:01") - at("2025-01-01"))))
    early = ask(phone)
    assert (early.accepted, early.code, early.usable_from) == (False, "not_yet_valid", due)
    lab.advance_to(due)
    assert ask(phone).accepted


# ==================================================================================================== 2  Android


def test_android_applies_waits_and_registers(lab: Lab, android: Android) -> None:
    """Apply, wait, push notice, register with a second reading, PINs of its own; then it is usable."""
    assert android.add_card().run().screen is S.DONE
    assert passed(lab) == ANDROID_SCREENS
    story = ["CardRead", "ApplicationAccepted", "CertificateIssued", "IssueNoticed", "CardRead", "PinsChosen",
             "CredentialInstalled", "SetUpFinished", "CertificateActivated"]  # fmt: skip
    assert works(lab, android)
    told = [name for name in names(lab) if name in story]
    assert [name for n, name in enumerate(told) if name not in told[n - 1 : n]][-len(story) :] == story


def test_android_asks_the_sign_password_and_nothing_else_of_the_card(
    lab: Lab, hanako: Holder, android: Android
) -> None:
    """Both readings: signing password, signing certificate; no My Number, no portrait."""
    android.add_card().run()
    assert [entry.event.files for entry in lab.log if entry.name == "CardRead"] == [("jpki/0001",)] * 2
    opened = [entry.event.reference for entry in lab.log if entry.name == "ReferenceDataVerified"]
    assert opened == [SIGNING] * 2


def test_the_second_reading_wants_the_same_card(lab: Lab, android: Android) -> None:
    """Another card with the same password does not register."""
    flow = go(android.add_card(), S.READ_AGAIN).do("start_reading", resident(lab).card)
    assert (flow.screen, said(flow), android.certificates) == (S.REFUSED, "other_card", ())


@pytest.mark.parametrize(
    ("applied", "noticed"),
    [("10:00", "24 10:03"), ("19:29", "24 19:32"), ("22:00", "25 08:03"), ("03:00", "24 08:03")],
)
def test_the_notice_comes_within_the_service_hours(applied: str, noticed: str) -> None:
    """08:00 to 19:30 within minutes, otherwise next morning."""
    lab = Lab(seed=7, start=f"2025-06-24 {applied}")
    lab.android(resident(lab)).add_card().run()
    accepted, notice = newest(lab, ev.ApplicationAccepted).at, newest(lab, ev.IssueNoticed).at
    assert f"{notice:%d %H:%M}" == f"{at(f'2025-06-{noticed}') + (accepted - accepted.replace(second=0)):%d %H:%M}"


def test_android_has_no_face_capture_and_no_attributes(lab: Lab, android: Android) -> None:
    """Only the two certificates: no face, no device key, no record, no picture of the card."""
    android.add_card().run()
    assert not {"FaceCaptured", "FaceMatched", "DeviceKeyGenerated", "AttributesIssued", "PassAdded"} & set(names(lab))
    assert {c.key for c in android.certificates} == {row.key for row in lab.books.live_on_phones(android.person)}
    assert android.wallet == ()


def test_androids_pins_are_its_own(hanako: Holder, android: Android) -> None:
    """Unlike the card's, as on the iPhone."""
    android.add_card().run()
    assert not {value for _, value in android.slip.rows} & {"2222", "ABC123"}
    assert len(android.slip.rows) == 2


@pytest.mark.parametrize(
    ("start", "day", "has_face"),
    [
        ("2026-10-19 18:00", None, False),
        ("2026-10-20 09:00", None, True),
        ("2026-10-20 09:00", "2027-01-01", False),
        ("2025-06-24 09:00", "2025-06-01", True),
    ],
)
def test_from_2026_10_20_android_carries_the_cards_face(start: str, day: str | None, has_face: bool) -> None:
    """A day of the simulated clock, as planned; a parameter, because nobody knows whether it came."""
    lab = Lab(seed=7, start=start, parameters={"android_attributes_from": day} if day else None)
    android = lab.android(resident(lab))
    flow = android.add_card()
    assert ("card's face" in flow.next().body("en") and "not the card's face" not in flow.body("en")) is has_face
    flow.run()
    made = {"DeviceKeyGenerated", "AttributesIssued"} & set(names(lab))
    assert (len(made), len(android.wallet), len(android.certificates)) == ((2, 1, 2) if has_face else (0, 0, 2))


# ================================================================================================= 3  Afterwards


@pytest.mark.parametrize("first", ["iphone", "android"])
@pytest.mark.parametrize("second", ["iphone", "android"])
def test_one_phone_per_person_whatever_the_platform(lab: Lab, hanako: Holder, first: str, second: str) -> None:
    """The earlier phone's certificates are revoked when the application is made, not when it is finished."""
    old, new = getattr(lab, first)(hanako), getattr(lab, second)(hanako)
    old.add_card().run()
    lab.advance("10min")
    new.add_card().run()
    accepted = newest(lab, ev.ApplicationAccepted).at
    assert [entry.at for entry in lab.log if entry.name == "CertificateRevoked"] == [accepted] * 2
    live = lab.books.live_on_phones(hanako.person)
    assert [row.device for row in live] == [new.name] * 2
    assert works(lab, new)
    assert not lab.portal.log_in(old).accepted


def test_the_revoked_iphones_pass_stays_until_it_is_deleted_by_hand(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """Picture and all, for a month; its contents cannot be used; by hand it goes."""
    iphone.add_card().run()
    lab.android(hanako).add_card().run()
    lab.advance("20min")
    assert answered(lab.portal.log_in(iphone)) == "revoked"
    lab.advance("30d")
    (dead,) = iphone.wallet
    assert (dead.holder, dead.usable, iphone.state) == (hanako.name, False, PhoneState.DEAD)
    assert answered(lab.portal.log_in(iphone)) == "pass_dead"
    assert answered(sign(lab, iphone)) == "pass_dead"
    iphone.delete_pass()
    assert (iphone.wallet, iphone.state) == ((), PhoneState.WITHOUT_CARD)
    assert answered(lab.portal.log_in(iphone)) == "no_credential"


def test_a_revoked_android_erases_itself_at_once_when_on_line(lab: Lab, hanako: Holder, android: Android) -> None:
    """Nobody has to do anything."""
    android.add_card().run()
    lab.iphone(hanako).add_card().run()
    assert (android.certificates, android.state) == ((), PhoneState.WITHOUT_CARD)
    assert newest(lab, ev.PhoneErased).at == newest(lab, ev.CertificateRevoked).at


def test_off_line_the_residue_stays_until_then(lab: Lab, hanako: Holder, android: Android) -> None:
    """Two days in a drawer: still there; online it goes."""
    android.add_card().run()
    android.online = False
    lab.iphone(hanako).add_card().run()
    lab.advance("2d")
    assert (len(android.certificates), android.state) == (2, PhoneState.DEAD)
    android.online = True
    assert (android.certificates, android.state) == ((), PhoneState.WITHOUT_CARD)


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_the_licence_is_not_copied_to_a_phone(lab: Lab, platform: str) -> None:
    """It sits in the free area of the plastic chip: a police check of the phone fails, the card is needed."""
    driver = resident(lab, licence=True)
    phone = getattr(lab, platform)(driver)
    phone.add_card().run()
    assert answered(lab.police.check_licence(phone)) == "no_licence"
    assert lab.police.check_licence(driver.card).accepted
    assert answered(lab.police.check_licence(resident(lab).card)) == "no_licence"


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize(
    ("day", "pilot", "reader", "code"),
    [
        ("2025-06-24", False, True, "not_on_phones_yet"),
        ("2025-06-30", True, True, "not_on_phones_yet"),
        ("2025-07-01", True, True, "accepted"),
        ("2025-07-01", False, True, "not_on_phones_yet"),
        ("2025-09-18", False, True, "not_on_phones_yet"),
        ("2025-09-19", False, True, "accepted"),
        ("2025-09-19", False, False, "no_phone_reader"),
    ],
)
def test_the_health_insurance_on_phones(platform: str, day: str, pilot: bool, reader: bool, code: str) -> None:
    """Not at launch; a trial at some sites from July 2025; from 2025-09-19 at the sites that are ready."""
    lab = Lab(seed=7, start=f"{day} 10:00")
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    verdict = lab.clinic.check_in(phone, pilot=pilot, has_phone_reader=reader)
    assert answered(verdict) == code
    if code == "not_on_phones_yet":
        assert verdict.usable_from == at("2025-07-01" if pilot else "2025-09-19")
    assert lab.clinic.check_in(phone.holder.card, "2222", has_phone_reader=False).accepted


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("service", ["portal", "clinic"])
def test_face_or_finger_stand_in_for_the_pin(lab: Lab, hanako: Holder, platform: str, service: str) -> None:
    """Logging in and showing the insurance: the right key signs, and no PIN goes to the secure element."""
    phone = getattr(lab, platform)(hanako)
    phone.add_card().run()
    lab.advance_to("2025-09-19 10:00")
    verdict = lab.portal.log_in(phone) if service == "portal" else lab.clinic.check_in(phone)
    assert (verdict.accepted, verdict.code) == (True, "accepted")
    assert phone.chip is not None
    signed = newest(lab, ev.SignatureComputed).event
    assert (signed.chip, signed.key) == (phone.name, "jpki/0017")
    assert len(phone.chip.trace) > 0
    assert [exchange for exchange in phone.chip.trace if exchange.command[1] == VERIFY] == []


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_signing_asks_for_the_sign_password(lab: Lab, hanako: Holder, platform: str) -> None:
    """No face stands for it: without a password the call is wrong; with it one VERIFY goes to the secure element."""
    phone = getattr(lab, platform)(hanako)
    phone.add_card().run()
    lab.advance("6min")
    with pytest.raises(MisuseError, match="a phone, to sign, needs what its holder types"):
        lab.desk.accept(phone)
    verdict = sign(lab, phone)
    assert (verdict.accepted, verdict.code) == (True, "accepted")
    assert phone.chip is not None
    signed = newest(lab, ev.SignatureComputed).event
    assert (signed.chip, signed.key) == (phone.name, "jpki/001A")
    assert [exchange.command[1] for exchange in phone.chip.trace].count(VERIFY) == 1


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_without_face_or_finger_the_pin_is_typed(lab: Lab, hanako: Holder, platform: str) -> None:
    """Biometrics taken off after the set-up: what they opened needs the PIN; signing never needed them."""
    phone = getattr(lab, platform)(hanako)
    phone.add_card().run()
    lab.advance_to("2025-09-19 10:00")
    questions = (lab.portal.log_in, lab.clinic.check_in)
    phone.biometrics = False
    asked = [question(phone) for question in questions]
    assert [(verdict.accepted, verdict.code) for verdict in asked] == [(False, "no_biometrics")] * 2
    pin = phone._phone.pins()["user"]
    typed = [*(question(phone, pin) for question in questions), sign(lab, phone)]
    assert [(verdict.accepted, verdict.code) for verdict in typed] == [(True, "accepted")] * 3
    phone.biometrics = True
    asked = [question(phone) for question in questions]
    assert [(verdict.accepted, verdict.code) for verdict in asked] == [(True, "accepted")] * 2


@pytest.mark.parametrize("kind", ["auth", "sign"])
def test_a_found_unlocked_iphone_alone_does_not_help_a_thief(lab: Lab, iphone: IPhone, kind: str) -> None:
    """Held to a reader without the holder's face: the secure element signs nothing; guesses at the PIN run out."""
    iphone.add_card().run()
    lab.advance("6min")
    with iphone.in_field() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        with pytest.raises(CardRefused) as refused:
            terminal.sign(transmit, terminal.KEYS[kind], b"a thief's application")
        assert refused.value.code == "security_status_not_satisfied"
    codes = []
    for _ in range(6):
        with iphone.in_field() as transmit, pytest.raises(CardRefused) as refused:
            terminal.authenticate(transmit, b"challenge", pin="0000" if kind == "auth" else "GUESS1", kind=kind)
        codes.append(refused.value.code)
    tries = 3 if kind == "auth" else 5
    assert codes == ["pin_wrong"] * tries + ["pin_blocked"] * (6 - tries)
    assert (iphone.name, f"jpki/{terminal.KEYS[kind]:04X}") not in [
        (entry.event.chip, entry.event.key) for entry in lab.log if entry.name == "SignatureComputed"
    ]


def test_ocsp_says_so_at_the_next_quarter_of_an_hour(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """After the revocation the portal may still accept, until the responder's data are renewed."""
    iphone.add_card().run()
    lab.advance_to("2025-06-24 09:46")
    lab.iphone(hanako).add_card().run()
    late = lab.portal.log_in(iphone)
    assert late.accepted
    assert late.knowledge_at == at("2025-06-24 09:45")
    assert "could not know" in str(lab.explain(late))
    lab.advance_to("2025-06-24 10:00")
    assert answered(lab.portal.log_in(iphone)) == "revoked"


def test_what_may_be_left_at_home(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """The table of errands is asked of the services and records nothing."""
    iphone.add_card().run()
    lab.advance("6min")
    length = len(lab.log)
    june, october = lab.errands(hanako), lab.errands(hanako, at="2025-10-01 10:00")
    assert len(lab.log) == length
    columns = ["plastic", "iphone", "android"]
    assert june.loc["log in to the portal", columns].tolist() == ["yes", "yes", "yes"]
    later = "from 2025-09-19, at prepared sites only (sites of the trial: from 2025-07-01)"
    assert june.loc["see a doctor", columns].tolist() == ["yes", later, later]
    prepared = "yes, at prepared sites only"
    assert october.loc["see a doctor", columns].tolist() == ["yes", prepared, prepared]
    assert june.loc["drive a car", "iphone_reason"] == "no_licence"
    lab.android(hanako).add_card().run()
    lab.advance("20min")
    assert lab.errands(hanako).loc["log in to the portal", "iphone_reason"] == "revoked"


# ================================================================================== 4  Each warning done by a learner

DONE = {
    "for five minutes it is refused, and told from when": ("five_minutes", "at_once", "portal:not_yet_valid"),
    "at that time it works": ("five_minutes", "works", "portal:accepted"),
    "the new phone is applied for and the old one tried at once": (
        "new_android_iphone_offline", "the_old_one", "portal:accepted",
    ),
    "the dead pass is shown at a counter": ("new_android_iphone_offline", "counter", "counter:accepted"),
    "the dead pass stays until it is deleted by hand": ("new_android_iphone_offline", "deleted", "PassDeleted"),
    "the Android erases itself when the lift's doors open": ("reporters_day", "lift_sting", "PhoneErased"),
    "driving without the card": ("reporters_day", "bare_hands_sting", "police:no_licence"),
    "the clinic in August": ("reporters_day", "bare_hands_sting", "clinic:not_on_phones_yet"),
    "the clinic in September": ("reporters_day", "bare_hands_sting", "clinic:accepted"),
    "the loss guidance is followed on a Friday night": ("lost_on_friday", "call", "HotlineCalled"),
    "until the hotline's stop is known, the finder goes on": ("lost_on_friday", "recorded", "portal:accepted"),
    "a face is compared, and not a person": ("twins", "twin", "PassAdded"),
    "one phone per person": ("two_phones_at_once", "works", "portal:no_credential"),
    "no card of somebody under 15 on a phone": ("under_15", "reading", "ReadingRefused"),
    "a backup does not bring the card": ("restored_backup", "restored", "portal:no_credential"),
    "a phone that is sold is to be revoked": ("sold_without_erasing", "revoked", "CertificateRevoked"),
}  # fmt: skip
"""Statement of the article to the story, the act and what happens in it: an event, or a service's answer."""


@cache
def happened(story: str) -> dict[str, set[str]]:
    """What happens in each act of a story: its events, and the answers of services."""
    return {
        step.line.key: {entry.name for entry in step.entries}
        | {f"{verdict.service}:{verdict.code}" for verdict in step.verdicts}
        for step in stories.play(Lab(seed=7), story).steps
    }


@pytest.mark.parametrize("statement", DONE)
def test_where_a_learner_does_it(statement: str) -> None:
    """The story has that act, and in it the thing really happens."""
    story, act, wanted = DONE[statement]
    assert wanted in happened(story)[act]


@cache
def offered(platform: str) -> dict[Screen, set[str]]:
    """What a learner can press on each screen, on a walk through the wizard's whole way."""
    lab = Lab(seed=7)
    view = wizard(getattr(lab, platform)(lab.resident()))
    found: dict[Screen, set[str]] = {}
    while not view.flow.finished:
        mishaps = view.what_if.mishaps
        shown = {name for name in ("entry", "fill_wrong", "same") if is_shown(getattr(view, name))}
        shown |= {"old_phone"} if is_shown(view.what_if.old_phone) else set()
        shown |= {name for name, button in view.what_if.acts.items() if not button.disabled}
        shown |= {mishap for _, mishap in mishaps.options if mishap and is_shown(mishaps)}
        found[view.flow.screen] = shown | set(view.flow.may())
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    return found


def is_shown(widget: Any) -> bool:
    return widget.layout.display != "none"


def test_each_statement_has_a_place() -> None:
    """All tests of parts 1 to 3, and nothing else, stand in the table of places."""
    parts = Path(__file__).read_text(encoding="utf-8").partition("\nDONE = {")[0]
    assert list(PLACES) == re.findall(r"^def (test_\w+)", parts, re.MULTILINE)


@pytest.mark.parametrize("statement", PLACES)
def test_the_place_is_there(statement: str) -> None:
    """The cell calls what it is cited for; the wizard's screen has the control; in the story's act it happens."""
    match PLACES[statement]:
        case Cell(notebook, cell, words):
            (path,) = FOLDER.glob(f"{notebook}_*.ipynb")
            (found,) = [each for each in cells(path, "code") if each["id"] == cell]
            assert words in source(found)
        case Press(platform, screen, control):
            assert control in offered(platform)[screen]
        case Act(story, act, wanted):
            assert wanted in happened(story)[act]
        case Nowhere(why):
            assert why.endswith(".")


def test_few_statements_have_no_place() -> None:
    """What no learner does is said, and may not grow: three about the protocol, an old iPhone, another card."""
    assert sum(isinstance(place, Nowhere) for place in PLACES.values()) == 5


def test_safer_than_the_card_is_tried_with_an_attacker() -> None:
    """Who only finds it opens nothing of a phone; of the card, the licence that no PIN protects."""
    opened = stories.attackers(Lab(seed=7)).loc["finder"].apply(lambda column: column.str.startswith("accepted").sum())
    assert opened.to_dict() == {"plastic": 1, "iphone": 0, "android": 0}
