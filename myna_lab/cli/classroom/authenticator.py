"""JupyterHub's question "who is this?", answered at the door of the class."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jupyterhub.auth import Authenticator
from tornado.web import HTTPError

from myna_lab.cli.classroom.door import Door, Refusal
from myna_lab.cli.classroom.folder import student_name

__all__ = ["Classroom"]


class Classroom(Authenticator):  # type: ignore[misc]
    """First name, class code, own word; the hub knows students by number only."""

    door: Door
    _asks: ThreadPoolExecutor = ThreadPoolExecutor(1)  # a hash takes 50 ms: not in the hub's own thread, and in turn

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str:
        """Ask the door.

        Raises:
            HTTPError: 403 or 429 with the sentence that the page shows.
        """
        given = (data.get("username", ""), data.get("code", ""), data.get("word", ""))
        answer = await asyncio.get_running_loop().run_in_executor(
            self._asks,
            lambda: self.door.log_in(
                *given, address=handler.request.remote_ip, at=time.monotonic(), page=bool(data.get("page"))
            ),
        )
        if isinstance(answer, Refusal):
            refused = HTTPError(429 if "wait" in answer.key else 403)
            # Of the page alone; the other message is logged, with the name.
            refused.jupyterhub_message = str(answer)  # type: ignore[attr-defined]
            raise refused
        return student_name(answer.number)
