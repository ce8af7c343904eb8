"""A chip in a virtual PC/SC reader, so that unmodified programs (OpenSC, a PKCS #11 library) use it.

    program -> pcscd -> vpcd, listening on a port <- this door, connected to it -> Chip.transmit

Each message is two bytes of length, big-endian, and a body. A body of one byte is a control: 00 power off, 01 power on,
02 warm reset, 04 "give the answer to reset", and only the last is answered. Anything longer is a command APDU. Power
off and on end what was verified, a warm reset does not.

A chip with the ATR of a contactless card lies on a contactless reader, which answers ``FF CA`` (its UID) by itself.

Debian's vpcd listens on every interface of the machine: whoever can reach its port can put another card into the
reader. docs/card.md says how to restrict it to 127.0.0.1.

The reader shares the chip with the notebook: each exchange takes the lab's lock and none keeps it, so time can be moved
and services used while a program is connected. Connecting to the chip from the notebook resets it, as taking it out
would.

Source: card facts 4.2; PC/SC part 3, 3.2.2.1.3 (FF CA).
"""

from __future__ import annotations

import ipaddress
import logging
import select
import socket
import threading
from contextlib import suppress
from hashlib import sha256
from types import TracebackType

from myna_lab.devices.card import CardRemoved, Chip, is_contactless
from myna_lab.errors import MisuseError
from myna_lab.formats.iso7816 import StatusWord

__all__ = ["PORT", "Reader", "card", "empty_reader"]

PORT = 35963
"""vpcd's first slot."""
_POWER, _WARM_RESET, _GIVE_ATR = (b"\x00", b"\x01"), b"\x02", b"\x04"
_GET_DATA = b"\xff\xca"
_MEMORY_FAILURE = StatusWord.MEMORY_FAILURE.to_bytes(2, "big")
_SECONDS = 5.0
_FIRST_WORD = 2.0
"""Seconds within which vpcd, which keeps asking for a card, has spoken to a new one."""
_LOG = logging.getLogger(__name__)
_AGAIN = 0.2
"""Seconds between two looks for a PC/SC service that went away."""


def card(chip: Chip, host: str = "127.0.0.1", port: int = PORT) -> Reader:
    """Put a chip into the virtual reader of this machine's PC/SC service.

    Args:
        chip: a plastic card's or a phone's (``hanako.card``, ``iphone.chip``).
        host: an address of this machine, such as 127.0.0.1.
        port: where vpcd listens, 1 to 65535.

    Returns:
        The reader; ``remove()`` and ``insert()`` move the card, ``stop()`` ends it. It is a context manager, too.

    Raises:
        MisuseError: not a chip, or as for :func:`empty_reader`.
    """
    if not callable(getattr(chip, "transmit", None)):
        raise MisuseError(
            f"a chip goes into the reader: hanako.card, or iphone.chip once it is set up; got {type(chip).__name__}.",
            code="no_chip",
        )
    return Reader(chip, empty_reader(host, port))


def empty_reader(host: str = "127.0.0.1", port: int = PORT) -> socket.socket:
    """Connect to a virtual reader that has no card in it yet.

    Args:
        host: an address of this machine, such as 127.0.0.1.
        port: where vpcd listens, 1 to 65535.

    Returns:
        The connection for :class:`Reader`.

    Raises:
        MisuseError: another host, nothing listens there, or there is a card in that reader already.
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
    if not _is_spoken_to(link):
        link.close()
        raise MisuseError(
            f"the virtual reader on {host}:{port} does not take the card: another one is in it; take that out first.",
            code="reader_full",
        )
    return link


def _is_spoken_to(link: socket.socket) -> bool:
    """Whether the card is in the reader: while another one is, vpcd leaves a link waiting."""
    return bool(select.select([link], [], [], _FIRST_WORD)[0])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Reader:
    """A virtual reader with a chip in it, served by a thread of its own.

    If the PC/SC service ends, the card waits and is there again when the service is. If we are at fault, that is
    logged, the card leaves, and :attr:`failure` says so; ``insert()`` puts it back.

    Args:
        chip: the chip.
        link: connected to vpcd; the reader closes it.
    """

    def __init__(self, chip: Chip, link: socket.socket) -> None:
        self.chip = chip
        self._address = link.getpeername()
        self._link = link
        self._changed = threading.Condition()
        self._connected = True
        self._wanted = True
        self._stopped = False
        self._full = False
        self._failure = ""
        self._thread = threading.Thread(target=self._run, name=f"reader of {chip.name}", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> str:
        """Why the card left the reader by itself; empty if it did not."""
        return self._failure

    @property
    def running(self) -> bool:
        """Whether the reader is there, with the card in it or beside it; False after ``stop()``."""
        return self._thread.is_alive()

    @property
    def inserted(self) -> bool:
        """Whether the PC/SC service can see the card now."""
        return self._connected

    def remove(self) -> None:
        """Take the card out; a second time changes nothing."""
        self._want(False)

    def insert(self) -> None:
        """Put the card back in; a second time changes nothing.

        Raises:
            MisuseError: the reader was stopped, or another card is in it meanwhile.
        """
        if self._stopped:
            raise MisuseError("this reader was stopped; serve.card(…) makes another.", code="stopped")
        self._full, self._failure = False, ""
        self._want(True)
        if self._full:
            self._want(False)
            raise MisuseError("another card is in this reader; take that out first.", code="reader_full")

    def pull_out_in_command(self, after_events: int = 0) -> None:
        """Have the card pulled out in the middle of a command; :meth:`insert` puts it back.

        Args:
            after_events: when so many more events are durable, as for :meth:`Chip.fail_power`.
        """
        self.chip.fail_power(after_events)

    def stop(self) -> None:
        """Take the card out for good; a second time changes nothing."""
        with self._changed:
            self._stopped, self._wanted = True, False
            self._changed.notify_all()
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._thread.join(_SECONDS)  # not for ever: the caller may hold the lock that the last exchange waits for

    def _want(self, wanted: bool) -> None:
        with self._changed:
            self._wanted = wanted
            self._changed.notify_all()
            if not wanted:
                with suppress(OSError):
                    self._link.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(
                lambda: self._connected == wanted or self._full or not self._thread.is_alive(), _SECONDS
            )

    def _run(self) -> None:
        self._serve()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._stopped)
                if self._stopped:
                    return
            try:
                link = socket.create_connection(self._address[:2], _SECONDS)
            except OSError:  # the PC/SC service is not there yet
                with self._changed:
                    self._changed.wait_for(lambda: self._stopped, _AGAIN)
                continue
            if not _is_spoken_to(link):
                link.close()
                with self._changed:
                    self._full = True
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._stopped or not self._wanted, _AGAIN)
                continue
            with self._changed:
                self._link = link
                self._connected, self._full = True, False
                self._changed.notify_all()
            self._serve()

    def _serve(self) -> None:
        """Serve one link to its end."""
        with self._link as link:
            link.settimeout(None)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while self._wanted and (body := self._receive()) is not None:
                    if len(body) > 1:
                        answer = self._of_reader(body) or self.chip.transmit(body)
                        self._send(answer)
                        if answer == _MEMORY_FAILURE:  # a card that keeps nothing is no card
                            self._wanted, self._failure = False, self.chip.failure
                    elif body == _GIVE_ATR:
                        self._send(self.chip.atr)
                    elif body == _WARM_RESET:
                        self.chip.reset()
                    elif body in _POWER:
                        self.chip.power_off()
            except OSError:  # the PC/SC service ended, or the card was taken out
                pass
            except CardRemoved:
                self._wanted = False
            except Exception as error:
                _LOG.exception("the reader met a fault of its own")
                self._wanted, self._failure = False, f"the reader met a fault of its own ({type(error).__name__})"
            finally:
                self.chip.power_off()
                with self._changed:
                    self._connected = False
                    self._changed.notify_all()

    def _of_reader(self, command: bytes) -> bytes:
        """What a contactless reader answers itself; empty: the command is for the card."""
        if command[:2] != _GET_DATA or not is_contactless(self.chip.atr):
            return b""
        if command[2:4] != b"\0\0":  # the historical bytes of an ATS, which Type B has not
            return b"\x6a\x81"
        if len(command) != 5:
            return b"\x67\0"
        uid, le = sha256(self.chip.name.encode()).digest()[:4], command[4]
        if le in (0, len(uid)):
            return uid + b"\x90\0"
        return bytes((0x6C, len(uid))) if le < len(uid) else uid + b"\x62\x82"

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
        state = "stopped" if not self.running else "card in" if self.inserted else "card out"
        state += f": {self._failure}" if self._failure else ""
        return f"<Reader TEST with {self.chip.name}, {state}>"
