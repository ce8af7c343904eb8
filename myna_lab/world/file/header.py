"""What is asked of a file before SQLite sees it: is it ours, of this format, and is what lies beside it its own?

SQLite trusts names. A rollback journal (``-journal``) or write-ahead log (``-wal``) that a killed program left is
played into whatever file bears the name by then, be it another lab's. So each opening of a lab draws a mark, which
stands in the file's header and therefore on the first page of every rollback journal that belongs to it.

Source: SQLite, "Database File Format", 1.3 (header) and 3 (rollback journal).
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import BinaryIO, NamedTuple

from myna_lab.errors import StorageError

__all__ = ["APPLICATION_ID", "FORMAT", "Header", "new_mark", "read_header", "refuse_strange_company", "sweep"]

APPLICATION_ID = 0x4D594E41  # "MYNA" in the file's header tells our files from other people's
FORMAT = 5
_MARK_BITS = 24
_BESIDE = ("-journal", "-wal", "-shm")
_MAGIC = bytes.fromhex("d9d505f920a163d7")
_UNKNOWN_COUNT = 0xFFFFFFFF
_GLANCES, _PAUSE = 25, 0.02
"""Another lab may be in the middle of a write: how often to look, and the seconds between."""


class Header(NamedTuple):
    """What the first hundred bytes say."""

    page_size: int
    is_write_ahead: bool
    counter: int
    """Rises with each transaction."""
    mark: int
    """``user_version``: the format, and what the newest opening drew."""
    application: int

    @classmethod
    def of(cls, head: bytes) -> Header | None:
        """Read it; None: not the header of an SQLite file."""
        if len(head) < 100 or head[:16] != b"SQLite format 3\0":
            return None
        size = int.from_bytes(head[16:18], "big")
        words = (int.from_bytes(head[at : at + 4], "big") for at in (24, 60, 68))
        return cls(65536 if size == 1 else size, head[18:20] != b"\1\1", *words)


def new_mark() -> int:
    """The format and a fresh draw, for ``user_version``. Not the lab's chance: it only tells two openings apart."""
    return FORMAT << _MARK_BITS | secrets.randbits(_MARK_BITS)


def read_header(file: Path) -> Header | None:
    """The header of a file of ours; None: the file is empty.

    Raises:
        StorageError: another program's file, or one of another format; it is left untouched.
    """
    try:
        with file.open("rb") as opened:
            head = opened.read(100)
    except OSError as error:
        raise StorageError(f"{file}: cannot open: {error.strerror}.", path=str(file)) from error
    if not head:
        return None
    header = Header.of(head)
    if header is None or header.application != APPLICATION_ID:
        raise StorageError(
            f"{file} is not a file of myna_lab; it was left as it is. Choose another name.", path=str(file)
        )
    if header.mark >> _MARK_BITS != FORMAT or header.is_write_ahead:
        known = header.mark >> _MARK_BITS
        found = f"format {known}" if known > FORMAT else f"a format before {FORMAT}"
        raise StorageError(
            f"{file} is of {found}, and this myna_lab reads format {FORMAT}; it was left as it is. Open it with the "
            "version that wrote it.",
            path=str(file),
            code="other_format",
        )
    return header


def refuse_strange_company(file: Path) -> None:
    """Refuse a file beside which lies what another one left: SQLite would play it into this one.

    Raises:
        StorageError: it says what to move away.
    """
    for glance in range(_GLANCES):
        strange = _strange(file)
        if not strange:
            return
        if glance:
            time.sleep(_PAUSE)
    raise StorageError(
        f"{file}: beside it lies {strange}, which another lab left there and which would change this one. Move it "
        "away, or, if the file was renamed, back to where it belongs; nothing was changed.",
        path=str(file),
        code="strange_company",
    )


def _strange(file: Path) -> str:
    """The name of what does not belong to a file; empty: nothing."""
    journal, log = (Path(f"{file}{ending}") for ending in _BESIDE[:2])
    try:
        if log.exists() and log.stat().st_size:
            return log.name  # since format 3 no file of ours has one
        return "" if not journal.exists() or _belongs(journal, file) else journal.name
    except FileNotFoundError:  # a writer ended meanwhile
        return ""
    except OSError as error:
        raise StorageError(f"{file}: cannot open: {error.strerror}.", path=str(file)) from error


class _Left(NamedTuple):
    """What a rollback journal would bring back."""

    n_pages: int
    """Of the file as it was."""
    n_saved: int
    first: bytes
    """Page 1 as it was; empty: it is not among them."""


def _belongs(journal: Path, file: Path) -> bool:
    """Whether playing a rollback journal back brings this file to where it was, and to nothing else."""
    with file.open("rb") as opened, journal.open("rb") as saved:
        head, left = opened.read(100), _read(saved)
        now = Header.of(head)
        if left is None or now is None:  # there is nothing to play back, or nothing to play it into
            return left is None or not head
        if not left.n_pages:  # the file was being made
            return now.counter <= 1
        before = Header.of(left.first)
        if before is None:  # the file itself was not written to yet
            return not left.n_saved and left.n_pages * now.page_size == file.stat().st_size
        if before.page_size != now.page_size or now.counter - before.counter not in (0, 1):
            return False
        if before.mark == now.mark:
            return True
        # A new mark is drawn in a transaction of its own, which touches nothing but the header.
        opened.seek(0)
        return left.n_saved == 1 and left.first[100:] == opened.read(now.page_size)[100:]


def _read(journal: BinaryIO) -> _Left | None:
    """Read a rollback journal, part by part; None: SQLite would play nothing back."""
    found: _Left | None = None
    start = 0
    while True:
        journal.seek(start)
        head = journal.read(28)
        count, _, n_pages, sector, size = (int.from_bytes(head[at : at + 4], "big") for at in range(8, 28, 4))
        if head[:8] != _MAGIC or not 32 <= sector <= 65536 or not 512 <= size <= 65536:
            return found
        found = found or _Left(n_pages, 0, b"")
        position = start + sector
        while count:
            journal.seek(position)
            record = journal.read(size + 8)
            if len(record) < size + 8:
                return found
            first = found.first or (record[4:-4] if record[:4] == b"\0\0\0\1" else b"")
            found = _Left(found.n_pages, found.n_saved + 1, first)
            position += size + 8
            count -= count != _UNKNOWN_COUNT
        start = -(-position // sector) * sector


def sweep(file: Path) -> None:
    """Take away what lies beside a name under which there is no lab: whose it was is gone.

    Raises:
        StorageError: it cannot be removed.
    """
    for ending in _BESIDE:
        try:
            Path(f"{file}{ending}").unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{file}{ending}: cannot remove: {error.strerror}.", path=str(file)) from error
