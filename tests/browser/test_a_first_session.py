"""The language is chosen once: from then on every notebook, its prose included, speaks it alone.

First of all: the notebook that JupyterLab opens by itself is the one in which a learner chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sight import LAPTOP, look_through

if TYPE_CHECKING:
    from pages import Desk

pytestmark = pytest.mark.browser

CHOOSE = """async ([before, after]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const place = notebook.widgets.findIndex(cell => cell.model.sharedModel.source === before);
    notebook.deselectAll();
    notebook.activeCellIndex = place;
    notebook.widgets[place].model.sharedModel.setSource(after);
    await window.jupyterapp.commands.execute("notebook:run-cell");
}"""
SCROLL = """screens => {
    const outer = window.jupyterapp.shell.currentWidget.node.querySelector(".jp-WindowedPanel-outer");
    outer.scrollTo(0, screens * outer.clientHeight);
}"""


def test_japanese_is_chosen_once(desk: Desk) -> None:
    """In notebook 00 both are shown, then Japanese; notebook 08, opened later, begins in Japanese."""
    page, english = desk.page, desk.page.locator(".jp-NotebookPanel [lang=en]:visible")
    look_through(page, LAPTOP)
    desk.lay("00_index.ipynb")
    desk.cells()
    assert english.count() > 0
    try:
        page.evaluate(CHOOSE, ["language()", 'language("ja")'])
        english.first.wait_for(state="hidden")
        assert page.locator(".jp-NotebookPanel [lang=ja]:visible").count() > 0
        desk.lay("08_one_phone.ipynb", ".mnc-one-phone button.mnc-main")
        chosen = page.locator(".mnc-language select").first
        assert chosen.evaluate("one => one.selectedOptions[0].textContent") == "日本語"
        assert page.locator(".mnc-one-phone .mnc-title").count() > 0
        for screens in range(5):
            page.evaluate(SCROLL, screens)
            page.wait_for_timeout(100)
            assert english.count() == 0
    finally:
        (desk.server.home / ".config" / "myna_lab" / "language").unlink()
        desk.name = ""
