"""What a phone answers: DeviceResponse, its documents reduced to what is shown, and the device's own signature or MAC.

    record + what is asked -> chosen items -> document(…, device key, transcript) -> DeviceResponse -> read_response

Source: ISO/IEC 18013-5 8.3.2.1.2.2, 9.1.3; for ages 7.2.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.encoded import Encoded, member
from myna_lab.formats.mdoc.encoding import wrapped
from myna_lab.formats.mdoc.record import Item, Record, parse, record_of
from myna_lab.formats.mdoc.request import AGE_OVER, Elements
from myna_lab.formats.mdoc.session import device_mac_key
from myna_lab.formats.mdoc.transcript import Transcript, device_authentication

__all__ = [
    "Document",
    "Response",
    "ResponseStatus",
    "chosen",
    "device_response",
    "document",
    "read_response",
    "settles",
]

_RESPONSE, _DEVICE_SIGNED = "ISO/IEC 18013-5 8.3.2.1.2.2", "ISO/IEC 18013-5 9.1.3"
_NO_ELEMENTS = wrapped({})
"""DeviceNameSpacesBytes: the device states nothing by itself."""


class ResponseStatus(IntEnum):
    """Status of a DeviceResponse (8.3.2.1.2.3)."""

    OK = 0
    GENERAL_ERROR = 10
    CBOR_DECODING_ERROR = 11
    CBOR_VALIDATION_ERROR = 12


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a response, as received."""

    record: Record
    device_name_spaces: bytes
    """DeviceNameSpacesBytes, in tag 24."""
    signature: cose.Sign1 | None
    mac: cose.Mac0 | None


@dataclass(frozen=True, slots=True)
class Response:
    """A response by its parts; nothing in it is verified."""

    documents: tuple[Document, ...]
    status: int


def chosen(record: Record, elements: Elements) -> Mapping[str, tuple[Item, ...]]:
    """The items of a record that a request may see: what is asked and is there, and never more.

    A question for an age that was not signed is answered by another one only where that settles it: ``age_over_15`` by
    a true ``age_over_20``, never by a false one (7.2.5).
    """
    shown: dict[str, tuple[Item, ...]] = {}
    for name_space, asked in elements.items():
        there = {item.element_identifier: item for item in record.items.get(name_space, ())}
        found = dict.fromkeys(_answering(name, there) for name in asked)
        items = tuple(there[name] for name in found if name)
        if items:
            shown[name_space] = items
    return shown


def _answering(asked: str, there: Mapping[str, Item]) -> str:
    """The element that answers a question; empty: none does."""
    if asked in there:
        return asked
    settling = [name for name, item in there.items() if settles(item, asked)]
    return min(settling, key=lambda name: abs(_years(name) - _years(asked)), default="")


def settles(item: Item, asked: str) -> bool:
    """Whether an item answers a question: it is what is asked, or an age that leaves no doubt about the one asked."""
    name, value = item.element_identifier, item.element_value
    if name == asked:
        return True
    if not (AGE_OVER.fullmatch(name) and AGE_OVER.fullmatch(asked)):
        return False
    return _years(name) > _years(asked) if value is True else value is False and _years(name) < _years(asked)


def _years(identifier: str) -> int:
    return int(identifier[-2:])


def document(
    record: bytes,
    items: Mapping[str, Sequence[Item]],
    *,
    device_key: ec.EllipticCurvePrivateKey,
    transcript: Transcript,
    mac_for: ec.EllipticCurvePublicKey | None = None,
) -> dict[str, object]:
    """A document that shows some items of a record, bound to this session.

    Args:
        record: as issued.
        items: from :func:`chosen`.
        device_key: the private key that the record is bound to.
        transcript: of this session.
        mac_for: the reader's ephemeral key: a MAC that only this reader can check; None: a signature.

    Returns:
        A Document, ready to be encoded.
    """
    issued = cbor2.loads(record)
    doc_type = parse(record).doc_type
    payload = device_authentication(transcript, doc_type, _NO_ELEMENTS)
    if mac_for is None:
        auth = {"deviceSignature": list(cose.sign(payload, device_key, detached=True))}
    else:
        auth = {"deviceMac": list(cose.mac(payload, device_mac_key(device_key, mac_for, transcript)))}
    return {
        "docType": doc_type,
        "issuerSigned": {
            "nameSpaces": {name: [cbor2.loads(item.received) for item in shown] for name, shown in items.items()},
            "issuerAuth": issued["issuerSigned"]["issuerAuth"],
        },
        "deviceSigned": {"nameSpaces": cbor2.loads(_NO_ELEMENTS), "deviceAuth": auth},
    }


def device_response(documents: Sequence[Mapping[str, object]], status: ResponseStatus = ResponseStatus.OK) -> bytes:
    """A DeviceResponse, CBOR; without documents where the phone shows nothing."""
    shown = {"documents": [dict(each) for each in documents]} if documents else {}
    return cbor2.dumps({"version": "1.0", **shown, "status": int(status)})


def read_response(response: bytes) -> Response:
    """Take a response apart.

    Raises:
        MalformedMdoc: not a DeviceResponse.
    """
    encoded = Encoded(response)
    parts = encoded.members("DeviceResponse", _RESPONSE)
    version = member(parts, "version", encoded, _RESPONSE).text("version", _RESPONSE)
    encoded.expect(re.fullmatch(r"1\.[0-9]+", version), "version is 1.0, or of the same major version", _RESPONSE)
    status = member(parts, "status", encoded, _RESPONSE).integer("status", _RESPONSE)
    documents = parts["documents"].elements("documents", _RESPONSE) if "documents" in parts else []
    return Response(tuple(map(_document, documents)), status)


def _document(encoded: Encoded) -> Document:
    record = record_of(encoded)
    parts = encoded.members("a document", _RESPONSE)
    signed_by_device = member(parts, "deviceSigned", encoded, _RESPONSE)
    signed = signed_by_device.members("deviceSigned", _RESPONSE)
    name_spaces = member(signed, "nameSpaces", signed_by_device, _RESPONSE)
    name_spaces.unwrapped("deviceSigned's nameSpaces", _RESPONSE).members("deviceSigned's nameSpaces", _RESPONSE)
    proof = member(signed, "deviceAuth", signed_by_device, _RESPONSE)
    auth = proof.members("deviceAuth", _DEVICE_SIGNED)
    one = len(auth) == 1 and next(iter(auth)) in ("deviceSignature", "deviceMac")
    proof.expect(one, "deviceAuth has either deviceSignature or deviceMac", _DEVICE_SIGNED)
    signature, mac = auth.get("deviceSignature"), auth.get("deviceMac")
    return Document(
        record,
        name_spaces.octets,
        None if signature is None else cose.read_sign1(signature, "deviceSignature", _DEVICE_SIGNED),
        None if mac is None else cose.read_mac0(mac, "deviceMac", _DEVICE_SIGNED),
    )
