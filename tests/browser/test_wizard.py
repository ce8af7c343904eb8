"""The wizard in JupyterLab: a learner clicks, types and reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from statistics import quantiles
from typing import TYPE_CHECKING

import pytest
from pages import NOTEBOOKS
from sight import JUPYTERLAB, LAPTOP, cut_off, look_through
from walking import FIELD, FILLED, fill_in, on_screen, walk, walk_by_keyboard

if TYPE_CHECKING:
    from pages import Desk
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

NOTEBOOK = "03_provisioning_wizard.ipynb"
MEANT_TO_FAIL = [
    cell["id"]
    for cell in json.loads((NOTEBOOKS / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    if "raises-exception" in cell["metadata"].get("tags", ())
]

LISTEN = """() => {
    const region = document.querySelector(".mnc-wizard [role=status]");
    window.spoken = [];
    new MutationObserver(() => window.spoken.push(region.innerText)).observe(region, {childList: true, subtree: true});
}"""


@pytest.fixture
def view(desk: Desk) -> Locator:
    """The wizard of the notebook, begun anew."""
    return desk.view(NOTEBOOK, ".mnc-wizard")


def tap(view: Locator, name: str, leads_to: int) -> None:
    view.get_by_role("button", name=name).click()
    on_screen(view, leads_to)


def fill_in_and_go_on(view: Locator) -> None:
    """Press the blue button, after filling in from the slip what the screen asks for."""
    fill_in(view)
    view.locator("button.mnc-main").click()


def test_the_notebook_runs(desk: Desk, record_property: Callable[[str, object], None]) -> None:
    """Every code cell runs, none shows an error but those that are meant to, and the wizard's button can be pressed."""
    desk.lay(NOTEBOOK, "button.mnc-main")
    notebook, kernel = desk.took[NOTEBOOK]
    said = (
        f"JupyterLab: notebook asked for to first screen: {notebook:.1f} s, from asking for its kernel: {kernel:.1f} s"
    )
    record_property("measured", said)
    cells = desk.cells()
    assert cells and all(cell["execution_count"] for cell in cells if "".join(cell["source"]).strip())
    failed = [cell for cell in cells if any(output["output_type"] == "error" for output in cell["outputs"])]
    assert [cell["id"] for cell in failed] == MEANT_TO_FAIL, failed
    assert desk.page.locator("button.mnc-main").filter(has_text=re.compile(r"\S")).first.is_enabled()


def test_a_learner_walks_to_the_card_and_back(view: Locator, page: Page, faults: Callable[[str], list[str]]) -> None:
    """Buttons by their text, the field by its label: a malformed PIN is explained, a wrong one is refused by the card.

    On the way: a double click is one tap, focus moves to the field, Enter goes on, and the language can be changed.
    """
    view.get_by_role("button", name="Start adding").dblclick()
    on_screen(view, 2)
    for number in (3, 4, 5):
        tap(view, "Next", number)
    tap(view, "Agree and next", 6)
    tap(view, "Next", 7)
    tap(view, "撮影をはじめる", 8)
    tap(view, "撮影する", 9)
    tap(view, "Next", 10)
    field = view.locator(FIELD)
    page.wait_for_function("() => document.activeElement?.type === 'password'")
    assert view.get_by_label(re.compile(r"PIN \(4 digits\)")).locator("visible=true").count() == 1
    field.fill("12")
    field.press("Enter")
    view.get_by_role("status").get_by_text("Type 4 digits. Nothing was sent to the card.").wait_for(state="attached")
    view.get_by_role("button", name="Fill in from the slip").click()
    page.wait_for_function(FILLED)
    view.get_by_role("button", name="Next").dblclick()
    on_screen(view, 11)
    assert not view.locator(".mnc-notice").is_visible()
    view.get_by_role("button", name="Fill in a wrong one").click()
    page.wait_for_function(FILLED)
    tap(view, "Next", 12)
    tap(view, "Start reading", 11)
    view.locator(".mnc-notice").get_by_text("4 tries left").wait_for()
    assert field.input_value() == ""
    assert "63C4" in view.locator(".mnc-panel:visible").inner_text()
    assert cut_off(view) == []
    look_through(page, LAPTOP)
    selected = view.get_by_role("tab").evaluate_all("tabs => tabs.map(tab => tab.ariaSelected)")
    assert selected == ["true"] + ["false"] * 5
    assert faults(".mnc-wizard") == []
    view.get_by_label("Language").select_option("日本語")
    view.get_by_text("Screen 11 of 22").first.wait_for(state="detached")
    assert view.locator(".mnc-place").get_by_text("画面 11 / 22").is_visible()


def test_a_learner_walks_from_the_first_screen_to_the_last(
    view: Locator, page: Page, record_property: Callable[[str, object], None]
) -> None:
    """All 22 screens once; the end with the pass; too early, then accepted, in words; begun anew.

    After each tap the news and the phone's button are in sight at one of the sizes, and the screen was spoken.
    """
    page.evaluate(LISTEN)
    asks: list[bool] = []
    took = list(walk(view, JUPYTERLAB, look=lambda _: asks.append(view.locator(FIELD).count() > 0)))
    assert sum(asks) == 6
    look_through(page, LAPTOP)
    view.locator(".mnc-title").get_by_text("The set-up is finished; it does not work yet").wait_for()
    parts = (".mnc-scale details", ".mnc-scale", ".mnc-tabs [role=tablist]")
    words, scale, tabs = (view.locator(css).first.bounding_box() or {} for css in parts)
    assert words["y"] + words["height"] <= scale["y"] + scale["height"] <= tabs["y"], "one over the other"
    spoken = page.evaluate("() => window.spoken")
    assert [f"Screen {number} of 22" in said for number, said in zip(range(2, 23), spoken, strict=False)] == [True] * 21
    median, nearly_all = quantiles(took, n=20)[9], quantiles(took, n=20)[18]
    record_property("measured", f"tap to repaint: median {median:.0f} ms, 95 % within {nearly_all:.0f} ms")
    assert view.locator(".mnc-pass").is_visible()
    view.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-what").get_by_text("The portal refused: not yet usable. It works from").wait_for()
    view.get_by_role("button", name="Wait 5 min").click()
    view.locator(".mnc-what").get_by_text("A certificate became active").wait_for()
    view.get_by_role("button", name="Log in to the portal").click()
    view.locator(".mnc-what").get_by_text("The portal accepted.").wait_for()
    view.get_by_role("button", name="Start again").click()
    on_screen(view, 1)


def test_a_learner_asks_what_if(view: Locator, page: Page) -> None:
    """On a phone that is too old nothing begins; with a suspended card J-LIS refuses; the blue button leads on."""
    on_screen(view, 1)
    bar = view.locator(".mnc-what-if")
    assert bar.get_by_role("button").locator("visible=true").count() == 0
    bar.get_by_label("What if …").check()
    bar.get_by_role("button", name="Begin on a phone that is too old").click()
    view.locator(".mnc-caption").get_by_text("iPhone X").wait_for()
    view.locator("button.mnc-main").click()
    view.locator(".mnc-notice").get_by_text("is too old").wait_for()
    on_screen(view, 1)
    view.locator("button.mnc-main", has_text="Back to the former phone").click()
    view.locator(".mnc-caption").get_by_text("iPhone 15").wait_for()
    tap(view, "Start adding", 2)
    bar.get_by_role("button", name="The card is suspended").click()
    view.locator(".mnc-what").get_by_text("its certificates were suspended").wait_for()
    for number in range(2, 20):
        on_screen(view, number)
        fill_in_and_go_on(view)
    view.locator(".mnc-notice").get_by_text("The plastic card is suspended").wait_for()
    view.locator("button.mnc-main", has_text="Go to the window").click()
    on_screen(view, 1)
    view.locator(".mnc-what").get_by_text("The card was released").wait_for()


def test_by_keyboard_alone(view: Locator) -> None:
    """In Japanese, from the first screen to the portal's answer, with Tab and Enter; focus is where one goes on."""
    walk_by_keyboard(view)
    assert view.locator("[lang=en]:visible").count() == 0


def test_what_is_typed_fast_arrives_whole(view: Locator, page: Page) -> None:
    """Enter right after the last key, at most 20 ms between keys: the whole entry is judged, and nothing is left over.

    The same with the mouse on the button, and with a value that was filled in and then changed by hand.
    """
    for number in range(1, 10):
        on_screen(view, number)
        view.locator("button.mnc-main").click()
    field = view.locator(FIELD)
    for delay in (0, 20):
        on_screen(view, 10)
        field.click()
        page.keyboard.type("12", delay=delay)
        page.keyboard.press("Enter")
        view.locator(".mnc-notice").get_by_text("Type 4 digits").wait_for()
        page.wait_for_function("() => document.activeElement?.value === ''")
        field.click()
        page.keyboard.type("1357", delay=delay)
        page.keyboard.press("Enter")
        on_screen(view, 11)
        field.click()
        page.keyboard.type("ABC123", delay=delay)
        view.locator("button.mnc-main").click()
        on_screen(view, 12)
        for number in (11, 10):
            view.get_by_role("button", name="Back").click()
            on_screen(view, number)
        view.get_by_role("button", name="Fill in from the slip").click()
        page.wait_for_function(FILLED)
        field.click()
        page.keyboard.type("9", delay=delay)
        page.keyboard.press("Enter")
        view.locator(".mnc-notice").get_by_text("Type 4 digits").wait_for()
        assert field.input_value() == ""
        field.click()
        page.keyboard.type("1357", delay=delay)
        page.keyboard.press("Enter")
        on_screen(view, 11)
        view.get_by_role("button", name="Back").click()
