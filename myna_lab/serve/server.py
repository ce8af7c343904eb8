"""Sockets of a door: many clients, served in turn by one thread.

    listener -> Server, a thread -> Link: socket, Connection -> one answer for each client in a round -> socket

One thread is enough: most of the work is signing, and cryptography lets no other Python code run meanwhile.

When too many connections are open, the one that asked longest ago is closed. While a client does not read its answer,
nothing more is read from it. Clients that break the rules or vanish are not logged.
"""

from __future__ import annotations

import errno
import logging
import selectors
import socket
import threading
import time
from contextlib import suppress

from myna_lab.serve.http11 import LONGEST_BODY, SECONDS_TO_LEAVE, Answers, Connection, Reply, Request

__all__ = ["OPEN_AT_ONCE", "Server"]

OPEN_AT_ONCE = 400
"""Connections; one more closes the one that asked longest ago."""
_WAITING = 16
"""Requests that may wait for their answer on one connection; until then no more are read."""
_OCTETS_AT_ONCE = 65_536
_SECONDS_TO_STOP = 10.0
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_LOG = logging.getLogger(__name__)


class _Link:
    """A client's socket and what is said over it."""

    def __init__(self, own: socket.socket, answers: Answers, longest_body: int) -> None:
        self.socket = own
        self.connection = Connection(answers, time.monotonic, longest_body)
        self.unsent = memoryview(b"")
        self.watched = 0
        self.leaving = False

    @property
    def reads(self) -> bool:
        """Whether more is read."""
        return len(self.connection.turns) < _WAITING and not self.connection.gone

    def go_on(self) -> bool:
        """Send what is left, or read; then answer one request. True: one was answered.

        Raises:
            OSError: the client is gone.
        """
        connection = self.connection
        with suppress(BlockingIOError):
            if self.unsent:
                self._send()
            elif self.reads:
                connection.feed(self.socket.recv(_OCTETS_AT_ONCE))
        if not connection.turns or self.unsent:
            return False
        self.unsent = memoryview(connection.answer())
        with suppress(BlockingIOError):
            self._send()
        return True

    def _send(self) -> None:
        self.unsent = self.unsent[self.socket.send(self.unsent) :]


class Server(threading.Thread):
    """Answers on one listening socket, in a thread of its own.

    Args:
        listener: bound and listening; ``stop()`` closes it.
        answers: who answers; asked by this thread alone.
        longest_body: octets of a request's body.
    """

    def __init__(self, listener: socket.socket, answers: Answers, longest_body: int = LONGEST_BODY) -> None:
        super().__init__(name=f"door {listener.getsockname()[1]}", daemon=True)
        self._longest_body = longest_body
        listener.setblocking(False)
        self._listener = listener
        self._answers = answers
        self.faults = 0
        """Requests that met a fault of ours; the first is logged."""
        self._open: dict[_Link, None] = {}  # the one that asked longest ago first
        self._again: list[_Link] = []
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        self.start()

    def stop(self) -> None:
        """End all connections and close the port; a second time changes nothing."""
        self._wake.close()
        self.join(_SECONDS_TO_STOP)  # not for ever: the caller may hold the lock that an answer waits for
        self._listener.close()

    def answer(self, request: Request) -> Reply:
        """The reply to a request, also if we are at fault."""
        try:
            return self._answers.answer(request)
        except Exception:
            self.faults += 1
            if self.faults == 1:
                _LOG.exception("the door met a fault of its own")
            return self.refuse(500, "the door met a fault of its own.")

    def refuse(self, status: int, why: str) -> Reply:
        """The reply to what is no request."""
        return self._answers.refuse(status, why)

    def run(self) -> None:
        """Serve in rounds until :meth:`stop`."""
        selector = self._selector
        selector.register(self._listener, _READ)
        selector.register(self._woken, _READ)
        swept = time.monotonic()
        with selector, self._woken:
            while True:
                turns, self._again = self._again, []
                for key, _ in selector.select(0 if turns else 1 if self._open else None):
                    if key.fileobj is self._woken:
                        for link in list(self._open):
                            self._end(link)
                        return
                    if key.data is None:
                        self._admit()
                    elif key.data not in turns:
                        turns.append(key.data)
                for link in turns:
                    self._serve(link)
                if (now := time.monotonic()) > swept + 1:
                    swept = now
                    for link in [each for each in self._open if each.connection.deadline < now]:
                        self._end(link)

    def _admit(self) -> None:
        try:
            own, _ = self._listener.accept()
        except OSError as error:  # the client is gone already, or:
            if error.errno in _NO_ROOM:
                self._make_room()
            return
        own.setblocking(False)
        if len(self._open) >= OPEN_AT_ONCE:
            self._make_room()
        link = _Link(own, self, self._longest_body)
        self._open[link] = None
        self._serve(link)  # most have asked already

    def _make_room(self) -> None:
        if self._open:
            self._end(next(iter(self._open)))
        else:  # the files of this process are used up elsewhere
            time.sleep(0.1)

    def _serve(self, link: _Link) -> None:
        if link not in self._open:
            return
        connection = link.connection
        try:
            if link.go_on():
                self._open[link] = self._open.pop(link)  # now it asked last
            if connection.deaf and not connection.turns and not link.unsent:
                if connection.gone or not connection.unread:
                    self._end(link)
                    return
                if not link.leaving:
                    link.leaving = True
                    connection.wait(SECONDS_TO_LEAVE)
                    link.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(link)
            return
        if connection.turns and not link.unsent:
            self._again.append(link)
        self._watch(link, _WRITE if link.unsent else _READ if link.reads else 0)

    def _watch(self, link: _Link, events: int) -> None:
        if events == link.watched:
            return
        if not events:
            self._selector.unregister(link.socket)
        elif link.watched:
            self._selector.modify(link.socket, events, link)
        else:
            self._selector.register(link.socket, events, link)
        link.watched = events

    def _end(self, link: _Link) -> None:
        self._watch(link, 0)
        self._open.pop(link, None)
        link.socket.close()
