"""How a class starts: folders and secrets, the wall, limits, and what is refused before anything runs."""

from __future__ import annotations

import dataclasses
import os
import resource
import shutil
import socket
import ssl
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from myna_lab.cli.classroom import certificate, desk, disk, running, screen, session, wall
from myna_lab.cli.classroom.folder import ClassFolder, Settings
from myna_lab.cli.classroom.roster import Roster, Student
from myna_lab.cli.main import main
from myna_lab.errors import MisuseError, StorageError

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ClassFolder]:
    """A class that nobody has joined."""
    made = ClassFolder(tmp_path / "k")
    made.make()
    yield made
    made.forget()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_drawn_once_and_their_owners(folder: ClassFolder) -> None:
    """A second start finds the same ones; nobody but the teacher may open the folder that holds them."""
    names = ("code", "cookie_secret", "proxy_token", "teacher_token")
    before = [folder.secret(name) for name in names]
    folder.make()
    assert [folder.secret(name) for name in names] == before
    assert len(set(before)) == 4 and len(before[0]) == 8
    assert {mode(folder.hub / name) for name in names} == {0o600}
    assert (mode(folder.root), mode(folder.hub), mode(folder.roster)) == (0o700, 0o700, 0o700)


def test_settings_come_back(folder: ClassFolder) -> None:
    """What a class was started with is what the hub reads."""
    settings = Settings(students=7, address="192.0.2.1", certificate="c.pem", key="k.pem", walls=False, page=True)
    folder.save(settings)
    assert folder.settings() == settings


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "k").touch()
    with pytest.raises(StorageError, match="cannot be made"):
        ClassFolder(tmp_path / "k").make()


def test_a_desk_is_laid_once_and_without_solutions(folder: ClassFolder) -> None:
    """All notebooks, no solution; what the student changed, and where a link of theirs leads, is left alone."""
    laid = desk.lay_desk(folder, 7, walls=False)
    assert laid == folder.root / "students" / "07"
    assert (laid / "03_provisioning_wizard.ipynb").is_file() and (laid / "pictures").is_dir()
    assert os.readlink(laid / "solutions") == str(folder.solutions)
    assert not list(folder.solutions.iterdir())
    assert mode(laid) == 0o700
    secret = folder.hub / "code"
    before = secret.read_bytes()
    (laid / "00_index.ipynb").unlink()
    (laid / "00_index.ipynb").symlink_to(secret)
    assert desk.lay_desk(folder, 7, walls=False) == laid
    assert secret.read_bytes() == before


def test_a_desk_that_found_no_room_is_laid_whole_later(folder: ClassFolder) -> None:
    """A disk that is full in the middle leaves no half folder, which the next start would take for a whole one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError):
            desk.lay_desk(folder, 7, walls=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not folder.student(7).exists()
    assert (desk.lay_desk(folder, 7, walls=False) / "13_nation.ipynb").stat().st_size > 100_000


def test_a_student_starts_over_and_nothing_is_lost(folder: ClassFolder) -> None:
    """The old folder is kept beside, each time under another name; the next start lays a new one."""
    folder.save(Settings())
    Roster(folder.roster).keep(Student(7, "花子"))
    over = ["class", "start-over", "7", "--folder", str(folder.root)]
    assert "the old: none" in CliRunner().invoke(main, over).output
    for turn in (1, 2):
        mine = desk.lay_desk(folder, 7, walls=False) / "mine.txt"
        assert not mine.exists()
        mine.write_text(str(turn))
        assert f"students/07-{turn}" in CliRunner().invoke(main, over).output
        assert not folder.student(7).exists()
    assert [(folder.students / f"07-{turn}" / "mine.txt").read_text() for turn in (1, 2)] == ["1", "2"]
    assert CliRunner().invoke(main, [*over[:2], "8", *over[3:]]).output.startswith("Error: there is no student 8")


def test_solutions_open_and_close(folder: ClassFolder) -> None:
    """The commands fill one folder for all, readable by all, and empty it again."""
    folder.save(Settings())
    run = CliRunner().invoke
    opened = run(main, ["class", "open-solutions", "--folder", str(folder.root)])
    assert opened.exit_code == 0, opened.output
    files = sorted(folder.solutions.iterdir())
    assert "03_provisioning_wizard.ipynb" in [file.name for file in files]
    assert {mode(file) for file in files} == {0o644}
    assert run(main, ["class", "close-solutions", "--folder", str(folder.root)]).exit_code == 0
    assert not list(folder.solutions.iterdir())


def test_a_wall_shows_one_folder_to_write_in(tmp_path: Path) -> None:
    """Of all binds one is writable, and nothing above or beside the student's folder is bound."""
    own, solutions = tmp_path / "students" / "07", tmp_path / "solutions"
    words = wall.command(7, own, solutions)
    binds = [words[place + 1 : place + 3] for place, word in enumerate(words) if word == "--bind"]
    shown = [Path(words[place + 1]) for place, word in enumerate(words) if word.startswith("--ro-bind")]
    assert binds == [[str(own), "/student"]]
    assert solutions in shown
    assert not any(own.is_relative_to(path) for path in shown)
    assert not any(path.is_relative_to(path.parents[-1] / "etc") and "shadow" in path.name for path in shown)
    assert Path("/etc") not in shown and Path("/") not in shown
    assert "--unshare-pid" in words and "--unshare-ipc" in words
    last = words.index("--chdir") + 2
    assert words[last : last + 4] == ["--remount-ro", "/dev", "--remount-ro", "/"], "what bwrap made takes nothing more"


@pytest.mark.parametrize("root", [True, False])
def test_root_gives_each_student_a_user_id(root: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """64000 and the number, without groups and without a way back; who is not root cannot, and the view stays."""
    monkeypatch.setattr(wall, "is_root", lambda: root)
    words = wall.command(7, tmp_path, tmp_path)
    asked = {"setpriv", "--reuid=64007", "--regid=64007", "--clear-groups", "--no-new-privs", "--bounding-set=-all"}
    assert (asked <= set(words)) is root
    assert ("setpriv" in words) is root


def test_without_its_program_there_is_no_wall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without bubblewrap says so."""
    monkeypatch.setattr(wall, "program", lambda name: None)
    assert wall.trouble(tmp_path, tmp_path) == "the program bwrap is missing"


@pytest.mark.parametrize(("walls", "root", "counted"), [(True, True, True), (True, False, False), (False, True, False)])
def test_limits_are_those_of_a_process(walls: bool, root: bool, counted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses and files for all; processes are counted by user id, so only where each student has one."""
    spawner = pytest.importorskip("myna_lab.cli.classroom.spawner")
    monkeypatch.setattr(wall, "is_root", lambda: root)
    rows = spawner.limits(Settings(walls=walls, memory=1024), 512 << 20)
    assert rows[resource.RLIMIT_AS] == 1024 * 1024 * 1024
    assert rows[resource.RLIMIT_FSIZE] == 512 * 1024 * 1024 and rows[resource.RLIMIT_NOFILE] == 4096
    assert (resource.RLIMIT_NPROC in rows) is counted


def test_no_kernel_opens_a_port() -> None:
    """Who listens on a kernel's TCP port reads what it shows: sockets are used. What is deleted takes no room."""
    spawner = pytest.importorskip("myna_lab.cli.classroom.spawner")
    options = spawner.server_options(Settings(idle=5))
    assert "--KernelManager.transport=ipc" in options
    assert "--MappingKernelManager.cull_idle_timeout=300" in options
    assert "--ServerApp.shutdown_no_activity_timeout=300" in options
    assert "--FileContentsManager.delete_to_trash=False" in options


@pytest.mark.parametrize("walls", [True, False])
def test_the_names_of_a_kernels_sockets_are_short(walls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux takes 107 letters, macOS 103: a deep folder of a class leaves no room for a kernel's own name of 49."""
    spawner = pytest.importorskip("myna_lab.cli.classroom.spawner")
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: f"/tmp/{prefix}12345678")
    seat = SimpleNamespace(home=str(tmp_path / ("deep" * 20)), user=SimpleNamespace(name="07"))
    seat.folder = ClassFolder(tmp_path)
    seat.settings, seat.sockets = Settings(walls=walls), spawner.Seat.sockets
    own = spawner.Seat.user_env(seat, {"PATH": "/usr/bin"})
    assert len(own["JUPYTER_RUNTIME_DIR"]) + 1 + 49 <= 103
    assert own["MYNA_LAB_RESULTS"] == f"{seat.home}/results.txt" and own["PATH"] == "/usr/bin"


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that has all that a class needs."""
    monkeypatch.setattr(session, "proxy_command", lambda: ["proxy"])
    monkeypatch.setattr(session, "no_wall", lambda: "")
    monkeypatch.setattr(session.util, "find_spec", lambda name: object())


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": "0.0.0.0"}, "address"),
        ({"address": "::"}, "address"),
        ({"address": "192.0.2.1"}, "port_in_use"),
        ({"certificate": "chain.pem"}, "certificate"),
        ({"certificate": "chain.pem", "key": "key.pem"}, "certificate"),
    ],
)
def test_what_cannot_be_held_is_refused(changes: dict[str, str], code: str, tmp_path: Path) -> None:
    """All interfaces, an address of another computer, half or no TLS: a sentence, and no hub."""
    with pytest.raises(MisuseError) as caught:
        session.hold(ClassFolder(tmp_path / "k"), dataclasses.replace(Settings(), **changes), print)
    assert caught.value.code == code


@pytest.mark.usefixtures("able")
def test_no_wall_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none can be made the class does not start by itself, and what that would mean is said."""
    monkeypatch.setattr(session, "no_wall", lambda: "the program bwrap is missing")
    with pytest.raises(MisuseError, match=r"read and change each other's files.*--without-walls"):
        session.hold(ClassFolder(tmp_path / "k"), Settings(), print)
    assert not (tmp_path / "k").exists()


@pytest.mark.usefixtures("able")
def test_walls_are_not_changed_later(folder: ClassFolder) -> None:
    """Folders of a class without walls belong to the teacher's user: they do not come behind walls by themselves."""
    folder.save(Settings(walls=False))
    desk.lay_desk(folder, 1, walls=False)
    with pytest.raises(MisuseError, match="without walls"):
        session.hold(folder, Settings(), print)


def test_a_class_runs_once(folder: ClassFolder) -> None:
    """A second start is told, and ends nothing."""
    folder.save(Settings())
    with running.locked(folder), pytest.raises(MisuseError, match="runs already"), running.locked(folder):
        pass
    assert not running.end(folder)


@pytest.mark.parametrize("told", [True, False])
def test_a_hub_that_was_ended_stays_so(told: bool, folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window of a class that another command ended goes; after a fault it begins the hub again."""
    folder.save(Settings())
    folder.make_memory()
    begun, said = [], []
    hub = running.Hub(folder, 0)
    hub._process = subprocess.Popen(["true"])
    hub._process.wait()
    monkeypatch.setattr(hub, "begin", lambda: begun.append(True))
    if told:
        (folder.memory / running.STOP).touch()
    waits = iter([False, True])
    hub.watch(lambda _: next(waits), said.append)
    assert (len(begun), len(said)) == ((0, 0) if told else (1, 2))
    assert hub.end() is told, "only what ended in order is over"


def test_a_taken_port_is_a_sentence() -> None:
    """The hub's own ports follow the page's, which has another address here, and each must be free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(MisuseError, match=f"port {port} of 127.0.0.1"):
            running.refuse_taken(Settings(address="127.0.0.2", port=port - 1))


@pytest.mark.parametrize("address", ["192.0.2.10", "2001:db8::10", "teacher.example"])
def test_a_self_made_certificate_is_taken_by_openssl(address: str, tmp_path: Path) -> None:
    """OpenSSL loads both files; a second start keeps them, another address or their end makes new ones."""
    chain, key = certificate.self_made(address, tmp_path, NOW)
    assert mode(key) == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
    before = certificate.fingerprint(chain)
    certificate.self_made(address, tmp_path, NOW + timedelta(days=80))
    assert certificate.fingerprint(chain) == before
    certificate.self_made(address, tmp_path, NOW + timedelta(days=90))
    later = certificate.fingerprint(chain)
    certificate.self_made("192.0.2.11", tmp_path, NOW + timedelta(days=90))
    assert len({before, later, certificate.fingerprint(chain)}) == 3


def test_the_screen_says_where_and_what(tmp_path: Path) -> None:
    """Address, code and walls; on a network the certificate's fingerprint."""
    lines = "\n".join(screen.shown(Settings(), "abcd2345", 450))
    assert "http://127.0.0.1:8000/" in lines and "abcd 2345" in lines and screen.WALLS in lines and "450 MB" in lines
    chain, key = certificate.self_made("2001:db8::10", tmp_path, NOW)
    settings = Settings(address="2001:db8::10", certificate=str(chain), key=str(key), walls=False)
    lines = "\n".join(screen.shown(settings, "abcd2345", 450))
    assert "https://[2001:db8::10]:8000/" in lines and certificate.fingerprint(chain) in lines
    assert screen.NO_WALLS in lines


def test_a_forgotten_word_is_chosen_anew(folder: ClassFolder) -> None:
    """The teacher's command takes the word away; the list tells who has which number."""
    folder.save(Settings())
    roster = Roster(folder.roster)
    roster.keep(Student(1, "花子").with_word("neko neko"))
    run, where = CliRunner().invoke, ["--folder", str(folder.root)]
    assert run(main, ["class", "students", *where]).output == "01  花子\n"
    assert run(main, ["class", "new-word", "1", *where]).exit_code == 0
    assert roster.students() == [Student(1, "花子")]
    missing = run(main, ["class", "new-word", "2", *where])
    assert missing.exit_code == 1 and "no student 2" in missing.output


def test_where_no_class_is_commands_say_so(tmp_path: Path) -> None:
    """A wrong folder is not made."""
    for name in ("students", "stop", "open-solutions"):
        answer = CliRunner().invoke(main, ["class", name, "--folder", str(tmp_path / "k")])
        assert answer.exit_code == 1 and "no class" in answer.output
    assert not (tmp_path / "k").exists()


def test_the_teacher_hears_once_of_a_disk_that_becomes_full(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below 500 MB a line names who takes most; not again before there was twice as much; then anew."""
    folder.make()
    for number, octets in ((1, 300_000), (2, 3_000_000)):
        (folder.student(number) / "deep").mkdir(parents=True)
        (folder.student(number) / "deep" / "big").write_bytes(bytes(octets))
    (folder.student(1) / "loop").symlink_to(folder.student(2))
    watched = disk.Disk(folder)
    told = []
    for free in (900, 499, 10, 700, 400, 1001, 499):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: SimpleNamespace(free=free * 2**20))
        told.append(watched.warning())
    assert [bool(line) for line in told] == [False, True, False, False, False, False, True]
    assert "499 MB are free" in told[1] and "Most is taken by 02 (3 MB), 01 (0 MB)" in told[1]
    monkeypatch.undo()
    shutil.rmtree(folder.students)
    assert watched.warning() == ""
