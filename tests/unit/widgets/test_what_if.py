"""What the learner can make go wrong around a set-up, and the way on from each end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.books import CardState, CertificateState
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
    "go_offline": ("offline", "phone is off line"),
    "card_suspended": ("registry_card_suspended", "plastic card is suspended"),
    "card_revoked": ("registry_card_revoked", "plastic card is revoked"),
    "card_expired": ("registry_card_expired", "plastic card has expired"),
}


@pytest.mark.parametrize("name", APPLIED)
def test_what_went_wrong_is_told_at_the_application(view: Wizard, name: str) -> None:
    """Each act changes the world; the app finds out at Wallet, where the notice and the one sentence say the reason."""
    go(view, S.WALLET)
    view.what_if[name].click()
    assert view._error is None
    view.main.click()
    notice, words = APPLIED[name]
    assert view.flow.notice is not None and view.flow.notice.code == notice
    assert words in shown(view.what)
    assert view.flow.screen is (S.WALLET if name == "go_offline" else S.REFUSED)


def test_the_network_comes_back(view: Wizard) -> None:
    """The status bar and the button say that the phone is off line; pressed again, the same tap goes through."""
    go(view, S.WALLET)
    network = view.what_if["go_offline"]
    network.click()
    assert text("word.is_offline", "en") in shown(view.head)
    assert network.description == text("word.go_online", "en")
    network.click()
    assert "5G" in shown(view.head) and go(view, S.WALLET_DONE)


def test_j_lis_is_under_maintenance_for_an_hour(view: Wizard) -> None:
    """The clock goes on to the next window, and the same tap says until when no application is taken."""
    go(view, S.WALLET)
    view.what_if["maintenance"].click()
    assert f"{view.lab.now:%Y-%m-%d %H:%M}" == "2025-07-06 03:00" and view.what_if["maintenance"].disabled
    view.main.click()
    assert view.flow.screen is S.WALLET and "2025-07-06 04:00:00" in shown(view.notice)
    assert both("code.maintenance")["en"] in shown(view.what)


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_the_later_application_wins(platform: str) -> None:
    """Adding the card to a phone of the other make revokes this one's certificates, which the open panel shows."""
    lab = Lab(seed=7)
    view = go(wizard(getattr(lab, platform)(lab.resident()), "en"), S.FIVE_MINUTES)
    view.what_if["second_phone"].click()
    other = next(phone for phone in lab.phones if phone.phone != view.phone.phone)
    assert {row.device for row in lab.books.live_on_phones(view.phone.person)} == {other.phone}
    assert view.tabs.value == "certificates" and text("word.revoked_for.new_phone", "en") in shown(view.panel)
    assert shown(view.what).strip().endswith(text("word.happened.CertificateRevoked", "en"))


def test_an_old_phone_does_not_begin(view: Wizard) -> None:
    """Begun on a phone that is too old, the first tap says so; Android has no such button."""
    view.old_phone.click()
    assert view.flow.screen is S.HOME and view.phone.model == "iPhone X"
    view.main.click()
    assert view.flow.screen is S.HOME and text("code.model_too_old", "en") in shown(view.what)
    android = wizard(view.lab.android(view.lab.residents[0]))
    assert android.old_phone.layout.display == "none"


def test_a_card_is_stopped_with_its_certificates_and_only_once(view: Wizard) -> None:
    """The hotline's stop holds card and certificates; it cannot be pressed twice, and revoking comes on top."""
    lab, card = view.lab, view.phone.holder.card.name
    rows = [row.key for row in lab.books.of_person(view.phone.person) if row.device == card]
    for name, card_state, state in (
        ("card_suspended", CardState.SUSPENDED, CertificateState.ON_HOLD),
        ("card_revoked", CardState.REVOKED, CertificateState.REVOKED),
    ):
        view.what_if[name].click()
        assert lab.books.card(card).state is card_state and view.what_if[name].disabled
        assert {lab.books.certificates[key].state for key in rows} == {state}
    assert all(view.what_if[name].disabled for name in APPLIED if name != "go_offline")


def test_every_act_has_its_button(view: Wizard) -> None:
    """Each act of the table is a button with words."""
    assert list(view.what_if) == list(WHAT_IF)
    assert all(button.description.strip() for button in view.what_if.values())


def test_a_blocked_pin_is_no_dead_end(view: Wizard) -> None:
    """The block is told as one; beginning anew meets it again, and says so; another resident has another card."""
    for _ in range(3):
        go(view, S.INPUT_AID_PIN).fill_wrong.click()
        view.main.click()
        go(view, S.READ).main.click()
    assert view.flow.screen is S.PIN_BLOCKED and view.another.layout.display is None
    assert text("word.happened.ReferenceDataRefused_blocked", "en") in shown(view.what)
    view.main.click()
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
