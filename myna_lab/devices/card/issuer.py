"""The issuer's side of the card-face applications: card-verifiable certificates, key objects, signatures.

    authority's key -> certificate of the municipality (EF 0004) -> its key -> signatures in the files

The text application, the visual application and the card manager have an authority each, whose public keys are on no
card: who checks a card must have them from elsewhere (``anchors`` of each application).

All signatures are RSA-2048, PKCS #1 v1.5, SHA-256. Source: card facts 3.1 to 3.3.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.formats.iso7816 import tlv

__all__ = ["Issuer", "certificate", "key_id", "key_object", "modulus", "with_offsets"]


def key_id(number: int | str, group: int = 1, padding: int = 0) -> bytes:
    """A key identifier of 16 bytes: ``9000023/001``.

    Args:
        number: 7 digits. Those of authorities begin with 9: real ones begin with 5, the real test hierarchy's with 6.
        group: 3 digits.
        padding: the last 4 bytes, as a number; two identifiers that differ only there are two keys.

    Source: card facts 3.3.
    """
    return b"%07d\x08\x05%03d" % (int(number), group) + padding.to_bytes(4, "big")


def modulus(key: RSAPrivateKey) -> bytes:
    """The public modulus of an RSA-2048 key, 256 bytes."""
    return key.public_key().public_numbers().n.to_bytes(256, "big")


def key_object(public_modulus: bytes) -> bytes:
    """A public key as the card writes it: exponent 65537 and modulus, 265 bytes."""
    return tlv.encode(0x90, b"\1\0\1") + tlv.encode(0x91, public_modulus)


def with_offsets(tag: int, table_tag: int, objects: Sequence[bytes]) -> bytes:
    """A file whose first object lists where the others begin.

    Args:
        tag: of the file.
        table_tag: of the list: 16-bit big-endian offsets from byte 0 of the file.
        objects: encoded data objects.
    """
    table_length = len(tlv.encode(table_tag, bytes(2 * len(objects))))
    position = len(tlv.encode(tag, bytes(table_length) + b"".join(objects))) - sum(map(len, objects))
    table = b""
    for item in objects:
        table += position.to_bytes(2, "big")
        position += len(item)
    return tlv.encode(tag, tlv.encode(table_tag, table) + b"".join(objects))


_DIGEST_INFO_96 = bytes.fromhex("3071300D060960864801650304020105000460")
"""DigestInfo with the identifier of SHA-256, and room for three digests (card facts 3.2)."""


class Issuer:
    """Who signs the files of one application.

    Args:
        authority: key identifier of the authority, which certifies the signer.
        subject: key identifier of the signer.
        signer: the key that signs files.
        authority_key: the authority's key.
    """

    def __init__(self, authority: bytes, subject: bytes, signer: RSAPrivateKey, authority_key: RSAPrivateKey) -> None:
        self._signer = signer
        self.certificate = tlv.encode(0x7F21, certificate(authority, subject, signer, authority_key))
        """EF 0004, 568 bytes."""

    def sign(self, objects: bytes) -> bytes:
        """The signature over the bytes of data objects, 256 bytes."""
        return self._signer.sign(objects, PKCS1v15(), SHA256())

    def sign_digests(self, digests: bytes) -> bytes:
        """The card face's signature over three digests of 32 bytes in one DigestInfo."""
        return self._signer.sign(_DIGEST_INFO_96 + digests, PKCS1v15(), NoDigestInfo())


@functools.lru_cache(maxsize=256)
def certificate(issuer: bytes, subject: bytes, key: RSAPrivateKey, issuer_key: RSAPrivateKey) -> bytes:
    """The body and signature of a card-verifiable certificate, 563 bytes: EF 0004 has them in an object 7F21.

    Args:
        issuer: key identifier of who certifies.
        subject: key identifier of what is certified.
        key: the certified key.
        issuer_key: signs.

    Source: card facts 3.1.
    """
    body = issuer + subject + key_object(modulus(key))
    signature = issuer_key.sign(body, PKCS1v15(), SHA256())
    return tlv.encode(0x5F4E, body) + tlv.encode(0x5F37, signature)
