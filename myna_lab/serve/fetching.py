"""Fetch functions for relying parties: revocation data over HTTP, instead of in process.

    OCSP request -> HttpFetch -> answer         certificate -> HttpListFetch -> the list that it names

Both return empty octets if nothing can be fetched; the service then says "no revocation information". The size and the
total time of an answer are limited, so a server that sends octet by octet cannot keep the caller waiting. Use them
outside the lab's own services, which hold the lab's lock while they judge.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from myna_lab.errors import MisuseError
from myna_lab.jlis.publishing.places import place_of

__all__ = ["REQUEST_TYPE", "RESPONSE_TYPE", "HttpFetch", "HttpListFetch", "http_fetch", "http_list_fetch"]

REQUEST_TYPE, RESPONSE_TYPE = "application/ocsp-request", "application/ocsp-response"
LIST_TYPE = "application/pkix-crl"
_SECONDS_TO_WAIT = 10.0
"""Until an answer is complete."""
_LONGEST_ANSWER, _LONGEST_LIST = 1 << 18, 1 << 29
"""Limits in octets. An answer usually has 2,000, a list 36 per line."""


class _Reply(NamedTuple):
    """What came back."""

    status: int
    media_type: str
    tag: str
    content: bytes


class _Link:
    """One kept connection."""

    def __init__(self, url: str, what: str, longest: int) -> None:
        parts = urlsplit(url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:  # a port that is no number, or too big
            host, port = None, None
        if parts.scheme != "http" or not host:
            raise MisuseError(f"{what} has an http address; got {url!r}.", code="bad_url")
        self.url = url
        self.path = parts.path
        self._longest = longest
        self._link = http.client.HTTPConnection(host, port, timeout=_SECONDS_TO_WAIT)
        self._socket: socket.socket | None = None
        self._one_at_a_time = threading.Lock()

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> _Reply | None:
        """Ask; None if nobody answers, too late, or with more than the longest answer."""
        with self._one_at_a_time:
            too_late = threading.Event()
            watch = threading.Timer(_SECONDS_TO_WAIT, self._hang_up, (too_late,))
            watch.daemon = True
            watch.start()
            try:
                # The other side may have closed a connection that was idle: a second try opens a new one.
                for _ in range(2):
                    with suppress(OSError, http.client.HTTPException):
                        self._link.request(method, path, body, dict(headers))
                        self._socket = self._link.sock  # which an answer without a length takes away
                        if too_late.is_set():
                            break
                        reply = self._read(self._link.getresponse())
                        if not too_late.is_set():
                            return reply
                    self._link.close()
                    if too_late.is_set():
                        break
            finally:
                watch.cancel()
        return None

    def _hang_up(self, too_late: threading.Event) -> None:
        too_late.set()
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _read(self, response: http.client.HTTPResponse) -> _Reply | None:
        """The reply; None if it is too long.

        Raises:
            IncompleteRead: it ends before its length.
        """
        content, head = response.read(self._longest), response.headers
        if response.read(1):
            self._link.close()
            return None
        if response.length:
            raise http.client.IncompleteRead(content, response.length)
        return _Reply(response.status, head.get_content_type(), head.get("ETag", ""), content)

    def close(self) -> None:
        """End the connection; the next request opens another."""
        self._link.close()

    def __del__(self) -> None:
        with suppress(AttributeError):
            self.close()

    def __repr__(self) -> str:
        return f"<fetch from {self.url}>"


class HttpFetch(_Link):
    """A fetch function: an OCSP request in, the answer out."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "an OCSP responder", _LONGEST_ANSWER)

    def __call__(self, request: bytes) -> bytes:
        """Ask; empty octets if the responder cannot be reached or answers with no OCSP response."""
        reply = self.ask("POST", self.path or "/", request, {"Content-Type": REQUEST_TYPE})
        return reply.content if reply and (reply.status, reply.media_type) == (200, RESPONSE_TYPE) else b""


class HttpListFetch(_Link):
    """A fetch function: a certificate in, the list that it names out. A list that is still the newest is kept."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "a door for lists", _LONGEST_LIST)
        self._kept: dict[str, _Reply] = {}

    def __call__(self, certificate: bytes) -> bytes:
        """Ask; empty octets if the door cannot be reached or has no such list."""
        if (place := place_of(certificate)) is None:
            return b""
        path = f"{self.path.rstrip('/')}/list/{place.key_identifier}/{place.name_hash}.crl"
        kept = self._kept.get(path)
        reply = self.ask("GET", path, None, {"If-None-Match": kept.tag} if kept else {})
        if reply and kept and reply.status == 304:
            return kept.content
        if reply is None or (reply.status, reply.media_type) != (200, LIST_TYPE):
            return b""
        if reply.tag:
            self._kept[path] = reply
        return reply.content


def http_fetch(url: str) -> HttpFetch:
    """A fetch function for relying parties that asks an OCSP responder over HTTP, instead of in process.

    Args:
        url: of the responder, such as ``door.ocsp_url``.

    Returns:
        Takes an OCSP request and returns the answer, both DER; a responder that cannot be reached gives empty octets:
        ``lab.portal.with_sources(Ocsp(fetch))``.

    Raises:
        MisuseError: not an http address.
    """
    return HttpFetch(url)


def http_list_fetch(url: str) -> HttpListFetch:
    """A fetch function for relying parties that brings CRLs over HTTP, instead of in process.

    Args:
        url: of the door, such as ``door.url``.

    Returns:
        Takes a certificate and returns the list of its distribution point, both DER, or empty octets:
        ``lab.portal.with_sources(Crl(fetch))``.

    Raises:
        MisuseError: not an http address.
    """
    return HttpListFetch(url)
