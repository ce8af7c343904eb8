"""The published primes, the TEST keys that they make, and the elliptic keys that need none."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from math import gcd
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

import myna_lab.keys
from myna_lab.errors import MisuseError
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key, pool_size, primes_of, rsa_key
from needs import need_program, rounds

ALL = 523_776
"""Pairs of 1,024 primes: 1,024 times 1,023, halved."""
PRIMES = [
    int(line, 16)
    for line in Path(myna_lab.keys.__file__).with_name("primes.txt").read_text("ascii").splitlines()
    if not line.startswith("#")
]


def der(number: int) -> bytes:
    """A key as other programs read it."""
    return rsa_key(number).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_the_file_holds_1024_primes_of_the_right_size() -> None:
    """All different, odd, of 1,024 bits, and so large that the product of any two has 2,048 bits."""
    assert len(set(PRIMES)) == len(PRIMES) == 1024
    assert all(prime % 2 and prime.bit_length() == 1024 for prime in PRIMES)
    least, second, *_ = sorted(PRIMES)
    assert (least * second).bit_length() == 2048 and least**2 > 2**2047


def test_any_two_primes_suit_each_other() -> None:
    """65537 has an inverse for each prime, and no two are close (FIPS 186-5 A.1.3: more than 2^924 apart)."""
    assert all(gcd(prime - 1, 65537) == 1 for prime in PRIMES)
    assert min(larger - smaller for smaller, larger in pairwise(sorted(PRIMES))) > 2**924


def test_the_file_warns_its_reader() -> None:
    """Who opens the primes without the README reads on the first line that they are for tests."""
    first = Path(myna_lab.keys.__file__).with_name("primes.txt").read_text("ascii").splitlines()[0]
    assert first.startswith("# Published TEST primes") and "Never use them for anything real" in first


def test_every_number_is_another_pair() -> None:
    """Each of the 523,776 numbers names two different primes, and no two numbers the same two."""
    pairs = {tuple(sorted(primes_of(number))) for number in range(ALL)}
    assert pool_size() == len(pairs) == ALL
    assert all(0 <= one < other < 1024 for one, other in pairs)


@pytest.mark.parametrize("first", [0, 512, 1024, 300 * 512, ALL - 512])
def test_in_a_round_each_prime_plays_once(first: int) -> None:
    """512 keys in a row, from a multiple of 512 on, share no prime: the first of them serve a small lab."""
    assert sorted(line for number in range(first, first + 512) for line in primes_of(number)) == list(range(1024))


def test_a_kit_shares_no_prime_with_its_authorities() -> None:
    """The last 400 keys, which a test kit uses, share no prime with each other or with the authorities' (0 to 17)."""
    used = [line for number in (*range(18), *range(ALL - 400, ALL)) for line in primes_of(number)]
    assert len(set(used)) == len(used)


@pytest.mark.parametrize(
    ("number", "lines"),
    [(0, {0, 1023}), (1, {1, 1022}), (511, {511, 512}), (512, {1, 1023}), (513, {2, 0}), (ALL - 1, {510, 511})],
)
def test_the_number_says_which_primes(number: int, lines: set[int]) -> None:
    """The circle method, reckoned by hand; a key is the product of its two lines and has the exponent 65537."""
    assert set(primes_of(number)) == lines
    one, other = (PRIMES[line] for line in lines)
    public = rsa_key(number).public_key().public_numbers()
    assert (public.n, public.e) == (one * other, 65537)
    assert public.n.bit_length() == 2048


def test_a_key_is_made_again_the_same() -> None:
    """Nothing is drawn: forgotten and made again, a key has the same bytes."""
    before = der(70_000)
    rsa_key.cache_clear()
    assert der(70_000) == before


@pytest.mark.soak
def test_keys_are_valid() -> None:
    """Keys pass the check that making them leaves out (primes, exponents); the first 512 hold every prime."""
    for number in range(0, 512, 512 // rounds(16, 512)):
        load_der_private_key(der(number), None)


def test_a_key_signs_what_its_public_half_verifies() -> None:
    """A key makes a PKCS #1 v1.5 signature; the same input gives the same bytes."""
    key = rsa_key(3)
    signature = key.sign(b"TEST", padding.PKCS1v15(), hashes.SHA256())
    key.public_key().verify(signature, b"TEST", padding.PKCS1v15(), hashes.SHA256())
    assert signature == key.sign(b"TEST", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("number", [-1, ALL])
def test_the_keys_end(number: int) -> None:
    """A number outside is misuse, and the error says which there are."""
    with pytest.raises(MisuseError, match="0 to 523775") as refused:
        rsa_key(number)
    assert refused.value.code == "no_such_key"


def test_elliptic_keys_come_from_the_seed() -> None:
    """The same name gives the same P-256 key; another name gives another one."""
    one, same, other = (elliptic_key(Chance(7).child(name)) for name in ("mdoc", "mdoc", "device"))
    assert one.private_numbers() == same.private_numbers() != other.private_numbers()
    other.public_key().verify(other.sign(b"x", ec.ECDSA(hashes.SHA256())), b"x", ec.ECDSA(hashes.SHA256()))


@pytest.mark.interop
@pytest.mark.parametrize("number", [0, 511, 512, 99_999, ALL - 1])
def test_openssl_accepts_a_key(number: int) -> None:
    """Another program reads a key's PKCS #8 DER and finds primes, exponents and product consistent."""
    command = [need_program("openssl"), "rsa", "-inform", "DER", "-check", "-noout"]
    answer = subprocess.run(command, input=der(number), capture_output=True, timeout=60, check=True)
    assert b"RSA key ok" in answer.stdout + answer.stderr
