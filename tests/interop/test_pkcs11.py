"""A PKCS #11 library and its Python binding, and raw exchanges through PC/SC: clients that we did not write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import cards
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from readers import in_reader

from myna_lab.devices.card import Chip
from myna_lab.keys import rsa_key
from needs import missing, need_program

pytestmark = pytest.mark.interop

JPKI = "00A4040C0AD392F000260100000001"
HASHES: dict[str, HashAlgorithm] = {"SHA1": SHA1(), "SHA256": SHA256(), "SHA384": SHA384(), "SHA512": SHA512()}
KEYS = {"1": ("auth", cards.USER_PIN, "JPKI (User Authentication PIN)"),
        "2": ("sign", cards.SIGN_PASSWORD, "JPKI (Digital Signature PIN)")}  # fmt: skip


@pytest.fixture(scope="module")
def module() -> str:
    """The path of OpenSC's PKCS #11 library."""
    need_program("pkcs11-tool")
    places = [p for top in ("/usr/lib", "/usr/lib64", "/usr/local/lib") for p in Path(top).rglob("opensc-pkcs11.so")]
    return str(places[0]) if places else missing("opensc-pkcs11.so is not installed")


def run(program: str, *arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [need_program(program), *map(str, arguments)]
    environment = os.environ | {"HOME": str(home), "XDG_CACHE_HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=home, env=environment, check=False)


def verify(kind: str, signature: bytes, message: bytes, algorithm: HashAlgorithm) -> None:
    public = x509.load_der_x509_certificate(cards.certificates()[kind]).public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(signature, message, PKCS1v15(), algorithm)


@pytest.mark.parametrize("number", KEYS)
@pytest.mark.parametrize("name", HASHES)
def test_pkcs11_tool_signs_with_every_hash(chip: Chip, tmp_path: Path, number: str, name: str) -> None:
    """Both keys sign with SHA-1, 256, 384 and 512 through pkcs11-tool, and the certificate's key verifies."""
    kind, pin, token = KEYS[number]
    (tmp_path / "message").write_bytes(b"TEST")
    done = run("pkcs11-tool", "--token-label", token, "--login", "--pin", pin, "--sign", "--id", number,
               "--mechanism", f"{name}-RSA-PKCS", "--input-file", "message", "--output-file", "signature",
               home=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    verify(kind, (tmp_path / "signature").read_bytes(), b"TEST", HASHES[name])


def test_all_four_certificates_are_read(chip: Chip, tmp_path: Path) -> None:
    """pkcs15-tool reads each certificate, the sign one with its password, byte by byte as personalised."""
    for number, kind in (("1", "auth"), ("2", "sign"), ("3", "auth_ca"), ("4", "sign_ca")):
        pin = ("--verify-pin", "--auth-id", "2", "--pin", cards.SIGN_PASSWORD) if kind == "sign" else ()
        done = run("pkcs15-tool", "--read-certificate", number, *pin, "--output", "c.pem", home=tmp_path)
        assert done.returncode == 0, done.stderr
        pem = x509.load_pem_x509_certificate((tmp_path / "c.pem").read_bytes())
        assert pem == x509.load_der_x509_certificate(cards.certificates()[kind]), kind


def test_the_tool_finds_no_error(chip: Chip, module: str, tmp_path: Path) -> None:
    """pkcs11-tool --test, which draws random numbers from the card and signs, counts no error."""
    done = run("pkcs11-tool", "--module", module, "--token-label", KEYS["1"][2], "--login", "--pin", cards.USER_PIN,
               "--test", home=tmp_path)  # fmt: skip
    assert "No errors" in done.stdout, done.stdout + done.stderr


PYTHON = """
import sys, pkcs11
from hashlib import sha256
label, pin, n = sys.argv[2], sys.argv[3], int(sys.argv[4])
token = next(t for t in pkcs11.lib(sys.argv[1]).get_tokens() if t.label.strip("\\x00 ") == label)
with token.open(user_pin=pin) as session:
    key = next(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}))
    for i in range(n):
        print(key.sign(b"TEST %d" % i, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS).hex())
"""


def test_one_login_many_signatures_from_python(chip: Chip, module: str, tmp_path: Path) -> None:
    """python-pkcs11 logs in once and signs fifty times; one VERIFY with a PIN reached the chip, and no try was lost."""
    environment = os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PYTHON, module, KEYS["1"][2], cards.USER_PIN, "50"],
        capture_output=True, text=True, timeout=120, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    signatures = done.stdout.split()
    assert len(signatures) == 50
    for i, signature in enumerate(signatures):
        verify("auth", bytes.fromhex(signature), b"TEST %d" % i, SHA256())
    verified = [e for e in chip.trace if e.words.startswith("VERIFY of jpki/0018") and e.sw == "9000"]
    assert len(verified) == 1
    assert chip.tries_left("jpki/0018") == 3


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_a_phone_in_the_reader_is_a_jpki_card_too(port: int, tmp_path: Path, platform: str) -> None:
    """OpenSC takes the phone's profile for the same kind of card; its certificate is read only after the PIN."""
    read = ("--read-certificate", "1", "--output", "c.pem")
    with in_reader(Chip("phone-1", cards.phone(platform), key=rsa_key), port):
        assert run("opensc-tool", "--name", home=tmp_path).stdout.strip() == "jpki"
        assert run("pkcs15-tool", *read, home=tmp_path).returncode != 0
        pin = ("--verify-pin", "--auth-id", "1", "--pin", cards.USER_PIN)
        done = run("pkcs15-tool", *pin, *read, home=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "BEGIN CERTIFICATE" in (tmp_path / "c.pem").read_text()


def raw(home: Path, *commands: str) -> list[str]:
    """Raw exchanges with opensc-tool; the status words."""
    arguments = [part for command in commands for part in ("-s", command)]
    done = run("opensc-tool", "--card-driver", "default", *arguments, home=home)
    return ["".join(pair) for pair in re.findall(r"SW1=0x(..), SW2=0x(..)", done.stdout)]


def test_a_logout_by_select_does_not_log_out(chip: Chip, tmp_path: Path) -> None:
    """Newer OpenSC logs out by selecting the application again (0.23 sends nothing); the card goes on signing."""
    digest = "3031300D060960864801650304020105000420" + sha256(b"TEST").hexdigest()
    sign = f"802A009733{digest}00"
    pin = "0020009804" + cards.USER_PIN.encode().hex()
    assert raw(tmp_path, JPKI, pin, sign, JPKI, sign) == ["9000"] * 5
    other = "00A4040C0AD3921000310001010408"
    assert raw(tmp_path, JPKI, pin, other, JPKI, sign) == ["9000"] * 4 + ["6982"]


def test_raw_exchanges_of_every_kind(chip: Chip, tmp_path: Path) -> None:
    """Queries, records, data objects and unknown applications come through PC/SC as the chip answers them."""
    assert raw(
        tmp_path,
        "00CA00F000",
        JPKI,
        "00200098",
        "00B08A0000",
        "00A4040C0AD3921000310001010100",
        "00B2010C00",
        "00A4040C05F000000001",
    ) == ["9000", "9000", "63C3", "9000", "9000", "9000", "6A82"]
