"""Every expectation of the test kit, confirmed by OpenSSL and by pyhanko-certvalidator, neither of which is ours."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from myna_lab import Lab, jpki
from myna_lab.errors import MisuseError
from myna_lab.lab.kit import EXPECTED
from myna_lab.parameters import Parameters
from needs import need_program

pytestmark = pytest.mark.interop
KEYS = ["id", "kind", "certificate", "anchor", "crl", "ocsp", "at", "expected", "reason"]
KINDS = list(jpki.KINDS)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of seed 7, written once."""
    return Lab(seed=7).export_kit(tmp_path_factory.mktemp("kit") / "kit")


@functools.cache
def rows(path: Path) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return content


def cases(kit: Path, kind: str = "") -> list[dict[str, Any]]:
    return [case for case in rows(kit / "manifest.json") if not kind or case["kind"] == kind]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


# ------------------------------------------------------------------------------------------------------- the manifest


def test_the_manifest_says_what_it_must(kit: Path) -> None:
    """Each case has exactly the nine fields, an own id, existing files, and a known kind and expectation."""
    found = cases(kit)
    assert len({case["id"] for case in found}) == len(found)
    for case in found:
        assert list(case) == KEYS
        assert case["kind"] in KINDS and case["expected"] in EXPECTED
        assert datetime.fromisoformat(case["at"]).utcoffset() is not None
        assert all((kit / case[name]).is_file() for name in ("certificate", "anchor"))
        assert all(case[name] is None or (kit / case[name]).is_file() for name in ("crl", "ocsp"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_every_state(kit: Path, kind: str) -> None:
    """All eight expectations occur for each kind, and all reasons for what is revoked."""
    found = cases(kit, kind)
    assert {case["expected"] for case in found} == set(EXPECTED)
    reasons = {case["reason"] for case in found if case["expected"] == "revoked"}
    assert reasons == {
        "unspecified",
        "keyCompromise",
        "cACompromise",
        "affiliationChanged",
        "superseded",
        "cessationOfOperation",
    }


def test_the_same_seed_writes_the_same_bytes(kit: Path, tmp_path: Path) -> None:
    """Twice the same, file by file; another seed is another kit; a second kit takes the place of the first."""
    again = Lab(seed=7).export_kit(tmp_path / "again")
    assert digests(again) == digests(kit)
    Lab(seed=8).export_kit(again)
    name = "certificates/card_sign-good.cer"
    assert digests(again)[name] != digests(kit)[name]
    Lab(seed=7).export_kit(again)
    assert digests(again) == digests(kit)


def test_a_kit_records_nothing_and_overwrites_nothing(tmp_path: Path) -> None:
    """The lab's log stays as it was, and a folder with other things in it is refused and left alone."""
    lab = Lab(seed=7)
    length = len(lab.log)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MisuseError, match="something else"):
        lab.export_kit(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
    lab.export_kit(tmp_path / "kit")
    assert len(lab.log) == length


@pytest.mark.parametrize(
    "overrides",
    [
        {"authority_generations": 1},
        {"authority_generations": 3, "crl_hour": "7min", "crl_switch_over": "10min"},
        {"hold_release": "never", "ocsp_before_activation": "good", "ocsp_activation": "next_refresh"},
        {"policy_arc": "1.2.392.200149.8.5.1", "extended_key_usage": True, "authority_information_access": True},
    ],
)
def test_other_parameters_make_a_kit_too(tmp_path: Path, overrides: dict[str, object]) -> None:
    """With other parameters the kit is whole, and the library agrees with each expectation."""
    lab = Lab(seed=3, start="2026-03-05 23:58:30", parameters=overrides)
    folder = lab.export_kit(tmp_path / "kit")
    for case in cases(folder):
        assert by_library(folder, case) == case["expected"], case["id"]


# ------------------------------------------------------------------------------------------------------------ OpenSSL


@functools.cache
def openssl() -> str:
    return need_program("openssl")


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [openssl(), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, cwd=folder
    )


ERRORS = {
    9: "not_yet_valid",
    10: "expired",
    23: "revoked",
    44: "wrong_partition",
    7: "bad_signature",
    20: "wrong_authority",
    30: "wrong_authority",
}
"""Error of ``openssl verify`` to what the kit calls it."""


def by_openssl(kit: Path, case: dict[str, Any]) -> set[str]:
    """What OpenSSL finds: of the path with the list, and of the answer."""
    at = int(datetime.fromisoformat(case["at"]).timestamp())
    lists = ("-crl_check", "-CRLfile", case["crl"]) if case["crl"] else ()
    found = run(
        kit, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-no-CAfile", "-attime", at,
        "-trusted", case["anchor"], *lists, case["certificate"],
    )  # fmt: skip
    errors = [int(number) for number in re.findall(r"error (\d+)", found.stderr)]
    assert (found.returncode == 0) == (not errors), found.stderr
    words = {ERRORS[number] for number in errors} or {"good"}
    if case["ocsp"] and words == {"good"}:
        answer = run(
            kit, "ocsp", "-respin", case["ocsp"], "-issuer", case["anchor"], "-cert", case["certificate"],
            "-CAfile", "anchors/all.pem", "-no_nonce", "-validity_period", "3153600000", "-attime", at,
        )  # fmt: skip
        assert "Response verify OK" in answer.stderr, answer.stderr
        state = re.search(r"\.cer: (\w+)(?:.*Reason: (\w+))?", answer.stdout, re.DOTALL)
        assert state, answer.stdout
        words = {"held" if state[2] == "certificateHold" else state[1]}
    return words


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_confirms_each_expectation(kit: Path, kind: str) -> None:
    """``openssl verify -x509_strict -crl_check`` and ``openssl ocsp`` find of each case what the kit expects."""
    for case in cases(kit, kind):
        expected = case["expected"]
        # A line of a list has no word of its own for a hold.
        wanted = {"revoked"} if expected == "held" and case["crl"] else {expected}
        assert by_openssl(kit, case) == wanted, case


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
        if case["expected"] in ("revoked", "held") and case["crl"]:
            serial = x509.load_der_x509_certificate((kit / case["certificate"]).read_bytes()).serial_number
            text = run(kit, "crl", "-in", case["crl"], "-noout", "-text").stdout
            block = re.search(
                rf"Serial Number: {serial:08X}\n(.*?)(?=Serial Number|Signature Algorithm)", text, re.DOTALL
            )
            assert block, case
            found = re.search(r"Reason Code:[^\n]*\n\s*([^\n]+)", block[1])
            assert (found[1].strip() if found else None) == words.get(case["reason"]), case


# ----------------------------------------------------------------------------------------------- pyhanko-certvalidator


def by_library(kit: Path, case: dict[str, Any]) -> str:
    """What pyhanko-certvalidator finds, asked directly."""
    import asyncio

    from asn1crypto import crl, ocsp
    from asn1crypto import x509 as decoder
    from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

    def read(name: str) -> bytes:
        return (kit / case[name]).read_bytes()

    own = decoder.Certificate.load(read("certificate"))
    context = ValidationContext(
        trust_roots=[decoder.Certificate.load(read("anchor"))],
        moment=datetime.fromisoformat(case["at"]),
        allow_fetching=False,
        revocation_mode="require" if case["crl"] else "soft-fail",
        crls=[crl.CertificateList.load(read("crl"))] if case["crl"] else None,
        ocsps=[ocsp.OCSPResponse.load(read("ocsp"))] if case["ocsp"] else None,
    )

    async def judge() -> None:
        path = await CertificateValidator(own, validation_context=context).async_validate_path()
        if case["ocsp"]:
            # It looks at answers by itself only where the certificate names a responder.
            await verify_ocsp_response(own, path, context)

    try:
        asyncio.run(judge())
    except errors.RevokedError as error:
        return "held" if error.reason.native == "certificate_hold" else "revoked"
    except errors.ExpiredError:
        return "expired"
    except errors.NotYetValidError:
        return "not_yet_valid"
    except errors.InsufficientRevinfoError:
        return "wrong_partition"
    except errors.PathBuildingError:
        return "wrong_authority"
    except errors.PathValidationError as error:
        assert "signature" in str(error), error
        return "bad_signature"
    return "good"


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_confirms_each_expectation(kit: Path, kind: str) -> None:
    """The library, asked with the case's data alone and at its instant, finds what the kit expects."""
    for case in cases(kit, kind):
        assert by_library(kit, case) == case["expected"], case


CODES = {
    "accepted": "good",
    "on_hold": "held",
    "untrusted": "wrong_authority",
    "no_revocation_information": "wrong_partition",
}
"""Code of a path validation to what the kit calls it, where the words differ."""


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_relying_parties_agree(kit: Path, kind: str) -> None:
    """``jpki.validate_path`` finds the same, wherever it has data to decide by."""
    for case in cases(kit, kind):
        if case["crl"] or case["ocsp"]:
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
            word = CODES.get(found.code, found.code)
            wanted = "wrong_authority" if case["expected"] == "bad_signature" else case["expected"]
            assert word == wanted, (case, found)


# --------------------------------------------------------------------------------------------------- signed documents


def test_raw_signatures_verify_by_cryptography(kit: Path) -> None:
    """Of each kind: RSASSA-PKCS1-v1_5 with SHA-256 fits the document, and not the one with a byte changed."""
    found = [row for row in rows(kit / "signatures.json") if row["form"] == "raw"]
    assert len(found) == 2 * len(KINDS)
    for row in found:
        document, signature, der = ((kit / row[name]).read_bytes() for name in ("document", "signature", "certificate"))
        key: Any = x509.load_der_x509_certificate(der).public_key()
        try:
            key.verify(signature, document, padding.PKCS1v15(), hashes.SHA256())
            assert row["expected"] == "good"
        except Exception as error:
            assert type(error).__name__ == "InvalidSignature" and row["expected"] == "bad_signature", row


def test_openssl_verifies_the_cms(kit: Path) -> None:
    """``openssl cms -verify`` accepts each CMS with its document, and refuses the one with a byte changed."""
    found = [row for row in rows(kit / "signatures.json") if row["form"] == "cms"]
    assert len(found) == 4
    for row in found:
        at = int(datetime.fromisoformat(row["at"]).timestamp())
        result = run(
            kit, "cms", "-verify", "-binary", "-inform", "DER", "-in", row["signature"], "-content", row["document"],
            "-CAfile", "anchors/all.pem", "-attime", at, "-purpose", "any", "-out", "/dev/null",
        )  # fmt: skip
        assert ("successful" in result.stderr) == (row["expected"] == "good"), (row, result.stderr)
        assert ("verification failure" in result.stderr) == (row["expected"] != "good"), (row, result.stderr)


def test_the_readable_table_names_every_case(kit: Path) -> None:
    """README.md has a row for each case and each signature, and its commands name files that are there."""
    text = (kit / "README.md").read_text(encoding="utf-8")
    for row in rows(kit / "manifest.json") + rows(kit / "signatures.json"):
        assert f"| {row['id']} |" in text
    assert "TEST" in text.splitlines()[0]


def test_the_command_line_writes_the_same_kit(kit: Path, tmp_path: Path) -> None:
    """``myna-lab kit FOLDER --seed 7`` writes what ``Lab(seed=7).export_kit`` does."""
    from click.testing import CliRunner

    from myna_lab.cli import main

    result = CliRunner().invoke(main, ["kit", str(tmp_path / "kit"), "--seed", "7"])
    assert result.exit_code == 0, result.output
    assert digests(tmp_path / "kit") == digests(kit)


def test_a_kit_of_today_needs_no_time_to_be_told(tmp_path: Path) -> None:
    """With ``--at now`` an unmodified ``openssl verify``, told nothing of any time, finds what the kit expects."""
    folder = Lab(seed=7, start="now").export_kit(tmp_path / "kit")
    seen = set()
    for case in cases(folder, "card_sign"):
        name = case["id"].removeprefix("card_sign-")
        if name in ("good-both", "held-crl", "revoked-SUPERSEDED", "expired", "wrong_partition", "not_yet_active-crl"):
            found = run(
                folder, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-no-CAfile",
                "-trusted", case["anchor"], "-crl_check", "-CRLfile", case["crl"], case["certificate"],
            )  # fmt: skip
            errors = {ERRORS[int(number)] for number in re.findall(r"error (\d+)", found.stderr)} or {"good"}
            assert errors == ({"revoked"} if case["expected"] == "held" else {case["expected"]}), (case, found.stderr)
            seen.add(case["expected"])
    assert seen == {"good", "held", "revoked", "expired", "wrong_partition", "not_yet_valid"}
