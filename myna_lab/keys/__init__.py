"""The published pool of TEST keys, and new ones when it is used up.

Key *n* is named by a number that stands in the log. The pool's private keys are part of the package, so everybody has
them and nobody can trust what they sign. That is meant: they must never be used for anything real.

    0 .. POOL_SIZE-1   RSA-2048 from rsa2048.der (made by tools/make_key_pool.py)
    POOL_SIZE ..       made when first needed, and kept in the lab's vault as ``key/<n>``
"""

from __future__ import annotations

import functools
from importlib import resources

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from myna_lab.chance import Chance
from myna_lab.errors import MisuseError

__all__ = ["elliptic_key", "from_der", "new_rsa_key", "pool_size", "rsa_key", "to_der"]

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@functools.cache
def _pool() -> tuple[bytes, ...]:
    """The pool's keys as PKCS #8 DER, cut by their own length octets (each starts 30 82 hh ll)."""
    data = resources.files(__name__).joinpath("rsa2048.der").read_bytes()
    keys, position = [], 0
    while position < len(data):
        end = position + 4 + int.from_bytes(data[position + 2 : position + 4], "big")
        keys.append(data[position:end])
        position = end
    return tuple(keys)


def pool_size() -> int:
    """How many RSA-2048 keys the pool holds."""
    return len(_pool())


@functools.cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """RSA-2048 key ``number`` of the pool.

    Raises:
        MisuseError: the pool has no such number.
    """
    if not 0 <= number < pool_size():
        raise MisuseError(f"the pool holds keys 0 to {pool_size() - 1}; asked for {number}.", code="no_such_key")
    return from_der(_pool()[number])


def from_der(der: bytes) -> rsa.RSAPrivateKey:
    """Load a key that was checked when it was made (checking each again would cost more than using it)."""
    key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def to_der(key: rsa.RSAPrivateKey) -> bytes:
    """The key as PKCS #8 DER, for the vault."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_rsa_key() -> rsa.RSAPrivateKey:
    """A new RSA-2048 key from the system's randomness: the one thing that a seed does not repeat."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def elliptic_key(chance: Chance) -> ec.EllipticCurvePrivateKey:
    """A P-256 key derived from the seed, so that it needs no pool."""
    return ec.derive_private_key(int.from_bytes(chance.bytes(40), "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())
