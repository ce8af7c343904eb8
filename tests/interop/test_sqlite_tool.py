"""The sqlite3 program, which knows nothing of us, reads the views of a saved lab."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest

from myna_lab import Lab
from needs import need_program

pytestmark = pytest.mark.interop


def test_the_program_shows_the_views(tmp_path: Path) -> None:
    """Who lives there, with which card and certificates, and each answer; no PIN, and the file stays as it is."""
    program, path = need_program("sqlite3"), tmp_path / "hanako.mynalab"
    with Lab(seed=5, start="2025-06-24 09:00", journal=path) as lab:
        hanako = lab.resident(name="山田　花子", user_authentication_pin="2468")
        lab.certificates(hanako, kind="card_sign")[0].revoke()
        lab.portal.log_in(hanako.card, pin="2468")
    before = path.read_bytes()

    def shown(query: str) -> list[dict[str, str]]:
        command = [program, "-readonly", "-csv", "-header", str(path), query]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60)
        return list(csv.DictReader(done.stdout.splitlines()))

    assert [row["registered_name"] for row in shown("SELECT * FROM people")] == ["山田　花子"]
    assert [(row["seed"], row["start"]) for row in shown("SELECT * FROM lab")] == [("5", "2025-06-24T09:00:00+09:00")]
    assert [row["card"] for row in shown("SELECT * FROM cards")] == ["card-1"]
    assert shown("SELECT * FROM phones") == []
    assert sorted(row["kind"] for row in shown("SELECT kind FROM certificates")) == ["card_auth", "card_sign"]
    (answer,) = shown("SELECT * FROM verdicts")
    assert (answer["service"], answer["code"]) == ("portal", "accepted")
    everything = subprocess.run(
        [program, "-readonly", str(path), ".schema"], capture_output=True, check=True, timeout=60
    )
    assert everything.stdout.count(b"CREATE VIEW") == 6
    assert not any(
        "2468" in "".join(row.values())
        for view in ("people", "cards", "verdicts")
        for row in shown(f"SELECT * FROM {view}")
    )
    assert path.read_bytes() == before
