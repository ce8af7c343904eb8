"""Every octet of a signed document matters, or stands here with the reason why not; OpenSSL judges beside ours."""

from __future__ import annotations

import functools
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, pem
from authorities import NOW, PARAMETERS, answer, authority, certificate, status
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myna_lab.formats.jpki import documents
from myna_lab.ground.chance import Chance
from myna_lab.keys import rsa_key
from needs import need_program, rounds

pytestmark = pytest.mark.interop
AT = NOW + timedelta(minutes=5)
DOCUMENT = b"small TEST document"
KEY = rsa_key(20)
OWN, ROOT = certificate("card_sign"), authority("sign").certificate
COMMON: dict[str, Any] = {
    "anchors": ROOT, "at": AT, "parameters": PARAMETERS, "ocsp_responses": answer("card_sign", status()),
}  # fmt: skip


def sign(octets: bytes) -> bytes:
    return KEY.sign(octets, padding.PKCS1v15(), hashes.SHA256())


def signed(**changes: Any) -> bytes:
    return documents.sign_cms(DOCUMENT, certificate=OWN, sign=sign, at=AT, **changes)


def check(octets: bytes, document: bytes = DOCUMENT) -> documents.DocumentResult:
    return documents.check_cms(document, octets, **COMMON)


def flipped(octets: bytes, place: int) -> bytes:
    changed = bytearray(octets)
    changed[place] ^= 1 << place % 8
    return bytes(changed)


@pytest.mark.parametrize("attached", [False, True])
def test_each_octet_of_a_cms_matters(attached: bool) -> None:
    """One bit of each octet changed, one after the other: all are refused, tags, versions and algorithms too."""
    whole = signed(attached=attached)
    assert check(whole).code == "accepted"
    begins = whole.index(OWN)
    # The certificate's octets are the same in both: each of them once is enough.
    places = [n for n in range(len(whole)) if attached or not begins <= n < begins + len(OWN)]
    assert [place for place in places if check(flipped(whole, place)).accepted] == []


def test_what_does_not_matter_is_the_chain() -> None:
    """Certificates that only come along decide nothing: their content may be anything, their frame may not.

    The signer's own certificate is the one of the test before.
    """
    whole = signed(chain=[ROOT])
    begins, own = whole.index(ROOT), whole.index(OWN)
    inside, before = range(begins, begins + len(ROOT)), range(own, own + len(OWN))
    places = [
        n for n in range(len(whole)) if n not in (*before, *inside) or n < begins + 8 or (n in inside and n % 7 == 0)
    ]
    free = {place for place in places if check(flipped(whole, place)).accepted}
    assert free and free <= set(inside)
    assert not free & {begins, begins + 1, begins + 2, begins + 3}, "tag and length of the certificate that came along"


@pytest.mark.parametrize("bit", range(8))
def test_each_bit_of_the_head_matters(bit: int) -> None:
    """Every bit, not one only, of what stands before the certificate and between it and the signature."""
    whole = signed()
    begins = whole.index(OWN)
    places = [*range(begins), *range(begins + len(OWN), len(whole) - 256)]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << bit
        assert not check(bytes(changed)).accepted, (place, bit)


CHANGED = {
    "eContentType": lambda own: own["encap_content_info"].__setitem__("content_type", "2.999.1"),
    "unknown digest": lambda own: own["signer_infos"][0]["digest_algorithm"].__setitem__("algorithm", "2.999.2"),
    "MD5": lambda own: own["signer_infos"][0]["digest_algorithm"].__setitem__("algorithm", "md5"),
    "digestAlgorithms of another": lambda own: own["digest_algorithms"][0].__setitem__("algorithm", "sha512"),
    "no digestAlgorithms": lambda own: own.__setitem__("digest_algorithms", []),
    "version 3": lambda own: own.__setitem__("version", "v3"),
    "no signer": lambda own: own.__setitem__("signer_infos", []),
    "the signer twice": lambda own: own["signer_infos"].append(own["signer_infos"][0].copy()),
    "ECDSA": lambda own: own["signer_infos"][0].__setitem__("signature_algorithm", {"algorithm": "sha256_ecdsa"}),
    "no signed attributes": lambda own: own["signer_infos"][0].__setitem__("signed_attrs", None),
    "another document inside": lambda own: own.__setitem__(
        "encap_content_info", {"content_type": "data", "content": b"another"}
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_changed_fields_of_a_cms(change: str) -> None:
    """A field that is not signed is one that could stand there only; each change is refused."""
    whole = cms.ContentInfo.load(signed())
    CHANGED[change](whole["content"])
    assert check(whole.dump(force=True)).code in ("malformed_document", "bad_signature")


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        (("content_type", "message_digest"), "accepted"),
        (("message_digest", "signing_time"), "malformed_document"),
        (("content_type", "signing_time"), "malformed_document"),
    ],
)
def test_two_attributes_must_be_there_and_suffice(kept: tuple[str, ...], code: str) -> None:
    """ContentType and messageDigest (RFC 5652 5.3), under a signature that fits; others may be there."""
    whole = cms.ContentInfo.load(signed())
    signer = whole["content"]["signer_infos"][0]
    attributes = cms.CMSAttributes([row for row in signer["signed_attrs"] if row["type"].native in kept])
    assert len(attributes) == 2
    signer["signed_attrs"] = attributes
    signer["signature"] = sign(attributes.dump(force=True))
    assert check(whole.dump(force=True)).code == code


def test_attached_and_detached() -> None:
    """A document that stands inside must be the one that is shown."""
    for octets in (signed(), signed(attached=True)):
        assert check(octets).code == "accepted"
        assert check(octets, b"another document").code == "bad_signature"
    assert DOCUMENT in signed(attached=True) and DOCUMENT not in signed()


def test_octets_of_a_pdf() -> None:
    """A changed bit anywhere in a signed PDF is refused, but for the case of a hexadecimal digit of the signature."""
    pdf = documents.sign_pdf(documents.text_pdf("one page"), certificate=OWN, sign=sign, at=AT)
    assert documents.check_pdf(pdf, **COMMON).code == "accepted"
    begins = pdf.index(b"/Contents <") + len(b"/Contents <")
    ends = pdf.index(b">", begins)
    chance = Chance(5).child("octets of a pdf")
    count = rounds(150, 2_000)
    places = {chance.integer(0, len(pdf) - 1) for _ in range(count)} | set(range(begins - 12, begins + 40))
    places |= {chance.integer(begins, ends - 1) for _ in range(count)} | set(range(ends - 4, ends + 8))
    for place in sorted(places):
        bit = chance.integer(0, 7)
        changed = bytearray(pdf)
        changed[place] ^= 1 << bit
        case_only = begins <= place < ends and bytes(changed).lower() == pdf.lower()
        assert documents.check_pdf(bytes(changed), **COMMON).accepted == case_only, (place, bit)


@functools.cache
def openssl() -> str:
    return need_program("openssl")


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [openssl(), "cms", *map(str, arguments)], cwd=folder, capture_output=True, timeout=60, check=False
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", ROOT))
    (tmp_path / "own.pem").write_bytes(pem.armor("CERTIFICATE", OWN))
    (tmp_path / "key.pem").write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "document").write_bytes(DOCUMENT)
    return tmp_path


def verified(folder: Path, octets: bytes) -> bool:
    (folder / "a.p7s").write_bytes(octets)
    return not run(
        folder, "-verify", "-binary", "-inform", "DER", "-in", "a.p7s", "-content", "document", "-CAfile", "root.pem",
        "-purpose", "any", "-out", "out", "-attime", int(AT.timestamp()),
    ).returncode  # fmt: skip


def test_openssl_is_not_stricter(desk: Path) -> None:
    """What OpenSSL refuses of the changed ones, ours refuses; it takes some that ours does not."""
    whole = signed()
    assert verified(desk, whole)
    begins = whole.index(OWN)
    places = [*range(0, begins, 3), *range(begins + len(OWN), len(whole) - 256, 5)]
    taken = [place for place in places if verified(desk, flipped(whole, place))]
    assert taken, "a version, a type or an algorithm beside the signature"
    assert not any(check(flipped(whole, place)).accepted for place in places)


@pytest.mark.parametrize(
    "options",
    [(), ("-nodetach",), ("-keyid",), ("-md", "sha384"), ("-md", "sha512"), ("-cades",), ("-nosmimecap",)],
    ids=" ".join,
)
def test_what_openssl_signs_is_accepted(options: tuple[str, ...], desk: Path) -> None:
    """Other programs' signatures are as good: attached, by key identifier, with other digests and attributes."""
    made = run(
        desk, "-sign", "-binary", "-outform", "DER", "-in", "document", "-signer", "own.pem", "-inkey", "key.pem",
        "-out", "b.p7s", *(options or ("-md", "sha256")),
    )  # fmt: skip
    assert not made.returncode, made.stderr
    result = check((desk / "b.p7s").read_bytes())
    assert result.code == "accepted", [str(one) for one in result.checks if not one.passed]
