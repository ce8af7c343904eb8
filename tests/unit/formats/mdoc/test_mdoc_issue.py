"""Issued records, read with a CBOR library and not with our own parser."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats import mdoc
from myna_lab.ground.birthdays import age
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, at
from myna_lab.keys import elliptic_key
from myna_lab.parameters import Parameters

NOW = at("2025-06-24 09:00:00")
PARAMETERS = Parameters()
ROOT_KEY, SIGNER_KEY, DEVICE_KEY = (elliptic_key(Chance(7).child(name)) for name in ("root", "signer", "device"))
HANAKO = mdoc.Attributes(
    full_name="山田　花子",
    resident_address="青波県灯台市港町１丁目２番３号",
    local_gov_code="81201",
    birth_date=date(1989, 3, 31),
    sex="female",
    individual_number="123456789010",
    portrait=b"\x00\x00\x00\x0cjP  picture",
)


@pytest.fixture(name="issuer", scope="module")
def _issuer() -> mdoc.Issuer:
    born = at("2023-06-25 09:00")
    root = mdoc.establish(key=ROOT_KEY, serial=1, not_before=born, parameters=PARAMETERS)
    signer = mdoc.establish_signer(
        issuer_certificate=root, issuer_key=ROOT_KEY, key=SIGNER_KEY, serial=2, not_before=born, parameters=PARAMETERS
    )
    return mdoc.Issuer(root, signer, SIGNER_KEY)


@pytest.fixture(name="issue", scope="module")
def _issue(issuer: mdoc.Issuer) -> Callable[..., bytes]:
    def issue(attributes: mdoc.Attributes = HANAKO, name: str = "record/flow-1", **changed: Any) -> bytes:
        arguments: dict[str, Any] = {
            "issuer": issuer,
            "device_key": DEVICE_KEY.public_key(),
            "chance": Chance(7).child(name),
            "signed_at": NOW,
            "parameters": PARAMETERS,
        }
        return mdoc.issue(attributes, **(arguments | changed))

    return issue


def items(record: bytes) -> dict[str, list[dict[str, Any]]]:
    """The items of each name space, decoded."""
    spaces = cbor2.loads(record)["issuerSigned"]["nameSpaces"]
    return {name: [cbor2.loads(tag.value) for tag in tags] for name, tags in spaces.items()}


def values(record: bytes, name_space: str) -> dict[str, Any]:
    """Element identifier to value."""
    return {item["elementIdentifier"]: item["elementValue"] for item in items(record)[name_space]}


def _undated(item: dict[str, Any]) -> dict[str, Any]:
    """The item with its date as the tagged text that it was decoded from."""
    value = item["elementValue"]
    return item | ({"elementValue": CBORTag(1004, value.isoformat())} if isinstance(value, date) else {})


def signed_object(record: bytes) -> dict[str, Any]:
    """The mobile security object."""
    mso: dict[str, Any] = cbor2.loads(cbor2.loads(cbor2.loads(record)["issuerSigned"]["issuerAuth"][2]).value)
    return mso


def test_national_elements(issue: Callable[..., bytes]) -> None:
    """The Japanese name space holds its seven elements, with the texts as a card shows them."""
    assert values(issue(), "org.iso.23220.1.jp") == {
        "full_name_unicode": "山田　花子",
        "resident_address_unicode": "青波県灯台市港町１丁目２番３号",
        "local_gov_code_unicode": "81201",
        "birth_date_unicode": "1989年3月31日",
        "sex_unicode": "女",
        "individual_number_unicode": "123456789010",
        "portrait": HANAKO.portrait,
    }


def test_written_birth_date(issue: Callable[..., bytes]) -> None:
    """With parameter ``mdoc_birth_date`` the era is written, as on the card's face."""
    record = issue(parameters=Parameters({"mdoc_birth_date": "era"}))
    assert values(record, "org.iso.23220.1.jp")["birth_date_unicode"] == "平成元年3月31日"


def test_common_elements(issue: Callable[..., bytes]) -> None:
    """The common name space holds birth date, ISO/IEC 5218 sex, age, and a truth for each age threshold."""
    assert values(issue(), "org.iso.23220.1") == {
        "birth_date": date(1989, 3, 31),
        "sex": 2,
        "age_in_years": 36,
        "age_over_18": True,
        "age_over_20": True,
        "age_over_65": False,
    }
    assert b"\xd9\x03\xec\x6a1989-03-31" in issue()  # full-date: tag 1004 and ten characters


def test_structure_and_document_type(issue: Callable[..., bytes]) -> None:
    """The record is docType and IssuerSigned; every item is wrapped in tag 24 and has the four members in order."""
    record = issue()
    document = cbor2.loads(record)
    assert list(document) == ["docType", "issuerSigned"]
    assert document["docType"] == signed_object(record)["docType"] == "org.iso.23220.1.jp.mnc"
    assert list(document["issuerSigned"]) == ["nameSpaces", "issuerAuth"]
    for tags in document["issuerSigned"]["nameSpaces"].values():
        assert all(isinstance(tag, CBORTag) and tag.tag == 24 for tag in tags)
    for made in items(record).values():
        assert all(list(i) == ["digestID", "random", "elementIdentifier", "elementValue"] for i in made)


def test_encoding_is_shortest(issue: Callable[..., bytes]) -> None:
    """Decoding and encoding again gives the same bytes, so lengths are definite and shortest."""
    record = issue()
    assert cbor2.dumps(cbor2.loads(record)) == record
    for name, made in items(record).items():
        received = [item.received for item in mdoc.parse(record).items[name]]
        assert [cbor2.dumps(CBORTag(24, cbor2.dumps(_undated(item)))) for item in made] == received


def test_digests_are_over_the_tagged_items(issue: Callable[..., bytes]) -> None:
    """Each digest is SHA-256 over the tag-24 bytes of the item with that number; three more stand for nothing."""
    record = issue()
    spaces = cbor2.loads(record)["issuerSigned"]["nameSpaces"]
    for name, tags in spaces.items():
        expected = {cbor2.loads(tag.value)["digestID"]: hashlib.sha256(cbor2.dumps(tag)).digest() for tag in tags}
        digests = signed_object(record)["valueDigests"][name]
        assert {number: digests[number] for number in expected} == expected
        assert list(digests) == list(range(len(tags) + 3))
        assert len(set(digests.values())) == len(digests)
        assert {len(digest) for digest in digests.values()} == {32}


def test_salts_are_long_and_differ(issue: Callable[..., bytes]) -> None:
    """Every item has its own 32 random bytes, and another record has others."""
    salts = [
        i["random"]
        for record in (issue(), issue(name="record/flow-2"))
        for made in items(record).values()
        for i in made
    ]
    assert all(len(salt) == 32 for salt in salts)
    assert len(set(salts)) == len(salts) == 26


def test_digest_numbers_are_shuffled(issue: Callable[..., bytes]) -> None:
    """A digestID does not tell the element: over many records each element gets several numbers."""
    numbers: dict[str, set[int]] = {}
    for i in range(12):
        for item in items(issue(name=f"record/flow-{i}"))["org.iso.23220.1.jp"]:
            numbers.setdefault(item["elementIdentifier"], set()).add(item["digestID"])
    assert all(len(seen) > 2 for seen in numbers.values())


def test_signature_is_es256_over_sig_structure(issue: Callable[..., bytes], issuer: mdoc.Issuer) -> None:
    """The COSE_Sign1 in issuerAuth verifies with ES256 and the signer's key; header 33 holds the certificate."""
    protected, unprotected, payload, signature = cbor2.loads(issue())["issuerSigned"]["issuerAuth"]
    assert cbor2.loads(protected) == {1: -7}
    assert unprotected == {33: issuer.signer_certificate}
    assert payload[:2] == b"\xd8\x18"
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    to_be_signed = cbor2.dumps(["Signature1", protected, b"", payload])
    SIGNER_KEY.public_key().verify(der, to_be_signed, ec.ECDSA(SHA256()))


def test_device_key_is_bound(issue: Callable[..., bytes]) -> None:
    """The mobile security object holds the phone's public key as a COSE_Key on P-256."""
    key = signed_object(issue())["deviceKeyInfo"]["deviceKey"]
    x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
    assert (key[1], key[-1], len(key[-2]), len(key[-3])) == (2, 1, 32, 32)
    assert ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()) == DEVICE_KEY.public_key().public_numbers()


def test_coordinates_keep_their_leading_zeros(issue: Callable[..., bytes]) -> None:
    """A key whose coordinate begins with a zero byte still has 32 bytes for it."""
    keys = (elliptic_key(Chance(i)).public_key() for i in range(2000))
    small = next(key for key in keys if key.public_numbers().x >> 248 == 0)
    assert signed_object(issue(device_key=small))["deviceKeyInfo"]["deviceKey"][-2][0] == 0


def test_validity(issue: Callable[..., bytes]) -> None:
    """Times are UTC with Z and without fraction; the end is the parameter's unless it is said."""
    record = issue(signed_at=NOW + timedelta(milliseconds=700))
    assert b"\xc0\x742025-06-24T00:00:00Z" in record
    assert signed_object(record)["validityInfo"] == {
        "signed": NOW,
        "validFrom": NOW,
        "validUntil": NOW + timedelta(days=30),
    }
    shorter = issue(parameters=Parameters({"mdoc_validity": "14d"}))
    assert signed_object(shorter)["validityInfo"]["validUntil"] == NOW + timedelta(days=14)
    said = issue(valid_until=at("2025-07-01 00:00"))
    assert signed_object(said)["validityInfo"]["validUntil"] == at("2025-07-01 00:00")


def test_same_arguments_same_bytes(issue: Callable[..., bytes]) -> None:
    """Issuing is deterministic, and every argument matters."""
    assert issue() == issue(signed_at=NOW.astimezone(UTC))
    others = [
        issue(name="record/flow-2"),
        issue(replace(HANAKO, sex="male")),
        issue(device_key=ROOT_KEY.public_key()),
        issue(signed_at=NOW + timedelta(seconds=1)),
    ]
    assert len({issue(), *others}) == 5


def test_items_can_be_cut_out_of_the_stream(issue: Callable[..., bytes]) -> None:
    """The parser keeps each item's bytes as they stand in the record."""
    record = issue()
    for name, kept in mdoc.parse(record).items.items():
        for item in kept:
            assert item.received in record
            inner = cbor2.load(io.BytesIO(item.received)).value
            assert cbor2.loads(inner)["elementIdentifier"] == item.element_identifier, name


@pytest.mark.parametrize(
    "born", [date(2005, 6, 24), date(2005, 6, 25), date(2004, 2, 29), date(1960, 6, 24), date(2025, 6, 24)]
)
@pytest.mark.parametrize("on", ["2025-06-24", "2026-02-28", "2026-03-01", "2028-02-29"])
def test_ages_are_the_residents(issue: Callable[..., bytes], born: date, on: str) -> None:
    """Age and thresholds are those of the day of signing in Japan, by the same rule as the resident register's."""
    signed_at = at(f"{on} 00:30")
    found = values(issue(replace(HANAKO, birth_date=born), signed_at=signed_at), "org.iso.23220.1")
    years = age(born, signed_at.astimezone(JST).date())
    assert found["age_in_years"] == years
    assert {n: found[f"age_over_{n}"] for n in (18, 20, 65)} == {n: years >= n for n in (18, 20, 65)}


@pytest.mark.parametrize(
    ("changed", "error", "right"),
    [
        ({"signed_at": datetime(2025, 6, 24)}, MisuseError, "time zone"),
        ({"valid_until": NOW}, MisuseError, "must lie after signed_at"),
        ({"signed_at": at("2023-06-25 08:59:59")}, IssuanceRefused, "not at 2023-06-25 08:59:59"),
        ({"signed_at": at("2033-06-25")}, IssuanceRefused, "to 2033-06-24 23:59:59"),
        ({"device_key": ec.derive_private_key(5, ec.SECP384R1()).public_key()}, MisuseError, "P-256"),
        ({"attributes": replace(HANAKO, sex="F")}, MisuseError, "'male' or 'female'"),
    ],
)
def test_what_is_not_issued(
    issue: Callable[..., bytes], changed: dict[str, Any], error: type[Exception], right: str
) -> None:
    """What cannot be stated truly is refused, with what would be right."""
    with pytest.raises(error, match=right):
        issue(**changed)


def test_attributes_repr_hides_my_number() -> None:
    """The repr of attributes has neither My Number nor portrait."""
    assert "123456789010" not in repr(HANAKO)
    assert "portrait" not in repr(HANAKO)


@pytest.mark.parametrize(
    ("signed_at", "years", "over_18"), [("2026-02-28 23:59:59", 17, False), ("2026-03-01 00:00:00", 18, True)]
)
def test_the_age_of_a_leap_days_child(issue: Callable[..., bytes], signed_at: str, years: int, over_18: bool) -> None:
    """Who was born on 29 February is a year older when 28 February is over, and so says the record (Civil Code 143)."""
    child = replace(HANAKO, birth_date=date(2008, 2, 29))
    found = values(issue(child, signed_at=at(signed_at)), mdoc.COMMON)
    assert (found["age_in_years"], found["age_over_18"]) == (years, over_18)
