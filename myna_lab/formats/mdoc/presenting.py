"""A phone shows a part of its record to somebody: chosen elements, and a proof that it is the phone they are bound to.

    record -> disclose -> the record with some elements          transcript, device key -> prove -> COSE_Sign1

The transcript is what both sides saw of their conversation; what it is made of depends on the way (near by, web, app).
Here it is given as CBOR, and only what is signed is made: DeviceAuthentication over no elements of the device's own.

Source: ISO/IEC 18013-5 8.3.2.1.2.2, 9.1.3.
"""

from __future__ import annotations

from collections.abc import Collection

import cbor2
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedMdoc
from myna_lab.events import Check, reason
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.encoded import TAG_ENCODED_CBOR
from myna_lab.formats.mdoc.record import parse

__all__ = ["disclose", "prove", "verify_device"]

_CLAUSE = "ISO/IEC 18013-5 9.1.3"


def disclose(record: bytes, elements: Collection[str]) -> bytes:
    """The record with these elements only, each as it was issued; what it does not hold is left out.

    Raises:
        MalformedMdoc: not a record.
    """
    named = {name: [item.received for item in items if item.element_identifier in elements]
             for name, items in parse(record).items.items()}  # fmt: skip
    document = cbor2.loads(record)
    shown = {name: [cbor2.loads(item) for item in items] for name, items in named.items() if items}
    document["issuerSigned"]["nameSpaces"] = shown
    return cbor2.dumps(document)


def prove(doc_type: str, transcript: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The device's signature over a conversation (deviceSignature).

    Args:
        doc_type: of the document that is shown.
        transcript: SessionTranscript, CBOR.
        key: the device key, on P-256.

    Returns:
        COSE_Sign1 as CBOR, its payload left out.
    """
    signed = cose.sign(_authentication(doc_type, transcript), key)
    return cbor2.dumps([signed.protected, dict(signed.unprotected), None, signed.signature])


def verify_device(record: bytes, signature: bytes, transcript: bytes) -> Check:
    """Check ``device_binding``: whether the phone that shows a record has the key that the issuer bound it to.

    Args:
        record: CBOR.
        signature: as :func:`prove` makes it; anything may come in.
        transcript: what the reader saw of the conversation.

    Raises:
        MalformedMdoc: not a record.
    """
    parsed = parse(record)
    try:
        protected, unprotected, _, own = cbor2.loads(signature)
        key = cose.public_key(parsed.device_key)
        message = cose.Sign1(protected, unprotected, _authentication(parsed.doc_type, transcript), own)
        passed = key is not None and isinstance(protected, bytes) and isinstance(own, bytes)
        passed = passed and key is not None and cose.verified(message, key)
    except (cbor2.CBORError, ValueError, TypeError, MalformedMdoc):
        passed = False
    return Check("device_binding", passed, _CLAUSE, reason("record.bound" if passed else "record.not_bound"))


def _authentication(doc_type: str, transcript: bytes) -> bytes:
    """DeviceAuthenticationBytes."""
    name_spaces = CBORTag(TAG_ENCODED_CBOR, cbor2.dumps({}))
    structure = ["DeviceAuthentication", cbor2.loads(transcript), doc_type, name_spaces]
    return cbor2.dumps(CBORTag(TAG_ENCODED_CBOR, cbor2.dumps(structure)))
