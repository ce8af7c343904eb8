"""All views in JupyterLab, on one page: what every view must stand, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from gallery import VIEWS
from sight import JUPYTERLAB, TELEPHONE, cut_off

from needs import SOAK

if TYPE_CHECKING:
    from pages import Desk

pytestmark = [pytest.mark.browser, pytest.mark.soak]

SIZES = JUPYTERLAB if SOAK else (TELEPHONE,)


def test_every_view(desk: Desk, faults: Callable[[str], list[str]]) -> None:
    """No serious fault in the light or in the dark, and nothing cut off: on a telephone; in the long form anywhere."""
    desk.keep("views.ipynb", ".mnc-view button:visible")
    views = desk.page.locator(".mnc-view")
    assert views.count() == VIEWS
    assert faults(".mnc-view") == []
    assert cut_off(views, SIZES) == []
