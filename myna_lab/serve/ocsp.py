"""OCSP over HTTP: a request in a body or in an address, its answer, and how long that may be kept.

Source: RFC 6960 appendix A; RFC 5019 5 and 6 (GET, caching headers).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from myna_lab.serve.caching import caching_of_answer, date_of, is_known
from myna_lab.serve.fetching import REQUEST_TYPE, RESPONSE_TYPE

if TYPE_CHECKING:
    from myna_lab.serve.revocation import RevocationDoor

__all__ = ["LONGEST_REQUEST", "Responder"]

LONGEST_REQUEST = 16_384
"""Octets of an OCSP request that are read; a longer one is malformed."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Responder:
    """OCSP over HTTP, spoken to the server directly: a request object and a response object would cost a third more."""

    def __init__(self, door: RevocationDoor) -> None:
        self._door = door
        self._dated: tuple[datetime | None, bytes] = (None, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request (ASGI)."""
        method = scope["method"]
        if method == "POST":
            asked = await _body(scope, receive)
        elif method in ("GET", "HEAD"):
            asked = _of_path(scope["raw_path"])
        else:
            dated = (b"date", self._date(self._door.latest))
            await _send(send, 405, [(b"allow", b"GET, HEAD, POST"), dated], b"")
            return
        answer, at = self._door.answer(asked)
        dated = (b"date", self._date(at))
        headers = [(b"content-type", RESPONSE_TYPE.encode()), (b"content-length", b"%d" % len(answer)), dated]
        if method != "POST":
            caching = caching_of_answer(asked, answer, at)
            kept = [(name.encode(), value.encode()) for name, value in caching.items()]
            if is_known(caching, _header(scope, b"if-none-match")):
                await _send(send, 304, [dated, *kept], b"")
                return
            headers += kept
        await _send(send, 200, headers, b"" if method == "HEAD" else answer)

    def _date(self, at: datetime) -> bytes:
        if self._dated[0] != at:
            self._dated = at, date_of(at).encode()
        return self._dated[1]


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The request; empty, and so malformed, if it is of another type or too long."""
    typed = any(name == b"content-type" and _is_request(value) for name, value in scope["headers"])
    content, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        # What is too long is read to its end and forgotten, so that the answer arrives.
        content = (content + message.get("body", b""))[: LONGEST_REQUEST + 1]
        more = message.get("more_body", False)
    return content if typed and len(content) <= LONGEST_REQUEST else b""


def _is_request(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() == REQUEST_TYPE.encode()


def _of_path(raw_path: bytes) -> bytes:
    """The request that a path carries in base64 (RFC 6960 A.1), percent-encoded or not.

    An address that ends with a slash leads to two; a request in base64 begins with M, never with a slash.
    """
    text = unquote_to_bytes(raw_path.partition(b"/ocsp/")[2]).lstrip(b"/")
    with suppress(binascii.Error, ValueError):
        if len(text) <= LONGEST_REQUEST:
            return base64.b64decode(text, validate=True)
    return b""


def _header(scope: Scope, wanted: bytes) -> str:
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == wanted)
