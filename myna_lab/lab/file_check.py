"""What must be true of a file's tables and rows, whoever wrote it: the schema to the letter, and a chain of checksums.

    events     each row carries the digest of the one before, of itself, and of the secrets that came with it
    vault      each row says with which entry it came
    meta       the seal: the digest of the newest entry, of the format and of the owner

A digest tells damage, not malice: who can write the file can write digests, too. Hence the schema, the limits and the
types of all values are asked as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from myna_lab.errors import StorageError
from myna_lab.lab.file_header import FORMAT

__all__ = ["ALLOWED", "check", "connect", "damaged", "digest_of", "link", "seal"]

_PATIENCE = 5000
"""Milliseconds to wait for another program that reads or writes the file."""
SYNCHRONOUS = "NORMAL"
"""The disk has a decision before it is acknowledged. ``OFF`` is ten times as fast, and a power cut may then tear
the file; a killed process still loses nothing, so tests take it."""
_LONGEST = 4_000_000
"""Octets of the longest row: a card's contents have thirty thousand."""
ALLOWED: Mapping[str, str] = {
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "events": "CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, "
    "digest BLOB NOT NULL)",
    "vault": "CREATE TABLE vault (ref TEXT, seq INTEGER, secret BLOB NOT NULL, PRIMARY KEY (ref, seq)) WITHOUT ROWID",
}
"""Everything that the schema of a file holds, by name: no view, trigger, index or other table."""
_SIZE = 16
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


def check(connection: sqlite3.Connection, path: str) -> None:
    """The schema, to the letter, and the tree of pages.

    Raises:
        StorageError: something else is in the schema, or a page is damaged: it says which.
    """
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100").fetchall()
    if sorted(map(repr, rows)) != sorted(repr(("table", name, name, sql)) for name, sql in ALLOWED.items()):
        raise StorageError(
            f"{path}: its tables are not those of a lab; it was left as it is.", path=path, code="damaged"
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise damaged(path, " ".join(str(found).split()))


def damaged(path: str, place: str) -> StorageError:
    """The error for a file that is not as it was written."""
    return StorageError(f"{path}: the file is damaged: {place}. It was left as it is.", path=path, code="damaged")


def digest_of(secret: bytes) -> bytes:
    """What stands for a secret in the chain."""
    return blake2b(secret, digest_size=_SIZE).digest()


def link(previous: bytes, row: tuple[int, str, str, str], secrets: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """The digest of an entry.

    Args:
        previous: the digest of the entry before; empty: this is the first.
        row: seq, at, name, body.
        secrets: references and digests of what came with it, in the order of the references.
    """
    seq, at, name, body = row
    whole = blake2b(previous, digest_size=_SIZE)
    whole.update(f"{seq}\0{at}\0{name}\0{body}".encode())
    for ref, digest in secrets:
        whole.update(ref.encode() + b"\0" + digest)
    return whole.digest()


def seal(owner: str, newest: bytes) -> str:
    """The seal of a file.

    Args:
        owner: who opened it last.
        newest: the digest of the newest entry; empty: there is none.
    """
    return blake2b(f"{FORMAT}\0{owner}\0".encode() + newest, digest_size=_SIZE).hexdigest()
