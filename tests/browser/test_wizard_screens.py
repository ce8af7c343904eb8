"""Every screen at every size; `make soak` also takes its picture, into .screens, for people to look at.

After test_wizard, whose notebook it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, product
from typing import TYPE_CHECKING

import pytest
from pages import NOTEBOOKS
from sight import JUPYTERLAB, LAPTOP, cut_off
from walking import LANGUAGES, walk

from needs import SOAK, rounds

if TYPE_CHECKING:
    from pages import Desk

pytestmark = [pytest.mark.browser, pytest.mark.soak]

FOLDER = NOTEBOOKS.parent / ".screens"
SIZES = JUPYTERLAB if SOAK else (LAPTOP,)
CASES = [*zip(product(("android", "iphone"), LANGUAGES, SIZES), cycle(("same", "own", "own")), strict=False)]
"""Each size in each language with each make; the PINs in turn."""
CELL = """
lab = Lab(seed=3)
hanako = lab.resident(name="青葉　花子", sex="female", born="1990-04-01")
wizard(lab.{make}(hanako), "{language}")
"""


def photographer(desk: Desk, *case: object) -> Callable[[str], object]:
    """Takes a picture of each screen of a case."""

    def take(screen: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        desk.page.screenshot(path=FOLDER / f"{'-'.join(map(str, case))}-{screen}.png")

    return take if SOAK else lambda screen: None


def test_every_screen(desk: Desk) -> None:
    """The set-up walked whole; the short form walks Android's, in Japanese and with the card's PINs."""
    for (make, language, window), pins in CASES[: rounds(1, len(CASES))]:
        source = CELL.format(make=make, language=language).strip()
        view = desk.view("03_provisioning_wizard.ipynb", ".mnc-wizard", source)
        look = photographer(desk, make, language, f"{window.width}x{window.height}")
        list(walk(view, (window,), make=make, pins=pins, language=language, look=look))
        other = "[lang=en]" if language == "ja" else "[lang=ja]:not(strong)"  # her name is Japanese in every language
        assert view.locator(f"{other}:visible").count() == 0
        assert cut_off(view, (window,)) == []
    desk.name = ""  # its cell is another one now
