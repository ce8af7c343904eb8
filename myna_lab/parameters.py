"""Every number of the model with its basis, read from ``parameters.toml``.

A learner lists them (``lab.parameters``), changes them (``Lab(parameters={"activation_delay": "1min"})``) and sees
which conclusions change. They are fixed when a lab starts.
"""

from __future__ import annotations

import functools
import operator
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import half_width, nearest, one_of, only_mapping, shown
from myna_lab.ground.durations import duration, show_duration
from myna_lab.ground.forms import FORMS
from myna_lab.texts import LANGUAGES
from myna_lab.texts.session import one

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURED", "NATION", "Parameter", "Parameters", "defaults"]

T = TypeVar("T")
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)
MARKS = ("confirmed", "reported", "derived", "assumed")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model."""

    name: str
    value: Any
    """In its own type: timedelta, int, float, str, bool or date."""
    unit: str
    """duration, count, share, rate, text, choice, switch or date."""
    range: tuple[Any, ...]
    """Smallest and largest sensible value, or the allowed choices; empty: anything."""
    mark: str
    """Of the default: confirmed, reported, derived or assumed."""
    source: str
    """On what it rests, in English."""
    source_ja: str
    en: str
    ja: str
    changed: bool = False
    """Whether this lab's value differs from the default."""
    form: str = ""
    """For a text: which of the forms it has; empty: any."""

    @property
    def text(self) -> str:
        """The value as it would be written in an override."""
        if isinstance(self.value, timedelta):
            return show_duration(self.value)
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, float):
            return f"{self.value:.12g}"
        return str(self.value)

    def with_value(self, given: object) -> Parameter:
        """The same parameter with another value.

        Raises:
            MisuseError: not of this unit, outside the range, or of another form.
        """
        parameter = self.as_kept(given)
        if self.unit in MEASURED and self.range and not self.range[0] <= parameter.value <= self.range[1]:
            low, high = (show_duration(v) if isinstance(v, timedelta) else v for v in self.range)
            raise MisuseError(
                f"parameter {self.name} lies between {low} and {high}; got {shown(given)}.", code="bad_parameter"
            )
        return parameter

    def as_kept(self, given: object) -> Parameter:
        """The same parameter with a value from an older lab, whose range may have been different.

        Raises:
            MisuseError: not of this unit, or of another form.
        """
        value = _typed(self.name, self.unit, given)
        if self.unit == "choice":
            wanted = value.casefold()
            value = next((choice for choice in self.range if choice.casefold() == wanted), value)
            one_of(f"parameter {self.name}", value, self.range, code="bad_parameter")
        if self.form == "atr":
            value = re.sub("[ :]", "", value)
        if self.form and not FORMS[self.form][0](value):
            raise MisuseError(
                f"parameter {self.name} is {FORMS[self.form][1]}; got {shown(given)}.", code="bad_parameter"
            )
        return replace(self, value=value, changed=value != self.value)


MEASURED = ("duration", "count", "share", "rate")
"""Units whose range is two limits."""
_UNITS = {
    "duration": "a duration with its unit, such as '5min'",
    "count": "a whole number",
    "share": "a share from 0 to 1, such as 0.05",
    "rate": "a number, 0 or more",
    "switch": "True or False",
    "date": "a day, such as '2025-06-24'",
    "text": "a text",
    "choice": "a text",
}
"""Description of a unit in errors."""


def _typed(name: str, unit: str, given: object) -> Any:
    """A value in its own type, from that type or from text."""
    value: Any = None
    try:
        match unit, given:
            case "duration", str() | timedelta():
                value = duration(given)
            case "switch", bool():
                value = given
            case "switch", str():
                value = {"true": True, "false": False}.get(given.casefold())
            case "count", str():
                value = int(half_width(given))
            case "count", _ if not isinstance(given, bool):
                value = operator.index(given)  # type: ignore[arg-type]
            case (("share" | "rate"), str() | int() | float()) if not isinstance(given, bool):
                number = float(half_width(given) if isinstance(given, str) else given)
                value = number if 0 <= number <= (1 if unit == "share" else 1e9) else None
            case "date", str():
                value = date.fromisoformat(half_width(given))
            case "date", date() if not isinstance(given, datetime):
                value = given
            case "text" | "choice", str() | int() | float() | date() if not isinstance(given, bool):
                value = str(given)
    except (ValueError, TypeError):
        value = None
    if value is None:
        raise MisuseError(f"parameter {name} is {_UNITS[unit]}; got {shown(given)}.", code="bad_parameter")
    return value


NATION = "nation"
"""Table of ``parameters.toml`` whose rows belong to the model of a nation alone."""


@functools.cache
def defaults(part: str = "") -> dict[str, Parameter]:
    """The rows of ``parameters.toml`` by name.

    Args:
        part: ``NATION``: those of the model of a nation; empty: those of a lab.
    """
    rows = tomllib.loads(resources.files("myna_lab").joinpath("parameters.toml").read_text(encoding="utf-8"))
    nation, table = rows.pop(NATION), {}
    for name, row in (nation if part else rows).items():
        unit = row["unit"]
        limits = tuple(row.get("range", ()))
        if unit in MEASURED:
            limits = tuple(_typed(name, unit, v) for v in limits)
        if row["mark"] not in MARKS:
            raise MisuseError(f"parameter {name} has the unknown mark {row['mark']!r}.", code="bad_parameter")
        value, form = _typed(name, unit, row["value"]), row.get("form", "")
        says = (row["source"], row["source_ja"], row["en"], row["ja"])
        table[name] = Parameter(name, value, unit, limits, row["mark"], *says, form=form)
    return table


class Parameters(Mapping[str, Parameter]):
    """The table of parameters, with overrides.

    Args:
        overrides: name to value, as text or in the parameter's own type.

    Raises:
        MisuseError: no mapping, unknown name, wrong unit, out of range, wrong form, a crl_validity that leaves gaps, or
            authority_years that end before what is issued.

    Example:
        >>> Parameters({"activation_delay": "1min"}).duration("activation_delay").seconds
        60
    """

    _listed = "lab.parameters"

    def __init__(self, overrides: Mapping[str, object] | None = None) -> None:
        given_by_name = only_mapping("parameters", overrides, "{'activation_delay': '1min'}", code="bad_parameter")
        self._table = self._defaults()
        for name, given in given_by_name.items():
            self._table[name] = self[name].with_value(given)
        self._refuse_contradictions()

    def _defaults(self) -> dict[str, Parameter]:
        return dict(defaults())

    def _refuse_contradictions(self) -> None:
        self._refuse_gaps()
        self._refuse_early_ends()

    def _refuse_gaps(self) -> None:
        """Each list must be valid until the next one is published."""
        served, needed = self.duration("crl_validity"), self.duration("crl_period") + self.duration("crl_switch_over")
        if served < needed:
            raise MisuseError(
                "parameter crl_validity must not be shorter than crl_period and crl_switch_over together, "
                f"{show_duration(needed)}, or there are times without a valid list; got {show_duration(served)}.",
                code="bad_parameter",
            )

    def _refuse_early_ends(self) -> None:
        """An authority must outlive what it issues, up to the last day before its successor takes over."""
        issues = max(self.duration("authority_interval"), self.duration("authority_age"))
        years, birthdays = self.count("authority_years"), self.count("certificate_birthdays")
        # Two days: it ends before the birthday, and there may be a leap day.
        if issues + 2 * _DAY > (years - birthdays) * _YEAR:
            needed = birthdays - (-(issues + 2 * _DAY) // _YEAR)
            raise MisuseError(
                f"parameter authority_years must be {needed} or more where an authority issues for "
                f"{show_duration(issues)} (authority_interval, or authority_age) what lasts for {birthdays} birthdays "
                f"(certificate_birthdays); got {years}.",
                code="bad_parameter",
            )

    @classmethod
    def of_log(cls, texts: Mapping[str, str]) -> Parameters:
        """The parameters of a lab that began earlier, perhaps under another version.

        Args:
            texts: what :meth:`texts` gave then. A missing one has its default; a name that is unknown now is
                ignored. Ranges, and whether values fit together, are not checked again: that lab worked with them.

        Raises:
            MisuseError: a value that this version does not take, or a damaged one.
        """
        parameters = cls()
        for name, default in defaults().items():
            if name in texts:
                parameters._table[name] = default.as_kept(texts[name])
        return parameters

    def __getitem__(self, name: str) -> Parameter:
        if name not in self:
            raise MisuseError(
                f"there is no parameter {shown(name)}; {self._listed} lists all {len(self._table)}."
                + nearest(name, self._table),
                code="unknown_parameter",
            )
        return self._table[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """All values as text, in the order of names: a log keeps them, so that a changed default changes no old lab."""
        return tuple(sorted((p.name, p.text) for p in self._table.values()))

    def overrides(self) -> tuple[tuple[str, str], ...]:
        """What differs from the defaults, as text, in the order of names."""
        return tuple(sorted((p.name, p.text) for p in self._table.values() if p.changed))

    def duration(self, name: str) -> timedelta:
        """A parameter of unit duration."""
        return self._of(name, timedelta)

    def count(self, name: str) -> int:
        """A parameter of unit count."""
        return self._of(name, int)

    def number(self, name: str) -> float:
        """A parameter of unit share or rate."""
        return self._of(name, float)

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

    def table(self, language: str = "") -> pd.DataFrame:
        """All parameters as a DataFrame: index ``name``; columns value, unit, range, mark, changed, meaning, source."""
        language = one_of("a language", one(language), LANGUAGES, code="unknown_language")
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
                "source": p.source_ja if language == "ja" else p.source,
            }
            for p in self._table.values()
        ]
        return pd.DataFrame(rows).set_index("name").astype({"mark": "category", "unit": "category"})

    def _repr_html_(self) -> str:
        return self.table().to_html()

    def __repr__(self) -> str:
        changed = ", ".join(f"{name}={text}" for name, text in self.overrides()) or "all at their defaults"
        return f"<Parameters: {len(self)}, {changed}>"
