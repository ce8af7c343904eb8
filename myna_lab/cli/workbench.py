"""JupyterLab on the notebooks, on 127.0.0.1 only.

checkout:   notebooks/ itself
installed:  the package's notebooks -> ./myna_lab_notebooks (what the learner changed is never written over)
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from myna_lab.errors import MisuseError
from myna_lab.exercises.tries import VARIABLE as RESULTS
from myna_lab.ground.arguments import nearest
from myna_lab.ground.extras import part_of_workbench
from myna_lab.texts.session import VARIABLE

__all__ = ["FIRST_NOTEBOOK", "checkout", "folder_with", "lay_out", "open_lab", "ours", "refuse_taken"]

FIRST_NOTEBOOK = "00_index.ipynb"
FOLDER = "myna_lab_notebooks"
PAGE = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
LAID_OUT = ".laid_out.json"
"""What was copied into the folder, by digest: tells the learner's changes from an older edition of ours."""


def checkout() -> Path | None:
    """The notebooks of the repository that this package is used from, or None."""
    root = Path(__file__).resolve().parents[2]
    return root / "notebooks" if (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir() else None


@contextmanager
def ours() -> Iterator[Path]:
    """The folder of our notebooks, to read: the checkout's, or those that travel in the package."""
    here = checkout()
    if here is not None:
        yield here
        return
    with resources.as_file(resources.files("myna_lab").joinpath("notebooks")) as folder:
        yield folder


def lay_out(folder: Path, echo: Callable[[str], object] = print, source: Traversable | None = None) -> None:
    """Copy the package's notebooks into a folder; a notebook that the learner changed stays as it is.

    Args:
        folder: made if it is not there.
        echo: prints one line about each notebook that was kept although the package has another edition.
        source: a folder of notebooks; None: the package's own.
    """
    source = resources.files("myna_lab").joinpath("notebooks") if source is None else source
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / LAID_OUT
    laid_out: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    for name, file in sorted(_notebooks(source).items()):
        target, new = folder / name, file.read_bytes()
        old = target.read_bytes() if target.exists() else None
        if old is None or _digest(old) == laid_out.get(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(new)
        elif old != new:
            echo(f"kept {target}: it was changed here; move it away to get the package's edition.")
            continue
        laid_out[name] = _digest(new)
    record.write_text(json.dumps(laid_out, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _notebooks(folder: Traversable, above: str = "") -> dict[str, Traversable]:
    """Notebooks, and the pictures that they show."""
    found: dict[str, Traversable] = {}
    for item in folder.iterdir():
        if item.name.startswith("."):
            continue
        if item.is_dir():
            found |= _notebooks(item, f"{above}{item.name}/")
        elif item.name.endswith((".ipynb", ".png")):
            found[above + item.name] = item
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _has_screen() -> bool:
    """Whether a browser can be shown: not on Linux without a display."""
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def refuse_taken(port: int) -> None:
    """Before JupyterLab loads: a port that something else has is a sentence, not a page of messages."""
    with socket.socket() as probe:
        if sys.platform != "win32":  # as the server does; there the option means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise MisuseError(
                f"port {port} of 127.0.0.1 cannot be opened: {error.strerror}. Is it open already? Without a port, "
                "the next free one is taken.",
                code="port_in_use",
            ) from error


def folder_with(notebook: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the notebooks, filled first where the package is installed.

    Raises:
        MisuseError: it has no such notebook, or cannot be written.
    """
    root = Path(folder) if folder is not None else checkout()
    if root is None:
        root = Path.cwd() / FOLDER
        try:
            lay_out(root)
        except OSError as error:
            raise MisuseError(
                f"the notebooks cannot be copied to {root}: {error.strerror}. Start this in a folder of your own.",
                code="not_writable",
            ) from error
    if not (root / notebook).is_file():
        files = sorted(_notebooks(root)) if root.is_dir() else []
        there = ", ".join(name for name in files if name.endswith(".ipynb")) or "nothing"
        raise MisuseError(
            f"there is no notebook {notebook!r} in {root}; there is: {there}.{nearest(notebook, files)}",
            code="no_such_notebook",
        )
    return root


def open_lab(
    notebook: str = FIRST_NOTEBOOK,
    *,
    folder: str | os.PathLike[str] | None = None,
    port: int | None = None,
    browser: bool | None = None,
    language: str | None = None,
    results: str | os.PathLike[str] | None = None,
) -> None:
    """Start JupyterLab on a notebook and serve until Ctrl-C; the address is printed.

    Args:
        notebook: file name in the folder.
        folder: where the notebooks are; None: the checkout's, otherwise ``./myna_lab_notebooks``, filled first.
        port: TCP port; None: 8888, or the next one that is free.
        browser: whether to open a browser; None: if there is a screen.
        language: ``ja``, ``en`` or ``both`` for all notebooks; None: as chosen before.
        results: file to which all kernels add what ``check`` said; None: each keeps it while it runs.

    Raises:
        MisuseError: the folder has no such notebook or cannot be written, the port is taken, or JupyterLab is not
            installed.
    """
    print("JupyterLab starts; this takes some seconds. (JupyterLabを起動します。数秒かかります)", flush=True)
    root = folder_with(notebook, folder)
    screen = _has_screen() if browser is None else browser
    settings = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={root.resolve()}",
        f"--LabApp.default_url=/lab/tree/{notebook}",
        f"--ServerApp.open_browser={screen}",
        # JupyterLab asks nothing of the internet.
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        # Only the address, warnings and errors.
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
    ]
    if port is not None:
        refuse_taken(port)
        settings += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        settings.append("--ServerApp.allow_root=True")  # a container's only user

    with part_of_workbench("JupyterLab"):
        from jupyterlab.labapp import LabApp
    # A cell that is run before the set-up says so in a sentence; whoever has a startup file keeps it.
    os.environ.setdefault("PYTHONSTARTUP", str(resources.files("myna_lab.widgets").joinpath("startup.py")))
    if language is not None:
        os.environ[VARIABLE] = language
    if results is not None:
        os.environ[RESULTS] = os.path.abspath(results)
    print(f"{root / notebook}: Ctrl-C twice ends it. (終了はCtrl-Cを2回)", flush=True)
    with tempfile.TemporaryDirectory() as page:
        # The extension that offers news can be switched off by a file only.
        (Path(page) / "labconfig").mkdir()
        (Path(page) / "labconfig" / "page_config.json").write_text(json.dumps(PAGE), encoding="utf-8")
        others = os.environ.get("JUPYTER_CONFIG_PATH")
        os.environ["JUPYTER_CONFIG_PATH"] = page if not others else page + os.pathsep + others
        LabApp.launch_instance(settings)
