"""The site of `make lite`: which files are taken, and what a real browser makes of it."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import sync_playwright

from needs import need_chromium, only_in_soak, optional_module

ROOT = Path(__file__).resolve().parent.parent.parent
TOLD = (ROOT / "tests" / "in_a_browser.txt").read_text(encoding="utf-8")
KERNEL_IS_IDLE = """() => {
  const kernel = globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
OUTPUTS = "() => jupyterapp.shell.currentWidget.model.sharedModel.cells.flatMap(cell => cell.getOutputs?.() ?? [])"


class Quiet(SimpleHTTPRequestHandler):
    """A server of plain files that prints nothing."""

    def log_message(self, *words: object) -> None: ...


@pytest.fixture
def builder() -> ModuleType:
    """tools/make_lite.py as a module."""
    spec = importlib.util.spec_from_file_location("make_lite", ROOT / "tools" / "make_lite.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wheel_of_pyodide_is_the_one_that_its_lock_names(builder: ModuleType, tmp_path: Path) -> None:
    """A file with the digest of the lock is taken, another of that name refused in words, none is none."""
    row = {"file_name": "cffi-2.0.0-x.whl", "sha256": hashlib.sha256(b"theirs").hexdigest()}
    assert builder.taken(None, row) is None
    assert builder.taken(tmp_path, row) is None
    file = tmp_path / "cffi-2.0.0-x.whl"
    file.write_bytes(b"theirs")
    assert builder.taken(tmp_path, row) == file
    file.write_bytes(b"somebody's")
    with pytest.raises(SystemExit, match="another SHA-256"):
        builder.taken(tmp_path, row)


def test_what_a_package_needs_is_found_to_the_end(builder: ModuleType) -> None:
    """The packages of a lock that others depend on, over several steps, each once, however its name is written."""
    lock = {"a-b": ["c"], "c": ["a_b", "d"], "d": [], "e": []}
    assert builder.closure(("a-b",), {name: {"depends": rows} for name, rows in lock.items()}) == ["a-b", "c", "d"]


@pytest.mark.soak
def test_the_site_in_a_browser() -> None:
    """`make lite` builds it and tries it in Node; in a browser it asks no other host, and the same program runs."""
    only_in_soak()
    optional_module("jupyterlite_core")
    built = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_lite.py"], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr[-2000:]
    assert TOLD in built.stdout
    site = ROOT / "build" / "lite" / "site"
    settings = site / "jupyter-lite.json"
    told = json.loads(settings.read_text(encoding="utf-8"))
    told["jupyter-config-data"]["exposeAppInBrowser"] = True  # so that a test can ask the page for its cells
    settings.write_text(json.dumps(told), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address, asked = f"http://127.0.0.1:{server.server_port}/", []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.context.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}lab/index.html?path=browser.ipynb")
        page.wait_for_function(KERNEL_IS_IDLE, timeout=180_000)
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        outputs = page.evaluate(OUTPUTS)
        browser.close()
    server.shutdown()
    server.server_close()
    lines = "".join(text if isinstance(text, str) else "".join(text) for one in outputs if (text := one.get("text")))
    assert lines.replace("1: OK 正解", "1: OK") == TOLD, outputs
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
