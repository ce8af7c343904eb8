"""What belongs to one run of a class: where it lies, whose it must be, and what ends with it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from myna_lab.cli.classroom import folder as places
from myna_lab.cli.classroom import running, session
from myna_lab.cli.classroom.folder import CLASS_FOLDER, CLASS_RUN, ClassFolder, Settings


def test_what_a_run_needs_lies_in_memory(folder: ClassFolder) -> None:
    """A hub that begins again finds it; after the end, or in another's hands, it is made anew, for its owner alone."""
    folder.make_memory()
    (folder.memory / "database").touch()
    folder.make_memory()
    assert (folder.memory / "database").exists() and folder.memory.stat().st_mode & 0o777 == 0o700
    folder.memory.chmod(0o755)
    before = folder.memory.resolve()
    folder.make_memory()
    assert not (folder.memory / "database").exists()
    shutil.rmtree(before)
    folder.forget()
    assert not folder.memory.is_symlink()


def test_what_took_the_name_in_memory_is_neither_used_nor_cleared(folder: ClassFolder, tmp_path: Path) -> None:
    """After the computer was switched off somebody else puts a link there, to a folder of the teacher's own."""
    folder.make_memory()
    place, own = folder.memory.readlink(), tmp_path / "own"
    place.rmdir()
    own.mkdir(mode=0o700)
    (own / "letter").touch()
    place.symlink_to(own)
    assert not folder.has_memory
    folder.forget()
    assert (own / "letter").exists() and not folder.memory.is_symlink()
    folder.memory.symlink_to(place)
    folder.make_memory()
    assert folder.memory.readlink() != place and list(own.iterdir()) == [own / "letter"]
    place.unlink()


@pytest.mark.parametrize(("place", "needed"), [("none", 0), ("", 2**60)])
def test_where_there_is_no_memory_two_classes_have_two_runs(
    place: str, needed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the file system, or with a full one, the class's own disk is used; the end of one ends no other's."""
    monkeypatch.setattr(places, "MEMORY", tmp_path / place)
    monkeypatch.setattr(places, "MEMORY_NEEDED", needed)
    classes = [ClassFolder(tmp_path / name) for name in "ab"]
    for each in classes:
        each.make()
        each.make_memory()
        assert each.memory.resolve().parent == each.hub
    assert not classes[0].marks & classes[1].marks
    classes[0].forget()
    assert not classes[0].memory.exists() and classes[1].has_memory


def test_a_number_that_is_anybodys_by_now_is_no_proxy(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer was switched off, and the proxy's number is another program's: it is not waited for, nor ended."""
    lasting = pytest.importorskip("myna_lab.cli.classroom.lasting_proxy").LastingProxy
    monkeypatch.setenv(CLASS_FOLDER, str(folder.root))
    number = folder.hub / "proxy.pid"
    number.write_text(str(os.getpid()))  # begun without the mark
    proxy = SimpleNamespace(pid_file=str(number))
    assert not session._proxy_runs(folder)
    assert asyncio.run(lasting._earlier(proxy)) is None and not number.exists()


def test_the_end_needs_no_hub_that_is_able_to(folder: ClassFolder) -> None:
    """A server and a proxy that a broken hub leaves behind end with the class; another class's does not."""
    taken_port = socket.socket()
    taken_port.bind(("127.0.0.1", 0))  # nobody listens there
    folder.save(replace(Settings(), port=taken_port.getsockname()[1] - 1))
    folder.make_memory()
    sleep = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    marks = (
        {CLASS_FOLDER: str(folder.root)},
        {CLASS_RUN: folder.run},
        {CLASS_FOLDER: f"{folder.root}2", CLASS_RUN: f"{folder.run}2"},
    )
    begun = [subprocess.Popen(sleep, env=os.environ | mark, stdout=subprocess.PIPE) for mark in marks]
    hub, *_, other = begun
    try:
        for process in begun:
            assert process.stdout and process.stdout.readline()
        held = running.Hub(folder, 0)
        held._process = hub  # answers nothing
        assert held.end()
        assert [process.wait() for process in begun[:2]] == [-9, -9]
        assert other.poll() is None
    finally:
        for process in begun:
            process.kill()
            process.communicate()
        taken_port.close()
