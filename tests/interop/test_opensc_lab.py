"""OpenSC uses the card of a lab: what it does there is in the lab's log, and stays after reopening."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from readers import in_reader

from myna_lab import Lab
from needs import need_program

pytestmark = pytest.mark.interop


def _run(folder: Path, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    command = [need_program(program), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=folder, env=os.environ | home, check=False
    )


def test_a_lab_card_in_a_real_reader(port: int, tmp_path: Path) -> None:
    """Certificates of the lab's books are read, a signature verifies, a wrong PIN costs one try and is an event."""
    lab = Lab(seed=7, journal=tmp_path / "class.mynalab")
    hanako = lab.resident(user_authentication_pin="2222", signing_password="ABC123")
    (tmp_path / "text.txt").write_bytes(b"TEST document")
    with in_reader(hanako.card, port):
        dump = _run(tmp_path, "pkcs15-tool", "-D").stdout
        assert "JPKI" in dump
        read = _run(tmp_path, "pkcs15-tool", "--read-certificate", "1").stdout
        (tmp_path / "digest.bin").write_bytes(sha256(b"TEST document").digest())
        sign = _run(tmp_path, "pkcs15-crypt", "--sign", "--key", "2", "--sha-256", "--pkcs1", "--pin", "ABC123",
                    "--input", "digest.bin", "--output", "s.bin", "--signature-format", "openssl")  # fmt: skip
        assert (tmp_path / "s.bin").exists(), sign.stderr
        wrong = _run(tmp_path, "pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "9999")
        assert wrong.returncode != 0
    row = next(row for row in lab.books.certificates.values() if row.kind == "card_auth")
    assert x509.load_pem_x509_certificate(read.encode()).public_bytes(Encoding.DER) == row.der
    assert hanako.card.tries_left("jpki/0018") == 2
    names = [entry.name for entry in lab.log if entry.name.startswith("ReferenceData")]
    assert names[-2:] == ["ReferenceDataTried", "ReferenceDataRefused"]
    lab.close()
    again = Lab.open(tmp_path / "class.mynalab")
    assert again.residents[0].card.tries_left("jpki/0018") == 2
    signer = next(row for row in again.books.certificates.values() if row.kind == "card_sign")
    public = tmp_path / "public.pem"
    public.write_bytes(
        x509.load_der_x509_certificate(signer.der)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    judged = _run(tmp_path, "openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "s.bin", "text.txt")
    assert "Verified OK" in judged.stdout, judged.stderr
