"""What must be true of a file's schema and pages, whoever wrote it, and a connection that trusts nothing in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from myna_lab.errors import StorageError
from myna_lab.world.file.views import VIEWS

__all__ = ["ALLOWED", "check", "connect", "damaged", "overwrite", "transaction"]

_PATIENCE = 5000
"""Milliseconds to wait for another program that reads or writes the file."""
_TRIES = 100
"""How often it is asked meanwhile."""
SYNCHRONOUS = "NORMAL"
"""The disk has a decision before it is acknowledged. ``OFF`` is ten times as fast, and a power cut may then tear
the file; a killed process still loses nothing, so tests take it."""
_LONGEST = 4_000_000
"""Octets of the longest row: a card's contents have thirty thousand."""
_TABLES: Mapping[str, str] = {
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "events": "CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, "
    "digest BLOB NOT NULL)",
    "vault": "CREATE TABLE vault (ref TEXT, seq INTEGER, secret BLOB NOT NULL, PRIMARY KEY (ref, seq)) WITHOUT ROWID",
}
ALLOWED: Mapping[str, str] = {**_TABLES, **VIEWS}
"""Everything that the schema of a file holds, by name: no trigger, index, or other table or view."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
}


def connect(path: str) -> sqlite3.Connection:
    """A connection that trusts nothing in the file.

    Any thread may use it: the log's lock keeps them apart. Rollback journal, not write-ahead log: after each decision
    the main file alone is whole, and nothing lies beside it.
    """
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for category, limit in _LIMITS.items():
        connection.setlimit(category, limit)
    for pragma in (
        f"busy_timeout = {_PATIENCE}",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        f"synchronous = {SYNCHRONOUS}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything inside is written, or nothing."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check(connection: sqlite3.Connection, path: str) -> None:
    """The schema, to the letter, and the tree of pages.

    Raises:
        StorageError: something else is in the schema, or a page is damaged: it says which.
    """
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100").fetchall()
    kinds = dict.fromkeys(_TABLES, "table") | dict.fromkeys(VIEWS, "view")
    if sorted(map(repr, rows)) != sorted(repr((kinds[name], name, name, sql)) for name, sql in ALLOWED.items()):
        raise StorageError(
            f"{path}: its tables and views are not those of a lab; it was left as it is.", path=path, code="damaged"
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise damaged(path, " ".join(str(found).split()))


def damaged(path: str, place: str) -> StorageError:
    """The error for a file that is not as it was written."""
    return StorageError(f"{path}: the file is damaged: {place}. It was left as it is.", path=path, code="damaged")


def overwrite(target: sqlite3.Connection, source: sqlite3.Connection, path: str) -> None:
    """Put a whole database in the place of another, in one transaction of the target.

    Raises:
        StorageError: another program is reading it, and does not stop.
    """
    asked = 0

    def refuse_to_wait(status: int, *_: int) -> None:
        nonlocal asked
        asked += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if asked > _TRIES:
            raise StorageError(f"{path}: another program is reading this file; try again.", path=path)

    target.execute("PRAGMA busy_timeout = 0")
    source.backup(target, progress=refuse_to_wait, sleep=_PATIENCE / 1000 / _TRIES)
