"""Every expectation of the test kit, confirmed by OpenSSL and by pyhanko-certvalidator, neither of which is ours."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp as answers

from myna_lab import Lab, jpki
from myna_lab.errors import MisuseError
from myna_lab.jpki.subject import OTHER_NAMES
from myna_lab.kit import EXPECTED, export
from myna_lab.parameters import Parameters
from needs import need_program

pytestmark = pytest.mark.interop
KEYS = ["id", "kind", "certificate", "anchor", "crl", "ocsp", "at", "expected", "reason"]
KINDS = list(jpki.KINDS)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of seed 7, written once."""
    return export(Lab(seed=7), tmp_path_factory.mktemp("kit") / "kit")


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
    again = export(Lab(seed=7), tmp_path / "again")
    assert digests(again) == digests(kit)
    export(Lab(seed=8), again)
    name = "certificates/card_sign-good.cer"
    assert digests(again)[name] != digests(kit)[name]
    export(Lab(seed=7), again)
    assert digests(again) == digests(kit)


def test_a_kit_records_nothing_and_overwrites_nothing(tmp_path: Path) -> None:
    """The lab's log stays as it was, and a folder with other things in it is refused and left alone."""
    lab = Lab(seed=7)
    length = len(lab.log)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MisuseError, match="something else"):
        export(lab, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
    export(lab, tmp_path / "kit")
    assert len(lab.log) == length


OVERRIDES: list[dict[str, object]] = [
    {"authority_generations": 1},
    {"authority_generations": 3, "crl_hour": "7min", "crl_switch_over": "10min"},
    {"hold_release": "never", "ocsp_before_activation": "good", "ocsp_activation": "next_refresh"},
    {"policy_arc": "1.2.392.200149.8.5.1", "extended_key_usage": True, "authority_information_access": True},
    {"activation_delay": "0s", "crl_period": "7d", "crl_validity": "7d"},
    {"activation_delay": "10min", "crl_period": "7h", "ocsp_activation": "next_refresh", "ocsp_refresh": "1d"},
    {"certificate_birthdays": 2, "ocsp_refresh": "1min", "first_serial": 1, "authority_interval": "2900d"},
    {"authority_age": "1d", "sign_certificate_minimum_age": 30, "crl_hour": "23h 59min"},
]


@pytest.mark.parametrize("overrides", OVERRIDES, ids=lambda overrides: ",".join(overrides))
def test_other_parameters_make_a_kit_too(tmp_path: Path, overrides: dict[str, object]) -> None:
    """With other parameters the kit is whole and fresh, and the library agrees with each expectation."""
    lab = Lab(seed=3, start="2026-03-05 23:58:30", parameters=overrides)
    folder = export(lab, tmp_path / "kit")
    for kind in KINDS:
        assert {case["expected"] for case in cases(folder, kind)} == set(EXPECTED)
    for case in cases(folder):
        assert_fresh(folder, case)
        assert by_library(folder, case) == {case["expected"]}, case["id"]


@pytest.mark.parametrize(
    ("overrides", "start", "named"),
    [
        ({"certificate_birthdays": 1}, "2025-06-24", "certificate_birthdays"),
        ({"card_birthdays_adult": 1}, "2025-06-24", "card_birthdays_adult"),
        ({"authority_generations": 1, "authority_age": "1d"}, "2025-06-24", "authority_age"),
        ({}, "2050-01-01", "2016 to 2048"),
        ({}, "2015-12-31", "2016 to 2048"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, overrides: dict[str, object], start: str, named: str) -> None:
    """Where a state cannot be, the kit says which parameter stands in the way, and writes nothing."""
    with pytest.raises(MisuseError, match=named):
        export(Lab(seed=3, start=start, parameters=overrides), tmp_path / "kit")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("start", ["2016-02-29", "2024-02-29 12:00", "2048-12-31 23:59"])
def test_a_kit_of_any_year(tmp_path: Path, start: str) -> None:
    """From the first year of the card on, births included."""
    folder = export(Lab(seed=3, start=start), tmp_path / "kit")
    for case in cases(folder, "phone_sign"):
        assert by_library(folder, case) == {case["expected"]}, case["id"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file in the way is told in a sentence."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(MisuseError, match="cannot be written"):
        export(Lab(seed=3), tmp_path / "file" / "kit")


def test_a_kit_of_a_lab_with_a_later_generation(tmp_path: Path) -> None:
    """An authority that was renewed a day ago: its certificates are the later generation's, and all is in order."""
    lab = Lab(seed=3)
    lab.advance("671d")
    lab.resident()
    folder = export(lab, tmp_path / "kit")
    assert any(case["id"] == "card_auth-later_generation" for case in cases(folder))
    for case in cases(folder):
        assert by_library(folder, case) == {case["expected"]}, case["id"]
    assert_in_order(lab, folder)
    kit = {(one.issuer, one.serial_number) for one in certificates(folder).values()}
    own = {(one.issuer, one.serial_number) for one in map(x509.load_der_x509_certificate, lab_certificates(lab))}
    assert not kit & own


def certificates(folder: Path) -> dict[str, x509.Certificate]:
    """Those that an authority issued, by the name of the file."""
    files = (folder / "certificates").glob("*.cer")
    found = {file.stem: x509.load_der_x509_certificate(file.read_bytes()) for file in files}
    return {name: one for name, one in found.items() if "forged" not in name and "changed" not in name}


def lab_certificates(lab: Lab) -> list[bytes]:
    responders = [one.responder_certificate for every in lab._model.generations.values() for one in every]
    return [*(one.der for one in lab.certificates()), *lab.revocation.anchors, *responders]


def assert_in_order(lab: Lab, folder: Path) -> None:
    """One rising counter for each authority, over its generations and its own certificates."""
    for authority in ("sign", "auth"):
        issued = []
        for name, one in certificates(folder).items():
            if name.partition("-")[0].endswith(authority):
                issued.append((one.not_valid_before_utc, one.serial_number))
        anchors = map(x509.load_der_x509_certificate, lab.revocation.anchors)
        issued += [
            (one.not_valid_before_utc, one.serial_number)
            for one in anchors
            if authority in one.subject.rfc4514_string()
        ]
        assert len({serial for _, serial in issued}) == len(issued)
        times = [time for time, _ in sorted(issued, key=lambda row: row[1])]
        assert times == sorted(times)


def test_serial_numbers_rise_with_the_time_of_issue(kit: Path) -> None:
    """Whoever was certified earlier has the lower number, the authorities' own certificates included."""
    assert_in_order(Lab(seed=7), kit)


def test_times_are_real_ones(kit: Path) -> None:
    """Nothing begins at a round hour, and the time in a name is that of the request, not later than notBefore."""
    found = certificates(kit)
    for name, one in found.items():
        if not name.endswith("not_yet_active"):
            assert one.not_valid_before_utc.strftime("%M%S") != "0000", name
        if "_sign-" in name:
            asked = one.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value[:14]
            begins = one.not_valid_before_utc + timedelta(hours=9)
            delay = timedelta(minutes=5 if name.endswith("not_yet_active") else 0)
            assert asked == (begins - delay).strftime("%Y%m%d%H%M%S"), name
    for file in (kit / "anchors").glob("*.cer"):
        assert x509.load_der_x509_certificate(file.read_bytes()).not_valid_before_utc.strftime("%M%S") != "0000"


RARE = {
    "name-substituted": ("common_name", "〓田　花子", "substitute_character_of_common_name", "10000"),
    "name-supplementary": ("common_name", "草彅　侔", "substitute_character_of_common_name", "0000"),
    "name-variants": ("common_name", "髙﨑　德子", "substitute_character_of_common_name", "00000"),
    "born-showa_last": ("date_of_birth", "319890107", "gender", "3"),
    "born-heisei_first": ("date_of_birth", "419890108", "gender", "3"),
    "born-day_unknown": ("date_of_birth", "319500600", "gender", "3"),
    "born-unknown": ("date_of_birth", "000000000", "gender", "3"),
}


@pytest.mark.parametrize("state", RARE)
def test_rare_holders_are_written_as_a_card_writes_them(kit: Path, state: str) -> None:
    """Substitutes with their flags, dates at the turn of an era, zeros for what is not known."""
    one = certificates(kit)[f"card_sign-{state}"]
    names = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    values = {OTHER_NAMES[name.type_id.dotted_string]: name.value[2:].decode() for name in names}  # type: ignore[union-attr]
    first, value, second, other = RARE[state]
    assert (values[first], values[second]) == (value, other)


def test_a_substitute_in_an_address(kit: Path) -> None:
    """The flag stands where the substitute does."""
    one = certificates(kit)["phone_sign-address-substituted"]
    text = one.public_bytes(serialization.Encoding.DER).decode("utf-8", "ignore")
    address = re.search(r"[^\x00-\x7f]{10,}〓コーポ１０１", text)
    assert address and "0" * (len(address[0]) - 7) + "1" + "0" * 6 in text


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


def issuer_of(kit: Path, case: dict[str, Any]) -> str:
    """The anchor whose key signed the case's certificate, which need not be the case's anchor."""
    own = x509.load_der_x509_certificate((kit / case["certificate"]).read_bytes())
    wanted = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    for file in sorted((kit / "anchors").glob("*.cer")):
        anchor = x509.load_der_x509_certificate(file.read_bytes())
        if anchor.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest == wanted:
            return str(file.relative_to(kit))
    raise AssertionError(case)


def assert_fresh(kit: Path, case: dict[str, Any]) -> None:
    """Lists and answers are of the case's instant."""
    at = datetime.fromisoformat(case["at"])
    found: list[Any] = []
    if case["crl"]:
        found.append(x509.load_der_x509_crl((kit / case["crl"]).read_bytes()))
    if case["ocsp"]:
        found.append(answers.load_der_ocsp_response((kit / case["ocsp"]).read_bytes()))
        assert found[-1].produced_at_utc <= at, case
    for one in found:
        until = getattr(one, "next_update_utc", None)
        since = one.last_update_utc if isinstance(one, x509.CertificateRevocationList) else one.this_update_utc
        assert since <= at <= until, case


def openssls_verify(kit: Path, case: dict[str, Any]) -> set[str]:
    """What OpenSSL finds of the path, with the list if there is one."""
    at = int(datetime.fromisoformat(case["at"]).timestamp())
    lists = ("-crl_check", "-CRLfile", case["crl"]) if case["crl"] else ()
    found = run(
        kit, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-no-CAfile", "-attime", at,
        "-trusted", case["anchor"], *lists, case["certificate"],
    )  # fmt: skip
    errors = [int(number) for number in re.findall(r"error (\d+)", found.stderr)]
    assert (found.returncode == 0) == (not errors), found.stderr
    return {ERRORS[number] for number in errors} or {"good"}


def openssls_answer(kit: Path, case: dict[str, Any]) -> str:
    """What OpenSSL reads in the answer."""
    answer = run(
        kit, "ocsp", "-respin", case["ocsp"], "-issuer", issuer_of(kit, case), "-cert", case["certificate"],
        "-CAfile", "anchors/all.pem", "-no_nonce", "-validity_period", "3153600000",
        "-attime", int(datetime.fromisoformat(case["at"]).timestamp()),
    )  # fmt: skip
    assert "Response verify OK" in answer.stderr, answer.stderr
    state = re.search(r"\.cer: (\w+)(?:.*Reason: (\w+))?", answer.stdout, re.DOTALL)
    assert state, answer.stdout
    return "held" if state[2] == "certificateHold" else state[1]


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_confirms_each_expectation(kit: Path, kind: str) -> None:
    """``openssl verify -x509_strict -crl_check`` and ``openssl ocsp``, each asked, find what the kit expects."""
    for case in cases(kit, kind):
        expected = case["expected"]
        assert_fresh(kit, case)
        stopped = expected in ("held", "revoked")
        # A line of a list has no word of its own for a hold; without a list the path is good.
        wanted = {("revoked" if case["crl"] else "good") if stopped else expected}
        assert openssls_verify(kit, case) == wanted, case
        if case["ocsp"]:
            # The responder knows nothing of dates, nor of who trusts whom.
            known = {"expired": "good", "wrong_authority": "good", "not_yet_valid": "unknown"}.get(expected, expected)
            assert openssls_answer(kit, case) == known, case


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


def by_library(kit: Path, case: dict[str, Any]) -> set[str]:
    """What pyhanko-certvalidator finds, asked directly: of the path, or else of the list and of the answer, apart."""
    import asyncio

    from asn1crypto import crl, ocsp
    from asn1crypto import x509 as decoder
    from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
    from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

    def read(name: str) -> bytes:
        return (kit / case[name]).read_bytes()

    own = decoder.Certificate.load(read("certificate"))

    def context(**data: Any) -> Any:
        roots, moment = [decoder.Certificate.load(read("anchor"))], datetime.fromisoformat(case["at"])
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, **data)

    def found(judging: Any) -> Any:
        try:
            return asyncio.run(judging)
        except errors.RevokedError as error:
            return "held" if error.reason.native == "certificate_hold" else "revoked"
        except errors.ExpiredError:
            return "expired"
        except errors.NotYetValidError:
            return "not_yet_valid"
        except errors.CRLNoMatchesError:
            return "wrong_partition"
        except errors.PathBuildingError:
            return "wrong_authority"
        except errors.PathValidationError as error:
            assert "signature" in str(error), error
            return "bad_signature"

    path = found(CertificateValidator(own, validation_context=context()).async_validate_path())
    if isinstance(path, str):
        return {path}
    words = set()
    if case["crl"]:
        words.add(found(verify_crl(own, path, context(crls=[crl.CertificateList.load(read("crl"))]))))
    if case["ocsp"]:
        # It looks at answers by itself only where the certificate names a responder.
        words.add(found(verify_ocsp_response(own, path, context(ocsps=[ocsp.OCSPResponse.load(read("ocsp"))]))))
    return {word or "good" for word in words} or {"good"}


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_confirms_each_expectation(kit: Path, kind: str) -> None:
    """The library, asked with the case's data alone and at its instant, finds what the kit expects."""
    for case in cases(kit, kind):
        assert by_library(kit, case) == {case["expected"]}, case


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
    """``myna-lab kit FOLDER --seed 7`` writes what ``export(Lab(seed=7), …)`` does."""
    from click.testing import CliRunner

    from myna_lab.cli import main

    result = CliRunner().invoke(main, ["kit", str(tmp_path / "kit"), "--seed", "7"])
    assert result.exit_code == 0, result.output
    assert digests(tmp_path / "kit") == digests(kit)


def test_a_kit_of_today_needs_no_time_to_be_told(tmp_path: Path) -> None:
    """With ``--at now`` an unmodified ``openssl verify``, told nothing of any time, finds what the kit expects."""
    folder = export(Lab(seed=7, start="now"), tmp_path / "kit")
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
