"""Help within reach: a blocked PIN, a stopped card, a lost phone, and the way on from there at the lab's offices."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import Refused
from myna_lab.lab import Holder
from myna_lab.provisioning import Screen
from myna_lab.texts import text
from myna_lab.widgets import Wizard, one_phone, wizard
from myna_lab.widgets.at_window import bars, blocked
from myna_lab.widgets.offices import possible

S = Screen


def go(view: Wizard, to: Screen, *, wrong: Screen | None = None) -> Wizard:
    """On, with the right entries but on one screen, until a screen."""
    while view.flow.screen is not to:
        if view.flow.asks:
            (view.fill_wrong if view.flow.screen is wrong else view.fill).click()
        view.main.click()
    return view


def is_shown(widget: object) -> bool:
    return widget.layout.display != "none"  # type: ignore[attr-defined, no-any-return]


def offered(view: Wizard) -> list[str]:
    """The offices on small buttons of the phone."""
    return [name for name, button in view.ways.buttons.items() if is_shown(button)]


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("office", ["kiosk", "window"])
def test_a_blocked_password_has_a_way_on_where_it_is_told(lab: Lab, hanako: Holder, platform: str, office: str) -> None:
    """The blue button goes to the kiosk, a small one to the window; after either, the set-up anew succeeds."""
    view = go(wizard(getattr(lab, platform)(hanako), "en"), S.PIN_BLOCKED, wrong=S.SIGN_PASSWORD)
    assert blocked(hanako) == ("signing",) and view.main.description == text("word.go_to.kiosk", "en")
    assert offered(view) == ["window"]
    (view.main if office == "kiosk" else view.ways.buttons[office]).click()
    assert view.flow.screen is S.HOME and not blocked(hanako) and offered(view) == []
    assert "has all its tries again" in view.what.value and not is_shown(view.notice)
    assert go(view, S.DONE).phone.state.value == "holds the card"


def test_without_network_the_window_helps(lab: Lab, hanako: Holder) -> None:
    """The kiosk's reset begins in the app, by the network: off line, the blue button is the window's."""
    view = go(wizard(lab.iphone(hanako), "en"), S.PIN_BLOCKED, wrong=S.SIGN_PASSWORD)
    view.phone.online = False
    view.refresh()
    assert view.main.description == text("word.go_to.window", "en") and offered(view) == ["kiosk"]
    view.main.click()
    assert view.flow.screen is S.HOME and not blocked(hanako)


def test_the_input_aid_pin_is_reset_at_the_window_alone_when_it_opens(hanako: Holder, lab: Lab) -> None:
    """Blocked on a Saturday: no kiosk is offered, and the window is waited for until Monday morning."""
    lab.advance_to("2025-06-28 12:00")
    view = go(wizard(lab.iphone(hanako), "en"), S.PIN_BLOCKED, wrong=S.INPUT_AID_PIN)
    assert view.main.description == text("word.go_to.window", "en") and offered(view) == []
    view.main.click()
    assert f"{lab.now:%a %H:%M}" == "Mon 08:30" and view.flow.screen is S.HOME


def refused(lab: Lab, hanako: Holder, platform: str, cause: str) -> Wizard:
    """A set-up that J-LIS refuses: something happened to the card meanwhile."""
    view = go(wizard(getattr(lab, platform)(hanako), "en"), S.WALLET if platform == "iphone" else S.READ)
    if cause == "moved":
        lab.municipality.move(hanako)
        lab.advance("1d")
    else:
        view.what_if.acts[f"card_{cause}"].click()
    view.main.click()
    return view


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("cause", ["suspended", "revoked", "expired", "moved"])
def test_what_j_lis_refuses_is_mended_by_the_blue_button(lab: Lab, hanako: Holder, platform: str, cause: str) -> None:
    """Released, replaced, written anew: after the window nothing is in the way, and the same phone gets the card.

    A released card signs only with a new certificate, so one visit brings both.
    """
    view = refused(lab, hanako, platform, cause)
    assert view.flow.screen is S.REFUSED and view.main.description == text("word.go_to.window", "en")
    assert is_shown(view.again) and is_shown(view.another) and not is_shown(view.ways.buttons["window"])
    view.main.click()
    assert view.flow.screen is S.HOME and not view._error and not bars(hanako)
    assert lab.books.card(hanako.card.name).state.name == "VALID"
    assert go(view, S.DONE).phone.state.value == "holds the card"


def test_a_new_card_is_waited_for_once(lab: Lab, hanako: Holder) -> None:
    """Applied for before, it is only waited for; it comes when the window said."""
    view = refused(lab, hanako, "iphone", "revoked")
    due = lab.municipality.reissue(hanako, "revoked")
    view.main.click()
    assert lab.now == due and view.flow.screen is S.HOME


def test_where_no_office_helps_another_resident_goes_on(lab: Lab) -> None:
    """Too young to sign, or stopped for good: the blue button takes somebody else."""
    child = lab.resident(born="2015-04-01")
    view = wizard(lab.iphone(child), "en")
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    assert view.flow.notice is not None and view.flow.notice.code == "no_sign_certificate"
    assert view.main.description == text("word.another_resident", "en") and not is_shown(view.another)
    view.main.click()
    assert view.phone.person != child.person and view.flow.screen is S.HOME
    kept = Lab(seed=7, parameters={"hold_release": "never"})
    view = refused(kept, kept.resident(), "iphone", "suspended")
    view.main.click()
    assert view.flow.screen is S.REFUSED and view.main.description == text("word.another_resident", "en")
    assert kept.books.card(view.holder.card.name).state.name == "VALID" and not is_shown(view.notice)


def test_after_a_death_the_blue_button_takes_somebody_else(lab: Lab, hanako: Holder) -> None:
    """The app is not opened for the dead: no button begins anew, and no press is told as if there had been none."""
    view = go(wizard(lab.iphone(hanako), "en"), S.TERMS)
    lab.municipality.record_death(hanako)
    view.refresh()
    assert view.main.description == text("word.another_resident", "en") and not is_shown(view.again)
    for button in (view.lose, view.what_if.old_phone):
        button.click()
        assert is_shown(view.notice) and text("word.nothing_changed", "en") in view.what.value
        assert text("word.nothing_yet", "en") not in view.what.value
    assert view.what_if.old_phone.description == text("word.old_phone", "en")
    view.main.click()
    assert view.holder != hanako and view.flow.screen is S.HOME
    assert text("word.happened.CardIssued_first", "en") in view.what.value


def test_what_a_notice_says_of_the_window_is_what_the_blue_button_offers(lab: Lab, hanako: Holder) -> None:
    """Revoked at her wish, both certificates: the window writes none for signing without the one for log-in."""
    view = go(wizard(lab.iphone(hanako), "en"), S.WALLET)
    lab.municipality.revoke(hanako)
    view.main.click()
    assert "as long as the one for user authentication works" in view.notice.value
    assert view.main.description == text("word.another_resident", "en") and offered(view) == []


@pytest.mark.parametrize("cause", ["go_offline", "maintenance"])
def test_what_only_has_to_end_is_ended_by_the_blue_button(lab: Lab, hanako: Holder, cause: str) -> None:
    """Off line, or J-LIS at rest: first the button ends that, and its notice goes; then the same tap works."""
    view = go(wizard(lab.iphone(hanako), "en"), S.WALLET)
    view.what_if.acts[cause].click()
    assert view.main.description == text("tap.continue", "en")
    view.main.click()
    assert view.main.description == view.what_if.acts[cause].description and is_shown(view.notice)
    view.main.click()
    assert view.main.description == text("tap.continue", "en") and not is_shown(view.notice)
    view.main.click()
    assert view.flow.screen is S.WALLET_DONE


def test_from_a_phone_that_is_too_old_the_blue_button_leads_back(lab: Lab, hanako: Holder) -> None:
    """The former phone comes back at its screen; a phone that is too old and the only one leads nowhere."""
    view = go(wizard(lab.iphone(hanako), "en"), S.TERMS)
    view.what_if.old_phone.click()
    view.main.click()
    assert view.main.description == text("word.former_phone", "en")
    view.main.click()
    assert view.flow.screen is S.TERMS and not is_shown(view.notice)
    assert text("word.nothing_yet", "en") not in view.what.value


def test_a_lost_phone_that_is_too_old_is_not_taken_again(lab: Lab, hanako: Holder) -> None:
    """Nobody has it, so another one is bought."""
    view = wizard(lab.iphone(hanako), "en")
    view.what_if.old_phone.click()
    lost = view.phone
    for button in (view.lose, view.what_if.old_phone, view.what_if.old_phone):
        button.click()
    assert view.phone.model == lost.model and view.phone != lost and not view._error


def test_a_lost_phone_in_the_wizard(lab: Lab, hanako: Holder) -> None:
    """Lost: said, and no log-in; the hotline stops it, the window releases it; what can do nothing is pale."""
    view = go(wizard(lab.iphone(hanako), "en"), S.DONE)
    view.waits[1].click()
    assert [name for name, button in view.help.buttons.items() if not button.disabled] == ["hotline"]
    view.lose.click()
    assert text("word.nobody_has_it", "en") in view.caption.value and not is_shown(view.again)
    assert view.main.description == text("word.go_to.hotline", "en")
    view.main.click()
    assert view.main.description == text("word.found_again", "en") and not possible("hotline", hanako)
    view.waits[1].click()
    view.waits[1].click()
    assert possible("window", hanako) and view.help.buttons["hotline"].disabled
    view.lose.click()
    view.help.buttons["window"].click()
    view.waits[3].click()
    view.log_in.click()
    assert "accepted" in view.what.value
    assert "☎" in view.so_far.value and "word.so_far" not in view.so_far.value


def test_two_phones_share_the_offices(lab: Lab, hanako: Holder) -> None:
    """A PIN of the phone that is blocked is reset in the app; what an office refuses is a notice."""
    view = one_phone(lab, hanako, "en")
    view.sides[0].add.click()
    phone = view.phones[0]
    for _ in range(3):
        with pytest.raises(Refused, match="did not open"):
            phone.authenticate(b"challenge", pin="0000")
    view.refresh()
    assert is_shown(view.help.buttons["app"])
    view.sides[0].network.click()
    view.help.buttons["app"].click()
    assert "offline" in re.sub("<[^>]*>", "", view.notice.value)
    view.sides[0].network.click()
    view.help.buttons["app"].click()
    assert phone.tries_left["user"] == 3 and not is_shown(view.help.buttons["app"])


def test_since_when_a_card_works_is_told_with_its_day_from_the_next_day_on(lab: Lab, hanako: Holder) -> None:
    """Of today the time alone is clear; tomorrow it would be read as tomorrow's."""
    view = go(wizard(lab.iphone(hanako), "en"), S.DONE)
    view.waits[1].click()
    assert "Good since 09:" in view.page.value
    view.waits[2].click()
    assert "Good since 2025-06-24 09:" in view.page.value
