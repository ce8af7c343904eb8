"""What may be the name of a lab's file, and what stands under it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from myna_lab.errors import MisuseError, StorageError

__all__ = ["existing", "followed", "identity", "status_of"]


def file_of(path: str | os.PathLike[str]) -> Path:
    """A file's path.

    Raises:
        MisuseError: no text or path, an empty one, a NUL or half a character in it, or one that SQLite does not take
            for a file.
    """
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise MisuseError(f"a file is given by its path; got {type(path).__name__}.", code="bad_path") from None
    if not name:
        raise MisuseError("a file needs a name; got an empty one.", code="bad_path")
    if "\0" in name:
        raise MisuseError("a file's name cannot contain the character NUL.", code="bad_path")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise MisuseError(f"the file name {name!a} is not Unicode text.", code="bad_path") from None
    if name == ":memory:" or name.startswith("file:"):
        raise MisuseError(
            f"{name!r} is what SQLite calls a place, not a file; give a path such as 'class.mynalab', or none for a "
            "lab in memory.",
            code="bad_path",
        )
    return Path(name)


def followed(path: str | os.PathLike[str]) -> Path:
    """The file to which a path leads: what SQLite writes beside it lies there, and not beside a link.

    Raises:
        MisuseError: as :func:`file_of`.
    """
    return Path(os.path.realpath(file_of(path)))


def status_of(file: Path) -> os.stat_result | None:
    """What stands under a name; None: nothing.

    Raises:
        StorageError: a folder, a pipe, a device; or it cannot be asked for, or no file can be there.
    """
    try:
        status = file.stat()
    except FileNotFoundError:
        folder = file.absolute().parent
        if not os.path.isdir(folder):
            raise StorageError(f"{file}: there is no folder {folder}.", path=str(file)) from None
        return None
    except OSError as error:  # a name of 300 characters, a folder that may not be entered …
        raise StorageError(f"{file}: cannot open: {error.strerror}.", path=str(file)) from error
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise StorageError(f"{file} is {what}, not a file; choose another name.", path=str(file))
    return status


def existing(path: str | os.PathLike[str]) -> Path:
    """The path of a journal that must be there.

    Raises:
        MisuseError: no such file, or an empty one.
        StorageError: as :func:`status_of`.
    """
    file = file_of(path)
    status = status_of(file) if os.path.isdir(file.absolute().parent) else None
    if status is None or status.st_size == 0:
        raise MisuseError(f"there is no lab in {file}; Lab(journal=…) starts one.", code="no_such_file")
    return file


def identity(file: Path | None) -> tuple[int, int] | None:
    """Which file of the disk this is: another one under the same name differs. None: none."""
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
