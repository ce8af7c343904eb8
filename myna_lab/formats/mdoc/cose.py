"""The little of COSE that a record needs: COSE_Sign1 with ES256, COSE_Mac0 with HMAC 256/256, COSE_Key on P-256.

ECDSA is deterministic (RFC 6979), so the same seed gives the same bytes. Source: RFC 9052, RFC 9053, RFC 9360.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.encoded import Encoded

__all__ = ["Mac0", "Sign1", "cose_key", "mac", "mac_fits", "point_of", "public_key", "read_mac0", "read_sign1", "sign"]

HEADER_ALGORITHM, ALGORITHM_ES256, ALGORITHM_HMAC_256 = 1, -7, 5
HEADER_X5CHAIN = 33
KEY_TYPE, KEY_TYPE_EC2 = 1, 2
KEY_CURVE, CURVE_P256 = -1, 1
KEY_X, KEY_Y = -2, -3
TAG_SIGN1, TAG_MAC0 = 18, 17
_COORDINATE = 32
_COSE = "RFC 9052 4.2"
_ES256 = cbor2.dumps({HEADER_ALGORITHM: ALGORITHM_ES256})
_ECDSA, _DETERMINISTIC = ec.ECDSA(SHA256()), ec.ECDSA(SHA256(), deterministic_signing=True)


class Sign1(NamedTuple):
    """COSE_Sign1 (RFC 9052 4.2)."""

    protected: bytes
    """The protected header as received."""
    unprotected: Mapping[Any, Any]
    payload: bytes | None
    """None: detached."""
    signature: bytes
    """r and s, 64 bytes."""


class Mac0(NamedTuple):
    """COSE_Mac0 (RFC 9052 6.2)."""

    protected: bytes
    unprotected: Mapping[Any, Any]
    payload: bytes | None
    tag: bytes


def _structure(context: str, protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps([context, protected, b"", payload])


def leaf_of(message: Sign1) -> bytes | None:
    """The signer's certificate, the first in x5chain (RFC 9360 2); None: there is none."""
    chain = message.unprotected.get(HEADER_X5CHAIN)
    leaf = chain[0] if isinstance(chain, list | tuple) and chain else chain
    return leaf if isinstance(leaf, bytes) else None


def sign(
    payload: bytes,
    key: ec.EllipticCurvePrivateKey,
    certificate: bytes | None = None,
    *,
    detached: bool = False,
    further: Mapping[int, object] | None = None,
) -> Sign1:
    """Sign a payload with ES256.

    Args:
        payload: what is signed.
        key: on P-256.
        certificate: of the signer, DER; travels in x5chain (RFC 9360). None: the receiver knows the key.
        detached: whether the receiver has the payload and it is left out.
        further: what else stands in the protected header.
    """
    protected = cbor2.dumps({HEADER_ALGORITHM: ALGORITHM_ES256, **further}) if further else _ES256
    der = key.sign(_structure("Signature1", protected, payload), _DETERMINISTIC)
    r, s = decode_dss_signature(der)
    signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
    header = {} if certificate is None else {HEADER_X5CHAIN: certificate}
    return Sign1(protected, header, None if detached else payload, signature)


def verified(message: Sign1, key: ec.EllipticCurvePublicKey, payload: bytes | None = None) -> bool:
    """Whether the message is signed by this P-256 key with ES256.

    Args:
        message: as received.
        key: whose signature it should be.
        payload: what was detached; None: the message has it.
    """
    signed = message.payload if payload is None else payload
    if signed is None or not _has_algorithm(message.protected, ALGORITHM_ES256):
        return False
    if not isinstance(key.curve, ec.SECP256R1) or len(message.signature) != 2 * _COORDINATE:
        return False
    r, s = (int.from_bytes(half, "big") for half in (message.signature[:_COORDINATE], message.signature[_COORDINATE:]))
    try:
        structure = _structure("Signature1", message.protected, signed)
        key.verify(encode_dss_signature(r, s), structure, _ECDSA)
    except InvalidSignature:
        return False
    return True


def mac(payload: bytes, key: bytes) -> Mac0:
    """Make a MAC with HMAC 256/256 over a payload that is left out.

    Args:
        payload: what is authenticated.
        key: 32 octets.
    """
    protected = cbor2.dumps({HEADER_ALGORITHM: ALGORITHM_HMAC_256})
    hmac = HMAC(key, SHA256())
    hmac.update(_structure("MAC0", protected, payload))
    return Mac0(protected, {}, None, hmac.finalize())


def mac_fits(message: Mac0, key: bytes, payload: bytes) -> bool:
    """Whether a MAC over a detached payload was made with this key."""
    if not _has_algorithm(message.protected, ALGORITHM_HMAC_256):
        return False
    hmac = HMAC(key, SHA256())
    hmac.update(_structure("MAC0", message.protected, payload))
    try:
        hmac.verify(message.tag)
    except InvalidSignature:
        return False
    return True


def read_sign1(encoded: Encoded, what: str, clause: str) -> Sign1:
    """A COSE_Sign1, tagged or not.

    Raises:
        MalformedMdoc: not one.
    """
    return Sign1(*_four(encoded.untagged(TAG_SIGN1), f"{what} is a COSE_Sign1: bstr, map, bstr or null, bstr", clause))


def read_mac0(encoded: Encoded, what: str, clause: str) -> Mac0:
    """A COSE_Mac0, tagged or not; raises as :func:`read_sign1`."""
    return Mac0(*_four(encoded.untagged(TAG_MAC0), f"{what} is a COSE_Mac0: bstr, map, bstr or null, bstr", clause))


def _four(encoded: Encoded, right: str, clause: str) -> tuple[bytes, Mapping[Any, Any], bytes | None, bytes]:
    value = encoded.value(right, clause)
    encoded.expect(type(value) is list and len(value) == 4, right, clause)
    protected, unprotected, payload, last = value
    kinds = type(protected) is type(last) is bytes and type(unprotected) is dict
    encoded.expect(kinds and (payload is None or type(payload) is bytes), right, clause)
    return protected, unprotected, payload, last


def _has_algorithm(protected: bytes, algorithm: int) -> bool:
    if algorithm == ALGORITHM_ES256 and protected == _ES256:
        return True
    try:
        header = Encoded(protected).value("the protected header", _COSE)
    except MalformedMdoc:
        return False
    return isinstance(header, Mapping) and header.get(HEADER_ALGORITHM) == algorithm


def cose_key(key: ec.EllipticCurvePublicKey) -> dict[int, int | bytes]:
    """A P-256 public key as COSE_Key (RFC 9053 7.1.1)."""
    numbers = key.public_numbers()
    return {
        KEY_TYPE: KEY_TYPE_EC2,
        KEY_CURVE: CURVE_P256,
        KEY_X: numbers.x.to_bytes(_COORDINATE, "big"),
        KEY_Y: numbers.y.to_bytes(_COORDINATE, "big"),
    }


def public_key(key: Mapping[Any, Any]) -> ec.EllipticCurvePublicKey | None:
    """The P-256 key that a COSE_Key holds; None: it is not one."""
    x, y = key.get(KEY_X), key.get(KEY_Y)
    if (key.get(KEY_TYPE), key.get(KEY_CURVE)) != (KEY_TYPE_EC2, CURVE_P256):
        return None
    if not (isinstance(x, bytes) and len(x) == _COORDINATE):
        return None
    if isinstance(y, bool):  # the sign of a compressed point
        point = bytes([3 if y else 2]) + x
    elif isinstance(y, bytes) and len(y) == _COORDINATE:
        point = b"\x04" + x + y
    else:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return None


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A P-256 key as an uncompressed point, 65 octets."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
