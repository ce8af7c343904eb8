"""A student's server: JupyterHub's local process, in a folder of its own, within limits, behind the wall."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import ClassVar

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import can_connect
from tornado.web import HTTPError

from myna_lab.cli.classroom import programs, wall
from myna_lab.cli.classroom.desk import lay_desk
from myna_lab.cli.classroom.folder import CLASS_RUN, RESULTS, ClassFolder, Settings
from myna_lab.cli.classroom.notices import Notices
from myna_lab.cli.classroom.quota import Quota, State
from myna_lab.cli.classroom.roster import Roster
from myna_lab.cli.classroom.taken import SMALLEST, Taken, taken
from myna_lab.cli.classroom.turns import Turns
from myna_lab.cli.classroom.watch import Watch
from myna_lab.cli.workbench import FIRST_NOTEBOOK
from myna_lab.exercises.tries import VARIABLE as RESULTS_VARIABLE
from myna_lab.texts import LANGUAGES, text

__all__ = ["Seat", "limits", "server_options"]

NICE = 10
"""Below the hub, the proxy and the teacher's own programs, who answer however much students compute."""
LARGEST_FILE = 512
"""MiB."""
STILL_OPEN = "削除ずみ / deleted, still open"
"""A thing in no folder."""
LARGEST_LOG = 4 << 20
"""Octets."""
SAVED = 8
"""MiB of a file that the server itself may write while the folder is over its limit: a notebook, a kernel's sockets."""
PROCESSES = 256
"""Processes and threads of one student; only where each has a user id, since they are counted by it."""
OPEN_FILES = 4096
"""Of one process: as many as a Jupyter server asks for, and few enough to look at all of them."""
FIRST_TO_GO = "500"
"""When the computer's memory ends, a student's process is stopped before the hub."""
LONGEST_TURN = 60
"""Seconds after which the next server starts although this one is not there yet."""


def limits(settings: Settings, largest_file: int) -> dict[int, int]:
    """What one process of a student may take, by ``resource``'s names."""
    rows = {
        resource.RLIMIT_AS: settings.memory << 20,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    if settings.walls and wall.is_root():
        rows[resource.RLIMIT_NPROC] = PROCESSES
    return rows


def server_options(settings: Settings) -> list[str]:
    """What each server is told."""
    idle = settings.idle * 60
    return [
        # Anybody on this computer could listen to a kernel's TCP port; a socket in the own /tmp is nobody else's.
        "--KernelManager.transport=ipc",
        f"--MappingKernelManager.cull_idle_timeout={idle}",
        "--MappingKernelManager.cull_busy=True",  # a loop without end, whose page is closed
        f"--MappingKernelManager.cull_interval={min(300, idle)}",
        f"--ServerApp.shutdown_no_activity_timeout={idle}",
        # A bin would be in the student's folder: nothing would become free, and a full disk has no room for it.
        "--FileContentsManager.delete_to_trash=False",
        # Voila shows pictures of a notebook only by this one (0.5.13 takes the other's promise for an answer).
        "--ServerApp.contents_manager_class=jupyter_server.services.contents.largefilemanager.LargeFileManager",
        # Nobody can install anything here; looking for it starts Node and npm with every server.
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--ServerApp.log_level=WARN",
        *(["--ServerApp.allow_root=True"] if wall.is_root() and not settings.walls else []),
    ]


def _said(key: str, **values: object) -> str:
    return " · ".join(text(key, language, **values) for language in LANGUAGES)


class Seat(LocalProcessSpawner):  # type: ignore[misc]
    """One student's server."""

    folder: ClassFolder
    settings: Settings
    limit: int
    """MiB of the folder."""
    quotas: ClassVar[dict[int, Quota]] = {}
    watch: Watch
    notices: Notices
    _may_write: State | None = None
    """For which its programs have their limits; None: another hub began them."""
    sockets: str = wall.SOCKETS
    turns = Turns(max(2, os.cpu_count() or 2))

    @property
    def number(self) -> int:
        """The student's."""
        return int(self.user.name)

    @property
    def home(self) -> str:
        """The student's folder, as the student sees it."""
        return wall.HOME if self.settings.walls else str(self.folder.student(self.number))

    @property
    def quota(self) -> Quota:
        """What the folder may take, and takes; JupyterHub forgets a seat whose server has ended."""
        return self.quotas.setdefault(self.number, Quota(self.limit << 20))

    def start_polling(self) -> None:
        """From now on JupyterHub looks at the server, also if an earlier hub started it; we look at its folder."""
        super().start_polling()
        self.watch.add(self)

    def stop_polling(self) -> None:
        """The server has ended."""
        super().stop_polling()
        self.watch.remove(self)

    async def look(self) -> None:
        """Look at the folder, and let the programs write as much as there is room for."""
        before = self.quota.state
        state = self.quota.judge(await asyncio.to_thread(self._taken))
        with suppress(OSError):
            if self._log.stat().st_size > LARGEST_LOG:
                os.truncate(self._log, 0)
        if state is not before:
            self.notices.tell(self.quota.told(self.user.name))
        if state is State.ENDED:
            await self.stop(now=True)
            await self.poll_and_notify()
        elif state is State.OVER or state is not self._may_write:  # while it is over, new programs come by and by
            await asyncio.to_thread(self._let_write, state)
            self._may_write = state

    def _taken(self) -> Taken:
        """Of the folder, and of files that are in it no more although a program still has them open."""
        desk = self.folder.student(self.number)
        found, device = taken(desk), self.folder.students.stat().st_dev
        kept = programs.deleted(list(chain(*programs.of_server(self.pid, walls=self.settings.walls))), device)
        return found.with_more(kept, STILL_OPEN)

    @property
    def _log(self) -> Path:
        """What the server says; its student may fill it, so that it is a file of its own and is cut when it is long."""
        return self.folder.hub / "servers" / f"{self.user.name}.log"

    def _let_write(self, state: State) -> None:
        server, others = programs.of_server(self.pid, walls=self.settings.walls)
        as_student = wall.as_student(self.number) if self.settings.walls else []
        most = self._largest_file
        programs.write_at_most(SMALLEST if state is State.OVER else most, others, as_student)
        programs.write_at_most(min(SAVED << 20, most) if state is State.OVER else most, server, as_student)

    @property
    def _largest_file(self) -> int:
        return min(LARGEST_FILE, self.limit) << 20

    async def start(self) -> tuple[str, int]:
        """Wait for this student's turn, lay the desk if this is the first time, and start the server."""
        await self.turns.wait(self)
        try:
            begun = await self._begin()
        except BaseException:
            self.turns.end()
            raise
        self.turns.end_after(self._there(*begun))
        return begun

    async def _there(self, ip: str, port: int) -> None:
        """Until the server can be reached, has ended, or had its time."""
        until = time.monotonic() + LONGEST_TURN
        while time.monotonic() < until and await self.poll() is None and not can_connect(ip, port):
            await asyncio.sleep(0.2)

    async def progress(self) -> AsyncIterator[dict[str, object]]:
        """What the waiting page says."""
        while (before := self.turns.before(self)) is not None:
            yield {"progress": 10, "message": _said("class.turn", n=before)}
            await asyncio.sleep(2)
        yield {"progress": 50, "message": " · ".join([*self.quota.said.values(), _said("class.starts")])}

    async def _begin(self) -> tuple[str, int]:
        try:
            desk = await asyncio.to_thread(lay_desk, self.folder, self.number, walls=self.settings.walls)
            self._log.write_bytes(b"")
            self.quota.begin(await asyncio.to_thread(taken, desk))
            if self.quota.refuses:
                raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
            self._may_write = self.quota.state
        except OSError as error:  # shown to the student, who tries again when there is room
            refusal = HTTPError(507, str(error))
            refusal.jupyterhub_message = _said("class.ends" if self.quota.refuses else "class.disk")  # type: ignore[attr-defined]
            raise refusal from error
        before = wall.command(self.number, desk, self.folder.solutions) if self.settings.walls else []
        self.cmd = [*before, sys.executable, "-m", "jupyterhub.singleuser"]
        self.args = server_options(self.settings)
        self.notebook_dir = self.home
        row = Roster(self.folder.roster).numbered(self.number)
        self.default_url = "/voila" if row is not None and row.page else f"/lab/tree/{FIRST_NOTEBOOK}"
        with self._log.open("ab") as log:
            self.popen_kwargs = {"cwd": desk, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            begun: tuple[str, int] = await super().start()
        return begun

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """No account of the computer stands behind a student."""
        own = {
            "HOME": self.home,
            "USER": f"student{self.user.name}",
            "LOGNAME": f"student{self.user.name}",
            "SHELL": "/bin/sh",
            "MPLCONFIGDIR": f"{self.home}/.cache/matplotlib",
            CLASS_RUN: self.folder.run,
            RESULTS_VARIABLE: str(Path(self.home) / RESULTS),
            "JUPYTER_PATH": str(resources.files("myna_lab.cli.page")),
            "PYTHONSTARTUP": str(resources.files("myna_lab.widgets").joinpath("startup.py")),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        # A socket's name has room for some hundred letters: too few for the way to a student's folder.
        if not self.settings.walls:
            self.sockets = tempfile.mkdtemp(prefix="myna_lab_")
        # In memory too: which notebooks were run here; without room for that none would open.
        own["JUPYTER_RUNTIME_DIR"] = own["JUPYTER_DATA_DIR"] = self.sockets
        return env | own

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What is done between fork and exec: the limits; setpriv takes the user id later."""
        rows = limits(self.settings, self._largest_file)
        begins = {} if self._may_write is State.WITHIN else {resource.RLIMIT_FSIZE: SAVED << 20}

        def within() -> None:
            # bwrap would die of it and leave the server behind; the server itself listens to it.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.nice(NICE)
            with suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")
            for which, most in rows.items():
                _, hard = resource.getrlimit(which)
                least = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(which, (min(begins.get(which, least), least), least))

        return within

    async def stop(self, now: bool = False) -> None:
        """End the server and everything that runs in it: a word first, then the end of the whole group.

        Behind a wall the group holds the first process of its own count of processes; with it, all the others end.
        """
        if await self.poll() is None and not now:
            self._to_group(signal.SIGTERM)
            await self.wait_for_death(10)
        self._to_group(signal.SIGKILL)
        await self.wait_for_death(5)
        if self.sockets != wall.SOCKETS:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _to_group(self, number: signal.Signals) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
