"""Work that must not be cut in two: Ctrl-C, a notebook's interrupt button and other signals wait until it is done."""

from __future__ import annotations

# What the module signal wraps: its conversions from and to Enum would cost ten times as much, at every append.
import _signal  # type: ignore[import-not-found]
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import FrameType, ModuleType

from myna_lab.errors import MisuseError
from myna_lab.ground.extras import INSTALL_WORKBENCH

__all__ = ["loaded", "names_of", "uninterrupted"]

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

    Raises:
        MisuseError: it needs a package that is not there, or too old.
    """
    if name not in sys.modules:
        try:
            uninterrupted(partial(_load, name))
        except ImportError as error:
            package = (error.name or __name__).partition(".")[0]
            if package == __name__.partition(".")[0]:
                raise  # our own fault, or no such module
            raise MisuseError(
                f"{name} needs the package {package}, but: {error}. In a browser its files are added to the site "
                f"(docs/browser.md); elsewhere, in the folder of myna_lab: {INSTALL_WORKBENCH}.",
                code="extra",
            ) from error
    return import_module(name)


def names_of(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """What a package's ``__getattr__`` is, if each of its names is loaded when it is first used (PEP 562).

    Args:
        package: its full name.
        homes: the module of each name, as the package calls it.
    """

    def look(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = vars(sys.modules[package])[name] = getattr(loaded(f"{package}.{homes[name]}"), name)
        return value

    return look


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
