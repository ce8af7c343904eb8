"""What `myna-lab show` serves, in a real browser on a telephone: a newcomer's way through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gallery import VIEWS
from jupyter_core.paths import jupyter_path
from pages import stopwatch
from sight import TELEPHONE, VOILA, cut_off, in_sight, look_through
from walking import fail, on_screen, press, walk, walk_by_keyboard

if TYPE_CHECKING:
    from pages import Server
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STYLES = ("nbconvert", "templates", "lab", "static")
LIGHT = """css => {
    document.head.append(Object.assign(document.createElement("style"), {textContent: css}));
    document.body.classList.replace("theme-dark", "theme-light");
    Object.assign(document.body.dataset, {jpThemeLight: "true", jpThemeName: "JupyterLab Light"});
}"""
"""All in which a page in the light is another one than in the dark: one sheet, and what the page says of itself."""


@pytest.fixture(scope="module")
def phone(new_page: Callable[[], Page]) -> Page:
    """An empty page of a telephone's size."""
    page = new_page()
    look_through(page, TELEPHONE)
    return page


def judge(page: Page, axe: Callable[[Page, str], list[str]], view: str) -> None:
    """No serious fault, no code, nothing wider than the page or its place, and no word of the other language."""
    assert axe(page, view) == []
    assert page.locator(".jp-CodeCell .jp-InputArea:visible").count() == 0
    assert page.get_by_text("Traceback (most recent call last)").count() == 0
    assert cut_off(page.locator(view), VOILA[::-1]) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE.width
    other = page.locator("[lang=ja]:not(.mnc-pass strong):visible")  # a Japanese name stays one
    assert other.evaluate_all("all => all.map(one => one.outerHTML.slice(0, 300))") == []


def test_from_the_list_of_pages_to_the_end_of_the_set_up_and_back(
    voila: Server,
    phone: Page,
    axe: Callable[[Page, str], list[str]],
    record_property: Callable[[str, object], None],
) -> None:
    """All 22 screens with three failures; a second phone revokes the first; the exercises say what is right.

    A link leads to another notebook, and the browser's own button back to a wizard, which is walked in Japanese, by
    keyboard alone and with the card's PINs.
    """
    phone.goto(voila.address)
    passed = stopwatch()
    phone.get_by_role("link", name="03_provisioning_wizard").click()
    view = phone.locator(".mnc-wizard")
    view.locator("button.mnc-main").filter(has_text=re.compile(r"\S")).wait_for()
    record_property("measured", f"Voila: kernel asked for to first screen: {passed():.1f} s")
    list(walk(view, VOILA, look=lambda screen: fail(view, screen)))
    look_through(phone, TELEPHONE)
    for clock in ("09:09", "09:14", "09:19"):  # the second phone revokes between two answers of OCSP, 09:15 and 09:30
        press(view.get_by_role("button", name="Wait 5 min"))
        view.get_by_text(f"2025-06-24 {clock}").first.wait_for()
    press(view.get_by_role("button", name="Log in to the portal"))
    view.locator(".mnc-what").get_by_text("The portal accepted.").wait_for()
    view.get_by_label("What if …").check()
    view.get_by_role("button", name=re.compile("another phone")).click()
    view.locator(".mnc-panel:visible .mnc-new").get_by_text("revoked").first.wait_for()
    view.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-what .mnc-said-wait").get_by_text("It could not know that the books").wait_for()
    first = phone.locator(".mnc-answer:has(input)").first
    for answer, said in (("4", "try again"), ("5", r"\bOK\b")):
        first.locator("input").fill(answer)
        first.locator("button").click()
        first.get_by_role("status").get_by_text(re.compile(said, re.IGNORECASE)).wait_for()
    assert phone.locator(".mnc-answer:has(input)").count() == 3
    judge(phone, axe, ".mnc-wizard")
    phone.get_by_role("link", name="00", exact=True).first.click()
    phone.wait_for_url("**/00_index.ipynb")
    phone.get_by_role("heading", name=re.compile("^00")).first.wait_for()
    phone.go_back()
    phone.wait_for_url("**/03_provisioning_wizard.ipynb")
    on_screen(view, 1)
    walk_by_keyboard(view, same=True)
    assert view.locator("[lang=en]:visible").count() == 0


def test_all_views_in_the_dark_and_in_the_light(
    voila: Server, phone: Page, axe: Callable[[Page, str], list[str]]
) -> None:
    """The card goes from one phone to the other, the news always in sight; then every view is judged in both themes."""
    phone.goto(f"{voila.address}/voila/render/views.ipynb?theme=dark")
    view = phone.locator(".mnc-one-phone")
    for side, says in (("iphone", "issued, not yet usable"), ("android", "revoked")):
        view.locator(f".mnc-{side}-side").get_by_role("button", name="Add the card here").click()
        view.locator(".mnc-now").get_by_text(says).locator("visible=true").first.wait_for()
        phone.wait_for_timeout(100)
        assert in_sight(view, ".mnc-what", f"some of .mnc-{side}-side") == []
    phone.locator(".mnc-view").nth(VIEWS - 1).locator("button").first.wait_for()
    assert phone.locator(".mnc-view").count() == VIEWS
    judge(phone, axe, ".mnc-view")
    (light,) = filter(Path.exists, (Path(place) / "theme-light.css" for place in jupyter_path(*STYLES)))
    phone.evaluate(LIGHT, light.read_text(encoding="utf-8"))
    assert axe(phone, ".mnc-view") == []
