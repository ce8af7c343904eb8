"""The signature algorithms that are believed: RSASSA-PKCS1-v1_5 with SHA-256, SHA-384 or SHA-512.

    read_algorithm(octets) -> AlgorithmIdentifier -> fits(key, algorithm, signature, signed octets)

MD5 and SHA-1 are not among them, for lists and answers as little as for certificates: that SHA-1 is refused is our own
choice (RFC 5280 and 6960 leave it to the verifier), and the verifier of certificates that we use makes the same.

Source: RFC 4055 5; RFC 8017 8.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from myna_lab.formats.jpki import der

__all__ = ["BELIEVED", "fits", "read_algorithm"]

_RSA = bytes.fromhex("06092a864886f70d0101")
BELIEVED: Mapping[bytes, hashes.HashAlgorithm] = MappingProxyType(
    {
        der.encode(der.SEQUENCE, _RSA, bytes((number,)), parameters): digest
        for number, digest in ((11, hashes.SHA256()), (12, hashes.SHA384()), (13, hashes.SHA512()))
        # "Parameters MUST be NULL", and whoever reads must also take their absence (RFC 4055 5).
        for parameters in (b"\x05\x00", b"")
    }
)
"""AlgorithmIdentifier, DER, and what it digests with."""


def read_algorithm(data: bytes, offset: int, limit: int) -> tuple[bytes, int]:
    """The AlgorithmIdentifier at an offset, DER, and where it ends.

    Raises:
        MalformedError: not one, or not one that is believed.
    """
    found = der.read(data, offset, limit, der.SEQUENCE)
    octets = data[found.offset : found.end]
    if octets not in BELIEVED:
        raise der.malformed("an RSA signature with SHA-256, SHA-384 or SHA-512 was expected (RFC 4055 5)", offset)
    return octets, found.end


def fits(key: object, algorithm: bytes, signature: bytes, signed: bytes | memoryview) -> bool:
    """Whether a signature is that of a key over these octets; one of another kind of key never is."""
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, signed, padding.PKCS1v15(), BELIEVED[algorithm])  # type: ignore[arg-type]
    except InvalidSignature:
        return False
    return True
