"""Read a record's structure and keep its bytes: what is hashed later is what was received, never encoded again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cbor2 import CBORTag

from myna_lab.formats.mdoc.cose import Sign1, leaf_of, read_sign1
from myna_lab.formats.mdoc.encoded import Encoded, member, said

__all__ = ["Item", "Record", "StatusPlace", "parse", "record_of"]

_TAG_TDATE = 0
"""RFC 8949 3.4.1: a date and time as text."""
# No hour 24, which Python takes from 3.14 on.
_TDATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DOCUMENT, _OBJECT = "ISO/IEC 18013-5 8.3.2.1.2.2", "ISO/IEC 18013-5 9.1.2.4"
_STATUS = "token status list, draft 21, 6.3"
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("version", "digestAlgorithm", "docType"), str),
    **dict.fromkeys(("valueDigests", "deviceKeyInfo", "validityInfo"), dict),
}
"""What the mobile security object states."""
_TIMES = ("signed", "validFrom", "validUntil")
_ITEM: Mapping[str, type] = {"elementValue": object, "random": bytes, "digestID": int, "elementIdentifier": str}


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """IssuerSignedItem: one element with its salt."""

    received: bytes
    """``IssuerSignedItemBytes``: the tag-24 bytes as received; the digest is over these."""
    digest_id: int
    element_identifier: str
    element_value: Any
    random: bytes
    """The salt: without it nobody guesses a value from its digest."""

    def __repr__(self) -> str:
        return f"<Item {self.digest_id}: {self.element_identifier}>"


class StatusPlace(NamedTuple):
    """A place in a token status list."""

    idx: int
    uri: str


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A record by its parts. Nothing in it is verified yet."""

    doc_type: str
    items: Mapping[str, tuple[Item, ...]]
    """Items by name space, in the order received."""
    issuer_auth: Sign1
    signer_certificate: bytes
    """DER of the first certificate in x5chain."""
    digest_algorithm: str
    value_digests: Mapping[str, Mapping[int, bytes]]
    device_key: Mapping[Any, Any]
    """COSE_Key."""
    signed_doc_type: str
    """The docType that the mobile security object states."""
    signed: datetime
    valid_from: datetime
    valid_until: datetime
    expected_update: datetime | None = None
    """When the issuer means to issue the next one; None: it does not say."""
    status: StatusPlace | None = None
    """Where its status is published."""

    def __repr__(self) -> str:
        return f"<Record {self.doc_type}: {sum(map(len, self.items.values()))} elements>"


def parse(record: bytes) -> Record:
    """Take a record apart.

    Args:
        record: CBOR as made by :func:`~myna_lab.formats.mdoc.issue`, whole or with some items left out.

    Raises:
        MalformedMdoc: not CBOR, or not this structure; containers have definite lengths and each key once.

    Source: ISO/IEC 18013-5 8.3.2.1.2.2 (IssuerSigned), 9.1.2.4 (mobile security object).
    """
    return record_of(Encoded(record))


def record_of(encoded: Encoded) -> Record:
    """The same for a record that lies inside a message; other members of its map are left alone."""
    document = encoded.members("the record", _DOCUMENT)
    signed_by_issuer = member(document, "issuerSigned", encoded, _DOCUMENT)
    parts = signed_by_issuer.members("issuerSigned", _DOCUMENT)
    name_spaces = member(parts, "nameSpaces", signed_by_issuer, _DOCUMENT).members("nameSpaces", _DOCUMENT)
    auth = member(parts, "issuerAuth", signed_by_issuer, _DOCUMENT)
    issuer_auth = read_sign1(auth, "issuerAuth", _OBJECT)
    auth.expect(issuer_auth.payload is not None, "issuerAuth is a COSE_Sign1 with its payload", _OBJECT)
    # The payload's own octets are a copy without a place in the message: its faults are told at the signature's.
    signed = Encoded(issuer_auth.payload or b"", auth.at).unwrapped("the mobile security object", _OBJECT)
    security = signed.said(_KINDS, "the mobile security object", _OBJECT)
    if security["version"] != "1.0":
        signed.fail("the mobile security object has version 1.0", _OBJECT)
    info = said(security["deviceKeyInfo"], {"deviceKey": dict}, "deviceKeyInfo", signed, _OBJECT)
    times = _validity(security["validityInfo"], signed)
    return Record(
        doc_type=member(document, "docType", encoded, _DOCUMENT).text("docType", _DOCUMENT),
        items={name: _items(array, name) for name, array in name_spaces.items()},
        issuer_auth=issuer_auth,
        signer_certificate=_leaf(issuer_auth, auth),
        digest_algorithm=security["digestAlgorithm"],
        value_digests=_digests(security["valueDigests"], signed),
        device_key=info["deviceKey"],
        signed_doc_type=security["docType"],
        signed=times["signed"],
        valid_from=times["validFrom"],
        valid_until=times["validUntil"],
        expected_update=times.get("expectedUpdate"),
        status=_status(security.get("status"), signed),
    )


def _validity(value: object, at: Encoded) -> dict[str, datetime]:
    """The times of validityInfo by name: the three that must be there, and ``expectedUpdate`` if it is."""
    stated = said(value, dict.fromkeys(_TIMES, object), "validityInfo", at, _OBJECT)
    return {name: _tdate(stated[name], name, at) for name in (*_TIMES, "expectedUpdate") if name in stated}


def _tdate(tagged: object, name: str, at: Encoded) -> datetime:
    """An instant in the one form of 9.1.2.4; a library would also take fractions and offsets, which are not allowed."""
    right = f"{name} is a tdate in UTC without fraction, such as 2025-06-24T00:00:00Z"
    text = tagged.value if isinstance(tagged, CBORTag) and tagged.tag == _TAG_TDATE else None
    if not isinstance(text, str) or not _TDATE.fullmatch(text):
        at.fail(right, _OBJECT)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        at.fail(right, _OBJECT)


def _items(array: Encoded, name_space: str) -> tuple[Item, ...]:
    items = []
    for received in array.elements(name_space, _DOCUMENT):
        inner = received.unwrapped("an item", _DOCUMENT)
        item = inner.said(_ITEM, "an item", _DOCUMENT)
        items.append(
            Item(received.octets, item["digestID"], item["elementIdentifier"], item["elementValue"], item["random"])
        )
    return tuple(items)


def _leaf(message: Sign1, auth: Encoded) -> bytes:
    leaf = leaf_of(message)
    auth.expect(leaf is not None, "x5chain holds the signer's certificate", _OBJECT)
    return leaf or b""


def _digests(value: Mapping[Any, Any], at: Encoded) -> Mapping[str, Mapping[int, bytes]]:
    good = all(
        type(name) is str and type(digests) is dict and {*map(type, digests)} <= {int} and _all_bytes(digests)
        for name, digests in value.items()
    )
    at.expect(good, "valueDigests maps name spaces to digests by number", _OBJECT)
    return value


def _all_bytes(digests: Mapping[int, object]) -> bool:
    return {*map(type, digests.values())} <= {bytes}


def _status(value: object, at: Encoded) -> StatusPlace | None:
    """Where the record's status is published; None: nowhere, or in a way that is not read here."""
    if value is None or "status_list" not in (status := said(value, {}, "status", at, _STATUS)):
        return None
    place = said(status["status_list"], {"idx": int, "uri": str}, "status_list", at, _STATUS)
    return StatusPlace(place["idx"], place["uri"])
