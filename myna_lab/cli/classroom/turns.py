"""Whose server starts when forty ask at once: a few at a time, in the order of asking.

All at once share the computer, and everybody waits for the last; in turn the first comes in within seconds, and the
last no later than before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

__all__ = ["Turns"]


class Turns:
    """A queue before several counters."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting: list[object] = []
        self._watched: set[asyncio.Task[None]] = set()  # asyncio itself keeps no task alive

    def before(self, who: object) -> int | None:
        """How many wait before this one; None: it does not wait, or no longer."""
        return self._waiting.index(who) if who in self._waiting else None

    async def wait(self, who: object) -> None:
        """Come back when it is this one's turn; whoever gives up leaves the queue."""
        self._waiting.append(who)
        try:
            await self._free.acquire()
        finally:
            self._waiting.remove(who)

    def end(self) -> None:
        """A turn is over."""
        self._free.release()

    def end_after(self, there: Coroutine[object, object, None]) -> None:
        """A turn is over once this comes back, however it ends; nobody waits for it here."""
        task = asyncio.create_task(there)
        self._watched.add(task)
        task.add_done_callback(self._watched.discard)
        task.add_done_callback(lambda _: self.end())
