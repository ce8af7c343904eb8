"""Every table goes to CSV, Parquet, Feather and Excel, and comes back as it was: times, leading zeros, ``6E00``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from myna_lab import Lab
from myna_lab.analysis import tables
from myna_lab.formats.jpki.profile_tables import profile_table, side_by_side
from myna_lab.jlis.books import CERTIFICATE_RULES
from myna_lab.widgets.pictures_jpki import validity_rows


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A refused and an accepted login, one accepted though revoked, and a card that was asked what it does not know."""
    lab = Lab(seed=7)
    iphone = lab.iphone(lab.resident())
    iphone.add_card().run()
    lab.portal.log_in(iphone)
    lab.advance("6min 0.123456s")
    lab.portal.log_in(iphone)
    lab.certificates(iphone, kind="phone_auth")[0].revoke()
    lab.advance("1min")
    lab.portal.log_in(iphone)
    lab.residents[0].card.transmit(bytes.fromhex("FF00000000"))
    return lab


TABLES: dict[str, Callable[[Lab], pd.DataFrame]] = {
    "files": lambda lab: lab.residents[0].card.files(),
    "trace": lambda lab: lab.residents[0].card.trace.table(),
    "events": lambda lab: lab.tables.events(),
    "certificates": lambda lab: lab.tables.certificates(),
    "phones": lambda lab: lab.tables.phones(),
    "verdicts": lambda lab: lab.tables.verdicts(),
    "exposure": lambda lab: lab.tables.exposure(),
    "gap_refusals": lambda lab: lab.tables.gap_refusals(),
    "stale_accepts": lambda lab: lab.tables.stale_accepts(),
    "waiting_times": lambda lab: lab.tables.waiting_times(),
    "who_knew": lambda lab: lab.tables.who_knew(),
    "rules": lambda _: tables.rules(CERTIFICATE_RULES),
    "parameters": lambda lab: lab.parameters.table(),
    "errands": lambda lab: lab.errands(),
    "profile": lambda _: profile_table("card_sign"),
    "side_by_side": lambda _: side_by_side(),
    "validity": validity_rows,
}
READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": lambda path: pd.read_csv(path, dtype=str, keep_default_na=False),
    "xlsx": lambda path: pd.read_excel(path, dtype=str, keep_default_na=False),
}


def _same(written: str, value: object) -> bool:
    """Whether a cell, read as text, is this value: times with their offset, all else to the letter."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return written == ""
    if isinstance(value, float):  # a workbook writes 1.0 as 1
        return float(written) == value
    if isinstance(value, pd.Timestamp):
        return written.endswith("+09:00") and pd.Timestamp(written) == value
    return written == str(value)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_a_table_keeps_its_types(lab: Lab, name: str, kind: str, tmp_path: Path) -> None:
    """Parquet and Feather bring the same values with the same dtypes and the same index."""
    table = TABLES[name](lab)
    getattr(table, f"to_{kind}")(tmp_path / "table")
    back = getattr(pd, f"read_{kind}")(tmp_path / "table")
    assert len(table)
    pd.testing.assert_frame_equal(back, pd.DataFrame(table), check_categorical=False)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kind", READERS)
def test_a_table_keeps_its_words(lab: Lab, name: str, kind: str, tmp_path: Path) -> None:
    """Read as text, CSV and Excel hold each cell as it is written: nothing became a number or lost its time zone."""
    table, path = TABLES[name](lab), tmp_path / f"table.{kind}"
    table.to_csv(path, encoding="utf-8-sig") if kind == "csv" else table.to_excel(path)
    back = READERS[kind](path)
    expected = table.reset_index() if table.index.name else table.reset_index(names="Unnamed: 0")
    assert list(back.columns) == [str(column) for column in expected.columns]
    for column in expected:
        wrong = [
            (written, value)
            for written, value in zip(back[str(column)], expected[column], strict=True)
            if not _same(written, value)
        ]
        assert not wrong, column


def test_what_spreadsheets_spoil_is_there(lab: Lab) -> None:
    """The tables above do hold a status word that looks like a number, leading zeros, and microseconds in JST."""
    assert "6E00" in set(TABLES["trace"](lab)["sw"])
    assert any(value.startswith("0") for value in TABLES["trace"](lab)["command"])
    last = TABLES["verdicts"](lab)["at"].iloc[-1]
    assert last.microsecond and last.isoformat().endswith("+09:00")


def test_what_is_selected_is_a_table_still(lab: Lab, tmp_path: Path) -> None:
    """A filtered table goes to Excel like the whole, and an empty one keeps its columns."""
    events = TABLES["events"](lab)
    events[events["event"] == "VerdictGiven"].to_excel(tmp_path / "some.xlsx")
    events.head(0).to_excel(tmp_path / "none.xlsx")
    assert len(pd.read_excel(tmp_path / "some.xlsx")) == 3
    assert list(pd.read_excel(tmp_path / "none.xlsx").columns) == ["seq", *events.columns]


def test_missing_numbers_show_as_nothing(lab: Lab) -> None:
    """A file has no tries: its cell is empty on the screen, and no number in a sum."""
    files = TABLES["files"](lab)
    assert "<NA>" not in repr(files) and "NA" not in files._repr_html_()
    assert files.loc["jpki/0018", "tries_left"] == 3 and pd.isna(files.loc["jpki/000A", "tries_left"])


@pytest.mark.parametrize("name", TABLES)
def test_every_table_rounds_its_numbers(lab: Lab, name: str) -> None:
    """And nothing else: times stay, types stay, and pandas has nothing to warn of."""
    table = TABLES[name](lab)
    rounded = table.round(1)
    assert (type(rounded), list(rounded.dtypes)) == (type(table), list(table.dtypes))
    for column in table:
        is_number = pd.api.types.is_float_dtype(table[column])
        expected = (
            table[column].map(lambda value: value if pd.isna(value) else round(value, 1))
            if is_number
            else table[column]
        )
        pd.testing.assert_series_equal(rounded[column], expected)
