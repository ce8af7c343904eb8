"""Every expectation of the test kit, confirmed by OpenSSL and by pyhanko-certvalidator, neither of which is ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as answers
from kit_judges import Case, by_library, by_openssl, cases, openssls_answer, run

from myna_lab.formats import jpki
from myna_lab.parameters import Parameters
from needs import optional_program

pytestmark = pytest.mark.interop
KINDS = list(jpki.KINDS)


def name_of(case: Case) -> str:
    """Its id without the kind."""
    return str(case["id"]).removeprefix(case["kind"] + "-")


PIECES = {
    "crl-stale_answer_fresh": ("undetermined", "good"),
    "disagree-list_newer": ("revoked", "good"),
    "disagree-answer_newer": ("good", "revoked"),
    "disagree-good_after_revoked": ("revoked", "good"),
    "disagree-answer_holds": ("good", "held"),
    "disagree-released": ("held", "good"),
}
"""Name of a case whose list and answer differ to what each says by itself."""
OPENSSL_IS_LENIENT = {
    "ocsp-critical": "it does not look at extensions of a SingleResponse",
    "ocsp-without_digital_signature": "it does not look at the responder's keyUsage",
    "ocsp-stale": "it reads the computer's clock; see the kit of today",
    "ocsp-future": "the same",
    "ocsp-wrong_nonce": "its command line cannot read a request without adding a nonce of its own",
}
PYHANKO_IS_LENIENT = {
    "ocsp-critical": "it does not look at extensions of a SingleResponse",
    "ocsp-without_digital_signature": "it does not look at the responder's keyUsage",
    "ocsp-wrong_nonce": "it is given no request",
    "crl-critical_in_line": "it does not look at the lines of others",
}
"""Cases where a judge accepts what RFC 5280 or RFC 6960 refuses, and why; the kit's README says so."""


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_confirms_each_expectation(kit: Path, kind: str) -> None:
    """``openssl verify -x509_strict -crl_check`` and ``openssl ocsp``, each asked, find what the kit expects."""
    for case in cases(kit, kind):
        name, expected = name_of(case), case["expected"]
        of_list, of_answer = PIECES.get(name, (expected, expected))
        if not case["crl"] and of_list in ("held", "revoked", "undetermined"):
            of_list = "good"  # the path is
        # A line of a list has no word of its own for a hold.
        assert by_openssl(kit, case) == {"revoked" if of_list == "held" else of_list}, case
        if case["ocsp"]:
            # The responder knows nothing of dates, uses, nor of who trusts whom.
            others = dict.fromkeys(("expired", "wrong_authority", "wrong_usage", "unknown_critical"), "good")
            known = {**others, "not_yet_valid": "unknown"}.get(of_answer, of_answer)
            allowed = {known, "good"} if name in OPENSSL_IS_LENIENT else {known}
            allowed |= {"unknown"} if name == "ocsp-unknown" else set()
            assert openssls_answer(kit, case) in allowed, case


def test_openssl_reads_the_reason_of_each_list(kit: Path) -> None:
    """The reasons on the lists are those of the manifest, as OpenSSL prints them."""
    words = {
        "keyCompromise": "Key Compromise",
        "cACompromise": "CA Compromise",
        "affiliationChanged": "Affiliation Changed",
        "superseded": "Superseded",
        "cessationOfOperation": "Cessation Of Operation",
        "certificateHold": "Certificate Hold",
    }
    for case in cases(kit):
        if case["expected"] in ("revoked", "held") and case["crl"] and "disagree" not in case["id"]:
            serial = x509.load_der_x509_certificate((kit / case["certificate"]).read_bytes()).serial_number
            text = run(kit, "crl", "-in", case["crl"], "-noout", "-text").stdout
            block = re.search(
                rf"Serial Number: {serial:08X}\n(.*?)(?=Serial Number|Signature Algorithm)", text, re.DOTALL
            )
            assert block, case
            found = re.search(r"Reason Code:[^\n]*\n\s*([^\n]+)", block[1])
            assert (found[1].strip() if found else None) == words.get(case["reason"]), case


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_confirms_each_expectation(kit: Path, kind: str) -> None:
    """The library, asked with the case's data alone and at its instant, finds what the kit expects."""
    for case in cases(kit, kind):
        name, found = name_of(case), by_library(kit, case)
        if name == "crl-delta":  # it says that no list fits, which is as good
            assert found == {"wrong_partition"}
        elif name in PYHANKO_IS_LENIENT:
            assert found in ({"good"}, {case["expected"]}), case
        else:
            assert found == set(PIECES.get(name, (case["expected"],))), case


@pytest.mark.parametrize("kind", KINDS)
def test_times_and_nonces_are_what_the_case_says(kit: Path, kind: str) -> None:
    """By ``cryptography``: a stale answer has ended, a future one is to begin, a nonce is or is not repeated."""
    found = {name_of(case): case for case in cases(kit, kind)}

    def answer(name: str) -> answers.OCSPResponse:
        return answers.load_der_ocsp_response((kit / found[name]["ocsp"]).read_bytes())

    at = datetime.fromisoformat(found["ocsp-stale"]["at"])
    ended = answer("ocsp-stale").next_update_utc
    assert ended is not None and ended < at
    assert answer("ocsp-future").this_update_utc > at
    for name, repeated in (("ocsp-nonce", True), ("ocsp-wrong_nonce", False)):
        request = answers.load_der_ocsp_request((kit / found[name]["request"]).read_bytes())
        nonces = [one.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce for one in (request, answer(name))]
        assert all(len(nonce) == 32 for nonce in nonces) and (nonces[0] == nonces[1]) is repeated
        asked = x509.load_der_x509_certificate((kit / found[name]["certificate"]).read_bytes()).serial_number
        assert request.serial_number == answer(name).serial_number == asked


def test_one_thing_is_wrong_with_bad_data(kit: Path) -> None:
    """What is changed is what the reason says: by ``cryptography``, everything else is as in the published list."""
    found = {name_of(case): case for case in cases(kit, "card_sign")}

    def crl(name: str) -> x509.CertificateRevocationList:
        return x509.load_der_x509_crl((kit / found[name]["crl"]).read_bytes())

    usual = crl("good-crl")
    stopped = x509.load_der_x509_certificate((kit / found["revoked-crl"]["certificate"]).read_bytes()).serial_number
    assert usual.get_revoked_certificate_by_serial_number(stopped) is not None
    for name in ("tampered", "wrong_signer", "delta"):
        assert crl(f"crl-{name}").get_revoked_certificate_by_serial_number(stopped) is None
        assert len(crl(f"crl-{name}")) == len(usual) - 1
    anchor = x509.load_der_x509_certificate((kit / found["good-crl"]["anchor"]).read_bytes()).public_key()
    for name in ("stale", "future", "critical", "critical_in_line", "delta"):
        assert crl(f"crl-{name}").is_signature_valid(anchor), name  # type: ignore[arg-type]
    for name in ("tampered", "wrong_signer", "other_generation"):
        assert not crl(f"crl-{name}").is_signature_valid(anchor), name  # type: ignore[arg-type]
    assert crl("crl-other_generation").issuer == usual.issuer


def by_program(kit: Path, command: list[str]) -> dict[str, str]:
    """Id to what one of the kit's programs finds, in the kit's folder."""
    result = subprocess.run(command, cwd=kit, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    lines = [line[2:].split("\t") for line in result.stdout.splitlines() if "\t" in line]
    return {name: found for name, found, _ in lines}


JAVA = {
    "crl-critical_in_line": "good",
    "ocsp-without_digital_signature": "good",
    "ocsp-wrong_nonce": "good",
    "wrong_partition": "undetermined",
    "wrong_partition-arl": "undetermined",
    "wrong_partition-kind": "undetermined",
    "wrong_partition-revoked": "undetermined",
}
"""What Java finds where it differs: the kit's README says why."""


def test_java_confirms_each_expectation(kit: Path) -> None:
    """The kit's Java program, by the JDK's own PKIX checker, finds what the kit expects but for a known few."""
    found = by_program(kit, [optional_program("java"), "programs/Verify.java"])
    assert len(found) == len(cases(kit))
    for case in cases(kit):
        name = name_of(case)
        of_list, of_answer = PIECES.get(name, (case["expected"],) * 2)
        wanted = of_list if of_list == of_answer else f"{of_list}+{of_answer}"
        assert found[case["id"]] in {wanted, JAVA.get(name)}, case


def test_go_confirms_each_expectation(kit: Path) -> None:
    """By each Go on the path, the kit's program finds what the kit expects of every case without an OCSP response."""
    optional_program("go")
    expected = {case["id"]: case["expected"] for case in cases(kit) if not case["ocsp"]}
    found = filter(None, (shutil.which("go", path=folder) for folder in os.get_exec_path()))
    for go in sorted(set(map(os.path.realpath, found))):
        assert by_program(kit, [go, "run", "programs/verify.go"]) == expected, go


CODES = {
    "accepted": "good",
    "on_hold": "held",
    "untrusted": "wrong_authority",
    "no_revocation_information": "undetermined",
    "stale_revocation_data": "undetermined",
    "unknown": "undetermined",
}
"""Code of a path validation to what the kit calls it, where the words differ."""
SAME = {"bad_signature": "wrong_authority", "unknown_critical": "wrong_authority", "wrong_partition": "undetermined"}
"""Words of the kit between which a path validation does not tell."""
NOT_ASKED = {"ocsp-wrong_nonce"}
"""Cases that ``validate_path`` cannot know: it is not told which nonce was sent."""


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_relying_parties_agree(kit: Path, kind: str) -> None:
    """``jpki.validate_path`` finds the same, wherever it has data to decide by."""
    for case in cases(kit, kind):
        if (case["crl"] or case["ocsp"]) and name_of(case) not in NOT_ASKED:
            held = {name: [(kit / case[name]).read_bytes()] if case[name] else [] for name in ("crl", "ocsp")}
            found = jpki.validate_path(
                (kit / case["certificate"]).read_bytes(),
                anchors=[(kit / case["anchor"]).read_bytes()],
                at=datetime.fromisoformat(case["at"]),
                crls=held["crl"],
                ocsp_responses=held["ocsp"],
                usage=jpki.authority_of(kind),
                parameters=Parameters(),
            )
            wanted = SAME.get(case["expected"], case["expected"])
            assert CODES.get(found.code, found.code) == wanted, (case, found)
