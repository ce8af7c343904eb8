"""The wizard in JupyterLab: a learner clicks, types and reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def view(opened: Callable[[str, str], Locator]) -> Locator:
    """The wizard of the notebook, after all cells have run."""
    return opened("03_provisioning_wizard.ipynb", ".mnc-wizard")


def on_screen(view: Locator, number: int) -> None:
    """Wait until the phone shows a screen."""
    view.get_by_text(f"Screen {number} of 21").wait_for()


def tap(view: Locator, name: str, leads_to: int) -> None:
    view.get_by_role("button", name=name).click()
    on_screen(view, leads_to)


def fill_in_and_go_on(view: Locator, page: Page) -> bool:
    """Press the blue button, after filling in from the slip what the screen asks for; returns whether it asked."""
    asks = view.locator("input[type=password]:visible").count() > 0
    if asks:
        view.get_by_role("button", name=re.compile("Fill in (from the slip|a new one|the same)$")).click()
        page.wait_for_function("() => document.querySelector('.mnc-view input[type=password]')?.value")
    view.locator("button.mnc-main").click()
    return asks


def test_a_learner_walks_to_the_card_and_back(view: Locator, page: Page, is_cut_off: Callable[[Locator], bool]) -> None:
    """Buttons by their text, the field by its label: a malformed PIN is explained, a wrong one is refused by the card.

    On the way: focus moves to the field, Enter goes on, nothing is cut off, and the language can be changed.
    """
    tap(view, "Start adding", 1)
    for number in (2, 3, 4):
        tap(view, "Next", number)
    tap(view, "Agree and next", 5)
    tap(view, "Next", 6)
    tap(view, "撮影をはじめる", 7)
    tap(view, "撮影する", 8)
    tap(view, "Next", 9)
    field = view.get_by_label(re.compile(r"PIN \(4 digits\)|Password"))
    page.wait_for_function("() => document.activeElement?.type === 'password'")
    field.fill("12")
    field.press("Enter")
    view.get_by_role("status").get_by_text("Type 4 digits. Nothing was sent to the card.").wait_for()
    view.get_by_role("button", name="Fill in from the slip").click()
    tap(view, "Next", 10)
    view.get_by_role("button", name="Fill in a wrong one").click()
    tap(view, "Next", 11)
    tap(view, "Start reading", 10)
    view.get_by_role("status").get_by_text("4 tries left").wait_for()
    assert field.input_value() == ""
    assert "63C4" in view.locator(".mnc-panel").inner_text()
    for width in (1400, 1280, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert not is_cut_off(view)
    view.get_by_role("button", name="日本語").click()
    view.get_by_text("Screen 10 of 21").wait_for(state="detached")
    assert view.get_by_text("画面 10 / 21").is_visible()


def test_a_learner_walks_from_the_first_screen_to_the_last(view: Locator, page: Page) -> None:
    """All 22 screens once by clicks, PINs from the slip, the end with the pass; too early, then accepted; begun anew.

    On each screen that asks for a PIN it says that this is simulated.
    """
    n_asked = 0
    for number in range(22):
        on_screen(view, number)
        asks = view.locator("input[type=password]:visible").count() > 0
        never = view.get_by_text("This is a simulation: never type your real PIN.")
        assert (never.count() > 0 and never.is_visible()) is asks
        n_asked += fill_in_and_go_on(view, page)
    assert n_asked == 6
    view.get_by_text("The set-up is finished").first.wait_for()
    assert view.locator(".mnc-pass").is_visible()
    view.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-verdict").get_by_text("not yet usable", exact=True).wait_for()
    view.get_by_role("button", name="Wait 5 min").click()
    view.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-verdict").get_by_text("accepted", exact=True).wait_for()
    view.get_by_role("button", name="Start again").click()
    on_screen(view, 0)


def test_a_learner_asks_what_if(view: Locator, page: Page) -> None:
    """On a phone that is too old nothing begins; with a suspended card J-LIS refuses at the end."""
    on_screen(view, 0)
    bar = view.locator(".mnc-what-if")
    bar.get_by_role("button", name="Begin on a phone that is too old").click()
    former = bar.get_by_role("button", name="Back to the former phone")
    former.wait_for()
    view.locator("button.mnc-main").click()
    view.get_by_role("status").get_by_text("is too old").wait_for()
    on_screen(view, 0)
    former.click()
    tap(view, "Start adding", 1)
    bar.get_by_role("button", name="The card is suspended").click()
    released = bar.get_by_role("button", name="The card is released")
    released.wait_for()
    for number in range(1, 19):
        on_screen(view, number)
        fill_in_and_go_on(view, page)
    view.get_by_role("status").get_by_text("The plastic card is suspended").wait_for()
    released.click()
    bar.get_by_role("button", name="The card is suspended").wait_for()
    view.get_by_role("button", name="Start again").click()
    on_screen(view, 0)


@pytest.mark.parametrize("delay", [0, 20])
def test_what_is_typed_fast_arrives_whole(view: Locator, page: Page, delay: int) -> None:
    """Enter right after the last key, at most 20 ms between keys: the whole entry is judged, and nothing is left over.

    The same with the mouse on the button, and with a value that was filled in and then changed by hand.
    """
    for number in range(9):
        on_screen(view, number)
        view.locator("button.mnc-main").click()
    on_screen(view, 9)
    field = view.locator("input[type=password]")
    field.click()
    page.keyboard.type("12", delay=delay)
    page.keyboard.press("Enter")
    view.get_by_role("status").get_by_text("Type 4 digits").wait_for()
    page.wait_for_function("() => document.querySelector('.mnc-view input[type=password]').value === ''")
    field.click()
    page.keyboard.type("1357", delay=delay)
    page.keyboard.press("Enter")
    on_screen(view, 10)
    field.click()
    page.keyboard.type("ABC123", delay=delay)
    view.locator("button.mnc-main").click()
    on_screen(view, 11)
    for number in (10, 9):
        view.get_by_role("button", name="Back").click()
        on_screen(view, number)
    view.get_by_role("button", name="Fill in from the slip").click()
    page.wait_for_function("() => document.querySelector('.mnc-view input[type=password]').value")
    field.click()
    page.keyboard.type("9", delay=delay)
    page.keyboard.press("Enter")
    view.get_by_role("status").get_by_text("Type 4 digits").wait_for()
    assert field.input_value() == ""
