"""What a connection of the door takes in and gives out, without a socket; its clock is turned by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from myna_lab.serve.http11 import (
    HEADERS,
    LONGEST_BODY,
    LONGEST_HEAD,
    SECONDS_TO_ASK,
    SECONDS_TO_STAY,
    Connection,
    Reply,
    Request,
)

HOST = b"Host: localhost\r\n"


@dataclass
class Echo:
    """Answers with what was asked, and remembers it."""

    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """Method and path."""
        self.asked.append(request)
        return Reply(200, f"{request.method} {request.path!r}".encode(), {"date": "today"})

    def refuse(self, status: int, why: str) -> Reply:
        """The sentence."""
        return Reply(status, why.encode(), {})


@dataclass
class Clock:
    """Seconds that stand still."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def talk(*parts: bytes) -> tuple[list[Request], list[tuple[int, str]], Connection]:
    """What was asked; status and Connection header of each answer; the connection."""
    echo = Echo()
    connection = Connection(echo, Clock())
    for part in parts:
        connection.feed(part)
    answers = []
    while connection.turns:
        head = connection.answer().split(b"\r\n\r\n")[0].decode().split("\r\n")
        said = [line.partition(": ")[2] for line in head if line.startswith("connection: ")]
        answers.append((int(head[0].split()[1]), said[0] if said else ""))
    return echo.asked, answers, connection


TARGETS = [
    (b"/ocsp/a%2Fb", b"/ocsp/a%2Fb"),
    (b"/ocsp?x=/y", b"/ocsp"),
    (b"//evil.example/ocsp", b"//evil.example/ocsp"),
    (b"/../../etc/passwd", b"/../../etc/passwd"),
    (b"/a%00b", b"/a%00b"),
    (b"http://127.0.0.1:80/ocsp/x?y", b"/ocsp/x"),
    (b"HTTP://LocalHost/ocsp", b"/ocsp"),
    (b"http://[::1]", b"/"),
    (b"/%FF%FE", b"/%FF%FE"),
]


@pytest.mark.parametrize(("target", "path"), TARGETS)
def test_paths_stay_as_they_were_written(target: bytes, path: bytes) -> None:
    """Scheme, host and query are taken off; nothing else is read into a path (RFC 9112 3.2)."""
    (asked,), answers, _ = talk(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert (asked.path, answers) == (path, [(200, "")])


HOSTS = {
    "localhost": 200,
    "LOCALHOST:8888": 200,
    "localhost.": 200,
    "127.0.0.1": 200,
    "127.0.0.1:8888": 200,
    "127.1.2.3": 200,
    "[::1]": 200,
    "[::1]:8888": 200,
    "evil.example": 421,
    "evil.example:8888": 421,
    "localhost.evil.example": 421,
    "127.0.0.1.evil.example": 421,
    "evil-localhost": 421,
    "0.0.0.0": 421,
    "127.0.0.256": 421,
    "192.168.0.1": 421,
    "[::]": 421,
    "::1": 421,
    "localhost:port": 421,
    "user@localhost": 421,
    "localhost/": 421,
    "localhost, evil.example": 421,
    "": 421,
    "\xff": 421,
}


@pytest.mark.parametrize(("host", "status"), HOSTS.items())
def test_only_names_of_this_machine_are_answered_for(host: str, status: int) -> None:
    """A page whose own name leads to 127.0.0.1 (DNS rebinding) sends that name, and is refused."""
    asked, ((found, _),), connection = talk(b"GET / HTTP/1.1\r\nHost: %b\r\n\r\n" % host.encode("latin-1"))
    assert (found, bool(asked), connection.deaf) == (status, status == 200, status != 200)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://localhost:8888/", 200),
        ("http://evil.example/", 421),
        ("http://evil.example:80", 421),
        ("http://localhost.evil.example/", 421),
        ("http://127.0.0.1@evil.example/", 421),
        ("http://evil.example@127.0.0.1/", 421),
        ("http:///", 421),
        ("HTTP://evil.example?http://localhost/", 421),
        ("http://evil.example#http://localhost/", 400),
    ],
)
def test_a_host_in_the_target_goes_before_the_header(target: str, status: int) -> None:
    """RFC 9112 3.2.2: in the absolute form the Host header, here a good one, is passed over."""
    asked, ((found, _),), _ = talk(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % target.encode())
    assert (found, bool(asked)) == (status, status == 200)
    asked, ((found, _),), _ = talk(b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert (found, bool(asked)) == (200, True)


REFUSED = {
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    "two Hosts, HTTP/1.0": (b"GET / HTTP/1.0\r\n" + HOST + HOST + b"\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "HTTP/2 as known before": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "TLS": (bytes.fromhex("16030100c8010000c40303") + bytes(100), 501),
    "no method": (b"HELO localhost\r\n\r\n", 501),
    "a method in small letters": (b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "junk": (b"\x00" * 100, 501),
    "NUL in the target": (b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400),
    "a bare carriage return": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n", 400),
    "a folded header": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    "negative length": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    "signed length": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\n", 400),
    "length in words": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: two\r\n\r\n", 400),
    "two lengths": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "the same length twice": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n" * 2 + b"\r\na", 400),
    "a length beyond 64 bits": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", 400),
    "length and chunks": (
        b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "another coding": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "a chunk of no length": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "another expectation": (b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417),
    "a long address": (b"GET /" + b"a" * LONGEST_HEAD + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a long address without an end": (b"GET /" + b"a" * (2 * LONGEST_HEAD), 414),
    "many headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * HEADERS + b"\r\n", 431),
    "long headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X: %b\r\n" % (b"y" * 9000) * 8 + b"\r\n", 431),
    "a header without an end": (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 2 * LONGEST_HEAD, 431),
}  # fmt: skip


@pytest.mark.parametrize(("octets", "status"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_no_request_is_refused_once(octets: bytes, status: int, at_once: bool) -> None:
    """One refusal with its status, whole or in pieces, and nothing behind it is read."""
    size = len(octets) if at_once else max(1, len(octets) // 50)
    parts = [octets[n : n + size] for n in range(0, len(octets), size)]
    asked, answers, connection = talk(*parts, b"GET /secret HTTP/1.1\r\n" + HOST + b"\r\n")
    assert (asked, answers) == ([], [(status, "close")])
    assert connection.deaf and connection.unread


def test_every_octet_alone_is_the_same_request() -> None:
    """A request that comes octet by octet is read as one that comes at once."""
    octets = b"POST /ocsp HTTP/1.1\r\n" + HOST + b"X: 1\r\nx: 2\r\nContent-Length: 3\r\n\r\nabc"
    (at_once,), _, _ = talk(octets)
    (dripped,), _, _ = talk(*(octets[n : n + 1] for n in range(len(octets))))
    assert (
        dripped
        == at_once
        == Request("POST", b"/ocsp", {"host": "localhost", "x": "1, 2", "content-length": "3"}, b"abc")
    )


def test_pipelined_requests_are_answered_in_their_order() -> None:
    """Three requests in one piece, the last with "close": three answers, and what follows is not read."""
    parts = [
        b"GET /%d HTTP/1.1\r\n" % n + HOST + (b"Connection: close\r\n" if n == 3 else b"") + b"\r\n"
        for n in (1, 2, 3, 4)
    ]
    asked, answers, connection = talk(b"".join(parts))
    assert [request.path for request in asked] == [b"/1", b"/2", b"/3"]
    assert answers == [(200, ""), (200, ""), (200, "close")]
    assert connection.deaf


@pytest.mark.parametrize(
    ("head", "connection"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST, ""),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n", "close"),
        (b"GET / HTTP/1.0\r\n", "close"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", "keep-alive"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n", ""),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", ""),
        (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HOST, "close"),
    ],
)  # fmt: skip
def test_who_stays_connected(head: bytes, connection: str) -> None:
    """HTTP/1.1 stays, HTTP/1.0 if it asks to; another protocol is not spoken, and the request is answered as it is."""
    asked, answers, _ = talk(head + b"\r\n")
    assert len(asked) == 1 and answers == [(200, connection)]


def test_bodies() -> None:
    """By length or in chunks, with trailers that change nothing; what was expected is said before it is read."""
    head = b"POST /ocsp HTTP/1.1\r\n" + HOST
    chunks = b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nHost: evil.example\r\n\r\n"
    for rest in (b"Content-Length: 3\r\n\r\nabc", chunks):
        (asked,), answers, _ = talk(head + rest)
        assert (asked.body, asked.headers["host"], answers) == (b"abc", "localhost", [(200, "")])
    _, answers, _ = talk(head + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", b"abc")
    assert answers == [(100, ""), (200, "")]
    _, answers, _ = talk(head.replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", b"abc")
    assert answers == [(200, "close")]


def test_another_protocol_that_is_offered_is_passed_over() -> None:
    """RFC 9110 7.8: the body behind the offer is the request's, the next request is read, and 100 is said once."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
    length = b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    post = b"POST /1 HTTP/1.1\r\n" + HOST + offer + length + b"abc"
    chunked = b"POST /2 HTTP/1.1\r\n" + HOST + offer + b"Transfer-Encoding: chunked\r\n\r\n1\r\nd\r\n0\r\n\r\n"
    octets = post + chunked + b"GET /3 HTTP/1.1\r\n" + HOST + b"\r\n"
    for parts in ([octets], [octets[n : n + 1] for n in range(len(octets))]):
        asked, answers, connection = talk(*parts)
        assert [(request.path, request.body) for request in asked] == [(b"/1", b"abc"), (b"/2", b"d"), (b"/3", b"")]
        assert answers == [(100, ""), (200, ""), (200, ""), (200, "")]
        assert not connection.deaf


LONG = {
    "said before": b"Content-Length: 16385\r\n\r\n",
    "said before, a terabyte": b"Content-Length: 1099511627776\r\nExpect: 100-continue\r\n\r\n",
    "in one chunk": b"Transfer-Encoding: chunked\r\n\r\n4001\r\n" + bytes(LONGEST_BODY + 1) + b"\r\n0\r\n\r\n",
    "in chunks of one octet": b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * (LONGEST_BODY + 1),
    "in a chunk's extensions": b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 200_000,
    "in trailers": b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * 200_000,
}


@pytest.mark.parametrize("rest", LONG.values(), ids=LONG)
def test_long_bodies_are_not_read(rest: bytes) -> None:
    """Once it is clear that a body is too long, it is left out and the request answered without; then it is over."""
    octets = b"POST /ocsp HTTP/1.1\r\n" + HOST + rest
    asked, answers, connection = talk(*(octets[n : n + 65_536] for n in range(0, len(octets), 65_536)), bytes(99))
    assert [request.body for request in asked] == [None]
    assert answers == [(200, "close")] and connection.deaf and connection.unread


def test_the_longest_body_and_head_that_are_read() -> None:
    """A body, an address and headers of exactly the limit are taken."""
    head = b"POST /ocsp HTTP/1.1\r\n" + HOST
    (asked,), _, _ = talk(head + b"Content-Length: %d\r\n\r\n" % LONGEST_BODY + bytes(LONGEST_BODY))
    assert asked.body == bytes(LONGEST_BODY)
    (asked,), _, _ = talk(b"GET /" + b"a" * (LONGEST_HEAD - 1) + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert len(asked.path) == LONGEST_HEAD
    (asked,), _, _ = talk(
        b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X%d: y\r\n" % n for n in range(HEADERS - 1)) + b"\r\n"
    )
    assert len(asked.headers) == HEADERS


def test_head_gets_the_headers_of_get() -> None:
    """HEAD is answered by the length and without the content."""
    connection = Connection(Echo(), Clock())
    connection.feed(b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert connection.answer() == b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 9\r\n\r\n"


def test_the_time_for_a_request_is_for_the_whole() -> None:
    """Octets that drip in move no deadline; a whole request does, and the first octet of the next one again."""
    clock = Clock()
    connection = Connection(Echo(), clock)
    assert connection.deadline == clock.now + SECONDS_TO_ASK
    begun = clock.now = 1005.0
    octets = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    for n in range(len(octets) - 1):
        connection.feed(octets[n : n + 1])
        assert connection.deadline == begun + SECONDS_TO_ASK
        clock.now += 1
    connection.feed(octets[-1:])
    assert connection.deadline == clock.now + SECONDS_TO_STAY
    for _ in range(5):  # empty lines are no request (RFC 9112 2.2)
        clock.now += 1
        connection.feed(b"\r\n")
    assert connection.deadline == clock.now - 5 + SECONDS_TO_STAY
    connection.feed(b"G")
    assert connection.deadline == clock.now + SECONDS_TO_ASK


def test_who_stops_talking_gets_what_was_asked_for() -> None:
    """After the client's end the requests before it are answered; half a request is forgotten."""
    asked, answers, connection = talk(b"GET /1 HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /2 HT", b"", b"TP/1.1\r\n")
    assert [request.path for request in asked] == [b"/1"] and answers == [(200, "")]
    assert connection.gone and connection.deaf
