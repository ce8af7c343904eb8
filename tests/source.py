"""The package's own source as trees, parsed once for all tests that search it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import myna_lab

ROOT = Path(myna_lab.__file__).parent


@cache
def tree(path: Path) -> ast.Module:
    """One file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def calls_of(path: Path) -> tuple[ast.Call, ...]:
    """Every call in a file."""
    return tuple(node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def calls(folder: str = "") -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the files of a folder of the package, in the order of their names."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield from ((path, call) for call in calls_of(path))
