"""A drawn certificate on a page without a kernel: fields and octets mark each other, by mouse and by arrow keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from myna_lab import Lab
from myna_lab.widgets import CertificateViewer, certificate_viewer
from myna_lab.widgets.style import STYLE

MARKED = "rgb(255, 244, 214)"
"""The colour of what is chosen, ``--mark``."""
SERIAL, ALGORITHM, ISSUER = 1, 2, 3


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A card and a phone with four certificates."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    return lab


@pytest.fixture
def drawn(new_page: Callable[[], Page], lab: Lab) -> Page:
    """The card's certificates side by side with the phone's, and somebody outside who listens for keys."""
    page = new_page()
    page.set_content(body(certificate_viewer(lab, "sign/067F3542", "sign/067F3543")))
    page.evaluate("window.heard = []; document.body.addEventListener('keydown', event => heard.push(event.key))")
    return page


def body(viewer: CertificateViewer) -> str:
    """What it draws, on a page of its own."""
    return f'{STYLE}<body class="mnc-view">{viewer.drawn.value}</body>'


def field(page: Page, n: int) -> Locator:
    return page.locator(f".mnc-paper .mnc-f{n}")


def test_a_field_and_its_octets_mark_each_other(drawn: Page) -> None:
    """A field marks its octets in both certificates and opens its explanation; octets do the same with their field."""
    field(drawn, SERIAL).locator("label").click()
    octets = drawn.locator(f".mnc-hex .mnc-f{SERIAL}")
    expect(octets).to_have_text(["02 04 06 7f 35 42", "02 04 06 7f 35 43"])
    for each in octets.all():
        expect(each).to_have_css("background-color", MARKED)
    expect(field(drawn, SERIAL).locator(".mnc-about")).to_be_visible()
    drawn.locator(f".mnc-hex .mnc-f{ISSUER}").first.click()
    expect(field(drawn, ISSUER)).to_have_css("background-color", MARKED)
    expect(field(drawn, ISSUER).locator(".mnc-about")).to_be_visible()
    expect(field(drawn, SERIAL).locator(".mnc-about")).to_be_hidden()


def test_arrow_keys_choose_and_are_heard_by_nobody_else(drawn: Page) -> None:
    """The next field is chosen, as of radio buttons; a notebook around it hears the other keys alone."""
    field(drawn, SERIAL).locator("label").click()
    drawn.keyboard.press("ArrowDown")
    expect(field(drawn, ALGORITHM).get_by_role("radio")).to_be_checked()
    expect(field(drawn, ALGORITHM)).to_have_css("background-color", MARKED)
    drawn.keyboard.press("Escape")
    assert drawn.evaluate("heard") == ["Escape"]


def test_what_is_absent_can_be_pressed(drawn: Page, lab: Lab) -> None:
    """The place where a list has no entry marks the field that says so, and what its absence means."""
    drawn.set_content(body(certificate_viewer(lab, "sign/067F3543", language="en", paper="list")))
    place = drawn.locator(".mnc-hex label", has_text="[ ]").last
    place.click()
    absent = drawn.get_by_role("listitem").filter(has_text="looked for: not on the list")
    expect(absent.get_by_role("radio")).to_be_checked()
    expect(absent.locator(".mnc-about")).to_contain_text("absent")
    expect(place).to_have_css("background-color", MARKED)
