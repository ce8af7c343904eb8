"""The one lock of a lab: re-entrant, and honest after a fork."""

from __future__ import annotations

import os
from threading import RLock

from myna_lab.errors import StorageError

__all__ = ["Lock"]

_process = object()
"""What a lock knows its process by; a forked one gets another. To ask the system for its number costs more than all
else of a lock."""


def _forked() -> None:
    global _process
    _process = object()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_forked)


class Lock:
    """A re-entrant lock. In a forked process nobody waits for a thread that did not come along.

    A fork copies a lock as it stands, and of all threads only the one that forked. If another one held the lock then,
    it was in the middle of something, and will never finish it here: whoever asks is refused.
    """

    __slots__ = ("_lock", "_process")

    def __init__(self) -> None:
        self._lock = RLock()
        self._process = _process

    def __enter__(self) -> None:
        if self._process is not _process:
            self._after_fork()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def _after_fork(self) -> None:
        """Go on in a new process, unless another thread of the old one was at work.

        Raises:
            StorageError: it was.
        """
        if not self._lock.acquire(blocking=False):
            raise StorageError(
                "this process was forked while another thread was at work in this lab, whose state is half-way here; "
                "use Lab.copy_of(…) of its file, or lab.fork() before the processes part.",
                code="forked",
            )
        self._process = _process
        self._lock.release()
