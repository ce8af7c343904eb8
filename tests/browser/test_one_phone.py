"""Two phones in JupyterLab: a learner adds the card to both, and sees who knows what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def view(opened: Callable[[str, str], Locator]) -> Locator:
    """The two phones of the notebook, after all cells have run."""
    return opened("08_one_phone.ipynb", ".mnc-one-phone")


def now(view: Locator, knower: str) -> Locator:
    """The row of one knower in the table of what everybody says now; its cells are iPhone and Android."""
    return view.locator(".mnc-now").get_by_role("row", name=knower).get_by_role("cell")


def test_a_learner_adds_the_card_to_both_phones(
    view: Locator, page: Page, is_cut_off: Callable[[Locator], bool], faults: Callable[[str], list[str]]
) -> None:
    """The iPhone works; the Android application revokes it at once; OCSP says so later, the wallet the next day.

    Buttons are pressed by mouse and by keyboard, nothing is cut off at any width, and the language can be changed.
    """
    iphone, android = view.locator(".mnc-iphone-side"), view.locator(".mnc-android-side")
    iphone.get_by_role("button", name="Add the card here").click()
    now(view, "the books").first.get_by_text("issued, not yet usable").wait_for()
    view.get_by_role("button", name="Wait 5 min").focus()
    page.keyboard.press("Enter")
    now(view, "OCSP says").first.get_by_text("good", exact=True).wait_for()
    android.get_by_role("button", name="Add the card here").click()
    now(view, "the books").first.get_by_text("revoked").wait_for()
    assert iphone.locator(".mnc-dead").count() == 0
    view.get_by_role("button", name="Wait 15 min").click()
    now(view, "OCSP says").first.get_by_text("revoked").wait_for()
    now(view, "OCSP says").last.get_by_text("good", exact=True).wait_for()
    iphone.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-what").get_by_text("The portal refused: revoked.").wait_for()
    assert view.locator(".mnc-knowing").get_by_role("row").count() == 9
    assert faults(".mnc-one-phone") == []
    for width in (1400, 1280, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        assert not is_cut_off(view)
    view.get_by_role("button", name="Wait 1 day").click()
    iphone.locator(".mnc-dead").wait_for()
    iphone.get_by_text("It disappears only when you delete it.").wait_for()
    iphone.get_by_role("button", name="Delete the pass").click()
    iphone.get_by_text("No card here.").wait_for()
    view.get_by_label("Language").select_option("日本語")
    iphone.get_by_text("No card here.").wait_for(state="detached")
    assert iphone.get_by_text("カードはありません。").is_visible()
