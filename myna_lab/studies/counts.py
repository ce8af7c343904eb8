"""What is counted of a life, holder by holder, up to an instant: nothing that came later is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.studies.life import Life

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counts", "count"]

_SERVICE = "portal"
"""Where everybody logs in."""
_OWNERS = ("owner", "eager")


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers by holder, and minutes with the holder whose they are."""

    numbers: Mapping[str, Sequence[int]]
    """``log_ins``, ``refusals`` … to one number for each holder."""
    minutes: Mapping[str, Sequence[tuple[float, int]]]
    """``exposure`` and ``wait``: minutes and holder, the shortest first."""
    tables: Mapping[str, pd.DataFrame]
    """``log_ins``, ``exposure``, ``gap_refusals``, ``stale_accepts``, ``waiting_times``."""

    def copy(self) -> Counts:
        """The same with tables of their own, which may be changed."""
        return replace(self, tables={name: table.copy() for name, table in self.tables.items()})

    def total(self, name: str) -> int:
        """A number over all holders."""
        return sum(self.numbers[name])


def count(life: Life, at: datetime) -> Counts:
    """Count what happened up to an instant.

    A former phone is one whose certificates were stopped: by a new phone, or at the hotline.
    """
    made = life.lab.tables
    log_ins = made.verdicts()
    log_ins = log_ins[log_ins["at"] <= at]
    asked = life.asked[: len(log_ins)]
    log_ins = log_ins.assign(holder=[one.holder for one in asked], who=[one.who for one in asked])
    log_ins = log_ins.astype({"holder": "int64", "who": "category"})
    exposure = made.exposure(at, services=[life.lab.portal])
    exposure = exposure[exposure["kind"] == "phone_auth"]
    tables = {
        "log_ins": log_ins,
        "exposure": exposure,
        "gap_refusals": made.gap_refusals(at),
        "stale_accepts": made.stale_accepts(at),
        "waiting_times": made.waiting_times(at),
    }
    owners, stopped = log_ins["who"].isin(_OWNERS), log_ins["truth"].isin(["revoked", "on hold"])
    works = tables["waiting_times"].loc[tables["waiting_times"].index == "works"]
    works = works[works["ended"].notna()]
    holder = life.people.__getitem__

    def numbers(holders: Iterable[int]) -> list[int]:
        found = [0] * len(life.people)
        for one in holders:
            found[one] += 1
        return found

    return Counts(
        {
            "log_ins": numbers(log_ins.loc[owners, "holder"]),
            "refusals": numbers(log_ins.loc[owners & ~log_ins["accepted"], "holder"]),
            "set_ups": numbers(map(holder, works["person"])),
            "gap_refusals": numbers(map(holder, tables["gap_refusals"]["person"])),
            "former_phones": numbers(map(holder, exposure["person"])),
            "former_log_ins": numbers(log_ins.loc[stopped, "holder"]),
            "wrong_acceptances": numbers(map(holder, tables["stale_accepts"]["person"])),
            "finder_acceptances": numbers(log_ins.loc[(log_ins["who"] == "finder") & log_ins["accepted"], "holder"]),
        },
        {
            "exposure": _sorted(exposure["minutes"], map(holder, exposure["person"])),
            "wait": _sorted(works["minutes"], map(holder, works["person"])),
        },
        tables,
    )


def _sorted(minutes: Iterable[float], holders: Iterable[int]) -> list[tuple[float, int]]:
    return sorted(zip(minutes, holders, strict=True))
