"""OpenSSL judges what the authorities make. It is a judge of its own: its code and ours have nothing in common."""

from __future__ import annotations

import functools
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asn1crypto import pem
from authorities import (
    ELSEWHERE,
    HERE,
    NEXT_TICK,
    NOW,
    PARAMETERS,
    answer,
    authority,
    certificate,
    crl,
    serial_of,
    status,
)

from myna_lab.formats import jpki
from myna_lab.ground.durations import at
from needs import need_program

pytestmark = pytest.mark.interop
KINDS = list(jpki.KINDS)
HUNDRED_YEARS = "3153600000"
"""Tolerance for the times of an OCSP answer, which ``openssl ocsp`` compares with the computer's clock only."""


@functools.cache
def openssl() -> str:
    return need_program("openssl")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([openssl(), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    """Writes octets to a PEM file of a type, several after one another."""

    def write(name: str, kind: str, *ders: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(pem.armor(kind, der) for der in ders))
        return path

    return write


def verify(
    desk: Any, der: bytes, roots: list[bytes], *options: object, instant: Any = NOW
) -> subprocess.CompletedProcess[str]:
    anchors, own = desk("roots.pem", "CERTIFICATE", *roots), desk("own.pem", "CERTIFICATE", der)
    common = ("-x509_strict", "-check_ss_sig", "-no-CApath", "-no-CAstore", "-attime", int(instant.timestamp()))
    return run("verify", *common, "-CAfile", anchors, *options, own)


def policy(kind: str) -> tuple[str, ...]:
    arc = f"{PARAMETERS.text('policy_arc')}.{jpki.KINDS[kind].policy}"
    return "-policy_check", "-policy", arc, "-explicit_policy"


@pytest.mark.parametrize("kind", KINDS)
def test_path_and_policy(kind: str, desk: Any) -> None:
    """Under -x509_strict each kind verifies for its own policy, and for no other's."""
    roots = [authority(side).certificate for side in ("sign", "auth")]
    assert verify(desk, certificate(kind), roots, *policy(kind)).returncode == 0
    for other in KINDS:
        if other != kind:
            refused = verify(desk, certificate(kind), roots, *policy(other))
            assert refused.returncode and "error 43" in refused.stderr, refused.stderr


@pytest.mark.parametrize("side", ["sign", "auth"])
def test_authority_and_responder(side: str, desk: Any) -> None:
    """The self-signed root and the responder's certificate verify; the responder is good for OCSP help only."""
    roots = [authority(side).certificate]
    assert verify(desk, roots[0], roots).returncode == 0
    assert verify(desk, authority(side).responder_certificate, roots, "-purpose", "ocsphelper").returncode == 0


@pytest.mark.parametrize(
    ("instant", "error"),
    [
        ("2025-06-24 09:00:04", "error 9"),
        ("2025-06-24 09:00:05", ""),
        ("2030-02-17 23:59:58", ""),
        ("2030-02-18 00:00:00", "error 10"),
    ],
)
def test_dates(instant: str, error: str, desk: Any) -> None:
    """OpenSSL agrees on when a certificate begins and ends; only the last second itself it counts as over already."""
    found = verify(desk, certificate("card_sign"), [authority("sign").certificate], instant=at(instant))
    assert (error in found.stderr) if error else found.returncode == 0, found.stderr


def test_generations(desk: Any) -> None:
    """With two roots of one name OpenSSL picks the one whose key identifier and signature fit."""
    roots = [authority("sign", generation).certificate for generation in (0, 1)]
    for generation in (0, 1):
        assert verify(desk, certificate("card_sign", generation), roots).returncode == 0
        assert verify(desk, certificate("card_sign", generation), [roots[1 - generation]]).returncode


CRL_CASES = [
    ("good", {"partition": HERE}, ""),
    ("another is revoked", {"partition": HERE, "serial": 5}, ""),
    ("revoked", {"partition": HERE, "reason": "AFFILIATION_CHANGED"}, "error 23"),
    ("on hold", {"partition": HERE, "reason": "CERTIFICATE_HOLD"}, "error 23"),
    ("whole list", {"partition": None}, ""),
    ("revoked on the whole list", {"partition": None, "reason": "SUPERSEDED"}, "error 23"),
    ("another town", {"partition": ELSEWHERE}, "error 44"),
    ("the authority's own list", {"partition": None, "only": "authority"}, "error 44"),
    ("old list", {"partition": HERE, "this_update": at("2025-06-22 09:00:04")}, "error 12"),
]


@pytest.mark.parametrize(("case", "made", "error"), CRL_CASES, ids=[case[0] for case in CRL_CASES])
@pytest.mark.parametrize("kind", KINDS)
def test_crl(kind: str, case: str, made: dict[str, Any], error: str, desk: Any) -> None:
    """-crl_check honours the town: the right list decides, another town's is of a different scope (error 44)."""
    made = dict(made)
    reason, serial = made.pop("reason", ""), made.pop("serial", serial_of(kind))
    lines = [jpki.RevokedEntry(serial, NOW, reason)] if reason or serial != serial_of(kind) else []
    held = desk("list.pem", "X509 CRL", crl(kind, *lines, **made))
    found = verify(
        desk, certificate(kind), [authority(jpki.authority_of(kind)).certificate], "-crl_check", "-CRLfile", held
    )
    assert (error in found.stderr) if error else found.returncode == 0, found.stderr


def test_crl_signature_and_words(desk: Any) -> None:
    """OpenSSL verifies a list's signature and reads its number, reasons and scope."""
    lines = [jpki.RevokedEntry(1000 + n, NOW, reason) for n, reason in enumerate(jpki.REASONS)]
    held, root = desk("list.pem", "X509 CRL", crl("card_auth", *lines, number=77)), desk(
        "root.pem", "CERTIFICATE", authority("auth").certificate
    )  # fmt: skip
    found = run("crl", "-in", held, "-noout", "-text", "-CAfile", root)
    assert "verify OK" in found.stderr
    for words in (
        "Version 2",
        "X509v3 CRL Number: \n                77",
        "Only User Certificates",
        "Certificate Hold",
        "Affiliation Changed",
    ):
        assert words in found.stdout


def ask(desk: Any, kind: str, response: bytes, folder: Path, *options: object, generation: int = 0) -> tuple[bool, str]:
    """(whether the answer verified, the state that OpenSSL read)."""
    root = desk("root.pem", "CERTIFICATE", authority(jpki.authority_of(kind), generation).certificate)
    own = desk("own.pem", "CERTIFICATE", certificate(kind, generation))
    held = folder / "answer.der"
    held.write_bytes(response)
    found = run(
        "ocsp", "-respin", held, "-issuer", root, "-cert", own, "-CAfile", root, "-no_nonce",
        "-validity_period", HUNDRED_YEARS, "-attime", int(NOW.timestamp()), *options,
    )  # fmt: skip
    state = re.search(r"own\.pem: (\w+)(?:.*Reason: (\w+))?", found.stdout, re.DOTALL)
    return "Response verify OK" in found.stderr, " ".join(filter(None, state.groups())) if state else found.stdout


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (status("good"), "good"),
        (status("unknown"), "unknown"),
        (status("revoked"), "revoked"),
        (status("revoked", reason="KEY_COMPROMISE"), "revoked keyCompromise"),
        (status("on_hold"), "revoked certificateHold"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_ocsp(kind: str, known: jpki.CertificateStatus, state: str, desk: Any, tmp_path: Path) -> None:
    """OpenSSL verifies the delegated responder's answer for each kind and reads the same state."""
    assert ask(desk, kind, answer(kind, known), tmp_path) == (True, state)


def test_ocsp_of_a_forger(desk: Any, tmp_path: Path) -> None:
    """An answer signed by the other authority's responder does not verify."""
    real, other = authority("sign"), authority("auth")
    mixed = jpki.Authority("sign", real.certificate, real.key, other.responder_certificate, other.responder_key)
    request = jpki.ocsp_request(certificate("card_sign"), real.certificate)
    lie = jpki.ocsp_response(
        request, authority=mixed, status=lambda _: status(), produced_at=NOW, next_update=NEXT_TICK
    )
    verified, _ = ask(desk, "card_sign", lie, tmp_path)
    assert not verified


def test_ocsp_with_openssls_own_request(desk: Any, tmp_path: Path) -> None:
    """A request that OpenSSL makes, for two certificates and with a nonce, is answered to its content."""
    root = desk("root.pem", "CERTIFICATE", authority("sign").certificate)
    names = ("card_sign", "phone_sign")
    asked = [part for kind in names for part in ("-cert", desk(f"{kind}.pem", "CERTIFICATE", certificate(kind)))]
    request, held = tmp_path / "request.der", tmp_path / "answer.der"
    assert run("ocsp", "-issuer", root, *asked, "-reqout", request).returncode == 0
    known = {serial_of("card_sign"): status("good"), serial_of("phone_sign"): status("revoked", reason="SUPERSEDED")}
    held.write_bytes(
        jpki.ocsp_response(
            request.read_bytes(),
            authority=authority("sign"),
            status=known.__getitem__,
            produced_at=NOW,
            next_update=NEXT_TICK,
        )
    )
    found = run(
        "ocsp", "-reqin", request, "-respin", held, "-issuer", root, "-CAfile", root,
        "-attime", int(NOW.timestamp()), "-resp_text",
    )  # fmt: skip
    assert "Response verify OK" in found.stderr and "nonce" not in found.stderr.lower(), found.stderr
    states = re.findall(r"Serial Number: (\w+)\s+Cert Status: (\w+)", found.stdout)
    assert states == [("067F354A", "good"), ("067F354C", "revoked")]
    assert "Revocation Reason: superseded" in found.stdout


def test_openssl_reads_our_request(desk: Any, tmp_path: Path) -> None:
    """Our request reads back in OpenSSL with the same serial number and no nonce."""
    path = tmp_path / "request.der"
    path.write_bytes(jpki.ocsp_request(certificate("card_auth"), authority("auth").certificate))
    found = run("ocsp", "-reqin", path, "-req_text").stdout
    assert f"Serial Number: {serial_of('card_auth'):08X}" in found
    assert "Nonce" not in found


def test_a_list_of_a_million_lines(desk: Any, tmp_path: Path) -> None:
    """OpenSSL verifies a list built as columns, finds on it who is revoked, and writes the same octets again."""
    count, own = 1_000_000, serial_of("card_sign")
    serials = np.arange(count, dtype=np.uint64) * np.uint64(3) + np.uint64(own - 3 * 500_000)
    assert (serials == own).sum() == 1 and not (serials == serial_of("phone_sign")).any()
    seconds = np.int64(NOW.timestamp()) - np.arange(count, dtype=np.int64) % 86_400
    reasons = np.array([0, 1, 3, 4, 5, 6], np.uint8)[np.arange(count) % 6]
    issuer = authority("sign")
    der = jpki.crl(
        authority=issuer,
        entries=jpki.Columns(serials, seconds, reasons),
        partition=None,
        number=7,
        this_update=NOW,
        next_update=NOW + timedelta(days=2),
    )
    (tmp_path / "list.crl").write_bytes(der)
    root = desk("root.pem", "CERTIFICATE", issuer.certificate)
    same = tmp_path / "same.crl"
    found = run("crl", "-inform", "DER", "-in", tmp_path / "list.crl", "-CAfile", root, "-outform", "DER", "-out", same)
    assert "verify OK" in found.stderr
    assert same.read_bytes() == der
    checked = "-crl_check", "-CRLfile", tmp_path / "list.crl"
    revoked = verify(desk, certificate("card_sign"), [issuer.certificate], *checked)
    assert "error 23" in revoked.stderr
    assert verify(desk, certificate("phone_sign"), [issuer.certificate], *checked).returncode == 0
