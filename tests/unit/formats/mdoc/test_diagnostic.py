"""CBOR in diagnostic notation: the examples of the standard, and messages of a presentation."""

from __future__ import annotations

import tomllib
from pathlib import Path

import cbor2
import mdocs
import pytest

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.diagnostic import diagnostic
from myna_lab.formats.mdoc.elements import MY_NUMBER

EXAMPLES = {
    "00": "0",
    "1818": "24",
    "1bffffffffffffffff": "18446744073709551615",
    "3bffffffffffffffff": "-18446744073709551616",
    "3903e7": "-1000",
    "fb3ff199999999999a": "1.1",
    "f93e00": "1.5",
    "f97c00": "Infinity",
    "f97e00": "NaN",
    "f9fc00": "-Infinity",
    "f4": "false",
    "f6": "null",
    "f7": "undefined",
    "f0": "simple(16)",
    "f8ff": "simple(255)",
    "c249010000000000000000": "2(h'010000000000000000')",
    "c074323031332d30332d32315432303a30343a30305a": '0("2013-03-21T20:04:00Z")',
    "c11a514b67b0": "1(1363896240)",
    "d818456449455446": '24(<<"IETF">>)',
    "4401020304": "h'01020304'",
    "62225c": '"\\"\\\\"',
    "63e6b0b4": '"水"',
    "80": "[]",
    "8301820203820405": "[1, [2, 3], [4, 5]]",
    "a26161016162820203": '{"a": 1, "b": [2, 3]}',
    "5f42010243030405ff": "(_ h'0102', h'030405')",
    "7f657374726561646d696e67ff": '(_ "strea", "ming")',
    "9f018202039f0405ffff": "[_ 1, [2, 3], [_ 4, 5]]",
    "bf61610161629f0203ffff": '{_ "a": 1, "b": [_ 2, 3]}',
    "5fff": "''_",
    "7fff": '""_',
}
"""RFC 8949 appendix A, in hexadecimal; what tag 24 wraps is opened as RFC 8610 G.3 writes it."""


@pytest.mark.parametrize("octets", EXAMPLES)
def test_the_examples_of_the_standard(octets: str) -> None:
    """Each encoding has the notation that the standard gives it."""
    assert diagnostic(bytes.fromhex(octets)) == EXAMPLES[octets]


def test_a_response_is_opened_to_its_last_item() -> None:
    """Items and the mobile security object stand in clear inside their wrappings; long octets are cut and counted."""
    shown = diagnostic(mdocs.ways()[0].response())
    assert '"elementIdentifier": "age_over_20"' in shown and '"elementValue": 1004("1989-03-31")' in shown
    assert "<<24(<<{\n" in shown and '"signed": 0("2025-06-24T00:00:00Z")' in shown
    assert "h'a10126'" in shown and "…' / 64 octets /" in shown
    assert max(map(len, shown.splitlines())) < 120
    assert "…" not in diagnostic(mdocs.ways()[0].response(), longest=None)


def test_the_my_number_is_dots() -> None:
    """It is hidden where it is an element's value, unless it is to be shown."""
    number = mdocs.ATTRIBUTES.individual_number
    assert number not in diagnostic(mdocs.RECORD) and '"elementValue": "••••••••••••"' in diagnostic(mdocs.RECORD)
    assert f'"elementValue": "{number}"' in diagnostic(mdocs.RECORD, show_my_number=True)
    assert MY_NUMBER in diagnostic(cbor2.dumps({"elementIdentifier": MY_NUMBER}))


def test_messages_of_others() -> None:
    """The examples of ISO/IEC 18013-5 Annex D are shown to their end: as many octets as they have."""
    file = Path(__file__).parents[3] / "vectors" / "iso_18013_5_annex_d.toml"
    response = bytes.fromhex(tomllib.loads(file.read_text("utf-8"))["device_response"])
    shown = diagnostic(response, longest=None)
    assert shown.startswith('{\n  "version": "1.0"') and shown.endswith('"status": 0\n}')
    assert shown.count("elementIdentifier") == 6 and '"elementValue": "Doe"' in shown


@pytest.mark.parametrize(
    ("octets", "at"),
    [("", 0), ("ff", 0), ("1c", 0), ("8201", 2), ("0000", 1), ("81" * 40 + "00", 1), ("d81842", 0)],
)
def test_what_is_no_cbor(octets: str, at: int) -> None:
    """It is said at which octet it ends to be one value."""
    with pytest.raises(MalformedMdoc, match=rf"octet {at}: "):
        diagnostic(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "shown"),
    [("d81841ff", "24(h'ff')"), ("44d81841ff", "<<24(h'ff')>>"), ("42d818", "h'd818'"), ("d81800", "24(0)")],
)
def test_what_only_looks_wrapped(octets: str, shown: str) -> None:
    """Octets under tag 24 that are no CBOR stay octets; what is under it and no octets stays what it is."""
    assert diagnostic(bytes.fromhex(octets)) == shown
