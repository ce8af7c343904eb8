"""Every notebook runs from top to bottom in a fresh kernel and shows what was saved (nbval)."""

from __future__ import annotations

import json
import multiprocessing
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
SECONDS = 300
"""Limit of the whole run: a kernel that hangs must not hang the tests."""
READY_TO_RUN = multiprocessing.get_context("forkserver")
READY_TO_RUN.set_forkserver_preload(["nbval.plugin"])  # takes seconds to load: once, not for each notebook


def code_cells(path: Path) -> int:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool("".join(cell["source"]).strip()) for cell in cells)


def run_nbval(report: Path, *notebooks: Path) -> tuple[str, dict[str, str]]:
    """Run nbval in a pytest of its own (other warnings, other time limit) and return its report and outcome."""
    settings = report.with_name("pytest.ini")
    settings.write_text("[pytest]\n")
    command = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider"]
    command += ["-c", str(settings), "--rootdir", str(ROOT), f"--junitxml={report}", *map(str, notebooks)]
    process = READY_TO_RUN.Process(target=pytest.main, args=(command,))
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
    text = report.read_text(encoding="utf-8")
    suite = ElementTree.fromstring(text).find("testsuite")
    assert suite is not None
    return text, dict(suite.attrib)


def test_there_are_notebooks() -> None:
    """The folder holds what the tests below run."""
    assert {"00_index", "03_provisioning_wizard", "08_one_phone"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_shows_what_was_saved(notebook: Path, tmp_path: Path) -> None:
    """Each code cell is run, and every saved output is compared with the new one."""
    text, outcome = run_nbval(tmp_path / "report.xml", notebook)
    assert (outcome["failures"], outcome["errors"], outcome["skipped"]) == ("0", "0", "0"), text
    assert int(outcome["tests"]) == code_cells(notebook) > 0, text


@pytest.mark.parametrize(("saved", "failures"), [("2\n", "0"), ("3\n", "1")])
def test_a_changed_output_would_be_seen(tmp_path: Path, saved: str, failures: str) -> None:
    """The comparison can fail: a saved output that is not what the cell prints is one failure."""
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "sum",
        "metadata": {},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": [saved]}],
        "source": ["print(1 + 1)"],
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "sum.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    text, outcome = run_nbval(tmp_path / "report.xml", path)
    assert (outcome["tests"], outcome["failures"]) == ("1", failures), text
