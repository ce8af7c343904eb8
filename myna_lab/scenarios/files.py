"""Results to files and back: tables, parameters, seed and versions in one file.

Excel has a sheet for each table. CSV and Parquet are long: ``table, row, column, value``, a line for each number, so
that one file holds tables of every shape.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import shown
from myna_lab.ground.extras import part_of_workbench
from myna_lab.ground.frames import Table
from myna_lab.ground.whole import put
from myna_lab.scenarios.answers import KEYS, TABLES

__all__ = ["SUMMARY", "Texts", "load", "write", "write_comparison"]

Texts = Mapping[str, Mapping[str, str]]
"""What a result was made from: ``about`` (holders, seed, versions, …) and ``parameters``."""
SUMMARY: Mapping[str, Any] = {
    "figure": "str", "value": "float64", "unit": "str", "low": "float64", "high": "float64",
    "assumed_low": "float64", "assumed_high": "float64", "wider": "str", "meaning": "str", "meaning_ja": "str",
}  # fmt: skip
"""Columns of a summary: the median over runs with 10 and 90 %, and how far the assumed parameters move it."""

_COLUMNS: Mapping[str, Mapping[str, Any]] = {"summary": SUMMARY, **TABLES}
_KEYS = {"summary": 1, **KEYS}
_TEXTS = ("about", "parameters")
_SUFFIXES = {".csv": "csv", ".xlsx": "excel", ".parquet": "parquet"}
_LONG = ["table", "row", "column", "value"]


def write(tables: Mapping[str, pd.DataFrame], texts: Texts, path: str | os.PathLike[str], kind: str) -> Path:
    """Write a result; over an older file if there is one.

    Args:
        tables: all of them, the summary too.
        texts: what it was made from.
        path: where.
        kind: excel, csv or parquet.

    Raises:
        StorageError: it cannot be written there.
    """
    octets = BytesIO()
    with part_of_workbench("writing tables to files"):
        if kind == "excel":
            with pd.ExcelWriter(octets, engine="openpyxl") as book:
                for name, table in {**tables, **_sheets_of(texts)}.items():
                    pd.DataFrame(table).reset_index().to_excel(book, sheet_name=name, index=False)
        else:
            long = pd.DataFrame(_lines(tables, texts), columns=_LONG, dtype="str")
            if kind == "csv":
                long.to_csv(octets, index=False, encoding="utf-8-sig")
            else:
                long.to_parquet(octets, engine="pyarrow")
    return put(path, octets.getvalue())


def write_comparison(
    summary: pd.DataFrame,
    differences: pd.DataFrame,
    texts: Mapping[str, Mapping[str, Mapping[str, str]]],
    path: str | os.PathLike[str],
) -> Path:
    """A workbook: summary, differences, and of each set of rules its parameters and what it was made from.

    Args:
        summary: of a comparison.
        differences: of the same.
        texts: ``about`` and ``parameters``, each by the rules' names.
        path: where.
    """
    octets = BytesIO()
    with part_of_workbench("writing tables to files"), pd.ExcelWriter(octets, engine="openpyxl") as book:
        pd.DataFrame(summary).reset_index().to_excel(book, sheet_name="summary", index=False)
        pd.DataFrame(differences).reset_index().to_excel(book, sheet_name="differences", index=False)
        for what, by_rules in texts.items():
            columns = {name: pd.Series(values) for name, values in by_rules.items()}
            pd.DataFrame(columns).rename_axis("name").reset_index().to_excel(book, sheet_name=what, index=False)
    return put(path, octets.getvalue())


def _sheets_of(texts: Texts) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame({"name": list(values), "value": list(values.values())}).set_index("name")
        for name, values in texts.items()
    }


def _lines(tables: Mapping[str, pd.DataFrame], texts: Texts) -> Iterator[tuple[str, str, str, str]]:
    for what, values in texts.items():
        for name, value in values.items():
            yield what, name, "value", value
    for name, table in tables.items():
        flat = table.reset_index()
        for column, dtype in _COLUMNS[name].items():
            show: Callable[[Any], str] = repr if dtype == "float64" else str
            for row, value in enumerate(flat[column].tolist()):
                yield name, str(row), column, show(value)


def load(path: str | os.PathLike[str]) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, str]]]:
    """All tables of a written result, and what it was made from.

    Args:
        path: as for :func:`myna_lab.scenarios.read`.

    Raises:
        MisuseError: no such file, another ending, or a file that is no result of ours.
    """
    target = Path(path)
    kind = _SUFFIXES.get(target.suffix.casefold())
    if kind is None:
        raise MisuseError(f"a result ends in {', '.join(_SUFFIXES)}; got {shown(target.name)}.", code="no_result")
    try:
        with part_of_workbench("reading tables from files"):
            flat = _sheets(target) if kind == "excel" else _unfolded(target, kind)
            tables = {name: _typed(name, flat[name]) for name in _COLUMNS}
            texts = {name: dict(zip(flat[name]["name"], flat[name]["value"], strict=True)) for name in _TEXTS}
            return tables, texts
    except FileNotFoundError as error:
        raise MisuseError(f"there is no file {target}.", code="no_such_file") from error
    except MisuseError:
        raise
    except Exception as error:  # each library has its own errors for what it cannot read
        raise MisuseError(
            f"{target} is not a result of a study, or damaged: {type(error).__name__}.", code="no_result"
        ) from error


def _sheets(path: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(path, sheet_name=None, keep_default_na=False, na_values={}, dtype=object)


def _unfolded(path: Path, kind: str) -> dict[str, pd.DataFrame]:
    if kind == "csv":
        long = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    else:
        long = pd.read_parquet(path, engine="pyarrow")
    flat: dict[str, pd.DataFrame] = {name: pd.DataFrame(columns=list(columns)) for name, columns in _COLUMNS.items()}
    for name, lines in long.groupby("table", sort=False):
        if name in _TEXTS:
            flat[str(name)] = pd.DataFrame({"name": lines["row"], "value": lines["value"]})
        else:
            columns = {str(column): cells["value"].to_numpy() for column, cells in lines.groupby("column", sort=False)}
            flat[str(name)] = pd.DataFrame(columns)
    return flat


def _typed(name: str, flat: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for column, dtype in _COLUMNS[name].items():
        cells = flat[column]
        if dtype == "float64":
            cells = pd.Series([float(cell) if cell != "" else float("nan") for cell in cells], dtype="float64")
        elif dtype == "int64":
            cells = cells.astype(str).map(int)
        elif dtype == "str":
            cells = cells.astype(str)
        columns[column] = cells.astype(dtype)
    return Table(pd.DataFrame(columns).set_index(list(_COLUMNS[name])[: _KEYS[name]]))
