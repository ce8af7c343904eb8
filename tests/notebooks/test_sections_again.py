"""A learner runs one section alone, a cell again, the last section first: each cell shows what was saved each time."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from pathlib import Path
from symtable import SymbolTable, symtable
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURE = "image/png"
GIVEN = {*dir(builtins), "display"}
"""Names that every cell has."""
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
    """What a piece of code shows; all in one kernel, as starting one is slow."""
    place = {"metadata": {"path": str(FOLDER)}}
    cell = nbformat.v4.new_code_cell("")  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", coalesce_streams=True, resources=place)

    def run_code(source: str) -> list[Any]:
        cell.source = source
        return list(client.execute_cell(cell, 0).outputs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        with client.setup_kernel(cwd=str(FOLDER)):
            yield run_code


def shown(outputs: list[Any], *but: str) -> list[tuple[Any, ...]]:
    """What outputs say, without ids of widget views and some kinds of data."""

    def data(output: Any) -> tuple[Any, ...]:
        return tuple((kind, said) for kind, said in sorted(output.get("data", {}).items()) if kind not in but)

    but = (WIDGET_VIEW, *but)
    return [(output.output_type, output.get("name"), output.get("text"), data(output)) for output in outputs]


def names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a piece of code binds, and those that it reads."""
    bound: set[str] = set()
    read: set[str] = set()

    def collect(table: SymbolTable) -> None:
        for symbol in table.get_symbols():
            if table.get_type() == "module" or symbol.is_global():
                bound.update([symbol.get_name()] * (symbol.is_assigned() or symbol.is_imported()))
                read.update([symbol.get_name()] * symbol.is_referenced())
        for child in table.get_children():
            collect(child)

    collect(symtable(source, "section", "exec"))
    return bound, read


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_sections_need_only_the_set_up(path: Path, run: Callable[[str], list[Any]]) -> None:
    """No section reads a name of another; and from the last section to the first, each cell twice shows what was saved.

    So what a cell shows depends on no section before it, and on no section after it.
    """
    set_up, *others = sections(nbformat.read(path, as_version=4).cells)  # type: ignore[no-untyped-call]
    for section in others:
        bound, read = names("\n".join(cell.source for cell in [*set_up, *section]))
        assert read - bound <= GIVEN, section[0].id
    run("%reset -f")
    for section in (set_up, *reversed(others), set_up):
        for cell in section:
            first, again = run(cell.source), run(cell.source)
            assert shown(first) == shown(again), f"{cell.id} shows something else when it is run again"
            assert shown(first, PICTURE) == shown(cell.outputs, PICTURE), f"{cell.id} shows something else here"


@pytest.mark.parametrize(
    ("source", "foreign"),
    [
        ("a = [b for b in range(3)]\nprint(a)", set()),
        ("def f(x):\n    return x + y", {"y"}),
        ("import z\nz.w(lambda: v)", {"v"}),
    ],
)
def test_a_name_of_another_section_is_found(source: str, foreign: set[str]) -> None:
    """Also where it is read inside a function only."""
    bound, read = names(source)
    assert read - bound - GIVEN == foreign
