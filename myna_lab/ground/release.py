"""Which release of the package runs: what a lab and a result say that they were made with."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

__all__ = ["release"]


@cache
def release() -> str:
    """The installed release, such as ``0.1.0``; empty where the package is not installed but only found."""
    try:
        return version("myna-lab")
    except PackageNotFoundError:
        return ""
