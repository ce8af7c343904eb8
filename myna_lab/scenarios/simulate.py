"""Chunks: the unit of work, of which every worker does some, in any order.

chunk = 2**20 holders = blocks of 2**15 (dense) -> the few of all its blocks (sparse) -> tally
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from myna_lab.scenarios.draws import Draws
from myna_lab.scenarios.holders import People, block
from myna_lab.scenarios.losses import count_card_losses
from myna_lab.scenarios.phones import live
from myna_lab.scenarios.plan import Plan
from myna_lab.scenarios.records import count_changes
from myna_lab.scenarios.tallies import Tally

__all__ = ["chunk", "chunks"]

CHUNK, BLOCK = 1 << 20, 1 << 15


def chunks(holders: int, size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """First holder and the one after the last, of every chunk."""
    for first in range(0, holders, size):
        yield first, min(first + size, holders)


def chunk(plan: Plan, seed: int, run: int, first: int, last: int, block_size: int = BLOCK) -> Tally:
    """Simulate some holders.

    Args:
        plan: the plan.
        seed: any whole number.
        run: number of the run.
        first: the first holder.
        last: the one after the last.
        block_size: holders at once; the result is the same for any.
    """
    draws, tally = Draws(seed, run), Tally(plan.first_day, plan.days)
    tally.holders = last - first
    changing, losers, adding = [], [], []
    for start in range(first, last, block_size):
        few = block(plan, draws, start, min(start + block_size, last), tally)
        changing.append(few.changing)
        losers.append(few.card_losers)
        adding.append(few)
    if adding:
        count_changes(plan, draws, _emptied(changing), tally)
        count_card_losses(plan, draws, _emptied(losers), tally)
        at, iphone = (np.concatenate([getattr(one, name) for one in adding]) for name in ("adds_at", "iphone"))
        live(plan, draws, _emptied([one.adding for one in adding]), at, iphone, tally)
    return tally


def _emptied(parts: list[People]) -> People:
    """All of them together, and nothing kept twice."""
    together = People.joined(parts)
    parts.clear()
    return together
