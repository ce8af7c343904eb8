"""COMPUTE DIGITAL SIGNATURE, judged by a library's verification."""

from __future__ import annotations

from hashlib import sha256

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512

from myna_lab.devices.card import Chip
from myna_lab.keys import rsa_key

AID_TEXT = bytes.fromhex("00A4040C0AD3921000310001010408")
PUBLIC = rsa_key(cards.KEYS["text"]).public_key()
DIGEST = sha256(b"TEST").digest()
DIGEST_INFOS = [
    (SHA1(), "3021300906052B0E03021A05000414", 20),
    (SHA256(), "3031300D060960864801650304020105000420", 32),
    (SHA384(), "3041300D060960864801650304020205000430", 48),
    (SHA512(), "3051300D060960864801650304020305000440", 64),
]


def _sign(p1: int, data: bytes) -> bytes:
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(AID_TEXT)
    answer = chip.transmit(bytes((0x80, 0x2A, p1, 0x00, len(data))) + data + b"\0")
    assert (answer[-2:].hex(), len(answer)) == ("9000", 258)
    return answer[:-2]


@pytest.mark.parametrize(
    ("algorithm", "prefix", "length"), DIGEST_INFOS, ids=lambda value: str(getattr(value, "name", ""))
)
def test_each_digest_info_is_signed_as_given(
    algorithm: SHA1 | SHA256 | SHA384 | SHA512, prefix: str, length: int
) -> None:
    """A DigestInfo of any hash gives the signature that RSASSA-PKCS1-v1_5 with that hash defines (RFC 8017 8.2)."""
    digest = bytes(range(length))
    PUBLIC.verify(_sign(0, bytes.fromhex(prefix) + digest), digest, PKCS1v15(), Prehashed(algorithm))


@pytest.mark.parametrize(
    "data", [b"\0", b"any bytes", bytes(245), bytes.fromhex("302F300B0609608648016503040201") + b"\4\x20" + DIGEST]
)
def test_other_data_are_padded_as_given(data: bytes) -> None:
    """What is no known DigestInfo (none at all, or one without NULL) is padded and signed byte by byte."""
    assert PUBLIC.recover_data_from_signature(_sign(0, data), PKCS1v15(), NoDigestInfo()) == data


def test_the_other_schemes() -> None:
    """P1 01 to 05: bare hash, hash in DigestInfo and PSS, of the caller or of the card (card facts 2.5)."""
    pss = PSS(MGF1(SHA256()), 32)
    assert PUBLIC.recover_data_from_signature(_sign(1, b"TEST"), PKCS1v15(), NoDigestInfo()) == DIGEST
    PUBLIC.verify(_sign(2, DIGEST), b"TEST", PKCS1v15(), SHA256())
    PUBLIC.verify(_sign(3, b"TEST"), b"TEST", PKCS1v15(), SHA256())
    PUBLIC.verify(_sign(4, DIGEST), b"TEST", pss, SHA256())
    PUBLIC.verify(_sign(5, b"TEST"), b"TEST", pss, SHA256())


def test_signatures_repeat() -> None:
    """PKCS #1 v1.5 signatures are the same bytes each time."""
    assert _sign(0, DIGEST) == _sign(0, DIGEST)
