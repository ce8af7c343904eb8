"""What every saved notebook keeps to, so that its diff is readable and nothing passes unchecked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from notebook_cells import FOLDER, JAPANESE, NOTEBOOKS, cells, load, plain, source

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MOST_CELLS, MOST_LINES_OF_A_CELL, MOST_LINES = 30, 12, 60
BIGGEST_PICTURE = 120_000
VIEWS = "Wizard|OnePhone|ServicesDesk|CertificateViewer|Player|Missions|AttackTable|ParameterTable"
WIDGET = re.compile(rf"<({VIEWS}) TEST ")
PICTURE = re.compile(r"!\[(.*?)\]\((.*?)\)")

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def tags(cell: dict[str, Any]) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found


@each_notebook
def test_metadata_is_fixed(path: Path) -> None:
    """The kernel is python3, and neither widget state nor anything else of one run or machine is kept."""
    metadata = load(path)["metadata"]
    assert metadata["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert set(metadata) == {"kernelspec", "language_info"}
    assert "version" not in metadata["language_info"]
    for cell in load(path)["cells"]:
        assert set(cell["metadata"]) <= {"jupyter", "slideshow", "tags"}


@each_notebook
def test_cell_ids_are_stable(path: Path) -> None:
    """Every cell has an id of its own, as nbformat 4.5 asks."""
    assert (load(path)["nbformat"], load(path)["nbformat_minor"]) >= (4, 5)
    ids = [cell["id"] for cell in load(path)["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in ids)


@each_notebook
def test_every_cell_was_run_from_the_top(path: Path) -> None:
    """Execution counts are 1 to n in order: a cell without one would be run by nbval, and never compared."""
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)) and counts


@each_notebook
def test_outputs_are_committed(path: Path) -> None:
    """At least half of the code cells show something, so that there is something to read and to compare."""
    code = cells(path, "code")
    assert sum(bool(cell["outputs"]) for cell in code) * 2 >= len(code)


@each_notebook
def test_no_cell_fails_or_warns(path: Path) -> None:
    """No error output but in cells tagged raises-exception, and nothing on standard error."""
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            if "raises-exception" not in tags(cell):
                assert output["output_type"] != "error", source(cell)
            assert output.get("name") != "stderr", output.get("text")


@each_notebook
def test_nothing_of_one_machine_is_kept(path: Path) -> None:
    """No absolute path, no memory address and no id of a widget view stands in the file."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:home|root|Users|tmp|work|usr|opt)/\w", text)
    assert not re.search(r" at 0x[0-9a-fA-F]{6,}", text)
    assert "ipykernel_" not in text
    assert WIDGET_VIEW not in text


@each_notebook
def test_code_is_quiet_and_whole(path: Path) -> None:
    """No semicolon ends a line, no magic, no shell command: the code is plain Python, which other programs read too."""
    for cell in cells(path, "code"):
        for line in source(cell).splitlines():
            assert not line.rstrip().endswith(";") and not line.lstrip().startswith(("%", "!")), line


@each_notebook
def test_the_first_cell_says_what_for(path: Path) -> None:
    """It names aim, minutes and what to know, in Japanese and in English."""
    first = load(path)["cells"][0]
    assert first["cell_type"] == "markdown"
    text = source(first)
    assert text.startswith("# ")
    for japanese, english in (("ねらい", "Aim"), ("分", "minutes"), ("前提", "What to know")):
        assert japanese in text and english in text, f"{japanese} / {english}"
        assert text.index(japanese) < text.index(english)
    assert re.search(r"\d+ ?分", text) and re.search(r"\d+ minutes", text)


@each_notebook
def test_japanese_comes_first_then_english(path: Path) -> None:
    """In every markdown cell with prose the first paragraph is Japanese, and an English one follows."""
    for cell in cells(path, "markdown"):
        text = re.sub(r"```.*?```", "", plain(source(cell)), flags=re.DOTALL)
        blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
        prose = [block for block in blocks if not block.lstrip().startswith(("#", "|", "<", "$", "!["))]
        if not prose:
            continue
        japanese = [bool(JAPANESE.search(block)) for block in prose]
        assert japanese[0] and not all(japanese), source(cell)


@each_notebook
def test_a_notebook_is_short(path: Path) -> None:
    """At most 30 cells, 12 lines in a cell, less than 60 lines of code; the questions of the exercises are extra."""
    assert len(load(path)["cells"]) <= MOST_CELLS
    lines = {cell["id"]: sum(bool(line.strip()) for line in source(cell).splitlines()) for cell in cells(path, "code")}
    assert max(lines.values()) <= MOST_LINES_OF_A_CELL, lines
    assert sum(n for name, n in lines.items() if not re.fullmatch(r"ex\d", name)) < MOST_LINES, lines


@each_notebook
def test_a_picture_stands_above_each_widget(path: Path) -> None:
    """Who reads without a kernel sees what the widget looks like."""
    pictures = 0
    for cell in load(path)["cells"]:
        if cell["cell_type"] == "markdown":
            pictures += len(PICTURE.findall(source(cell)))
        elif any(WIDGET.search("".join(output.get("data", {}).get("text/plain", ""))) for output in cell["outputs"]):
            assert pictures > 0, cell["id"]
            pictures -= 1
    assert pictures == 0


@pytest.mark.parametrize(
    "page", [*NOTEBOOKS, FOLDER.parent / "README.md", FOLDER.parent / "README.ja.md"], ids=lambda path: path.name
)
def test_pictures_are_there_small_and_told(page: Path) -> None:
    """Each picture exists, is small, and is told: in a notebook in Japanese and English, else as its page."""
    languages = {"README.md": [False], "README.ja.md": [True]}.get(page.name, [True, False])
    if page.suffix == ".ipynb":
        text = "\n".join(source(cell) for cell in cells(page, "markdown"))
    else:
        text = page.read_text(encoding="utf-8")
        assert PICTURE.search(text), "the front page shows what it is about"
    for said, address in PICTURE.findall(text):
        assert (page.parent / address).stat().st_size < BIGGEST_PICTURE
        assert [bool(JAPANESE.search(part)) for part in said.split(" · ")] == languages, said
