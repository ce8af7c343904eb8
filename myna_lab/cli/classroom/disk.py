"""The disk of a class: all students share it, so the teacher hears of it before nobody can save any more."""

from __future__ import annotations

import shutil

from myna_lab.cli.classroom.folder import ClassFolder
from myna_lab.cli.classroom.taken import taken

__all__ = ["Disk"]

LOW = 500 * 2**20
"""Octets free below which it is told."""
ENOUGH = 2 * LOW
"""Octets free above which it would be told anew."""
NAMED = 3
"""How many of the largest folders are named."""


class Disk:
    """What is left on a class's disk.

    Args:
        folder: where the class lies.
    """

    def __init__(self, folder: ClassFolder) -> None:
        self._students = folder.students
        self._is_low = False

    def warning(self) -> str:
        """A line for the teacher when the disk has become nearly full since the last time; else nothing."""
        try:
            free = shutil.disk_usage(self._students).free
        except OSError:  # the disk itself is gone: whatever is asked of it says so
            return ""
        was_low, self._is_low = self._is_low, free < (ENOUGH if self._is_low else LOW)
        if was_low or not self._is_low:
            return ""
        counted = [(student.name, taken(student)) for student in self._students.iterdir()]
        counted.sort(key=lambda each: each[1].octets, reverse=True)
        most = ", ".join(f"{name} ({each.said})" for name, each in counted[:NAMED])
        return (
            f"the disk of the class is nearly full, {free / 2**20:,.0f} MB are free: when it is full nobody can "
            f"save. Most is taken by {most}: let them delete files. (ディスクの残りがわずかです)"
        )
