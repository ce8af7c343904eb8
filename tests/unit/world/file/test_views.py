"""What any SQLite tool shows of a closed file: a view a table, the version, and no secret."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from myna_lab import Lab

VIEWS = ["cards", "certificates", "lab", "people", "phones", "verdicts"]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hanako: her card's log-in certificate suspended, a phone added and deleted, one log-in before and one after."""
    path = tmp_path_factory.mktemp("views") / "hanako.mynalab"
    with Lab(seed=5, start="2025-06-24 09:00", journal=path) as lab:
        hanako = lab.resident(name="山田　花子")
        phone = lab.iphone(hanako)
        phone.add_card().run()
        lab.advance_to("2025-06-24 10:00")
        lab.portal.log_in(phone)
        phone.delete_pass()
        lab.advance_to("2025-06-25 12:00")
        lab.certificates(hanako, kind="card_auth")[0].hold()
        lab.portal.log_in(hanako.card, pin=hanako._resident.user_authentication_pin)
    return path


@pytest.fixture
def tool(story: Path) -> Iterator[sqlite3.Connection]:
    """A stranger's look at it: SQLite as it comes, read-only."""
    with closing(sqlite3.connect(f"file:{story}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def rows(tool: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in tool.execute(query)]


def test_there_is_a_view_for_each_table(tool: sqlite3.Connection) -> None:
    """The views are those that the page about files lists, and each can be read."""
    assert rows(tool, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name") == [(v,) for v in VIEWS]
    assert all(rows(tool, f"SELECT * FROM {view}") for view in VIEWS)


def test_the_lab_says_format_version_seed_and_time(tool: sqlite3.Connection) -> None:
    """One row: the format of the file, the version that began it, its seed, when it began and where it stands."""
    ((form, version, seed, start, now),) = rows(tool, "SELECT format, version, seed, start, now FROM lab")
    assert (form, seed, start, now) == ("5", 5, "2025-06-24T09:00:00+09:00", "2025-06-25T12:00:00+09:00")
    assert isinstance(version, str) and version


def test_people_cards_and_phones(tool: sqlite3.Connection) -> None:
    """Who there is, which card she has and since when, and what became of her phone."""
    assert rows(tool, "SELECT person, registered_name, registered_at FROM people") == [
        ("person-1", "山田　花子", "2025-06-24T09:00:00+09:00")
    ]
    assert rows(tool, "SELECT card, person, issued_at, revoked_at, newest_event FROM cards") == [
        ("card-1", "person-1", "2025-06-24T09:00:00+09:00", None, "CardIssued")
    ]
    (phone,) = tool.execute("SELECT * FROM phones").fetchall()
    assert (phone["phone"], phone["person"], phone["platform"]) == ("iphone-1", "person-1", "iphone")
    assert phone["newest_event"] == "PassDeleted" and phone["card_removed_at"] == "2025-06-24T10:00:00+09:00"
    assert "2025-06-24T09:00:00+09:00" < phone["card_added_at"] < phone["card_removed_at"]


def test_certificates(tool: sqlite3.Connection) -> None:
    """Four, each with its newest event and when it was suspended: signing does not go on without log-in."""
    found = rows(tool, "SELECT authority, kind, device, suspended_at, newest_event FROM certificates ORDER BY 1, 2")
    suspended = "2025-06-25T12:00:00+09:00"
    assert found == [
        ("auth", "card_auth", "card-1", suspended, "CertificateSuspended"),
        ("auth", "phone_auth", "iphone-1", None, "CertificateActivated"),
        ("sign", "card_sign", "card-1", suspended, "CertificateSuspended"),
        ("sign", "phone_sign", "iphone-1", None, "CertificateActivated"),
    ]


def test_verdicts(tool: sqlite3.Connection) -> None:
    """Both log-ins with code, certificate and what the service knew."""
    found = rows(tool, "SELECT service, device, at, accepted, code FROM verdicts ORDER BY seq")
    assert found == [
        ("portal", "iphone-1", "2025-06-24T10:00:00+09:00", 1, "accepted"),
        ("portal", "card-1", "2025-06-25T12:00:00+09:00", 0, "on_hold"),
    ]
    kinds = (
        "SELECT kind FROM verdicts JOIN certificates ON verdicts.serial = certificates.serial AND authority = 'auth'"
    )
    assert rows(tool, f"{kinds} ORDER BY seq") == [("phone_auth",), ("card_auth",)]


def test_no_view_shows_a_secret(tool: sqlite3.Connection, story: Path) -> None:
    """No view is computed from the vault, and neither her signing password nor her address is in any of them."""
    for (sql,) in rows(tool, "SELECT sql FROM sqlite_master WHERE type = 'view'"):
        assert "vault" not in str(sql)
    with Lab.copy_of(story) as lab:
        resident = lab.residents[0]._resident
    shown = " ".join(str(value) for view in VIEWS for row in rows(tool, f"SELECT * FROM {view}") for value in row)
    assert resident.address not in shown and resident.signing_password not in shown
    assert resident.name in shown


def test_what_opens_is_still_one_of_ours(story: Path) -> None:
    """After a look from outside the file opens as before."""
    with Lab.copy_of(story) as lab:
        assert len(lab.certificates()) == 4
