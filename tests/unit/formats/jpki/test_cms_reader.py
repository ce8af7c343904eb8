"""Reading a CMS signature: whoever made it, and where it says that something is wrong.

The signature is made by ``cryptography``; where each part of it stands is asked of asn1crypto.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from myna_lab.errors import MalformedError
from myna_lab.formats.jpki.cms_reader import read_signed
from myna_lab.keys import rsa_key

DOCUMENT = b"TEST document"
ID_DATA = bytes.fromhex("06092a864886f70d010701")


@pytest.fixture(scope="module")
def signature() -> bytes:
    """Of a self-signed certificate, attached, with signed attributes."""
    key = rsa_key(3)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST signer")])
    begins, ends = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, ends)
    certificate = builder.sign(key, hashes.SHA256())
    signing = pkcs7.PKCS7SignatureBuilder().set_data(DOCUMENT).add_signer(certificate, key, hashes.SHA256())
    return signing.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities])


def test_what_another_library_signs_is_read(signature: bytes) -> None:
    """Digest, content and signer of a signature that ``cryptography`` made."""
    read = read_signed(signature)
    assert (read.digest, read.content) == ("sha256", DOCUMENT)
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    assert read.signer == signer["sid"].chosen.contents


def place_of(signature: bytes, part: Callable[[cms.SignedData], bytes]) -> int:
    """Where asn1crypto finds a part; the last of its kind, as what is in the SignerInfo stands last."""
    return signature.rindex(part(cms.ContentInfo.load(signature)["content"]))


PARTS: dict[str, tuple[Callable[[cms.SignedData], bytes], int, str]] = {
    "the content's type": (lambda body: ID_DATA + b"\xa0", 10, "id-data was expected"),
    "the bag of certificates": (lambda body: body["certificates"].dump(), 4, "certificates and lists are SEQUENCEs"),
    "the signer's version": (
        lambda body: body["signer_infos"][0]["version"].dump() + body["signer_infos"][0]["sid"].chosen.dump(),
        2,
        "version 1 goes with issuer and serial number",
    ),
    "its digest": (
        lambda body: (
            body["signer_infos"][0]["digest_algorithm"].dump() + body["signer_infos"][0]["signed_attrs"].dump()
        ),
        12,
        "SHA-256, SHA-384 or SHA-512 was expected",
    ),
    "its algorithm": (
        lambda body: body["signer_infos"][0]["signature_algorithm"].dump(),
        12,
        "an RSA signature with sha256 was expected",
    ),
}
"""What is damaged: the part, which of its octets is changed (the first of a bag's first certificate, the last of an
identifier), and what is said; the offset is the part's own."""


@pytest.mark.parametrize("what", PARTS)
def test_the_place_of_a_fault_is_told(signature: bytes, what: str) -> None:
    """The offset in the error is where asn1crypto finds the part that is wrong."""
    part, octet, said = PARTS[what]
    place = place_of(signature, part)
    damaged = bytearray(signature)
    damaged[place + octet] ^= 0x01
    with pytest.raises(MalformedError, match=f"{said}.* offset {place}\\b"):
        read_signed(bytes(damaged))


def test_the_place_of_a_missing_attribute_is_told(signature: bytes) -> None:
    """MessageDigest under another name: the offset of the signed attributes."""
    place = place_of(signature, lambda body: body["signer_infos"][0]["signed_attrs"].dump())
    damaged = signature.replace(bytes.fromhex("06092a864886f70d010904"), bytes.fromhex("06092a864886f70d010907"))
    with pytest.raises(MalformedError, match=f"contentType and messageDigest must be there.* offset {place}\\b"):
        read_signed(damaged)


def test_the_place_of_other_digests_is_told(signature: bytes) -> None:
    """DigestAlgorithms that lack the signer's: the offset of the SET."""
    place = signature.index(cms.ContentInfo.load(signature)["content"]["digest_algorithms"].dump())
    damaged = bytearray(signature)
    damaged[place + 14] ^= 0x01
    with pytest.raises(MalformedError, match=f"digestAlgorithms must hold the signer's.* offset {place}\\b"):
        read_signed(bytes(damaged))


@pytest.mark.parametrize(("added", "padded"), [(b"\x01", True), (b"\x00", False)])
def test_the_place_of_what_follows_is_told(signature: bytes, added: bytes, padded: bool) -> None:
    """Something after the signature, and zeros where none may be: the offset of its end; in a PDF zeros may follow."""
    with pytest.raises(MalformedError, match=f"nothing more was expected.* offset {len(signature)}\\b"):
        read_signed(signature + added, padded=padded)
    assert read_signed(signature + b"\x00", padded=True) == read_signed(signature)
