"""Each notebook with a view in JupyterLab: what every view must stand, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from pages import NOTEBOOKS
from sight import JUPYTERLAB, LAPTOP, TELEPHONE, cut_off, look_through

from needs import SOAK

if TYPE_CHECKING:
    from pages import Desk

pytestmark = [pytest.mark.browser, pytest.mark.soak]

SIZES = JUPYTERLAB if SOAK else (TELEPHONE,)

WITH_A_VIEW = [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb")) if "mnc-appears" in path.read_text("utf-8")]
WALKED = ("03_provisioning_wizard.ipynb", "08_one_phone.ipynb")
"""Judged where they are walked."""


def test_every_view(desk: Desk, faults: Callable[[str], list[str]]) -> None:
    """No serious fault in the light or in the dark, and nothing cut off: on a telephone; in the long form anywhere."""
    assert set(WALKED) <= set(WITH_A_VIEW)
    for name in WITH_A_VIEW:
        if name not in WALKED:
            look_through(desk.page, LAPTOP)
            desk.lay(name, ".mnc-view button:visible")
            assert faults(".mnc-view") == [], name
            assert cut_off(desk.page.locator(".mnc-view").first, SIZES) == [], name
