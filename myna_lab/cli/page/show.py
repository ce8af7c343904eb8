"""Serve the notebooks as pages by Voila until Ctrl-C."""

from __future__ import annotations

import os
import socket
from importlib import resources

from myna_lab.cli.workbench import folder_with, refuse_taken
from myna_lab.ground.extras import part_of_workbench
from myna_lab.texts.session import VARIABLE

__all__ = ["show"]


def show(
    notebook: str,
    *,
    folder: str | os.PathLike[str] | None = None,
    port: int | None = None,
    language: str | None = None,
    large: bool = False,
) -> None:
    """Serve all notebooks as pages, whose links lead to each other; the address of one is printed.

    Args:
        notebook: file name among the notebooks, with or without ``.ipynb``.
        folder: where the notebooks are; None: as `open_lab` finds them.
        port: TCP port of 127.0.0.1; None: a free one.
        language: ``ja``, ``en`` or ``both``; None: as chosen before.
        large: half as large again, for a projector.

    Raises:
        MisuseError: there is no such notebook, the port is taken, or Voila is not installed.
    """
    name = notebook if notebook.endswith(".ipynb") else f"{notebook}.ipynb"
    root = folder_with(name, folder)
    if port is not None:
        refuse_taken(port)
    with part_of_workbench("Voila"):
        from voila.app import Voila
    os.environ["PYTHONSTARTUP"] = str(resources.files("myna_lab.widgets").joinpath("startup.py"))
    if language is not None:
        os.environ[VARIABLE] = language
    ours = str(resources.files("myna_lab.cli.page"))
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [ours, os.environ.get("JUPYTER_PATH")]))
    own = port or _free_port()
    address = f"http://127.0.0.1:{own}/"
    print(f"{address}voila/render/{name}  Ctrl-C ends it. (終了はCtrl-C)", flush=True)
    print(f"{address}  all notebooks (すべてのノートブック)", flush=True)
    Voila.launch_instance(
        [
            str(root.resolve()),
            "--no-browser",
            f"--template={'large' if large else 'plain'}",
            f"--port={own}",
            "--Voila.port_retries=0",
            "--Voila.ip=127.0.0.1",
            "--VoilaConfiguration.show_tracebacks=True",
            "--Voila.log_level=ERROR",
        ]
    )
    print("ended. (終了しました)", flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
