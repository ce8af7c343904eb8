"""What a folder takes of the disk, and what each student's may take so that all fit."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from myna_lab.cli.classroom.folder import ClassFolder, Settings

__all__ = ["SMALLEST", "Taken", "share", "taken"]

SMALLEST = 16 << 10
"""Octets as which a file counts at least: a file system such as ext4 has no more entries than one for so many."""
MOST = 1 << 18
"""Files after which counting ends: it is too much, whatever they hold."""
DEEPEST = 64
"""Folders in folders, of each of which one is open while they are counted."""
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What a folder answers that is there no more, or is something else now."""
OURS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""What the hub itself lacks, of which no student is guilty."""
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
    on_disk: int = 0
    """Octets that would be free without it: holes take nothing, and a file of many names is there once."""

    @property
    def said(self) -> str:
        """How much it is, for the teacher."""
        return "too many files to count" if self.octets == float("inf") else f"{self.octets / 2**20:,.0f} MB"

    def with_more(self, octets: int, name: str) -> Taken:
        """The same, and something more."""
        rows = sorted((*self.by_name, *([(octets, name)] if octets else [])), reverse=True)
        return replace(self, octets=self.octets + octets, by_name=tuple(rows))


def taken(folder: Path) -> Taken:
    """Count a folder; links are not followed, also where a folder becomes one meanwhile.

    A file counts as what it takes or as what it says, whichever is more: a hole can be filled without a further write.

    Raises:
        OSError: the computer has no open file or no memory left for us.
    """
    octets: dict[str, int] = {}
    on_disk = 0
    try:
        with closing(_inside(str(folder))) as entries:
            for files, (name, told) in enumerate(entries):
                if files >= MOST:
                    return Taken(float("inf"))
                octets[name] = octets.get(name, 0) + max(told.st_size, told.st_blocks * 512, SMALLEST)
                on_disk += told.st_blocks * 512 // max(1, told.st_nlink)
    except OSError as error:  # closed to us, or folders in folders without end: nobody knows what is in it
        if error.errno in OURS:
            raise
        return Taken(float("inf"))
    rows = sorted(((size, name) for name, size in octets.items()), reverse=True)
    return Taken(sum(octets.values()), tuple(rows), on_disk)


def _inside(name: str, above: int | None = None, depth: int = 0) -> Generator[tuple[str, os.stat_result], None, None]:
    """All that is in a folder and below, each by the name that lies directly in it.

    A folder below is opened in the open one above: there is no way of names, in which one could become a link.
    """
    if depth > DEEPEST:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    try:
        # The student's folder itself may be a link of the teacher's.
        flags = os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if depth else 0)
        place = os.open(name, flags, dir_fd=above)
    except OSError as error:
        if error.errno in GONE:
            return
        raise
    try:
        with os.scandir(place) as inside:
            for entry in inside:
                try:
                    told = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # this one alone is gone meanwhile
                    continue
                yield entry.name, told
                if stat.S_ISDIR(told.st_mode):
                    for _, below in _inside(entry.name, place, depth + 1):
                        yield entry.name, below
    finally:
        os.close(place)


def share(folder: ClassFolder, settings: Settings) -> int:
    """MiB of each student's folder: what is asked for, or less where all together would not fit on the disk.

    Args:
        folder: the class.
        settings: how many may join, and what is asked for.
    """
    own = (place for place in folder.students.iterdir() if place.name.isdigit())
    room = shutil.disk_usage(folder.students).free + sum(taken(place).on_disk for place in own)
    each = min(room * (1 - SPARE) / settings.students / 2**20, settings.folder_limit)
    return max(LEAST, int(each))
