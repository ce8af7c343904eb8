"""docs/nation.md: its program runs, and its numbers are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from myna_lab import scenarios

PAGE = Path(__file__).resolve().parents[3] / "docs" / "nation.md"


def test_the_program_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of the block, with fewer holders and tries; the files that it writes are there."""
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block and "1_000_000" in block[1]
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    few = (
        block[1]
        .replace("1_000_000", "1_000, days=20, runs=1")
        .replace('_a_year"])', '_a_year"], holders=500, tries=1)')
    )
    few = few.replace('("dead_passes").plot', '("dead_passes", parameters=["phone_able"]).plot')
    assert few.count("tries=1") == few.count("phone_able") == 1
    exec(compile(few, "nation.md", "exec"), names)
    assert {path.name for path in tmp_path.iterdir()} == {"rules.xlsx", "a.xlsx"}


def test_the_page_counts_the_parameters() -> None:
    """How many parameters there are, and how many of them are assumed."""
    rows = list(scenarios.Assumptions().values())
    assumed = sum(row.mark == "assumed" for row in rows)
    assert f"Of the {len(rows)} parameters {assumed} are assumed" in PAGE.read_text(encoding="utf-8")


def test_a_worker_loads_no_pandas() -> None:
    """What a worker process imports is numpy and ours; the names of the package are there all the same."""
    code = "import sys, myna_lab.scenarios.workers as w; print('pandas' in sys.modules, 'numpy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.split() == ["False", "True"]
    assert set(scenarios.__all__) <= set(dir(scenarios))
    with pytest.raises(AttributeError, match="has no attribute 'nations'"):
        scenarios.nations  # noqa: B018
