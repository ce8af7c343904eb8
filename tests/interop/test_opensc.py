"""OpenSC, unmodified, uses the emulated card through PC/SC."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import cards
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from readers import in_reader

from myna_lab.devices.card import Chip
from myna_lab.keys import rsa_key
from needs import need_program

pytestmark = pytest.mark.interop

DUMPED = (
    "PKCS#15 Card [JPKI]",
    "PIN [User Authentication PIN]",
    "Tries left     : 3",
    "PIN [Digital Signature PIN]",
    "Tries left     : 5",
    "Private RSA Key [User Authentication Key]",
    "Private RSA Key [Digital Signature Key]",
    "X.509 Certificate [User Authentication Certificate]",
    "X.509 Certificate [Digital Signature Certificate]",
)
Run = Callable[..., subprocess.CompletedProcess[str]]
NEWER_ATR = bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")
"""Not in OpenSC's table: the card is recognised by its application (card facts 4.1)."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in an empty home, so that no cache of another card is found."""

    def run(program: str, *arguments: object, fails: bool = False) -> subprocess.CompletedProcess[str]:
        command = [need_program(program), *map(str, arguments)]
        home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=os.environ | home, check=False
        )
        assert (done.returncode != 0) == fails, f"{command[1:]}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


def test_the_dump_names_the_card_and_its_objects(chip: Chip, run: Run) -> None:
    """pkcs15-tool lists token, PINs with their tries, keys and certificates of a JPKI card."""
    assert run("opensc-tool", "--name").stdout.strip() == "jpki"
    dump = run("pkcs15-tool", "--dump").stdout
    for expected in DUMPED:
        assert expected in dump


def test_a_card_of_unknown_atr_is_found_by_its_application(port: int, run: Run) -> None:
    """OpenSC recognises the card after all its other drivers have probed it in vain."""
    with in_reader(Chip("card-2", cards.plastic(), key=rsa_key, atr=NEWER_ATR), port):
        assert run("opensc-tool", "--name").stdout.strip() == "jpki"


def test_the_user_authentication_certificate_needs_no_pin(chip: Chip, run: Run, tmp_path: Path) -> None:
    """The certificate that OpenSC reads without PIN is the one that was personalised, byte by byte."""
    run("pkcs15-tool", "--read-certificate", "1", "--output", "auth.pem")
    assert _der(tmp_path / "auth.pem") == cards.certificates()["auth"]


def test_the_sign_certificate_needs_its_pin(chip: Chip, run: Run, tmp_path: Path) -> None:
    """Without the signing password OpenSC cannot read the signing certificate; with it, it can."""
    run("pkcs15-tool", "--read-certificate", "2", "--output", "sign.pem", fails=True)
    assert [e.sw for e in chip.trace if e.words.startswith("READ BINARY of jpki/0001")] == ["6982"]
    run("pkcs15-tool", "--read-certificate", "2", "--verify-pin", "--auth-id", "2", "--pin", cards.SIGN_PASSWORD,
        "--output", "sign.pem")  # fmt: skip
    assert _der(tmp_path / "sign.pem") == cards.certificates()["sign"]


@pytest.mark.parametrize(("number", "kind", "pin"), [("1", "auth", cards.USER_PIN), ("2", "sign", cards.SIGN_PASSWORD)])
def test_both_keys_sign_and_openssl_agrees(
    chip: Chip, run: Run, tmp_path: Path, number: str, kind: str, pin: str
) -> None:
    """pkcs11-tool signs with the key, and openssl verifies with the certificate's public key."""
    message = tmp_path / "message.txt"
    message.write_text("TEST\n")
    token = {"1": "JPKI (User Authentication PIN)", "2": "JPKI (Digital Signature PIN)"}[number]
    run("pkcs11-tool", "--token-label", token, "--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS",
        "--id", number, "--input-file", message, "--output-file", "signature.bin")  # fmt: skip
    certificate = x509.load_der_x509_certificate(cards.certificates()[kind])
    (tmp_path / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    public = run("openssl", "x509", "-in", "certificate.pem", "-pubkey", "-noout").stdout
    (tmp_path / "public.pem").write_text(public)
    verified = run("openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature.bin", message)
    assert "Verified OK" in verified.stdout


def test_a_wrong_pin_costs_one_try(chip: Chip, run: Run) -> None:
    """One wrong PIN given to OpenSC lowers the chip's counter by one, and OpenSC tells how many are left."""
    run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "9999", "--list-pins", fails=True)
    assert chip.tries_left("jpki/0018") == 2
    assert "Tries left     : 2" in run("pkcs15-tool", "--list-pins").stdout
    assert chip.tries_left("jpki/001B") == 5


def _der(file: Path) -> bytes:
    return x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
