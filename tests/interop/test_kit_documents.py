"""The documents of a test kit, judged by OpenSSL (CMS, time-stamps), pyHanko and poppler's ``pdfsig``."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, crl, ocsp
from asn1crypto import x509 as decoder
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from kit_judges import Case, epoch, manifest, run
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import LocalKnowledge, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from myna_lab import Lab
from myna_lab.formats.jpki import documents
from needs import need_program

pytestmark = pytest.mark.interop


def rows(kit: Path, *forms: str) -> list[Case]:
    return [row for row in manifest(kit)["documents"] if row["form"] in forms]


def test_raw_signatures_verify_by_cryptography(kit: Path) -> None:
    """Of each kind: RSASSA-PKCS1-v1_5 with SHA-256 fits the document, and not the one with a byte changed."""
    found = rows(kit, "raw")
    assert len(found) == 8
    for row in found:
        document, signature, der = ((kit / row[name]).read_bytes() for name in ("document", "signature", "certificate"))
        key: Any = x509.load_der_x509_certificate(der).public_key()
        try:
            key.verify(signature, document, padding.PKCS1v15(), hashes.SHA256())
            assert row["expected"] == "good"
        except InvalidSignature:
            assert row["expected"] == "bad_signature", row


def test_openssl_verifies_the_cms(kit: Path, tmp_path: Path) -> None:
    """``openssl cms -verify`` accepts each CMS, detached or attached, gives the document, and refuses changed ones."""
    found = rows(kit, "cms", "cms_attached")
    assert len(found) == 12
    for row in found:
        apart = ("-content", row["document"]) if row["document"] else ()
        result = run(
            kit, "cms", "-verify", "-binary", "-inform", "DER", "-in", row["signature"], *apart,
            "-CAfile", "anchors/all.pem", "-attime", epoch(row), "-purpose", "any", "-out", tmp_path / "out",
        )  # fmt: skip
        intact = row["expected"] != "bad_signature"  # what a certificate is for, -purpose any does not ask
        assert ("successful" in result.stderr) is intact, (row, result.stderr)
        if intact:
            assert (tmp_path / "out").read_bytes().startswith(b"TEST document: I apply")


def context(kit: Path, row: Case, **data: Any) -> ValidationContext:
    """What trusts the row's anchor and the root of the time-stamps, at the row's instant."""
    roots = [decoder.Certificate.load((kit / path).read_bytes()) for path in (row["anchor"], "tsa/root.cer")]
    at = datetime.fromisoformat(row["at"])
    return ValidationContext(trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="require", **data)


def by_pyhanko(kit: Path, row: Case) -> tuple[bool, bool, bool]:
    """(intact and valid, trusted, time-stamped), by what is in a B-LT document alone, else by the row's data."""
    reader = PdfFileReader(BytesIO((kit / row["document"]).read_bytes()))
    embedded = reader.embedded_signatures[-1]
    if row["form"] == "pades_b_lt":
        store = DocumentSecurityStore.read_dss(reader)
        data: dict[str, Any] = {
            "ocsps": [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps],
            "crls": [crl.CertificateList.load(one.get_object().data) for one in store.crls],
        }
    else:
        lists = (row["crl"], "tsa/root.crl")
        data = {
            "ocsps": [ocsp.OCSPResponse.load((kit / row["ocsp"]).read_bytes())],
            "crls": [crl.CertificateList.load((kit / path).read_bytes()) for path in lists],
        }
    usage = KeyUsageConstraints(key_usage={"non_repudiation"})
    status = asyncio.run(
        async_validate_pdf_signature(
            embedded,
            context(kit, row, **data),
            ts_validation_context=context(kit, row, **data),
            key_usage_settings=usage,
        )
    )
    stamp = status.timestamp_validity
    return (
        status.intact and status.valid,
        status.trusted,
        bool(stamp and stamp.intact and stamp.valid and stamp.trusted),
    )


def test_pyhanko_judges_every_pdf(kit: Path) -> None:
    """Intact and trusted as the kit says; time-stamps of B-T and B-LT are trusted; a log-in certificate is not."""
    found = rows(kit, "pdf", "pades_b_b", "pades_b_t", "pades_b_lt")
    assert len(found) == 24
    for row in found:
        if row["id"].endswith("before_revocation"):
            continue  # that a time-stamp proves it is a rule of ETSI EN 319 102-1, asked for below
        intact, trusted, stamped = by_pyhanko(kit, row)
        assert intact is (row["expected"] != "bad_signature"), row
        if intact:
            assert trusted is (row["expected"] == "good"), row
        assert stamped is (row["form"] in ("pades_b_t", "pades_b_lt")), row


ADES = {
    "good": "AdESPassed.OK",
    "bad_signature": "AdESFailure.HASH_FAILURE",
    "revoked": "AdESIndeterminate.REVOKED_NO_POE",
}
"""The kit's word to the (sub-)indication of ETSI EN 319 102-1."""


def test_a_signature_before_the_revocation_is_proved_by_its_time_stamp(kit: Path) -> None:
    """PyHanko's validation by ETSI EN 319 102-1 passes what was time-stamped before, and not what came after."""
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    required = CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
    for row in rows(kit, "pades_b_t"):
        roots = [decoder.Certificate.load((kit / path).read_bytes()) for path in (row["anchor"], "tsa/root.cer")]
        lists = [crl.CertificateList.load((kit / path).read_bytes()) for path in (row["crl"], "tsa/root.crl")]
        answer = ocsp.OCSPResponse.load((kit / row["ocsp"]).read_bytes())
        spec = SignatureValidationSpec(
            CertValidationPolicySpec(SimpleTrustManager.build(roots), required),
            local_knowledge=LocalKnowledge(OCSPContainer.load_multi(answer), [CRLContainer(one) for one in lists]),
        )
        embedded = PdfFileReader(BytesIO((kit / row["document"]).read_bytes())).embedded_signatures[-1]
        at = datetime.fromisoformat(row["at"])
        timing, digest = ValidationTimingInfo(at, at, True), embedded.compute_digest()
        judging = ades_with_time_validation(embedded.signed_data, spec, timing_info=timing, raw_digest=digest)
        assert str(asyncio.run(judging).ades_subindic) == ADES[row["expected"]], row


def test_pdfsig_tells_intact_from_changed(kit: Path) -> None:
    """``pdfsig`` of poppler finds one signature of the right kind in each PDF, valid or not as the kit says."""
    pdfsig = need_program("pdfsig")
    for row in rows(kit, "pdf", "pades_b_b", "pades_b_t", "pades_b_lt"):
        found = subprocess.run(
            [pdfsig, "-nocert", row["document"]], cwd=kit, capture_output=True, text=True, timeout=60, check=False
        ).stdout
        kind = "adbe.pkcs7.detached" if row["form"] == "pdf" else "ETSI.CAdES.detached"
        assert f"Signature Type: {kind}" in found and "Signature #2" not in found, found
        valid = row["expected"] != "bad_signature"
        assert ("Signature Validation: Signature is Valid." in found) is valid, (row, found)


def test_openssl_verifies_the_time_stamps(kit: Path, tmp_path: Path) -> None:
    """``openssl ts -verify`` finds our authority's token good for the signature, and for no other octets."""
    for form in ("pades_b_t", "pades_b_lt"):
        row = next(row for row in rows(kit, form) if row["expected"] == "good")
        embedded = PdfFileReader(BytesIO((kit / row["document"]).read_bytes())).embedded_signatures[-1]
        attribute = embedded.signer_info["unsigned_attrs"][0]
        assert attribute["type"].native == "signature_time_stamp_token"
        signature = embedded.signer_info["signature"].native
        (tmp_path / "token").write_bytes(cms.ContentInfo.load(attribute["values"][0].dump()).dump())
        run(kit, "x509", "-inform", "DER", "-in", "tsa/root.cer", "-out", tmp_path / "root.pem")
        for data, good in ((signature, True), (signature[::-1], False)):
            (tmp_path / "data").write_bytes(data)
            found = run(
                tmp_path, "ts", "-verify", "-token_in", "-in", "token", "-data", "data", "-CAfile", "root.pem",
                "-attime", epoch(row),
            )  # fmt: skip
            assert ("Verification: OK" in found.stdout + found.stderr) is good, found


def test_our_services_agree(kit: Path) -> None:
    """``check_cms`` and ``check_pdf`` find what the kit expects of the forms that they take."""
    lab, codes = Lab(seed=7), {"accepted": "good"}
    for row in rows(kit, "cms", "pdf"):
        common: dict[str, Any] = {
            "anchors": (kit / row["anchor"]).read_bytes(), "at": datetime.fromisoformat(row["at"]),
            "parameters": lab.parameters, "crls": (kit / row["crl"]).read_bytes(),
            "ocsp_responses": (kit / row["ocsp"]).read_bytes(),
        }  # fmt: skip
        document = (kit / row["document"]).read_bytes()
        if row["form"] == "pdf":
            found = documents.check_pdf(document, **common)
        else:
            found = documents.check_cms(document, (kit / row["signature"]).read_bytes(), **common)
        assert codes.get(found.code, found.code) == row["expected"], row
