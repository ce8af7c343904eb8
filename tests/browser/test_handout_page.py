"""The handout in a real browser, from the disk and without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from myna_lab.cli.handout.page import handout

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAPER = """() => [getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.documentElement).colorScheme]"""
WIDER = """() => [...document.querySelectorAll("body *:not(svg *)")]
    .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(part => part.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark")])
def test_from_the_disk_offline(
    browser: Browser,
    axe: Callable[[Page, str], list[str]],
    tmp_path: Path,
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """It asks for nothing but itself, says nothing on the console, fits a phone, a screen and A4; axe is content.

    It is paper, and looks like it in the dark, too.
    """
    (tmp_path / "handout.html").write_text(handout(language), encoding="utf-8")
    context = browser.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    address = (tmp_path / "handout.html").as_uri()
    page.goto(address)
    for width, medium in ((390, "screen"), (1280, "screen"), (703, "print")):  # 186 mm at 96 dots an inch
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=medium)
        assert page.evaluate(WIDER) == [] and page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page, "body") == [] and page.evaluate(PAPER) == ["rgb(255, 255, 255)", "light"]
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert asked == [address] and said == []
    context.close()
