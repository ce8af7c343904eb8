"""The table of cases of mobile documents: every test that it names is there, a judge's among the judges'."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
DOCUMENT = TESTS.parent / "docs" / "mdoc_cases.md"
NOBODY = "–"


def rows() -> list[list[str]]:
    """Case, clause, our test, the judges' test."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in found if row[0] != "case"]


def exists(cited: str) -> bool:
    """Whether a test is there, by its place and name."""
    place, _, name = cited.strip("`").partition("::")
    tree = ast.parse((TESTS / place).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_case_is_tested(row: list[str]) -> None:
    """A row has four cells; what it cites exists, in the form of a path and a name."""
    case, clause, ours, judge = row
    assert case and clause
    cited = [ours] if judge == NOBODY else [ours, judge]
    assert [each for each in cited if not re.fullmatch(r"`[\w/]+\.py::test_\w+`", each) or not exists(each)] == []
    assert re.fullmatch(rf"{NOBODY}|`interop/.*`", judge)


def test_the_table_is_whole() -> None:
    """Each case once; most have a judge; a test that is not there is found out."""
    names = [row[0] for row in rows()]
    assert len(names) == len(set(names)) > 30
    assert sum(row[3] != NOBODY for row in rows()) > len(names) / 2
    assert not exists("`unit/formats/mdoc/test_showing.py::test_nothing_of_the_kind`")
