"""What the learner can make go wrong around a set-up, and the way on from each end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from article import answered

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.jlis.books import CardState, CertificateState
from myna_lab.provisioning import Screen
from myna_lab.texts import both, text
from myna_lab.widgets import Wizard, wizard
from myna_lab.widgets.whatif import WHAT_IF

S = Screen


def go(view: Wizard, to: Screen) -> Wizard:
    while view.flow.screen is not to:
        assert not view.flow.finished, str(view.flow)
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    return view


def shown(widget: Any) -> str:
    return re.sub(r"<[^>]*>", " ", widget.value).replace("&#x27;", "'")


@pytest.fixture
def view() -> Wizard:
    """A set-up on the first resident's iPhone."""
    lab = Lab(seed=7)
    return wizard(lab.iphone(lab.resident()), "en")


APPLIED = {
    "go_offline": ("offline", "phone is offline"),
    "card_suspended": ("registry_card_suspended", "plastic card is suspended"),
    "card_revoked": ("registry_card_revoked", "plastic card is revoked"),
    "card_expired": ("registry_card_expired", "plastic card has expired"),
}


@pytest.mark.parametrize("name", APPLIED)
def test_what_went_wrong_is_told_at_the_application(view: Wizard, name: str) -> None:
    """Each act changes the world; the app finds out at Wallet, where the notice and the one sentence say the reason."""
    go(view, S.WALLET)
    view.what_if.acts[name].click()
    assert view._error is None
    view.main.click()
    notice, words = APPLIED[name]
    assert view.flow.notice is not None and view.flow.notice.code == notice
    assert words in shown(view.what)
    assert view.flow.screen is (S.WALLET if name == "go_offline" else S.REFUSED)


def test_the_network_comes_back(view: Wizard) -> None:
    """The status bar and the button say that the phone is offline; pressed again, the same tap goes through."""
    go(view, S.WALLET)
    network = view.what_if.acts["go_offline"]
    network.click()
    assert text("word.is_offline", "en") in shown(view.head)
    assert network.description == text("word.go_online", "en")
    network.click()
    assert "5G" in shown(view.head) and go(view, S.WALLET_DONE)


def test_j_lis_is_under_maintenance_for_an_hour(view: Wizard) -> None:
    """The clock goes on to the next window, which is told; until its end, a press away, no application is taken."""
    go(view, S.WALLET)
    view.what_if.acts["maintenance"].click()
    assert f"{view.lab.now:%Y-%m-%d %H:%M}" == "2025-07-06 03:00" and "2025-07-06 04:00:00" in shown(view.what)
    view.main.click()
    assert view.flow.screen is S.WALLET and "2025-07-06 04:00:00" in shown(view.notice)
    assert both("code.maintenance")["en"] in shown(view.what)
    assert view.what_if.acts["maintenance"].description == text("word.maintenance_over", "en")
    view.what_if.acts["maintenance"].click()
    assert f"{view.lab.now:%Y-%m-%d %H:%M}" == "2025-07-06 04:00" and "04:00:00" not in shown(view.what)
    assert view.what_if.acts["maintenance"].description == text("word.maintenance", "en")
    view.main.click()
    assert view.flow.screen is S.WALLET_DONE


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_the_later_application_wins(platform: str) -> None:
    """Adding the card to a phone of the other make revokes this one's certificates, which the open panel shows."""
    lab = Lab(seed=7)
    view = go(wizard(getattr(lab, platform)(lab.resident()), "en"), S.FIVE_MINUTES)
    view.what_if.acts["second_phone"].click()
    other = next(phone for phone in lab.phones if phone.phone != view.phone.phone)
    assert {row.device for row in lab.books.live_on_phones(view.phone.person)} == {other.phone}
    assert view.tabs.value == "certificates" and text("word.revoked_for.new_phone", "en") in shown(view.tabs.panel)
    assert text("word.happened.CertificateRevoked", "en") in shown(view.what)


def test_an_old_phone_does_not_begin(view: Wizard) -> None:
    """Begun on a phone that is too old, the first tap says so; Android has no such button."""
    view.what_if.old_phone.click()
    assert view.flow.screen is S.HOME and view.phone.model == "iPhone X"
    view.main.click()
    assert view.flow.screen is S.HOME and text("code.model_too_old", "en") in shown(view.what)
    android = wizard(view.lab.android(view.lab.residents[0]))
    assert android.what_if.old_phone.layout.display == "none"


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_way_back_from_an_old_phone(platform: str) -> None:
    """The former phone comes back at its screen; a second try takes the same old phone, not another new one."""
    lab = Lab(seed=7)
    view = go(wizard(getattr(lab, platform)(lab.resident()), "en"), S.TERMS)
    phone, flow = view.phone, view.flow
    for _ in range(2):
        view.what_if.old_phone.click()
        assert view.phone.model == "iPhone X" and view.what_if.old_phone.description == text("word.former_phone", "en")
        view.what_if.old_phone.click()
        assert (view.phone, view.flow) == (phone, flow) and view.flow.screen is S.TERMS
        assert view.what_if.old_phone.description == text("word.old_phone", "en")
    assert len(lab.phones) == 2
    assert go(view, S.DONE).flow.finished


def test_another_phone_is_one_that_serves() -> None:
    """Neither one that is too old nor one that is offline hides a phone that serves; the phone is named."""
    lab = Lab(seed=7)
    android, good = lab.android(hanako := lab.resident()), lab.iphone(hanako)
    lab.iphone(hanako, model="iPhone X")
    lab.iphone(hanako).online = False
    view = wizard(android, "en")
    view.what_if.acts["second_phone"].click()
    assert text("word.happened.PassAdded", "en", phone=good.phone) in shown(view.what)
    good.online = False
    view.what_if.acts["second_phone"].click()
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {"iphone-4"}


def test_an_abolished_card_takes_the_phone_with_it(view: Wizard) -> None:
    """The phone's certificates are revoked in the same batch as the card, and the portal refuses them."""
    lab = view.lab
    go(view, S.DONE)
    lab.advance("10min")
    assert lab.portal.log_in(view.phone).accepted
    view.what_if.acts["card_revoked"].click()
    assert {row.state for row in lab.books.of_person(view.phone.person)} == {CertificateState.REVOKED}
    assert len({entry.at for entry in view._new_entries}) == 1
    assert text("word.revoked_for.card_revoked", "en") in shown(view.tabs.panel)
    lab.advance("20min")
    assert answered(lab.portal.log_in(view.phone)) == "revoked"
    told = lab.errands(view.phone.holder)["iphone"]
    late = {
        "open a bank account",
        "show an age of 20 at a counter",
    }  # a list of last midnight; a record that is in force
    assert {errand for errand, answer in told.items() if answer != "no"} == late


ENDED = ("card_revoked", "card_expired")


def android_goes_on(screen: Screen, name: str) -> Wizard:
    """An Android's set-up in which something happens to the card at a screen, and which is then tapped to its end."""
    lab = Lab(seed=7)
    view = go(wizard(lab.android(lab.resident()), "en"), screen)
    view.what_if.acts[name].click()
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    return view


@pytest.mark.parametrize("screen", [S.READ_AGAIN, S.INSTALL])
def test_a_card_suspended_after_the_issue_lets_the_android_finish(screen: Screen) -> None:
    """Issued before; a suspended card leaves the phone's certificates alone."""
    assert android_goes_on(screen, "card_suspended").flow.screen is S.DONE


@pytest.mark.parametrize(
    ("screen", "name"),
    [
        (S.WAIT_FOR_NOTICE, "card_suspended"),
        *((screen, name) for screen in (S.WAIT_FOR_NOTICE, S.READ_AGAIN, S.INSTALL) for name in ENDED),
    ],
)
def test_an_android_under_way_is_told_what_became_of_the_card(screen: Screen, name: str) -> None:
    """What is not issued or does not live any more is not installed, and the reason is the card's state."""
    view = android_goes_on(screen, name)
    assert view.flow.notice is not None and view.flow.notice.code == f"registry_{name}"
    assert text(f"code.{name}", "en") in shown(view.what) and "issued" not in shown(view.what)


@pytest.mark.parametrize(("policy", "kinds"), [("auth_only", {"card_auth"}), ("never", set()), ("all", None)])
def test_a_suspended_card_is_released(policy: str, kinds: set[str] | None) -> None:
    """The same button releases the card; whether its certificates follow is parameter hold_release."""
    lab = Lab(seed=7, parameters={"hold_release": policy})
    view = wizard(lab.iphone(hanako := lab.resident()), "en")
    view.what_if.acts["card_suspended"].click()
    assert view.what_if.acts["card_suspended"].description == text("word.card_resumed", "en")
    view.what_if.acts["card_suspended"].click()
    assert lab.books.card(hanako.card.name).state is CardState.VALID
    assert text("word.happened.CardResumed", "en") in shown(view.what)
    good = {row.kind for row in lab.books.of_person(hanako.person) if row.state is CertificateState.GOOD}
    assert good == ({"card_auth", "card_sign"} if kinds is None else kinds)
    assert view.what_if.acts["card_suspended"].description == text("word.card_suspended", "en")


def test_the_news_stand_above_and_the_bar_below(view: Wizard) -> None:
    """What happened comes first; the bar of what-ifs is the last part, and begins folded."""
    machinery = view.box.children[2].children
    assert machinery[0] is view.what and machinery[-1] is view.what_if.box
    assert view.what_if.opened.value is False


def test_a_card_is_stopped_with_its_certificates_and_only_once(view: Wizard) -> None:
    """The hotline's stop holds card and certificates; revoking comes on top, and is the end."""
    lab, card = view.lab, view.phone.holder.card.name
    rows = [row.key for row in lab.books.of_person(view.phone.person) if row.device == card]
    for name, card_state, state in (
        ("card_suspended", CardState.SUSPENDED, CertificateState.ON_HOLD),
        ("card_revoked", CardState.REVOKED, CertificateState.REVOKED),
    ):
        view.what_if.acts[name].click()
        assert lab.books.card(card).state is card_state
        assert {lab.books.certificates[key].state for key in rows} == {state}
    assert all(view.what_if.acts[name].disabled for name in APPLIED if name != "go_offline")


def test_every_act_has_its_button(view: Wizard) -> None:
    """Each act of the table is a button with words."""
    assert list(view.what_if.acts) == list(WHAT_IF)
    assert all(button.description.strip() for button in view.what_if.acts.values())


def test_a_blocked_pin_is_no_dead_end(view: Wizard) -> None:
    """The block is told as one; begun anew it is met again, and says so; another resident has another card."""
    for _ in range(3):
        go(view, S.INPUT_AID_PIN).fill_wrong.click()
        view.main.click()
        go(view, S.READ).main.click()
    assert view.flow.screen is S.PIN_BLOCKED and view.another.layout.display is None
    assert text("word.happened.ReferenceDataRefused_blocked", "en") in shown(view.what)
    view.again.click()
    go(view, S.READ).main.click()
    assert view.flow.screen is S.PIN_BLOCKED and text("code.blocked_before_input_aid", "en") in shown(view.what)
    first = view.phone
    view.another.click()
    assert view.phone.person != first.person and type(view.phone) is type(first)
    assert view.another.layout.display == "none"
    go(view, S.DONE)


def test_nothing_is_acted_but_what_is_pressed(view: Wizard) -> None:
    """A view that is built and shown anew records nothing of its own."""
    before = len(view.lab.log)
    view.refresh()
    view.language.value = "ja"
    assert len(view.lab.log) == before
    assert not [e for e in view.lab.log if isinstance(e.event, ev.CardRevoked | ev.CardSuspended)]
