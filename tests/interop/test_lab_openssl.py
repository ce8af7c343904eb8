"""openssl judges what a whole lab issued: every certificate, the OCSP answers, the lists."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from myna_lab import Lab
from myna_lab.formats import jpki
from myna_lab.jlis.books import CertificateRow
from needs import need_program

LONG = str(10 * 365 * 86400)


@pytest.fixture(scope="module")
def lab() -> Lab:
    """Card, iPhone, then Android: six certificates, two of them revoked."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.advance("10min")
    lab.android(hanako).add_card().run()
    lab.advance("1d")
    return lab


def _pem(path: Path, der: bytes) -> str:
    path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return str(path)


def _openssl(*arguments: str) -> str:
    done = subprocess.run(
        [need_program("openssl"), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return f"{done.returncode}\n{done.stdout}\n{done.stderr}"


def _rows(lab: Lab) -> list[CertificateRow]:
    return list(lab.books.certificates.values())


@pytest.mark.parametrize("number", range(6))
def test_certificate_against_authority_and_list(lab: Lab, tmp_path: Path, number: int) -> None:
    """Good ones verify with the CRL of their town, the revoked pair is refused for being revoked."""
    row = _rows(lab)[number]
    anchor = lab.revocation.generation(row.key.authority)
    ca, leaf = _pem(tmp_path / "ca.pem", anchor), _pem(tmp_path / "leaf.pem", row.der)
    crl = tmp_path / "crl.pem"
    crl.write_bytes(x509.load_der_x509_crl(lab.revocation.crl(row.kind, row.municipality)).public_bytes(Encoding.PEM))
    when = str(int(lab.now.timestamp()))
    plain = _openssl("verify", "-x509_strict", "-attime", when, "-CAfile", ca, leaf)
    assert plain.startswith("0\n"), plain
    checked = _openssl(
        "verify", "-x509_strict", "-attime", when, "-crl_check", "-CAfile", ca, "-CRLfile", str(crl), leaf
    )
    if row.state.value == "revoked":
        assert "certificate revoked" in checked, checked
    else:
        assert checked.startswith("0\n"), checked


@pytest.mark.parametrize("number", range(6))
def test_ocsp_answer(lab: Lab, tmp_path: Path, number: int) -> None:
    """Openssl verifies the answer's signature and delegation, and reads good or revoked as the books have it."""
    row = _rows(lab)[number]
    anchor = lab.revocation.generation(row.key.authority)
    ca, leaf, answer = _pem(tmp_path / "ca.pem", anchor), _pem(tmp_path / "leaf.pem", row.der), tmp_path / "answer.der"
    answer.write_bytes(lab.revocation.ocsp(jpki.ocsp_request(row.der, anchor)))
    said = _openssl(
        "ocsp", "-no_nonce", "-respin", str(answer), "-issuer", ca, "-cert", leaf, "-CAfile", ca,
        "-validity_period", LONG, "-attime", str(int(lab.now.timestamp())),
    )  # fmt: skip
    assert "Response verify OK" in said, said
    assert f"leaf.pem: {'revoked' if row.state.value == 'revoked' else 'good'}" in said, said
