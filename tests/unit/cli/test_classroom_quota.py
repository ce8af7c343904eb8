"""A student's folder has a limit: how it is counted, what follows, and that it touches nobody else."""

from __future__ import annotations

import asyncio
import errno
import mmap
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from myna_lab.cli.classroom import programs, watch
from myna_lab.cli.classroom import taken as counting
from myna_lab.cli.classroom.folder import ClassFolder, Settings
from myna_lab.cli.classroom.notices import Notices
from myna_lab.cli.classroom.quota import Quota, State
from myna_lab.cli.classroom.taken import SMALLEST, Taken, share, taken
from myna_lab.cli.classroom.wall import is_root
from needs import need_program

MIB = 2**20


def test_a_folder_counts_what_it_takes_or_may_come_to_take(tmp_path: Path) -> None:
    """Small files as the least, holes as filled, links as nothing that they lead to; named by what lies on top."""
    mine = tmp_path / "mine"
    (mine / "data" / "deep").mkdir(parents=True)
    (mine / "data" / "deep" / "big").write_bytes(bytes(2 * MIB))
    (mine / "hole").touch()
    os.truncate(mine / "hole", 3 * MIB)
    (mine / "small").write_text("a")
    (tmp_path / "other").write_bytes(bytes(9 * MIB))
    (mine / "link").symlink_to(tmp_path)
    counted = taken(mine)
    assert [name for _, name in counted.by_name] == ["hole", "data", "small", "link"]
    assert counted.by_name[0][0] == 3 * MIB and counted.by_name[-1][0] == SMALLEST
    assert counted.octets == sum(size for size, _ in counted.by_name) == 5 * MIB + 4 * SMALLEST
    shutil.rmtree(mine)
    assert taken(mine) == Taken()


def test_what_comes_and_goes_while_it_is_counted_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is gone before it is asked is passed over alone; a folder that becomes a link leads nowhere."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    (mine / "folder").mkdir(parents=True)
    other.mkdir()
    for file in (mine / "a", mine / "z", other / "of_others"):
        file.write_bytes(bytes(MIB))
    scandir, open_ = os.scandir, os.open

    @contextmanager
    def late(place: int) -> Iterator[list[os.DirEntry[str]]]:
        with scandir(place) as inside:
            entries = sorted(inside, key=lambda entry: entry.name)
        (mine / "a").unlink()
        yield entries

    def swapped(name: str, flags: int, *, dir_fd: int | None) -> int:
        if name == "folder":
            (mine / "folder").rmdir()
            (mine / "folder").symlink_to(other)
        return open_(name, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "scandir", late)
    monkeypatch.setattr(os, "open", swapped)
    assert taken(mine).by_name == ((MIB, "z"), (SMALLEST, "folder"))
    assert (mine / "folder").is_symlink() and not (mine / "a").exists()


def test_what_nobody_can_count_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files without end, folders in folders, and a name that is too long for the system, hide nothing."""
    for number in range(5):
        (tmp_path / str(number)).touch()
    (tmp_path / "0").unlink()
    (tmp_path / "0" / "1" / "2").mkdir(parents=True)
    assert taken(tmp_path).octets == 7 * SMALLEST
    monkeypatch.setattr(counting, "DEEPEST", 2)
    assert taken(tmp_path).octets == float("inf")
    monkeypatch.undo()
    monkeypatch.setattr(counting, "MOST", 6)
    assert taken(tmp_path).octets == float("inf") and taken(tmp_path).said == "too many files to count"
    assert taken(tmp_path / ("deep" * 1100)).octets == float("inf")


def test_what_the_hub_lacks_is_nobodys_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an open file left there is no count, and no student's server is ended for it."""

    def none_left(*_: object, **__: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "open", none_left)
    with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
        taken(tmp_path)


def test_all_folders_together_fit_on_the_disk(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty on a large disk get what is asked for, on a small one less; what they have already is theirs."""
    settings = Settings(students=40, folder_limit=1024)

    def of_disk(free: int) -> int:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free * MIB))
        return share(folder, settings)

    assert (of_disk(100_000), of_disk(20_000), of_disk(40)) == (1024, 450, 16)
    for number in (1, 2):
        folder.student(number).mkdir()
        (folder.student(number) / "large").write_bytes(b"x" * 20 * MIB)
    assert of_disk(19_965) == 450
    (folder.student(1) / "hole").touch()
    os.truncate(folder.student(1) / "hole", 9000 * MIB)
    for number in range(100):
        os.link(folder.student(2) / "large", folder.student(2) / str(number))
    assert of_disk(19_965) == 450, "what takes no room gives nobody more"
    folder.student(1).rename(folder.students / "01-1")  # set aside, and nobody's limit
    assert of_disk(19_965) == 449
    monkeypatch.setattr(counting, "MOST", 50)
    assert of_disk(19_965) == 449, "what nobody can count neither"


def test_over_the_limit_nobody_is_ended_who_grows_no_more() -> None:
    """Over: told, and free again after deleting; growing on: ended; a start over the limit is a start all the same."""
    quota = Quota(100)

    def judged(*octets: float) -> list[State]:
        return [quota.judge(Taken(each)) for each in octets]

    assert judged(100, 101, 126, 101, 100) == [State.WITHIN, State.OVER, State.OVER, State.OVER, State.WITHIN]
    assert judged(1000, 1025, 1026) == [State.OVER, State.OVER, State.ENDED]
    quota.begin(Taken(1026))
    assert (quota.state, quota.refuses) == (State.OVER, False)
    assert judged(1051, 1052) == [State.OVER, State.ENDED] and not quota.refuses
    quota.begin(Taken(1052))
    assert judged(float("inf")) == [State.ENDED] and quota.refuses
    quota.begin(Taken(99))
    assert not quota.refuses and quota.said == {}


def test_the_student_reads_what_takes_most_and_the_teacher_no_names() -> None:
    """Both languages for the student; whatever a student calls a file, the teacher's screen does not show it."""
    quota = Quota(64 * MIB)
    quota.begin(Taken(90 * MIB, ((80 * MIB, "\x1b[2J" + "x" * 99), (6 * MIB, "b"), (3 * MIB, "c"), (MIB, "d"))))
    assert "more than its limit of 64 MB" in quota.said["en"] and "上限64 MB" in quota.said["ja"]
    assert "b (6 MB), c (3 MB)" in quota.said["ja"] and "d (" not in quota.said["ja"]
    assert "?[2Jx" in quota.said["en"]
    quota.begin(Taken(90 * MIB, ((90 * MIB, os.fsdecode(b"\xff\n")),)))
    assert b"?? (90 MB)" in quota.said["en"].encode(), "a page can hold it"
    told = quota.told("07")
    assert told.startswith("the folder of student 07 (90 MB of 64 MB) is over") and "x" not in told.partition("over")[2]
    quota.judge(Taken(float("inf")))
    assert "too many files" in quota.said["en"] and "its server was ended" in quota.told("07")


def test_a_look_does_what_follows(tmp_path: Path) -> None:
    """What another hub began gets its limits once, new programs of who is over each time; who grows on is ended."""
    seat_of = pytest.importorskip("myna_lab.cli.classroom.spawner").Seat
    log, done, octets = tmp_path / "07.log", [], iter([50, 50, 101, 101, 99, 101, 127])
    log.write_bytes(bytes(5 * MIB))

    async def stop(now: bool) -> None:
        done.append(f"stopped {now}")

    async def poll_and_notify() -> None:
        done.append("told JupyterHub")

    seat = SimpleNamespace(quota=Quota(100), notices=Notices(tmp_path), user=SimpleNamespace(name="07"), _log=log)
    seat.stop, seat.poll_and_notify, seat._may_write = stop, poll_and_notify, None
    seat._taken, seat._let_write = (lambda: Taken(next(octets))), done.append
    heard = Notices(tmp_path)
    for _ in range(7):
        asyncio.run(seat_of.look(seat))
    over, within = State.OVER, State.WITHIN
    assert done == [within, over, over, within, over, "stopped True", "told JupyterHub"]
    assert [re.findall("over its|within|ended", line) for line in heard.heard()] == [
        ["over its"],
        ["within"],
        ["over its"],
        ["over its", "ended"],
    ]
    assert log.stat().st_size == 0


WRITER = """
import sys
for size in map(int, sys.stdin):
    try:
        with open(sys.argv[1], "wb") as file:
            file.write(bytes(size))
        print("written", flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""


def test_a_running_program_writes_no_more_and_then_again(tmp_path: Path) -> None:
    """The limit reaches a process that runs and its child, leaves a third alone, and is lifted; small files go on."""
    need_program("prlimit")
    begin = [sys.executable, "-c", WRITER]
    through = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "ascii"}
    first = subprocess.Popen([sys.executable, "-c", through, *begin, str(tmp_path / "1")], **pipes)
    other = subprocess.Popen([*begin, str(tmp_path / "2")], **pipes)

    def write(process: subprocess.Popen[str], size: int) -> str:
        assert process.stdin and process.stdout
        process.stdin.write(f"{size}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    try:
        assert (write(first, MIB), write(other, MIB)) == ("written", "written")
        server, others = programs.of_server(first.pid, walls=False)
        assert server == [first.pid] and len(others) == 1
        programs.write_at_most(SMALLEST, others, [])
        assert (write(first, MIB), write(other, MIB)) == (str(errno.EFBIG), "written")
        assert write(first, SMALLEST) == "written"
        programs.write_at_most(64 * MIB, others, [])
        assert write(first, MIB) == "written"
    finally:
        for process in (first, other):
            process.communicate("")
    assert programs.of_server(first.pid, walls=True) == ([], [])


def test_a_file_that_was_deleted_and_is_open_counts(tmp_path: Path) -> None:
    """No folder shows it; a file that still has a name, and one of another disk, are not counted here."""
    device = tmp_path.stat().st_dev
    before = programs.deleted([os.getpid()], device)
    with (tmp_path / "gone").open("wb") as gone, (tmp_path / "there").open("wb") as there:
        for file in (gone, there):
            file.write(bytes(MIB))
            file.flush()
        (tmp_path / "gone").unlink()
        assert programs.deleted([os.getpid(), 2**30], device) - before == MIB
        assert programs.deleted([os.getpid()], -1) == 0
    assert Taken(5, ((5, "a"),)).with_more(7, "b") == Taken(12, ((7, "b"), (5, "a")))


@pytest.mark.skipif(not is_root(), reason="root alone may ask which file is mapped")
def test_a_file_that_was_deleted_and_is_mapped_counts(tmp_path: Path) -> None:
    """It is closed and has no name, and a program can write in it as before."""
    device = tmp_path.stat().st_dev
    before = programs.deleted([os.getpid()], device)
    with (tmp_path / "gone").open("w+b") as gone:
        gone.truncate(5 * MIB)
        view = mmap.mmap(gone.fileno(), mmap.PAGESIZE)
    (tmp_path / "gone").unlink()
    assert programs.deleted([os.getpid()], device) - before == 5 * MIB
    view.close()
    assert programs.deleted([os.getpid()], device) == before


@pytest.mark.parametrize(("falls", "much"), [("f_bavail", 65), ("f_favail", 4200)])
def test_who_cannot_be_looked_at_or_takes_long_keeps_nobody_from_it(
    falls: str, much: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are looked at often, more so while octets or files fill the disk; one that fails or is slow stays alone."""
    for name, value in (("TICK", 0), ("REST", 3600), ("SHORT_REST", 1), ("SHARE", 10)):
        monkeypatch.setattr(watch, name, value)
    now = 0.0

    def one_second_later(path: Path) -> SimpleNamespace:
        nonlocal now
        now += 1
        return SimpleNamespace(**{"f_bavail": 0, "f_frsize": MIB, "f_favail": 0} | {falls: -much * now})

    monkeypatch.setattr(os, "statvfs", one_second_later)
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: now))

    async def hold() -> tuple[int, int, int]:
        watched, looks, done = watch.Watch(tmp_path), {"fails": 0, "slow": 0, "fine": 0}, asyncio.Event()

        class Seat:
            def __init__(self, name: str) -> None:
                self.name = name

            async def look(self) -> None:
                nonlocal now
                looks[self.name] += 1
                if self.name == "fails":
                    raise OSError(errno.EIO, "broken")
                if self.name == "slow":
                    now += 10
                elif looks["fine"] == 20:
                    done.set()

        seats = [Seat(name) for name in looks]
        for seat in seats:
            watched.add(seat)
        await done.wait()
        for seat in seats:
            watched.remove(seat)
        return looks["fails"], looks["slow"], looks["fine"]

    assert asyncio.run(hold()) == (20, 1, 20)


def test_the_teacher_hears_what_is_new(tmp_path: Path) -> None:
    """Lines that the hub adds come once; those of before the command began do not."""
    hub = Notices(tmp_path)
    hub.tell("一")
    command = Notices(tmp_path)
    assert command.heard() == []
    hub.tell("二"), hub.tell("三")
    assert (command.heard(), command.heard()) == (["二", "三"], [])
