"""JupyterHub's proxy, which a hub that begins again goes on with: no connection between students and kernels breaks.

JupyterHub's own class ends the earlier proxy and starts another, and with it every open page.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from jupyterhub.proxy import ConfigurableHTTPProxy
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import PeriodicCallback

from myna_lab.cli.classroom.folder import CLASS_FOLDER
from myna_lab.cli.classroom.programs import belongs

__all__ = ["LastingProxy"]


class _Earlier:
    """A process that another hub started, as far as JupyterHub asks."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except OSError:
            return 0
        return None

    def terminate(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGTERM)


class LastingProxy(ConfigurableHTTPProxy):  # type: ignore[misc]
    """Goes on with the proxy that is there, if it answers to our token."""

    proxy_process: Any

    async def start(self) -> None:
        """Start it, unless it runs."""
        earlier = await self._earlier()
        if earlier is None:
            await super().start()
            return
        self.proxy_process = earlier
        self._check_running_callback = PeriodicCallback(self.check_running, 1e3 * self.check_running_interval)
        self._check_running_callback.start()

    async def _earlier(self) -> _Earlier | None:
        try:
            earlier = _Earlier(int(Path(self.pid_file).read_text(encoding="ascii")))
        except (OSError, ValueError):
            return None
        if not belongs(earlier.pid, {f"{CLASS_FOLDER}={os.environ[CLASS_FOLDER]}"}):
            # JupyterHub would end it: after the computer was switched off the number may be anybody's.
            Path(self.pid_file).unlink(missing_ok=True)
            return None
        try:
            await AsyncHTTPClient().fetch(
                f"{self.api_url}/api/routes", headers={"Authorization": f"token {self.auth_token}"}, request_timeout=5
            )
        except Exception:  # it does not answer, or to another token: whatever it is, it is not ours
            return None
        return earlier
