"""What answers a relying party's fetch may be anything: it is bounded in octets and in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from myna_lab import serve
from myna_lab.serve import fetching

pytestmark = pytest.mark.interop

OCSP = b"Content-Type: application/ocsp-response\r\n"
OK = b"HTTP/1.1 200 OK\r\n" + OCSP


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """The address of somebody who reads a request and answers each in this way."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            with suppress(OSError):
                while True:
                    link, _ = server.accept()
                    with link, suppress(OSError):
                        asked = b""
                        while not asked.endswith(b"asked"):
                            asked += link.recv(65_536)
                        answer(link)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ocsp"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert not thread.is_alive()


def chunked(content: bytes) -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)


def of_length(content: bytes, length: int | None = None) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n" % (len(content) if length is None else length) + content


WHOLE, LONGER = b"a" * (1 << 18), b"a" * ((1 << 18) + 1)
ANSWERS = {
    "as long as may be": (of_length(WHOLE), WHOLE),
    "until the end": (OK + b"Connection: close\r\n\r\n" + WHOLE, WHOLE),
    "in chunks": (chunked(WHOLE), WHOLE),
    "longer": (of_length(LONGER), b""),
    "longer, until the end": (OK + b"Connection: close\r\n\r\n" + LONGER, b""),
    "longer, in chunks": (chunked(LONGER), b""),
    "a length that would fill the memory": (of_length(LONGER, 1 << 60), b""),
    "shorter than it says": (of_length(b"a" * 9, 10), b""),
    "of another type": (of_length(b"a").replace(b"ocsp-response", b"ocsp"), b""),
    "no HTTP": (b"\x30\x03\x0a\x01\x00", b""),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_has_262144_octets_at_most(case: str) -> None:
    """However its length is told: what is longer, or cut, is no answer."""
    sent, expected = ANSWERS[case]
    with answering(lambda link: link.sendall(sent)) as url:
        fetch = serve.http_fetch(url)
        assert [fetch(b"asked"), fetch(b"asked")] == [expected] * 2
        fetch.close()


def endless(link: socket.socket) -> None:
    link.sendall(OK + b"Connection: close\r\n\r\n")
    while True:
        link.sendall(bytes(65_536))


def test_an_answer_without_an_end_is_none() -> None:
    """Who sends without end is hung up on once the answer is too long."""
    with answering(endless) as url:
        assert serve.http_fetch(url)(b"asked") == b""


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", OK + b"Connection: close\r\n\r\n"])
def test_dripping_keeps_nobody_waiting(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Octets that come one by one, in the head or in the body, do not begin the time anew; it is not tried twice."""
    monkeypatch.setattr(fetching, "_SECONDS_TO_WAIT", 0.3)
    asked, hung_up = [], threading.Event()

    def drip(link: socket.socket) -> None:
        asked.append(link)
        link.sendall(head)
        try:
            while True:
                link.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            hung_up.set()

    with answering(drip) as url:
        assert serve.http_fetch(url)(b"asked") == b""
        assert hung_up.wait(10) and len(asked) == 1
