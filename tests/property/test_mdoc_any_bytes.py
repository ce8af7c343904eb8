"""Whatever comes in, a reader of mobile documents says :class:`MalformedMdoc` with a place, or makes its checks."""

from __future__ import annotations

import json
from collections.abc import Callable

import cbor2
import mdocs
import pytest
from mdocs import ASKED, NOW, ROOT, key

from myna_lab.errors import MalformedMdoc
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import envelope, openid4vp, request, response, session
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.inspecting import Session, inspect
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.formats.mdoc.status_list import status_of
from myna_lab.ground.chance import Chance
from needs import rounds

ROUNDS = rounds(1_000, 20_000)
WAYS = {way.name: way for way in mdocs.ways()}
NEAR, WEB = WAYS["near, signature"], WAYS["web"]


def _response(octets: bytes) -> None:
    for document in response.read_response(octets).documents:
        inspect(document, Session(NEAR.transcript, ASKED, NEAR.reader_key), anchors=[ROOT], at=NOW)


def _request(octets: bytes) -> None:
    request.reader_fits(request.read_request(octets), WEB.transcript)


def _establishment(octets: bytes) -> None:
    session.read_establishment(octets, session.engage(key("phone").public_key()))


def _web(octets: bytes) -> None:
    text = base64url(octets)
    envelope.open_web_response(json.dumps({"response": text}), WEB.reader_key, WEB.transcript)


def _encryption_info(octets: bytes) -> None:
    envelope.read_web_request(envelope.web_request(b"", base64url(octets)))


def _app(octets: bytes) -> None:
    envelope.open_app_response(octets, key("reader"), WAYS["app"].transcript)


def _status_list(octets: bytes) -> None:
    status_of(StatusPlace(3, "x"), octets, anchors=[ROOT], at=NOW)


def _openid4vp(octets: bytes) -> None:
    openid4vp.read_query(octets.decode("latin-1"), signed=b'"request"' in octets)


def _token(octets: bytes) -> None:
    openid4vp.read_token(octets.decode("latin-1"), "mnc", key("reader"))


QUERY = openid4vp.Query("mnc", "a_nonce", ASKED, recipient=key("reader").public_key())


def _signed(version: str) -> bytes:
    asked = [request.Asked(ASKED)]
    reader = mdocs.reader_certificate()
    return request.device_request(asked, transcript=WEB.transcript, reader=reader, version=version)


MESSAGES: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "record": (mdocs.RECORD, mdoc.parse),
    "response with signature": (NEAR.response(), _response),
    "response with MAC": (WAYS["near, MAC"].response(), _response),
    "request 1.0": (_signed("1.0"), _request),
    "request 1.1": (_signed("1.1"), _request),
    "establishment": (session.establishment(key("reader").public_key(), b"data"), _establishment),
    "session data": (session.session_data(b"data", 20), session.read_data),
    "web envelope": (cbor2.dumps(["dcapi", {"enc": bytes(65), "cipherText": bytes(40)}]), _web),
    "encryption info": (
        cbor2.dumps(["dcapi", {"nonce": bytes(16), "recipientPublicKey": {1: 2, -1: 1, -2: bytes(32), -3: bytes(32)}}]),
        _encryption_info,
    ),
    "app envelope": (envelope.seal_app_response(b"\xa0", key("reader").public_key(), WAYS["app"].transcript), _app),
    "query": (openid4vp.query(QUERY).encode(), _openid4vp),
    "signed query": (
        openid4vp.signed_query(QUERY, mdocs.reader_certificate(), mdocs.ORIGIN)[0].encode(),
        _openid4vp,
    ),
    "encrypted token": (openid4vp.token(QUERY, NEAR.response(), ephemeral=key("e")).encode(), _token),
    "status list": (mdocs.status_list(), _status_list),
}


HEADS = (b"\xbf", b"\x9f", b"\x5f", b"\x9b" + b"\xff" * 8, b"\xbb" + b"\x7f" * 8)
"""Of containers that promise much, or are of indefinite length."""


def mutated(octets: bytes, draw: Chance) -> bytes:
    """The message after one to three changes: flipped, cut, doubled, swapped, filled or nested octets."""
    data = bytearray(octets)
    for _ in range(draw.integer(1, 3)):
        begin = draw.integer(0, len(data))
        end = min(len(data), begin + draw.choice((1, 1, 1, 2, 4, 16, 64)))
        match draw.integer(0, 6):
            case 0:
                data[begin:end] = bytes(each ^ 1 << draw.integer(0, 7) for each in data[begin:end])
            case 1:
                del data[begin:end]
            case 2:
                data[begin:begin] = data[begin:end]
            case 3:
                del data[begin:]
            case 4:
                data[begin:end] = draw.bytes(end - begin)
            case 5:  # a head that promises much, or is of indefinite length
                data[begin:end] = draw.choice(HEADS)
            case 6:
                data[begin:end] = draw.choice(
                    (b"\xc1", b"\xc0", b"\xd8\x18", b"\xd9\x01\x00", b"\x81" * 200, b"\xf9\x7e")
                )
    return bytes(data)


@pytest.mark.soak
@pytest.mark.parametrize("name", MESSAGES)
def test_mutated_messages(name: str) -> None:
    """No change of a message brings another error than the one that tells the octet."""
    octets, read = MESSAGES[name]
    draw = Chance(7).child(name)
    n_refused = 0
    for _ in range(ROUNDS // 2 if name == "record" else ROUNDS):
        data = mutated(octets, draw)
        try:
            read(data)
        except MalformedMdoc as error:
            n_refused += 1
            assert isinstance(error.values["offset"], int)
            assert 0 <= error.values["offset"] <= len(data) + 1
    least = 0 if name == "status list" else ROUNDS // 4  # a list that cannot be read has a status of its own
    assert n_refused >= least
