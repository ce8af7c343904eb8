"""Servers of notebooks on free loopback ports, and JupyterLab's page as a desk on which notebooks are laid."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery import gallery
from sight import LAPTOP, look_through

from myna_lab.texts.session import VARIABLE
from needs import need_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

__all__ = ["KERNEL_IS_READY", "NOTEBOOKS", "Desk", "Server", "started", "stopwatch"]

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
SECONDS_TO_START = 60

# `expose_app_in_browser` lets a test ask the page for its kernel and its cells.
LAB = """
from myna_lab.cli.workbench import open_lab
open_lab({notebook!r}, folder={folder!r}, port={port}, browser=False)
"""
PAGE = """
from myna_lab.cli.page.show import show
show({notebook!r}, folder={folder!r}, port={port}, language="en")
"""
LAB_SETTINGS = '{"LabApp": {"expose_app_in_browser": true}}'


@dataclass(frozen=True)
class Server:
    """A running JupyterLab or Voila."""

    kind: str
    address: str
    """Without a slash at its end."""
    token: str
    folder: Path
    """Where its notebooks lie."""
    home: Path
    """Of the learner who uses it."""


def stopwatch() -> Callable[[], float]:
    """Start one; it gives the seconds since, which are reported and never judged."""
    began = time.perf_counter()
    return lambda: time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    path = "/api/status" if server.kind == "lab" else "/voila/static/voila.js"
    request = urllib.request.Request(server.address + path, headers={"Authorization": f"token {server.token}"})
    for _ in range(SECONDS_TO_START * 5):
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it answers, and that is what was asked
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{server.kind} did not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")


@contextmanager
def started(kind: str, notebook: str, place: Path) -> Iterator[Server]:
    """JupyterLab (``lab``, by `open_lab`) or Voila (``voila``, by `show`, in English) on copies of the notebooks.

    The learner's settings stay out of it: home and settings are empty folders, and no language was chosen.
    """
    need_chromium()
    folder, home = place / kind, place / f"{kind}-home"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns("solutions", ".*"))
    (home / "settings").mkdir(parents=True)
    (home / "settings" / "jupyter_lab_config.json").write_text(LAB_SETTINGS)
    gallery(folder)
    token, port = secrets.token_hex(16), free_port()
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "settings"),
        "JUPYTER_TOKEN": token,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    environment.pop(VARIABLE, None)
    log, program = place / f"{kind}.log", LAB if kind == "lab" else PAGE
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", program.format(notebook=notebook, folder=str(folder), port=port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    try:
        server = Server(kind, f"http://127.0.0.1:{port}", token, folder, home)
        wait_for(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# Wait for the kernel, not for the toolbar's sign of it: what is sent before the connection stands is lost.
KERNEL_IS_READY = """path => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext?.session;
    return session?.path === path && session.kernel?.connectionStatus === "connected"
        && session.kernel.status === "idle";
}"""
OPEN = """async path => {
    const app = window.jupyterapp;
    for (const panel of [...app.shell.widgets("main")]) {
        await panel.sessionContext?.shutdown();
        if (panel.context) panel.context.model.dirty = false;
        panel.dispose();
    }
    await app.commands.execute("docmanager:open", {path});
}"""
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets"
RUN_ALL = """async () => {
    await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
    window.ran = window.jupyterapp.commands.execute("notebook:run-all-cells").catch(() => {});  // not run to its end
}"""
RUN_CELL = """async ([css, source]) => {
    const shell = window.jupyterapp.shell, notebook = shell.currentWidget.content;
    const place = notebook.widgets.findIndex(cell => cell.node.querySelector(css));
    notebook.deselectAll();
    notebook.activeCellIndex = place;
    if (source) notebook.widgets[place].model.sharedModel.setSource(source);
    await window.jupyterapp.commands.execute("notebook:run-cell");
}"""


@dataclass
class Desk:
    """The page of JupyterLab, on which one notebook lies at a time."""

    page: Page
    server: Server
    name: str = ""
    """Of the notebook that lies there."""
    untouched: str = ""
    """Of the one that lies there since JupyterLab opened it by itself, and of which no cell has run."""
    took: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds from asking for a notebook, and from asking for its kernel, to the first button of its view."""

    def lay(self, name: str, css: str = "") -> None:
        """Lay a copy of a notebook there and run all its cells with a kernel of its own.

        Args:
            name: its file name.
            css: of what its first view shows; as soon as it is there the next line runs, while further cells still do.
        """
        passed = since_kernel = stopwatch()

        def asked(request: Request) -> None:
            nonlocal since_kernel
            if request.method == "POST" and "/api/sessions" in request.url:
                since_kernel = stopwatch()

        self.page.on("request", asked)
        if name != self.untouched:
            own = f"{len(list(self.server.folder.iterdir()))}_{name}"
            shutil.copy(self.server.folder / name, self.server.folder / own)
            self.page.evaluate(OPEN, own)
            self.page.locator(".jp-NotebookPanel:visible").wait_for()
            self.page.wait_for_function(KERNEL_IS_READY, arg=own)
        self.untouched = ""
        self.page.evaluate(RUN_ALL)
        if css:
            self.page.locator(css).first.wait_for(state="attached")
            self.took[name] = passed(), since_kernel()
        self.page.remove_listener("request", asked)
        self.name = name

    def keep(self, name: str, css: str) -> None:
        """Lay a notebook there and let all its cells run, unless it lies there already."""
        look_through(self.page, LAPTOP)
        if self.name != name:
            self.lay(name, css)
            self.cells()

    def cells(self) -> list[dict[str, Any]]:
        """The code cells as they are saved, after all have run."""
        self.page.evaluate("async () => { await window.ran; }")
        found: list[dict[str, Any]] = self.page.evaluate(
            f"() => {CELLS}.filter(cell => cell.model.type === 'code').map(cell => cell.model.toJSON())"
        )
        return found

    def view(self, name: str, css: str, source: str = "") -> Locator:
        """A view as its cell makes it, 1400 by 900.

        Args:
            name: of the notebook; if it lies there already, only the view's own cell runs again.
            css: of the view.
            source: runs in the view's cell instead of what stands there.
        """
        self.keep(name, f"{css} button")
        self.page.evaluate(RUN_CELL, [css, source])
        found = self.page.locator(css)
        found.first.scroll_into_view_if_needed()
        return found
