"""Lab files for tests: a small story kept in one, what an opened lab knows, and files that somebody forged."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from myna_lab import Lab
from myna_lab.world.file.rows import digest_of, link, seal


def story(path: Path, seed: int = 3) -> Path:
    """A closed file: two people, a card on a phone each, a changed PIN, verdicts."""
    with Lab(seed=seed, journal=path) as lab:
        for kind in (lab.iphone, lab.android):
            holder = lab.resident()
            phone = kind(holder)
            phone.add_card().run()
            lab.advance("30min")
            lab.portal.log_in(phone)
            lab.portal.log_in(holder.card, pin="0000")
    return path


def facts(lab: Lab) -> tuple[object, ...]:
    """Everything that is to be the same when a file is opened again: log, vault, books, chips."""
    chips = [chip.state for h in lab.residents for chip in (h.card, *(p.chip for p in h.phones)) if chip is not None]
    vault = lab.world.journal._db.execute("SELECT ref, seq, secret FROM vault ORDER BY ref, seq").fetchall()
    log = [(entry.seq, entry.at.isoformat(), entry.name, entry.body()) for entry in lab.log]
    return log, vault, lab.now, dict(lab.books.certificates), dict(lab.books.phones), chips


def forge(path: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change a file as somebody would who knows the format: all checksums are right afterwards, where they can be."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        change(connection)
        ends = time.monotonic() + 3
        connection.set_progress_handler(lambda: time.monotonic() > ends, 100_000)  # an endless view
        connection.execute("PRAGMA synchronous = OFF")
        try:
            connection.execute("BEGIN")  # a transaction for each row would wait for the disk each time
            secrets: dict[int, list[tuple[str, bytes]]] = {}
            for ref, seq, secret in connection.execute("SELECT ref, seq, secret FROM vault ORDER BY ref, seq"):
                secrets.setdefault(seq, []).append((ref, digest_of(secret)))
            newest, owner = b"", connection.execute("SELECT value FROM meta WHERE name = 'owner'").fetchone()[0]
            for row in connection.execute("SELECT seq, at, name, body FROM events ORDER BY seq").fetchall():
                newest = link(newest, *row, secrets.get(row[0], []))
                connection.execute("UPDATE events SET digest = ? WHERE seq = ?", (newest, row[0]))
            connection.execute("UPDATE meta SET value = ? WHERE name = 'seal'", (seal(owner, newest),))
            connection.execute("COMMIT")
        except (sqlite3.Error, TypeError, AttributeError, UnicodeError):
            return  # beyond what any checksum could be made for
