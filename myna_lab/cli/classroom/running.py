"""The hub as a process: begun, watched, begun again if something ends it, and ended with everything that it started.

A lock that the hub inherits says whether it runs, also when this command is gone: no number of a process is trusted.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from myna_lab.cli.classroom.disk import Disk
from myna_lab.cli.classroom.folder import CLASS_FOLDER, ClassFolder, Settings, student_name
from myna_lab.cli.classroom.notices import Notices
from myna_lab.cli.classroom.programs import belongs
from myna_lab.cli.classroom.words import printable
from myna_lab.errors import MisuseError

__all__ = ["Hub", "end", "end_server", "locked", "refuse_taken"]

BEGINS = 120
"""Seconds in which a hub answers, or has failed."""
ENDS = 90
"""Seconds in which a hub has ended all its servers."""
STOP = "stop"
"""A file that tells the command that watches: the hub was ended, it did not fail."""
AGAIN = 5
"""How often in a row a hub is begun again that does not come to answer."""


@contextmanager
def locked(folder: ClassFolder) -> Iterator[int]:
    """Hold the class's lock; the file's number.

    Raises:
        MisuseError: the class runs already.
    """
    number = os.open(folder.hub / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MisuseError(
                f"the class in {folder.root} runs already; `myna-lab class stop` ends it.", code="class_runs"
            ) from error
        yield number
    finally:
        os.close(number)


def refuse_taken(settings: Settings) -> None:
    """Before the hub loads: a port that something else has is a sentence.

    Raises:
        MisuseError: a port is taken, or the address is none of this computer.
    """
    for address, port in (
        (settings.address, settings.port),
        ("127.0.0.1", settings.port + 1),
        ("127.0.0.1", settings.port + 2),
    ):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise MisuseError(
                    f"port {port} of {address} cannot be opened: {error.strerror}. A class needs three in a row, the "
                    "first on an address of this computer.",
                    code="port_in_use",
                ) from error


def _asked(
    folder: ClassFolder, path: str, given: object = None, method: str | None = None, seconds: float = 10
) -> object:
    """What the hub's own interface answers; nothing, where it only does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{folder.settings().port + 1}/hub/api{path}",
        data=None if given is None else json.dumps(given).encode(),
        headers={"Authorization": f"token {folder.secret('teacher_token')}", "Content-Type": "application/json"},
        method=method,
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=seconds) as answer:
        return json.loads(answer.read() or "null")


class Hub:
    """One hub."""

    def __init__(self, folder: ClassFolder, lock: int) -> None:
        self.folder = folder
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where it writes what it has to say; no secret is there."""
        return self.folder.hub / "hub.log"

    def begin(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            MisuseError: it did not come to answer; its last words are told.
        """
        (self.folder.memory / STOP).unlink(missing_ok=True)
        config = Path(__file__).with_name("hub_config.py")
        environment = {**os.environ, CLASS_FOLDER: str(self.folder.root)}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(config)],
                cwd=self.folder.hub,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is this command's
                pass_fds=(self._lock,),
                umask=0o077,
            )
        for _ in range(BEGINS * 4):
            if self._process.poll() is not None:
                break
            try:
                _asked(self.folder, "/")
            except (OSError, ValueError):
                time.sleep(0.25)
            else:
                return
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        self._process.kill()
        self._process.wait()
        raise MisuseError("\n".join(["the hub did not start; its last words:", *map(printable, lines)]), code="hub")

    def watch(self, wait: Callable[[float], bool], echo: Callable[[str], object]) -> None:
        """Begin it again whenever it ends, until ``wait`` (seconds) says to stop, or :func:`end` ended it.

        Meanwhile the teacher hears when the disk or a student's folder becomes full.
        """
        disk, notices = Disk(self.folder), Notices(self.folder.memory)
        while not wait(1):
            for line in filter(None, (disk.warning(), *notices.heard())):
                echo(line)
            if self._process is None or self._process.poll() is None:
                continue
            if (self.folder.memory / STOP).exists():
                return
            echo("the hub ended unexpectedly and starts again; nobody's work is lost. (ハブを起動し直しています)")
            for failed in range(AGAIN):
                try:
                    self.begin()
                    break
                except MisuseError as error:
                    if failed == AGAIN - 1:
                        raise
                    echo(str(error))
            echo("the hub is back. (ハブが戻りました)")

    def end(self) -> bool:
        """End it with its proxy and all students' servers; without a hub they go on, and it says False."""
        if self._process is None or self._process.poll() is not None:
            return (self.folder.memory / STOP).exists()
        try:
            _shut(self.folder)
            self._process.wait(ENDS)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        _end_what_is_left(self.folder)
        return True


def end_server(folder: ClassFolder, number: int) -> bool:
    """End a student's server, if one runs; whether it is ending."""
    try:
        _asked(folder, f"/users/{student_name(number)}/server", method="DELETE", seconds=ENDS)
    except OSError:  # no hub, or nobody's server
        return False
    return True


def _shut(folder: ClassFolder) -> None:
    _asked(folder, "/shutdown", {"servers": True, "proxy": True})


def _end_what_is_left(folder: ClassFolder) -> None:
    """End what a hub that was no longer able to has left behind: each of it has the class or its run by name."""
    for process in (int(place.name) for place in Path("/proc").glob("[0-9]*")):
        if process != os.getpid() and belongs(process, folder.marks):
            with suppress(OSError):  # ended meanwhile
                os.kill(process, signal.SIGKILL)


def end(folder: ClassFolder) -> bool:
    """End the hub of a class, its proxy and all students' servers; whether one ran.

    Raises:
        MisuseError: it does not end.
    """
    with suppress(MisuseError), locked(folder):
        return False  # nobody held it
    with suppress(OSError):  # somebody has cleared the memory
        (folder.memory / STOP).touch()
    with suppress(OSError, ValueError):
        _shut(folder)
        if _is_free(folder, ENDS):
            return True
    _end_what_is_left(folder)
    if _is_free(folder, 10):
        return True
    raise MisuseError(f"the class in {folder.root} does not end.", code="class_runs")


def _is_free(folder: ClassFolder, seconds: int) -> bool:
    """Whether nobody holds the class any more; what belonged to its run is cleared then."""
    for _ in range(seconds * 4):
        with suppress(MisuseError), locked(folder):
            folder.forget()
            return True
        time.sleep(0.25)
    return False
