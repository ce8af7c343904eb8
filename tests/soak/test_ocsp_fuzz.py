"""The door for revocation data under broken requests and under load, and the reader of lists under broken lists."""

from __future__ import annotations

import asyncio
import base64
import gc
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import quote

import psutil
import pytest
from cryptography.x509 import ocsp as reader

from myna_lab import Lab, serve
from myna_lab.errors import MalformedError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.ocsp import read_request
from myna_lab.ground.chance import Chance
from needs import rounds

pytestmark = pytest.mark.soak
MEGABYTE = 1 << 20
TYPE = "application/ocsp-request"
SUCCESSFUL = reader.OCSPResponseStatus.SUCCESSFUL


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with one resident and her iPhone."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("20min")
    return lab


def requests(lab: Lab) -> list[bytes]:
    """Good requests of several shapes, to begin from."""
    mine = lab.certificates(kind="phone_auth")[0], lab.certificates(kind="card_auth")[0]
    shapes = [
        jpki.ocsp_request(own.der, own.issuer, digest=digest) for own in mine for digest in ("sha1", "sha256", "sha512")
    ]
    return [
        *shapes,
        jpki.ocsp_request(mine[0].der, mine[0].issuer, nonce=bytes(range(32))),
        jpki.ocsp_request([own.der for own in mine], mine[0].issuer),
    ]


def mutated(octets: bytes, chance: Chance) -> bytes:
    """One to three changes: octets replaced, left out, doubled; or the end cut off."""
    changed = bytearray(octets)
    for _ in range(chance.integer(1, 3)):
        place = chance.integer(0, max(0, len(changed) - 1))
        match chance.integer(0, 3):
            case 0:
                changed[place : place + 1] = chance.bytes(1)
            case 1:
                changed[place : place + chance.integer(1, 4)] = b""
            case 2:
                changed[place:place] = changed[place : place + chance.integer(1, 16)]
            case _:
                del changed[place + 1 :]
    return bytes(changed)


def answers(port: int, asked: Iterator[tuple[bytes, bool]]) -> Iterator[tuple[bytes, bytes]]:
    """(request, answer) for requests by POST or GET, over one kept connection."""
    link = HTTPConnection("127.0.0.1", port)
    for request, by_get in asked:
        if by_get:
            link.request("GET", f"/ocsp/{quote(base64.b64encode(request).decode(), safe='')}")
        else:
            link.request("POST", "/ocsp", request, {"Content-Type": TYPE})
        response = link.getresponse()
        content = response.read()
        assert response.status == 200, (response.status, request.hex())
        yield request, content
    link.close()


def test_mutated_requests_are_answered_and_cost_no_memory(lab: Lab, record_property: pytest.RecordProperty) -> None:
    """Each gets an OCSP response: an error of RFC 6960, or a status for each question; a stranger's is unknown."""
    chance, good, count = Chance(3).child("ocsp"), requests(lab), rounds(5_000, 100_000)
    issued = {own.serial for own in lab.certificates()}
    issuers = {(one.digest, one.name_hash, one.key_hash) for request in good for one in read_request(request).ids}
    found: Counter[str] = Counter()
    process, sizes = psutil.Process(), []

    def broken() -> Iterator[tuple[bytes, bool]]:
        for number in range(count):
            if number % (count // 5) == 0:
                gc.collect()
                sizes.append(process.memory_info().rss)
            yield mutated(chance.choice(good), chance), number % 4 == 0

    with serve.revocation(lab, presigned=True) as door:
        for request, content in answers(door.port, broken()):
            response = reader.load_der_ocsp_response(content)
            if response.response_status is not SUCCESSFUL:
                found[response.response_status.name] += 1
                continue
            ids = read_request(request).ids
            for single, one in zip(response.responses, ids, strict=True):
                found[single.certificate_status.name] += 1
                assert single.serial_number == one.serial
                ours = (one.digest, one.name_hash, one.key_hash) in issuers and one.serial in issued
                assert (single.certificate_status is reader.OCSPCertStatus.UNKNOWN) != ours
        # After all that the next client is served as ever.
        ((_, content),) = answers(door.port, iter([(good[0], False)]))
        assert reader.load_der_ocsp_response(content).certificate_status is reader.OCSPCertStatus.GOOD
    record_property("measured", f"{count} mutated OCSP requests: {dict(found)}")
    assert found["MALFORMED_REQUEST"] > count / 4 and found["UNKNOWN"] and found["UNAUTHORIZED"]
    assert sizes[-1] - sizes[1] < 24 * MEGABYTE, [size // MEGABYTE for size in sizes]


def test_oversized_requests_are_not_kept(lab: Lab) -> None:
    """Requests of megabytes, with every kind of content type, are malformed and leave nothing behind."""
    process = psutil.Process()
    with serve.revocation(lab) as door:
        before = process.memory_info().rss
        for number in range(rounds(20, 500)):
            link = HTTPConnection("127.0.0.1", door.port)
            kind = (TYPE, "text/plain", f"{TYPE}; charset=x")[number % 3]
            link.request("POST", "/ocsp", b"\x30" * (2 * MEGABYTE), {"Content-Type": kind})
            response = reader.load_der_ocsp_response(link.getresponse().read())
            assert response.response_status is reader.OCSPResponseStatus.MALFORMED_REQUEST
            link.close()
        gc.collect()
        assert process.memory_info().rss - before < 32 * MEGABYTE


async def client(port: int, request: bytes, until: float) -> int:
    """One kept connection that asks until a time; how many answers it got."""
    loop, count = asyncio.get_running_loop(), 0
    reading, writing = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /ocsp HTTP/1.1\r\nHost: localhost\r\nContent-Type: {TYPE}\r\nContent-Length: {len(request)}\r\n\r\n"
    while loop.time() < until:
        writing.write(head.encode() + request)
        answer = (await reading.readuntil(b"\r\n\r\n")).lower()
        assert answer.startswith(b"http/1.1 200"), answer
        size = int(answer.split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reading.readexactly(size)
        assert body[:2] == b"\x30\x82"
        count += 1
    writing.close()
    await writing.wait_closed()
    return count


@pytest.mark.parametrize("presigned", [False, True])
def test_two_hundred_clients_at_once(lab: Lab, presigned: bool, record_property: pytest.RecordProperty) -> None:
    """Two hundred kept connections at once are all served, none is forgotten, and time may pass meanwhile."""
    request, seconds = requests(lab)[0], rounds(2, 60)

    async def crowd(port: int) -> list[int]:
        until = asyncio.get_running_loop().time() + seconds
        return await asyncio.gather(*(client(port, request, until) for _ in range(200)))

    with serve.revocation(lab, presigned=presigned) as door:
        counts = asyncio.run(crowd(door.port))
        lab.advance(timedelta(minutes=15))
        ((_, content),) = answers(door.port, iter([(request, False)]))
        assert reader.load_der_ocsp_response(content).this_update_utc > lab.now - timedelta(minutes=15)
    assert min(counts) >= 1
    way = "presigned" if presigned else "signing each"
    record_property("measured", f"200 clients, {way}: {sum(counts) / seconds:.0f} answers a second, client included")


def test_mutated_lists_are_read_or_refused() -> None:
    """Whatever is done to a list, the reader gives a list or MalformedError with its offset, and nothing else."""
    lab = Lab(seed=7)
    lab.resident()
    lab.certificates(kind="card_auth")[0].revoke()  # and with it the signing certificate
    lab.advance("1d")
    lists = [lab.revocation.listing(which) for which in lab.revocation.lists()]
    chance = Chance(4).child("lists")
    for _ in range(rounds(3_000, 100_000)):
        try:
            list(jpki.read_crl(mutated(chance.choice(lists), chance)))
        except MalformedError as refused:
            assert refused.values["offset"] is not None
