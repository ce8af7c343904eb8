"""What the people of a study do: the assumptions of ``habits.toml``, each with its range."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import duration, show_duration

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Habits"]


@functools.cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("habits.toml").read_text(encoding="utf-8"))


class Habits:
    """Rates, shares and durations by name.

    Args:
        given: what is not as in the table.

    Raises:
        MisuseError: no such row, or a value that it cannot have.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self._values: dict[str, Any] = {}
        for name in given:
            one_of("a habit", name, _rows(), code="unknown_parameter")
        for name, row in _rows().items():
            self._values[name] = _read(name, row, given.get(name, row["value"]))

    def number(self, name: str) -> float:
        """A rate or share."""
        return float(self._values[name])

    def duration(self, name: str) -> timedelta:
        """A duration."""
        value: timedelta = self._values[name]
        return value

    def texts(self) -> dict[str, str]:
        """Every value as text."""
        return {name: _text(value) for name, value in self._values.items()}

    def table(self, language: str = "en") -> pd.DataFrame:
        """Every row: value, unit, mark, source, meaning in ``ja`` or ``en``."""
        import pandas as pd

        from myna_lab.ground.frames import Table

        rows = [
            (name, _text(self._values[name]), row["unit"], row["mark"], row["source"], row[language])
            for name, row in _rows().items()
        ]
        columns = ["name", "value", "unit", "mark", "source", "meaning"]
        return Table(pd.DataFrame(rows, columns=columns, dtype="str").set_index("name"))


def _read(name: str, row: Mapping[str, Any], given: object) -> Any:
    if row["unit"] == "duration":
        value: Any = duration(given) if isinstance(given, str | timedelta) else None
        low, high = (duration(end) for end in row["range"])
    else:
        value = given if isinstance(given, int | float) and not isinstance(given, bool) else None
        low, high = row["range"]
    if value is None or not low <= value <= high:
        raise MisuseError(
            f"{name} is a {row['unit']} from {_text(low)} to {_text(high)}; got {shown(given)}.", code="bad_parameter"
        )
    return value


def _text(value: Any) -> str:
    return show_duration(value) if isinstance(value, timedelta) else f"{value:g}"
