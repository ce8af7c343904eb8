"""pkilint, a linter of RFC 5280 and 6960, finds nothing but the notice that comes with the profile.

The policy identifiers are made below the reported real arc here: the linter's decoder does not read identifiers below
2.48 (such as the example arc 2.999), whose first octet continues (X.690 8.19.4). Nothing else differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from authorities import ELSEWHERE, HERE, NEXT_TICK, NOW, REAL_ARC, answer, authority, certificate, crl, status

from myna_lab.formats import jpki

pytestmark = pytest.mark.interop
Findings = set[tuple[str, str]]
Lint = Callable[..., Findings]

QUALIFIER = ("pkix.certificate_policies_policy_has_qualifier", "NOTICE")
"""The CPS address beside a policy, which RFC 5280 4.2.1.4 advises against and the profile has."""


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Runs one of pkilint's programs on octets and returns what it found, from NOTICE up."""

    def run(program: str, der: bytes, *options: str) -> Findings:
        path = tmp_path / "octets.der"
        path.write_bytes(der)
        found = subprocess.run(
            [Path(sys.executable).parent / program, "lint", "-s", "NOTICE", "-f", "JSON", *options, path],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert found.stdout, found.stderr
        results = json.loads(found.stdout)["results"]
        return {(one["code"], one["severity"]) for result in results for one in result["finding_descriptions"]}

    return run


@pytest.mark.parametrize("kind", list(jpki.KINDS))
def test_certificates(kind: str, lint: Lint) -> None:
    """Each kind of certificate gets the notice of its policy qualifier and no other finding."""
    assert lint("lint_pkix_cert", certificate(kind, parameters=REAL_ARC)) == {QUALIFIER}


@pytest.mark.parametrize("side", ["sign", "auth"])
def test_authorities_and_responders(side: str, lint: Lint) -> None:
    """The certificates of an authority and of its responder get no finding."""
    assert lint("lint_pkix_cert", authority(side).certificate) == set()
    assert lint("lint_pkix_cert", authority(side).responder_certificate) == set()


def test_lists(lint: Lint) -> None:
    """A town's list with every reason, the whole list and the authority's own list get no finding."""
    lines = [jpki.RevokedEntry(1000 + n, NOW, reason) for n, reason in enumerate(jpki.REASONS)]
    assert lint("lint_crl", crl("card_sign", *lines, partition=ELSEWHERE), "-t", "CRL", "-p", "PKIX") == set()
    assert lint("lint_crl", crl("phone_sign", *lines), "-t", "CRL", "-p", "PKIX") == set()
    assert lint("lint_crl", crl("card_auth", partition=None), "-t", "CRL", "-p", "PKIX") == set()
    assert lint("lint_crl", crl("card_auth", partition=None, only="authority"), "-t", "ARL", "-p", "PKIX") == set()


def test_a_list_made_of_columns(lint: Lint) -> None:
    """A list that was built without an object for each line gets no finding either."""
    serials = np.arange(1, 301, dtype=np.uint64) ** np.uint64(3)
    reasons = np.array([0, 1, 3, 4, 5, 6], np.uint8)[np.arange(300) % 6]
    seconds = np.int64(NOW.timestamp()) - np.arange(300, dtype=np.int64)
    der = jpki.crl(
        authority=authority("auth"),
        entries=jpki.Columns(serials, seconds, reasons),
        partition=HERE,
        kind="phone_auth",
        number=5,
        this_update=NOW,
        next_update=NOW + timedelta(days=2),
    )
    assert lint("lint_crl", der, "-t", "CRL", "-p", "PKIX") == set()


def test_an_ocsp_answer_for_several_with_a_nonce(lint: Lint) -> None:
    """Two certificates and a nonce in one answer, hand-encoded as it is, get no finding."""
    issuer = authority("sign")
    request = jpki.ocsp_request(
        [certificate("card_sign"), certificate("phone_sign")], issuer.certificate, digest="sha256", nonce=bytes(32)
    )
    answered = jpki.ocsp_response(
        request, authority=issuer, status=lambda _: status("on_hold"), produced_at=NOW, next_update=NEXT_TICK
    )
    assert lint("lint_ocsp_response", answered) == set()


@pytest.mark.parametrize("known", [status("good"), status("unknown"), status("on_hold"), status("revoked")])
def test_ocsp_answers(known: jpki.CertificateStatus, lint: Lint) -> None:
    """OCSP answers of every state get no finding."""
    assert lint("lint_ocsp_response", answer("card_auth", known)) == set()


def test_the_linter_can_find_something(lint: Lint) -> None:
    """A certificate with one octet changed (C as UTF8String) gets an error: the linter does look."""
    good = certificate("card_auth", parameters=REAL_ARC)
    country = bytes.fromhex("06035504061302") + b"JP"
    broken = good.replace(country, country.replace(b"\x13\x02", b"\x0c\x02"))
    severities = {severity for _, severity in lint("lint_pkix_cert", broken)}
    assert severities & {"ERROR", "FATAL"}
