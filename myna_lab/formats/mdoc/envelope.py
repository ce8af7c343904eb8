"""How an answer travels to a web page or an app: sealed with HPKE for one recipient, over the session's transcript.

    Annex C:  ["dcapi", {enc, cipherText}]            OpenID4VP: see openid4vp
    in an app: {algorithm: "APPLE-HPKE-v1", params: {mode, pkEm, pkRHash, infoHash}, data}

DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM (RFC 9180, base mode); info is the transcript, nothing is added.
Source: attribute facts 2.3 to 2.5; ISO/IEC TS 18013-7 annex C.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.encoded import Encoded, member
from myna_lab.formats.mdoc.transcript import Transcript

__all__ = [
    "ANNEX_C",
    "WebRequest",
    "encryption_info",
    "open_app_response",
    "open_web_response",
    "read_web_request",
    "seal_app_response",
    "seal_web_response",
    "web_request",
]

ANNEX_C = "org-iso-mdoc"
"""The browser's name of this protocol."""
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
_POINT = 65
"""Octets of the encapsulated key, an uncompressed point."""
_ANNEX_C = "ISO/IEC TS 18013-7 annex C"
_APPLE = "Apple: verifying wallet identity requests"
_ALGORITHM = "APPLE-HPKE-v1"
SHORTEST_NONCE = 16


class WebRequest(NamedTuple):
    """What a page hands to the browser, read by the wallet."""

    device_request: bytes
    encryption_info: str
    """As received, in base64url: it enters the transcript in this form."""
    nonce: bytes
    recipient: ec.EllipticCurvePublicKey


def encryption_info(nonce: bytes, recipient: ec.EllipticCurvePublicKey) -> str:
    """Whom the answer is for, in base64url: ``["dcapi", {nonce, recipientPublicKey}]``."""
    return base64url(cbor2.dumps(["dcapi", {"nonce": nonce, "recipientPublicKey": cose.cose_key(recipient)}]))


def web_request(device_request: bytes, info: str) -> str:
    """The JSON that a page hands to ``navigator.credentials.get``, protocol ``org-iso-mdoc``."""
    return json.dumps({"deviceRequest": base64url(device_request), "encryptionInfo": info})


def read_web_request(text: str) -> WebRequest:
    """Read such a request.

    Raises:
        MalformedMdoc: not one, a nonce of under 16 octets, or a key that is not on P-256.
    """
    try:
        stated = json.loads(text)
        request, info = stated["deviceRequest"], stated["encryptionInfo"]
        octets = octets_of(request), octets_of(info)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed("the request is JSON with deviceRequest and encryptionInfo in base64url", _ANNEX_C) from error
    encoded = Encoded(octets[1])
    name, parts = encoded.elements("encryptionInfo", _ANNEX_C, n=2)
    name.expect(name.text("its name", _ANNEX_C) == "dcapi", 'encryptionInfo begins with "dcapi"', _ANNEX_C)
    members = parts.members("encryptionInfo", _ANNEX_C)
    nonce = member(members, "nonce", parts, _ANNEX_C).bytes_("nonce", _ANNEX_C)
    parts.expect(len(nonce) >= SHORTEST_NONCE, f"the nonce has at least {SHORTEST_NONCE} octets", _ANNEX_C)
    at = member(members, "recipientPublicKey", parts, _ANNEX_C)
    key = cose.public_key(at.mapping("recipientPublicKey", _ANNEX_C))
    if key is None:
        at.fail("the recipient's key is on P-256", _ANNEX_C)
    return WebRequest(octets[0], info, nonce, key)


def seal_web_response(response: bytes, recipient: ec.EllipticCurvePublicKey, transcript: Transcript) -> str:
    """Seal a DeviceResponse for a web page.

    Returns:
        JSON ``{"response": …}``, the envelope in base64url (the key is in lower case).
    """
    sealed = _SUITE.encrypt(response, recipient, info=transcript.encoded)
    parts = {"enc": sealed[:_POINT], "cipherText": sealed[_POINT:]}
    return json.dumps({"response": base64url(cbor2.dumps(["dcapi", parts]))})


def open_web_response(text: str, key: ec.EllipticCurvePrivateKey, transcript: Transcript) -> bytes:
    """Open what :func:`seal_web_response` made.

    Returns:
        DeviceResponse, CBOR.

    Raises:
        MalformedMdoc: not such an envelope, or not sealed for this key and transcript.
    """
    try:
        octets = octets_of(json.loads(text)["response"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed("the answer is JSON with response in base64url", _ANNEX_C) from error
    encoded = Encoded(octets)
    name, parts = encoded.elements("the envelope", _ANNEX_C, n=2)
    name.expect(name.text("its name", _ANNEX_C) == "dcapi", 'the envelope begins with "dcapi"', _ANNEX_C)
    members = parts.members("the envelope", _ANNEX_C)
    enc = member(members, "enc", parts, _ANNEX_C).bytes_("enc", _ANNEX_C)
    data = member(members, "cipherText", parts, _ANNEX_C).bytes_("cipherText", _ANNEX_C)
    return _opened(enc, data, key, transcript, _ANNEX_C)


def seal_app_response(response: bytes, recipient: ec.EllipticCurvePublicKey, transcript: Transcript) -> bytes:
    """Seal a DeviceResponse for an app's server, in PassKit's envelope (attribute facts 2.5)."""
    plain = b"\xa1" + cbor2.dumps("identity") + response
    sealed = _SUITE.encrypt(plain, recipient, info=transcript.encoded)
    params = {
        "mode": 0,
        "pkEm": sealed[:_POINT],
        "pkRHash": sha256(cose.point_of(recipient)).digest(),
        "infoHash": sha256(transcript.encoded).digest(),
    }
    return cbor2.dumps({"algorithm": _ALGORITHM, "params": params, "data": sealed[_POINT:]})


def open_app_response(envelope: bytes, key: ec.EllipticCurvePrivateKey, transcript: Transcript) -> bytes:
    """Open such an envelope.

    Returns:
        DeviceResponse, CBOR, as sent.

    Raises:
        MalformedMdoc: not one, or not sealed for this key and transcript.
    """
    encoded = Encoded(envelope)
    parts = encoded.members("the envelope", _APPLE)
    algorithm = member(parts, "algorithm", encoded, _APPLE).text("algorithm", _APPLE)
    encoded.expect(algorithm == _ALGORITHM, f"algorithm is {_ALGORITHM}", _APPLE)
    at = member(parts, "params", encoded, _APPLE)
    params = at.members("params", _APPLE)
    expected = {"pkRHash": sha256(cose.point_of(key.public_key())), "infoHash": sha256(transcript.encoded)}
    for name, digest in expected.items():
        found = member(params, name, at, _APPLE).bytes_(name, _APPLE)
        at.expect(found == digest.digest(), f"{name} is of this {'key' if name == 'pkRHash' else 'session'}", _APPLE)
    enc = member(params, "pkEm", at, _APPLE).bytes_("pkEm", _APPLE)
    data = member(parts, "data", encoded, _APPLE).bytes_("data", _APPLE)
    plain = Encoded(_opened(enc, data, key, transcript, _APPLE))
    members = plain.members("what the envelope holds", _APPLE)
    return member(members, "identity", plain, _APPLE).octets


def _opened(enc: bytes, data: bytes, key: ec.EllipticCurvePrivateKey, transcript: Transcript, clause: str) -> bytes:
    try:
        return _SUITE.decrypt(enc + data, key, info=transcript.encoded)
    except (InvalidTag, ValueError):
        raise _malformed("the answer is sealed for this key and this session's transcript", clause) from None


def _malformed(right: str, clause: str) -> MalformedMdoc:
    return MalformedMdoc(f"octet 0: {right} ({clause}).", clause=clause, offset=0)
