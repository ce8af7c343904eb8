"""The folder of a test kit: its manifest, what is in it for any seed, instant and parameters, what is refused."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp as answers
from kit_judges import Case, by_library, cases, manifest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.subject import OTHER_NAMES
from myna_lab.kit import EXPECTED, export

pytestmark = pytest.mark.interop
KINDS = list(jpki.KINDS)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def usual(kit: Path, kind: str = "") -> list[Case]:
    """The cases without those of bad or disagreeing data, which test_kit_judged.py has."""
    odd = ("crl-", "ocsp-", "disagree-")
    return [case for case in cases(kit, kind) if not case["id"].removeprefix(case["kind"] + "-").startswith(odd)]


def assert_fresh(kit: Path, case: Case) -> None:
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


# ------------------------------------------------------------------------------------------------------- the manifest


def test_the_manifest_fits_its_schema(kit: Path) -> None:
    """``jsonschema`` finds the manifest valid by the schema beside it; ids are unique, every named file is there."""
    found = manifest(kit)
    schema = json.loads((kit / "manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    broken = {**found, "cases": [{**found["cases"][0], "expected": "fine"}]}
    assert not jsonschema.Draft202012Validator(schema).is_valid(broken)
    rows = found["cases"] + found["documents"]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        named = [
            row.get(name)
            for name in ("certificate", "key", "anchor", "crl", "ocsp", "request", "document", "signature")
        ]
        assert all((kit / path).is_file() for path in named if path), row


def test_the_manifest_has_the_digest_of_each_file(kit: Path) -> None:
    """SHA-256 of every file but the manifest itself, no file more and none less; every other file is of a case."""
    found = digests(kit)
    del found["manifest.json"]
    assert manifest(kit)["files"] == found


def test_every_word_is_in_the_legend(kit: Path) -> None:
    """Each expectation, kind, form and field is explained in both languages, and each explained word occurs."""
    legend, rows = manifest(kit)["legend"], manifest(kit)["cases"] + manifest(kit)["documents"]
    assert set(legend["expected"]) == {row["expected"] for row in rows} == set(EXPECTED)
    assert set(legend["kind"]) == {row["kind"] for row in rows} == set(KINDS)
    assert set(legend["form"]) == {row["form"] for row in rows if "form" in row}
    spoken = {"kind", "form", "expected"}
    assert set(legend["field"]) | spoken == {field for row in rows for field in row}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_every_state(kit: Path, kind: str) -> None:
    """All expectations occur for each kind, and all reasons for what is revoked."""
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
    again = export(Lab(seed=8), tmp_path / "again")
    name = "certificates/card_sign-good.cer"
    assert digests(again)[name] != digests(kit)[name]
    export(Lab(seed=7), again)
    assert digests(again) == digests(kit)


def test_a_kit_overwrites_nothing(tmp_path: Path) -> None:
    """A folder with other things in it is refused and left alone."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MisuseError, match="something else"):
        export(Lab(seed=7), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


# Each row is one kit: parameters that do not touch each other share it.
OVERRIDES: list[dict[str, object]] = [
    {"authority_generations": 1, "hold_release": "never", "ocsp_before_activation": "good"},
    {"authority_generations": 3, "crl_hour": "7min", "crl_switch_over": "10min", "policy_arc": "1.2.392.200149.8.5.1",
     "extended_key_usage": True, "authority_information_access": True},
    {"activation_delay": "0s", "crl_period": "7d", "crl_validity": "7d", "ocsp_activation": "next_refresh",
     "authority_age": "1d", "sign_certificate_minimum_age": 30, "crl_hour": "23h 59min"},
    {"activation_delay": "10min", "crl_period": "7h", "ocsp_activation": "next_refresh", "ocsp_refresh": "1d"},
    {"certificate_birthdays": 2, "ocsp_refresh": "1min", "first_serial": 1, "authority_interval": "2900d"},
]  # fmt: skip


@pytest.mark.parametrize("overrides", OVERRIDES, ids=lambda overrides: ",".join(overrides))
def test_other_parameters_make_a_kit_too(tmp_path: Path, overrides: dict[str, object]) -> None:
    """With other parameters the kit is whole and fresh, and the library agrees with each expectation."""
    lab = Lab(seed=3, start="2026-03-05 23:58:30", parameters=overrides)
    folder = export(lab, tmp_path / "kit")
    for kind in KINDS:
        assert {case["expected"] for case in cases(folder, kind)} == set(EXPECTED)
    for case in usual(folder):
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
    for case in usual(folder, "phone_sign"):
        assert by_library(folder, case) == {case["expected"]}, case["id"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file in the way is told in a sentence."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(MisuseError, match="cannot be written"):
        export(Lab(seed=3), tmp_path / "file" / "kit")


def test_a_kit_of_a_lab_with_a_later_generation(tmp_path: Path) -> None:
    """An authority that was renewed a day ago: its certificates are the later generation's, and all is in order.

    The lab's log stays as it was.
    """
    lab = Lab(seed=3)
    lab.advance("671d")
    lab.resident()
    length = len(lab.log)
    folder = export(lab, tmp_path / "kit")
    assert len(lab.log) == length
    assert any(case["id"] == "card_auth-later_generation" for case in cases(folder))
    for case in usual(folder):
        assert by_library(folder, case) == {case["expected"]}, case["id"]
    assert_in_order(lab, folder)
    kit = {(one.issuer, one.serial_number) for one in certificates(folder).values()}
    own = {(one.issuer, one.serial_number) for one in map(x509.load_der_x509_certificate, lab_certificates(lab))}
    assert not kit & own


def certificates(folder: Path) -> dict[str, x509.Certificate]:
    """Those that an authority issued, by the name of the file."""
    files = (folder / "certificates").glob("*.cer")
    found = {file.stem: x509.load_der_x509_certificate(file.read_bytes()) for file in files}
    return {
        name: one
        for name, one in found.items()
        if not name.endswith(("forged", "changed-body", "changed-signature", "-authority", "-responder"))
    }


def lab_certificates(lab: Lab) -> list[bytes]:
    responders = [one.responder_certificate for every in lab.world.things.generations.values() for one in every]
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


# ------------------------------------------------------------------------------------------------------- the readable


def test_the_readable_table_names_every_case(kit: Path) -> None:
    """README.md has a row for each case and document, nothing in braces, and commands that name files of the kit."""
    text = (kit / "README.md").read_text(encoding="utf-8")
    for row in manifest(kit)["cases"] + manifest(kit)["documents"]:
        assert f"| {row['id']} |" in text
    assert "TEST" in text.splitlines()[0] and "{{" not in text
    assert "made for 2025-06-24 09:00:00 JST. The cases have times of their own" in text
    commands = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    named = re.findall(r"\b(?:anchors|certificates|crl|documents|keys|ocsp|programs|tsa)/[\w.-]+", commands)
    assert named and all((kit / path).is_file() for path in named), named


def test_the_command_line_writes_the_same_kit(kit: Path, tmp_path: Path) -> None:
    """``myna-lab kit FOLDER --seed 7`` writes what ``export(Lab(seed=7), …)`` does."""
    from click.testing import CliRunner

    from myna_lab.cli.main import main

    result = CliRunner().invoke(main, ["kit", str(tmp_path / "kit"), "--seed", "7"])
    assert result.exit_code == 0, result.output
    assert digests(tmp_path / "kit") == digests(kit)


def test_the_command_line_reads_the_clock_for_now(tmp_path: Path) -> None:
    """``--at now`` writes a kit of this moment that lasts a day; ``--policy-arc`` changes the policies."""
    from click.testing import CliRunner

    from myna_lab.cli.main import main

    before = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251
    arguments = ["kit", str(tmp_path / "kit"), "--at", "now", "--policy-arc", "1.2.392.200149.8.5.1"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    at, until = (datetime.fromisoformat(manifest(tmp_path / "kit")[name]) for name in ("instant", "until"))
    assert before <= at <= datetime.now(UTC)  # noqa: TID251
    assert until - at == timedelta(days=1)
    last = until.astimezone(timezone(timedelta(hours=9)))
    text = (tmp_path / "kit/README.md").read_text(encoding="utf-8")
    assert f"A verifier with a real clock finds the same until {last:%Y-%m-%d %H:%M:%S} JST." in text
    assert manifest(tmp_path / "kit")["policies"]["auth"][0] == "1.2.392.200149.8.5.1.3.30"
