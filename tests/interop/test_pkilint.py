"""pkilint, a linter of RFC 5280 and 6960, finds nothing but the notice that comes with the profile.

The policy identifiers are made below the reported real arc here: the linter's decoder does not read identifiers below
2.48 (such as the example arc 2.999), whose first octet continues (X.690 8.19.4). Nothing else differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from authorities import ELSEWHERE, NOW, REAL_ARC, answer, authority, certificate, crl, status

from myna_lab import jpki

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
    assert lint("lint_crl", crl("card_auth", partition=None), "-t", "CRL", "-p", "PKIX") == set()
    assert lint("lint_crl", crl("card_auth", partition=None, only="authority"), "-t", "ARL", "-p", "PKIX") == set()


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
