"""The index of the course names what there is: a link for every notebook that exists, none for the others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = {path.name for path in FOLDER.glob("[0-9][0-9]_*.ipynb")}


def markdown(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def index() -> str:
    return markdown(FOLDER / "00_index.ipynb")


def test_the_index_links_to_every_notebook() -> None:
    """Each notebook that exists has a link in the index, and each link leads to one that exists."""
    linked = set(re.findall(r"\]\(([^)/]*\.ipynb)\)", index()))
    assert linked == NOTEBOOKS - {"00_index.ipynb"}


def test_what_is_coming_is_not_there() -> None:
    """A notebook that the index calls coming does not exist yet."""
    coming = re.findall(r"\| (\d\d_\w+)（準備中", index())
    assert not [name for name in coming if f"{name}.ipynb" in NOTEBOOKS]


@pytest.mark.parametrize("name", sorted(NOTEBOOKS))
def test_each_notebook_links_to_its_answers(name: str) -> None:
    """The answers are one click away, and they are there."""
    assert f"](solutions/{name})" in markdown(FOLDER / name)
    assert (FOLDER / "solutions" / name).is_file()


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_the_front_page_links_to_the_course(page: str) -> None:
    """Each notebook that the front page names exists, and the index is among them."""
    linked = set(re.findall(r"\]\(notebooks/([^)]*\.ipynb)\)", (ROOT / page).read_text(encoding="utf-8")))
    assert "00_index.ipynb" in linked and linked <= NOTEBOOKS
