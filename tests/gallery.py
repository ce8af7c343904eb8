"""A notebook with the views of all others, so that one kernel and one page serve for looking at them.

It is notebook 08 whole; below it come, of each other notebook, the cells of its set-up and those that show a view.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

__all__ = ["BELOW", "VIEWS", "gallery"]

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
WHOLE, OWN_PAGE = "08_one_phone.ipynb", "03_provisioning_wizard.ipynb"
"""The first stands here whole; the second is walked in a page of its own, and another wizard stands in the first."""

GOES_ON_FROM = {"05_certificates.ipynb": ("revoke",)}
"""Cells on which a view's cell builds, beyond those of the set-up."""


def _cells(name: str) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return cells


def _shows(cell: dict[str, Any]) -> bool:
    """Whether a cell shows a view: it says what will appear, as long as nobody has run it."""
    return "mnc-appears" in json.dumps(cell.get("outputs", ()))


BELOW = [
    path.name
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    if path.name not in (WHOLE, OWN_PAGE) and any(map(_shows, _cells(path.name)))
]
VIEWS = sum(_shows(cell) for name in (WHOLE, *BELOW) for cell in _cells(name))
"""How many views there are."""


def _of(name: str) -> Iterator[dict[str, Any]]:
    """Of one notebook: the cells before its first look, which set up, and those that show something."""
    cells = _cells(name)
    first = next(n for n, cell in enumerate(cells) if cell["cell_type"] == "code")
    yield from takewhile(lambda cell: cell["cell_type"] == "code", cells[first:])
    yield from (cell for cell in cells if _shows(cell) or cell["id"] in GOES_ON_FROM.get(name, ()))


def gallery(folder: Path) -> Path:
    """Write it into a folder."""
    book: dict[str, Any] = json.loads((NOTEBOOKS / WHOLE).read_text(encoding="utf-8"))
    for name in BELOW:
        book["cells"] += [{**cell, "id": f"{name[:2]}-{cell['id']}"} for cell in _of(name)]
    place = folder / "views.ipynb"
    place.write_text(json.dumps(book), encoding="utf-8")
    return place
