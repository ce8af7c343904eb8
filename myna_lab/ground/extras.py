"""Packages that the library alone does not need: an error says which one is missing, and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from myna_lab.errors import MisuseError

__all__ = ["INSTALL_WORKBENCH", "part_of_workbench"]

INSTALL_WORKBENCH = 'pip install ".[workbench]"'
"""The command that installs them."""


@contextmanager
def part_of_workbench(what: str) -> Iterator[None]:
    """Import inside this block what the library alone does not need.

    Args:
        what: names the part that needs it.

    Raises:
        MisuseError: it is not installed; the message says how to get it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MisuseError(
            f"{what} needs the package {error.name}, which is not installed; in the folder of myna_lab: "
            f"{INSTALL_WORKBENCH}.",
            code="extra",
        ) from error
