"""Every number of the model with its basis, read from ``parameters.toml``.

A learner lists them (``lab.parameters``), changes them (``Lab(parameters={"activation_delay": "1min"})``) and sees
which conclusions move. They are fixed when a lab starts.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from myna_lab.durations import duration, show_duration
from myna_lab.errors import MisuseError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Parameter", "Parameters"]

T = TypeVar("T")
MARKS = ("confirmed", "reported", "derived", "assumed")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model."""

    name: str
    value: Any
    """In its own type: timedelta, int, str, bool or date."""
    unit: str
    """duration, count, text, choice, switch, date or time."""
    range: tuple[Any, ...]
    """Smallest and largest sensible value, or the allowed choices; empty: anything."""
    mark: str
    """confirmed, reported, derived or assumed; ``changed`` when overridden."""
    source: str
    en: str
    ja: str
    changed: bool = False
    """Whether this lab overrides the default."""

    @property
    def text(self) -> str:
        """The value as it would be written in an override."""
        if isinstance(self.value, timedelta):
            return show_duration(self.value)
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)

    def with_value(self, given: object) -> Parameter:
        """The same parameter with another value.

        Raises:
            MisuseError: not of this unit, or outside the range.
        """
        value = _typed(self.name, self.unit, given)
        if self.unit == "choice" and value not in self.range:
            raise MisuseError(
                f"parameter {self.name} is one of {', '.join(self.range)}; got {given!r}.", code="bad_parameter"
            )
        if self.unit in ("duration", "count") and self.range and not self.range[0] <= value <= self.range[1]:
            low, high = (show_duration(v) if isinstance(v, timedelta) else v for v in self.range)
            raise MisuseError(
                f"parameter {self.name} lies between {low} and {high}; got {given!r}.", code="bad_parameter"
            )
        return replace(self, value=value, changed=True)


def _typed(name: str, unit: str, given: object) -> Any:
    try:
        match unit:
            case "duration":
                return duration(given)  # type: ignore[arg-type]
            case "count":
                if isinstance(given, bool):
                    raise ValueError
                return int(given)  # type: ignore[call-overload]
            case "switch":
                return {"true": True, "false": False}[str(given).lower()]
            case "date":
                return given if isinstance(given, date) else date.fromisoformat(str(given))
            case "text" | "choice":
                return str(given)
    except (ValueError, KeyError, TypeError) as error:
        raise MisuseError(f"parameter {name} is a {unit}; got {given!r}.", code="bad_parameter") from error
    raise MisuseError(f"parameter {name} has the unknown unit {unit!r}.", code="bad_parameter")


@functools.cache
def _defaults() -> dict[str, Parameter]:
    rows = tomllib.loads(resources.files("myna_lab").joinpath("parameters.toml").read_text(encoding="utf-8"))
    table = {}
    for name, row in rows.items():
        unit = row["unit"]
        limits = tuple(row.get("range", ()))
        if unit in ("duration", "count"):
            limits = tuple(_typed(name, unit, v) for v in limits)
        if row["mark"] not in MARKS:
            raise MisuseError(f"parameter {name} has the unknown mark {row['mark']!r}.", code="bad_parameter")
        value = _typed(name, unit, row["value"])
        table[name] = Parameter(name, value, unit, limits, row["mark"], row["source"], row["en"], row["ja"])
    return table


class Parameters(Mapping[str, Parameter]):
    """The table of parameters, with overrides.

    Args:
        overrides: name to value, as text or in the parameter's own type.

    Raises:
        MisuseError: unknown name, wrong unit, out of range.

    Example:
        >>> Parameters({"activation_delay": "1min"}).duration("activation_delay").seconds
        60
    """

    def __init__(self, overrides: Mapping[str, object] | None = None) -> None:
        self._table = dict(_defaults())
        for name, given in (overrides or {}).items():
            self._table[name] = self[name].with_value(given)

    def __getitem__(self, name: str) -> Parameter:
        try:
            return self._table[name]
        except KeyError:
            raise MisuseError(
                f"there is no parameter {name!r}; lab.parameters lists all {len(self._table)}.",
                code="unknown_parameter",
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def overrides(self) -> tuple[tuple[str, str], ...]:
        """What differs from the defaults, as text, in the order of names."""
        return tuple(sorted((p.name, p.text) for p in self._table.values() if p.changed))

    def duration(self, name: str) -> timedelta:
        """A parameter of unit duration."""
        return self._of(name, timedelta)

    def count(self, name: str) -> int:
        """A parameter of unit count."""
        return self._of(name, int)

    def text(self, name: str) -> str:
        """A parameter of unit text or choice."""
        return self._of(name, str)

    def switch(self, name: str) -> bool:
        """A parameter of unit switch."""
        return self._of(name, bool)

    def date(self, name: str) -> date:
        """A parameter of unit date."""
        return self._of(name, date)

    def _of(self, name: str, kind: type[T]) -> T:
        value = self[name].value
        if not isinstance(value, kind):
            raise MisuseError(f"parameter {name} is a {self[name].unit}, not a {kind.__name__}.", code="bad_parameter")
        return value

    def table(self, language: str = "en") -> pd.DataFrame:
        """All parameters as a DataFrame: index ``name``; columns value, unit, range, mark, changed, meaning, source."""
        import pandas as pd

        rows = [
            {
                "name": p.name,
                "value": p.text,
                "unit": p.unit,
                "range": " … ".join(show_duration(v) if isinstance(v, timedelta) else str(v) for v in p.range),
                "mark": p.mark,
                "changed": p.changed,
                "meaning": p.ja if language == "ja" else p.en,
                "source": p.source,
            }
            for p in self._table.values()
        ]
        return pd.DataFrame(rows).set_index("name").astype({"mark": "category", "unit": "category"})

    def _repr_html_(self) -> str:
        return self.table().to_html()

    def __repr__(self) -> str:
        changed = ", ".join(f"{name}={text}" for name, text in self.overrides()) or "all at their defaults"
        return f"<Parameters: {len(self)}, {changed}>"
