"""Revocation data over HTTP on 127.0.0.1: OCSP (GET and POST), CRLs and certificates.

    verifier -> server, http11 -> pages, ocsp -> lab.revocation -> octets

The clock is the lab's, also in the Date of an answer, so that caches use the same time as the answer inside. With
``clock="real"`` it is the computer's, and unmodified verifiers can use the door today.
"""

from __future__ import annotations

import socket
import sys
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from myna_lab.errors import MisuseError
from myna_lab.ground.extras import part_of_workbench
from myna_lab.serve.clock import Clock, computers_time

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["RevocationDoor", "open_port", "revocation"]

_SECOND = timedelta(seconds=1)
_WAITING_CLIENTS = 512
"""Clients that have connected and are not accepted yet."""


def revocation(
    lab: Lab, port: int | socket.socket = 0, *, clock: str = "simulated", presigned: bool = False
) -> RevocationDoor:
    """Publish a lab's revocation data over HTTP on this machine.

    失効情報（OCSP、CRL）と認証局の証明書をHTTPで公開する。

    Args:
        lab: the lab whose data are published.
        port: on 127.0.0.1; 0: a free one; or the socket that :func:`open_port` opened, which the door closes.
        clock: ``simulated``: time moves when the lab's does; ``real``: the lab follows the computer's clock (begin it
            with ``Lab(start="now")``).
        presigned: sign one answer per certificate and refresh period, instead of each.

    Returns:
        The open door, with its ``url``; ``stop()`` closes it. It is a context manager, too.

    Raises:
        MisuseError: no lab, another clock, a lab that is ahead of the computer's clock, no port or one in use, or the
            extra ``doors`` is not installed.
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
    listener = port if isinstance(port, socket.socket) else open_port(port)
    try:
        return RevocationDoor(lab, listener, real_clock=clock == "real", presigned=presigned)
    except BaseException:
        listener.close()
        raise


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


class RevocationDoor:
    """The open door."""

    def __init__(self, lab: Lab, listener: socket.socket, *, real_clock: bool, presigned: bool) -> None:
        with part_of_workbench("this door"):
            from myna_lab.serve.pages import Pages
            from myna_lab.serve.server import Server
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._clock = clock = Clock(lab, real=real_clock)
        published = lab.revocation.by_clock(clock.moment) if real_clock else lab.revocation
        self._pages = Pages(self.url, lab, published, clock, presigned=presigned)
        self._server = Server(listener, self._pages)

    @property
    def ocsp_url(self) -> str:
        """Where OCSP requests go."""
        return f"{self.url}/ocsp"

    @property
    def failure(self) -> str:
        """Why the lab cannot follow the computer's clock any more; empty if it can."""
        return self._clock.failure

    @property
    def commands(self) -> str:
        """What asks about the newest certificate in a shell: curl brings it and its authority, OpenSSL asks."""
        return self._pages.commands()

    def moment(self) -> datetime:
        """Now, by the door's clock. A real clock moves the lab's along.

        Raises:
            StorageError: the lab's file cannot be written, so the lab cannot move.
        """
        return self._clock.moment()

    def stop(self) -> None:
        """Close the door; open connections are ended."""
        self._server.stop()

    def __enter__(self) -> RevocationDoor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        clock = "real" if self._clock.real else "simulated"
        state = "closed" if not self._server.is_alive() else f"failed: {self.failure}" if self.failure else "open"
        return f"<RevocationDoor TEST {self.url}, {clock} clock, {state}>"
