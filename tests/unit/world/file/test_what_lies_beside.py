"""Names, side files, copies and permissions: a lab's file is whole by itself, and nobody else's rest gets into it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from files import facts, story

from myna_lab import Lab
from myna_lab.errors import MisuseError, StorageError
from myna_lab.ground.chance import Chance
from myna_lab.world.file import header as file_header
from needs import rounds

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


def _seed(path: Path) -> int:
    with Lab.open(path) as lab:
        return lab.seed


@pytest.mark.parametrize("name", [":memory:", "file:a", "file:a?mode=memory", "a\0b", "\ud800", "", b"\xff\xfe"])
def test_a_name_that_is_none_is_misuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes) -> None:
    """What SQLite takes for something else, and what is no name, is refused by every call, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    lab = Lab(seed=1)
    for call in (lambda: Lab(journal=name), lambda: Lab.open(name), lambda: Lab.copy_of(name), lambda: lab.save(name)):  # type: ignore[arg-type]
        with pytest.raises(MisuseError) as refused:
            call()
        assert refused.value.code == "bad_path"
    assert not list(tmp_path.iterdir())


@POSIX
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A pipe, a folder, a device, a name of 300 characters, a file for a folder: an error of ours, and no waiting."""
    pipe, file, lab = tmp_path / "pipe", tmp_path / "file", Lab(seed=1)
    os.mkfifo(pipe)
    file.touch()
    for path in (pipe, tmp_path, Path("/dev/null"), tmp_path / ("あ" * 300), file / "a", tmp_path / ("x" * 300) / "a"):
        for call in (lambda p: Lab(journal=p), Lab.open, Lab.copy_of, lab.save):
            with pytest.raises((StorageError, MisuseError)):
                call(path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "pipe"]


def test_the_main_file_alone_is_whole_after_each_call(tmp_path: Path) -> None:
    """Copied while the lab is open, as a download does: the copy has the last decision, and nothing lies beside."""
    path, copy = tmp_path / "a.mynalab", tmp_path / "copy.mynalab"
    with Lab(seed=3, journal=path) as lab:
        for step in (lab.resident, lambda: lab.iphone(lab.residents[0]), lambda: lab.phones[0].add_card().run()):
            step()
            copy.write_bytes(path.read_bytes())
            assert [file.name for file in tmp_path.glob("a.*")] == [path.name]
            with Lab.copy_of(copy) as taken:
                assert facts(taken) == facts(lab)
    assert path.read_bytes()[18:20] == b"\1\1", "no write-ahead mode"


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    """A file keeps its permissions when it is saved over, and a lab's file gives its own to a new copy."""
    path, other, memory = tmp_path / "a.mynalab", tmp_path / "b.mynalab", Lab(seed=4)
    with Lab(seed=3, journal=path) as lab:
        path.chmod(mode)
        lab.resident()
        lab.save(other)
    memory.save(path)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (path, other)] == [mode, mode]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.mynalab", "b.mynalab"]
    assert (_seed(path), _seed(other)) == (4, 3)


_READER = """
import os, sys
from myna_lab import Lab
from myna_lab.errors import StorageError
Lab(seed=1).errands()  # loads what the next user may not read
if os.geteuid() == 0:  # root writes everywhere
    os.setuid(65534)
with Lab.open(sys.argv[1]) as lab:
    print(len(lab.residents), lab.errands(lab.residents[0]).shape, len(lab.fork().residents))
    try:
        lab.resident()
    except StorageError as error:
        print(error.code)
"""


@POSIX
def test_what_can_only_be_read_is_opened_to_read() -> None:
    """On a medium that cannot be written a lab opens, answers and forks, and a decision is refused by its name."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own is closed to other users
        folder = Path(name)
        path = story(folder / "a.mynalab")
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(0o555)
        run = subprocess.run([sys.executable, "-c", _READER, str(path)], capture_output=True, text=True, check=False)
        assert run.stdout.splitlines() == ["2 (8, 6) 2", "read_only"], run.stderr
        assert path.read_bytes() == before and [file.name for file in folder.iterdir()] == [path.name]
        folder.chmod(0o755)


# ------------------------------------------------------------------------------------------------------ what was left


def _wal(path: Path, seed: int) -> Path:
    """What a program of an older format left when it was killed: the log beside, full of another lab's pages."""
    story(path, seed)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        connection.execute("UPDATE events SET seq = seq")
        connection.execute("UPDATE vault SET secret = secret")
        left = Path(f"{path}-wal").read_bytes()
    path.unlink()
    Path(f"{path}-wal").write_bytes(left)
    return Path(f"{path}-wal")


def test_saved_where_a_write_ahead_log_was_left_behind_it_is_the_lab_that_was_saved(tmp_path: Path) -> None:
    """Another lab's -wal, whose file is gone, goes too, and gets into no lab."""
    path, lab = tmp_path / "a.mynalab", Lab(seed=9)
    _wal(path, seed=4)
    lab.save(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert _seed(path) == 9


def test_beside_a_write_ahead_log_that_was_left_behind_no_file_is_opened(tmp_path: Path) -> None:
    """A file beside which another lab's -wal lies is refused, by the name of what lies there, and stays as it is."""
    path, lab = tmp_path / "a.mynalab", Lab(seed=9)
    left = _wal(path, seed=4)
    aside = left.rename(tmp_path / "aside")
    lab.save(path)
    aside.rename(left)
    before = path.read_bytes()
    for call in (Lab.open, Lab.copy_of, Lab(seed=8).save):
        with pytest.raises(StorageError, match=r"beside it lies a\.mynalab-wal"):
            call(path)
    assert path.read_bytes() == before


_VICTIM = """
import os, sqlite3, sys
from myna_lab import Lab
from myna_lab.world.file import rows
from myna_lab.world.file.journal import Journal
path, seed, stop = sys.argv[1], int(sys.argv[2]), sys.argv[3]
lab = Lab(seed=seed, journal=path)
lab.resident()
db = lab.world.journal._db
db.execute("PRAGMA cache_size = 1")   # pages go to the file in the middle of a transaction
db.execute("PRAGMA cache_spill = 1")
if stop == "commit":
    def late(owner, newest):  # the last that a commit asks for before it is one
        db.execute("UPDATE vault SET secret = secret || zeroblob(8000)")
        os.kill(os.getpid(), 9)
    rows.seal = late
    lab.resident()
elif stop == "claim":
    Journal._sign = lambda self, connection, newest: os.kill(os.getpid(), 9)
    lab.close()
    Lab.open(path)
os.kill(os.getpid(), 9)
"""


def _killed(path: Path, seed: int, stop: str) -> None:
    run = subprocess.run([sys.executable, "-c", _VICTIM, str(path), str(seed), stop], check=False)
    assert run.returncode == -signal.SIGKILL


@POSIX
@pytest.mark.parametrize("stop", ["commit", "claim", "idle"])
def test_a_killed_lab_opens_with_what_it_acknowledged(tmp_path: Path, stop: str) -> None:
    """Killed in the middle of a decision, or while the file was opened: the rest is played back into its own file."""
    path = tmp_path / "a.mynalab"
    _killed(path, 5, stop)
    if stop == "commit":
        assert Path(f"{path}-journal").stat().st_size > 4096
    with Lab.open(path) as lab:
        assert len(lab.residents) == 1
        lab.resident()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@POSIX
def test_a_journal_of_another_file_is_not_played_into_a_lab(tmp_path: Path) -> None:
    """Killed in a decision, then another lab's file bears the name: refused, the rest is named, no byte moves."""
    path, good = tmp_path / "a.mynalab", story(tmp_path / "good.mynalab", seed=6)
    _killed(path, 5, "commit")
    victim = path.rename(tmp_path / "moved.mynalab")
    good.replace(path)
    before = path.read_bytes()
    for call in (Lab.open, Lab.copy_of, Lab(seed=8).save):
        with pytest.raises(StorageError, match=r"beside it lies a\.mynalab-journal"):
            call(path)
    assert path.read_bytes() == before
    Path(f"{path}-journal").rename(f"{victim}-journal")
    assert (_seed(path), _seed(victim)) == (6, 5)


@POSIX
def test_no_order_of_killing_deleting_renaming_and_saving_opens_as_another_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any steps on two names, what opens is what was put there last, or a plain refusal; never another lab."""
    monkeypatch.setattr(file_header, "_PAUSE", 0.0)
    a, b = tmp_path / "a.mynalab", tmp_path / "b.mynalab"
    rests = []
    for seed in (5, 7):
        made = tmp_path / f"made-{seed}.mynalab"
        _killed(made, seed, "commit")
        rests.append((seed, [(made.read_bytes(), ""), (Path(f"{made}-journal").read_bytes(), "-journal")]))
    for turn in range(rounds(60, 2000)):
        chance, holds = Chance(turn).child("orders"), {}
        for file in tmp_path.glob("?.mynalab*"):
            file.unlink()
        for step in range(chance.integer(2, 7)):
            path, other = chance.choice([(a, b), (b, a)])
            match chance.choice(["kill", "delete", "rename", "swap", "save", "save", "open"]):
                case "kill":
                    holds[path], left = chance.choice(rests)
                    for data, ending in left:
                        Path(f"{path}{ending}").write_bytes(data)
                case "delete":
                    path.unlink(missing_ok=True)
                    holds.pop(path, None)
                case "rename" if path.exists():
                    path.replace(other)
                    holds[other] = holds.pop(path)
                case "swap" if path.exists() and other.exists():
                    path.rename(tmp_path / "between")
                    other.rename(path)
                    (tmp_path / "between").rename(other)
                    holds[path], holds[other] = holds[other], holds[path]
                case "save":
                    try:
                        Lab(seed=100 + step).save(path)
                        holds[path] = 100 + step
                    except StorageError as refused:
                        assert refused.code in ("strange_company", "damaged"), f"turn {turn}"
                case "open":
                    pass
            for file, seed in holds.items():
                try:
                    assert _seed(file) == seed, f"turn {turn}, step {step}"
                except StorageError as refused:
                    assert refused.code in ("strange_company", "damaged"), f"turn {turn}: {refused}"
        for file, seed in holds.items():
            if not Path(f"{file}-journal").exists() and seed >= 100:
                assert _seed(file) == seed, f"turn {turn}: a saved lab with nothing beside it opens"
