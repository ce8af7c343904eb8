"""The journal: whole decisions or nothing, kept when the process is killed, and never over other people's files."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from myna_lab import events as ev
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Entry
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.world.file.journal import Journal, existing
from needs import rounds

NINE = at("2025-06-24 09:00")


def entry(seq: int) -> Entry:
    return Entry(seq, NINE + timedelta(minutes=seq), ev.TimePassed(NINE + timedelta(minutes=seq)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "class.mynalab"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal(path)
    yield opened
    opened.close()


def read(path: Path) -> list[Entry]:
    opened = Journal(path)
    try:
        return list(opened.read())
    finally:
        opened.close()


def test_what_was_committed_is_read_back(journal: Journal, path: Path) -> None:
    """Entries and secrets of a decision are there after the file is opened again, in order."""
    journal.commit([entry(1), entry(2)], {"pins/1": b"\x00\x01"})
    journal.commit([entry(3)], {})
    journal.close()
    again = Journal(path)
    assert list(again.read()) == [entry(1), entry(2), entry(3)]
    assert again.get("pins/1") == b"\x00\x01"
    again.close()


def test_an_unknown_reference_is_damage(journal: Journal) -> None:
    """Events refer only to what was written with them: a reference without its secret is an error of the file."""
    with pytest.raises(StorageError, match="no entry 'pins/9'"):
        journal.get("pins/9")


def test_half_a_decision_is_never_written(journal: Journal) -> None:
    """If the second entry of a batch cannot be written, neither the first nor the secrets are there."""
    journal.commit([entry(1)], {})
    with pytest.raises(StorageError):
        journal.commit([entry(2), entry(1)], {"ref": b"secret"})
    assert list(journal.read()) == [entry(1)]
    with pytest.raises(StorageError, match="no entry 'ref'"):
        journal.get("ref")
    journal.commit([entry(2)], {})


def test_the_file_belongs_to_who_opened_it_last(journal: Journal, path: Path) -> None:
    """A lab that opened the file earlier is refused at its next write, and the newer one goes on."""
    journal.commit([entry(1)], {})
    newer = Journal(path)
    with pytest.raises(StorageError, match="another lab opened this file"):
        journal.commit([entry(2)], {})
    newer.commit([entry(2)], {})
    assert list(newer.read()) == [entry(1), entry(2)]
    newer.close()


def test_a_withdrawn_decision_is_gone(journal: Journal) -> None:
    """The newest batch can be taken back, written or not, and its numbers are free again."""
    journal.commit([entry(1)], {})
    journal.commit([entry(2), entry(3)], {"ref": b"secret"})
    for _ in range(2):
        journal.withdraw([entry(2), entry(3)])
        assert list(journal.read()) == [entry(1)]
    journal.commit([entry(2)], {})


def test_what_came_after_an_entry_is_read_alone(journal: Journal) -> None:
    """A reader that knows the first entries is given the others."""
    journal.commit([entry(1), entry(2), entry(3)], {})
    assert list(journal.read(after=2)) == [entry(3)]
    assert list(journal.read(after=3)) == []


@pytest.mark.parametrize("claim", [True, False])
@pytest.mark.parametrize(("mark", "said"), [(99 << 24, "format 99"), (4 << 24, "before 5"), (0, "before 5")])
def test_another_format_is_refused(journal: Journal, path: Path, claim: bool, mark: int, said: str) -> None:
    """A file of an earlier or later format is not read by guessing, and stays as it is."""
    journal.commit([entry(1)], {})
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {mark}")
    before = path.read_bytes()
    with pytest.raises(StorageError, match=said):
        Journal(path, claim=claim)
    assert path.read_bytes() == before


def test_saving_onto_the_own_file_keeps_it(journal: Journal, path: Path, tmp_path: Path) -> None:
    """Onto itself nothing is copied: the journal goes on in its file, and all of it stands in the main file."""
    journal.commit([entry(1)], {"ref": b"secret"})
    journal.copy_to(path)
    alone = tmp_path / "alone.mynalab"
    alone.write_bytes(path.read_bytes())
    assert read(alone) == [entry(1)]
    journal.commit([entry(2)], {})
    newer = Journal(path)
    assert list(newer.read()) == [entry(1), entry(2)]
    with pytest.raises(StorageError, match="another lab opened this file"):
        journal.copy_to(path)
    newer.close()


def test_a_journal_that_was_saved_over_is_refused(journal: Journal, path: Path) -> None:
    """Who has a file open loses it when another saves over it: nothing is written where nobody would look for it."""
    journal.commit([entry(1)], {})
    other = Journal()
    other.commit([entry(1), entry(2)], {})
    other.copy_to(path)
    with pytest.raises(StorageError):
        journal.commit([entry(2)], {})
    journal.close()
    assert read(path) == [entry(1), entry(2)]
    other.close()


def test_a_refused_save_takes_nothing_away(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a third program reads the target, saving over it is refused, and the lab that has it open goes on."""
    monkeypatch.setattr("myna_lab.world.file.check._PATIENCE", 50)
    journal.commit([entry(1)], {})
    other = Journal()
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        with pytest.raises(StorageError, match="another program is reading"):
            other.copy_to(path)
    journal.commit([entry(2)], {})
    other.copy_to(path)
    with pytest.raises(StorageError, match="another lab opened this file"):
        journal.commit([entry(3)], {})
    assert read(path) == []
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege there")
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_is_followed(journal: Journal, tmp_path: Path, is_there: bool) -> None:
    """Saving onto a symbolic link fills the file to which it leads; the link stays."""
    journal.commit([entry(1)], {})
    file, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to(file)
    if is_there:
        Journal(file).close()
    journal.copy_to(link)
    assert link.is_symlink() and not file.is_symlink()
    assert read(file) == [entry(1)]


_FORKED = """
import os, sys
from myna_lab import Lab
lab = Lab(seed=3, journal=sys.argv[1])
lab.resident()
memory = Lab(seed=3)
if not os.fork():
    said = ""
    try:
        lab.resident()
    except Exception as error:
        said = f"{type(error).__name__} {error}"
    with Lab.copy_of(sys.argv[1]) as copy:
        copy.resident()
    memory.resident()
    print(said, len(copy.residents), len(memory.residents), flush=True)
    os._exit(0)
os.wait()
lab.resident()
print(len(lab.residents))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork processes")
def test_a_forked_process_does_not_write(tmp_path: Path) -> None:
    """The child of a fork is refused in words and can play on a copy; the parent goes on."""
    run = subprocess.run(
        [sys.executable, "-c", _FORKED, str(tmp_path / "a.mynalab")], capture_output=True, text=True, check=True
    )
    child, parent = run.stdout.splitlines()
    assert child.startswith("StorageError") and "forked process" in child and child.endswith(" 2 1")
    assert parent == "2"


def test_a_save_that_fails_leaves_nothing(
    journal: Journal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If saving fails, a new name is free again, an old file is whole, and who has it open goes on."""
    journal.commit([entry(1)], {})
    other = Journal()

    def full(self: Journal, copy: Journal) -> None:
        raise StorageError("no space left")

    monkeypatch.setattr(Journal, "_fill", full)
    for target in (tmp_path / "new.mynalab", path):
        with pytest.raises(StorageError, match="no space left"):
            other.copy_to(target)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    journal.commit([entry(2)], {})
    assert read(path) == [entry(1), entry(2)]
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")
@pytest.mark.parametrize("what", ["deleted", "moved", "replaced"])
def test_a_file_that_is_no_longer_there_is_noticed(journal: Journal, path: Path, tmp_path: Path, what: str) -> None:
    """A journal does not go on into a file that has lost its name."""
    journal.commit([entry(1)], {})
    if what == "deleted":
        path.unlink()
    else:
        path.rename(tmp_path / "elsewhere.mynalab")
    if what == "replaced":
        path.write_bytes((tmp_path / "elsewhere.mynalab").read_bytes())
    with pytest.raises(StorageError, match="moved, deleted or replaced"):
        journal.commit([entry(2)], {})
    journal.copy_to(tmp_path / "rescued.mynalab")
    assert read(tmp_path / "rescued.mynalab") == [entry(1)]


@pytest.mark.parametrize("content", [b"a diary, not a lab", b"SQLite format 3\0" + bytes(84)])
def test_other_peoples_files_stay_untouched(path: Path, content: bytes) -> None:
    """A file that is not ours is neither opened nor saved over, and keeps every byte."""
    path.write_bytes(content)
    with pytest.raises(StorageError, match="not a file of myna_lab"):
        Journal(path)
    memory = Journal()
    with pytest.raises(StorageError, match="not a file of myna_lab"):
        memory.copy_to(path)
    memory.close()
    assert path.read_bytes() == content


def test_another_programs_database_stays_untouched(path: Path) -> None:
    """A real SQLite file with another application's mark is refused as well."""
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE events (mine TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError):
        Journal(path)
    assert path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A journal in a folder that does not exist is refused with the folder's name, and none is made."""
    with pytest.raises(StorageError, match="no folder"):
        Journal(tmp_path / "nowhere" / "class.mynalab")
    assert not (tmp_path / "nowhere").exists()


def test_a_gap_in_the_log_is_damage(journal: Journal, path: Path) -> None:
    """A log with a missing line is not read as if nothing had happened."""
    journal.commit([entry(1), entry(2), entry(3)], {})
    journal.close()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM events WHERE seq = 2")
    connection.commit()
    connection.close()
    before = path.stat().st_mtime_ns, path.read_bytes()
    with pytest.raises(StorageError, match="entry 2 is missing"):
        read(path)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def test_a_saved_copy_is_whole_and_stands_alone(journal: Journal, tmp_path: Path) -> None:
    """A copy holds log and vault in one file without side files, and replaces an older copy of ours."""
    journal.commit([entry(1)], {"ref": b"secret"})
    target = tmp_path / "copy.mynalab"
    journal.copy_to(target)
    journal.commit([entry(2)], {})
    journal.copy_to(target)
    assert sorted(file.name for file in tmp_path.glob("*copy*")) == ["copy.mynalab"]
    assert read(target) == [entry(1), entry(2)]


def test_a_copy_in_memory_goes_its_own_way(journal: Journal) -> None:
    """A private copy holds the first entries and the vault; what is written to it does not reach the file."""
    journal.commit([entry(1)], {"ref": b"secret"})
    journal.commit([entry(2)], {})
    copy = journal.copy_in_memory(1)
    assert list(copy.read()) == [entry(1)] and copy.get("ref") == b"secret"
    copy.commit([Entry(2, NINE, ev.TimePassed(NINE))], {})
    assert list(journal.read()) == [entry(1), entry(2)]
    journal.commit([entry(3)], {})
    copy.close()


def test_a_journal_that_must_exist_is_asked_for_by_name(tmp_path: Path, path: Path) -> None:
    """Opening a lab that is not there is misuse: a typing error must not make an empty one."""
    (tmp_path / "empty.mynalab").touch()
    for missing in (path, tmp_path / "empty.mynalab"):
        with pytest.raises(MisuseError, match="there is no lab"):
            existing(missing)


WRITER = """
import sys
from datetime import timedelta
from myna_lab import events as ev
from myna_lab.ground.durations import at
from myna_lab.events import Entry
from myna_lab.world.file.journal import Journal

journal, nine = Journal(sys.argv[1]), at("2025-06-24 09:00")
for n in range(1, 1_000_000, 2):
    batch = [Entry(s, nine + timedelta(minutes=s), ev.TimePassed(nine + timedelta(minutes=s))) for s in (n, n + 1)]
    journal.commit(batch, {f"secret/{n}": b"x" * 100})
    print(n + 1, flush=True)
"""


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of POSIX systems")
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    """Whatever the moment of SIGKILL: every acknowledged decision is there, the last one whole with its secret."""
    for round_number in range(rounds(20, 500)):
        path = tmp_path / f"{round_number}.mynalab"
        until = Chance(7).child(f"kill/{round_number}").integer(1, 300)
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = 0
            while acknowledged < 2 * until:
                acknowledged = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        journal = Journal(path)
        kept = list(journal.read())
        assert kept == [entry(seq) for seq in range(1, len(kept) + 1)]
        assert len(kept) >= acknowledged and len(kept) % 2 == 0
        assert journal.get(f"secret/{len(kept) - 1}") == b"x" * 100
        journal.close()


def test_a_journal_in_memory_has_what_waits_there(tmp_path: Path) -> None:
    """In memory rows are made when they are asked for: secrets, a withdrawal and a saved file are as if at once."""
    memory = Journal()
    memory.commit([entry(1)], {"ref": b"old"})
    memory.commit([entry(2)], {"ref": b"new"})
    assert memory.get("ref") == b"new"
    memory.withdraw([entry(2)])
    assert memory.get("ref") == b"old"
    memory.copy_to(tmp_path / "saved.mynalab")
    assert read(tmp_path / "saved.mynalab") == [entry(1)]


def test_what_could_not_be_saved_is_refused_in_memory_too() -> None:
    """A secret longer than a row may be is refused when it is written, and not later, when the lab is saved."""
    memory = Journal()
    with pytest.raises(StorageError):
        memory.commit([entry(1)], {"ref": bytes(5_000_000)})
    assert list(memory.read()) == []
