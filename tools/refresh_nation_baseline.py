"""Run the nation of the baseline again and save its figures: python tools/refresh_nation_baseline.py

Only after a change that is meant to move figures; CHANGELOG.md then says which moved, and why.
"""

from __future__ import annotations

import json
from pathlib import Path

from myna_lab import scenarios

FILE = Path(__file__).resolve().parent.parent / "tests" / "unit" / "scenarios" / "baseline.json"
STUDIES = {
    "a year from 2026-04-01": {"holders": 200_000, "years": 1, "seed": 1, "start": "2026-04-01"},
    "half a year from the start of the iPhone version": {
        "holders": 100_000, "days": 182, "seed": 2, "start": "2025-06-24",
    },
    "lists of every hour, no hotline delay": {
        "holders": 100_000, "days": 90, "seed": 3, "start": "2027-01-01",
        "parameters": {"crl_period": "1h", "hotline_records_after": "0s"},
    },
}  # fmt: skip


def baseline() -> dict[str, dict[str, object]]:
    """Every figure, and the sums of every table, of three studies."""
    out: dict[str, dict[str, object]] = {}
    for name, given in STUDIES.items():
        result = scenarios.nation(runs=1, workers=1, **given).run()  # type: ignore[arg-type]
        sums = {
            f"{table}.{column}": int(values.sum())
            for table, frame in result._tables.items()
            for column, values in frame.select_dtypes("int64").items()
        }
        out[name] = {
            "figures": {name: None if value != value else value for name, value in result.figures.items()},
            "sums": sums,
        }
    return out


if __name__ == "__main__":
    FILE.write_text(json.dumps(baseline(), indent=1) + "\n", encoding="utf-8")
