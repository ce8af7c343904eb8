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
from myna_lab.widgets.offices import blocked, possible

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


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("office", ["kiosk", "window"])
def test_a_blocked_password_has_a_way_on_where_it_is_told(lab: Lab, hanako: Holder, platform: str, office: str) -> None:
    """On the screen that tells it kiosk and window are offered; after either, the set-up begins anew and succeeds."""
    view = go(wizard(getattr(lab, platform)(hanako), "en"), S.PIN_BLOCKED, wrong=S.SIGN_PASSWORD)
    assert blocked(hanako) == ("signing",) and is_shown(view.ways.box)
    assert all(is_shown(button) and not button.disabled for button in view.ways.buttons.values())
    view.ways.buttons[office].click()
    assert view.flow.screen is S.HOME and not blocked(hanako) and not is_shown(view.ways.box)
    assert "has all its tries again" in view.what.value and not is_shown(view.notice)
    assert go(view, S.DONE).phone.state.value == "holds the card"


def test_the_input_aid_pin_is_reset_at_the_window_alone_when_it_opens(hanako: Holder, lab: Lab) -> None:
    """Blocked on a Saturday: no kiosk is offered, and the window is waited for until Monday morning."""
    lab.advance_to("2025-06-28 12:00")
    view = go(wizard(lab.iphone(hanako), "en"), S.PIN_BLOCKED, wrong=S.INPUT_AID_PIN)
    assert [name for name, button in view.ways.buttons.items() if is_shown(button)] == ["window"]
    view.ways.buttons["window"].click()
    assert f"{lab.now:%a %H:%M}" == "Mon 08:30" and view.flow.screen is S.HOME


def test_a_suspended_card_is_released_where_it_is_told(lab: Lab, hanako: Holder) -> None:
    """J-LIS refuses a suspended card; the window is offered there, and afterwards the card is in force."""
    view = go(wizard(lab.iphone(hanako), "en"), S.WALLET)
    view.what_if.acts["card_suspended"].click()
    view.main.click()
    assert view.flow.screen is S.REFUSED and is_shown(view.ways.buttons["window"])
    view.ways.buttons["window"].click()
    assert lab.books.card(hanako.card.name).state.name == "VALID" and view.flow.screen is S.HOME


def test_a_lost_phone_in_the_wizard(lab: Lab, hanako: Holder) -> None:
    """Lost: said, and no log-in; the hotline stops it, the window releases it; what can do nothing is pale."""
    view = go(wizard(lab.iphone(hanako), "en"), S.DONE)
    view.waits[1].click()
    assert [name for name, button in view.help.buttons.items() if not button.disabled] == ["hotline"]
    view.lose.click()
    assert text("word.nobody_has_it", "en") in view.caption.value
    view.help.buttons["hotline"].click()
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
