"""Two phones in JupyterLab: a learner adds the card to both, and sees who knows what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from sight import JUPYTERLAB, LAPTOP, cut_off, in_sight, look_through

if TYPE_CHECKING:
    from pages import Desk
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def view(desk: Desk) -> Locator:
    """The two phones of notebook 08, before anything was pressed."""
    return desk.view("views.ipynb", ".mnc-one-phone")


def now(view: Locator, knower: str) -> Locator:
    """The row of one knower in the table of what everybody says now; its cells are iPhone and Android."""
    return view.locator(".mnc-now").get_by_role("row", name=knower).get_by_role("cell")


def test_a_learner_adds_the_card_to_both_phones(view: Locator, page: Page, faults: Callable[[str], list[str]]) -> None:
    """The iPhone works; the Android application revokes it at once; OCSP says so later, the wallet the next day.

    Buttons are pressed by mouse and by keyboard. After each press, at one size after the other, the news and the phone
    are in sight together; nothing is cut off at any of them, and the language can be changed.
    """
    iphone, android = view.locator(".mnc-iphone-side"), view.locator(".mnc-android-side")
    windows = cycle(JUPYTERLAB)

    @contextmanager
    def pressed(side: str, button: Locator) -> Iterator[Locator]:
        look_through(page, next(windows))
        button.scroll_into_view_if_needed()
        yield button
        page.wait_for_timeout(100)
        assert in_sight(view, ".mnc-what", f"some of .mnc-{side}-side") == [], page.viewport_size

    with pressed("iphone", iphone.get_by_role("button", name="Add the card here")) as button:
        button.click()
        now(view, "the books").first.get_by_text("issued, not yet usable").wait_for()
    with pressed("iphone", view.get_by_role("button", name="Wait 5 min")) as button:
        button.focus()
        page.keyboard.press("Enter")
        now(view, "OCSP says").first.get_by_text("good", exact=True).wait_for()
    with pressed("android", android.get_by_role("button", name="Add the card here")) as button:
        button.click()
        now(view, "the books").first.get_by_text("revoked").wait_for()
    assert iphone.locator(".mnc-dead").count() == 0
    with pressed("iphone", view.get_by_role("button", name="Wait 15 min")) as button:
        button.click()
        now(view, "OCSP says").first.get_by_text("revoked").wait_for()
    now(view, "OCSP says").last.get_by_text("good", exact=True).wait_for()
    with pressed("iphone", iphone.get_by_role("button", name="Log in to the portal")) as button:
        button.click()
        view.locator(".mnc-what").get_by_text("The portal refused: revoked.").wait_for()
    assert cut_off(view) == []
    look_through(page, LAPTOP)
    assert view.locator(".mnc-knowing").get_by_role("row").count() == 9
    assert faults(".mnc-one-phone") == []
    with pressed("iphone", view.get_by_role("button", name="Wait 1 day")) as button:
        button.click()
        iphone.locator(".mnc-dead").wait_for()
    iphone.get_by_text("It disappears only when you delete it.").wait_for()
    iphone.get_by_role("button", name="Delete the pass").click()
    iphone.get_by_text("No card here.").wait_for()
    view.get_by_label("Language").select_option("日本語")
    iphone.get_by_text("No card here.").wait_for(state="detached")
    assert iphone.get_by_text("カードはありません。").is_visible()
