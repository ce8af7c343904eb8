"""A record is asked for, shown and inspected: each way, each tampering, each age."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import cbor2
import mdocs
import pytest
from mdocs import ASKED, NOW, RECORD, ROOT, Way, key

from myna_lab.errors import MalformedMdoc, MisuseError
from myna_lab.events import Check
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import envelope, request, response, session, transcript
from myna_lab.formats.mdoc.inspecting import Session, code_of, inspect, over_asked
from myna_lab.formats.mdoc.response import chosen

WAYS = {way.name: way for way in mdocs.ways()}
NEAR, WEB = WAYS["near, signature"], WAYS["web"]
NAMES = [
    "chain",
    "signer_usage",
    "issuer_signature",
    "doc_type",
    "digests",
    "validity",
    "status",
    "device_auth",
    "asked",
]


def judged(way: Way, octets: bytes | None = None, **of_session: Any) -> tuple[Check, ...]:
    """What a reader says of the one document of a response."""
    shown = response.read_response(way.response() if octets is None else octets)
    known = {"transcript": way.transcript, "asked": ASKED, "reader_key": way.reader_key, **of_session}
    checks = inspect(shown.documents[0], Session(**known), anchors=[ROOT], at=NOW)
    assert [check.name for check in checks] == NAMES
    return checks


def failing(checks: tuple[Check, ...]) -> list[str]:
    """Names of the checks that fail."""
    return [check.name for check in checks if not check.passed]


def changed(change: Callable[[dict[str, Any]], object], way: Way = NEAR) -> bytes:
    """A response after a change of its decoded form."""
    decoded = cbor2.loads(way.response())
    change(decoded["documents"][0])
    return cbor2.dumps(decoded)


@pytest.mark.parametrize("name", WAYS)
def test_each_way(name: str) -> None:
    """In each way a reader finds nothing wrong, and sees three elements: those that it asked for."""
    checks = judged(WAYS[name])
    assert failing(checks) == []
    assert code_of(checks) == "accepted"
    shown = response.read_response(WAYS[name].response()).documents[0].record.items
    names = {name: [item.element_identifier for item in items] for name, items in shown.items()}
    assert names == {mdoc.NATIONAL: ["full_name_unicode"], mdoc.COMMON: ["age_over_20", "birth_date"]}


def flipped(document: dict[str, Any]) -> None:
    """``age_over_20`` is said to be false."""
    items = document["issuerSigned"]["nameSpaces"][mdoc.COMMON]
    item = cbor2.loads(items[0].value)
    assert item["elementIdentifier"] == "age_over_20"
    items[0] = cbor2.CBORTag(24, cbor2.dumps({**item, "elementValue": False}))


def swapped(document: dict[str, Any]) -> None:
    """An element stands in the other name space, where its number belongs to another one."""
    spaces = document["issuerSigned"]["nameSpaces"]
    spaces[mdoc.COMMON].append(spaces.pop(mdoc.NATIONAL)[0])


@pytest.mark.parametrize(
    ("change", "fails", "code"),
    [
        (flipped, ["digests"], "changed_record"),
        (swapped, ["digests", "asked"], "changed_record"),
        (lambda d: d.update(docType="org.iso.18013.5.1.mDL"), ["doc_type", "device_auth"], "wrong_document"),
        (
            lambda d: d["deviceSigned"]["deviceAuth"].update(deviceSignature=[b"\xa1\x01\x26", {}, None, bytes(64)]),
            ["device_auth"],
            "other_device",
        ),
        (
            lambda d: d["deviceSigned"].update(nameSpaces=cbor2.CBORTag(24, cbor2.dumps({"x": {"y": 1}}))),
            ["device_auth"],
            "other_device",
        ),
    ],
)
def test_tampered(change: Callable[[dict[str, Any]], object], fails: list[str], code: str) -> None:
    """What was changed on the way fails the check that is there for it."""
    checks = judged(NEAR, changed(change))
    assert failing(checks) == fails
    assert code_of(checks) == code


def test_another_phone() -> None:
    """A record on a phone whose key it does not name fails, and nothing else does."""
    assert failing(judged(NEAR, NEAR.response(device="other"))) == ["device_auth"]


def test_mac_is_for_one_reader() -> None:
    """A MAC convinces the reader that asked, and nobody else: another key, or none, cannot check it."""
    mac = WAYS["near, MAC"]
    assert failing(judged(mac, reader_key=key("other"))) == ["device_auth"]
    assert failing(judged(mac, reader_key=None)) == ["device_auth"]


OTHERS = {
    "origin": (
        WEB,
        transcript.web(envelope.encryption_info(mdocs.NONCE, key("reader").public_key()), "https://x.invalid"),
    ),
    "encryption_info": (
        WEB,
        transcript.web(envelope.encryption_info(b"n" * 16, key("reader").public_key()), mdocs.ORIGIN),
    ),
    "nonce": (WAYS["openid4vp"], transcript.openid4vp(mdocs.ORIGIN, "another", b"\x11" * 32)),
    "key_thumbprint": (WAYS["openid4vp"], transcript.openid4vp(mdocs.ORIGIN, "a nonce", b"\x12" * 32)),
    "merchant": (WAYS["app"], transcript.in_app(mdocs.NONCE, "other.emu", "TEAMEMU", mdocs.point("reader"))),
    "team": (WAYS["app"], transcript.in_app(mdocs.NONCE, "merchant.emu", "OTHER", mdocs.point("reader"))),
    "recipient_key": (WAYS["app"], transcript.in_app(mdocs.NONCE, "merchant.emu", "TEAMEMU", mdocs.point("x"))),
    "engagement": (
        NEAR,
        transcript.near(session.engage(key("x").public_key()).encoded, NEAR.transcript.parts["reader_key"]),
    ),
    "way": (WEB, NEAR.transcript),
}


@pytest.mark.parametrize("part", OTHERS)
def test_what_differs(part: str) -> None:
    """A proof of another session fails; with the phone's transcript at hand the part that differs is named."""
    way, mine = OTHERS[part]
    octets = way.response()
    plain = judged(way, octets, transcript=mine)
    assert failing(plain) == ["device_auth"]
    assert "does not fit" in plain[7].reason
    told = judged(way, octets, transcript=mine, device_transcript=way.transcript)
    assert told[7].reason.endswith(f"what differs: {part}")


@pytest.mark.parametrize(
    ("ages", "asked", "answer"),
    [
        ({20: True}, 20, "age_over_20"),
        ({20: True}, 15, "age_over_20"),
        ({20: False}, 15, ""),
        ({20: True}, 25, ""),
        ({20: False}, 25, "age_over_20"),
        ({18: True, 20: False, 65: False}, 16, "age_over_18"),
        ({18: True, 20: False, 65: False}, 19, ""),
        ({18: True, 20: False, 65: False}, 70, "age_over_65"),
        ({18: True, 20: True, 65: False}, 15, "age_over_18"),
    ],
)
def test_ages(ages: Mapping[int, bool], asked: int, answer: str) -> None:
    """A question for an age is answered by another one only where that leaves no doubt (7.2.5)."""
    record = mdoc.parse(RECORD)
    items = {mdoc.COMMON: tuple(_age(years, value) for years, value in ages.items())}
    shown = chosen(_with(record, items), {mdoc.COMMON: {f"age_over_{asked:02d}": False}})
    assert [item.element_identifier for each in shown.values() for item in each] == ([answer] if answer else [])


def _age(years: int, value: bool) -> mdoc.Item:
    return mdoc.Item(b"", years, f"age_over_{years:02d}", value, b"")


def _with(record: mdoc.Record, items: Mapping[str, tuple[mdoc.Item, ...]]) -> mdoc.Record:
    import dataclasses

    return dataclasses.replace(record, items=items)


def test_nothing_unasked() -> None:
    """A phone shows no element that is not asked for; one that came all the same fails the last check."""
    asked = {mdoc.NATIONAL: {"full_name_unicode": False, "no_such_element": False}, "no.such.space": {"x": False}}
    shown = chosen(mdoc.parse(RECORD), asked)
    assert {name: len(items) for name, items in shown.items()} == {mdoc.NATIONAL: 1}
    assert failing(judged(NEAR, asked=asked)) == ["asked"]


def test_over_asked() -> None:
    """A request for the My Number is noticed."""
    assert over_asked(ASKED) == ()
    assert over_asked({mdoc.NATIONAL: {"individual_number_unicode": True, "portrait": False}}) == (
        "individual_number_unicode",
    )


@pytest.mark.parametrize("version", request.EDITIONS)
def test_requests(version: str) -> None:
    """A signed request of either edition is read as it was asked; its signature fits in its own session only."""
    reader = mdocs.reader_certificate()
    octets = request.device_request(
        [request.Asked(ASKED), request.Asked({"org.iso.18013.5.1": {"portrait": True}}, "org.iso.18013.5.1.mDL")],
        transcript=WEB.transcript,
        reader=reader,
        version=version,
    )
    read = request.read_request(octets)
    assert (read.version, len(read.documents)) == (version, 2)
    assert read.documents[0].elements == ASKED
    assert read.documents[1].doc_type == "org.iso.18013.5.1.mDL"
    assert request.reader_fits(read, WEB.transcript) == (reader.certificate,)
    assert request.reader_fits(read, NEAR.transcript) == ()


def test_request_changed_after_signing() -> None:
    """An element that was added to a signed request breaks the reader's signature."""
    octets = request.device_request(
        [request.Asked(ASKED)], transcript=WEB.transcript, reader=mdocs.reader_certificate()
    )
    decoded = cbor2.loads(octets)
    items = cbor2.loads(decoded["docRequests"][0]["itemsRequest"].value)
    items["nameSpaces"][mdoc.NATIONAL]["individual_number_unicode"] = True
    decoded["docRequests"][0]["itemsRequest"] = cbor2.CBORTag(24, cbor2.dumps(items))
    assert request.reader_fits(request.read_request(cbor2.dumps(decoded)), WEB.transcript) == ()


def test_unsigned_request() -> None:
    """Nobody signed: there is no reader to be named."""
    read = request.read_request(request.device_request([request.Asked(ASKED)]))
    assert request.reader_fits(read, WEB.transcript) == ()


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (lambda: request.device_request([]), "at least one element"),
        (lambda: request.device_request([request.Asked({})]), "at least one element"),
        (lambda: request.device_request([request.Asked(ASKED)], reader=mdocs.reader_certificate()), "transcript"),
        (lambda: request.device_request([request.Asked(ASKED)], version="2.0"), "1.1"),
    ],
)
def test_requests_that_cannot_be(call: Callable[[], object], right: str) -> None:
    """What cannot be asked is refused with what would have been right."""
    with pytest.raises(MisuseError, match=right):
        call()


def test_sealed_for_a_page() -> None:
    """A page opens what is sealed for its key and its own origin, and nothing else."""
    reader, answer = key("reader"), WEB.response()
    info = envelope.encryption_info(mdocs.NONCE, reader.public_key())
    read = envelope.read_web_request(envelope.web_request(b"request", info))
    assert (read.device_request, read.nonce, read.encryption_info) == (b"request", mdocs.NONCE, info)
    sealed = envelope.seal_web_response(answer, read.recipient, WEB.transcript)
    assert sealed.startswith('{"response": "')
    assert envelope.open_web_response(sealed, reader, WEB.transcript) == answer
    for other_key, other in ((key("x"), WEB.transcript), (reader, OTHERS["origin"][1])):
        with pytest.raises(MalformedMdoc, match="sealed for this key"):
            envelope.open_web_response(sealed, other_key, other)


def test_sealed_for_an_app() -> None:
    """An app's server opens what is sealed for it; another key or session is named."""
    app = WAYS["app"]
    sealed = envelope.seal_app_response(app.response(), key("reader").public_key(), app.transcript)
    assert envelope.open_app_response(sealed, key("reader"), app.transcript) == app.response()
    with pytest.raises(MalformedMdoc, match="pkRHash is of this key"):
        envelope.open_app_response(sealed, key("x"), app.transcript)
    with pytest.raises(MalformedMdoc, match="infoHash is of this session"):
        envelope.open_app_response(sealed, key("reader"), OTHERS["team"][1])


def test_messages_keep_their_order() -> None:
    """A message comes once and in order; a second time, or another side's, it cannot be opened."""
    phone, reader = key("phone"), key("reader")
    mine = session.SealedSession(reader, phone.public_key(), NEAR.transcript, is_reader=True)
    its = session.SealedSession(phone, reader.public_key(), NEAR.transcript, is_reader=False)
    first, second = mine.seal(b"one"), mine.seal(b"two")
    with pytest.raises(MalformedMdoc, match="in order"):
        its.open(second)
    assert (its.open(first), its.open(second)) == (b"one", b"two")
    with pytest.raises(MalformedMdoc, match="message 3"):
        its.open(second)
    with pytest.raises(MalformedMdoc, match="message 1"):
        mine.open(first)


def test_times() -> None:
    """Before and after its validity a record is not in force; everything else still fits."""
    shown = response.read_response(NEAR.response()).documents[0]
    known = Session(NEAR.transcript, ASKED)
    for at in (NOW - timedelta(seconds=1), NOW + timedelta(days=30, seconds=1)):
        checks = inspect(shown, known, anchors=[ROOT], at=at)
        assert (failing(checks), code_of(checks)) == (["validity"], "record_not_valid")
