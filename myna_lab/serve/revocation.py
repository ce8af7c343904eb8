"""Revocation data over HTTP, on loopback: OCSP (GET and POST), CRLs and certificates.

    verifier -> http11 -> this door: pages, ocsp -> lab.revocation -> octets

The clock is the lab's: the Date of an answer is, too, so that caches count with the same time as the answer inside.
With ``clock="real"`` it is the computer's, and unmodified verifiers can be pointed here today. The lab follows: it
moves when something falls due, and with each renewal of the data.
"""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from myna_lab.errors import MisuseError, StorageError
from myna_lab.formats.jpki.ocsp import ocsp_error
from myna_lab.ground.durations import JST, tick
from myna_lab.ground.extras import part_of_workbench

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["RevocationDoor", "open_port", "revocation"]

_SECOND = timedelta(seconds=1)
_WAITING_CLIENTS = 512
"""That have connected and not been looked at yet."""


def revocation(
    lab: Lab, port: int | socket.socket = 0, *, clock: str = "simulated", presigned: bool = False
) -> RevocationDoor:
    """Publish a lab's revocation data over HTTP on this machine.

    失効情報（OCSP、CRL）と認証局の証明書をHTTPで公開する。

    Args:
        lab: whose.
        port: on loopback; 0: a free one; or what :func:`open_port` opened, which the door closes.
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
    if clock == "real" and lab.now > _now() + _SECOND:
        raise MisuseError(
            "this lab is ahead of the computer's clock, and time does not go back; begin one with Lab(start='now').",
            code="time_goes_back",
        )
    listener = port if isinstance(port, socket.socket) else open_port(port)
    try:
        return RevocationDoor(lab, listener, follows_real_clock=clock == "real", presigned=presigned)
    except BaseException:
        listener.close()
        raise


def open_port(port: int) -> socket.socket:
    """Listen on this machine.

    Args:
        port: on loopback; 0: a free one.

    Raises:
        MisuseError: no port, or one in use.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise MisuseError(f"a port is a number from 0 to 65535; got {port!r}.", code="no_port")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two doors share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(_WAITING_CLIENTS)
    except OSError as error:
        listener.close()
        raise MisuseError(f"port {port} cannot be opened on 127.0.0.1: {error}.", code="port_in_use") from error
    return listener


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - asked for with clock="real"


class RevocationDoor:
    """The open door."""

    def __init__(self, lab: Lab, listener: socket.socket, *, follows_real_clock: bool, presigned: bool) -> None:
        with part_of_workbench("this door"):
            from myna_lab.serve.pages import Pages
            from myna_lab.serve.server import Server
        self._lab = lab
        self.follows_real_clock = follows_real_clock
        self._presigned = presigned
        self._failure = ""
        self._published = lab.revocation.by_clock(self.moment) if follows_real_clock else lab.revocation
        self._refresh = lab.parameters.duration("ocsp_refresh")
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._pages = Pages(self, lab, self._published)
        self._server = Server(listener, self._pages)

    @property
    def ocsp_url(self) -> str:
        """Where OCSP requests go."""
        return f"{self.url}/ocsp"

    @property
    def failure(self) -> str:
        """Why the lab cannot follow the computer's clock any more; empty if it can."""
        return self._failure

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
        clock = "real" if self.follows_real_clock else "simulated"
        state = "closed" if not self._server.running else f"failed: {self._failure}" if self._failure else "open"
        return f"<RevocationDoor TEST {self.url}, {clock} clock, {state}>"

    @property
    def latest(self) -> datetime:
        """Now, by the door's clock."""
        lab = self._lab
        return max(lab.now, _now().astimezone(JST).replace(microsecond=0)) if self.follows_real_clock else lab.now

    def moment(self) -> datetime:
        """Now. A real clock moves the lab's along when something falls due there, and whenever the data are renewed.

        Raises:
            StorageError: the lab's file cannot be written, so the lab cannot move.
        """
        lab = self._lab
        if not self.follows_real_clock:
            return lab.now
        with lab.log.lock:
            now = self.latest
            try:
                if next(lab.world.agenda.due(now), None) or tick(now, self._refresh) > lab.now:
                    lab.advance_to(now)
            except StorageError as error:
                self._failure = str(error)
                raise
            self._failure = ""
            return now

    def answer(self, request: bytes) -> tuple[bytes, datetime]:
        """The answer to an OCSP request, and the instant at which it was given."""
        try:
            return self._published.ocsp(request, at=(at := self.moment()), presigned=self._presigned), at
        except StorageError:
            return ocsp_error("try_later"), self.latest

    @property
    def commands(self) -> str:
        """What asks about the newest certificate in a shell: curl brings it and its authority, OpenSSL asks."""
        return self._pages.commands()
