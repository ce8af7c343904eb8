"""Revocation data over HTTP on 127.0.0.1: OCSP (GET and POST), CRLs and certificates.

    verifier -> server, http11 -> pages, ocsp -> lab.revocation -> octets

The clock is the lab's, also in the Date of an answer, so that caches use the same time as the answer inside. With
``clock="real"`` it is the computer's, and unmodified verifiers can use the door today.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from myna_lab.ground.extras import part_of_workbench
from myna_lab.serve.clock import Clock
from myna_lab.serve.door import Door, checked_clock, open_port

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["RevocationDoor", "revocation"]


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
    is_real = checked_clock(lab, clock)
    listener = port if isinstance(port, socket.socket) else open_port(port)
    try:
        return RevocationDoor(lab, listener, real_clock=is_real, presigned=presigned)
    except BaseException:
        listener.close()
        raise


class RevocationDoor(Door):
    """The open door."""

    def __init__(self, lab: Lab, listener: socket.socket, *, real_clock: bool, presigned: bool) -> None:
        super().__init__(listener, Clock(lab, real=real_clock))
        with part_of_workbench("this door"):
            from myna_lab.serve.pages import Pages
        clock = self._clock
        published = lab.revocation.by_clock(clock.moment) if real_clock else lab.revocation
        self._pages = Pages(self.url, lab, published, clock, presigned=presigned)
        self._open(self._pages)

    @property
    def ocsp_url(self) -> str:
        """Where OCSP requests go."""
        return f"{self.url}/ocsp"

    @property
    def commands(self) -> str:
        """What asks about the newest certificate in a shell: curl brings it and its authority, OpenSSL asks."""
        return self._pages.commands()
