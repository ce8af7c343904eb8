"""What ``myna-lab scenario`` reads, prints and writes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from myna_lab.errors import MisuseError, StorageError
from myna_lab.ground.arguments import shown
from myna_lab.scenarios.comparison import Comparison
from myna_lab.scenarios.figures import FIGURES, unit

__all__ = ["rules_of", "save", "table_of"]

TODAY = "today"
_WIDE = 46


def rules_of(given: Sequence[str]) -> dict[str, dict[str, str]]:
    """Sets of rules from ``NAME=VALUE,VALUE``: today's, and each value of each parameter by itself.

    Raises:
        MisuseError: not of this form.
    """
    rules: dict[str, dict[str, str]] = {TODAY: {}}
    for text in given:
        name, equals, values = text.partition("=")
        if not equals or not name or not values:
            raise MisuseError(
                f"--vary is NAME=VALUE, such as ocsp_refresh=5min,1h; got {shown(text)}.", code="bad_vary"
            )
        rules |= {f"{name}={value}": {name: value} for value in values.split(",")}
    return rules


def table_of(comparison: Comparison, language: str) -> Iterator[str]:
    """Lines: a figure, its value under each set of rules, and how far the assumptions move the first."""
    summary = next(iter(comparison.results.values())).summary
    names = list(comparison.results)
    width = max(12, *(len(name) + 2 for name in names))
    yield _padded("", _WIDE) + "".join(f"{name:>{width}}" for name in names) + f"{'assumptions':>26}"
    for name, figure in FIGURES.items():
        row = summary.loc[name]
        words = _padded(f"{figure.ja if language == 'ja' else figure.en} [{unit(figure.unit, language)}]", _WIDE)
        values = "".join(f"{_short(result.figures.loc[name]):>{width}}" for result in comparison.results.values())
        reach = f"{_short(row['assumed_low'])} … {_short(row['assumed_high'])}"
        yield f"{words}{values}{reach:>26}"


def _short(given: Any) -> str:
    value = float(given)
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


def _padded(text: str, width: int) -> str:
    """Wide letters count twice, as terminals draw them."""
    taken = 0
    for place, letter in enumerate(text):
        wide = 2 if unicodedata.east_asian_width(letter) in "FWA" else 1
        if taken + wide > width - 1:
            return text[:place] + " " * (width - taken)
        taken += wide
    return text + " " * (width - taken)


def save(comparison: Comparison, folder: str, language: str) -> Iterator[Path]:
    """Write workbooks and pictures; says which.

    Raises:
        StorageError: the folder cannot be made or written.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{place} cannot be made: {error.strerror}.") from error
    first = next(iter(comparison.results.values()))
    yield first.to_excel(place / "nation.xlsx")
    pictures = {"nation.png": first.plot(language=language)}
    if len(comparison.results) > 1:
        yield comparison.to_excel(place / "rules.xlsx")
        pictures["rules.png"] = comparison.plot(language=language)
    for name, picture in pictures.items():
        picture.savefig(place / name, dpi=120)
        yield place / name
