"""The little of JOSE that OpenID4VP needs: JWK on P-256, JWS with ES256, JWE with ECDH-ES and AES-GCM.

    claims -> sign -> compact JWS, the signer's certificate in x5c -> read_signed -> Signed
    plain  -> encrypt(to a key) -> compact JWE -> decrypt

The primitives are the library's; what is here is the order of the octets. Nothing is random: the caller brings the
ephemeral key, ECDSA is deterministic (RFC 6979), and the vector comes from key and plaintext.
Source: RFC 7515, RFC 7516, RFC 7518 (4.6 ECDH-ES, 5.3 AES-GCM, 6.2 keys), RFC 7638.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from myna_lab.errors import MalformedCertificate, MalformedMdoc
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.encoded import LARGEST

__all__ = [
    "ENCODINGS",
    "Signed",
    "decrypt",
    "encrypt",
    "jwk",
    "key_of",
    "object_of",
    "read_signed",
    "sign",
    "thumbprint",
]

ENCODINGS: Mapping[str, int] = {"A128GCM": 16, "A256GCM": 32}
"""What answers are encrypted with (``enc``), and how many octets its key has."""
_JWS, _JWE = "RFC 7515 5.2", "RFC 7516 5.2"
_COORDINATE, _VECTOR, _TAG = 32, 12, 16


class Signed(NamedTuple):
    """A compact JWS whose signature fits the certificate that came with it; who that is is another question."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    certificate: bytes
    """The first of x5c, DER."""


def object_of(text: str | bytes, what: str, clause: str) -> Mapping[str, Any]:
    """A JSON object.

    Raises:
        MalformedMdoc: something else.
    """
    try:
        value = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        _fail(f"{what} is a JSON object of at most {LARGEST:,} octets", clause)
    return value


def jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A public key on P-256 as JWK (RFC 7518 6.2.1)."""
    numbers = key.public_numbers()
    x, y = (base64url(number.to_bytes(_COORDINATE, "big")) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def key_of(stated: object) -> ec.EllipticCurvePublicKey | None:
    """The key that a JWK states; None: none on P-256."""
    if not isinstance(stated, Mapping) or (stated.get("kty"), stated.get("crv")) != ("EC", "P-256"):
        return None
    try:
        x, y = octets_of(stated.get("x")), octets_of(stated.get("y"))
        if (len(x), len(y)) != (_COORDINATE, _COORDINATE):
            return None
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        return None


def thumbprint(key: ec.EllipticCurvePublicKey) -> bytes:
    """SHA-256 of the key's members in their order (RFC 7638 3)."""
    return sha256(json.dumps(jwk(key), separators=(",", ":")).encode()).digest()


def sign(claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, certificate: bytes, *, kind: str) -> str:
    """Sign claims with ES256.

    Args:
        claims: a JSON object.
        key: on P-256.
        certificate: the signer's, DER; travels in x5c.
        kind: what it is (``typ``).

    Returns:
        Compact JWS.
    """
    header = {"alg": "ES256", "typ": kind, "x5c": [b64encode(certificate).decode("ascii")]}
    signed = f"{_json(header)}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode("ascii"), ec.ECDSA(SHA256(), deterministic_signing=True)))
    return f"{signed}.{base64url(r.to_bytes(_COORDINATE, 'big') + s.to_bytes(_COORDINATE, 'big'))}"


def read_signed(text: str, *, kind: str) -> Signed:
    """Read a compact JWS, and verify it with the certificate that it brings.

    Raises:
        MalformedMdoc: not one of this kind with ES256 and x5c, or its signature does not fit.
    """
    header, octets = _parts(text, 3, "the signed request", _JWS)
    if header.get("alg") != "ES256" or header.get("typ") != kind or "crit" in header:
        _fail(f"the signed request has alg ES256 and typ {kind}, and no crit", _JWS)
    try:
        leaf = b64decode(header["x5c"][0], validate=True)
        key = read_certificate(leaf).public_key()
    except (KeyError, TypeError, ValueError, IndexError, MalformedCertificate, *UNREADABLE):
        _fail("x5c begins with the signer's certificate in base64", "RFC 7515 4.1.6")
    signature, right = octets[2], "the signature of the request fits the key of its certificate, on P-256"
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        _fail(right, _JWS)
    if len(signature) != 2 * _COORDINATE:
        _fail(right, _JWS)
    r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE], signature[_COORDINATE:]))
    try:
        key.verify(encode_dss_signature(r, s), text.rpartition(".")[0].encode("ascii"), ec.ECDSA(SHA256()))
    except InvalidSignature:
        _fail(right, _JWS)
    return Signed(header, object_of(octets[1], "what is signed", _JWS), leaf)


def encrypt(
    plain: bytes,
    recipient: ec.EllipticCurvePublicKey,
    *,
    ephemeral: ec.EllipticCurvePrivateKey,
    enc: str,
    key_id: str = "",
) -> str:
    """Encrypt for somebody's key on P-256 with ECDH-ES, direct.

    Args:
        plain: what is encrypted.
        recipient: whose key it is.
        ephemeral: a key for this message alone.
        enc: one of :data:`ENCODINGS`.
        key_id: the name of the recipient's key (``kid``); empty: it has none.

    Returns:
        Compact JWE.
    """
    header = {"alg": "ECDH-ES", "enc": enc, "epk": jwk(ephemeral.public_key()), **({"kid": key_id} if key_id else {})}
    protected = _json(header)
    key = _agreed(ephemeral.exchange(ec.ECDH(), recipient), header)
    vector = sha256(key + plain).digest()[:_VECTOR]  # the same key meets another message only with another vector
    sealed = AESGCM(key).encrypt(vector, plain, protected.encode("ascii"))
    return ".".join((protected, "", base64url(vector), base64url(sealed[:-_TAG]), base64url(sealed[-_TAG:])))


def decrypt(text: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Open a compact JWE.

    Raises:
        MalformedMdoc: not one with ECDH-ES and AES-GCM, or not encrypted for this key.
    """
    header, octets = _parts(text, 5, "the encrypted answer", _JWE)
    right = f"the encrypted answer has alg ECDH-ES, enc {' or '.join(ENCODINGS)}, epk on P-256; no crit, no zip"
    ephemeral = key_of(header.get("epk"))
    if header.get("alg") != "ECDH-ES" or header.get("enc") not in list(ENCODINGS) or {"crit", "zip"} & set(header):
        _fail(right, _JWE)
    if ephemeral is None:
        _fail(right, _JWE)
    _, wrapped, vector, data, tag = octets
    if wrapped or len(vector) != _VECTOR or len(tag) != _TAG:
        _fail("no key is wrapped; the vector has 12 octets, the tag 16", "RFC 7518 4.6 and 5.3")
    agreed = _agreed(key.exchange(ec.ECDH(), ephemeral), header)
    try:
        return AESGCM(agreed).decrypt(vector, data + tag, text.partition(".")[0].encode("ascii"))
    except InvalidTag:
        _fail("the answer is encrypted for this key", _JWE)


def _agreed(secret: bytes, header: Mapping[str, Any]) -> bytes:
    """The key of a message, by Concat KDF over who says what to whom (RFC 7518 4.6.2)."""
    size = ENCODINGS[header["enc"]]
    try:
        parties = [octets_of(header.get(name, "")) for name in ("apu", "apv")]
    except ValueError:
        _fail("apu and apv are in base64url", "RFC 7518 4.6.1")
    fields = b"".join(len(each).to_bytes(4, "big") + each for each in (header["enc"].encode(), *parties))
    return ConcatKDFHash(SHA256(), size, fields + (8 * size).to_bytes(4, "big")).derive(secret)


def _json(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())


def _parts(text: str, n: int, what: str, clause: str) -> tuple[Mapping[str, Any], list[bytes]]:
    """The header and all parts of a compact serialization."""
    right = f"{what} has {n} parts in base64url, with points between"
    try:
        octets = [octets_of(part) for part in text.split(".", n)] if len(text) <= LARGEST else []
    except (ValueError, AttributeError, TypeError):
        _fail(right, clause)
    if len(octets) != n:
        _fail(right, clause)
    return object_of(octets[0], "its header", clause), octets


def _fail(right: str, clause: str) -> NoReturn:
    raise MalformedMdoc(f"octet 0: {right} ({clause}).", clause=clause, offset=0) from None
