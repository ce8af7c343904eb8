"""The exercises of notebooks, by their marks: read from the notebooks, so there is no list to keep."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from myna_lab.cli.workbench import ours
from myna_lab.errors import MisuseError
from myna_lab.exercises.tries import mark

__all__ = ["Exercise", "exercises", "exercises_of"]


class Exercise(NamedTuple):
    """Where an exercise stands."""

    notebook: str
    """File name without ``.ipynb``."""
    name: str
    """Of the exercise: ``1``."""


def exercises(more: Path | None = None) -> dict[str, Exercise]:
    """All exercises of our notebooks and, if a folder is named, of the teacher's own.

    Raises:
        MisuseError: a file of the folder is no notebook.
    """
    with ours() as folder:
        return exercises_of(folder) | (exercises_of(more) if more else {})


def exercises_of(folder: Path) -> dict[str, Exercise]:
    """The exercises of a folder's notebooks by their marks, in order."""
    return {mark: Exercise(file.stem, name) for file in sorted(folder.glob("*.ipynb")) for mark, name in _checks(file)}


def _checks(file: Path) -> Iterator[tuple[str, str]]:
    """Mark and name of each ``check`` that a notebook calls."""
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MisuseError(f"{file} is no notebook.", code="no_notebook") from error
    for source in sources:
        if "check(" in source:
            yield from _calls(source)


def _calls(source: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or a gap to be filled
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("check"), [name, _, expected], keywords):
                given = {keyword.arg: _value(keyword.value) for keyword in keywords}
                if isinstance(said := _value(name), str) and isinstance(hint := given.get("hint"), str):
                    yield mark(said, _value(expected), hint), said


def _value(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else None
