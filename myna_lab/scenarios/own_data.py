"""Data of one's own: a CSV of parameters, or of counts; what is wrong is said by line and column.

UTF-8 with or without a byte order mark, and cp932, as Excel in Japan saves it. The first line names the columns, in
English or Japanese.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import half_width, shown
from myna_lab.scenarios.assumptions import Assumptions

__all__ = ["counts_of", "parameters_of"]

_PARAMETERS = {"name": ("name", "parameter", "名前", "パラメーター", "パラメータ"), "value": ("value", "値")}
_COUNTS = {
    "series": ("series", "系列"),
    "date": ("date", "month", "日付", "年月日", "年月"),
    "value": ("value", "値", "件数"),
}
_MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?", re.ASCII)


def parameters_of(path: str | os.PathLike[str]) -> dict[str, str]:
    """Overrides from a CSV of the columns ``name`` and ``value`` (名前, 値); more columns do not matter.

    Raises:
        MisuseError: no such file, another encoding, a missing column, an unknown parameter, or a value that it cannot
            have; with line and column.
    """
    given: dict[str, str] = {}
    for line, row in _rows(path, _PARAMETERS):
        name = row["name"]
        if name in given:
            raise _wrong(path, line, "name", f"parameter {name} stands here a second time")
        try:
            Assumptions({name: row["value"]})
        except MisuseError as error:
            column = "name" if error.code == "unknown_parameter" else "value"
            raise _wrong(path, line, column, str(error).rstrip(".")) from error
        given[name] = row["value"]
    return given


def counts_of(path: str | os.PathLike[str], series: Mapping[str, str]) -> pd.DataFrame:
    """Counts from a CSV of the columns ``series``, ``date`` and ``value`` (系列, 年月日 or 年月, 値).

    Args:
        path: the file. A month stands for its last day; numbers may have commas.
        series: the names that are known, with what they count.

    Raises:
        MisuseError: as for :func:`parameters_of`.
    """
    rows: list[tuple[str, pd.Timestamp, float]] = []
    for line, row in _rows(path, _COUNTS):
        if row["series"] not in series:
            raise _wrong(path, line, "series", f"one of {', '.join(series)} is allowed; got {shown(row['series'])}")
        day = _day(row["date"])
        if day is None:
            raise _wrong(
                path,
                line,
                "date",
                f"a day or a month is needed, such as 2025-10-31 or 2025-10; got {shown(row['date'])}",
            )
        try:
            value = float(half_width(row["value"]).replace(",", ""))
        except ValueError:
            value = -1.0
        if not 0 <= value < 1e12:
            raise _wrong(path, line, "value", f"a number, 0 or more, is needed; got {shown(row['value'])}")
        rows.append((row["series"], pd.Timestamp(day), value))
    table = pd.DataFrame(rows, columns=["series", "date", "value"])
    return table.astype({"series": "str", "date": "datetime64[us]", "value": "float64"})


def _day(text: str) -> date | None:
    text = half_width(text).strip()
    try:
        if match := _DAY.fullmatch(text):
            return date(*map(int, match.groups()))
        if match := _MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    except ValueError:
        pass
    return None


def _rows(path: str | os.PathLike[str], wanted: Mapping[str, tuple[str, ...]]) -> list[tuple[int, dict[str, str]]]:
    """Line and cells of each row."""
    lines = csv.reader(_text(path).splitlines())
    header = [half_width(cell).strip().casefold() for cell in next(lines, [])]
    place = {}
    for name, spellings in wanted.items():
        found = [header.index(spelling) for spelling in spellings if spelling in header]
        if not found:
            raise _wrong(
                path,
                1,
                name,
                f"the first line must name it ({' or '.join(spellings)}); it names {', '.join(header) or 'nothing'}",
            )
        place[name] = found[0]
    rows = []
    for cells in lines:
        if any(cell.strip() for cell in cells):
            for name, at in place.items():
                if at >= len(cells) or not cells[at].strip():
                    raise _wrong(path, lines.line_num, name, "the cell is empty")
            rows.append((lines.line_num, {name: cells[at].strip() for name, at in place.items()}))
    return rows


def _text(path: str | os.PathLike[str]) -> str:
    try:
        octets = Path(path).read_bytes()
    except (OSError, TypeError, ValueError) as error:
        raise MisuseError(f"{shown(path)} cannot be read: {type(error).__name__}.", code="no_such_file") from error
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    line = 1
    for number, piece in enumerate(octets.split(b"\n"), 1):
        try:
            piece.decode("cp932")
        except UnicodeDecodeError:
            line = number
            break
    raise _wrong(path, line, "?", "the letters are neither UTF-8 nor cp932 (Shift_JIS)")


def _wrong(path: str | os.PathLike[str], line: int, column: str, what: str) -> MisuseError:
    return MisuseError(
        f"{os.fspath(path)}, line {line}, column {column}: {what}.", code="bad_data", line=line, column=column
    )
