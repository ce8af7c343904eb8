"""The saved notebooks as data: which there are, their cells, their prose with and without the marks of its language."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tools"))
from notebook_prose import JAPANESE, marked, plain  # noqa: E402

__all__ = ["FOLDER", "JAPANESE", "NOTEBOOKS", "cells", "load", "marked", "plain", "source"]

FOLDER = ROOT / "notebooks"
FIRST = FOLDER / "03_provisioning_wizard.ipynb"
NOTEBOOKS = sorted({FIRST, *(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)})


@cache
def load(path: Path) -> dict[str, Any]:
    """A notebook as it is saved."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    """The cells of one kind that hold anything."""
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == kind and "".join(cell["source"]).strip()]


def source(cell: dict[str, Any]) -> str:
    """What is written in a cell."""
    return "".join(cell["source"])
