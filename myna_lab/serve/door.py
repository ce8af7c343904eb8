"""What all doors share: a port of this machine, a clock, a server behind it that ends with the door."""

from __future__ import annotations

import socket
import sys
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from myna_lab.errors import MisuseError
from myna_lab.ground.extras import part_of_workbench
from myna_lab.serve.clock import Clock, computers_time

if TYPE_CHECKING:
    from myna_lab.lab import Lab
    from myna_lab.serve.http11 import Answers
    from myna_lab.serve.server import Server

__all__ = ["Door", "checked_clock", "open_port"]

_SECOND = timedelta(seconds=1)
_WAITING_CLIENTS = 512
"""Clients that have connected and are not accepted yet."""


def checked_clock(lab: Lab, clock: str) -> bool:
    """Whether a door's clock is the computer's.

    Raises:
        MisuseError: no lab, another clock, or a lab that is ahead of the computer's clock.
    """
    from myna_lab.lab import Lab

    if not isinstance(lab, Lab):
        raise MisuseError(f"a lab's data are published; got {type(lab).__name__}.", code="no_lab")
    if clock not in ("simulated", "real"):
        raise MisuseError(f"a clock is simulated or real; got {clock!r}.", code="unknown_clock")
    if clock == "real" and lab.now > computers_time() + _SECOND:
        raise MisuseError(
            "this lab is ahead of the computer's clock, and time does not go back; begin one with Lab(start='now').",
            code="time_goes_back",
        )
    return clock == "real"


def open_port(port: int) -> socket.socket:
    """Listen on this machine.

    Args:
        port: on 127.0.0.1; 0: a free one.

    Raises:
        MisuseError: no port, or one in use.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise MisuseError(f"a port is a number from 0 to 65535; got {port!r}.", code="no_port")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each accepted connection has it, too
    if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux: a connection is given to us with its request, or after a second
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    try:
        if sys.platform != "win32":  # there it would let two doors share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(_WAITING_CLIENTS)
    except OSError as error:
        listener.close()
        raise MisuseError(f"port {port} cannot be opened on 127.0.0.1: {error}.", code="port_in_use") from error
    return listener


class Door:
    """An open door; ``stop()`` closes it. It is a context manager, too.

    Args:
        listener: bound and listening.
        clock: the door's.
    """

    _server: Server

    def __init__(self, listener: socket.socket, clock: Clock) -> None:
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._listener, self._clock = listener, clock

    def _open(self, answers: Answers, **limits: int) -> None:
        """Begin to answer; limits as of :class:`~myna_lab.serve.server.Server`."""
        with part_of_workbench("this door"):
            from myna_lab.serve.server import Server
        self._server = Server(self._listener, answers, **limits)

    @property
    def failure(self) -> str:
        """Why the lab cannot follow the computer's clock any more; empty if it can."""
        return self._clock.failure

    def moment(self) -> datetime:
        """Now, by the door's clock. A real clock moves the lab's along.

        Raises:
            StorageError: the lab's file cannot be written, so the lab cannot move.
        """
        return self._clock.moment()

    def stop(self) -> None:
        """Close the door; open connections are ended."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        clock = "real" if self._clock.real else "simulated"
        state = "closed" if not self._server.is_alive() else f"failed: {self.failure}" if self.failure else "open"
        return f"<{type(self).__name__} TEST {self.url}, {clock} clock, {state}>"
