"""A lab's file: opening, errands, a decision; beside SQLite and json alone, in one run.

    python benchmarks/bench_file.py [events, 300000]

The big file holds lawful events: a real lab's people, again and again under other names. Its limit is what nobody can
save: the rows read by sqlite3 and parsed by json. A decision is timed beside a bare transaction of the same rows, with
the journal mode and the synchronisation that the file has, and beside a write-ahead log with a checkpoint each time,
which would also keep the main file whole. All is wall time.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.events import Entry
from myna_lab.residents import Resident
from myna_lab.world.file.journal import Journal

PEOPLE = 12
SPAN = 1_000_000
"""Serial numbers between two copies of the people."""
_NAME = re.compile(r"\b(person|card|iphone|android|flow)-(\d+)\b")
DECISIONS = 300


def story() -> Lab:
    """A dozen people with a card and a phone each, who log in and type PINs."""
    lab = Lab(seed=3)
    for number in range(PEOPLE):
        holder = lab.resident()
        pin = holder._resident.user_authentication_pin
        phone = (lab.iphone if number % 2 else lab.android)(holder)
        phone.add_card().run()
        lab.advance("30min")
        for _ in range(4):
            lab.portal.log_in(phone)
        for _ in range(3):
            lab.portal.log_in(holder.card, pin)
        for _ in range(10):
            with holder.card.connect() as transmit:
                transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
                transmit(bytes.fromhex("00A4020C020018"))
                transmit(bytes.fromhex("0020008004") + pin.encode())
    return lab


def again(lab: Lab, n_events: int) -> Iterator[tuple[list[Entry], dict[str, bytes]]]:
    """The lab's log, and its people under other names until there are so many events; as batches with secrets."""
    own = list(lab.log)
    n_start = sum(isinstance(entry.event, ev.LabStarted | ev.AuthorityEstablished) for entry in own)
    yield own[:n_start], {}
    period = own[-1].at - own[0].at + timedelta(hours=1)
    seq, copy = n_start, 0
    while seq < n_events:
        for entry in own[n_start:]:
            seq += 1
            renamed, secrets = _renamed(entry.event, copy, lab)
            yield [Entry(seq, entry.at + copy * period, renamed)], secrets
        copy += 1


def _renamed(event: ev.Event, copy: int, lab: Lab) -> tuple[ev.Event, dict[str, bytes]]:
    def other(match: re.Match[str]) -> str:
        return f"{match[1]}-{int(match[2]) + copy * PEOPLE}"

    changes: dict[str, object] = {}
    secrets: dict[str, bytes] = {}
    for field in dataclasses.fields(event):  # type: ignore[arg-type]
        value = getattr(event, field.name)
        if isinstance(value, str):
            changes[field.name] = _NAME.sub(other, value)
        elif field.name.endswith("serial"):
            changes[field.name] = value + copy * SPAN
        if field.name.endswith("_ref") and value:
            secrets[str(changes[field.name])] = lab.world.journal.get(value)
    if isinstance(event, ev.ResidentRegistered):
        ref, person = str(changes["resident_ref"]), str(changes["person"])
        secrets[ref] = dataclasses.replace(Resident.decode(secrets[ref]), person=person).encode()
    return dataclasses.replace(event, **changes), secrets  # type: ignore[type-var]


def written(path: Path, n_events: int) -> Path:
    """A file with so many events, at least."""
    lab = story()
    with closing(Journal()) as journal:
        for entries, secrets in again(lab, n_events):
            journal.commit(entries, secrets)
        journal.copy_to(path)
    return path


def best(do: Callable[[], object], rounds: int) -> float:
    """The shortest of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        do()
        times.append(time.perf_counter() - begun)
    return min(times)


def rows_and_json(path: Path) -> int:
    """The limit: every row read and parsed."""
    with closing(sqlite3.connect(path)) as connection:
        secrets = connection.execute("SELECT ref, secret FROM vault").fetchall()
        return len(secrets) + sum(len(json.loads(body)) for (body,) in connection.execute("SELECT body FROM events"))


def opening(path: Path) -> None:
    """Open, and what is asked of the opened lab."""
    limit = best(lambda: rows_and_json(path), 3)
    found: list[Lab] = []

    def opens() -> None:
        for lab in found:
            lab.close()
        found[:] = [Lab.open(path)]

    ours = best(opens, 3)
    lab = found[0]
    print(f"{len(lab.log):,} events, {path.stat().st_size / 1e6:,.0f} MB")
    print(f"  sqlite3 and json.loads   {limit:8.2f} s   1.0")
    print(f"  Lab.open                 {ours:8.2f} s   {ours / limit:.1f}")
    holder = lab.residents[len(lab.residents) // 2]
    print(f"  errands of one           {best(lambda: lab.errands(holder), 3):8.2f} s")
    flow = next(iter(lab.world.things.flows))
    print(f"  the log of one set-up    {best(lambda: lab.log.about(flow), 5) * 1e6:8.0f} us")
    lab.close()


def decisions(folder: Path) -> None:
    """One decision, beside bare transactions."""
    with Lab(seed=3, journal=folder / "ours.mynalab") as lab:
        ours = best(lambda: [lab.advance("1s") for _ in range(DECISIONS)], 3)
    with Lab(seed=3) as memory:
        core = best(lambda: [memory.advance("1s") for _ in range(DECISIONS)], 3)
    bare = {
        "rollback journal, as ours": ("DELETE", False),
        "write-ahead and checkpoint": ("WAL", True),
        "write-ahead alone": ("WAL", False),
    }
    found = {name: best(lambda m=mode, c=checks: _bare(folder, m, c), 3) for name, (mode, checks) in bare.items()}  # type: ignore[misc]
    base = found["rollback journal, as ours"]
    print(f"{'one decision':29}{'us':>10}   x bare")
    for name, seconds in {"Lab.advance, file": ours, "Lab.advance, memory": core, **found}.items():
        print(f"  {name:27}{seconds / DECISIONS * 1e6:10,.0f}   {seconds / base:.2f}")


def _bare(folder: Path, mode: str, checks: bool) -> None:
    with closing(sqlite3.connect(folder / f"bare-{mode}-{checks}", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, body TEXT)")
        for _ in range(DECISIONS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO events (body) VALUES (?)", ("x" * 100,))
            connection.execute("COMMIT")
            if checks:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def main() -> None:
    """Print both tables."""
    n_events = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with tempfile.TemporaryDirectory() as name:
        opening(written(Path(name) / "big.mynalab", n_events))
        decisions(Path(name))


if __name__ == "__main__":
    main()
