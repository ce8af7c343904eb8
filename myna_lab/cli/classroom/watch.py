"""Looks at the folders of all running servers, cheaply and in time."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Protocol

from myna_lab.cli.classroom.taken import SMALLEST

__all__ = ["Watch"]

TICK = 0.25
"""Seconds between two questions how much of the disk is free."""
MOVES = 64 << 20
"""Octets that were written or deleted: a look is due."""
REST, SHORT_REST = 4.0, 0.5
"""Seconds between two looks at one folder; the short one while so much is written or deleted."""
SHARE = 10
"""A look that took long is followed by a rest so many times as long: who has many files slows nobody else."""

_LOG = logging.getLogger(__name__)


class Watched(Protocol):
    """A server with a folder."""

    async def look(self) -> None:
        """Look at the folder, and do what follows."""


class Watch:
    """Of one class.

    Args:
        disk: a folder on the disk of the class.
    """

    def __init__(self, disk: Path) -> None:
        self._disk = disk
        self._rests: dict[Watched, tuple[float, float]] = {}
        """When each was looked at, and how long that took."""
        self._free = 0
        self._task: asyncio.Task[None] | None = None  # asyncio itself keeps no task alive

    def add(self, seat: Watched) -> None:
        """Look at it from now on."""
        self._rests[seat] = (0.0, 0.0)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go())

    def remove(self, seat: Watched) -> None:
        """Its server has ended."""
        self._rests.pop(seat, None)

    async def _go(self) -> None:
        while self._rests:
            rest = SHORT_REST if self._moves() else REST
            for seat, (looked, took) in list(self._rests.items()):
                began = time.monotonic()
                if began - looked < max(rest, SHARE * took):
                    continue
                try:
                    await seat.look()
                except Exception:  # one that cannot be looked at keeps no other from it
                    _LOG.exception("a folder could not be looked at")
                if seat in self._rests:
                    self._rests[seat] = (time.monotonic(), time.monotonic() - began)
            await asyncio.sleep(TICK)

    def _moves(self) -> bool:
        """Whether the disk has become much fuller or emptier since this was last so, by octets or by files."""
        try:
            told = os.statvfs(self._disk)
        except OSError:  # the disk itself is gone
            return False
        free = told.f_bavail * told.f_frsize + told.f_favail * SMALLEST
        moves = abs(free - self._free) > MOVES
        if moves:
            self._free = free
        return moves
