"""The rows of a file, and the chain of checksums that binds them.

    events     each row carries the digest of the one before, of itself, and of the secrets that came with it
    vault      each row says with which entry it came
    meta       the seal: the digest of the newest entry, of the format and of the owner

A digest tells damage, not malice: who can write the file can write digests, too. Hence schema, types and ranges are
asked as well (``file_check``, ``events.stored``, ``admission``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from myna_lab.errors import MynaLabError
from myna_lab.events import Entry
from myna_lab.events.together import read_together
from myna_lab.world.file.check import damaged
from myna_lab.world.file.header import FORMAT
from myna_lab.world.file.unwritten import Batch

__all__ = ["digest_at", "digest_of", "entries", "insert", "seal", "sealed", "vault"]

_SIZE = 16
_NOTHING_YET = blake2b(digest_size=_SIZE)
"""Copied for each entry: a new one is set up in twice the time."""
_BATCH = 1000
"""Rows that are read in one go: a loop that does one thing runs quicker than one that changes between four."""
_EVENT, _SECRET = (int, str, str, str, bytes), (str, int, bytes)
"""Types of a row's values: SQLite keeps any type in any column."""
_Row = tuple[int, str, str, str, bytes]
_Secrets = Sequence[tuple[str, bytes]]
Digests = dict[int, list[tuple[str, bytes]]]
"""Entry to references and digests of the secrets that came with it, in the order of the references."""


def digest_of(secret: bytes) -> bytes:
    """What stands for a secret in the chain."""
    return blake2b(secret, digest_size=_SIZE).digest()


def link(previous: bytes, seq: int, at: str, name: str, body: str, secrets: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """The digest of an entry.

    Args:
        previous: the digest of the entry before; empty: this is the first.
        seq: the entry's number.
        at: its instant, as it stands in the file; so with ``name`` and ``body``.
        name: its kind.
        body: its fields.
        secrets: references and digests of what came with it, in the order of the references.
    """
    whole = _NOTHING_YET.copy()
    whole.update(previous + f"{seq}\0{at}\0{name}\0{body}".encode())
    for ref, digest in secrets:
        whole.update(ref.encode() + b"\0" + digest)
    return whole.digest()


def insert(connection: sqlite3.Connection, owner: str, newest: bytes, batches: Sequence[Batch]) -> bytes:
    """Write decisions and the seal; inside a transaction.

    Args:
        connection: the file.
        owner: who opened it last.
        newest: the digest of the entry before.
        batches: the decisions, in order.

    Returns:
        The digest of the last entry.
    """
    rows: list[tuple[int, str, str, str, bytes]] = []
    vault: list[tuple[str, int, bytes]] = []
    for entries, bodies, secrets in batches:
        first = entries[0].seq
        kept = [(ref, first, secrets[ref]) for ref in sorted(secrets)]
        digests: Sequence[tuple[str, bytes]] = [(ref, digest_of(secret)) for ref, _, secret in kept]
        for entry, body in zip(entries, bodies, strict=True):
            row = (entry.seq, entry.at.isoformat(), entry.name, body)
            newest, digests = link(newest, *row, digests), ()
            rows.append((*row, newest))
        vault += kept
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
    if vault:
        connection.executemany("INSERT INTO vault VALUES (?, ?, ?)", vault)
    connection.execute("UPDATE meta SET value = ? WHERE name = 'seal'", (seal(owner, newest),))
    return newest


def seal(owner: str, newest: bytes) -> str:
    """The seal of a file.

    Args:
        owner: who opened it last.
        newest: the digest of the newest entry; empty: there is none.
    """
    return blake2b(f"{FORMAT}\0{owner}\0".encode() + newest, digest_size=_SIZE).hexdigest()


def sealed(connection: sqlite3.Connection, path: str) -> bytes:
    """The digest of the newest entry, which the seal must name.

    Raises:
        StorageError: it names another.
    """
    row = connection.execute("SELECT digest FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    newest: bytes = row[0] if row else b""
    meta = dict(connection.execute("SELECT name, value FROM meta LIMIT 10"))
    owner = str(meta.get("owner", ""))
    if meta != {"format": str(FORMAT), "owner": owner, "seal": seal(owner, newest)}:
        raise damaged(path, "the seal in table meta is not that of the newest entry in table events")
    return newest


def digest_at(connection: sqlite3.Connection, path: str, length: int) -> bytes:
    """The digest of an entry; empty before the first.

    Raises:
        StorageError: there is no such entry.
    """
    row = connection.execute("SELECT digest FROM events WHERE seq = ?", (length,)).fetchone()
    if row is None and length:
        raise damaged(path, f"entry {length} is missing from the log")
    return row[0] if row else b""


def vault(connection: sqlite3.Connection, path: str, after: int) -> tuple[Digests, dict[str, bytes]]:
    """What came with the entries after one: digests by entry, and the newest secret of each reference.

    Raises:
        StorageError: a row holds values of other types.
    """
    digests: Digests = {}
    secrets: dict[str, bytes] = {}
    query = "SELECT ref, seq, secret FROM vault WHERE seq > ? ORDER BY ref, seq"
    for number, row in enumerate(connection.execute(query, (after,)), 1):
        if tuple(map(type, row)) != _SECRET:
            raise damaged(path, f"row {number} of the vault holds values of other types")
        ref, seq, secret = row
        digests.setdefault(seq, []).append((ref, digest_of(secret)))
        secrets[ref] = secret
    return digests, secrets


def entries(connection: sqlite3.Connection, path: str, after: int, digests: Digests) -> Iterator[Entry]:
    """The entries after one, in order, each with its checksum.

    Raises:
        StorageError: a row is missing, damaged, or cannot be understood: it says which.
    """
    newest, seq = digest_at(connection, path, after), after
    rows = connection.execute("SELECT seq, at, name, body, digest FROM events WHERE seq > ? ORDER BY seq", (after,))
    while batch := rows.fetchmany(_BATCH):
        secrets = [digests.pop(number, ()) for number in range(seq + 1, seq + 1 + len(batch))]
        read = _together(batch, newest, seq, secrets)
        yield from _one_by_one(batch, path, newest, seq, secrets) if read is None else read
        newest, seq = batch[-1][-1], seq + len(batch)
    if digests:
        raise damaged(path, f"the vault belongs to entry {min(digests)}, which is missing from the log")


def _together(batch: Sequence[_Row], newest: bytes, seq: int, secrets: Sequence[_Secrets]) -> list[Entry] | None:
    """All rows at once; None: something is wrong, and is looked for row by row."""
    columns = [*zip(*batch, strict=True)]
    if any({*map(type, column)} != {kind} for column, kind in zip(columns, _EVENT, strict=True)):
        return None
    seqs, ats, names, bodies, digests = columns
    if seqs != (*range(seq + 1, seq + 1 + len(batch)),):
        return None
    if (*map(link, (newest, *digests), seqs, ats, names, bodies, secrets),) != digests:
        return None
    return read_together(seqs, ats, names, bodies)


def _one_by_one(
    batch: Sequence[_Row], path: str, newest: bytes, seq: int, secrets: Sequence[_Secrets]
) -> Iterator[Entry]:
    for row, came_with in zip(batch, secrets, strict=True):
        seq += 1
        if (*map(type, row),) != _EVENT:
            raise damaged(path, f"entry {seq} holds values of other types")
        number, at, name, body, digest = row
        if number != seq:
            raise damaged(path, f"entry {seq} is missing from the log")
        newest = link(newest, seq, at, name, body, came_with)
        if newest != digest:
            refs = ", ".join(ref for ref, _ in came_with)
            beside = f", or what the vault keeps of it ({refs})" if came_with else ""
            raise damaged(path, f"entry {seq} ({name:.40}){beside} does not have its checksum")
        try:
            entry = Entry.read(seq, at, name, body)
        except MynaLabError as error:
            raise damaged(path, f"entry {seq} cannot be read: {error}") from error
        yield entry  # what came before may be wrong, too, and is told first
