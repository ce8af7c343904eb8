"""Who knew what at an instant: a row for each phone and knower, the services among them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from myna_lab import events as ev
from myna_lab.analysis.tables import TIME, framed
from myna_lab.analysis.who_knows import Belief, Knower, beliefs
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["who_knew"]

_WORKS = {"good"}
"""Colours of what says: this certificate works."""


class _Phone(NamedTuple):
    """A phone by name, as :func:`beliefs` asks for it."""

    world: World
    phone: str


def who_knew(world: World, *, at: datetime, device: str | None = None) -> pd.DataFrame:
    """What each knower said of each phone's newest user-authentication certificate.

    Args:
        world: whose log, books and publishing are asked.
        at: aware instant, not after the world's now.
        device: one phone only; None: all that were bought by then.

    Returns:
        DataFrame of shape (n, 4), index ``device`` (str, not unique); columns ``knower`` (category: ``phone``,
        ``books``, ``ocsp``, ``crl``, or a service), ``said`` (str), ``data_of`` (time: what its data date from; NaT: it
        knows at first hand, or nothing) and ``as_the_books`` (bool): whether it says the same of "works" as the books.
        A service says what its last verdict on a certificate of this phone was; one that was never shown any has no
        row.
    """
    columns = {"device": "str", "knower": "category", "said": "str", "data_of": TIME, "as_the_books": "bool"}
    bought = [
        entry.event.phone
        for entry in world.log
        if isinstance(entry.event, ev.PhoneAcquired) and entry.at <= at and device in (None, entry.event.phone)
    ]
    verdicts = _last_verdicts(world, at)
    rows: list[tuple[object, ...]] = []
    for phone in bought:
        said = beliefs(_Phone(world, phone), at)
        works = said[Knower.BOOKS].colour in _WORKS
        for knower, belief in said.items():
            rows.append((phone, knower.value, _word(belief), belief.of, _agrees(knower, belief, works)))
        for service, (accepted, code, data_of) in verdicts.get(phone, {}).items():
            rows.append((phone, service, code, data_of, accepted == works))
    return framed(columns, rows, "device")


def _word(belief: Belief) -> str:
    return belief.said.rpartition(".")[2].lower()


def _agrees(knower: Knower, belief: Belief, works: bool) -> bool:
    """A phone that shows its card says that it works, until it has heard."""
    says = belief.colour in _WORKS or (knower is Knower.PHONE and belief.sign == "▣")
    return says == works


def _last_verdicts(world: World, at: datetime) -> dict[str, dict[str, tuple[bool, str, datetime | None]]]:
    found: dict[str, dict[str, tuple[bool, str, datetime | None]]] = {}
    for entry in world.log:
        if entry.at > at:
            break
        if isinstance(event := entry.event, ev.VerdictGiven) and (verdict := event.verdict).serial is not None:
            found.setdefault(event.device, {})[event.service] = (verdict.accepted, verdict.code, verdict.knowledge_at)
    return found
