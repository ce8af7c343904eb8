"""The first notebook in a real browser: it runs from top to bottom, and its buttons are there to be pressed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "03_provisioning_wizard.ipynb"
MEANT_TO_FAIL = [
    cell["id"]
    for cell in (json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if NOTEBOOK.exists() else ())
    if "raises-exception" in cell["metadata"].get("tags", ())
]

# A button is drawn a moment before its words: wait for one that has some.
BUTTON = "button.jupyter-button:visible"

# Wait for the kernel, not for the toolbar's sign of it: what is sent before the connection stands is lost.
KERNEL_IS_READY = """() => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = "async () => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === "code")
    .map(cell => cell.model.toJSON())"""


def test_the_notebook_runs_in_jupyterlab(serve: Callable[..., Any], page: Page) -> None:
    """In JupyterLab every code cell runs, none shows an error, and a button of a widget is visible and enabled."""
    server = serve("lab", NOTEBOOK)
    page.goto(f"{server.address}/lab/workspaces/test/tree/{NOTEBOOK.name}?token={server.token}&reset")
    page.locator(".jp-NotebookPanel:visible").wait_for()
    page.wait_for_function(KERNEL_IS_READY)
    page.evaluate(RUN_ALL)
    cells = page.evaluate(CELLS)
    assert cells and all(cell["execution_count"] for cell in cells if "".join(cell["source"]).strip())
    failed = [cell for cell in cells if any(output["output_type"] == "error" for output in cell["outputs"])]
    assert [cell["id"] for cell in failed] == MEANT_TO_FAIL, failed
    button = page.locator(BUTTON, has_text=re.compile(r"\S")).first
    button.scroll_into_view_if_needed()
    assert button.is_enabled()


def test_the_notebook_is_a_page_in_voila(serve: Callable[..., Any], page: Page) -> None:
    """Voila shows the same notebook without its code: a button of a widget is visible and enabled, and no traceback."""
    server = serve("voila", NOTEBOOK)
    page.goto(f"{server.address}/?token={server.token}")
    button = page.locator(BUTTON, has_text=re.compile(r"\S")).first
    button.wait_for()
    assert button.is_enabled()
    assert page.locator(".jp-CodeCell .jp-InputArea:visible").count() == 0
    assert page.get_by_text("Traceback (most recent call last)").count() == len(MEANT_TO_FAIL)
