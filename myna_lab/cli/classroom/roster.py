"""Who is in a class: a number, the first name that was typed, and a word of the student's own, hashed (scrypt).

One small file for each student, so that the hub and the teacher's commands never write over each other.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from myna_lab.cli.classroom.folder import student_name, write_whole
from myna_lab.errors import MisuseError

__all__ = ["Roster", "Student"]

COST = {"n": 2**14, "r": 8, "p": 1}
"""Of scrypt (RFC 7914): 16 MiB and some 50 ms for each try, also for who has stolen the file."""


@dataclass(frozen=True, slots=True)
class Student:
    """One row."""

    number: int
    """From 1, in the order of joining; also the name of the folder and, above 64000, the user id."""
    name: str
    """The first name, in its one form."""
    word: str = ""
    """Salt and hash of the student's word, hexadecimal; empty: the next log-in sets it."""
    page: bool = False
    """Whether the student took the single page last time."""

    def knows(self, word: str) -> bool:
        """Whether this is the student's word."""
        salt, _, digest = self.word.partition(":")
        return secrets.compare_digest(_hash(word, bytes.fromhex(salt)), digest)

    def with_word(self, word: str) -> Student:
        """The row with a new word."""
        salt = secrets.token_bytes(16)
        return replace(self, word=f"{salt.hex()}:{_hash(word, salt)}")


def _hash(word: str, salt: bytes) -> str:
    return hashlib.scrypt(word.encode(), salt=salt, dklen=32, **COST).hex()


class Roster:
    """The rows of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def students(self) -> list[Student]:
        """All, by number."""
        files = sorted(self.folder.glob("[0-9]*.json"))
        rows = (Student(**json.loads(file.read_text(encoding="utf-8"))) for file in files)
        return sorted(rows, key=lambda row: row.number)

    def named(self, name: str) -> Student | None:
        """Whose name this is; capital and small letters are the same."""
        return next((row for row in self.students() if row.name.casefold() == name.casefold()), None)

    def numbered(self, number: int) -> Student | None:
        """Whose number this is."""
        return next((row for row in self.students() if row.number == number), None)

    def of(self, number: int) -> Student:
        """The row of a number that a teacher typed.

        Raises:
            MisuseError: nobody has it.
        """
        row = self.numbered(number)
        if row is None:
            raise MisuseError(
                f"there is no student {number}; `myna-lab class students` lists all.", code="no_such_student"
            )
        return row

    def keep(self, row: Student) -> None:
        """Write a row.

        Raises:
            StorageError: it cannot be written, and is as it was.
        """
        text = json.dumps(asdict(row), ensure_ascii=False)
        write_whole(self.folder / f"{student_name(row.number)}.json", text + "\n")
