"""The shop's door on 127.0.0.1: a verifier's page, and end points for strangers' verifiers and wallets.

browser, curl, other people's programs -> server, http11 -> addresses -> desk -> the lab's wallets and readers
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.extras import part_of_workbench
from myna_lab.serve.clock import Clock
from myna_lab.serve.door import Door, checked_clock, open_port

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["ShopDoor", "shop"]


def shop(
    lab: Lab,
    port: int | socket.socket = 0,
    *,
    clock: str = "simulated",
    roots: Sequence[bytes] = (),
    reader_roots: Sequence[bytes] = (),
) -> ShopDoor:
    """Open a shop on this machine that asks phones of a lab, and lets strangers ask and answer.

    店のページと、外部の検証者・ウォレットのための入口を開く。

    Args:
        lab: whose phones are asked; nothing is recorded in it.
        port: on 127.0.0.1; 0: a free one; or the socket that :func:`~myna_lab.serve.door.open_port` opened, which the
            door closes.
        clock: ``simulated``: time moves when the lab's does; ``real``: the lab follows the computer's clock, so that
            strangers' programs find records in force.
        roots: further roots of records that the shop trusts, DER: of strangers' wallets.
        reader_roots: further roots of readers that the lab's wallets know, DER: of strangers' verifiers.

    Returns:
        The open door, with its ``url``; ``stop()`` closes it. It is a context manager, too.

    Raises:
        MisuseError: no lab, another clock, a lab that is ahead of the computer's clock, no port or one in use, a root
            that is no certificate, or the extra ``workbench`` is not installed.
    """
    is_real = checked_clock(lab, clock)
    for der in (*roots, *reader_roots):
        try:
            read_certificate(der)
        except (MalformedCertificate, TypeError) as error:
            raise MisuseError("roots are certificates in DER.", code="bad_anchor") from error
    listener = port if isinstance(port, socket.socket) else open_port(port)
    try:
        return ShopDoor(lab, listener, real_clock=is_real, roots=roots, reader_roots=reader_roots)
    except BaseException:
        listener.close()
        raise


class ShopDoor(Door):
    """The open door."""

    def __init__(
        self,
        lab: Lab,
        listener: socket.socket,
        *,
        real_clock: bool,
        roots: Sequence[bytes],
        reader_roots: Sequence[bytes],
    ) -> None:
        super().__init__(listener, Clock(lab, real=real_clock))
        with part_of_workbench("this door"):
            from myna_lab.serve.shop.addresses import LONGEST_BODY, Addresses
        from myna_lab.serve.shop.desk import Desk

        self._open(Addresses(Desk(lab, roots, reader_roots), self._clock, self.url), longest_body=LONGEST_BODY)
