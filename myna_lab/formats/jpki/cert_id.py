"""CertID: how OCSP names a certificate, by digests of its authority's name and key and by its serial number.

    CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING, serialNumber INTEGER }

Source: RFC 6960 4.1.1.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.names import read_certificate

__all__ = ["DIGESTS", "CertId", "issuer_in_cert_id", "key_octets", "read_cert_id"]

_ALGORITHMS = {
    "sha1": bytes.fromhex("300906052b0e03021a0500"),
    "sha224": bytes.fromhex("300d06096086480165030402040500"),
    "sha256": bytes.fromhex("300d06096086480165030402010500"),
    "sha384": bytes.fromhex("300d06096086480165030402020500"),
    "sha512": bytes.fromhex("300d06096086480165030402030500"),
}
"""As AlgorithmIdentifier (RFC 8017 A.1)."""
_DIGEST_OF = {octets[4 : 4 + octets[3]]: name for name, octets in _ALGORITHMS.items()}
DIGESTS = tuple(_ALGORITHMS)
"""Names, for hashlib, of the digests that are known here."""


class CertId(NamedTuple):
    """Which certificate is meant."""

    octets: bytes
    """As it was read; an answer repeats what the request had."""
    digest: str
    """One of :data:`DIGESTS`; empty: one that is not known here."""
    name_hash: bytes
    key_hash: bytes
    serial: int

    def is_of(self, issuer_der: bytes) -> bool:
        """Whether a certificate of this authority is meant."""
        return _hashes(issuer_der).get(self.digest) == (self.name_hash, self.key_hash)


def key_octets(certificate: x509.Certificate) -> bytes:
    """The bits of its subjectPublicKey, as RFC 6960 4.1.1 and RFC 5280 4.2.1.2 hash them."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    whole = der.read(key, 0, len(key), der.SEQUENCE)
    bits = der.read(key, der.read(key, whole.start, whole.end).end, whole.end, der.BIT_STRING)
    return key[bits.start + 1 : bits.end]


@functools.lru_cache(maxsize=256)
def _hashes(issuer_der: bytes) -> Mapping[str, tuple[bytes, bytes]]:
    """Digest to (issuerNameHash, issuerKeyHash)."""
    issuer = read_certificate(issuer_der)
    name, key = issuer.subject.public_bytes(), key_octets(issuer)
    return {digest: (hashlib.new(digest, name).digest(), hashlib.new(digest, key).digest()) for digest in DIGESTS}


def issuer_in_cert_id(issuer_der: bytes, digest: str) -> bytes:
    """The fields of a CertID before the serial number, DER: what all certificates of an authority share."""
    return _ALGORITHMS[digest] + b"".join(der.encode(der.OCTET_STRING, one) for one in _hashes(issuer_der)[digest])


def read_cert_id(data: bytes, whole: der.Span) -> CertId:
    """Read a CertID.

    Raises:
        MalformedError: it is none, with the offset.
    """
    algorithm = der.read(data, whole.start, whole.end, der.SEQUENCE)
    oid = der.read(data, algorithm.start, algorithm.end, der.OID)
    if data[oid.end : algorithm.end] not in (b"", b"\x05\x00"):
        raise der.malformed("a digest has no parameters", oid.end)
    name = der.read(data, algorithm.end, whole.end, der.OCTET_STRING)
    key = der.read(data, name.end, whole.end, der.OCTET_STRING)
    serial = der.read(data, key.end, whole.end, der.INTEGER)
    der.end(whole, serial.end)
    return CertId(
        data[whole.offset : whole.end],
        _DIGEST_OF.get(data[oid.start : oid.end], ""),
        data[name.start : name.end],
        data[key.start : key.end],
        der.read_integer(data, serial),
    )
