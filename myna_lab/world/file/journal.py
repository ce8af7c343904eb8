"""One SQLite file (or memory) that holds a lab: the log, and the vault of its secrets beside it.

    meta(name, value)   events(seq, at, name, body, digest)   vault(ref, seq, secret)   and views for people

One decision is one transaction with a rollback journal, on the disk before it is acknowledged; between decisions the
main file alone is whole. Each row is bound to the one before by a checksum (``file_rows``), and what lies beside the
file is looked at before SQLite is (``file_header``). A file belongs to the lab that opened it last, or saved over it:
an older one is refused at its next write.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress

from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Entry, Vault
from myna_lab.ground.interrupts import uninterrupted
from myna_lab.world.file import check as file_check
from myna_lab.world.file import rows as file_rows
from myna_lab.world.file.check import ALLOWED, connect, damaged, overwrite, transaction
from myna_lab.world.file.header import APPLICATION_ID, FORMAT, new_mark, read_header, refuse_strange_company, sweep
from myna_lab.world.file.names import existing, followed, identity, status_of
from myna_lab.world.file.rows import seal
from myna_lab.world.file.unwritten import Unwritten, batch_of

__all__ = ["Journal", "existing"]

_MEMORY = "this lab's memory"
_READ_ONLY = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


class Journal:
    """The durable side of a lab: a :class:`~myna_lab.events.Store` and a :class:`~myna_lab.events.Vault`.

    Args:
        path: a file, new or made by myna_lab; None: in memory.
        claim: False: nothing is written yet; call :meth:`read`, so that a damaged file stays as it is, then
            :meth:`claim` before writing, and :meth:`read` once more for what came between.

    Raises:
        MisuseError: no name for a file.
        StorageError: the file is not a journal of myna_lab, or of another format, or damaged, or cannot be opened; it
            is left untouched.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, claim: bool = True) -> None:
        file = self._file = None if path is None else followed(path)
        self.path = _MEMORY if path is None else os.fsdecode(path)
        self._identity: tuple[int, int] | None = None
        self._process = os.getpid()
        self._owner = "" if file is None else str(uuid.uuid4())
        self._newest = b""
        self._is_new = file is None or status_of(file) is None or read_header(file) is None
        self._is_read_only = False
        self._connection: sqlite3.Connection | None = None
        self._beneath: Vault | None = None
        self._at_hand: dict[str, bytes] = {}
        """The vault, while the log is read: its folds ask for most of it."""
        self._unwritten = Unwritten()
        if file is not None and not self._is_new:
            refuse_strange_company(file)
        try:
            if not self._is_new:
                self._connect()
                with self._storage("open"):
                    file_check.check(self._db, self.path)
            if claim and file is not None:
                length = sum(1 for _ in self.read())
                self.claim()
                for _ in self.read(after=length):
                    pass
        except BaseException:
            self.close()
            raise

    @classmethod
    def aside(cls, vault: Vault) -> Journal:
        """A journal in memory for an excerpt of a lab: secrets that it does not hold itself are the lab's."""
        journal = cls()
        journal._beneath = vault
        return journal

    def _connect(self) -> sqlite3.Connection:
        with self._storage("open"):
            self._connection = connect(":memory:" if self._file is None else str(self._file))
        return self._connection

    @property
    def _open(self) -> sqlite3.Connection:
        if self._file is None and self._is_new:  # most labs in memory are never asked for it
            self._make()
        if self._connection is None:
            raise StorageError(f"{self.path}: this lab was closed.", path=self.path)
        return self._connection

    @property
    def _db(self) -> sqlite3.Connection:
        if self._unwritten.batches:
            uninterrupted(self._write_all)
        return self._open

    def _write_all(self) -> None:
        with transaction(self._open) as connection:
            newest = file_rows.insert(connection, self._owner, self._newest, self._unwritten.batches)
        self._newest = newest
        self._unwritten.clear()

    @contextmanager
    def _storage(self, doing: str) -> Iterator[None]:
        """Every use of the file: foreign errors become ours, and a forked process is refused."""
        if self._file is not None and self._process != os.getpid():
            raise StorageError(
                f"{self.path}: this is a forked process, and the file belongs to the one that opened it; here use "
                "Lab.copy_of(…), or lab.fork() before the processes part.",
                path=self.path,
                code="forked",
            )
        try:
            yield
        except sqlite3.ProgrammingError as error:  # the connection is closed
            raise StorageError(f"{self.path}: cannot {doing}: this lab was closed.", path=self.path) from error
        except (sqlite3.Error, OSError, UnicodeError) as error:
            name = getattr(error, "sqlite_errorname", None) or ""
            raise StorageError(
                f"{self.path}: cannot {doing}: {error}. Nothing was changed.",
                path=self.path,
                code="read_only" if name.startswith(_READ_ONLY) else "storage",
            ) from error

    # -------------------------------------------------------------------------------------------------------- claiming

    def claim(self) -> None:
        """Make the file belong to this journal: an older one is refused at its next write.

        Raises:
            StorageError: the file cannot be written; with code ``read_only``, only that, and reading goes on.
        """
        if self._is_new:
            self._make()
            return
        try:
            with self._storage("open"):
                # Alone: see file_header. Only after it may anything else be written.
                self._db.execute(f"PRAGMA user_version = {new_mark()}")
                with transaction(self._db) as connection:
                    self._sign(connection, file_rows.sealed(connection, self.path))
        except StorageError as error:
            self._is_read_only = error.code == "read_only"
            raise
        self._identity = identity(self._file)

    def _make(self) -> None:
        """Fill a new file: in one transaction, and gone again if that fails."""
        made = False
        try:
            if self._file is not None:
                sweep(self._file)
                with self._storage("open"), suppress(FileExistsError):
                    os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
                    made = True
            with self._storage("open"), transaction(self._connect()) as connection:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {new_mark()}")
                for statement in ALLOWED.values():
                    connection.execute(statement)
                self._sign(connection, b"")
        except BaseException:
            self.close()
            if made and self._file is not None:
                self._file.unlink(missing_ok=True)
            raise
        self._is_new = False
        self._identity = identity(self._file)

    def _sign(self, connection: sqlite3.Connection, newest: bytes) -> None:
        """Write who owns the file, and the seal; inside a transaction."""
        rows = {"format": str(FORMAT), "owner": self._owner, "seal": seal(self._owner, newest)}
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows.items())

    # --------------------------------------------------------------------------------------------------------- writing

    def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        """Write one decision: its entries and its secrets, or nothing.

        Raises:
            StorageError: the file cannot be written, another lab opened it since, or it is no longer there.
        """
        if not entries:
            if secrets:
                raise MisuseError("secrets are kept with the entry that refers to them.", code="no_event")
            return
        batch = batch_of(entries, secrets)
        if self._file is None and (self._is_new or self._open) and self._unwritten.takes(batch):
            return
        with self._storage("write"), transaction(self._db) as connection:
            self._refuse_if_lost(connection)
            newest = file_rows.insert(connection, self._owner, self._newest, [batch])
        self._newest = newest

    def withdraw(self, entries: Sequence[Entry]) -> None:
        """Take the newest entries back with their secrets, if they were written.

        Raises:
            StorageError: as :meth:`commit`.
        """
        first = min(entry.seq for entry in entries)
        with self._storage("write"), transaction(self._db) as connection:
            self._refuse_if_lost(connection)
            newest = self._cut(connection, first - 1)
        self._newest = newest

    def _cut(self, connection: sqlite3.Connection, length: int) -> bytes:
        """Keep the first entries and their secrets; inside a transaction. Returns the digest of the last."""
        for table in ("events", "vault"):
            connection.execute(f"DELETE FROM {table} WHERE seq > ?", (length,))
        newest = file_rows.digest_at(connection, self.path, length)
        self._sign(connection, newest)
        return newest

    def _refuse_if_lost(self, connection: sqlite3.Connection) -> None:
        """Asked inside a transaction, so that nobody can take the file away between the question and the write."""
        if self._file is None:  # nobody else knows this memory
            return
        row = connection.execute("SELECT value FROM meta WHERE name = 'owner'").fetchone()
        if self._is_read_only:
            code, why = "read_only", "can only be read here; save this lab under another name, or go on in lab.fork()."
        elif row is None or row[0] != self._owner:
            code, why = "other_owner", "another lab opened this file since; open it again to go on."
        elif self._identity != identity(self._file):
            code, why = "other_file", "it was moved, deleted or replaced since; save this lab under another name."
        else:
            return
        raise StorageError(f"{self.path}: {why}", path=self.path, code=code)

    # --------------------------------------------------------------------------------------------------------- reading

    def read(self, after: int = 0) -> Generator[Entry, None, None]:
        """The entries in order, from the first or from those that came after number ``after``, which was read before.

        While they are read nobody else can write; who breaks off closes the generator.

        Raises:
            StorageError: a row is missing, damaged, or cannot be understood: it says which.
        """
        if self._is_new and not self._unwritten.batches:
            return
        with self._storage("read"):
            connection = self._db
            connection.execute("BEGIN")
        try:
            with self._storage("read"):
                digests, self._at_hand = file_rows.vault(connection, self.path, after)
                yield from file_rows.entries(connection, self.path, after, digests)
                self._newest = file_rows.sealed(connection, self.path)
        finally:
            self._at_hand = {}
            with suppress(sqlite3.Error):
                connection.execute("COMMIT")

    def get(self, ref: str) -> bytes:
        """The newest secret of a reference.

        Raises:
            StorageError: there is none: the file is damaged.
        """
        for known in (self._at_hand, self._unwritten.secrets):
            if (at_hand := known.get(ref)) is not None:
                return at_hand
        with self._storage("read"):
            query = "SELECT secret FROM vault WHERE ref = ? ORDER BY seq DESC LIMIT 1"
            row = None if self._is_new else self._open.execute(query, (ref,)).fetchone()
        if row is None and self._beneath is not None:
            return self._beneath.get(ref)
        if row is None:
            raise damaged(self.path, f"the vault has no entry {ref!r}")
        return bytes(row[0])

    # --------------------------------------------------------------------------------------------------------- copying

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Copy the whole journal into another file, in one transaction: whole or not at all.

        A lab that has that file open loses it. Onto the own file nothing is copied: everything is there already. A new
        file has the permissions of this one, if this one is a file; an older one keeps its own.

        Raises:
            StorageError: the file there is not ours, or cannot be written; whoever has it open goes on.
        """
        target = followed(path)
        if self._identity is not None and self._identity == identity(target):
            with self._storage("save"), transaction(self._db) as connection:
                self._refuse_if_lost(connection)
            return
        is_new = status_of(target) is None
        with closing(self.copy_in_memory()) as copy, closing(Journal(target, claim=False)) as there:
            if there._is_new:
                there.claim()
            try:
                if is_new and self._file is not None:
                    with there._storage("save"), suppress(FileNotFoundError):
                        target.chmod(self._file.stat().st_mode & 0o777)
                there._fill(copy)
            except BaseException:
                if is_new:
                    there.close()
                    target.unlink(missing_ok=True)
                raise

    def _fill(self, copy: Journal) -> None:
        """Take another journal's contents; whoever had this file open is refused from now on."""
        with self._storage("save"):
            (mark,) = self._db.execute("PRAGMA user_version").fetchone()
            copy._db.execute(f"PRAGMA user_version = {mark}")
            copy._owner = self._owner
            with transaction(copy._db) as connection:
                copy._sign(connection, copy._newest)
            overwrite(self._db, copy._db, self.path)
            self._db.execute(f"PRAGMA user_version = {new_mark()}")

    def copy_in_memory(self, length: int | None = None) -> Journal:
        """A private copy in memory of the first entries and their secrets, to be played on without being kept.

        Args:
            length: how many entries; None: all.
        """
        copy = Journal()
        with self._storage("copy"):
            self._db.backup(copy._connect())
            copy._is_new = False
            with transaction(copy._db) as connection:
                copy._newest = file_rows.sealed(connection, self.path)
                copy._sign(connection, copy._newest)
                if length is not None:
                    copy._newest = copy._cut(connection, length)
        return copy

    def close(self) -> None:
        """Close the file; in a forked process it stays the other's."""
        if self._file is None or self._process == os.getpid():
            if self._connection is not None:
                self._connection.close()
            self._connection, self._is_new = None, False
            self._unwritten.clear()

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"
