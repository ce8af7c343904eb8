"""Token status lists: two bits a record, and three answers that are kept apart."""

from __future__ import annotations

import dataclasses
import zlib
from datetime import timedelta
from typing import Any

import cbor2
import mdocs
import pytest
from mdocs import BORN, NOW, PARAMETERS, ROOT, key

from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, response
from myna_lab.formats.mdoc.authority import STATUSES, establish_signer
from myna_lab.formats.mdoc.inspecting import Session, code_of, inspect
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.formats.mdoc.status_list import Status, StatusSeen, status_list, status_of

URI = "https://status.jpki-emu.invalid/1"
SIGNER = establish_signer(
    STATUSES,
    issuer_certificate=ROOT,
    issuer_key=key("root"),
    key=key("status"),
    serial=3,
    not_before=BORN,
    parameters=PARAMETERS,
)


def make(**changes: Any) -> bytes:
    """A list of ten records, of which number 3 is invalid and number 7 suspended."""
    usual: dict[str, Any] = {
        "statuses": {3: Status.INVALID, 7: Status.SUSPENDED},
        "size": 10,
        "uri": URI,
        "key": key("status"),
        "certificate": SIGNER,
        "at": NOW,
        "ttl": timedelta(minutes=15),
        "valid_for": timedelta(days=1),
    }
    return status_list(**{**usual, **changes})


def seen(idx: int, cwt: bytes, uri: str = URI, later: timedelta = timedelta(minutes=1)) -> StatusSeen:
    """What a reader makes of a list."""
    return status_of(StatusPlace(idx, uri), cwt, anchors=[ROOT], at=NOW + later)


def test_octets() -> None:
    """Two bits a record, the lowest first: records 0–3, 4–7, 8–11 are 40, 80, 00 (draft 21, section 4.1)."""
    message = cbor2.loads(make())
    claims = cbor2.loads(message.value[2])
    assert message.tag == 18
    assert zlib.decompress(claims[65533]["lst"]).hex() == "408000"
    issued = int(NOW.timestamp())
    assert (claims[2], claims[6], claims[4], claims[65534]) == (URI, issued, issued + 86_400, 900)
    assert cbor2.loads(message.value[0]) == {1: -7, 16: "application/statuslist+cwt"}
    assert make() == make()


@pytest.mark.parametrize(("idx", "status"), [(0, "VALID"), (3, "INVALID"), (7, "SUSPENDED"), (9, "VALID")])
def test_each_status(idx: int, status: str) -> None:
    """Each record has its own status, with the time that it is known from."""
    found = seen(idx, make())
    assert (found.status.name, found.issued_at, found.why) == (status, NOW, "")


def other_claims(**changes: Any) -> bytes:
    """A list whose claims were changed and signed again by the true signer."""
    claims = {**cbor2.loads(cbor2.loads(make()).value[2]), **{int(name[1:]): value for name, value in changes.items()}}
    signed = cose.sign(cbor2.dumps(claims), key("status"), SIGNER, further={16: "application/statuslist+cwt"})
    return cbor2.dumps(cbor2.CBORTag(18, list(signed)))


def packed(octets: bytes, bits: int = 2) -> bytes:
    """A list of these octets."""
    return other_claims(_65533={"bits": bits, "lst": zlib.compress(octets)})


@pytest.mark.parametrize(
    ("cwt", "why"),
    [
        (b"", "no_list"),
        (b"\xff", "malformed"),
        (make()[:-1], "malformed"),
        (other_claims(_65533={"bits": 3, "lst": b""}), "malformed"),
        (other_claims(_65533={"bits": 2, "lst": b"not compressed"}), "malformed"),
        (other_claims(_6="yesterday"), "malformed"),
        (other_claims(_4=True), "malformed"),
        (other_claims(_2="https://elsewhere.invalid/1"), "other_list"),
        (make(uri="https://status.jpki-emu.invalid/2"), "other_list"),
        (make(certificate=mdocs.SIGNER, key=key("signer")), "untrusted"),
        (make(key=key("x")), "bad_signature"),
        (make(at=NOW - timedelta(days=2)), "expired"),
        (make(at=NOW + timedelta(hours=1)), "future"),
        (make(statuses={}, size=4), "too_short"),
    ],
)
def test_undetermined(cwt: bytes, why: str) -> None:
    """What cannot be trusted is no revocation, and no "valid" either: it is not known, and why."""
    found = seen(4, cwt)
    assert (found.status, found.why) == (Status.UNDETERMINED, why)


def test_bomb() -> None:
    """A list that unpacks to gigabytes is not unpacked."""
    assert seen(4, packed(bytes(40_000_000))).why == "malformed"


def test_one_bit_lists_and_unknown_kinds() -> None:
    """Lists of 1, 4 and 8 bits are read; a kind that nobody knows counts as invalid."""
    assert seen(4, packed(b"\x10", bits=1)).status is Status.INVALID
    assert seen(4, packed(b"\x00\x00\x02", bits=4)).status is Status.SUSPENDED
    assert seen(1, packed(b"\x00\x0b", bits=8)).status is Status.INVALID


@pytest.mark.parametrize(
    "changes", [{"statuses": {10: Status.INVALID}}, {"statuses": {-1: Status.INVALID}}, {"statuses": {1: Status(-1)}}]
)
def test_lists_that_cannot_be(changes: dict[str, Any]) -> None:
    """A record beyond the list, or a status that no list has, is refused."""
    with pytest.raises(MisuseError, match="cannot be"):
        make(**changes)


@pytest.mark.parametrize(
    ("place", "found", "passed", "code", "said"),
    [
        (None, None, True, "accepted", "names no place"),
        (StatusPlace(4, URI), seen(4, make()), True, "accepted", "valid by the status list of 2025-06-24 09:00"),
        (StatusPlace(3, URI), seen(3, make()), False, "revoked", "revoked by the status list"),
        (StatusPlace(7, URI), seen(7, make()), False, "revoked", "suspended by the status list"),
        (StatusPlace(4, URI), seen(4, b""), False, "undetermined", "is not known"),
        (StatusPlace(4, URI), None, False, "undetermined", "is not known"),
    ],
)
def test_three_answers(place: StatusPlace | None, found: StatusSeen | None, passed: bool, code: str, said: str) -> None:
    """A reader tells valid, revoked and not known apart; a record without a place says that nobody can know."""
    way = mdocs.ways()[0]
    shown = response.read_response(way.response()).documents[0]
    shown = dataclasses.replace(shown, record=dataclasses.replace(shown.record, status=place))
    checks = inspect(shown, Session(way.transcript, mdocs.ASKED), anchors=[ROOT], at=NOW, status=found)
    status = next(check for check in checks if check.name == "status")
    assert status.passed is passed
    assert said in status.reason
    assert code_of(checks) == code


def test_named_in_a_record() -> None:
    """A record that names a place is read with it; the issuer's signature covers it."""
    record = mdocs.issue(status=StatusPlace(41, URI))
    assert mdoc.parse(record).status == StatusPlace(41, URI)
    assert all(check.passed for check in mdoc.verify_issuer(record, anchors=[ROOT], at=NOW))
    assert mdoc.parse(mdocs.RECORD).status is None
