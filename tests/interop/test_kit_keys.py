"""Playing the client with a kit's keys: OpenSSL and Java open the PKCS #12, a TLS server asks for the certificate."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from kit_judges import ERRORS, PURPOSES, cases, manifest, openssl, run

from myna_lab import Lab
from myna_lab.kit import export
from needs import optional_program

pytestmark = pytest.mark.interop


def test_every_certificate_has_its_key(kit: Path) -> None:
    """PEM and PKCS #12, opened by ``cryptography``, hold the key of the case's certificate, and that certificate."""
    files = {case["key"]: case["certificate"] for case in cases(kit)}
    assert all(files[case["key"]] == case["certificate"] for case in cases(kit)), "one certificate a key file"
    for path, certificate in files.items():
        own = x509.load_der_x509_certificate((kit / certificate).read_bytes())
        stored = pkcs12.load_pkcs12((kit / path).with_suffix(".p12").read_bytes(), b"TEST")
        assert stored.cert is not None and stored.cert.certificate == own
        assert isinstance(stored.key, rsa.RSAPrivateKey) and own.public_key() == stored.key.public_key(), path
        assert stored.cert.friendly_name == Path(certificate).stem.encode()
        pem = (kit / path).read_bytes()
        assert x509.load_pem_x509_certificate(pem) == own
        # The check of a key takes 50 ms: it was made when the same numbers came out of the PKCS #12.
        key = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey) and key.private_numbers() == stored.key.private_numbers(), path


def test_openssl_opens_the_pkcs12(kit: Path) -> None:
    """``openssl pkcs12`` checks the MAC, finds PBES2 and AES-256; another password is refused."""
    found = run(kit, "pkcs12", "-in", "keys/card_auth-good.p12", "-passin", "pass:TEST", "-nodes", "-info")
    assert found.returncode == 0, found.stderr
    assert "PBES2, PBKDF2, AES-256-CBC" in found.stderr and "MAC: sha256" in found.stderr
    plain = (kit / "keys/card_auth-good.pem").read_text().partition("-----BEGIN CERTIFICATE")[0]
    assert plain.strip() in found.stdout
    refused = run(kit, "pkcs12", "-in", "keys/card_auth-good.p12", "-passin", "pass:test", "-nodes")
    assert refused.returncode != 0 and "Mac verify error" in refused.stderr


def test_java_opens_the_pkcs12(kit: Path) -> None:
    """``keytool`` lists one private key with its chain of two, and refuses another password."""
    keytool = optional_program("keytool")

    def listed(password: str) -> subprocess.CompletedProcess[str]:
        command = [keytool, "-J-Duser.language=en", "-list", "-v", "-keystore", "keys/phone_sign-good.p12"]
        return subprocess.run(
            [*command, "-storepass", password], cwd=kit, capture_output=True, text=True, timeout=120, check=False
        )

    found = listed("TEST")
    assert "Alias name: phone_sign-good" in found.stdout and "Entry type: PrivateKeyEntry" in found.stdout
    assert "Certificate chain length: 2" in found.stdout
    assert listed("WRONG").returncode != 0


def test_a_challenge_is_answered(kit: Path, tmp_path: Path) -> None:
    """A challenge, signed by ``openssl dgst`` with the kit's key, fits the certificate; another challenge does not."""
    challenge = hashlib.sha256(b"TEST challenge").digest()
    (tmp_path / "challenge").write_bytes(challenge)
    octets = subprocess.run(
        [openssl(), "dgst", "-sha256", "-sign", "keys/card_auth-good.pem", str(tmp_path / "challenge")],
        cwd=kit, capture_output=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    public = x509.load_der_x509_certificate((kit / "certificates/card_auth-good.cer").read_bytes()).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(octets, challenge, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        public.verify(octets, challenge[::-1], padding.PKCS1v15(), hashes.SHA256())


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit for real clocks."""
    return export(Lab(seed=7, start="now"), tmp_path_factory.mktemp("kit") / "today", lasts="1d")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


MUTUAL = {"good-crl": "ok", "revoked-crl": "certificate revoked", "expired": "certificate has expired"}


@pytest.mark.parametrize("name", MUTUAL)
def test_mutual_tls_with_a_kits_key(today: Path, tmp_path: Path, name: str) -> None:
    """``openssl s_server -Verify`` with the town's list finds the kit's client as the case says, by the real clock."""
    case = next(case for case in cases(today) if case["id"] == f"card_auth-{name}")
    for file, label, path in (("ca.pem", "x509", case["anchor"]), ("list.pem", "crl", case["crl"])):
        run(today, label, "-inform", "DER", "-in", path, "-out", tmp_path / file)
    made = run(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.pem", "-out", "server.cer",
        "-subj", "/CN=localhost", "-days", 2,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    port = free_port()
    server = subprocess.Popen(
        [
            openssl(), "s_server", "-accept", f"127.0.0.1:{port}", "-cert", "server.cer", "-key", "server.pem",
            "-Verify", "2", "-verify_return_error", "-CAfile", "ca.pem", "-CRL", "list.pem", "-crl_check",
            "-naccept", "1",
        ],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None and "ACCEPT" in next(line for line in server.stdout if "ACCEPT" in line)
        client = subprocess.run(
            [
                openssl(), "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2",
                "-CAfile", str(tmp_path / "server.cer"),
                "-cert", case["key"], "-key", case["key"],
            ],
            cwd=today, capture_output=True, text=True, timeout=60, check=False, input="Q\n",
        )  # fmt: skip
        said, _ = server.communicate(timeout=60)
    finally:
        server.kill()
    if MUTUAL[name] == "ok":
        assert "Verify return code: 0 (ok)" in client.stdout, client.stderr
        assert "verify error" not in said and "CIPHER is" in said, said
    else:
        assert "verify error:num=" in said and MUTUAL[name] in said, said


def test_a_kit_of_today_needs_no_time_to_be_told(today: Path) -> None:
    """With ``lasts="1d"`` an unmodified ``openssl verify``, told no time, finds each case, now and in a day."""
    assert {case["at"] for case in cases(today)} == {manifest(today)["instant"]}
    later = int(datetime.fromisoformat(manifest(today)["until"]).timestamp()) - 60
    for moment in ((), ("-attime", later)):
        for case in cases(today, "card_auth"):
            name = case["id"].removeprefix("card_auth-")
            if case["crl"] is None or name.startswith(
                ("disagree", "crl-stale_answer_fresh", "wrong_policy", "no_policy")
            ):
                continue
            found = run(
                today, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-no-CAfile", *moment, "-purpose",
                PURPOSES["auth"], "-trusted", case["anchor"], "-crl_check", "-CRLfile", case["crl"],
                case["certificate"],
            ).stderr  # fmt: skip
            errors = {ERRORS[int(number)] for number in re.findall(r"error (\d+)", found)} or {"good"}
            assert errors == ({"revoked"} if case["expected"] == "held" else {case["expected"]}), (case, found)


def test_nothing_of_tomorrow_is_in_a_kit_of_today(today: Path) -> None:
    """But for what is to come on purpose, no list or answer begins after the instant, and each lasts the day."""
    at, until = (datetime.fromisoformat(manifest(today)[name]) for name in ("instant", "until"))
    for case in cases(today):
        if not case["id"].partition("-")[2].startswith(("crl-stale", "crl-future", "ocsp-stale", "ocsp-future")):
            if case["crl"]:
                crl = x509.load_der_x509_crl((today / case["crl"]).read_bytes())
                assert crl.next_update_utc is not None and crl.last_update_utc <= at < until < crl.next_update_utc, case
            if case["ocsp"] and "try_later" not in case["id"] and "unauthorized" not in case["id"]:
                answer = ocsp.load_der_ocsp_response((today / case["ocsp"]).read_bytes())
                assert answer.this_update_utc <= at and answer.produced_at_utc <= at, case
                assert answer.next_update_utc is not None and answer.next_update_utc > until, case


def test_openssl_reads_the_answers_of_today(today: Path) -> None:
    """``openssl ocsp`` by the real clock, with no allowance: fresh answers are fresh, stale and future ones are not."""
    for case in cases(today, "phone_sign"):
        if case["id"].endswith(("good-ocsp", "ocsp-stale", "ocsp-future")):
            found = run(
                today, "ocsp", "-respin", case["ocsp"], "-no_nonce", "-issuer", case["anchor"], "-cert",
                case["certificate"], "-CAfile", "anchors/all.pem",
            )  # fmt: skip
            fresh = "Status times invalid" not in found.stdout + found.stderr
            assert fresh is case["id"].endswith("good-ocsp"), (case, found.stdout, found.stderr)
