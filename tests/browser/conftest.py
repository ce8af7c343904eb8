"""A notebook server on a free loopback port, and a page of a real browser."""

from __future__ import annotations

import importlib.util
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
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from needs import need_chromium

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60

# `expose_app_in_browser` lets a test ask the page for its kernel and its cells.
LAB = """
from myna_lab.cli.workbench import open_lab
open_lab({notebook!r}, folder={folder!r}, port={port}, browser=False)
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command_of(kind: str, folder: Path, notebook: str, port: int) -> list[str]:
    if kind == "lab":
        return [sys.executable, "-c", LAB.format(notebook=notebook, folder=str(folder), port=port)]
    return [sys.executable, "-m", "myna_lab", "show", notebook, "--port", str(port), "--language", "both"]


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
def started(kind: str, notebook: Path, place: Path) -> Iterator[Server]:
    """JupyterLab (``lab``, by the project's own `open_lab`) or Voila (``voila``) on a copy of a notebook.

    The learner's settings stay out of it: home and settings are empty folders.
    """
    need_chromium()
    folder, home = place / kind, place / f"{kind}-home"
    folder.mkdir()
    (home / "settings").mkdir(parents=True)
    (home / "settings" / "jupyter_lab_config.json").write_text(LAB_SETTINGS)
    shutil.copy(notebook, folder)
    token, port = secrets.token_hex(16), free_port()
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "settings"),
        "JUPYTER_TOKEN": token,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    log = place / f"{kind}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command_of(kind, folder, notebook.name, port),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    try:
        server = Server(kind, f"http://127.0.0.1:{port}", token, folder)
        wait_for(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests that look at a view: each has a copy of its notebook and a workspace of its own."""
    with started("lab", ROOT / "notebooks" / "00_index.ipynb", tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture
def voila(tmp_path: Path) -> Iterator[Server]:
    """Voila on the wizard's notebook."""
    with started("voila", ROOT / "notebooks" / "03_provisioning_wizard.ipynb", tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded, and it asks nobody but the page.

    For one module, not for the session: while Playwright runs, this thread has a running event loop, which no other
    test should find.
    """
    path = need_chromium()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium's sandbox does not start.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *quiet])
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page that waits at most a minute for anything."""
    context = browser.new_context(locale="ja-JP")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


# Wait for the kernel, not for the toolbar's sign of it: what is sent before the connection stands is lost.
KERNEL_IS_READY = """() => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = """async () => {
    await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
    await window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""
SHUT_DOWN = "async () => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()"
IS_CUT_OFF = """box => [...box.querySelectorAll("*")].some(part => {
    const style = getComputedStyle(part);
    const isForEars = part.clientWidth <= 1;
    return part.tagName !== "CODE" && !isForEars && style.overflowX !== "visible"
        && part.scrollWidth > part.clientWidth + 1;
})"""


@pytest.fixture(scope="module")
def notebook(jupyterlab: Server, page: Page) -> Iterator[Callable[[str], None]]:
    """Open a notebook in JupyterLab, with a kernel, once for the tests of a module: a page is slow to load."""
    opened = set()

    def open_once(name: str) -> None:
        if name not in opened:
            own = f"{len(list(jupyterlab.folder.iterdir()))}_{name}"
            shutil.copy(ROOT / "notebooks" / name, jupyterlab.folder / own)
            page.goto(f"{jupyterlab.address}/lab/workspaces/{Path(own).stem}/tree/{own}?token={jupyterlab.token}&reset")
            page.locator(".jp-NotebookPanel:visible").wait_for()
            page.wait_for_function(KERNEL_IS_READY)
            opened.add(name)

    yield open_once
    page.evaluate(SHUT_DOWN)


@pytest.fixture
def opened(notebook: Callable[[str], None], page: Page) -> Callable[[str, str], Locator]:
    """Open a notebook, 1400 by 900, run all its cells anew, and find a part of the page by its CSS selector."""

    def open_notebook(name: str, selector: str) -> Locator:
        page.set_viewport_size({"width": 1400, "height": 900})
        notebook(name)
        page.evaluate(RUN_ALL)
        found = page.locator(selector)
        found.first.scroll_into_view_if_needed()
        return found

    return open_notebook


# A page's own look is not judged, only ours; a theme is chosen as its menu does.
AXE = """async css => {
    const found = await axe.run(css, {resultTypes: ["violations"]});
    if (!found.passes.length) throw new Error("nothing was looked at");
    return found.violations.filter(fault => ["serious", "critical"].includes(fault.impact))
        .map(fault => fault.id + ": " + fault.nodes[0].html);
}"""
CHOOSE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"


@pytest.fixture
def faults(page: Page) -> Callable[[str], list[str]]:
    """Serious faults that axe-core finds in a part of the page, by its CSS, in a light and in a dark theme."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    script = Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")

    def look(css: str) -> list[str]:
        page.evaluate(script)
        found: list[str] = []
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            page.evaluate(CHOOSE_THEME, theme)
            page.wait_for_timeout(500)
            found += (f"{theme}: {fault}" for fault in page.evaluate(AXE, css))
        return found

    return look


@pytest.fixture
def is_cut_off() -> Callable[[Locator], bool]:
    """Whether anything in a part of the page is wider than its place."""
    return lambda part: bool(part.evaluate(IS_CUT_OFF))
