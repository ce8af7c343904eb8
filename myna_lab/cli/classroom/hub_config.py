"""What JupyterHub loads: ``python -m jupyterhub -f hub_config.py``, with the class's folder in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from myna_lab.cli.classroom import pages
from myna_lab.cli.classroom.authenticator import Classroom
from myna_lab.cli.classroom.door import Door
from myna_lab.cli.classroom.folder import CLASS_FOLDER, ClassFolder
from myna_lab.cli.classroom.lasting_proxy import LastingProxy
from myna_lab.cli.classroom.notices import Notices
from myna_lab.cli.classroom.proxy import proxy_command
from myna_lab.cli.classroom.roster import Roster
from myna_lab.cli.classroom.spawner import Seat
from myna_lab.cli.classroom.taken import share
from myna_lab.cli.classroom.watch import Watch

__all__ = ["configure"]

PATIENCE = 300
"""Seconds for a server to be there once it has begun."""
LONGEST_QUEUE = 1800
"""Seconds until a student's turn to begin; on two cores the fortieth begins after some two minutes."""


def configure(c: Any, folder: ClassFolder) -> None:
    """Say everything that a class says to JupyterHub."""
    settings = folder.settings()
    Classroom.door = Door(Roster(folder.roster), folder.secret("code"), settings.students)
    Seat.folder, Seat.settings, Seat.limit = folder, settings, share(folder, settings)
    Seat.watch, Seat.notices = Watch(folder.students), Notices(folder.memory)
    local = "http://127.0.0.1"

    c.JupyterHub.authenticator_class = Classroom
    c.JupyterHub.template_paths = [str(pages.FOLDER)]
    c.JupyterHub.template_vars = {"words": pages.words(), "page_first": settings.page}
    c.Authenticator.allow_all = True  # the door has decided
    c.JupyterHub.spawner_class = Seat
    c.Spawner.http_timeout = PATIENCE
    c.Spawner.start_timeout = LONGEST_QUEUE
    c.JupyterHub.concurrent_spawn_limit = 0  # a limit refuses who comes eleventh
    c.JupyterHub.active_server_limit = 0
    c.JupyterHub.bind_url = settings.url
    c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings.certificate, settings.key
    c.JupyterHub.hub_bind_url = f"{local}:{settings.port + 1}"
    c.JupyterHub.proxy_class = LastingProxy
    c.LastingProxy.api_url = f"{local}:{settings.port + 2}"
    c.LastingProxy.command = proxy_command()
    c.JupyterHub.log_level = "WARN"
    c.LastingProxy.log_level = "error"

    # A hub that was stopped, by whatever, finds everything as it left it.
    c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = False
    c.JupyterHub.db_url = f"sqlite:///{folder.memory / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(folder.hub / "cookie_secret")
    c.LastingProxy.auth_token = folder.secret("proxy_token")
    c.LastingProxy.pid_file = str(folder.hub / "proxy.pid")

    c.JupyterHub.services = [{"name": "teacher", "api_token": folder.secret("teacher_token")}]
    scopes = ["shutdown", "list:users", "delete:servers"]
    c.JupyterHub.load_roles = [{"name": "teacher", "scopes": scopes, "services": ["teacher"]}]


if "get_config" in globals():  # JupyterHub puts it in
    configure(globals()["get_config"](), ClassFolder(Path(os.environ[CLASS_FOLDER])))
