"""The little of COSE that a record needs: COSE_Sign1 with ES256, and COSE_Key on P-256 (RFC 9052, RFC 9053).

ECDSA is deterministic (RFC 6979), so the same seed gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.errors import MalformedMdoc

__all__ = ["Sign1", "cose_key", "key_of", "sign", "verified"]

HEADER_ALGORITHM, ALGORITHM_ES256 = 1, -7
HEADER_X5CHAIN = 33
KEY_TYPE, KEY_TYPE_EC2 = 1, 2
KEY_CURVE, CURVE_P256 = -1, 1
KEY_X, KEY_Y = -2, -3
_COORDINATE = 32


class Sign1(NamedTuple):
    """COSE_Sign1, untagged (RFC 9052 4.2)."""

    protected: bytes
    """The protected header as received."""
    unprotected: Mapping[Any, Any]
    payload: bytes
    signature: bytes
    """r and s, 64 bytes."""


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])


def sign(payload: bytes, key: ec.EllipticCurvePrivateKey, certificate: bytes = b"") -> Sign1:
    """Sign a payload with ES256; the signer's certificate, if there is one, travels in x5chain (RFC 9360)."""
    protected = cbor2.dumps({HEADER_ALGORITHM: ALGORITHM_ES256})
    der = key.sign(_to_be_signed(protected, payload), ec.ECDSA(SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
    return Sign1(protected, {HEADER_X5CHAIN: certificate} if certificate else {}, payload, signature)


def verified(message: Sign1, key: ec.EllipticCurvePublicKey) -> bool:
    """Whether the message is signed by this P-256 key with ES256."""
    try:
        header = cbor2.loads(message.protected)
    except cbor2.CBORError:
        return False
    if not isinstance(header, Mapping) or header.get(HEADER_ALGORITHM) != ALGORITHM_ES256:
        return False
    if not isinstance(key.curve, ec.SECP256R1) or len(message.signature) != 2 * _COORDINATE:
        return False
    r, s = (int.from_bytes(half, "big") for half in (message.signature[:_COORDINATE], message.signature[_COORDINATE:]))
    try:
        key.verify(encode_dss_signature(r, s), _to_be_signed(message.protected, message.payload), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def cose_key(key: ec.EllipticCurvePublicKey) -> dict[int, int | bytes]:
    """A P-256 public key as COSE_Key (RFC 9053 7.1.1)."""
    numbers = key.public_numbers()
    return {
        KEY_TYPE: KEY_TYPE_EC2,
        KEY_CURVE: CURVE_P256,
        KEY_X: numbers.x.to_bytes(_COORDINATE, "big"),
        KEY_Y: numbers.y.to_bytes(_COORDINATE, "big"),
    }


def key_of(value: Mapping[Any, Any]) -> ec.EllipticCurvePublicKey:
    """The P-256 public key of a COSE_Key.

    Raises:
        MalformedMdoc: another kind of key, or a point that is not on the curve.
    """
    x, y = value.get(KEY_X), value.get(KEY_Y)
    is_p256 = (value.get(KEY_TYPE), value.get(KEY_CURVE)) == (KEY_TYPE_EC2, CURVE_P256)
    if is_p256 and isinstance(x, bytes) and isinstance(y, bytes):
        try:
            numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
            return numbers.public_key()
        except ValueError:
            pass
    raise MalformedMdoc("the device key is no point on P-256 (RFC 9053 7.1.1).", clause="RFC 9053 7.1.1")
