"""Documents signed on the phone: pyHanko judges the PDF with its embedded data, OpenSSL the CMS."""

from __future__ import annotations

import asyncio
import functools
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from asn1crypto import x509 as decoder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import documents
from myna_lab.lab import IPhone
from myna_lab.lab.certificates import Certificate
from needs import need_program

pytestmark = pytest.mark.interop
TEXT = "TEST application (one page)\nfor a certificate of residence"
DOCUMENT = TEXT.encode()


def _signing(phone: IPhone) -> Callable[[bytes], bytes]:
    """How a phone signs: its holder types the password."""
    return lambda octets: phone.sign(octets, password=phone._phone.pins()["signing"])[1]


@pytest.fixture(scope="module")
def world() -> tuple[Lab, Certificate, Any]:
    """A lab, a phone's signing certificate that works, and how the phone signs."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance("20min")
    return lab, lab.certificates(phone, kind="phone_sign")[0], _signing(phone)


def signed_pdf(world: tuple[Lab, Certificate, Any], **changes: Any) -> bytes:
    lab, own, sign = world
    arguments: dict[str, Any] = {
        "certificate": own.der,
        "sign": sign,
        "at": lab.now,
        "chain": [own.issuer],
        "ocsp_responses": [own.ocsp()],
        "crls": [own.crl()],
    }
    return documents.sign_pdf(documents.text_pdf(TEXT), **arguments | changes)


def signed_cms(world: tuple[Lab, Certificate, Any]) -> bytes:
    lab, own, sign = world
    return documents.sign_cms(DOCUMENT, certificate=own.der, sign=sign, at=lab.now, chain=[own.issuer])


def by_pyhanko(pdf: bytes, anchor: bytes, at: datetime) -> tuple[bool, bool, bool]:
    """(intact, valid, trusted) by pyHanko, with the revocation data that are in the PDF and no others."""
    embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures[-1]
    inside = find_unique_cms_attribute(embedded.signer_info["signed_attrs"], "adobe_revocation_info_archival")
    ocsps, crls = (list(inside[name] or ()) for name in ("ocsp", "crl"))
    context = ValidationContext(
        trust_roots=[decoder.Certificate.load(anchor)],
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
        ocsps=ocsps,
        crls=crls,
    )
    usage = KeyUsageConstraints(key_usage={"non_repudiation"})
    status = asyncio.run(async_validate_pdf_signature(embedded, context, key_usage_settings=usage))
    return status.intact, status.valid, status.trusted


def changed(octets: bytes, old: bytes = b"one page", new: bytes = b"two page") -> bytes:
    assert octets.count(old) == 1
    return octets.replace(old, new)


def test_pyhanko_accepts_the_pdf_with_its_revocation_data(world: tuple[Lab, Certificate, Any]) -> None:
    """Signed on the phone: intact, valid, trusted by what is inside; not with one byte changed, nor before its time."""
    lab, own, _ = world
    pdf = signed_pdf(world)
    assert by_pyhanko(pdf, own.issuer, lab.now) == (True, True, True)
    intact, _, _ = by_pyhanko(changed(pdf), own.issuer, lab.now)
    assert not intact
    assert by_pyhanko(pdf, own.issuer, lab.now - timedelta(hours=1))[2] is False
    assert by_pyhanko(pdf, lab.revocation.generation("sign", 1), lab.now)[2] is False


def test_without_revocation_data_pyhanko_does_not_trust(world: tuple[Lab, Certificate, Any]) -> None:
    """The embedded data decide: without them the same signature is intact, but not trusted in the strict mode."""
    lab, own, _ = world
    lists = by_pyhanko(signed_pdf(world, ocsp_responses=[]), own.issuer, lab.now)
    assert lists == (True, True, True)
    lab_sign = lab.revocation.crl("phone_sign", own.municipality, generation=1)
    other = by_pyhanko(signed_pdf(world, ocsp_responses=[], crls=[lab_sign]), own.issuer, lab.now)
    assert other == (True, True, False)


def test_our_service_agrees(world: tuple[Lab, Certificate, Any]) -> None:
    """``check_pdf`` and ``check_cms`` accept, name what fails, and list each check with its clause."""
    lab, own, _ = world
    common: dict[str, Any] = {"anchors": lab.revocation.anchors, "at": lab.now, "parameters": lab.parameters}
    pdf, cms = signed_pdf(world), signed_cms(world)
    for good in (
        documents.check_pdf(pdf, **common),
        documents.check_cms(DOCUMENT, cms, **common, ocsp_responses=[own.ocsp()]),
    ):
        assert good and good.code == "accepted" and good.certificate == own.der
        assert [check.name for check in good.checks][:2] == ["signature", "readable"] and len(good.checks) == 7
        assert all(check.passed and check.clause for check in good.checks)
    for bad in (
        documents.check_pdf(changed(pdf), **common),
        documents.check_cms(changed(DOCUMENT), cms, **common, ocsp_responses=[own.ocsp()]),
    ):
        assert (bool(bad), bad.code, bad.checks[0].passed) == (False, "bad_signature", False)
    assert documents.check_cms(DOCUMENT, cms, **common).code == "no_revocation_information"


def test_signed_before_and_after_a_revocation() -> None:
    """What was signed before is judged by the data inside as of then, and refused by those of afterwards."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance("20min")
    own = lab.certificates(phone, kind="phone_sign")[0]
    world = (lab, own, _signing(phone))
    before, then = signed_pdf(world), lab.now
    own.revoke("KEY_COMPROMISE")
    lab.advance("15min")
    after = signed_pdf(world, crls=[])
    common: dict[str, Any] = {"anchors": lab.revocation.anchors, "parameters": lab.parameters}
    assert documents.check_pdf(before, at=then, **common).code == "accepted"
    assert documents.check_pdf(before, at=lab.now, ocsp_responses=[own.ocsp()], **common).code == "revoked"
    assert documents.check_pdf(after, at=lab.now, **common).code == "revoked"


def test_the_same_arguments_make_the_same_octets(world: tuple[Lab, Certificate, Any]) -> None:
    """Neither the computer's clock nor chance is in a signed document."""
    assert signed_pdf(world) == signed_pdf(world)
    assert signed_cms(world) == signed_cms(world)
    assert documents.text_pdf(TEXT) == documents.text_pdf(TEXT)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"\x30\x00", b"hello" * 100])
def test_what_is_no_document_is_malformed(world: tuple[Lab, Certificate, Any], junk: bytes) -> None:
    """Octets that are neither PDF nor CMS are told so, and so is what cannot be signed."""
    lab, own, sign = world
    common: dict[str, Any] = {"anchors": lab.revocation.anchors, "at": lab.now, "parameters": lab.parameters}
    assert documents.check_pdf(junk, **common).code == "malformed_document"
    assert documents.check_cms(DOCUMENT, junk, **common).code == "malformed_document"
    with pytest.raises(MisuseError, match="not a PDF"):
        documents.sign_pdf(junk, certificate=own.der, sign=sign, at=lab.now)
    with pytest.raises(MisuseError, match="ASCII"):
        documents.text_pdf("申請書")


def test_no_octets_break_the_judging(world: tuple[Lab, Certificate, Any]) -> None:
    """Whatever is done to a signed document, a result comes back, and only what was left whole is accepted."""
    lab, own, _ = world
    chance = lab.world.chance("documents")
    common: dict[str, Any] = {"anchors": lab.revocation.anchors, "at": lab.now, "parameters": lab.parameters}
    pdf, cms = signed_pdf(world), signed_cms(world)
    gap = pdf.index(b"/Contents <")
    for _ in range(60):
        octets = bytearray(pdf)
        octets[chance.integer(0, gap)] ^= 1 << chance.integer(0, 7)
        assert not documents.check_pdf(bytes(octets), **common).accepted
        octets = bytearray(cms)
        octets[chance.integer(0, len(octets) - 1)] ^= 1 << chance.integer(0, 7)
        documents.check_cms(DOCUMENT, bytes(octets), **common, ocsp_responses=[own.ocsp()])


@functools.cache
def openssl() -> str:
    return need_program("openssl")


def test_openssl_accepts_the_cms(world: tuple[Lab, Certificate, Any], tmp_path: Path) -> None:
    """``openssl cms -verify`` with the town's list: successful, and not for a document with one byte changed."""
    lab, own, _ = world
    (tmp_path / "a.p7s").write_bytes(signed_cms(world))
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", own.issuer) + pem.armor("X509 CRL", own.crl()))
    for document, words in ((DOCUMENT, "successful"), (changed(DOCUMENT), "verification failure")):
        (tmp_path / "document").write_bytes(document)
        found = subprocess.run(
            [
                openssl(), "cms", "-verify", "-binary", "-inform", "DER", "-in", "a.p7s", "-content", "document",
                "-CAfile", "root.pem", "-crl_check", "-purpose", "any", "-out", "out",
                "-attime", str(int(lab.now.timestamp())),
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert words in found.stderr, found.stderr
