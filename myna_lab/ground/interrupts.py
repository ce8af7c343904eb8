"""Work that must not be cut in two: Ctrl-C, a notebook's interrupt button and other signals wait until it is done."""

from __future__ import annotations

# What the module signal wraps: its conversions from and to Enum would cost ten times as much, at every append.
import _signal  # type: ignore[import-not-found]
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import FrameType, ModuleType

__all__ = ["loaded", "uninterrupted"]

_NAMES = ("SIGINT", "SIGALRM", "SIGTERM", "SIGHUP", "SIGBREAK")
_STOPS = tuple(getattr(_signal, name) for name in _NAMES if hasattr(_signal, name))
"""Signals whose handlers may raise an exception, to stop what is running."""


def uninterrupted(work: Callable[[], None]) -> None:
    """Do a short piece of work; an interrupt that comes meanwhile takes effect right after it.

    Python may raise KeyboardInterrupt between any two steps of its main thread, so also between writing a
    thing and remembering that it was written. Other threads are never interrupted.
    """
    if threading.current_thread() is threading.main_thread():
        for number in _STOPS:
            if callable(_signal.getsignal(number)):  # of the others Python knows nothing: they end it, or are ignored
                work = partial(_held, number, work)
    work()


def loaded(name: str) -> ModuleType:
    """A module that is loaded when it is first used, without interruption: a half-loaded one would never work again.

    Args:
        name: its full name.
    """
    if name not in sys.modules:
        uninterrupted(partial(_load, name))
    return import_module(name)


def _load(name: str) -> None:
    import_module(name)


def _held(number: int, work: Callable[[], None]) -> None:
    former = _signal.getsignal(number)
    waiting: list[FrameType | None] = []
    try:
        _signal.signal(number, lambda _, frame: waiting.append(frame))
        work()
    finally:
        _signal.signal(number, former)
        if waiting:
            former(number, waiting[0])
