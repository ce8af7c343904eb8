"""What a folder takes of the disk, and what each student's may take so that all fit."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from myna_lab.cli.classroom.folder import ClassFolder, Settings

__all__ = ["SMALLEST", "Taken", "share", "taken"]

SMALLEST = 16 << 10
"""Octets as which a file counts at least: a file system such as ext4 has no more entries than one for so many."""
MOST = 1 << 18
"""Files after which counting ends: it is too much, whatever they hold."""
SPARE = 0.1
"""Of the free disk, which no student's folder gets."""
LEAST = 16
"""MiB of a student on any disk: five times what the notebooks take."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one folder takes."""

    octets: float = 0
    """Infinite where nobody could count to the end."""
    by_name: tuple[tuple[int, str], ...] = ()
    """Octets and name of what lies directly in it, the largest first."""

    def with_more(self, octets: int, name: str) -> Taken:
        """The same, and something more."""
        rows = sorted((*self.by_name, *([(octets, name)] if octets else [])), reverse=True)
        return Taken(self.octets + octets, tuple(rows))


def taken(folder: Path) -> Taken:
    """Count a folder; links are not followed.

    A file counts as what it takes or as what it says, whichever is more: a hole can be filled without a further write.
    """
    octets: dict[str, int] = {}
    files, waiting = 0, [(str(folder), "")]
    while waiting:
        place, top = waiting.pop()
        try:
            with os.scandir(place) as inside:
                for entry in inside:
                    told = entry.stat(follow_symlinks=False)
                    name = top or entry.name
                    octets[name] = octets.get(name, 0) + max(told.st_size, told.st_blocks * 512, SMALLEST)
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, name))
        except (FileNotFoundError, NotADirectoryError):  # gone meanwhile
            continue
        except OSError:  # closed to us, or a name without end: nobody knows what is in it
            return Taken(float("inf"))
        if files > MOST:
            return Taken(float("inf"))
    return Taken(sum(octets.values()), tuple(sorted(((size, name) for name, size in octets.items()), reverse=True)))


def share(folder: ClassFolder, settings: Settings) -> int:
    """MiB of each student's folder: what is asked for, or less where all together would not fit on the disk.

    Args:
        folder: the class.
        settings: how many may join, and what is asked for.
    """
    own = (place for place in folder.students.iterdir() if place.name.isdigit())
    room = shutil.disk_usage(folder.students).free + sum(taken(place).octets for place in own)
    each = min(room * (1 - SPARE) / settings.students / 2**20, settings.folder_limit)
    return max(LEAST, int(each))
