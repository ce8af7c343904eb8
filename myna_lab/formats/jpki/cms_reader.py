"""Reading CMS SignedData: strictly, so that every octet that is not signed is the only one that could stand there.

    read_signed(octets) -> Signed(digest, content, signer)      whether the signature fits: documents

What a signature covers are its signed attributes, and through them the content and the signer's certificate. All else
(tags, versions, algorithms, types, who signed) is compared here with what it must be. What is left over, and may be
anything: further certificates and lists that come along, and unsigned attributes, by which nothing is decided.

Source: RFC 5652 3, 5; RFC 5754 2, 3.2 (algorithms); RFC 5035 (signingCertificateV2 is judged by pyHanko).
"""

from __future__ import annotations

from typing import NamedTuple

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.algorithms import BELIEVED

__all__ = ["Signed", "read_signed"]

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_CONTENT_TYPE, _MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010903"), bytes.fromhex("06092a864886f70d010904")
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
"""rsaEncryption, which leaves the digest to digestAlgorithm (RFC 5754 3.2)."""
_DIGESTS = {
    der.encode(der.SEQUENCE, bytes.fromhex("06096086480165030402"), bytes((number,)), parameters): name
    for number, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))
    for parameters in (b"\x05\x00", b"")
}
_SET = 0x31


class Signed(NamedTuple):
    """A SignedData of one signer over id-data, as far as it is read here."""

    digest: str
    """Name by which hashlib makes the digest of the content."""
    content: bytes | None
    """What is signed, if it stands inside (attached); None: it stands apart."""
    signer: bytes
    """Issuer and serial number of the signer's certificate, without their SEQUENCE; empty: named by key identifier."""


def read_signed(data: bytes, *, padded: bool = False) -> Signed:
    """Read a signature.

    Args:
        data: ContentInfo, DER; anything at all may come in.
        padded: whether zeros may follow, as in a PDF.

    Raises:
        MalformedError: not a SignedData of one signer with an RSA signature and SHA-256, 384 or 512; with the offset.
    """
    whole = der.read(data, 0, len(data), der.SEQUENCE)
    if any(data[whole.end :]) or (not padded and whole.end != len(data)):
        raise der.malformed("nothing more was expected", whole.end)
    offset = _same(data, whole.start, whole.end, (_SIGNED_DATA,), "id-signedData")
    explicit = der.last(data, offset, whole, 0xA0)
    body = der.last(data, explicit.start, explicit, der.SEQUENCE)
    version = der.read(data, body.start, body.end, der.INTEGER)
    named = der.read(data, version.end, body.end, _SET)
    content, offset = _content(data, named.end, body)
    for tag in (0xA0, 0xA1):  # certificates and lists
        if offset < body.end and data[offset] == tag:
            bag = der.read(data, offset, body.end, tag)
            if any(row.tag != der.SEQUENCE for row in der.children(data, bag)):
                raise der.malformed("certificates and lists are SEQUENCEs", bag.offset)
            offset = bag.end
    signers = der.last(data, offset, body, _SET)
    signer = der.last(data, signers.start, signers, der.SEQUENCE)
    algorithm, who = _signer(data, signer, data[version.start : version.end])
    if data[named.start : named.end] != algorithm:
        raise der.malformed("digestAlgorithms must hold the signer's and no other", named.offset)
    return Signed(_DIGESTS[algorithm], content, who)


def _same(data: bytes, offset: int, limit: int, wanted: tuple[bytes, ...], what: str) -> int:
    """Where an object ends that must be one of these."""
    found = der.read(data, offset, limit)
    if data[offset : found.end] not in wanted:
        raise der.malformed(f"{what} was expected", offset)
    return found.end


def _content(data: bytes, offset: int, body: der.Span) -> tuple[bytes | None, int]:
    """EncapsulatedContentInfo: the content if it is there, and where it ends."""
    info = der.read(data, offset, body.end, der.SEQUENCE)
    end = _same(data, info.start, info.end, (_DATA,), "id-data")
    if end == info.end:
        return None, info.end
    explicit = der.last(data, end, info, 0xA0)
    octets = der.last(data, explicit.start, explicit, der.OCTET_STRING)
    return data[octets.start : octets.end], info.end


def _signer(data: bytes, signer: der.Span, of_all: bytes) -> tuple[bytes, bytes]:
    """SignerInfo: its digestAlgorithm, DER, and whom it names. What it signed is compared by pyHanko."""
    version = der.read(data, signer.start, signer.end, der.INTEGER)
    who = der.read(data, version.end, signer.end)
    number = data[version.start : version.end]
    # Version 1 names issuer and serial number, version 3 a key identifier; the whole has the signer's (RFC 5652 5.1).
    if number != of_all or (number, who.tag) not in ((b"\x01", der.SEQUENCE), (b"\x03", 0x80)):
        raise der.malformed("version 1 goes with issuer and serial number, 3 with a key identifier", version.offset)
    digest_end = _same(data, who.end, signer.end, tuple(_DIGESTS), "SHA-256, SHA-384 or SHA-512")
    digest = data[who.end : digest_end]
    attributes = der.read(data, digest_end, signer.end, 0xA0)
    _attributes(data, attributes)
    name = _DIGESTS[digest]
    fitting = tuple(octets for octets, used in BELIEVED.items() if used.name == name)
    end = _same(data, attributes.end, signer.end, (*fitting, _RSA), f"an RSA signature with {name}")
    signature = der.read(data, end, signer.end, der.OCTET_STRING)
    if signature.end < signer.end:
        der.last(data, signature.end, signer, 0xA1)
    return digest, data[who.start : who.end] if who.tag == der.SEQUENCE else b""


def _attributes(data: bytes, attributes: der.Span) -> None:
    """Signed attributes: each once, each with one value, the two that must be there among them (RFC 5652 5.3, 11)."""
    found = []
    for row in der.children(data, attributes):
        kind = der.read(data, row.start, row.end, der.OID)
        values = der.last(data, kind.end, row, _SET)
        der.last(data, values.start, values, data[values.start])
        found.append(data[kind.offset : kind.end])
    if len(set(found)) != len(found) or not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= set(found):
        raise der.malformed("contentType and messageDigest must be there, and none twice", attributes.offset)
