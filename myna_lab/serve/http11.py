"""HTTP/1.1 for small requests, without a socket: octets in, requests in their order, answers out.

    octets -> Connection.feed, parsed by httptools -> requests and refusals in turn -> Connection.answer -> octets

Memory and time are bounded, whatever comes in. The time limit is for a request as a whole, so a client that sends octet
by octet cannot keep a connection open. Only requests whose Host is this machine are answered, so that no page in a
browser can read the door under another name (DNS rebinding).

Source: RFC 9112 (messages); RFC 9110 (7.2 Host, 10.1.1 Expect, 15 status codes); RFC 6585 5 (431).
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple, Protocol

import httptools

__all__ = [
    "HEADERS",
    "LONGEST_BODY",
    "LONGEST_HEAD",
    "SECONDS_TO_ASK",
    "SECONDS_TO_LEAVE",
    "SECONDS_TO_STAY",
    "Answers",
    "Connection",
    "Reply",
    "Request",
]

LONGEST_BODY = 16_384
"""Octets of a body, if a door needs no longer ones; a longer one is not read."""
LONGEST_HEAD = 65_536
"""Octets of an address, and of all headers together."""
HEADERS = 100
"""Headers of one request."""
SECONDS_TO_ASK, SECONDS_TO_STAY, SECONDS_TO_LEAVE = 10.0, 75.0, 2.0
"""Limits: until a request is complete; until the next begins or an answer is read; until a refused client hangs up."""


class Request(NamedTuple):
    """A request."""

    method: str
    path: bytes
    """As written, with its percent signs, without scheme, host and query."""
    headers: Mapping[str, str]
    """Names in small letters; what came several times is joined by commas."""
    body: bytes | None
    """None: longer than is read here."""


class Reply(NamedTuple):
    """An answer."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class Answers(Protocol):
    """Whoever answers: requests, and input that is not a valid request."""

    def answer(self, request: Request) -> Reply:
        """The reply to a request."""

    def refuse(self, status: int, why: str) -> Reply:
        """The reply to input that is not a valid request."""


class _Refused(Exception):
    """Nothing further on the connection is read; stops the parser."""


_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::\d{0,5})?", re.ASCII)
_TARGET = re.compile(rb"(?:http://([^/?#]*))?([^?#]*).*", re.IGNORECASE | re.DOTALL)


@functools.lru_cache(maxsize=64)
def _is_this_machine(host: str) -> bool:
    """Whether a Host is this machine: ``127.0.0.1``, ``localhost`` or ``[::1]``, with or without a port."""
    if (found := _HOST.fullmatch(host)) is None:
        return False
    name = found[1].strip("[]").lower().removesuffix(".")
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost"


class _Reading:
    """What the parser calls, in the order of a request."""

    _parser: httptools.HttpRequestParser

    def __init__(self, answers: Answers, clock: Callable[[], float], longest_body: int) -> None:
        self._answers = answers
        self._clock = clock
        self._longest_body = longest_body
        self._octets = 0
        self._asking = self._in_body = False
        self.turns: deque[tuple[Request | Reply, str]] = deque()
        """What waits for an answer, and the Connection header of it."""
        self.deaf = False
        """Whether nothing more is read: these are the last answers."""
        self.unread = False
        """Whether the client may still be sending what is not read; a reset would destroy its answer."""
        self.gone = False
        """Whether the client has stopped sending."""
        self.deadline = 0.0
        """When to end it, by the clock, if nothing happens."""
        self.wait(SECONDS_TO_ASK)

    def wait(self, seconds: float) -> None:
        """Move the deadline."""
        self.deadline = self._clock() + seconds

    def on_message_begin(self) -> None:
        if self.deaf:
            raise _Refused
        self._url, self._body, self._size, self._count = b"", b"", 0, 0
        self._hosts: list[str] = []
        self._headers: dict[str, str] = {}
        self._asking, self._in_body = True, False
        self.wait(SECONDS_TO_ASK)

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > LONGEST_HEAD:
            raise self._refused(414, f"an address has {LONGEST_HEAD} octets at most.")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_body:  # a trailer of a chunked body says nothing that is needed here
            return
        self._count, self._size = self._count + 1, self._size + len(name) + len(value)
        if self._count > HEADERS or self._size > LONGEST_HEAD:
            raise self._refused(431, f"a request has {HEADERS} headers at most, of {LONGEST_HEAD} octets together.")
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        if key == "host":
            self._hosts.append(text)
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        self._in_body = True
        version, target = self._parser.get_http_version(), _TARGET.fullmatch(self._url)
        if version not in ("1.0", "1.1"):
            raise self._refused(505, "HTTP/1.1 and 1.0 are spoken here.")
        if target is None or (len(self._hosts) != 1 and (self._hosts or version == "1.1")):
            raise self._refused(400, "a request has an address and one Host.")
        named = self._hosts if target[1] is None else [target[1].decode("latin-1")]  # RFC 9112 3.2.2
        if not all(map(_is_this_machine, named)):
            raise self._refused(421, "only 127.0.0.1, localhost and [::1] are answered for.")
        self._path = target[2] or b"/"
        expected = self._headers.get("expect", "").lower()
        if expected not in ("", "100-continue"):
            raise self._refused(417, "nothing but 100-continue can be expected.")
        if len(size := self._headers.get("content-length", "0")) > 9 or int(size) > self._longest_body:
            raise self._too_long()
        if expected and version == "1.1":
            self.turns.append((Reply(100, b"", {}), ""))

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > self._longest_body:
            raise self._too_long()

    def on_message_complete(self) -> None:
        parser, connection = self._parser, ""
        tunnel = parser.get_method() == b"CONNECT"
        if parser.should_upgrade() and not tunnel:
            return
        if tunnel or not parser.should_keep_alive():
            connection = "close"
        elif parser.get_http_version() == "1.0":
            connection = "keep-alive"
        self._turn(self._body, connection)
        self._octets = 0
        self.wait(SECONDS_TO_STAY)

    def _without_offer(self) -> bytes:
        """The head that was read, without its offer of another protocol, which may be passed over (RFC 9110 7.8).

        After such a head the parser leaves what follows, a body too, to that protocol.
        """
        parser, passed_over = self._parser, ("upgrade", "expect")  # what was expected was said already
        lines = [f"{key}: {value}\r\n" for key, value in self._headers.items() if key not in passed_over]
        version = f" HTTP/{parser.get_http_version()}\r\n".encode()
        return parser.get_method() + b" " + self._url + version + "".join(lines).encode("latin-1") + b"\r\n"

    def _turn(self, body: bytes | None, connection: str) -> None:
        self._asking, self.deaf = False, connection == "close"
        method = self._parser.get_method().decode("latin-1")
        self.turns.append((Request(method, self._path, self._headers, body), connection))

    def _too_long(self) -> _Refused:
        """A request whose body is not read; what it says of the rest may still deserve an answer."""
        self.unread = True
        self._turn(None, "close")
        return _Refused()

    def _refused(self, status: int, why: str) -> _Refused:
        """No request."""
        self._asking, self.deaf, self.unread = False, True, True
        self.turns.append((self._answers.refuse(status, why), "close"))
        return _Refused()


class Connection(_Reading):
    """One client's requests and their answers, in order.

    Args:
        answers: who answers.
        clock: seconds, from any beginning.
        longest_body: octets of a body; a longer one is not read.
    """

    def __init__(self, answers: Answers, clock: Callable[[], float], longest_body: int = LONGEST_BODY) -> None:
        super().__init__(answers, clock, longest_body)
        self._parser = httptools.HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        """Take in what the client sent. Nothing: it has stopped sending; what it asked for is still answered."""
        if not data:
            self.deaf = self.gone = True
        if self.deaf:
            return
        self._octets += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offered:
            if not self.deaf:
                head, self._parser, self._octets = self._without_offer(), httptools.HttpRequestParser(self), 0
                self.feed(head + data[offered.args[0] :])
        except httptools.HttpParserError as error:
            if self.deaf:  # we stopped it
                pass
            elif isinstance(error, httptools.HttpParserInvalidMethodError):
                self._refused(501, "there is no such method.")
            else:
                self._refused(400, "this is no HTTP/1.1 request.")
        if self._asking and self._octets > LONGEST_HEAD + 2 * self._longest_body:
            if self._in_body:
                self._too_long()
            else:
                self._refused(431, f"address and headers have {LONGEST_HEAD} octets at most.")

    def answer(self) -> bytes:
        """The octets that answer the first request that waits."""
        asked, connection = self.turns.popleft()
        reply = asked if isinstance(asked, Reply) else self._answers.answer(asked)
        return _octets(reply, connection, isinstance(asked, Request) and asked.method == "HEAD")


_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def _octets(reply: Reply, connection: str, without_content: bool) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES[reply.status]}", *(f"{k}: {v}" for k, v in reply.headers.items())]
    has_content = reply.status not in (100, 304)
    if has_content:
        lines.append(f"content-length: {len(reply.content)}")
    if connection:
        lines.append(f"connection: {connection}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + reply.content if has_content and not without_content else head
