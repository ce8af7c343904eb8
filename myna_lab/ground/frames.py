"""Our DataFrame: it shows, rounds and writes what it holds. This module imports pandas: import it where it is used."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["Table"]


class Table(pd.DataFrame):
    """A DataFrame whose aware times can be written to Excel, and whose missing numbers are shown as blanks.

    Excel has no time zones: times become text in ISO 8601 with their offset, which ``pandas.to_datetime`` reads back.
    """

    @property
    def _constructor(self) -> Any:  # what is selected or filtered is a Table again
        return Table

    def round(self, decimals: Any = 0, *args: Any, **settings: Any) -> Any:
        """Round the numbers; see :meth:`pandas.DataFrame.round`, which warns of each column of times besides."""
        rounded = self.copy()
        numbers: Any = [name for name, dtype in self.dtypes.items() if pd.api.types.is_numeric_dtype(dtype)]
        rounded[numbers] = pd.DataFrame(self[numbers]).round(decimals, *args, **settings)
        return rounded

    def to_excel(self, *args: Any, **settings: Any) -> None:  # type: ignore[misc]  # final, but people call this one
        """Write to a workbook; see :meth:`pandas.DataFrame.to_excel`."""
        aware = [name for name, dtype in self.dtypes.items() if isinstance(dtype, pd.DatetimeTZDtype)]
        texts = {str(name): self[name].map(lambda time: time.isoformat(), na_action="ignore") for name in aware}
        pd.DataFrame(self.assign(**{name: column.astype("object") for name, column in texts.items()})).to_excel(
            *args, **settings
        )

    def _shown(self) -> pd.DataFrame:
        sparse = [name for name, dtype in self.dtypes.items() if isinstance(dtype, pd.Int64Dtype)]
        return pd.DataFrame(self.assign(**{str(name): self[name].astype("object").fillna("") for name in sparse}))

    def _repr_html_(self) -> str | None:
        shown: str | None = self._shown()._repr_html_()  # type: ignore[operator]
        return shown

    def __repr__(self) -> str:
        return repr(self._shown())
