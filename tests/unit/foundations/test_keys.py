"""The published pool of TEST keys, the keys after it, and the elliptic keys that need none."""

from __future__ import annotations

import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_private_key

from myna_lab.chance import Chance
from myna_lab.errors import MisuseError
from myna_lab.keys import elliptic_key, from_der, new_rsa_key, pool_size, rsa_key, to_der
from needs import need_program, rounds


def test_the_pool_is_cut_into_whole_keys() -> None:
    """Several hundred keys, all different, each RSA-2048 with the exponent 65537."""
    assert pool_size() >= 256
    numbers = [rsa_key(n).public_key().public_numbers() for n in range(pool_size())]
    assert len({n.n for n in numbers}) == pool_size()
    assert {(n.n.bit_length(), n.e) for n in numbers} == {(2048, 65537)}


@pytest.mark.soak
def test_keys_of_the_pool_are_valid() -> None:
    """A key of the pool passes the check that loading leaves out: primes, exponents, consistency."""
    step = pool_size() // rounds(16, pool_size())
    for number in range(0, pool_size(), step):
        load_der_private_key(to_der(rsa_key(number)), None)


def test_a_key_signs_what_its_public_half_verifies() -> None:
    """A key of the pool makes a PKCS #1 v1.5 signature; the same input gives the same bytes."""
    key = rsa_key(3)
    signature = key.sign(b"TEST", padding.PKCS1v15(), hashes.SHA256())
    key.public_key().verify(signature, b"TEST", padding.PKCS1v15(), hashes.SHA256())
    assert signature == key.sign(b"TEST", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("number", [-1, pool_size()])
def test_the_pool_ends(number: int) -> None:
    """A number outside the pool is misuse; the caller makes a new key instead."""
    with pytest.raises(MisuseError, match=f"0 to {pool_size() - 1}"):
        rsa_key(number)


def test_a_new_key_survives_the_vault() -> None:
    """A key made after the pool is the same key when it is read back from its DER."""
    key = new_rsa_key()
    assert from_der(to_der(key)).private_numbers() == key.private_numbers()
    assert key.key_size == 2048


def test_elliptic_keys_come_from_the_seed() -> None:
    """The same name gives the same P-256 key; another name gives another one."""
    one, same, other = (elliptic_key(Chance(7).child(name)) for name in ("mdoc", "mdoc", "device"))
    assert one.private_numbers() == same.private_numbers() != other.private_numbers()
    other.public_key().verify(other.sign(b"x", ec.ECDSA(hashes.SHA256())), b"x", ec.ECDSA(hashes.SHA256()))


@pytest.mark.interop
def test_openssl_accepts_a_key_of_the_pool() -> None:
    """Another program reads a pool key's PKCS #8 DER and finds it consistent."""
    command = [need_program("openssl"), "rsa", "-inform", "DER", "-check", "-noout"]
    answer = subprocess.run(command, input=to_der(rsa_key(0)), capture_output=True, timeout=60, check=True)
    assert b"RSA key ok" in answer.stdout + answer.stderr
