"""Run the notebooks again and save them: python tools/refresh_notebooks.py [--check] [NOTEBOOK ...]

The prose is marked by language (``notebook_prose``). Twice gives the same bytes. What changes from run to run is left
out: execution times, widget state and the ids of widget views (a page shows the text beside them), the kernel's own
metadata, paths in tracebacks. Ids of cells stay.
With --check nothing is written; the exit code is 1 if a saved notebook differs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from notebook_prose import marked

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
CELL_METADATA = ("jupyter", "slideshow", "tags")
SECONDS = 60
"""Limit of one cell, on a machine that others use, too."""


def refresh(path: Path) -> str:
    """Run one notebook from its top and return what is to be saved.

    Raises:
        CellExecutionError: a cell fails that is not tagged ``raises-exception``.
    """
    plain = json.loads(path.read_text(encoding="utf-8"))
    taken = {cell.get("id") for cell in plain["cells"]}
    free = (name for n in itertools.count() if (name := f"cell-{n}") not in taken)
    for cell in plain["cells"]:
        cell["id"] = cell.get("id") or next(free)
    plain["nbformat_minor"] = max(5, plain["nbformat_minor"])  # ids exist since 4.5
    notebook = nbformat.reads(json.dumps(plain), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = marked(cell.source)
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in CELL_METADATA}
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            _without_chance(output)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _without_chance(output: Any) -> None:
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a saved notebook differs")
    arguments = parser.parse_args()
    # The kernel of this very Python, whatever kernels else are installed.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["MYNA_LAB_LANGUAGE"] = "both"  # what is saved speaks both languages, whatever was chosen here
    stale = []
    for path in arguments.notebooks or sorted(FOLDER.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        new = refresh(path)
        same = new == path.read_text(encoding="utf-8")
        print(f"{'same   ' if same else 'differs' if arguments.check else 'saved  '} {path.name}", flush=True)
        if not same:
            stale.append(path)
            if not arguments.check:
                path.write_text(new, encoding="utf-8", newline="\n")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
