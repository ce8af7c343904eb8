"""What a reporter saw with the iPhone version in June 2025, as a specification of the whole."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.books import PhoneState
from myna_lab.durations import at
from myna_lab.provisioning import NUMBERS, Screen
from myna_lab.texts import text

SCREENS = [
    "HOME",
    "GUIDANCE",
    "CARD_AT_HAND",
    "OVERVIEW",
    "TERMS",
    "FACE_CAUTIONS",
    "READY_TO_CAPTURE",
    "CAPTURE",
    "CAPTURE_DONE",
    "INPUT_AID_PIN",
    "SIGN_PASSWORD",
    "READ",
    "READING_DONE",
    "NEW_USER_PIN",
    "REPEAT_USER_PIN",
    "NEW_SIGN_PASSWORD",
    "REPEAT_SIGN_PASSWORD",
    "ADD_TO_WALLET",
    "WALLET",
    "WALLET_DONE",
    "FIVE_MINUTES",
    "LOSS_GUIDANCE",
]


@pytest.fixture
def lab() -> Lab:
    """A fresh lab."""
    return Lab(seed=7)


def _passed(lab: Lab) -> list[str]:
    return [entry.event.screen for entry in lab.log if entry.name == "ScreenPassed"]


def test_every_screen_comes_in_the_reported_order(lab: Lab) -> None:
    """The set-up shows screens 0 to 21 in the order of the report."""
    flow = lab.iphone(lab.resident()).add_card().run()
    assert flow.screen is Screen.DONE
    assert _passed(lab) == SCREENS
    assert list(NUMBERS["iphone"].values()) == list(range(22))


def test_same_pins_are_asked_once(lab: Lab) -> None:
    """With the switch "same as on my card" the two confirmations fall away."""
    lab.iphone(lab.resident()).add_card().run(same_pins=True)
    assert _passed(lab) == [s for s in SCREENS if not s.startswith("REPEAT")]


def test_certificates_work_about_five_minutes_after_their_issue(lab: Lab) -> None:
    """Before the activation the portal refuses and says from when; afterwards it accepts."""
    iphone = lab.iphone(lab.resident())
    iphone.add_card().run(same_pins=True)
    early = lab.portal.log_in(iphone)
    issued = next(entry.at for entry in lab.log if entry.name == "ApplicationAccepted")
    assert (early.accepted, early.code) == (False, "not_yet_valid")
    assert early.usable_from is not None
    assert (early.usable_from - issued).total_seconds() == 300
    lab.advance_to(early.usable_from)
    assert lab.portal.log_in(iphone).accepted


@pytest.mark.parametrize("first", ["iphone", "android"])
@pytest.mark.parametrize("second", ["iphone", "android"])
def test_one_phone_per_person_over_both_platforms(lab: Lab, first: str, second: str) -> None:
    """A new phone revokes the old one at the moment of application, whatever the platforms."""
    hanako = lab.resident()
    old, new = getattr(lab, first)(hanako), getattr(lab, second)(hanako)
    old.add_card().run()
    lab.advance("10min")
    new.add_card().run()
    revoked = [entry for entry in lab.log if entry.name == "CertificateRevoked"]
    accepted = [entry for entry in lab.log if entry.name == "ApplicationAccepted"]
    assert [entry.at for entry in revoked] == [accepted[1].at] * 2
    live = lab.books.live_on_phones(hanako.person)
    assert {row.device for row in live} == {new.name}
    assert len(live) == 2


def test_the_revoked_iphones_pass_stays_until_deleted_by_hand(lab: Lab) -> None:
    """The card's face stays in Wallet, unusable, until the holder deletes it."""
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    lab.android(hanako).add_card().run()
    lab.advance("30d")
    (dead,) = iphone.wallet
    assert not dead.usable
    assert iphone.state is PhoneState.DEAD
    iphone.delete_pass()
    assert iphone.wallet == ()
    assert lab.portal.log_in(iphone).code == "no_credential"


def test_a_revoked_android_erases_itself_when_on_line(lab: Lab) -> None:
    """Off line the residue stays; on line the phone erases itself."""
    hanako = lab.resident()
    android = lab.android(hanako)
    android.add_card().run()
    android.go_offline()
    lab.iphone(hanako).add_card().run()
    lab.advance("2d")
    assert android.certificates
    android.go_online()
    assert android.certificates == ()
    assert android.state is PhoneState.WITHOUT_CARD


def test_biometrics_stand_in_for_the_pin(lab: Lab) -> None:
    """A login by phone sends no VERIFY with data to the secure element."""
    iphone = lab.iphone(lab.resident())
    iphone.add_card().run()
    lab.advance("6min")
    assert lab.portal.log_in(iphone).accepted
    assert iphone.chip is not None
    assert [x.sw for x in iphone.chip.trace if x.words.startswith("VERIFY")] == []


def test_ocsp_says_so_at_the_next_quarter_of_an_hour(lab: Lab) -> None:
    """After the revocation the portal may still accept, until the responder's data are renewed."""
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    lab.advance_to("2025-06-24 09:46")
    lab.iphone(hanako).add_card().run()
    late = lab.portal.log_in(iphone)
    assert late.accepted
    assert late.knowledge_at is not None
    assert f"{late.knowledge_at:%H:%M}" == "09:45"
    assert "could not know" in str(lab.explain(late))
    lab.advance_to("2025-06-24 10:00")
    assert lab.portal.log_in(iphone).code == "revoked"


def test_the_former_phone_is_revoked_even_if_the_new_one_is_not_finished(lab: Lab) -> None:
    """Interrupted at Wallet: no usable phone; the next try cleans up and leaves one live pair."""
    hanako = lab.resident()
    old, new = lab.iphone(hanako), lab.iphone(hanako)
    old.add_card().run()
    flow = new.add_card()
    own = hanako._resident
    typed = {"input_aid": own.input_aid_pin, "signing": own.signing_password, "user_authentication": "2468"}
    while flow.screen is not Screen.WALLET:
        flow.next(typed[flow.asks] if flow.asks else None)
    flow.do("continue", mishap="interrupted")
    assert flow.screen is Screen.INTERRUPTED
    lab.advance("20min")
    assert lab.portal.log_in(old).code == "revoked"
    assert lab.portal.log_in(new).code == "no_credential"
    new.add_card().run()
    lab.advance("20min")
    assert lab.portal.log_in(new).accepted
    assert len(lab.books.live_on_phones(hanako.person)) == 2


def test_the_app_announces_the_five_minutes(lab: Lab) -> None:
    """Screen 20 says how long it takes, as the parameter has it."""
    flow = lab.iphone(lab.resident()).add_card()
    assert "5" in text("screen.FIVE_MINUTES.body", "en", minutes="5")
    flow.run()
    slow = Lab(seed=7, parameters={"activation_delay": "10min"})
    flow = slow.iphone(slow.resident()).add_card()
    own = flow.around.memory(flow.phone.person)
    typed = {"input_aid": own.input_aid_pin, "signing": own.signing_password, "user_authentication": "2468"}
    while flow.screen is not Screen.FIVE_MINUTES:
        flow.next(typed[flow.asks] if flow.asks else None)
    assert "10 minutes" in flow.body("en")
    assert "10分" in flow.body("ja")


def test_the_loss_guidance_is_last(lab: Lab) -> None:
    """The set-up ends with what to do on loss."""
    lab.iphone(lab.resident()).add_card().run()
    assert _passed(lab)[-1] == "LOSS_GUIDANCE"
    assert [entry.name for entry in lab.log][-2:] == ["SetUpFinished", "ScreenPassed"]


def test_android_has_no_face_capture_no_attributes_and_no_card_face(lab: Lab) -> None:
    """Certificates only: two of them, with a second reading to register, and PINs of its own."""
    hanako = lab.resident()
    android = lab.android(hanako)
    assert android.add_card().run().screen is Screen.DONE
    names = [entry.name for entry in lab.log]
    assert not {"FaceCaptured", "FaceMatched", "AttributesIssued", "PassAdded", "DeviceKeyGenerated"} & set(names)
    assert names.count("CardRead") == 2
    assert len(android.certificates) == 2
    assert not hasattr(android, "wallet")
    assert str(android.slip) != str(hanako.slip)


def test_attributes_stand_on_the_iphone(lab: Lab) -> None:
    """The iPhone holds a signed record of the card's face, valid for a month."""
    iphone = lab.iphone(lab.resident())
    iphone.add_card().run()
    issued = next(entry for entry in lab.log if entry.name == "AttributesIssued")
    assert (issued.event.valid_until - issued.at).days == 30


def test_insurance_on_phones_begins_in_september(lab: Lab) -> None:
    """A clinic takes the plastic card at once, a phone from 2025-09-19 where there is a reader for it."""
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    pin = hanako._resident.user_authentication_pin
    lab.advance_to("2025-09-18 23:59")
    early = lab.clinic.check_in(iphone)
    assert (early.accepted, early.code) == (False, "not_on_phones_yet")
    assert early.usable_from == at("2025-09-19")
    assert lab.clinic.check_in(hanako.card, pin=pin).accepted
    lab.advance_to("2025-09-19 10:00")
    assert lab.clinic.check_in(iphone).accepted
    assert lab.clinic.check_in(iphone, has_phone_reader=False).code == "no_phone_reader"


def test_no_phone_carries_the_licence(lab: Lab) -> None:
    """A police check of a phone finds no licence."""
    hanako = lab.resident(licence=True)
    for phone in (lab.iphone(hanako), lab.android(hanako)):
        phone.add_card().run()
        assert lab.police.check_licence(phone).code == "no_licence"


def test_the_licence_stays_on_the_plastic_chip(lab: Lab) -> None:
    """A police check of the plastic card finds the licence, if the holder has one."""
    assert lab.police.check_licence(lab.resident(licence=True).card).accepted


def test_what_may_be_left_at_home(lab: Lab) -> None:
    """The table of errands is asked of the services and records nothing."""
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.advance("6min")
    length = len(lab.log)
    june, october = lab.errands(hanako), lab.errands(hanako, at="2025-10-01 10:00")
    assert len(lab.log) == length
    assert june.loc["log in to the portal", ["plastic", "iphone", "android"]].tolist() == ["yes", "yes", "yes"]
    assert june.loc["see a doctor", ["plastic", "iphone", "android"]].tolist() == [
        "yes",
        "from 2025-09-19",
        "from 2025-09-19",
    ]
    assert october.loc["see a doctor", ["plastic", "iphone", "android"]].tolist() == ["yes", "yes", "yes"]
    assert june.loc["drive a car", "iphone_reason"] == "no_licence"
    lab.android(hanako).add_card().run()
    lab.advance("20min")
    assert lab.errands(hanako).loc["log in to the portal", "iphone_reason"] == "revoked"
