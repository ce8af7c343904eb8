"""The key that an attribute record is bound to: made in the secure element, kept there by itself, used nowhere else.

    made(chance) -> its secret number, for the vault, and its public point, for the issuer -> loaded(secret)

It belongs to no applet and opens by no PIN: the wallet asks for a face or finger before each use. A renewed record is
bound to the same key; another set-up makes another one. Source: ISO/IEC 18013-5 9.1.2.4 (deviceKeyInfo), 9.1.3.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key

__all__ = ["LENGTH", "is_device_key", "loaded", "made"]

LENGTH = 32
"""Octets of the secret number."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (SEC 2, 2.4.2)."""


def made(chance: Chance) -> tuple[bytes, bytes]:
    """Make a key pair on P-256.

    Args:
        chance: a source named for the set-up.

    Returns:
        The secret number, 32 octets, and the public point, uncompressed.
    """
    key = elliptic_key(chance)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key.private_numbers().private_value.to_bytes(LENGTH, "big"), point


def loaded(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a secret number that :func:`made` gave."""
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def is_device_key(secret: bytes) -> bool:
    """Whether octets are such a number."""
    return len(secret) == LENGTH and 0 < int.from_bytes(secret, "big") < _ORDER
