"""One committed file of figures, compared exactly: what moves them is meant, and has a line in CHANGELOG.md."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def test_figures_are_those_of_the_baseline() -> None:
    """Every figure and every sum of three studies, bit for bit; tools/refresh_nation_baseline.py renews the file."""
    place = ROOT / "tools" / "refresh_nation_baseline.py"
    spec = importlib.util.spec_from_file_location("refresh_nation_baseline", place)
    assert spec and spec.loader
    tool: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    saved = json.loads(tool.FILE.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(tool.baseline())) == saved
