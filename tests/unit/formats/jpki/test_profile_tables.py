"""What people read of the profiles is what the makers make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from authorities import authority, certificate

from myna_lab.formats import jpki
from myna_lab.formats.jpki.explanation import profile_of_certificate
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.profile_tables import MARKS, PROFILES, ROWS, Row, profile_rows
from myna_lab.formats.jpki.subject import OTHER_NAMES

PAGE = Path(__file__).resolve().parents[4] / "docs" / "certificates.md"
SWITCHABLE = {"extended_key_usage", "authority_information_access"}


def specimen(profile: str) -> bytes:
    if profile == "authority":
        return authority("sign").certificate
    return authority("auth").responder_certificate if profile == "responder" else certificate(profile)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_table_has_the_fields_that_a_certificate_has(profile: str) -> None:
    """Field for field, in the order of the extensions and with their critical flags, nothing more and nothing less."""
    found: dict[str, bool] = {}
    for field in jpki.fields(specimen(profile)):
        found["subject_alternative_name" if field.name in OTHER_NAMES.values() else field.name] = field.critical
    rows = profile_rows(profile)
    expected = {row.field: row.critical for row in rows if not row.value.startswith("none (parameter ")}
    assert found == expected
    order = [field for field in found if field in {"key_usage", "certificate_policies", *SWITCHABLE} or "_" in field]
    extensions = order[order.index("key_usage") :]
    assert [row.field for row in rows if row.field in extensions] == extensions


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.field}-{row.profiles[0]}")
def test_every_row_has_its_basis_in_both_languages(row: Row) -> None:
    """A mark that is explained, words in English, and words in Japanese (or the clause of a standard)."""
    assert row.mark in MARKS and row.value and row.en
    assert row.ja.startswith("RFC") is row.ja.isascii()
    assert len({profile for profile in row.profiles}) == len(row.profiles)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_certificate_is_known_by_its_extensions(profile: str) -> None:
    """The profile is read from the certificate itself, and each field then says its basis, in both languages."""
    assert profile_of_certificate(read_certificate(specimen(profile))) == profile
    for language in ("en", "ja"):
        for field in jpki.fields(specimen(profile), language):
            assert field.basis, field
    assert "[confirmed: decoded]" in jpki.explain(specimen(profile), with_basis=True)
    assert "[確認済み: 実物を解読]" in jpki.explain(specimen(profile), "ja", with_basis=True)
    assert "[" not in jpki.explain(specimen(profile))


def test_tables_for_people() -> None:
    """Each profile as a DataFrame, and the four of people side by side, where they differ and where they do not."""
    table = jpki.profile_table("phone_auth")
    assert list(table.columns) == ["value", "critical", "mark", "basis"]
    assert table.loc["key_usage", "value"] == "digitalSignature"
    four = jpki.side_by_side()
    assert list(four.columns) == list(jpki.KINDS)
    assert four.loc["subject_alternative_name", "card_auth"] == "-"
    assert four.loc["certificate_policies"].nunique() == 4
    assert four.loc["public_key"].nunique() == 1


def test_the_page_has_every_row() -> None:
    """docs/certificates.md says of each field what is real, what is ours and how sure it is."""
    lines = {re.sub(r"\s+", " ", line.strip()) for line in PAGE.read_text(encoding="utf-8").splitlines()}
    for row in ROWS:
        critical = " (critical)" if row.critical else ""
        assert f"| {row.field}{critical} | {', '.join(row.profiles)} | {row.value} | {row.mark} | {row.en} |" in lines
