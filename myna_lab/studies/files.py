"""Tables of a study in a workbook: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from myna_lab.ground.extras import part_of_workbench
from myna_lab.ground.whole import put

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sheet", "write"]


def sheet(values: Mapping[str, str]) -> pd.DataFrame:
    """Names and texts as a table."""
    import pandas as pd

    from myna_lab.ground.frames import Table

    return Table({"value": pd.Series(dict(values), dtype="str")}).rename_axis("name")


def write(path: str | os.PathLike[str], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write a workbook with a sheet for each table; over an older file if there is one.

    Raises:
        StorageError: it cannot be written there.
    """
    import pandas as pd

    octets = BytesIO()
    with part_of_workbench("writing tables to files"), pd.ExcelWriter(octets, engine="openpyxl") as book:
        for name, table in tables.items():
            table.reset_index().to_excel(book, sheet_name=name, index=False)
    return put(path, octets.getvalue())
