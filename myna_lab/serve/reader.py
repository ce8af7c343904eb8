"""A chip in a virtual PC/SC reader, so that unmodified programs (OpenSC, a PKCS #11 library) use it.

    program -> pcscd -> vpcd, listening on a port <- this door, connected to it -> Chip.transmit

Each message is two bytes of length, big-endian, and a body. A body of one byte is a control: 00 power off, 01 power on,
02 reset, 04 "give the answer to reset", and only the last is answered. Anything longer is a command APDU.

The reader shares the chip with the notebook: each exchange takes the lab's lock and none keeps it, so time can be moved
and services used while a program is connected. Connecting to the chip from the notebook resets it, as taking it out
would.

Source: card facts 4.2.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress
from types import TracebackType

from myna_lab.card import Chip
from myna_lab.errors import MisuseError

__all__ = ["PORT", "Reader", "card"]

PORT = 35963
"""vpcd's first slot."""
_GIVE_ATR = b"\x04"
_SECONDS = 5.0


def card(chip: Chip, host: str = "127.0.0.1", port: int = PORT) -> Reader:
    """Put a chip into the virtual reader of this machine's PC/SC service.

    Args:
        chip: a plastic card's or a phone's.
        host: loopback only.
        port: where vpcd listens, 1 to 65535.

    Returns:
        The reader; ``stop()`` takes the card out. It is a context manager, too.

    Raises:
        MisuseError: another host, or nothing listens there.
    """
    if not _is_loopback(host):
        raise MisuseError(f"a card is shown on this machine only (127.0.0.1); got {host!r}.", code="not_loopback")
    try:
        link = socket.create_connection((host, port), _SECONDS)
    except (OSError, OverflowError) as error:
        raise MisuseError(
            f"no virtual reader listens on {host}:{port} ({error}). `make system` installs one; start it with `pcscd`.",
            code="no_reader",
        ) from error
    return Reader(chip, link)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Reader:
    """A virtual reader with a chip in it, served by a thread of its own.

    Args:
        chip: the chip.
        link: connected to vpcd; the reader closes it.
    """

    def __init__(self, chip: Chip, link: socket.socket) -> None:
        self.chip = chip
        self._link = link
        link.settimeout(None)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, name=f"reader of {chip.name}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the card is in the reader; False once it was taken out or the PC/SC service ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take the card out; a second time changes nothing."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._thread.join(_SECONDS)  # not for ever: the caller may hold the lock that the last exchange waits for

    def _serve(self) -> None:
        with self._link:
            try:
                while (body := self._receive()) is not None:
                    if len(body) > 1:
                        self._send(self.chip.transmit(body))
                    elif body == _GIVE_ATR:
                        self._send(self.chip.atr)
                    else:
                        self.chip.reset()
            except OSError:  # the PC/SC service ended, or stop() was called
                pass
            finally:
                self.chip.power_off()

    def _receive(self) -> bytes | None:
        """One body; None: the other side closed the link."""
        head = self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, n: int) -> bytes | None:
        data = b""
        while len(data) < n:
            part = self._link.recv(n - len(data))
            if not part:
                return None
            data += part
        # vpcd sends length and body apart; without a quick acknowledgement Nagle's rule makes it wait 40 ms for each.
        if hasattr(socket, "TCP_QUICKACK"):
            self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return data

    def _send(self, body: bytes) -> None:
        self._link.sendall(len(body).to_bytes(2, "big") + body)

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Reader TEST with {self.chip.name}, {'running' if self.running else 'stopped'}>"
