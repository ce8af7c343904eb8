"""One server, one browser and one page of JupyterLab serve all tests: what is slow is loading, not looking.

Whatever a page says as an error, or asks of another host, makes the test fail during which it did so.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pages import KERNEL_IS_READY, Desk, Server, started
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from walking import COUNT

from needs import need_chromium


@pytest.fixture(scope="package")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab, as a learner meets it who has never started it."""
    with started("lab", "00_index.ipynb", tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture(scope="package")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `myna-lab show` starts."""
    with started("voila", "03_provisioning_wizard.ipynb", tmp_path_factory.mktemp("voila")) as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded, and it asks nobody but the page.

    For this folder, not for the session: while Playwright runs, this thread has a running event loop, which no other
    test should find.
    """
    path = need_chromium()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium's sandbox does not start.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *quiet])
        yield started
        started.close()


# ------------------------------------------------------------------------------------------ what no page of ours does

HERE = (None, "", "127.0.0.1")
"""The host of this computer's servers, of files, and of what stands in a page itself."""
THEIRS = ("Could not restore the debugger state", "Could not get kernel info", "getCheckboxNode")
"""Words of JupyterLab's own: of a kernel that is ended before its questions were answered, of its list of files."""


@pytest.fixture(scope="package")
def strange() -> list[str]:
    """What the pages asked of other hosts, and what they said as errors, since the last look."""
    return []


@pytest.fixture(autouse=True)
def nothing_strange(strange: list[str]) -> Iterator[None]:
    """No page asks another host, and none says an error."""
    yield
    found, strange[:] = [*strange], []
    assert not found, found


@pytest.fixture(scope="package")
def new_page(browser: Browser, strange: list[str]) -> Iterator[Callable[[], Page]]:
    """Open a page with an empty profile, in Japan, that waits at most a minute for anything, and that is watched."""
    contexts: list[BrowserContext] = []

    def asked(url: str) -> None:
        if urlsplit(url).hostname not in HERE:
            strange.append(f"asked {url}")

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in THEIRS):
            strange.append(f"said {message.text} {message.location['url']}")

    def open_page() -> Page:
        context = browser.new_context(locale="ja-JP")
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_init_script(COUNT)
        page = context.new_page()
        page.on("request", lambda request: asked(request.url))
        page.on("websocket", lambda socket: asked(socket.url))
        page.on("console", said)
        page.on("pageerror", lambda error: strange.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


# ---------------------------------------------------------------------------------------------------------- JupyterLab


@pytest.fixture(scope="package")
def desk(jupyterlab: Server, new_page: Callable[[], Page]) -> Desk:
    """JupyterLab in a page, loaded once."""
    page = new_page()
    page.goto(f"{jupyterlab.address}/lab/tree/00_index.ipynb?token={jupyterlab.token}&reset")
    page.locator(".jp-NotebookPanel:visible").wait_for()
    page.wait_for_function(KERNEL_IS_READY, arg="00_index.ipynb")
    return Desk(page, jupyterlab, untouched="00_index.ipynb")


@pytest.fixture
def page(desk: Desk) -> Page:
    """The page of JupyterLab."""
    return desk.page


# ------------------------------------------------------------------------------------------------------- accessibility

# A page's own look is not judged, only ours; a theme is chosen as its menu does.
# Colours on their way from one theme to the other are nobody's.
AXE = """async css => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    const ends = moving => moving.effect.getComputedTiming().endTime !== Infinity;
    const all = Promise.allSettled(document.getAnimations().filter(ends).map(moving => moving.finished));
    await Promise.race([all, new Promise(done => setTimeout(done, 2000))]);
    const found = await axe.run(css, {resultTypes: ["violations"]});
    if (!found.passes.length) throw new Error("nothing was looked at");
    return found.violations.filter(fault => ["serious", "critical"].includes(fault.impact))
        .map(fault => fault.id + ": " + fault.nodes[0].html);
}"""
CHOOSE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
IS_CHOSEN = "theme => document.body.dataset.jpThemeName === theme"


@pytest.fixture(scope="package")
def axe() -> Callable[[Page, str], list[str]]:
    """Serious faults that axe-core finds in a part of a page, by its CSS."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    script = Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")

    def look(page: Page, css: str) -> list[str]:
        if not page.evaluate("() => !!window.axe"):
            page.evaluate(script)
        found: list[str] = page.evaluate(AXE, css)
        return found

    return look


@pytest.fixture
def faults(page: Page, axe: Callable[[Page, str], list[str]]) -> Callable[[str], list[str]]:
    """Serious faults in a part of JupyterLab's page, in its dark and in its light theme."""

    def look(css: str) -> list[str]:
        found: list[str] = []
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            page.evaluate(CHOOSE_THEME, theme)
            page.wait_for_function(IS_CHOSEN, arg=theme)
            found += (f"{theme}: {fault}" for fault in axe(page, css))
        return found

    return look
