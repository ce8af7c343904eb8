"""Where a class lies, and who may read what.

myna_lab_class/            0700, the teacher's
  settings.json            how the class was started; no secret
  solutions/               empty until the teacher opens them; each student sees this one, read-only
  fonts/                   matplotlib's list of them, copied to each student
  students/01/             a student's own folder, named by number, never by what was typed
  hub/                     0700: secrets, roster, log
  hub/memory/              JupyterHub's database and other things of one run: in memory, where no disk can be full
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from myna_lab.errors import MisuseError, StorageError

__all__ = ["CLASS_FOLDER", "CLASS_RUN", "RESULTS", "ClassFolder", "Settings", "student_name", "write_whole"]

CLASS_FOLDER = "MYNA_LAB_CLASS"
"""Names the folder to the hub, in its environment."""
CLASS_RUN = "MYNA_LAB_RUN"
"""Names one run of the class to the servers that belong to it, in their environment; it says nothing else."""
RESULTS = "results.txt"
"""Where a student's own folder keeps what exercises said."""
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: a code is read aloud and typed on phones."""
MEMORY = Path("/dev/shm")
"""A file system in memory that every Linux has; students have another one in its place."""
MEMORY_NEEDED = 32 << 20
"""Octets free there, or the class's own disk is used: a database of forty, and what a hub adds to it."""
CODE_LENGTH = 8
"""31 ** 8 codes, 40 bits: with the tries that :mod:`tries` leaves, nobody guesses one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a class was started."""

    students: int = 40
    """How many may join."""
    address: str = "127.0.0.1"
    """The interface on which the class is reached."""
    port: int = 8000
    """Of the page; the next two, on 127.0.0.1 only, are the hub's and the proxy's own."""
    certificate: str = ""
    """PEM file of the chain; empty on loopback."""
    key: str = ""
    """PEM file of its private key."""
    walls: bool = True
    """Whether each student is behind a wall."""
    page: bool = False
    """Whether students start with the single page instead of JupyterLab, unless they choose otherwise."""
    memory: int = 2048
    """MiB of addresses that one process of a student may have."""
    folder_limit: int = 1024
    """MiB that a student's whole folder may take; less where all together would not fit on the disk."""
    idle: int = 60
    """Minutes after which an unused kernel ends, and after it its server."""

    @property
    def url(self) -> str:
        """Where students go."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http{'s' if self.certificate else ''}://{host}:{self.port}/"


def student_name(number: int) -> str:
    """How the hub calls a student, and the name of the folder: ``01``."""
    return f"{number:02}"


def write_whole(file: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that it is there whole or as it was.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(text)
            os.chmod(name, mode)
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written: {error.strerror}. It is as it was.", code="not_writable"
        ) from error


def _has_room(place: Path) -> bool:
    with suppress(OSError):
        return os.access(place, os.W_OK) and shutil.disk_usage(place).free >= MEMORY_NEEDED
    return False


class ClassFolder:
    """The places of one class; :meth:`make` makes what is not there."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).absolute()
        self.hub = self.root / "hub"
        self.roster = self.hub / "roster"
        self.memory = self.hub / "memory"
        self.students = self.root / "students"
        self.solutions = self.root / "solutions"
        self.fonts = self.root / "fonts"

    def make(self) -> None:
        """Make the folders, and draw the secrets once.

        Raises:
            StorageError: it cannot be made here.
        """
        try:
            for folder, mode in (
                (self.root, 0o700),
                (self.hub, 0o700),
                (self.roster, 0o700),
                (self.hub / "servers", 0o700),
                (self.students, 0o711),
                (self.solutions, 0o755),
                (self.fonts, 0o700),
            ):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(mode)
        except OSError as error:
            raise StorageError(f"{self.root} cannot be made: {error.strerror}.", code="not_writable") from error
        # A restart finds the same secrets, so that cookies, servers and the proxy go on.
        for name, length in (("cookie_secret", 32), ("proxy_token", 32), ("teacher_token", 32)):
            if not (self.hub / name).exists():
                write_whole(self.hub / name, secrets.token_hex(length))
        if not (self.hub / "code").exists():
            write_whole(self.hub / "code", "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)))

    def make_memory(self) -> None:
        """Make what lasts while the computer runs: a hub that begins again finds it, also when the disk is full.

        Raises:
            StorageError: it can be made neither in memory nor in the class's folder.
        """
        if self.has_memory:
            return
        self.forget()  # of a computer that was switched off
        try:
            place = MEMORY if _has_room(MEMORY) else self.hub
            self.memory.symlink_to(tempfile.mkdtemp(prefix="myna_lab_class_", dir=place))
        except OSError as error:
            raise StorageError(f"{self.memory} cannot be made: {error.strerror}.", code="not_writable") from error

    @property
    def _place(self) -> Path:
        """Where the link leads, one step: what stands there may be a link of somebody else's."""
        return Path(os.readlink(self.memory)) if self.memory.is_symlink() else self.memory

    @property
    def has_memory(self) -> bool:
        """Whether it is there and ours: after the computer was switched off anybody may have taken its name."""
        with suppress(OSError):
            told = self._place.lstat()
            return stat.S_ISDIR(told.st_mode) and told.st_uid == os.geteuid() and not told.st_mode & 0o077
        return False

    @property
    def run(self) -> str:
        """The name of this run, which no other class has."""
        return self._place.name

    @property
    def marks(self) -> set[str]:
        """What programs of this class, and of this run of it, have in their environment."""
        return {f"{CLASS_FOLDER}={self.root}", f"{CLASS_RUN}={self.run}"}

    def forget(self) -> None:
        """Clear what belonged to one run of the class; nothing of anybody's is there."""
        if self.has_memory:
            shutil.rmtree(self._place, ignore_errors=True)
        if self.memory.is_symlink():
            self.memory.unlink()

    def existing(self) -> ClassFolder:
        """This folder, if a class is in it.

        Raises:
            MisuseError: there is none.
        """
        if not (self.root / "settings.json").is_file():
            raise MisuseError(f"there is no class in {self.root}; `myna-lab class` makes one.", code="no_such_class")
        return self

    def secret(self, name: str) -> str:
        """One of the class's secrets: ``code``, ``cookie_secret``, ``proxy_token``, ``teacher_token``."""
        return (self.hub / name).read_text(encoding="utf-8")

    def student(self, number: int) -> Path:
        """A student's own folder."""
        return self.students / student_name(number)

    def save(self, settings: Settings) -> None:
        """Keep how the class was started."""
        write_whole(self.root / "settings.json", json.dumps(asdict(settings), indent=1) + "\n")

    def settings(self) -> Settings:
        """How it was started; of an older edition's file, what is still asked."""
        read = json.loads((self.root / "settings.json").read_text(encoding="utf-8"))
        known: Mapping[str, object] = {field.name: read[field.name] for field in fields(Settings) if field.name in read}
        return Settings(**known)  # type: ignore[arg-type]
