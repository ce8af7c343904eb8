"""A learner runs a cell again, and again: no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
TIMES = {"00_index": 2, "03_provisioning_wizard": 6, "08_one_phone": 2}
"""How often each cell is run; six wrong PINs in a row would block the card."""


@pytest.mark.parametrize("name", TIMES)
def test_every_cell_can_be_run_again(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """From top to bottom, each cell several times: nothing is raised, and no PIN is blocked by it."""
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    world: dict[str, object] = {"__name__": "notebook"}
    for cell in cells:
        if cell["cell_type"] == "code":
            source = compile("".join(cell["source"]), f"{name}: {cell['id']}", "exec")
            for _ in range(TIMES[name]):
                exec(source, world)
                assert "PIN is blocked" not in capsys.readouterr().out
