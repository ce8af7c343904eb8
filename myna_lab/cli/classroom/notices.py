"""What the hub has to tell the teacher: lines of a file in memory, which the command that watches reads on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

__all__ = ["Notices"]


class Notices:
    """The lines of one class.

    Args:
        folder: the class's own in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "notices"
        self._read = self._file.stat().st_size if self._file.exists() else 0

    def tell(self, line: str) -> None:
        """Add one."""
        with suppress(OSError), self._file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def heard(self) -> list[str]:
        """Those that have come since this was last asked."""
        with suppress(OSError), self._file.open(encoding="utf-8") as file:
            file.seek(self._read)
            lines = file.read().splitlines()
            self._read = file.tell()
            return lines
        return []
