"""One SQLite file (or memory) that holds a lab: the log, and the vault of its secrets beside it.

    meta(name, value)   events(seq, at, name, body)   vault(ref, secret)

One decision is one transaction. The file is in write-ahead mode with ``synchronous=NORMAL``: what was acknowledged
survives a killed process; a power cut may lose the last decisions, and never leaves half of one. A file belongs to the
lab that opened it last, or saved over it: an older one is refused at its next write.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Entry

__all__ = ["Journal"]

APPLICATION_ID = 0x4D594E41  # "MYNA" in the file's header tells our files from other people's
FORMAT = 2
_PATIENCE = 5000
"""Milliseconds to wait for another program that reads or writes the file."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vault (ref TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID;
"""


@contextmanager
def _storage(path: str, doing: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.ProgrammingError as error:  # the connection is closed
        raise StorageError(f"{path}: cannot {doing}: this lab was closed.", path=path) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter: SQLite's own words about a damaged file
        raise StorageError(f"{path}: cannot {doing}: {error}. Nothing was changed.", path=path) from error


class Journal:
    """The durable side of a lab: a :class:`~myna_lab.events.Store` and a :class:`~myna_lab.events.Vault`.

    Args:
        path: a file, new or made by myna_lab; None: in memory.
        claim: False: nothing is written yet, so that a damaged file stays as it is; call :meth:`claim` before writing.

    Raises:
        StorageError: the file is not a journal of myna_lab, or of a later format, or cannot be opened; it is left
            untouched.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, claim: bool = True) -> None:
        self.path = ":memory:" if path is None else str(_file_of(path))
        self._file = None if path is None else os.path.abspath(self.path)
        self._identity: tuple[int, int] | None = None
        self._process = os.getpid()
        _refuse_foreign(self.path)
        self._owner = str(uuid.uuid4()) if path is not None else ""
        with _storage(self.path, "open"):
            # Any thread may write: the log's lock keeps them apart.
            self._connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
            self._connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            if not self._has_tables() or claim:
                self.claim()
        except BaseException:
            self._connection.close()
            raise

    def _has_tables(self) -> bool:
        """Whether there is a journal already; one of another format is refused."""
        with _storage(self.path, "open"):
            if not self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return False
            row = self._connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        if row is not None and row[0] != str(FORMAT):
            raise StorageError(
                f"{self.path} is of format {row[0]}, and this myna_lab reads format {FORMAT}; it was left as it is.",
                path=self.path,
            )
        return True

    def claim(self) -> None:
        """Make the file belong to this journal: an older one is refused at its next write.

        Raises:
            StorageError: the file cannot be written.
        """
        with _storage(self.path, "open"):
            # Before the write-ahead mode, so that the mark is in the file's header and not only in the log beside it.
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            if self._owner:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
            with self._transaction():
                self._set("format", str(FORMAT))
                self._set("owner", self._owner)
        self._identity = _identity(self._file)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._owner and self._process != os.getpid():
            raise StorageError(
                f"{self.path}: this is a forked process, and the file belongs to the one that opened it; here use "
                "Lab.copy_of(…), or lab.fork() before the processes part.",
                path=self.path,
            )
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _set(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        """Write one decision: its entries and its secrets, or nothing.

        Raises:
            StorageError: the file cannot be written, another lab opened it since, or it is no longer there.
        """
        rows = [(e.seq, e.at.isoformat(), e.name, e.body()) for e in entries]
        with _storage(self.path, "write"), self._transaction():
            self._refuse_if_lost()
            self._connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)
            if secrets:
                self._connection.executemany("INSERT OR REPLACE INTO vault VALUES (?, ?)", secrets.items())

    def withdraw(self, entries: Sequence[Entry]) -> None:
        """Take the newest entries back, if they were written; the vault may keep what nothing refers to.

        Raises:
            StorageError: as :meth:`commit`.
        """
        with _storage(self.path, "write"), self._transaction():
            self._refuse_if_lost()
            self._connection.execute("DELETE FROM events WHERE seq >= ?", (min(e.seq for e in entries),))

    def _refuse_if_lost(self) -> None:
        """Asked inside a transaction, so that nobody can take the file away between the question and the write."""
        (owner,) = self._connection.execute("SELECT value FROM meta WHERE name = 'owner'").fetchone()
        if owner != self._owner:
            raise StorageError(
                f"{self.path}: another lab opened this file since; open it again to go on.", path=self.path
            )
        if self._identity != _identity(self._file):
            raise StorageError(
                f"{self.path}: the file was moved, deleted or replaced since; save this lab under another name.",
                path=self.path,
            )

    def read(self, after: int = 0) -> Iterator[Entry]:
        """The entries in order, from the first or from those that came after number ``after``.

        Raises:
            StorageError: an entry cannot be read.
        """
        with _storage(self.path, "read"):
            rows = self._connection.execute(
                "SELECT seq, at, name, body FROM events WHERE seq > ? ORDER BY seq", (after,)
            ).fetchall()
        for expected, (seq, at, name, body) in enumerate(rows, after + 1):
            if seq != expected:
                raise StorageError(f"{self.path}: entry {expected} is missing from the log; the file is damaged.")
            try:
                entry = Entry.read(seq, at, name, body)
            except (ValueError, TypeError, KeyError) as error:
                raise StorageError(f"{self.path}: entry {seq} ({name}) cannot be read: {error}") from error
            yield entry

    def get(self, ref: str) -> bytes:
        """A secret of the vault.

        Raises:
            KeyError: there is no such entry.
        """
        with _storage(self.path, "read"):
            row = self._connection.execute("SELECT secret FROM vault WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            raise KeyError(ref)
        secret: bytes = row[0]
        return secret

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Copy the whole journal into another file, which appears at once or not at all.

        A lab that has that file open loses it. Onto the own file nothing is copied: everything is there already.

        Raises:
            StorageError: the file there is not ours, or cannot be written; whoever has it open goes on.
        """
        target = Path(os.path.realpath(_file_of(path)))  # what a link leads to is replaced, not the link
        if self._identity is not None and self._identity == _identity(target):
            with _storage(self.path, "save"), self._transaction():
                self._refuse_if_lost()
            self._checkpoint()
            return
        _refuse_foreign(str(target))
        part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            with _storage(str(target), "save"), closing(sqlite3.connect(part)) as copy:
                self._connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            if target.exists():
                with closing(Journal(target, claim=False)) as older:
                    older._checkpoint()
                    older.claim()  # whoever has it open is refused from now on
                    older._checkpoint()
                for leftover in (f"{target}-wal", f"{target}-shm"):  # empty: the file is whole without them
                    Path(leftover).unlink(missing_ok=True)
            part.replace(target)
        except OSError as error:
            raise StorageError(f"{target}: cannot save: {error}", path=str(target)) from error
        finally:
            part.unlink(missing_ok=True)

    def _checkpoint(self) -> None:
        """Bring everything into the main file.

        Raises:
            StorageError: somebody is reading it.
        """
        with _storage(self.path, "save"):
            (is_busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise StorageError(f"{self.path}: another program is reading this file; try again.", path=self.path)

    def copy_in_memory(self, length: int) -> Journal:
        """A private copy in memory of the first entries and the whole vault, to be played on without being kept."""
        copy = Journal()
        with _storage(self.path, "copy"):
            self._connection.backup(copy._connection)
            copy._connection.execute("DELETE FROM events WHERE seq > ?", (length,))
            copy._set("owner", copy._owner)
        return copy

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"


def _file_of(path: str | os.PathLike[str]) -> Path:
    """A file's path.

    Raises:
        MisuseError: no text or path, or an empty one.
    """
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise MisuseError(f"a file is given by its path; got {type(path).__name__}.", code="bad_path") from None
    if not name:
        raise MisuseError("a file needs a name; got an empty one.", code="bad_path")
    return Path(name)


def _identity(path: str | os.PathLike[str] | None) -> tuple[int, int] | None:
    """Which file of the disk this is: another one under the same name differs. None: none."""
    if path is None:
        return None
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _refuse_foreign(path: str) -> None:
    """Other people's files stay untouched: look at the header before SQLite does."""
    file = Path(path)
    if path == ":memory:" or not file.exists():
        if path != ":memory:" and not file.absolute().parent.is_dir():
            raise StorageError(f"{path}: there is no folder {file.absolute().parent}.", path=path)
        return
    try:
        with file.open("rb") as opened:
            head = opened.read(100)
    except OSError as error:
        raise StorageError(f"{path}: cannot open: {error}", path=path) from error
    if head == b"":
        return
    if head[:16] != b"SQLite format 3\0" or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise StorageError(f"{path} is not a file of myna_lab; it was left as it is. Choose another name.", path=path)


def existing(path: str | os.PathLike[str]) -> Path:
    """The path of a journal that must be there.

    Raises:
        MisuseError: no such file.
    """
    file = _file_of(path)
    if not file.exists() or file.stat().st_size == 0:
        raise MisuseError(f"there is no lab in {file}; Lab(journal=…) starts one.", code="no_such_file")
    return file
