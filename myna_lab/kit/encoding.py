"""What a kit encodes in DER by hand: the few forms that certificates, lists, answers, CMS and PKCS #12 share.

By hand, with :mod:`jpki.der`: asn1crypto takes a length that ends in 80 for an indefinite one, encodes the whole again,
and needs minutes for some.
"""

from __future__ import annotations

import functools

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.subject import oid_of

__all__ = ["NULL", "SET", "attribute", "children", "explicit", "octet_string", "oid", "sequence", "signed"]

NULL, SET = b"\x05\x00", 0x31


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of these."""
    return der.encode(der.SEQUENCE, *parts)


def explicit(*parts: bytes, number: int = 0) -> bytes:
    """These below an explicit tag ``[number]``, up to 30."""
    return der.encode(0xA0 | number, *parts)


def octet_string(value: bytes) -> bytes:
    """An OCTET STRING."""
    return der.encode(der.OCTET_STRING, value)


@functools.cache
def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    return der.encode(der.OID, oid_of(dotted))


def attribute(kind: str, value: bytes) -> bytes:
    """An Attribute with one value (RFC 5652 5.3)."""
    return sequence(oid(kind), der.encode(SET, value))


def children(octets: bytes) -> list[bytes]:
    """The parts of a constructed object, each DER."""
    whole = der.read(octets, 0, len(octets))
    return [octets[part.offset : part.end] for part in der.children(octets, whole)]


def signed(content: bytes, key: RSAPrivateKey) -> bytes:
    """The signature: RSASSA-PKCS1-v1_5 with SHA-256."""
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
