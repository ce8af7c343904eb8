"""Make the published primes of the TEST keys: python tools/make_key_pool.py [COUNT]

Writes myna_lab/keys/primes.txt: COUNT primes (an even number), a line each, in hexadecimal. They are the factors of
RSA-2048 keys that OpenSSL generates, and any two of them make such a key. The result is random, is published with the
package and must never be used for anything real.
"""

import sys
from itertools import pairwise
from math import gcd, isqrt
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from tqdm import tqdm

TARGET = Path(__file__).resolve().parent.parent / "myna_lab" / "keys" / "primes.txt"
HEADING = b"# Published TEST primes: whoever has them has every key of every lab. Never use them for anything real.\n"
E = 65537
LEAST = isqrt(1 << 2047) + 1
"""Of two primes of at least √2·2^1023 the product has 2048 bits (FIPS 186-5 A.1.3)."""
APART = 1 << 924
"""Two primes of a key differ by more than this (FIPS 186-5 A.1.3)."""


def suits(prime: int) -> bool:
    return LEAST <= prime < 1 << 1024 and gcd(prime - 1, E) == 1


def main(count: int = 1024) -> None:
    primes: list[int] = []
    for _ in tqdm(range(count // 2), unit="key"):
        key = generate_private_key(public_exponent=E, key_size=2048).private_numbers()
        primes += [key.p, key.q]
    assert len(primes) == count and all(map(suits, primes))
    assert all(larger - smaller > APART for smaller, larger in pairwise(sorted(primes)))
    TARGET.write_bytes(HEADING + b"".join(f"{prime:0256x}\n".encode() for prime in primes))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
