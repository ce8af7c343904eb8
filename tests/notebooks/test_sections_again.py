"""A learner runs one section alone, a cell again, and the sections backwards: each cell shows the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURE = "image/png"
SECONDS = 60

Cell = Any


def sections(cells: list[Cell]) -> Iterator[list[Cell]]:
    """The code cells below each heading of the second level that has some; the first are the set-up."""
    current: list[Cell] = []
    for cell in cells:
        if cell.cell_type == "markdown" and any(line.startswith("## ") for line in cell.source.splitlines()):
            yield from [current] if current else []
            current = []
        elif cell.cell_type == "code":
            current.append(cell)
    yield from [current] if current else []


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str], list[Any]]]:
    """What a piece of code shows, without ids of widget views; all in one kernel, as starting one is slow."""
    place = {"metadata": {"path": str(FOLDER)}}
    cell = nbformat.v4.new_code_cell("")  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", coalesce_streams=True, resources=place)

    def run_code(source: str) -> list[Any]:
        cell.source = source
        return [_plain(output) for output in client.execute_cell(cell, 0).outputs]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        with client.setup_kernel(cwd=str(FOLDER)):
            yield run_code


def _saved(cell: Cell) -> list[Any]:
    """What was saved, without pictures, which another release of their library draws in other octets."""
    return [_without_picture(_plain(output)) for output in cell.outputs]


def _without_picture(output: tuple[Any, ...]) -> tuple[Any, ...]:
    return *output[:3], tuple(pair for pair in output[3] if pair[0] != PICTURE)


def _plain(output: Any) -> tuple[Any, ...]:
    data = {kind: value for kind, value in output.get("data", {}).items() if kind != WIDGET_VIEW}
    return output.output_type, output.get("name"), output.get("text"), tuple(sorted(data.items()))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_sections_need_only_the_set_up(path: Path, run: Callable[[str], list[Any]]) -> None:
    """Each section right after the set-up, each cell of it twice; then all sections, from the last to the first.

    No traceback, the same outputs, and those that were saved. Before each section all names are forgotten.
    """
    set_up, *others = sections(nbformat.read(path, as_version=4).cells)  # type: ignore[no-untyped-call]
    shown: dict[str, list[Any]] = {}

    def show(cell: Cell) -> None:
        outputs = run(cell.source)
        assert outputs == shown.setdefault(cell.id, outputs), f"{cell.id} shows something else when it is run again"
        assert list(map(_without_picture, outputs)) == _saved(cell), f"{cell.id} shows something else here"

    for section in others:
        run("%reset -f")
        for cell in set_up:
            show(cell)
        for cell in section:
            show(cell)
            show(cell)
    for section in reversed([set_up, *others]):
        for cell in section:
            show(cell)
