"""What a reporter saw with the iPhone version in June 2025, as a specification of the whole."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.books import PhoneState
from myna_lab.provisioning import NUMBERS, Screen

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
