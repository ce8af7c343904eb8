"""The door for revocation data before clients that mean no good, over raw sockets on loopback."""

from __future__ import annotations

import itertools
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.x509 import ocsp as reader
from doors import asked, post, request, spoken, working_lab

from myna_lab import Lab, serve
from myna_lab.formats import jpki
from myna_lab.ground.chance import Chance
from myna_lab.serve import http11, server
from needs import need_program, rounds

pytestmark = pytest.mark.interop
GOOD = reader.OCSPCertStatus.GOOD
HOST = b"Host: localhost\r\n"
HEAD = b"POST /ocsp HTTP/1.1\r\n" + HOST + b"Content-Type: application/ocsp-request\r\n"


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with one resident, her iPhone set up and working."""
    return working_lab()


@pytest.fixture
def door(lab: Lab) -> Iterator[serve.RevocationDoor]:
    """Its door; after each test the next client is served as ever, and we were never at fault."""
    with serve.revocation(lab) as door:
        yield door
        assert post(door, request(lab)).certificate_status is GOOD
        assert door._server.faults == 0


def statuses(answer: bytes) -> list[int]:
    """The status of each answer in what came back."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


SPELLINGS = {
    "absolute form": (b"GET http://127.0.0.1/ca/all.pem HTTP/1.1\r\n" + HOST, 200),
    "two slashes": (b"GET //ca/all.pem HTTP/1.1\r\n" + HOST, 404),
    "dots": (b"GET /ca/../../../etc/passwd HTTP/1.1\r\n" + HOST, 404),
    "encoded dots": (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST, 404),
    "NUL": (b"GET /ca/all.pem%00 HTTP/1.1\r\n" + HOST, 404),
    "not UTF-8": (b"GET /%ff%fe%c0%af HTTP/1.1\r\n" + HOST, 404),
    "not UTF-8, raw": (b"GET /\xff\xfe HTTP/1.1\r\n" + HOST, 400),
    "encoded letters": (b"GET /%63a/%61ll.pem HTTP/1.1\r\n" + HOST, 200),
    "other digits": ("GET /ca/sign/\uff11.cer HTTP/1.1\r\n".encode() + HOST, 400),
    "a generation of many digits": (b"GET /ca/sign/" + b"9" * 5000 + b".cer HTTP/1.1\r\n" + HOST, 404),
    "other digits, encoded": (b"GET /ca/sign/%EF%BC%91.cer HTTP/1.1\r\n" + HOST, 404),
    "generation 0": (b"GET /ca/sign/0.cer HTTP/1.1\r\n" + HOST, 404),
    "a serial number of many digits": (b"GET /certificates/card_sign-" + b"F" * 40 + b".cer HTTP/1.1\r\n" + HOST, 404),
    "a town that there is not": (b"GET /crl/sign/1/card_sign-00000.crl HTTP/1.1\r\n" + HOST, 404),
    "a town of letters": (b"GET /crl/sign/1/card_sign-abc.crl HTTP/1.1\r\n" + HOST, 404),
    "a full list of a town": (b"GET /crl/sign/1/full-81201.crl HTTP/1.1\r\n" + HOST, 404),
    "a list of no kind": (b"GET /crl/sign/1/arl_sign.crl HTTP/1.1\r\n" + HOST, 404),
    "OPTIONS": (b"OPTIONS * HTTP/1.1\r\n" + HOST, 405),
    "TRACE": (b"TRACE /ocsp HTTP/1.1\r\n" + HOST, 405),
    "CONNECT": (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HOST, 405),
    "DELETE": (b"DELETE /ca/all.pem HTTP/1.1\r\n" + HOST, 405),
    "upgrade": (b"GET /ca/all.pem HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n", 200),
    "a range": (b"GET /ca/all.pem HTTP/1.1\r\n" + HOST + b"Range: bytes=0-1\r\n", 200),
    "a stranger's Host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n", 421),
    "HTTP/0.9": (b"GET /\r\n", 505),
    "negative length": (HEAD + b"Content-Length: -5\r\n", 400),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n", 400),
    "a huge length": (HEAD + b"Content-Length: 99999999999\r\n", 200),
}  # fmt: skip


@pytest.mark.parametrize(("head", "status"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_strangers_spelling(door: serve.RevocationDoor, head: bytes, status: int) -> None:
    """Each gets one answer with its status and the lab's Date, whether the client then goes or stays."""
    for talks_on in (False, True):
        if talks_on:
            head += b"Connection: close\r\n" if b"Connection" not in head and b"HTTP/1.1" in head else b""
        answer = spoken(door.port, head + b"\r\n", talks_on=talks_on)
        assert statuses(answer) == [status], answer
        assert b"\r\ndate: Tue, 24 Jun 2025 " in answer and b"Traceback" not in answer


def test_requests_in_chunks_and_in_one_piece(lab: Lab, door: serve.RevocationDoor) -> None:
    """A chunked body, and ten pipelined requests of which every second is a list: each answered, in their order."""
    own = request(lab)
    chunked = b"".join(b"1\r\n%b\r\n" % own[n : n + 1] for n in range(len(own))) + b"0\r\n\r\n"
    answer = spoken(door.port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked)
    assert answer.endswith(lab.revocation.ocsp(own))
    question = HEAD + b"Content-Length: %d\r\n\r\n" % len(own) + own
    answer = spoken(door.port, (question + b"GET /crl/auth/2/full.crl HTTP/1.1\r\n" + HOST + b"\r\n") * 5)
    assert re.findall(rb"content-type: (\S+)", answer) == [b"application/ocsp-response", b"application/pkix-crl"] * 5


def test_a_body_of_megabytes_gets_its_answer(door: serve.RevocationDoor) -> None:
    """A client that sends 4 MB before it reads is not reset: it is told that this is no request."""
    for length in (b"Content-Length: 4194304\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n400000\r\n"):
        with socket.create_connection(("127.0.0.1", door.port), timeout=20) as link:
            link.sendall(HEAD + length)
            link.sendall(bytes(4 << 20))
            answer = link.makefile("rb").read()
        assert statuses(answer) == [200] and answer.endswith(bytes.fromhex("30030a0101"))


def test_many_pipelined_requests_do_not_keep_the_others_waiting(lab: Lab, door: serve.RevocationDoor) -> None:
    """A client that sends thousands of requests at once and reads no answer costs the next client no second."""
    deaf = b"GET /ca/all.pem HTTP/1.1\r\n" + HOST + b"\r\n"
    links = [socket.create_connection(("127.0.0.1", door.port), timeout=20) for _ in range(4)]
    try:
        for link in links:
            link.setblocking(False)
            with pytest.raises(BlockingIOError):
                for _ in range(1000):  # until it takes no more
                    link.send(deaf * 2000)
        begun = time.monotonic()
        assert post(door, request(lab)).certificate_status is GOOD
        assert time.monotonic() - begun < 5
    finally:
        for link in links:
            link.close()


def test_who_drips_is_hung_up_on(door: serve.RevocationDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slowloris: a head that comes octet by octet ends when the time for a whole request is up."""
    monkeypatch.setattr(http11, "SECONDS_TO_ASK", 1.0)
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as link:
        begun = time.monotonic()
        with pytest.raises(OSError):
            for octet in itertools.cycle(b"GET / HTTP/1.1\r\nX: " + b"a" * 10_000):
                link.send(bytes([octet]))
                time.sleep(0.05)
                assert time.monotonic() - begun < 15
    assert time.monotonic() - begun > 0.9


def test_who_is_silent_or_deaf_is_hung_up_on(door: serve.RevocationDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request, one that is kept, and one whose answer is not taken all end in their time."""
    monkeypatch.setattr(http11, "SECONDS_TO_ASK", 1.0)
    monkeypatch.setattr(http11, "SECONDS_TO_STAY", 1.0)
    page = b"GET /ca/all.pem HTTP/1.1\r\n" + HOST + b"\r\n"
    with (
        socket.create_connection(("127.0.0.1", door.port), timeout=20) as silent,
        socket.create_connection(("127.0.0.1", door.port), timeout=20) as kept,
        socket.create_connection(("127.0.0.1", door.port), timeout=20) as deaf,
    ):
        kept.sendall(page)
        deaf.sendall(page * 2000)
        assert silent.recv(1) == b""
        assert statuses(kept.makefile("rb").read()) == [200]
        time.sleep(3)
        received = 0
        with pytest.raises(OSError):
            while received < 2000 * 5000:
                received += len(deaf.recv(65_536)) or pytest.fail("it was all sent")
                deaf.send(b"x")


def test_too_many_connections_make_room(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked longest ago is hung up on; a client that asks is served all the while."""
    monkeypatch.setattr(server, "OPEN_AT_ONCE", 20)
    with serve.revocation(lab) as door:
        links = [socket.create_connection(("127.0.0.1", door.port), timeout=20) for _ in range(100)]
        try:
            for link in links:
                link.sendall(b"GET /")
            for _ in range(5):
                assert post(door, request(lab)).certificate_status is GOOD
            ended = 0
            for link in links:
                link.settimeout(0.05)
                try:
                    ended += link.recv(1) == b""
                except ConnectionResetError:
                    ended += 1
                except TimeoutError:
                    pass
            assert ended >= 100 - 2 * 20
        finally:
            for link in links:
                link.close()


def test_junk_says_nothing(tmp_path: Path) -> None:
    """After 600 pieces of junk the command has written nothing more, has no file left open, and answers."""
    chance = Chance(6).child("junk")
    good = HEAD + b"Content-Length: 3\r\n\r\nabc"
    with subprocess.Popen(
        [sys.executable, "-c", "from myna_lab.cli.main import main; main()", "serve", "revocation", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            found = re.search(r"127\.0\.0\.1:(\d+)/", process.stdout.readline())
            port = int(found[1])
            for number in range(rounds(600, 20_000)):
                octets = bytearray(good if number % 3 else chance.bytes(200))
                for _ in range(chance.integer(1, 6)):
                    octets[chance.integer(0, len(octets) - 1)] = chance.integer(0, 255)
                with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
                    link.sendall(octets)
                    if number % 2:
                        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
            assert asked(port, "/")[0] == 200
            deadline = time.monotonic() + 20
            while len(os.listdir(f"/proc/{process.pid}/fd")) > 40 and time.monotonic() < deadline:
                time.sleep(0.1)
            assert len(os.listdir(f"/proc/{process.pid}/fd")) <= 40
        finally:
            process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0 and said == ""


def test_a_fault_of_ours_is_told_once(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """If an answer fails by a bug, the client gets 500, the first is logged, and the door stays open."""
    with serve.revocation(lab) as door:
        with monkeypatch.context() as broken:
            broken.setattr(door._pages, "answer", lambda _: 1 / 0)
            for _ in range(3):
                status, content, headers = asked(door.port, "/ca/all.pem")
                assert (status, headers["Date"] is not None) == (500, True) and b"ZeroDivision" not in content
        assert [record.exc_info is not None for record in caplog.records] == [True]
        assert door._server.faults == 3
        assert asked(door.port, "/ca/all.pem")[0] == 200


def test_the_lab_works_on_while_the_door_signs(lab: Lab, door: serve.RevocationDoor) -> None:
    """Clients ask without a pause from four threads while the lab moves on: each answer is of one state."""
    ended, failed = threading.Event(), []

    def ask() -> None:
        fetch = serve.http_fetch(door.ocsp_url)
        own = lab.certificates(kind="phone_auth")[-1]
        while not ended.is_set():
            answer = reader.load_der_ocsp_response(fetch(jpki.ocsp_request(own.der, own.issuer, nonce=os.urandom(32))))
            if answer.certificate_status is not GOOD or not answer.this_update_utc <= answer.produced_at_utc:
                failed.append(answer)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        lab.advance("7min")
        time.sleep(0.02)
    ended.set()
    for thread in threads:
        thread.join(30)
    assert not failed and not any(thread.is_alive() for thread in threads)


def test_a_client_that_offers_http_2(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """What curl sends with an offer of HTTP/2 beside a body, as Java's client does, is answered by HTTP/1.1, twice."""
    curl, own = need_program("curl"), request(lab)
    (tmp_path / "asked").write_bytes(own)
    sent = ["--http2", "--data-binary", "@asked", "-H", "Content-Type: application/ocsp-request", door.ocsp_url]
    second = ["--next", "-s", *sent, "-o", "second", "-w", "%{http_version} %{http_code}"]
    command = [curl, "-sv", *sent, "-o", "first", *second]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert "> Upgrade: h2c" in done.stderr and done.stdout == "1.1 200"
    assert [(tmp_path / name).read_bytes() for name in ("first", "second")] == [lab.revocation.ocsp(own)] * 2
