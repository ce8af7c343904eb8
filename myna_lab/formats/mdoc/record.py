"""Read a record's structure and keep its bytes: what is hashed later is what was received, never encoded again."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2
from cbor2 import CBORDecoder, CBORTag

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.cose import HEADER_X5CHAIN, Sign1

__all__ = ["TAG_ENCODED_CBOR", "Item", "Record", "parse"]

TAG_ENCODED_CBOR = 24
"""RFC 8949 3.4.5.1."""

_ARRAY, _MAP, _TAG = 4, 5, 6
_TAG_TDATE = 0
"""RFC 8949 3.4.1: a date and time as text."""
_TDATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DOCUMENT, _OBJECT = "ISO/IEC 18013-5 8.3.2.1.2.2", "ISO/IEC 18013-5 9.1.2.4"


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

    def __repr__(self) -> str:
        return f"<Record {self.doc_type}: {sum(map(len, self.items.values()))} elements>"


def parse(record: bytes) -> Record:
    """Take a record apart.

    Args:
        record: CBOR as made by :func:`~myna_lab.formats.mdoc.issue`, whole or with some items left out.

    Raises:
        MalformedMdoc: not CBOR, or not this structure; containers down to the items, and those around the times of
            validity, have definite lengths.

    Source: ISO/IEC 18013-5 8.3.2.1.2.2 (IssuerSigned), 9.1.2.4 (mobile security object).
    """
    document = _members(record, "the record", _DOCUMENT)
    issuer_signed = _members(_get(document, "issuerSigned", _DOCUMENT), "issuerSigned", _DOCUMENT)
    name_spaces = _members(_get(issuer_signed, "nameSpaces", _DOCUMENT), "nameSpaces", _DOCUMENT)
    issuer_auth = _sign1(_loads(_get(issuer_signed, "issuerAuth", _DOCUMENT), "issuerAuth", _DOCUMENT))
    signed = _unwrapped(issuer_auth.payload, "the mobile security object", _OBJECT)
    _expect(_typed(signed, "version", str, _OBJECT) == "1.0", "the mobile security object has version 1.0", _OBJECT)
    info = _typed(signed, "deviceKeyInfo", Mapping, _OBJECT)
    times = _validity(issuer_auth.payload)
    return Record(
        doc_type=_text(_get(document, "docType", _DOCUMENT), "docType", _DOCUMENT),
        items={name: _items(array, name) for name, array in name_spaces.items()},
        issuer_auth=issuer_auth,
        signer_certificate=_leaf(issuer_auth),
        digest_algorithm=_typed(signed, "digestAlgorithm", str, _OBJECT),
        value_digests=_digests(_typed(signed, "valueDigests", Mapping, _OBJECT)),
        device_key=_typed(info, "deviceKey", Mapping, _OBJECT),
        signed_doc_type=_typed(signed, "docType", str, _OBJECT),
        signed=times["signed"],
        valid_from=times["validFrom"],
        valid_until=times["validUntil"],
    )


def _expect(condition: object, right: str, clause: str) -> None:
    if not condition:
        raise MalformedMdoc(f"not a record: {right} ({clause}).", clause=clause)


def _loads(data: bytes, what: str, clause: str) -> Any:
    """The one CBOR value that the bytes hold."""
    file = io.BytesIO(data)
    try:
        value = CBORDecoder(file).decode()
    except (cbor2.CBORError, ValueError, OverflowError, RecursionError) as error:
        raise MalformedMdoc(f"{what} is not CBOR ({clause}): {type(error).__name__}.", clause=clause) from None
    _expect(file.tell() == len(data), f"{what} is one CBOR value with nothing after it", clause)
    return value


def _head(data: bytes) -> tuple[int, int, int]:
    """Major type and argument of the first object, and where its content begins; -1: none of definite length."""
    if not data or data[0] & 0x1F > 27:
        return -1, 0, 0
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(data[0] & 0x1F, 0)
    argument = int.from_bytes(data[1 : 1 + size], "big") if size else data[0] & 0x1F
    return data[0] >> 5, argument, 1 + size


def _parts(data: bytes, major_type: int, what: str, clause: str) -> list[bytes]:
    """The encoded members of one array or map, as slices of the bytes received."""
    kind = "a map" if major_type == _MAP else "an array"
    found, count, begins = _head(data)
    _expect(found == major_type, f"{what} is {kind} of definite length", clause)
    file = io.BytesIO(data)
    file.seek(begins)
    parts = []
    for _ in range(count * (2 if major_type == _MAP else 1)):
        start = file.tell()
        try:
            CBORDecoder(file).decode()
        except (cbor2.CBORError, ValueError, OverflowError, RecursionError) as error:
            raise MalformedMdoc(f"{what} is not CBOR ({clause}): {type(error).__name__}.", clause=clause) from None
        parts.append(data[start : file.tell()])
    _expect(file.tell() == len(data), f"{what} has nothing after it", clause)
    return parts


def _members(data: bytes, what: str, clause: str) -> dict[str, bytes]:
    """A map with text keys: its values as received."""
    parts = _parts(data, _MAP, what, clause)
    names = [_text(key, f"a key of {what}", clause) for key in parts[::2]]
    _expect(len(set(names)) == len(names), f"{what} has each key once", clause)
    return dict(zip(names, parts[1::2], strict=True))


def _get(members: Mapping[str, bytes], name: str, clause: str) -> bytes:
    _expect(name in members, f"it has {name}", clause)
    return members[name]


def _text(data: bytes, what: str, clause: str) -> str:
    value = _loads(data, what, clause)
    _expect(isinstance(value, str), f"{what} is text", clause)
    return str(value)


def _typed(members: Mapping[Any, Any], name: str, kind: type, clause: str) -> Any:
    value = members.get(name)
    _expect(isinstance(value, kind), f"{name} is a {kind.__name__}", clause)
    return value


def _unwrapped(data: bytes, what: str, clause: str) -> Mapping[Any, Any]:
    """The map inside ``#6.24(bstr .cbor map)``."""
    tag = _loads(data, what, clause)
    _expect(
        isinstance(tag, CBORTag) and tag.tag == TAG_ENCODED_CBOR and isinstance(tag.value, bytes),
        f"{what} is wrapped in tag {TAG_ENCODED_CBOR}",
        clause,
    )
    value = _loads(tag.value, what, clause)
    _expect(isinstance(value, Mapping), f"{what} is a map", clause)
    return dict(value)


def _validity(payload: bytes) -> dict[str, datetime]:
    """The times of validityInfo by name: the three that must be there, and ``expectedUpdate`` if it is."""
    encoded = _loads(payload, "the mobile security object", _OBJECT).value
    signed = _members(encoded, "the mobile security object", _OBJECT)
    validity = _members(_get(signed, "validityInfo", _OBJECT), "validityInfo", _OBJECT)
    names = ["signed", "validFrom", "validUntil", *(["expectedUpdate"] if "expectedUpdate" in validity else [])]
    return {name: _tdate(_get(validity, name, _OBJECT), name) for name in names}


def _tdate(data: bytes, name: str) -> datetime:
    """An instant in the one form of 9.1.2.4; a library would also take fractions and offsets, which are not allowed."""
    right = f"{name} is a tdate in UTC without fraction, such as 2025-06-24T00:00:00Z"
    major_type, tag, begins = _head(data)
    _expect(major_type == _TAG and tag == _TAG_TDATE, right, _OBJECT)
    text = _text(data[begins:], name, _OBJECT)
    _expect(_TDATE.fullmatch(text), right, _OBJECT)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise MalformedMdoc(f"not a record: {right} ({_OBJECT}).", clause=_OBJECT) from None


def _items(array: bytes, name_space: str) -> tuple[Item, ...]:
    items = []
    for received in _parts(array, _ARRAY, name_space, _DOCUMENT):
        item = _unwrapped(received, "an item", _DOCUMENT)
        _expect("elementValue" in item, "an item has an elementValue", _DOCUMENT)
        _expect(isinstance(item.get("random"), bytes), "an item has its random", _DOCUMENT)
        digest_id = _typed(item, "digestID", int, _DOCUMENT)
        items.append(Item(received, digest_id, _typed(item, "elementIdentifier", str, _DOCUMENT), item["elementValue"]))
    return tuple(items)


def _sign1(value: Any) -> Sign1:
    right = "issuerAuth is a COSE_Sign1: bstr, map, bstr, bstr"
    _expect(isinstance(value, list | tuple) and len(value) == 4, right, _OBJECT)
    message = Sign1(*value)
    octets = (message.protected, message.payload, message.signature)
    _expect(isinstance(message.unprotected, Mapping) and all(isinstance(o, bytes) for o in octets), right, _OBJECT)
    return message


def _leaf(message: Sign1) -> bytes:
    chain = message.unprotected.get(HEADER_X5CHAIN)
    leaf: Any = chain[0] if isinstance(chain, list | tuple) and chain else chain
    _expect(isinstance(leaf, bytes), "x5chain holds the signer's certificate", _OBJECT)
    return bytes(leaf)


def _digests(value: Mapping[Any, Any]) -> Mapping[str, Mapping[int, bytes]]:
    good = all(
        isinstance(name, str)
        and isinstance(digests, Mapping)
        and all(isinstance(n, int) and isinstance(d, bytes) for n, d in digests.items())
        for name, digests in value.items()
    )
    _expect(good, "valueDigests maps name spaces to digests by number", _OBJECT)
    return value
