"""Read a record's structure and keep its bytes: what is hashed later is what was received, never encoded again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cbor2 import CBORTag

from myna_lab.formats.mdoc.cose import Sign1, leaf_of, read_sign1
from myna_lab.formats.mdoc.encoded import Encoded, member

__all__ = ["Item", "Record", "StatusPlace", "parse", "record_of"]

_TAG_TDATE = 0
"""RFC 8949 3.4.1: a date and time as text."""
_TDATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DOCUMENT, _OBJECT = "ISO/IEC 18013-5 8.3.2.1.2.2", "ISO/IEC 18013-5 9.1.2.4"
_STATUS = "token status list, draft 21, 6.3"


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """IssuerSignedItem: one element with its salt."""

    received: bytes
    """``IssuerSignedItemBytes``: the tag-24 bytes as received; the digest is over these."""
    digest_id: int
    element_identifier: str
    element_value: Any

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
    security = signed.members("the mobile security object", _OBJECT)

    def of_object(name: str) -> Encoded:
        return member(security, name, signed, _OBJECT)

    version = of_object("version").text("version", _OBJECT)
    signed.expect(version == "1.0", "the mobile security object has version 1.0", _OBJECT)
    info = of_object("deviceKeyInfo").members("deviceKeyInfo", _OBJECT)
    times = _validity(of_object("validityInfo"))
    return Record(
        doc_type=member(document, "docType", encoded, _DOCUMENT).text("docType", _DOCUMENT),
        items={name: _items(array, name) for name, array in name_spaces.items()},
        issuer_auth=issuer_auth,
        signer_certificate=_leaf(issuer_auth, auth),
        digest_algorithm=of_object("digestAlgorithm").text("digestAlgorithm", _OBJECT),
        value_digests=_digests(of_object("valueDigests")),
        device_key=member(info, "deviceKey", signed, _OBJECT).mapping("deviceKey", _OBJECT),
        signed_doc_type=of_object("docType").text("docType", _OBJECT),
        signed=times["signed"],
        valid_from=times["validFrom"],
        valid_until=times["validUntil"],
        status=_status(security),
    )


def _validity(encoded: Encoded) -> dict[str, datetime]:
    """The times of validityInfo by name: the three that must be there, and ``expectedUpdate`` if it is."""
    validity = encoded.members("validityInfo", _OBJECT)
    names = ["signed", "validFrom", "validUntil", *(["expectedUpdate"] if "expectedUpdate" in validity else [])]
    return {name: _tdate(member(validity, name, encoded, _OBJECT), name) for name in names}


def _tdate(encoded: Encoded, name: str) -> datetime:
    """An instant in the one form of 9.1.2.4; a library would also take fractions and offsets, which are not allowed."""
    right = f"{name} is a tdate in UTC without fraction, such as 2025-06-24T00:00:00Z"
    tagged = encoded.value(name, _OBJECT)
    text = tagged.value if isinstance(tagged, CBORTag) and tagged.tag == _TAG_TDATE else None
    if not isinstance(text, str) or not _TDATE.fullmatch(text):
        encoded.fail(right, _OBJECT)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        encoded.fail(right, _OBJECT)


def _items(array: Encoded, name_space: str) -> tuple[Item, ...]:
    items = []
    for received in array.elements(name_space, _DOCUMENT):
        inner = received.unwrapped("an item", _DOCUMENT)
        item = inner.members("an item", _DOCUMENT)
        value = member(item, "elementValue", inner, _DOCUMENT).value("elementValue", _DOCUMENT)
        member(item, "random", inner, _DOCUMENT).bytes_("random", _DOCUMENT)
        digest_id = member(item, "digestID", inner, _DOCUMENT).integer("digestID", _DOCUMENT)
        identifier = member(item, "elementIdentifier", inner, _DOCUMENT).text("elementIdentifier", _DOCUMENT)
        items.append(Item(received.octets, digest_id, identifier, value))
    return tuple(items)


def _leaf(message: Sign1, auth: Encoded) -> bytes:
    leaf = leaf_of(message)
    auth.expect(leaf is not None, "x5chain holds the signer's certificate", _OBJECT)
    return leaf or b""


def _digests(encoded: Encoded) -> Mapping[str, Mapping[int, bytes]]:
    value = encoded.mapping("valueDigests", _OBJECT)
    good = all(
        isinstance(name, str)
        and isinstance(digests, dict)
        and all(isinstance(n, int) and isinstance(d, bytes) for n, d in digests.items())
        for name, digests in value.items()
    )
    encoded.expect(good, "valueDigests maps name spaces to digests by number", _OBJECT)
    return value


def _status(security: Mapping[str, Encoded]) -> StatusPlace | None:
    """Where the record's status is published; None: nowhere, or in a way that is not read here."""
    if "status" not in security:
        return None
    status = security["status"].members("status", _STATUS)
    if "status_list" not in status:
        return None
    place = status["status_list"].members("status_list", _STATUS)
    idx = member(place, "idx", status["status_list"], _STATUS).integer("idx", _STATUS)
    uri = member(place, "uri", status["status_list"], _STATUS).text("uri", _STATUS)
    return StatusPlace(idx, uri)
