"""Results to files and back; data of one's own, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from myna_lab import scenarios
from myna_lab.errors import MisuseError, StorageError
from myna_lab.scenarios.calibration import SERIES
from myna_lab.scenarios.own_data import counts_of, parameters_of

STUDY = scenarios.nation(holders=3000, days=20, seed=2, runs=1, parameters={"ocsp_refresh": "1h"})
RESULT = STUDY.run()


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_a_result_comes_back_whole(ending: str, tmp_path: Path) -> None:
    """All tables with their dtypes, parameters, seed and versions are in the file, and a second writing replaces it."""
    path = tmp_path / f"結果.{ending}"
    write = {"xlsx": RESULT.to_excel, "csv": RESULT.to_csv, "parquet": RESULT.to_parquet}[ending]
    assert write(path) == write(path) == path
    back = scenarios.read(path)
    assert back.about == RESULT.about and back.about["seed"] == "2" and back.about["numpy"]
    assert back.parameters == RESULT.parameters and back.parameters["ocsp_refresh"] == "1h"
    for name, table in RESULT.tables.items():
        exact = {"check_exact": True} if ending != "xlsx" else {"rtol": 1e-14}  # Excel keeps 16 digits
        pd.testing.assert_frame_equal(pd.DataFrame(back.tables[name]), pd.DataFrame(table), **exact)
    assert list(tmp_path.iterdir()) == [path]


def test_a_csv_opens_in_excel_and_elsewhere(tmp_path: Path) -> None:
    """The byte order mark that Excel needs, and one line for each value."""
    path = RESULT.to_csv(tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbftable,row,column,value")
    assert "parameters,ocsp_refresh,value,1h" in path.read_text(encoding="utf-8-sig")


def test_a_comparison_is_a_workbook(tmp_path: Path) -> None:
    """Summary, differences, and the parameters of each set of rules stand in it."""
    path = STUDY.compare({"now": {}, "daily": {"ocsp_refresh": "1d"}}).to_excel(tmp_path / "rules.xlsx")
    sheets = pd.read_excel(path, sheet_name=None)
    assert list(sheets) == ["summary", "differences", "about", "parameters"]
    rows = sheets["parameters"].set_index("name")
    assert rows.loc["ocsp_refresh", ["now", "daily"]].tolist() == ["1h", "1d"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"x", "ends in .csv, .xlsx, .parquet; got 'a.txt'"),
        ("a.csv", b"name,value\n", "is not a result of a study"),
        ("a.xlsx", b"PK\x03\x04", "is not a result of a study"),
        ("a.parquet", b"", "is not a result of a study"),
    ],
)
def test_what_is_no_result_is_refused(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    """Another ending, another table, a damaged file: one sentence that names it."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MisuseError, match=words):
        scenarios.read(tmp_path / name)


def test_files_that_cannot_be(tmp_path: Path) -> None:
    """A missing file to read, a folder that is not there to write into."""
    with pytest.raises(MisuseError, match="there is no file"):
        scenarios.read(tmp_path / "none.csv")
    with pytest.raises(StorageError, match="cannot be written"):
        RESULT.to_csv(tmp_path / "nowhere" / "a.csv")


PARAMETERS = "名前,値,備考\nocsp_refresh,５分\nadded_again,0.9,推定\n".replace("５分", "5min")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_parameters_from_a_csv(encoding: str, tmp_path: Path) -> None:
    """UTF-8 with and without its mark and cp932, Japanese headings, columns beside: all are read."""
    path = tmp_path / "own.csv"
    path.write_bytes(PARAMETERS.encode(encoding))
    assert parameters_of(path) == {"ocsp_refresh": "5min", "added_again": "0.9"}
    assert scenarios.nation(10, days=1, parameters=path).parameters.number("added_again") == 0.9


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,value\nocsp_refresh,5min\nmoves,3\n", r"line 3, column name: there is no parameter 'moves'"),
        (b"name,value\n\nocsp_refresh,2d\n", r"line 3, column value: parameter ocsp_refresh lies between 1min and 1d"),
        (b"name,value\nocsp_refresh,\n", r"line 2, column value: the cell is empty"),
        (b"name,value\nocsp_refresh\n", r"line 2, column value: the cell is empty"),
        (
            b"name,value\nadded_again,0.9\nadded_again,0.8\n",
            r"line 3, column name: parameter added_again stands here a sec",
        ),
        (b"name,number\nocsp_refresh,5min\n", r"line 1, column value: the first line must name it \(value or 値\)"),
        (b"", r"line 1, column name: the first line must name it .*it names nothing"),
        (b"name,value\nx,\x81\n", r"line 2, column \?: the letters are neither UTF-8 nor cp932"),
    ],
)
def test_wrong_parameters_are_located(content: bytes, words: str, tmp_path: Path) -> None:
    """The message has line and column, and says what is allowed."""
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(MisuseError, match=words):
        parameters_of(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_counts_from_a_csv(encoding: str, tmp_path: Path) -> None:
    """Days and months in both spellings, numbers with commas; a month is its last day."""
    path = tmp_path / "counts.csv"
    lines = '系列,年月,値\ncards_held,2024年2月,"93,000,000"\nphones,2025/10/31,3.1e6\nphones,２０２５-12,4000000\n'
    path.write_bytes(lines.encode(encoding))
    table = counts_of(path, SERIES)
    assert list(table["date"].dt.strftime("%Y-%m-%d")) == ["2024-02-29", "2025-10-31", "2025-12-31"]
    assert table["value"].tolist() == [93e6, 3.1e6, 4e6]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("cards,2024-01,3", "line 2, column series: one of cards_held, .* is allowed; got 'cards'"),
        ("phones,2024-13,3", "line 2, column date: a day or a month is needed"),
        ("phones,soon,3", "line 2, column date: a day or a month is needed"),
        ("phones,2024-01,-3", "line 2, column value: a number, 0 or more, is needed; got '-3'"),
        ("phones,2024-01,many", "line 2, column value: a number, 0 or more, is needed; got 'many'"),
    ],
)
def test_wrong_counts_are_located(row: str, words: str, tmp_path: Path) -> None:
    """Unknown series, impossible days and numbers: line, column and what is allowed."""
    path = tmp_path / "counts.csv"
    path.write_text(f"series,date,value\n{row}\n", encoding="utf-8")
    with pytest.raises(MisuseError, match=words):
        counts_of(path, SERIES)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A CSV that is not there."""
    with pytest.raises(MisuseError, match="cannot be read: FileNotFoundError"):
        parameters_of(tmp_path / "none.csv")
