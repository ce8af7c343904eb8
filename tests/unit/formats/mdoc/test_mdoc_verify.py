"""A reader's checks: each is failed by what it is there for, and by nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import assume, given
from hypothesis import strategies as st

from myna_lab.errors import MalformedMdoc, MisuseError
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.keys import elliptic_key
from myna_lab.parameters import Parameters

NOW = at("2025-06-24 09:00")
BORN = at("2023-06-25 09:00")
PARAMETERS = Parameters()
ROOT_KEY, SIGNER_KEY, DEVICE_KEY, OTHER_KEY = (
    elliptic_key(Chance(7).child(n)) for n in ("root", "signer", "device", "x")
)
NAMES = ("chain", "signer_usage", "issuer_signature", "doc_type", "digests", "validity")
MY_NUMBER = "123456789010"


def make_root(key: Any = ROOT_KEY) -> bytes:
    """An IACA certificate."""
    return mdoc.establish(key=key, serial=1, not_before=BORN, parameters=PARAMETERS)


def make_signer(root: bytes, root_key: Any = ROOT_KEY, not_before: datetime = BORN) -> bytes:
    """A document signer's certificate."""
    return mdoc.establish_signer(
        issuer_certificate=root,
        issuer_key=root_key,
        key=SIGNER_KEY,
        serial=2,
        not_before=not_before,
        parameters=PARAMETERS,
    )


ROOT = make_root()
SIGNER = make_signer(ROOT)
ATTRIBUTES = mdoc.Attributes(
    "山田　花子", "青波県灯台市港町１丁目２番３号", "81201", date(1989, 3, 31), "female", MY_NUMBER, b"picture"
)


def make(signer: bytes = SIGNER, root: bytes = ROOT, signed_at: datetime = NOW) -> bytes:
    """A record."""
    return mdoc.issue(
        ATTRIBUTES,
        issuer=mdoc.Issuer(root, signer, SIGNER_KEY),
        device_key=DEVICE_KEY.public_key(),
        chance=Chance(7).child("record/flow-1"),
        signed_at=signed_at,
        parameters=PARAMETERS,
    )


RECORD = make()


def failed(record: bytes, anchor: bytes = ROOT, now: datetime = NOW) -> set[str]:
    """Names of the checks that fail; all six are always made, in order."""
    checks = mdoc.verify_issuer(record, anchors=[anchor], at=now)
    assert tuple(check.name for check in checks) == NAMES
    assert all(check.clause and check.reason for check in checks)
    return {check.name for check in checks if not check.passed}


def changed(change: Callable[[dict[str, Any]], None], record: bytes = RECORD) -> bytes:
    """The record after a change of its decoded form."""
    document = cbor2.loads(record)
    change(document)
    return cbor2.dumps(document)


def resigned(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The record after a change of its mobile security object, signed anew by the true signer."""

    def sign(document: dict[str, Any]) -> None:
        signed = cbor2.loads(cbor2.loads(document["issuerSigned"]["issuerAuth"][2]).value)
        change(signed)
        payload = cbor2.dumps(CBORTag(24, cbor2.dumps(signed)))
        document["issuerSigned"]["issuerAuth"] = list(cose.sign(payload, SIGNER_KEY, SIGNER))

    return changed(sign)


def with_signer(certificate: bytes) -> bytes:
    """The record with another certificate in x5chain, which the signature does not cover."""
    return changed(lambda d: d["issuerSigned"]["issuerAuth"][1].update({33: certificate}))


def a_certificate(key: Any, *, issuer_key: Any = ROOT_KEY, extensions: tuple[tuple[Any, bool], ...] = ()) -> bytes:
    """A certificate below the root with just these extensions."""
    root = x509.load_der_x509_certificate(ROOT)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string("CN=TEST,C=JP"))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(3)
        .not_valid_before(BORN)
        .not_valid_after(root.not_valid_after_utc)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def usages(purpose: str, *, critical: bool = True, sign: bool = True) -> tuple[tuple[Any, bool], ...]:
    """Key usage and extended key usage."""
    bits = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False
    )  # fmt: skip
    usage = x509.KeyUsage(digital_signature=sign, key_agreement=not sign, **bits)
    return (usage, True), (x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), critical)


def test_a_true_record_passes() -> None:
    """What the issuer signed passes every check under its root."""
    assert failed(RECORD) == set()


def test_elements_may_be_left_out() -> None:
    """Selective disclosure: any items may be missing, down to none."""
    few = changed(lambda d: d["issuerSigned"]["nameSpaces"].pop(mdoc.NATIONAL))
    assert failed(few) == set()
    assert failed(changed(lambda d: d["issuerSigned"]["nameSpaces"].clear())) == set()


def first_item(document: dict[str, Any], name_space: str = mdoc.COMMON) -> tuple[list[Any], dict[str, Any]]:
    """The items of a name space, and the first of them decoded."""
    tags = document["issuerSigned"]["nameSpaces"][name_space]
    return tags, cbor2.loads(tags[0].value)


def put_back(tags: list[Any], item: dict[str, Any]) -> None:
    """The first item replaced."""
    tags[0] = CBORTag(24, cbor2.dumps(item))


def change_value(document: dict[str, Any]) -> None:
    """Another value."""
    tags, item = first_item(document)
    put_back(tags, item | {"elementValue": "1999-01-01"})


def change_salt(document: dict[str, Any]) -> None:
    """Another salt."""
    tags, item = first_item(document)
    put_back(tags, item | {"random": bytes(32)})


def use_unknown_digest(document: dict[str, Any]) -> None:
    """A number without digest."""
    tags, item = first_item(document)
    put_back(tags, item | {"digestID": 99})


def send_twice(document: dict[str, Any]) -> None:
    """The same item two times."""
    tags, _ = first_item(document)
    tags.append(tags[0])


def move_name_space(document: dict[str, Any]) -> None:
    """An item under the other name space."""
    spaces = document["issuerSigned"]["nameSpaces"]
    spaces[mdoc.NATIONAL].append(spaces[mdoc.COMMON].pop(0))


def add_name_space(document: dict[str, Any]) -> None:
    """A name space that was never signed."""
    spaces = document["issuerSigned"]["nameSpaces"]
    spaces["org.example"] = spaces[mdoc.COMMON][:1]


@pytest.mark.parametrize(
    "change", [change_value, change_salt, use_unknown_digest, send_twice, move_name_space, add_name_space]
)
def test_changed_or_added_elements_fail_the_digests(change: Callable[[dict[str, Any]], None]) -> None:
    """What was changed, added, moved or doubled has no digest of its own under the signature."""
    assert failed(changed(change)) == {"digests"}


def test_digest_is_over_the_bytes_received() -> None:
    """An item in another encoding of the same content fails: it is not what was signed, and is not encoded again."""
    tags = cbor2.loads(RECORD)["issuerSigned"]["nameSpaces"][mdoc.COMMON]
    short = cbor2.dumps(tags[0])
    assert short[:3] == b"\xd8\x18\x58"
    long = b"\xd8\x18\x59\x00" + short[3:]  # the length in two bytes
    record = RECORD.replace(short, long)
    assert cbor2.loads(record) == cbor2.loads(RECORD)
    assert failed(record) == {"digests"}


def test_bytes_in_another_encoding_pass_if_they_were_signed() -> None:
    """An issuer that writes a length in two bytes is right too: the digest is over the bytes as they are."""
    tag = cbor2.loads(RECORD)["issuerSigned"]["nameSpaces"][mdoc.COMMON][0]
    short = cbor2.dumps(tag)
    long = b"\xd8\x18\x59\x00" + short[3:]
    number = cbor2.loads(tag.value)["digestID"]
    record = resigned(lambda mso: mso["valueDigests"][mdoc.COMMON].update({number: hashlib.sha256(long).digest()}))
    assert failed(record.replace(short, long)) == set()


@pytest.mark.parametrize("algorithm", ["SHA-384", "SHA-512"])
def test_other_digest_algorithms_of_the_standard(algorithm: str) -> None:
    """Digests of SHA-384 and SHA-512 are understood; what is not understood fails."""
    spaces = cbor2.loads(RECORD)["issuerSigned"]["nameSpaces"]
    digest = algorithm.replace("-", "").lower()
    digests = {
        name: {cbor2.loads(t.value)["digestID"]: hashlib.new(digest, cbor2.dumps(t)).digest() for t in tags}
        for name, tags in spaces.items()
    }
    assert failed(resigned(lambda mso: mso.update(digestAlgorithm=algorithm, valueDigests=digests))) == set()
    assert failed(resigned(lambda mso: mso.update(digestAlgorithm="MD5"))) == {"digests"}


@pytest.mark.parametrize(
    "change",
    [
        lambda auth: auth.__setitem__(3, bytes(64)),
        lambda auth: auth.__setitem__(3, auth[3][:63]),
        lambda auth: auth.__setitem__(3, b""),
        lambda auth: auth.__setitem__(0, cbor2.dumps({1: -35})),
        lambda auth: auth.__setitem__(0, cbor2.dumps({1: -7, 4: b"key"})),
        lambda auth: auth.__setitem__(0, b""),
        lambda auth: auth.__setitem__(0, cbor2.dumps([1])),
    ],
)
def test_a_changed_signature_fails(change: Callable[[list[Any]], None]) -> None:
    """Signature and protected header are under the check of the signature."""
    assert failed(changed(lambda d: change(d["issuerSigned"]["issuerAuth"]))) == {"issuer_signature"}


def test_a_changed_object_fails_the_signature() -> None:
    """Prolonging the validity without the signer's key fails the signature and nothing else."""

    def prolong(document: dict[str, Any]) -> None:
        auth = document["issuerSigned"]["issuerAuth"]
        auth[2] = auth[2].replace(b"2025-07-24T00:00:00Z", b"2029-07-24T00:00:00Z")

    assert failed(changed(prolong)) == {"issuer_signature"}


def test_a_foreign_issuer_fails_the_chain() -> None:
    """A signer below another root of the same name is not trusted, though all else is right."""
    foreign = make_root(OTHER_KEY)
    record = make(make_signer(foreign, OTHER_KEY), foreign)
    assert failed(record) == {"chain"}
    assert failed(record, anchor=foreign) == set()


def test_a_root_is_no_signer() -> None:
    """The root's own certificate cannot stand in for the signer's."""
    assert failed(with_signer(ROOT)) >= {"signer_usage", "issuer_signature"}


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (usages("1.0.18013.5.1.2"), set()),
        (usages("1.0.18013.5.1.6"), {"signer_usage"}),  # a reader's
        (usages("1.0.18013.5.1.2", critical=False), {"signer_usage"}),
        (usages("1.0.18013.5.1.2", sign=False), {"signer_usage"}),
        (usages("1.0.18013.5.1.2")[:1], {"signer_usage"}),
        (usages("1.0.18013.5.1.2")[1:], {"signer_usage"}),
    ],
)
def test_only_document_signers_sign(extensions: Any, expected: set[str]) -> None:
    """A certificate of the trusted root for another purpose does not make a document signer (B.1.4)."""
    assert failed(with_signer(a_certificate(SIGNER_KEY, extensions=extensions))) == expected


def test_a_signer_below_a_signer_is_not_trusted() -> None:
    """There is one step from root to signer: a signer cannot appoint another."""
    assert "chain" in failed(with_signer(a_certificate(SIGNER_KEY, issuer_key=OTHER_KEY)))


@pytest.mark.parametrize("certificate", [b"", b"\x30\x03\x02\x01\x01", SIGNER[:-1]])
def test_an_unreadable_certificate_fails_three_checks(certificate: bytes) -> None:
    """Without a signer's certificate nothing of the signer can be checked, and the rest still is."""
    assert failed(with_signer(certificate)) == {"chain", "signer_usage", "issuer_signature"}


def test_a_chain_may_be_an_array() -> None:
    """x5chain may hold an array whose first certificate is the signer's (RFC 9360)."""
    record = changed(lambda d: d["issuerSigned"]["issuerAuth"][1].update({33: [SIGNER, ROOT]}))
    assert failed(record) == set()


def test_document_type_must_be_the_signed_one() -> None:
    """The docType beside the signature and the one under it must both be the My Number Card's."""
    other = "org.iso.18013.5.1.mDL"
    assert failed(changed(lambda d: d.update(docType=other))) == {"doc_type"}
    assert failed(resigned(lambda mso: mso.update(docType=other))) == {"doc_type"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW - timedelta(seconds=1), {"validity"}),
        (NOW, set()),
        (NOW + timedelta(days=30), set()),
        (NOW + timedelta(days=30, seconds=1), {"validity"}),
        (at("2033-06-26 00:00:00"), {"chain", "validity"}),  # the authorities have ended, too
    ],
)
def test_validity(now: datetime, expected: set[str]) -> None:
    """A record is valid from validFrom to validUntil, both included."""
    assert failed(RECORD, now=now) == expected


def tdate(text: str) -> CBORTag:
    """A date and time of CBOR as text."""
    return CBORTag(0, text)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, set()),
        ({"validFrom": "2025-06-24T00:00:01Z"}, set()),
        ({"validFrom": "2025-06-23T23:59:59Z"}, {"validity"}),  # before it was signed
        ({"signed": "2025-06-24T00:00:06Z"}, {"validity"}),  # signed after now, valid from before
        ({"signed": "2025-06-24T00:00:06Z", "validFrom": "2025-06-24T00:00:06Z"}, {"validity"}),
        ({"validFrom": "2025-06-24T00:00:05Z", "validUntil": "2025-06-24T00:00:05Z"}, {"validity"}),  # no time at all
        ({"validUntil": "2025-06-24T00:00:05Z"}, set()),
        ({"expectedUpdate": "2025-07-01T00:00:00Z"}, set()),
    ],
)
def test_the_order_of_the_times(times: dict[str, str], expected: set[str]) -> None:
    """A record is signed, then valid from, then valid until; five seconds after its making (9.1.2.4)."""
    record = resigned(lambda mso: mso["validityInfo"].update({n: tdate(text) for n, text in times.items()}))
    assert failed(record, now=NOW + timedelta(seconds=5)) == expected


def test_times_out_of_order_are_told() -> None:
    """The reason names the three times, in both languages."""
    record = resigned(lambda mso: mso["validityInfo"].update(validFrom=tdate("2025-06-23T23:59:59Z")))
    seen = mdoc.verify_issuer(record, anchors=[ROOT], at=NOW)[-1].seen
    english = "signed at 2025-06-24 09:00:00, valid from 2025-06-24 08:59:59 to 2025-07-24 09:00:00: not in this order"
    assert seen.in_language("en") == english
    assert "2025-06-24 08:59:59" in seen.in_language("ja") and "順" in seen.in_language("ja")


@pytest.mark.parametrize("name", ["signed", "validFrom", "validUntil", "expectedUpdate"])
@pytest.mark.parametrize(
    "value",
    [
        tdate("2025-06-24T00:00:00.000Z"),  # a fraction, even of nothing
        tdate("2025-06-24T00:00:00.5Z"),
        tdate("2025-06-24T09:00:00+09:00"),  # an offset
        tdate("2025-06-24T00:00:00+00:00"),  # the offset of UTC, but not as Z
        "2025-06-24T00:00:00Z",  # text without the tag
        1750723200,
        CBORTag(1, 1750723200),  # seconds since 1970
        CBORTag(1004, "2025-06-24"),  # a full-date
        None,
    ],
)
def test_times_have_one_form(name: str, value: object) -> None:
    """A tdate is text of RFC 3339 in UTC with Z and without fraction (9.1.2.4); every other form is malformed."""
    record = resigned(lambda mso: mso["validityInfo"].update({name: value}))
    with pytest.raises(MalformedMdoc, match=rf"{name} is a tdate in UTC without fraction.*9\.1\.2\.4"):
        mdoc.verify_issuer(record, anchors=[ROOT], at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-24t00:00:00z",  # RFC 8949 3.4.1 wants capital letters
        "2025-06-24 00:00:00Z",
        "2025-06-24T00:00:00",  # no zone
        "2025-02-29T00:00:00Z",  # no such day
        "2025-06-24T24:00:00Z",
        "２０２５-06-24T00:00:00Z",
        "",
    ],
)
def test_what_is_no_date_and_time(text: str) -> None:
    """Text under tag 0 that is no date and time at all makes the whole mobile security object malformed."""
    record = resigned(lambda mso: mso["validityInfo"].update(validFrom=tdate(text)))
    with pytest.raises(MalformedMdoc, match=r"9\.1\.2\.4"):
        mdoc.verify_issuer(record, anchors=[ROOT], at=NOW)


def test_a_tag_may_be_written_in_two_bytes() -> None:
    """The standard wants lengths in their shortest form, and says nothing of tags: tag 0 as d8 00 is a tdate, too."""
    short = b"\xc0\x742025-06-24T00:00:00Z"
    encoded = cbor2.loads(cbor2.loads(RECORD)["issuerSigned"]["issuerAuth"][2]).value
    assert encoded.count(short) == 2
    payload = cbor2.dumps(CBORTag(24, encoded.replace(short, b"\xd8\x00" + short[1:])))
    signed = list(cose.sign(payload, SIGNER_KEY, SIGNER))
    assert failed(changed(lambda d: d["issuerSigned"].update(issuerAuth=signed))) == set()


def test_signed_outside_the_signers_validity() -> None:
    """A record said to be signed before its signer's certificate began is not valid."""
    late = make_signer(ROOT, not_before=NOW + timedelta(hours=1))
    assert failed(with_signer(late), now=NOW + timedelta(hours=2)) == {"validity"}


def test_my_number_is_hidden_unless_asked() -> None:
    """Reading for display gives every element, the My Number as dots; asked for, it is there."""
    shown = mdoc.read(RECORD)
    assert MY_NUMBER not in repr(shown)
    assert shown[mdoc.NATIONAL]["full_name_unicode"] == "山田　花子"
    assert shown[mdoc.COMMON]["birth_date"] == "1989-03-31"
    assert sum(map(len, shown.values())) == 13
    assert mdoc.read(RECORD, show_my_number=True)[mdoc.NATIONAL]["individual_number_unicode"] == MY_NUMBER


def test_parsed_record_repr_shows_no_values() -> None:
    """Neither a record nor an item shows a value in its repr."""
    parsed = mdoc.parse(RECORD)
    assert repr(parsed) == "<Record org.iso.23220.1.jp.mnc: 13 elements>"
    assert MY_NUMBER not in repr(parsed.items)


NO_BYTES = ("0" * 64, 0, None, [0] * 64)
"""What stands where octets should."""


@pytest.mark.parametrize(
    ("data", "right"),
    [
        (b"", "map"),
        (b"\x80", "map"),
        (b"\xa0", "issuerSigned"),
        (b"\xbf\xff", "definite length"),
        (RECORD[:-1], "CBOR"),
        (RECORD + b"\x00", "nothing after it"),
        (b"\xa2" + cbor2.dumps("docType") + b"\x60" + cbor2.dumps("docType") + b"\x60", "each key once"),
        (b"\xbb" + b"\xff" * 8, "CBOR"),
        (b"\x81" * 5000, "map"),
        (b"\xa1\x61a" + b"\x81" * 5000, "CBOR"),
        (changed(lambda d: d.pop("docType")), "docType"),
        (changed(lambda d: d["issuerSigned"].pop("issuerAuth")), "issuerAuth"),
        (changed(lambda d: d["issuerSigned"]["issuerAuth"].pop()), "COSE_Sign1"),
        *((changed(lambda d, s=s: d["issuerSigned"]["issuerAuth"].__setitem__(3, s)), "COSE_Sign1") for s in NO_BYTES),
        *((changed(lambda d, s=s: d["issuerSigned"]["issuerAuth"].__setitem__(2, s)), "COSE_Sign1") for s in NO_BYTES),
        *((changed(lambda d, s=s: d["issuerSigned"]["issuerAuth"].__setitem__(0, s)), "COSE_Sign1") for s in NO_BYTES),
        (changed(lambda d: d["issuerSigned"]["issuerAuth"].__setitem__(1, b"")), "COSE_Sign1"),
        (changed(lambda d: d["issuerSigned"]["issuerAuth"][1].clear()), "x5chain"),
        (changed(lambda d: d["issuerSigned"]["nameSpaces"].update({mdoc.COMMON: [b"item"]})), "tag 24"),
        (changed(lambda d: d["issuerSigned"]["nameSpaces"].update({mdoc.COMMON: {}})), "array"),
        (changed(lambda d: put_back(*(first_item(d)[0], {}))), "elementValue"),
        (resigned(lambda mso: mso.update(version="2.0")), "version 1.0"),
        (resigned(lambda mso: mso.pop("validityInfo")), "validityInfo"),
        (resigned(lambda mso: mso["validityInfo"].update(validUntil="2029-01-01")), "validUntil"),
        (resigned(lambda mso: mso.update(valueDigests={"a": 1})), "valueDigests"),
    ],
)
def test_what_is_no_record(data: bytes, right: str) -> None:
    """Bytes that are no record are malformed; the text says what was expected, with its clause."""
    with pytest.raises(MalformedMdoc, match=right) as caught:
        mdoc.verify_issuer(data, anchors=[ROOT], at=NOW)
    assert "ISO/IEC 18013-5" in str(caught.value)
    assert MY_NUMBER not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(position=st.integers(0, len(RECORD) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_noticed(position: int, byte: int) -> None:
    """Whatever one byte becomes, the record is malformed or fails a check; nothing else is raised."""
    assume(RECORD[position] != byte)
    data = RECORD[:position] + bytes([byte]) + RECORD[position + 1 :]
    with suppress(MalformedMdoc):
        assert failed(data)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_answered(data: bytes) -> None:
    """No bytes raise anything but MalformedMdoc."""
    with pytest.raises(MalformedMdoc):
        mdoc.parse(data)


@pytest.mark.parametrize(
    ("anchors", "now", "right"),
    [([], NOW, "anchor"), ([b"root"], NOW, "anchor"), ([ROOT], datetime(2025, 6, 24), "time zone")],
)
def test_misuse_of_the_verifier(anchors: list[bytes], now: datetime, right: str) -> None:
    """No anchors, an anchor that is no certificate, or a naive time are errors of the caller."""
    with pytest.raises(MisuseError, match=right):
        mdoc.verify_issuer(RECORD, anchors=anchors, at=now)
