"""A file that is there whole, or as it was before."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from myna_lab.errors import StorageError

__all__ = ["put"]


def put(path: str | os.PathLike[str], octets: bytes) -> Path:
    """Write a file; over an older one if there is one.

    Raises:
        StorageError: it cannot be written there.
    """
    target = Path(path)
    beside = target.with_name(f"{target.name}.part")
    try:
        beside.write_bytes(octets)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise StorageError(
            f"{target} cannot be written: {error.strerror}; an older file there is as it was."
        ) from error
    return target
