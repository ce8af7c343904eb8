"""The life cycle: events without new keys, the books at an instant, a set-up by its parts; beside limits in one run.

    python benchmarks/bench_life_cycle.py [events, 20000] [events of a file to open, 0: none]

Each figure stands beside what it cannot be faster than: a bare row in SQLite with the same journal and synchronisation,
the raw RSA of a set-up, or json and sqlite3 alone. CPU time, but for the files, which wait for the disk: wall time.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench_file import rows_and_json, written
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.keys import rsa_key

BATCHES = (1, 10, 100)
SET_UPS = 7
ROUNDS = 5
"""A part is timed in so many pieces, and the quickest is shown: on a machine that others use the rest is their time."""
ASKED = 2_000


def timed(do: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds."""
    begun = clock()
    do()
    return clock() - begun


def happenings(lab: Lab) -> Iterator[ev.Event]:
    """Lawful events without new keys, over the certificates and phones of a lab, without end."""
    lab.advance("1h")
    rows = [row for row in lab.books.certificates.values() if row.key.authority == "auth"]
    phones = list(lab.books.phones)
    while True:
        for row in rows:
            yield ev.CertificateSuspended(*row.key)
            for phone in phones[:2]:
                yield ev.PhoneWentOnline(phone)
                yield ev.BiometricsEnrolled(phone)
            yield ev.CertificateResumed(*row.key)


def people(journal: Path | None = None, n: int = 10) -> Lab:
    """Residents with a card on a phone each."""
    lab = Lab(seed=3, journal=journal)
    for _ in range(n):
        lab.iphone(lab.resident()).add_card().run()
    return lab


def record(lab: Lab, events: Sequence[ev.Event], size: int) -> None:
    """In batches of one size."""
    for start in range(0, len(events), size):
        lab.world.record(events[start : start + size])


def least(lab: Lab, ahead: Iterator[ev.Event], n_events: int, size: int) -> float:
    """CPU seconds for an event, in the quickest piece of so many events."""
    pieces = [list(islice(ahead, n_events // ROUNDS)) for _ in range(ROUNDS)]
    return min(timed(lambda p=piece: record(lab, p, size), time.process_time) / len(piece) for piece in pieces)  # type: ignore[misc]


def in_memory(n_events: int) -> None:
    """Events a second, and whether the cost grows with the log."""
    lab = people()
    ahead = happenings(lab)
    record(lab, list(islice(ahead, 1_000)), 1)  # warm
    print(f"{'in memory, one event a decision':44}{'a second':>10}   us/event   x first")
    first = 0.0
    for part in range(4):
        seconds = least(lab, ahead, n_events // 4, 1)
        first = first or seconds
        label = f"  with {len(lab.log):,} events, part {part + 1} of 4"
        print(f"{label:44}{1 / seconds:10,.0f}{seconds * 1e6:11.1f}{seconds / first:10.2f}")
    for size in BATCHES[1:]:
        seconds = least(lab, ahead, n_events, size)
        print(f"  in batches of {size:<30}{1 / seconds:10,.0f}{seconds * 1e6:11.1f}{seconds / first:10.2f}")


def on_a_file(folder: Path, n_events: int) -> None:
    """The same on a file, beside bare rows in the same batches, and other ways of synchronising."""
    with people(folder / "ours.mynalab") as lab:
        ahead = happenings(lab)
        print(f"{'on a file (rollback journal, NORMAL)':44}{'a second':>10}   us/event    x bare")
        for size in BATCHES:
            events = list(islice(ahead, min(n_events, size * 500)))
            ours = timed(lambda events=events, size=size: record(lab, events, size), time.perf_counter) / len(events)  # type: ignore[misc]
            bare = _bare(folder, len(events), size, "DELETE", "NORMAL")
            print(f"  in batches of {size:<30}{1 / ours:10,.0f}{ours * 1e6:11.1f}{ours / bare:10.2f}")
    for mode, synchronous in (("DELETE", "FULL"), ("WAL", "NORMAL"), ("WAL", "FULL")):
        for size in BATCHES[::2]:
            bare = _bare(folder, min(n_events, size * 500), size, mode, synchronous)
            label = f"  bare rows, {mode}, {synchronous}, batches of {size}"
            print(f"{label:44}{1 / bare:10,.0f}{bare * 1e6:11.1f}")


def _bare(folder: Path, n_rows: int, size: int, mode: str, synchronous: str) -> float:
    """Seconds for a row of SQLite."""
    path = folder / f"bare-{mode}-{synchronous}-{size}"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT)")

        def write() -> None:
            for start in range(0, n_rows, size):
                connection.execute("BEGIN IMMEDIATE")
                rows = [("x" * 100,)] * min(size, n_rows - start)
                connection.executemany("INSERT INTO events (body) VALUES (?)", rows)
                connection.execute("COMMIT")

        return timed(write, time.perf_counter) / n_rows


def at_an_instant(n_steps: int) -> None:
    """``books.status`` of a certificate with a long history, beside one with a short one."""
    lab = people(n=2)
    lab.advance("1h")
    short, long = (row.key for row in lab.books.certificates.values() if row.kind == "card_auth")
    begun = lab.now
    for _ in range(n_steps // 2):
        for event in (ev.CertificateSuspended(*long), ev.CertificateResumed(*long)):
            lab.advance("1s")
            lab.world.record([event])
    half = begun + (lab.now - begun) / 2
    print(f"{'books.status(at=)':44}{'':10}    us")
    for label, key in (("a short history", short), (f"{n_steps:,} steps of history", long)):
        seconds = timed(lambda key=key: [lab.books.status(*key, at=half) for _ in range(ASKED)], time.process_time)  # type: ignore[misc]
        print(f"  {label:52}{seconds / ASKED * 1e6:6.1f}")


def a_set_up() -> None:
    """A set-up by its parts: RSA and elliptic curves as often as it asks for them, and everything else."""
    lab = people(n=1)
    (phone,) = lab.phones
    counts = _asked_for(lambda: phone.add_card().run())
    whole = min(timed(lambda: phone.add_card().run(), time.process_time) for _ in range(SET_UPS))
    key, curve = rsa_key(0), ec.generate_private_key(ec.SECP256R1())
    signature, mark = key.sign(b"x", padding.PKCS1v15(), SHA256()), curve.sign(b"x", ec.ECDSA(SHA256()))
    public, point = key.public_key(), curve.public_key()
    each: dict[str, Callable[[], object]] = {
        "RSA signatures": lambda: key.sign(b"x", padding.PKCS1v15(), SHA256()),
        "RSA verifications": lambda: public.verify(signature, b"x", padding.PKCS1v15(), SHA256()),
        "ECDSA signatures": lambda: curve.sign(b"x", ec.ECDSA(SHA256())),
        "ECDSA verifications": lambda: point.verify(mark, b"x", ec.ECDSA(SHA256())),
    }
    raw = {name: min(timed(do, time.process_time) for _ in range(50)) for name, do in each.items()}
    limit = counts["RSA signatures"] * raw["RSA signatures"]
    print(f"{'a set-up in memory, by its parts':44}{'ms':>10}   x its RSA signatures")
    left = whole
    for name, count in counts.items():
        left -= count * raw[name]
        print(f"  {count:2} {name:39}{count * raw[name] * 1e3:10.2f}{count * raw[name] / limit:10.2f}")
    print(f"  everything else{'':27}{left * 1e3:10.2f}{left / limit:10.2f}")
    print(f"  the whole{'':33}{whole * 1e3:10.2f}{whole / limit:10.2f}")


def _asked_for(do: Callable[[], object]) -> dict[str, int]:
    """How often something signs and verifies, seen from outside: by the profiler."""
    seen = dict.fromkeys(("RSA signatures", "RSA verifications", "ECDSA signatures", "ECDSA verifications"), 0)
    kinds = {"RSA": "RSA", "ECP": "ECDSA", "ECD": "ECDSA", "EllipticCurve": "ECDSA"}

    def look(frame: object, what: str, called: object) -> None:
        if what != "c_call":
            return
        owner, name = type(getattr(called, "__self__", None)).__name__, getattr(called, "__name__", "")
        if name == "create_x509_csr":  # signs inside
            seen["RSA signatures"] += 1
        elif name in ("sign", "verify"):
            kind = next((said for begins, said in kinds.items() if owner.startswith(begins)), None)
            if kind is not None:
                seen[f"{kind} {'signatures' if name == 'sign' else 'verifications'}"] += 1

    sys.setprofile(look)
    try:
        do()
    finally:
        sys.setprofile(None)
    return seen


def opening(folder: Path, n_events: int) -> None:
    """A big file, beside its rows read by sqlite3 and parsed by json."""
    path = written(folder / "big.mynalab", n_events)
    limit = timed(lambda: rows_and_json(path), time.process_time)
    opened: list[Lab] = []
    ours = timed(lambda: opened.append(Lab.open(path)), time.process_time)
    print(f"{f'opening {len(opened[0].log):,} events':44}{'s':>10}   x sqlite3 and json")
    print(f"  sqlite3 and json.loads{'':20}{limit:10.2f}{1:10.1f}")
    print(f"  Lab.open{'':34}{ours:10.2f}{ours / limit:10.1f}")
    opened[0].close()


def main() -> None:
    """Print the tables."""
    n_events, n_opened = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((1, 20_000), (2, 0)))
    in_memory(n_events)
    at_an_instant(2_000)
    a_set_up()
    with tempfile.TemporaryDirectory() as name:
        on_a_file(Path(name), n_events)
        if n_opened:
            opening(Path(name), n_opened)


if __name__ == "__main__":
    main()
