"""A student's server that nobody uses ends by itself: with a class's own options, in seconds instead of minutes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from myna_lab.cli.classroom.folder import Settings
from needs import rounds

spawner = pytest.importorskip("myna_lab.cli.classroom.spawner")
pytestmark = [pytest.mark.interop, pytest.mark.soak]

MINUTE, SHORT = "=60", "=2"


def within(seconds: int, process: psutil.Popen, kernels: int) -> bool:
    """Whether a server comes to have so many kernels; it is not asked, since a question is activity."""
    for _ in range(5 * seconds):
        if process.poll() is None and len(process.children()) == kernels:
            return True
        time.sleep(0.2)
    return False


def test_an_unused_kernel_ends_and_after_it_the_server(tmp_path: Path) -> None:
    """A kernel without a page goes after its limit; the long form waits for the server, which looks once a minute."""
    options = spawner.server_options(Settings(idle=1, walls=False))
    assert sum(option.endswith(MINUTE) for option in options) == 3
    short = [option.removesuffix(MINUTE) + SHORT if option.endswith(MINUTE) else option for option in options]
    own = ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--no-browser", "--IdentityProvider.token=t"]
    places = {name: str(tmp_path) for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR")}
    places["JUPYTER_RUNTIME_DIR"] = sockets = tempfile.mkdtemp()  # their names must be short
    process = psutil.Popen(
        [sys.executable, "-m", "jupyter_server", *short, *own],
        cwd=tmp_path,
        env=os.environ | places,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            if found := list(Path(sockets).glob("jpserver-*.json")):
                break
            time.sleep(0.2)
        url = json.loads(found[0].read_text())["url"]
        asked = urllib.request.Request(f"{url}api/kernels", b"{}", {"Authorization": "token t"}, method="POST")
        assert urllib.request.urlopen(asked, timeout=60).status == 201
        assert within(5, process, 1) and within(60, process, 0)
        if rounds(0, 1):
            assert process.wait(90) == 0
    finally:
        if process.is_running():
            process.kill()
        process.wait()
        shutil.rmtree(sockets)
