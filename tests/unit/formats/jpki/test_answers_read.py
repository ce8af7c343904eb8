"""OCSP responses read octet by octet: each part wrong in its own way (RFC 6960 4.2.1)."""

from __future__ import annotations

import pytest

from myna_lab.errors import MalformedError
from myna_lab.formats.jpki.answer_reader import Answer, Single, read_answer
from myna_lab.ground.durations import at


def tlv(tag: int, *parts: bytes) -> bytes:
    """One object of DER."""
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def extensions(tag: int, oid: str, *, critical: bool = True) -> bytes:
    """One extension."""
    flag = bytes.fromhex("0101ff") if critical else b""
    return tlv(tag, tlv(0x30, tlv(0x30, bytes.fromhex(oid), flag, tlv(0x04, tlv(0x04, b"x")))))


SHA1, NULL = bytes.fromhex("06052b0e03021a"), bytes.fromhex("0500")
UNKNOWN, NONCE = "06028837", "06092b0601050507300102"
RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
TIME, LATER = tlv(0x18, b"20250624000000Z"), tlv(0x18, b"20250624001500Z")
PARTS = {
    "status": bytes.fromhex("0a0100"),
    "kind": bytes.fromhex("06092b0601050507300101"),
    "version": b"",
    "responder": tlv(0xA2, tlv(0x04, bytes(20))),
    "produced": TIME,
    "parameters": NULL,
    "serial": bytes.fromhex("020107"),
    "state": bytes.fromhex("8000"),
    "this_update": TIME,
    "next_update": tlv(0xA0, LATER),
    "of_one": b"",
    "of_all": b"",
    "algorithm": RSA,
    "signature": tlv(0x03, b"\x00", b"s" * 8),
    "certificates": b"",
    "after": b"",
}


def response(**parts: bytes) -> bytes:
    """A response of these parts, the others as they should be."""
    p = PARTS | parts
    identifier = tlv(0x30, tlv(0x30, SHA1, p["parameters"]), tlv(0x04, b"n" * 20), tlv(0x04, b"k" * 20), p["serial"])
    single = tlv(0x30, identifier, p["state"], p["this_update"], p["next_update"], p["of_one"])
    data = tlv(0x30, p["version"], p["responder"], p["produced"], tlv(0x30, single), p["of_all"])
    basic = tlv(0x30, data, p["algorithm"], p["signature"], p["certificates"])
    return tlv(0x30, p["status"], tlv(0xA0, tlv(0x30, p["kind"], tlv(0x04, basic)))) + p["after"]


def single(**parts: bytes) -> Single:
    """What a response says of its one certificate."""
    (one,) = read_answer(response(**parts)).singles
    return one


def test_a_whole_response() -> None:
    """Every field, as it was put in."""
    found = read_answer(response(certificates=tlv(0xA0, tlv(0x30, tlv(0x30, b"\x05\x00")))))
    assert (found.status, found.responder_name, found.responder_key) == ("successful", None, bytes(20))
    assert (found.produced_at, found.signature, found.certificates) == (
        at("2025-06-24 09:00"),
        b"s" * 8,
        (bytes.fromhex("30020500"),),
    )
    assert found.signed[:1] == b"\x30" and found.signed in response()
    (one,) = found.singles
    assert one.about[1:] == ("sha1", b"n" * 20, b"k" * 20, 7)
    assert one.about.octets[:2] == bytes.fromhex("303a") and one.about.octets in response()
    assert one[1:] == ("good", None, 0, at("2025-06-24 09:00"), at("2025-06-24 09:15"))


def test_what_may_be_left_out_or_stand_there() -> None:
    """No parameters, no nextUpdate, a version that is the default, a name for a key, what is not critical, a nonce."""
    assert single(parameters=b"").about.digest == "sha1"
    assert single(next_update=b"").next_update is None
    assert single(version=bytes.fromhex("a003020100")).about.serial == 7
    assert read_answer(response(responder=tlv(0xA1, tlv(0x30)))).responder_name == bytes.fromhex("3000")
    assert single(of_one=extensions(0xA1, UNKNOWN, critical=False)).about.serial == 7
    assert single(of_all=extensions(0xA1, NONCE)).about.serial == 7


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("8000", ("good", None, 0)),
        ("8200", ("unknown", None, 0)),
        (tlv(0xA1, TIME).hex(), ("revoked", at("2025-06-24 09:00"), 0)),
        (tlv(0xA1, TIME, bytes.fromhex("a0030a0100")).hex(), ("revoked", at("2025-06-24 09:00"), 0)),
        (tlv(0xA1, TIME, bytes.fromhex("a0030a0106")).hex(), ("revoked", at("2025-06-24 09:00"), 6)),
        (tlv(0xA1, TIME, bytes.fromhex("a0030a010a")).hex(), ("revoked", at("2025-06-24 09:00"), 10)),
        (tlv(0xA1, TIME, bytes.fromhex("a0030a0107")).hex(), ("revoked", at("2025-06-24 09:00"), 0)),
        (tlv(0xA1, TIME, bytes.fromhex("a0030a010b")).hex(), ("revoked", at("2025-06-24 09:00"), 0)),
    ],
)
def test_each_state(state: str, told: tuple[object, ...]) -> None:
    """Good, unknown, revoked with and without a reason."""
    one = single(state=bytes.fromhex(state))
    assert (one.state, one.revoked_at, one.reason) == told


@pytest.mark.parametrize(
    ("number", "status"),
    [(1, "malformed_request"), (2, "internal_error"), (3, "try_later"), (5, "sig_required"), (6, "unauthorized")],
)
def test_an_error_is_an_answer(number: int, status: str) -> None:
    """It says what it is, and nothing of any certificate."""
    assert read_answer(bytes([0x30, 0x03, 0x0A, 0x01, number])) == Answer(status)


WRONG = [
    ("status", "0a0104", "4 is no responseStatus"),
    ("status", "0a0107", "7 is no responseStatus"),
    ("status", "0a01ff", "-1 is no responseStatus"),
    ("status", "020100", "tag 0A was expected"),
    ("kind", "06092b0601050507300102", "id-pkix-ocsp-basic was expected"),
    ("version", "a003020101", "a response has version 1"),
    ("version", "a00602010002 0100", "nothing more was expected"),
    ("responder", "a3020400", "a ResponderID was expected"),
    ("responder", "a2023000", "tag 04 was expected"),
    ("responder", "a1020400", "tag 30 was expected"),
    ("produced", "170d3235303632343030303030305a", "tag 18 was expected"),
    ("parameters", "0400", "a digest has no parameters"),
    ("parameters", "05000500", "a digest has no parameters"),
    ("serial", "040107", "tag 02 was expected"),
    ("serial", "0201070500", "nothing more was expected"),
    ("state", "8100", "a CertStatus was expected"),
    ("state", "800100", "a CertStatus was expected"),
    ("state", "820100", "a CertStatus was expected"),
    ("state", tlv(0xA1, TIME, b"\x05\x00").hex(), "tag A0 was expected"),
    ("state", tlv(0xA1).hex(), "an object was expected"),
    ("next_update", tlv(0xA0, LATER, LATER).hex(), "nothing more was expected"),
    ("next_update", tlv(0xA2, LATER).hex(), "tag A1 was expected"),
    ("of_one", extensions(0xA1, UNKNOWN).hex(), "a critical extension that is not known"),
    ("of_one", extensions(0xA1, NONCE).hex(), "a critical extension that is not known"),
    ("of_all", extensions(0xA1, UNKNOWN).hex(), "a critical extension that is not known"),
    ("signature", "0300", "a signature has whole octets"),
    ("signature", "03020180", "a signature has whole octets"),
    ("certificates", "a1023000", "tag A0 was expected"),
    ("after", "00", "nothing more was expected"),
]


@pytest.mark.parametrize(("part", "octets", "wrong"), WRONG, ids=[f"{part} {octets[:12]}" for part, octets, _ in WRONG])
def test_one_part_that_is_wrong(part: str, octets: str, wrong: str) -> None:
    """It alone makes the response malformed, and the message says what would have been right."""
    assert octets.replace(" ", "") != PARTS[part].hex()
    with pytest.raises(MalformedError, match=rf"{wrong}.*, at offset \d+\.$"):
        read_answer(response(**{part: bytes.fromhex(octets)}))
