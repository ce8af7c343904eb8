"""The first notebook in a real browser: it runs from top to bottom, and its buttons are there to be pressed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "03_provisioning_wizard.ipynb"
MEANT_TO_FAIL = [
    cell["id"]
    for cell in (json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if NOTEBOOK.exists() else ())
    if "raises-exception" in cell["metadata"].get("tags", ())
]

# A button is drawn a moment before its words: wait for one that has some.
BUTTON = "button.jupyter-button:visible"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === "code")
    .map(cell => cell.model.toJSON())"""


def test_the_notebook_runs_in_jupyterlab(opened: Callable[[str, str], Locator], page: Page) -> None:
    """In JupyterLab every code cell runs, none shows an error, and a button of a widget is visible and enabled."""
    buttons = opened(NOTEBOOK.name, BUTTON)
    cells = page.evaluate(CELLS)
    assert cells and all(cell["execution_count"] for cell in cells if "".join(cell["source"]).strip())
    failed = [cell for cell in cells if any(output["output_type"] == "error" for output in cell["outputs"])]
    assert [cell["id"] for cell in failed] == MEANT_TO_FAIL, failed
    button = buttons.filter(has_text=re.compile(r"\S")).first
    button.scroll_into_view_if_needed()
    assert button.is_enabled()


def test_the_notebook_is_a_page_without_code(voila: Any, page: Page) -> None:
    """`myna-lab show` at 390 px: walked to the fifth screen, an exercise answered, no code, nothing asked elsewhere."""
    page.goto("about:blank")  # JupyterLab, which the page showed before, says farewell to its server
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(voila.address)
    main = page.locator("button.mnc-main").first
    main.filter(has_text=re.compile(r"\S")).wait_for()
    for number in range(2, 6):
        main.click()
        page.get_by_text(f"Screen {number} of 22").first.wait_for()
    first = page.locator(".mnc-answer").first
    for answer, said in (("4", "もう一度"), ("5", "正解")):
        first.locator("input").fill(answer)
        first.locator("button").click()
        first.get_by_role("status").get_by_text(said).wait_for()
    assert page.locator(".mnc-answer").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".jp-CodeCell .jp-InputArea:visible").count() == 0
    assert page.get_by_text("Traceback (most recent call last)").count() == len(MEANT_TO_FAIL)
    assert [url for url in asked if not url.startswith((voila.address, "data:", "blob:"))] == []
