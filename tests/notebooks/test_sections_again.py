"""A learner runs a cell again, and again, and goes back to an earlier section: it shows the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS = 60

Cell = Any


def sections(cells: list[Cell]) -> Iterator[list[Cell]]:
    """The code cells below each heading of the second level; before the first one, those of the set-up."""
    current: list[Cell] = []
    for cell in cells:
        if cell.cell_type == "markdown" and any(line.startswith("## ") for line in cell.source.splitlines()):
            yield current
            current = []
        elif cell.cell_type == "code":
            current.append(cell)
    yield current


def run(cells: list[Cell]) -> list[Any]:
    """What each of the cells shows, one after the other in one kernel; ids of widget views are left out."""
    again = [nbformat.v4.new_code_cell(cell.source) for cell in cells]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=again)  # type: ignore[no-untyped-call]
    place = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", coalesce_streams=True, resources=place).execute()
    return [[_plain(output) for output in cell.outputs] for cell in notebook.cells]


def _plain(output: Any) -> tuple[Any, ...]:
    data = {kind: value for kind, value in output.get("data", {}).items() if kind != WIDGET_VIEW}
    return output.output_type, output.get("name"), output.get("text"), tuple(sorted(data.items()))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell twice, then each section once more, from the last to the first: no traceback, and the same outputs.

    Only what stands before the first "predict" or "look" is needed by the others: the set-up.
    """
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    parts = list(sections(nbformat.read(path, as_version=4).cells))  # type: ignore[no-untyped-call]
    twice = [cell for part in parts for cell in part for _ in range(2)]
    back = [cell for part in reversed(parts) for cell in part]
    shown = run([*twice, *back])
    first = {cell.id: outputs for cell, outputs in zip(twice[::2], shown[: len(twice) : 2], strict=True)}
    for cell, outputs in zip([*twice, *back], shown, strict=True):
        assert outputs == first[cell.id], f"{cell.id} shows something else when it is run again"
