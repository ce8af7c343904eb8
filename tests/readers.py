"""A PC/SC service with a virtual reader, for tests in which other people's programs use the chip."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from myna_lab import serve
from myna_lab.devices.card import Chip
from myna_lab.serve.reader import PORT
from needs import missing, need_program

_INSTALLED = Path("/etc/reader.conf.d/vpcd")
_CONFIGURATION = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x{port:04X}
LIBPATH {library}
CHANNELID 0x{port:04X}
"""
_SECONDS = 20.0


@contextmanager
def virtual_reader(own_port: int | None = None) -> Iterator[int]:
    """The port of a virtual reader: the running PC/SC service's, or our own's, started here and stopped at the end.

    There is one PC/SC service a machine, so test runs take turns.

    Args:
        own_port: a service of our own on this port is wanted; the test is skipped where the machine's service runs.
    """
    need_program("vpcd-config")
    daemon = need_program("pcscd")
    lister = need_program("opensc-tool")
    with Path(tempfile.gettempdir(), f"myna-lab-pcscd-{os.getuid()}.lock").open("w") as turn:
        wait_for("the turn", lambda: _took(turn.fileno()), 120)
        subprocess.run(
            [lister, "--list-readers"], capture_output=True, timeout=30, check=False
        )  # wakes a sleeping service
        if listens(PORT):
            if own_port is not None:
                pytest.skip("the machine's own PC/SC service is running")
            yield PORT
        elif os.getuid():
            missing("no PC/SC service runs, and only root can start one")
        else:
            yield from _own(daemon, own_port or free_port())


def _took(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _own(daemon: str, port: int) -> Iterator[int]:
    library = re.search(r"^LIBPATH\s+(\S+)", _INSTALLED.read_text(), re.M)
    assert library, f"{_INSTALLED} names no driver"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "vpcd").write_text(_CONFIGURATION.format(port=port, library=library[1]))
        command = [daemon, "--foreground", "--config", folder]
        with tempfile.TemporaryFile("w+") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                wait_for(f"pcscd on port {port}", lambda: listens(port) or process.poll() is not None)
                if process.poll() is not None:
                    log.seek(0)
                    pytest.fail(f"pcscd ended at once:\n{log.read()}")
                yield port
            finally:
                process.terminate()


def listens(port: int) -> bool:
    """Whether something listens on this port of the machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port on which nothing listens; its neighbour, the second slot's, is free too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("", port + 1))
            except OSError:
                continue
            return port


def wait_for(what: str, happened: Callable[[], bool], seconds: float = _SECONDS) -> None:
    """Wait until something is so, and fail if it never is."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g} s for {what}")
        time.sleep(0.02)


def card_seen(state: str) -> bool:
    """Whether PC/SC says of the first reader that a card is in it: ``Yes`` or ``No``."""
    listed = subprocess.run(
        [need_program("opensc-tool"), "--list-readers"], capture_output=True, text=True, check=False
    )
    return re.search(rf"^0\s+{state}\s", listed.stdout, re.M) is not None


@contextmanager
def in_reader(chip: Chip, port: int) -> Iterator[None]:
    """Put a chip into the virtual reader, wait until PC/SC sees it, and take it out again."""
    with serve.card(chip, port=port):
        wait_for("the card in the reader", lambda: card_seen("Yes"))
        yield
    wait_for("the empty reader", lambda: card_seen("No"))
