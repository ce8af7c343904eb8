"""The shop's page in a real browser: by keyboard alone, on a small screen, without anything from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from myna_lab import Lab, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
SMALL = {"width": 390, "height": 844}


def test_by_keyboard_on_a_small_screen(browser: Browser) -> None:
    """Choose by arrow keys, ask by Enter, agree by Enter; nothing is wider than the screen, nothing asked elsewhere."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("20min")
    with serve.shop(lab) as door:
        page = browser.new_page(viewport=SMALL, locale="en-GB")
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(door.url)

        def wide() -> int:
            return int(page.evaluate("document.documentElement.scrollWidth"))

        assert page.url.endswith("/en/") and wide() <= SMALL["width"]
        page.keyboard.press("Tab")  # the other language
        for _ in range(3):  # phone, protocol, what is asked
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        assert page.locator("input[name=what][value=identity]").is_checked()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sessions/*")
        assert "name (will be kept)" in page.inner_text("main") and wide() <= SMALL["width"]
        for answer in ("yes", "own"):
            page.locator(f"button[value={answer}]").focus()
            page.keyboard.press("Enter")
        page.wait_for_selector("[role=status]")
        assert page.inner_text("[role=status]") == "○ accepted" and wide() <= SMALL["width"]
        assert lab.residents[0].name in page.inner_text("main")
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("details[open] pre").first.is_visible()
        page.get_by_role("link", name="日本語").click()
        assert page.inner_text("[role=status]") == "○ 受け入れました" and wide() <= SMALL["width"]
        page.close()
        assert door.url and {url for url in asked if not url.startswith(door.url)} == set()
        assert said == [] and door._server.faults == 0
