"""Files that were damaged, and files that somebody made to do harm: an error of ours, and the file as it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from files import facts, forge, story

from myna_lab import Lab
from myna_lab.errors import MisuseError, StorageError
from myna_lab.ground.chance import Chance
from needs import rounds


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a story in it."""
    return story(tmp_path_factory.mktemp("whole") / "whole.mynalab")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of another lab's file."""
    return story(tmp_path_factory.mktemp("other") / "other.mynalab", seed=4).read_bytes()


@pytest.fixture(scope="module")
def truth(whole: Path) -> tuple[object, ...]:
    """What the file holds."""
    with Lab.copy_of(whole) as lab:
        return facts(lab)


def _flip(data: bytearray, other: bytes, chance: Chance) -> None:
    for _ in range(chance.integer(1, 4)):
        data[chance.integer(0, len(data) - 1)] ^= 1 << chance.integer(0, 7)


def _blank(data: bytearray, other: bytes, chance: Chance) -> None:
    start = chance.integer(0, len(data) // 4096 - 1) * 4096
    data[start : start + 4096] = bytes(4096)


def _shorten(data: bytearray, other: bytes, chance: Chance) -> None:
    del data[chance.integer(0, len(data) - 1) :]


def _swap(data: bytearray, other: bytes, chance: Chance) -> None:
    one, two = (chance.integer(0, len(data) // 4096 - 1) * 4096 for _ in range(2))
    data[one : one + 4096], data[two : two + 4096] = data[two : two + 4096], data[one : one + 4096]


def _splice(data: bytearray, other: bytes, chance: Chance) -> None:
    start = chance.integer(0, min(len(data), len(other)) // 4096 - 1) * 4096
    data[start : start + 4096] = other[start : start + 4096]


def _smear(data: bytearray, other: bytes, chance: Chance) -> None:
    start = chance.integer(0, len(data) - 64)
    data[start : start + 64] = chance.bytes(64)


DAMAGES = [_flip, _flip, _smear, _blank, _shorten, _swap, _splice]


def test_a_damaged_file_opens_as_it_was_or_not_at_all(
    whole: Path, other: bytes, truth: tuple[object, ...], tmp_path: Path
) -> None:
    """Bits, pages, the end, pages of another lab: log and vault are the same, or StorageError; no byte moves."""
    path, n_refused, n = tmp_path / "damaged.mynalab", 0, rounds(100, 3000)
    for turn in range(n):
        chance, data = Chance(turn).child("damage"), bytearray(whole.read_bytes())
        chance.choice(DAMAGES)(data, other, chance)
        path.write_bytes(data)
        before = path.stat().st_mtime_ns
        try:
            with Lab.copy_of(path) as lab:
                assert facts(lab) == truth, f"damage {turn} was taken for something else"
        except (StorageError, MisuseError):
            n_refused += 1
        assert path.stat().st_mtime_ns == before and path.read_bytes() == bytes(data), f"damage {turn}"
        assert [file.name for file in tmp_path.iterdir()] == [path.name], f"damage {turn}"
        if turn % 5 == 0:  # opening to write refuses the same
            try:
                Lab.open(path).close()
            except (StorageError, MisuseError):
                assert path.stat().st_mtime_ns == before and path.read_bytes() == bytes(data), f"damage {turn}"
                assert [file.name for file in tmp_path.iterdir()] == [path.name], f"damage {turn}"
    assert n_refused > n / 3


def test_the_place_of_a_damage_is_said(whole: Path, tmp_path: Path) -> None:
    """The error names the entry, or what the vault keeps of it, whose checksum is another."""
    path = tmp_path / "a.mynalab"
    for table, column, said in (
        ("events", "body", r"entry 9 \(.*\) does not have its checksum"),
        ("vault", "secret", r"entry 9 .* or what the vault keeps of it \(contents/card-1, resident/person-1\)"),
    ):
        path.write_bytes(whole.read_bytes())
        connection = sqlite3.connect(path)
        (seq,) = connection.execute("SELECT min(seq) FROM vault").fetchone()
        connection.execute(f"UPDATE {table} SET {column} = {column} || X'20' WHERE seq = ?", (seq,))
        if table == "vault":
            connection.execute("UPDATE vault SET secret = CAST(secret AS BLOB)")
        connection.commit()
        connection.close()
        with pytest.raises(StorageError, match=said.replace("entry 9", f"entry {seq}")) as refused:
            Lab.open(path)
        assert refused.value.code == "damaged"


# ------------------------------------------------------------------------------------------------------------ hostile


def _sql(*statements: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: [connection.execute(statement) for statement in statements]


def _body(name: str, **fields: object) -> Callable[[sqlite3.Connection], object]:
    """The first event of a kind with other values."""

    def change(connection: sqlite3.Connection) -> None:
        seq, body = connection.execute("SELECT seq, body FROM events WHERE name = ? LIMIT 1", (name,)).fetchone()
        text = json.dumps(json.loads(body) | fields)
        connection.execute("UPDATE events SET body = ? WHERE seq = ?", (text, seq))

    return change


def _parameter(name: str, value: str) -> Callable[[sqlite3.Connection], object]:
    def change(connection: sqlite3.Connection) -> None:
        body = json.loads(connection.execute("SELECT body FROM events WHERE seq = 1").fetchone()[0])
        body["parameters"] = [[key, value if key == name else old] for key, old in body["parameters"]]
        connection.execute("UPDATE events SET body = ? WHERE seq = 1", (json.dumps(body),))

    return change


_UPDATE = "UPDATE events SET {} WHERE seq = (SELECT max(seq) FROM events)"
HOSTILE: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a view in place of the log": _sql(
        "ALTER TABLE events RENAME TO old", "CREATE VIEW events AS SELECT seq, at, name, body, digest FROM old"
    ),
    "an endless view": _sql(
        "DROP TABLE vault",
        "CREATE VIEW vault AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 'r' || i AS ref, i AS seq, x'00' AS secret FROM n",
    ),
    "a view of ours that shows the vault": _sql("DROP VIEW people", "CREATE VIEW people AS SELECT ref FROM vault"),
    "a table in place of a view of ours": _sql("DROP VIEW people", "CREATE TABLE people (person, registered_name)"),
    "a missing view": _sql("DROP VIEW lab"),
    "another view": _sql("CREATE VIEW more AS SELECT at FROM events"),
    "a trigger": _sql("CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM events; END"),
    "an index": _sql("CREATE INDEX i ON events (at)"),
    "an index on an expression": _sql("CREATE INDEX i ON events (abs(seq))"),
    "another table": _sql("CREATE TABLE more (x)"),
    "a generated column": _sql("ALTER TABLE meta ADD COLUMN g TEXT AS (zeroblob(1000000000))"),
    "a default": _sql("ALTER TABLE meta ADD COLUMN g TEXT DEFAULT (1)"),
    "a virtual table": _sql("CREATE VIRTUAL TABLE v USING fts5(x)"),
    "statistics": _sql("ANALYZE"),
    "a missing table": _sql("DROP TABLE vault"),
    "text in place of a number": _sql("UPDATE vault SET seq = 'x'"),
    "a blob in place of text": _sql(_UPDATE.format("body = CAST(body AS BLOB)")),
    "a number in place of text": _sql(_UPDATE.format("at = 7")),
    "bytes that are no text": _sql(_UPDATE.format("body = CAST(X'22FF22' AS TEXT)")),
    "an unknown event": _sql(_UPDATE.format("name = 'MoonLanded'")),
    "no JSON": _sql(_UPDATE.format("body = '{'")),
    "no object": _sql(_UPDATE.format("body = '[]'")),
    "deep JSON": lambda c: c.execute(_UPDATE.format("body = ?"), ("[" * 100_000 + "]" * 100_000,)),
    "deep JSON in a field": lambda c: c.execute(_UPDATE.format("body = ?"), ('{"x":' * 50_000 + "1" + "}" * 50_000,)),
    "a huge number": lambda c: c.execute(_UPDATE.format("body = ?"), ('{"to":' + "9" * 4000 + "}",)),
    "a number beyond all digits": lambda c: c.execute(_UPDATE.format("body = ?"), ('{"to":' + "9" * 40_000 + "}",)),
    "a huge row": lambda c: c.execute(_UPDATE.format("body = ?"), ("x" * 20_000_000,)),
    "a time without an offset": _sql(_UPDATE.format("at = '2025-07-01T00:00:00'")),
    "no time": _sql(_UPDATE.format("at = 'yesterday'")),
    "a time beyond the calendar": _sql(_UPDATE.format("at = '9999-12-31T23:59:59-12:00'")),
    "a time before the lab": _sql(_UPDATE.format("at = '2001-01-01T00:00:00+09:00'")),
    "a gap": _sql("DELETE FROM events WHERE seq = 20"),
    "a log that begins elsewhere": _sql("UPDATE events SET seq = seq + 5000000000"),
    "negative numbers": _sql("UPDATE events SET seq = -seq"),
    "a secret of nobody": _sql("INSERT INTO vault VALUES ('x', 1000000, X'00')"),
    "no vault": _sql("DELETE FROM vault"),
    "an empty vault entry": _sql("UPDATE vault SET secret = X''"),
    "junk in the vault": _sql("UPDATE vault SET secret = randomblob(100)"),
    "deep CBOR": lambda c: c.execute("UPDATE vault SET secret = ?", (b"\x81" * 100_000 + b"\0",)),
    "endless CBOR": lambda c: c.execute("UPDATE vault SET secret = ?", (bytes.fromhex("5b7fffffffffffffff"),)),
    "CBOR of another kind": lambda c: c.execute("UPDATE vault SET secret = ?", (bytes.fromhex("a1616101"),)),
    "another owner's seal": _sql("DELETE FROM meta WHERE name = 'owner'"),
    "more in meta": _sql("INSERT INTO meta VALUES ('more', '1')"),
    "a seed of text": _body("LabStarted", seed="7"),
    "a seed of truth": _body("LabStarted", seed=True),
    "a huge seed": _body("LabStarted", seed=2**300),
    "a start beyond": _body("LabStarted", start="0001-01-01T00:00:00+09:00"),
    "a field too many": _body("PhoneAcquired", colour="blue"),
    "another platform": _body("PhoneAcquired", platform="nokia"),
    "a phone of nobody": _body("PhoneAcquired", person="person-99"),
    "a card of nobody": _body("CardIssued", person="person-99"),
    "a negative key": _body("CardIssued", keys=[-1, -2, -3, -4]),
    "a key that is not there": _body("CardIssued", keys=[10**9, 10**9 + 1, 10**9 + 2, 10**9 + 3]),
    "an expiry of long ago": _body("CardIssued", expires="0001-01-01T00:00:00+23:59"),
    "a certificate of an unknown kind": _body("CertificateIssued", kind="card_gold"),
    "a certificate of an unknown authority": _body("CertificateIssued", authority="moon"),
    "a certificate of another's device": _body("CertificateIssued", device="card-99"),
    "an unknown authority": _body("AuthorityEstablished", authority="moon"),
    "an authority whose certificate is none": _body("AuthorityEstablished", certificate="3000"),
    "an unknown screen": _body("ScreenPassed", to="NOWHERE"),
    "an unknown set-up": _body("ScreenPassed", flow="flow-99"),
    "a chip of nobody": _body("ReferenceDataTried", chip="card-99"),
    "an unknown reference": _body("PinsChosen", pins_ref="pins/99"),
    "another's attributes": _body("ResidentRegistered", person="person-2"),
    "a verdict with a number for a text": _body("VerdictGiven", service=7),
    "a verdict that is none": _body("VerdictGiven", verdict=[1]),
    "a certificate before its time": _body("CertificateActivated", serial=1),
    "odd digits of bytes": _body("CertificateIssued", der="abc"),
} | {
    f"parameter {name} = {value}": _parameter(name, value)
    for name, value in (
        ("authority_interval", "0s"),
        ("ocsp_refresh", "0s"),
        ("crl_period", "0s"),
        ("authority_generations", "1000000000"),
        ("authority_generations", "-1"),
        ("activation_delay", "999999999d"),
        ("phone_user_pin_tries", "99999999999999999999"),
        ("hold_release", "perhaps"),
        ("atr", "zz"),
        ("ios_minimum", "new"),
        ("first_serial", "-5"),
    )
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(whole: Path, tmp_path: Path, name: str) -> None:
    """With right checksums, too, what no lab writes is refused with our own error in a minute, and the file stays."""
    path = tmp_path / "hostile.mynalab"
    path.write_bytes(whole.read_bytes())
    forge(path, HOSTILE[name])
    before = path.stat().st_mtime_ns, path.read_bytes()
    for opens in (Lab.open, Lab.copy_of):
        with pytest.raises((StorageError, MisuseError)) as refused:
            opens(path)
        assert type(refused.value) in (StorageError, MisuseError)
    with pytest.raises((StorageError, MisuseError)):
        Lab(journal=path)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_file_without_a_log_holds_no_lab(whole: Path, tmp_path: Path) -> None:
    """Tables of ours without any entry, as after a kill in the first second: nothing to open, and a lab may begin."""
    path = tmp_path / "empty.mynalab"
    path.write_bytes(whole.read_bytes())
    forge(path, _sql("DELETE FROM events", "DELETE FROM vault"))
    with pytest.raises(MisuseError, match="holds no lab yet"):
        Lab.open(path)
    Lab(seed=5, journal=path).close()
    with Lab.open(path) as lab:
        assert lab.seed == 5


def test_a_file_forged_without_a_change_opens(whole: Path, truth: tuple[object, ...], tmp_path: Path) -> None:
    """What forges files for these tests makes right ones: it is the change that is refused."""
    path = tmp_path / "same.mynalab"
    path.write_bytes(whole.read_bytes())
    forge(path, lambda connection: None)
    with Lab.open(path) as lab:
        assert facts(lab) == truth


def test_forged_values_end_in_our_errors(whole: Path, tmp_path: Path) -> None:
    """Any field of any event with any plain value: the file opens, or an error of ours comes out."""
    path, values = tmp_path / "fuzzed.mynalab", [None, True, -1, 0, 2**63, 2**254, "", "x", "é\0", [], [[]], {}, 1.5]
    values += ["9999-12-31T23:59:59+00:00", "person-1", "00" * 50, ["a", 1], "0001-01-01T00:00:00+23:59"]
    n_refused = 0
    for turn in range(rounds(60, 1500)):
        chance = Chance(turn).child("forge")

        def change(connection: sqlite3.Connection, chance: Chance = chance) -> None:
            rows = connection.execute("SELECT seq, body FROM events").fetchall()
            seq, body = chance.choice(rows)
            fields = json.loads(body)
            fields[chance.choice(list(fields) or ["none"])] = chance.choice(values)
            connection.execute("UPDATE events SET body = ? WHERE seq = ?", (json.dumps(fields), seq))

        path.write_bytes(whole.read_bytes())
        forge(path, change)
        try:
            lab = Lab.open(path)
        except (StorageError, MisuseError):
            n_refused += 1
        else:
            lab.close()
    assert n_refused > 10
