"""A class from its start to Ctrl-C: what must be there, the hub, the teacher's screen, the end."""

from __future__ import annotations

import compileall
import ipaddress
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import util
from pathlib import Path

import myna_lab.errors
from myna_lab.cli.classroom import running
from myna_lab.cli.classroom.certificate import fingerprint, self_made
from myna_lab.cli.classroom.folder import ClassFolder, Settings
from myna_lab.cli.classroom.missing import INSTALL_CLASS, no_wall
from myna_lab.cli.classroom.programs import belongs
from myna_lab.cli.classroom.proxy import proxy_command
from myna_lab.cli.classroom.screen import NO_WALLS, shown
from myna_lab.cli.classroom.taken import share
from myna_lab.errors import MisuseError

__all__ = ["hold"]

Echo = Callable[[str], object]


def hold(folder: ClassFolder, settings: Settings, echo: Echo) -> None:
    """Hold a class until Ctrl-C or a stop.

    Args:
        folder: where it lies; a class that was held there goes on.
        settings: how it is asked for; a self-made certificate is added where one is needed.
        echo: prints one line on the teacher's screen.

    Raises:
        MisuseError: something is missing, taken or contradictory; it says what.
    """
    _refuse_without(settings)
    folder.make()
    with running.locked(folder) as lock:
        _refuse_other_walls(folder, settings)
        settings = _with_tls(folder, settings)
        if not _proxy_runs(folder):
            running.refuse_taken(settings)
        elif folder.settings() != settings:
            raise MisuseError(
                f"students of {folder.root} are still at work in the class as it was started before: start it in the "
                "same way; then Ctrl-C ends it.",
                code="other_settings",
            )
        folder.save(settings)
        folder.make_memory()
        stopped = _listen_for_a_stop()
        echo("The class starts; this takes some seconds. (クラスを用意しています)")
        _prepare(folder)
        hub = running.Hub(folder, lock)
        try:
            hub.begin()
            for line in shown(settings, folder.secret("code"), share(folder, settings)):
                echo(line)
            echo("Ctrl-C ends the class; all folders stay. (Ctrl-Cで終了。フォルダーは残ります)")
            hub.watch(stopped.wait, echo)
        finally:
            echo("The class ends. (終了しています)")
            if hub.end():
                folder.forget()


def _refuse_without(settings: Settings) -> None:
    """What must be there before anything is made."""
    if sys.platform == "win32":
        raise MisuseError("a class needs Linux or macOS; on Windows use WSL.", code="no_class_here")
    if util.find_spec("jupyterhub") is None:
        raise MisuseError(f"a class needs JupyterHub; in the folder of myna_lab: {INSTALL_CLASS}.", code="extra")
    proxy_command()
    if bool(settings.certificate) != bool(settings.key):
        raise MisuseError("TLS needs both --certificate and --key; or neither: one is made.", code="certificate")
    if settings.certificate:
        fingerprint(Path(settings.certificate))
    if settings.address in ("", "*", "0.0.0.0", "::"):
        raise MisuseError(
            "name the address of one interface, such as 192.168.1.10: a class is not open on all.", code="address"
        )
    if settings.walls and (why := no_wall()):
        raise MisuseError(
            f"there can be no walls between students here: {why}. {NO_WALLS} With --without-walls the class starts all "
            "the same.",
            code="no_walls",
        )


def _refuse_other_walls(folder: ClassFolder, settings: Settings) -> None:
    if any(folder.students.glob("[0-9]*")) and folder.settings().walls != settings.walls:
        raise MisuseError(
            f"the students of {folder.root} were {'behind' if not settings.walls else 'without'} walls, and their "
            "folders belong to other users then: start a new class with --folder.",
            code="other_walls",
        )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _with_tls(folder: ClassFolder, settings: Settings) -> Settings:
    """On a network never without TLS: the word of a student would be read by all."""
    if settings.certificate or _is_loopback(settings.address):
        return settings
    chain, key = self_made(settings.address, folder.hub, datetime.now(UTC))  # noqa: TID251 - browsers compare real time
    return replace(settings, certificate=str(chain), key=str(key))


def _proxy_runs(folder: ClassFolder) -> bool:
    """Whether a proxy of a class that ended badly is there: the hub goes on with it, and its ports are ours."""
    try:
        process = int((folder.hub / "proxy.pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return belongs(process, folder.marks)


def _prepare(folder: ClassFolder) -> None:
    """Do once what each student's first start would do: compile the package, look for fonts."""
    compileall.compile_dir(Path(myna_lab.errors.__file__).parent, quiet=2)
    look = [sys.executable, "-c", "import matplotlib.font_manager; print(matplotlib.get_cachedir())"]
    looked = subprocess.run(look, capture_output=True, encoding="utf-8", check=False)
    if looked.returncode == 0:  # without it each student's first picture looks for itself
        for known in Path(looked.stdout.strip()).glob("fontlist-*.json"):
            shutil.copy(known, folder.fonts)


def _listen_for_a_stop() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped
