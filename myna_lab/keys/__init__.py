"""TEST keys by number: two of the published primes make one, without chance, so the same number is the same key.

The primes are part of the package, so everybody has every key and nobody can trust what they sign. That is meant: they
must never be used for anything real. README.md says why keys that share a prime would be fatal in earnest.

    number in the log  ->  a meeting of a tournament  ->  two of the 1,024 lines of primes.txt  ->  RSA-2048

Which two primes meet is the schedule of a tournament in which everybody plays everybody once: in a round each prime
plays once. So the 512 keys of the first round, enough for a small lab, share no prime; nor do those of any other.
"""

from __future__ import annotations

import functools
from importlib import resources
from math import lcm

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from myna_lab.errors import MisuseError
from myna_lab.ground.chance import Chance

__all__ = ["elliptic_key", "pool_size", "primes_of", "rsa_key"]

_E = 65537
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_REMEMBERED = 4096
"""Keys that stay in memory, ready to sign; the others are made again when they are asked for."""


@functools.cache
def _primes() -> tuple[int, ...]:
    """The primes of the file (made by tools/make_key_pool.py), an even number of them."""
    lines = resources.files(__name__).joinpath("primes.txt").read_text(encoding="ascii").splitlines()
    return tuple(int(line, 16) for line in lines if not line.startswith("#"))


def pool_size() -> int:
    """How many RSA-2048 keys there are: 523,776, the pairs of 1,024 primes."""
    return len(_primes()) * (len(_primes()) - 1) // 2


def primes_of(number: int) -> tuple[int, int]:
    """The lines, from 0, of the two primes that make a key.

    It is the circle method for tournaments: the last prime keeps its seat, the others move on by one seat each round.

    Raises:
        MisuseError: the pool has no such number.
    """
    count = len(_primes())
    rounds, tables = count - 1, count // 2
    if not 0 <= number < rounds * tables:
        raise MisuseError(f"TEST keys are numbered 0 to {pool_size() - 1}; asked for {number}.", code="no_such_key")
    played, table = divmod(number, tables)
    return ((played + table) % rounds, (played - table) % rounds) if table else (played, rounds)


@functools.lru_cache(_REMEMBERED)
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """RSA-2048 key ``number``.

    Raises:
        MisuseError: the pool has no such number.
    """
    q, p = sorted(_primes()[line] for line in primes_of(number))
    d = pow(_E, -1, lcm(p - 1, q - 1))  # Python's own inverse: the library's is slower
    public = rsa.RSAPublicNumbers(_E, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    # The check that is left out would ask again whether published primes are primes, and cost more than a signature.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def elliptic_key(chance: Chance) -> ec.EllipticCurvePrivateKey:
    """A P-256 key derived from the seed, so that it needs no pool."""
    return ec.derive_private_key(int.from_bytes(chance.bytes(40), "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())
