"""PKCS #12 with salts by content instead of by chance: the same key and password give the same octets.

    PFX ::= authSafe { certBags in the clear, keyBag shrouded by PBES2 (AES-256-CBC) }, MAC (HMAC with SHA-256)

A certificate is no secret, so only the key is encrypted. A salt that can be computed beforehand would be a fault in the
real world: here password and key are published anyhow, and a kit is to be compared byte by byte.

Source: RFC 7292; RFC 8018 (PBES2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myna_lab.formats.jpki import der
from myna_lab.kit.encoding import NULL, SET, attribute, explicit, octet_string, oid, sequence

__all__ = ["pkcs12"]

_ROUNDS = 2048
_FOR_A_MAC = 3
"""ID of RFC 7292 B.3."""
_BMP_STRING = 0x1E


def _data(content: bytes) -> bytes:
    """ContentInfo of type data."""
    return sequence(oid("1.2.840.113549.1.7.1"), explicit(octet_string(content)))


def pkcs12(key: RSAPrivateKey, certificate: bytes, *, chain: Sequence[bytes] = (), name: str, password: str) -> bytes:
    """A private key with its certificate.

    Args:
        key: the private key.
        certificate: its certificate, DER.
        chain: the certificates above it, DER.
        name: friendlyName, the alias in a Java key store.
        password: opens it.

    Returns:
        The PFX, DER.
    """
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    seed = hashlib.sha256(certificate).digest()
    attributes = (
        attribute("1.2.840.113549.1.9.20", der.encode(_BMP_STRING, name.encode("utf-16-be"))),  # friendlyName
        attribute("1.2.840.113549.1.9.21", octet_string(hashlib.sha1(certificate).digest())),  # localKeyId
    )
    bags = [_certificate_bag(certificate, *attributes), *map(_certificate_bag, chain)]
    shrouded = _bag("1.2.840.113549.1.12.10.1.2", _shrouded(plain, password, seed), *attributes)
    content = sequence(_data(sequence(*bags)), _data(sequence(shrouded)))
    salt = seed[:16]
    digest = hmac.digest(_derived(password, salt, _FOR_A_MAC, _ROUNDS), content, "sha256")
    sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
    mac = sequence(sequence(sha256, octet_string(digest)), octet_string(salt), der.integer(_ROUNDS))
    return sequence(der.integer(3), _data(content), mac)


def _bag(kind: str, value: bytes, *attributes: bytes) -> bytes:
    return sequence(oid(kind), explicit(value), der.encode(SET, *sorted(attributes)) if attributes else b"")


def _certificate_bag(certificate: bytes, *attributes: bytes) -> bytes:
    value = sequence(oid("1.2.840.113549.1.9.22.1"), explicit(octet_string(certificate)))
    return _bag("1.2.840.113549.1.12.10.1.3", value, *attributes)


def _shrouded(plain: bytes, password: str, seed: bytes) -> bytes:
    """EncryptedPrivateKeyInfo by PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC."""
    salt, start = seed[:16], seed[16:]
    padder = padding.PKCS7(128).padder()
    secret = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS, 32)
    cipher = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    derivation = sequence(octet_string(salt), der.integer(_ROUNDS), sequence(oid("1.2.840.113549.2.9"), NULL))
    schemes = sequence(
        sequence(oid("1.2.840.113549.1.5.12"), derivation),
        sequence(oid("2.16.840.1.101.3.4.1.42"), octet_string(start)),
    )
    hidden = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    return sequence(sequence(oid("1.2.840.113549.1.5.13"), schemes), octet_string(hidden))


def _derived(password: str, salt: bytes, purpose: int, rounds: int) -> bytes:
    """A key of one SHA-256 digest: RFC 7292 B.2."""
    block = hashlib.sha256().block_size

    def filled(octets: bytes) -> bytes:
        return (octets * block)[: -(-len(octets) // block) * block]

    secret = password.encode("utf-16-be") + b"\x00\x00"
    digest = hashlib.sha256(bytes((purpose,)) * block + filled(salt) + filled(secret)).digest()
    for _ in range(rounds - 1):
        digest = hashlib.sha256(digest).digest()
    return digest
