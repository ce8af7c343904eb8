"""The names and towns of ``people.toml``."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any, NamedTuple

__all__ = ["Reading", "Town", "districts", "elsewhere", "names", "towns"]


class Reading(NamedTuple):
    """A part of a name and how it is read."""

    kanji: str
    kana: str
    latin: str


class Town(NamedTuple):
    """A municipality and its prefecture."""

    municipality: str
    prefecture: str
    city: str
    prefecture_latin: str
    city_latin: str


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("myna_lab.residents").joinpath("people.toml").read_text(encoding="utf-8"))


@functools.cache
def names(kind: str) -> dict[str, Reading]:
    """The names of a kind (``surname``, ``female``, ``male``) by their kanji."""
    return {row[0]: Reading(*row) for row in _data()["names"][kind]}


@functools.cache
def towns() -> tuple[Town, ...]:
    """Every invented municipality."""
    return tuple(
        Town(code, prefecture["name"], city, prefecture["latin"], latin)
        for prefecture in _data()["prefecture"]
        for code, city, _, latin in prefecture["towns"]
    )


@functools.cache
def districts() -> tuple[str, ...]:
    """Quarters that every town has."""
    return tuple(_data()["districts"])


def elsewhere(prefecture: str, city: str) -> Town:
    """A place outside the map: its code and Latin names say TEST."""
    row = _data()["elsewhere"]
    return Town(row["municipality"], prefecture, city, row["prefecture_latin"], row["city_latin"])
