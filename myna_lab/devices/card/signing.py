"""COMPUTE DIGITAL SIGNATURE: what the chip does with the data, by P1.

Source: card facts 2.5.26 to 2.5.29: P1 00 seen by many clients, the others measured by one source.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, Hash

__all__ = ["SCHEMES", "SIGNATURE_LENGTH", "Scheme"]

SIGNATURE_LENGTH = 256
_MOST_PADDED = SIGNATURE_LENGTH - 11  # RFC 8017 9.2: 11 bytes of padding at least


class Scheme(NamedTuple):
    """One way of signing."""

    name: str
    """In words."""
    padding: PKCS1v15 | PSS
    algorithm: SHA256 | Prehashed | NoDigestInfo
    n_least: int
    """Least bytes of data."""
    n_most: int
    """Most bytes of data; a short command carries 255."""
    hashed_first: bool = False
    """Whether the data are replaced by their SHA-256."""

    def accepts(self, data: bytes) -> bool:
        """Whether the data have a length that can be signed."""
        return self.n_least <= len(data) <= self.n_most

    def sign(self, key: RSAPrivateKey, data: bytes, salt_length: int = 32) -> bytes:
        """The signature, 256 bytes.

        Args:
            key: RSA-2048.
            data: of a length that :meth:`accepts`.
            salt_length: bytes of salt, if the padding has one.
        """
        if self.hashed_first:
            digest = Hash(SHA256())
            digest.update(data)
            data = digest.finalize()
        padding = PSS(MGF1(SHA256()), salt_length) if isinstance(self.padding, PSS) else self.padding
        return key.sign(data, padding, self.algorithm)


_PSS = PSS(MGF1(SHA256()), 32)
_ANY = 65535

SCHEMES: Mapping[int, Scheme] = MappingProxyType(
    {
        0: Scheme("as given, PKCS #1 v1.5", PKCS1v15(), NoDigestInfo(), 1, _MOST_PADDED),
        1: Scheme("bare SHA-256, PKCS #1 v1.5", PKCS1v15(), NoDigestInfo(), 1, _ANY, hashed_first=True),
        2: Scheme("caller's SHA-256, PKCS #1 v1.5", PKCS1v15(), Prehashed(SHA256()), 32, 32),
        3: Scheme("SHA-256, PKCS #1 v1.5", PKCS1v15(), SHA256(), 1, _ANY),
        4: Scheme("caller's SHA-256, PSS", _PSS, Prehashed(SHA256()), 32, 32),
        5: Scheme("SHA-256, PSS", _PSS, SHA256(), 1, _ANY),
    }
)
"""Schemes by P1."""
