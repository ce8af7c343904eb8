"""Lists as columns: built without an object for each line, judged equal by cryptography, and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from asn1crypto import crl as other_reader
from authorities import ELSEWHERE, HERE, NOW, authority, certificate, crl
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.errors import MalformedError, MisuseError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import distribution_point
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at

NAMES = {number: name for name, number in jpki.REASONS.items()}


def columns(rows: list[tuple[int, int, int]]) -> jpki.Columns:
    """Serial number, seconds since 1970, reason."""
    serials, seconds, reasons = zip(*rows, strict=True) if rows else ((), (), ())
    return jpki.Columns(np.array(serials, np.uint64), np.array(seconds, np.int64), np.array(reasons, np.uint8))


def entries(rows: list[tuple[int, int, int]]) -> list[jpki.RevokedEntry]:
    return [jpki.RevokedEntry(s, datetime.fromtimestamp(t, UTC), NAMES[r]) for s, t, r in rows]


def built(lines: Any, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {"partition": None, "number": 7} | changes
    made = at("2100-01-01 09:00")
    return jpki.crl(
        authority=authority("sign"),
        entries=lines,
        this_update=made,
        next_update=made + timedelta(days=2),
        **arguments,
    )


EDGES = [n for k in range(1, 9) for n in ((1 << 8 * k - 1) - 1, 1 << 8 * k - 1, (1 << 8 * k) - 1)]
rows_of_lists = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(EDGES), st.integers(1, (1 << 64) - 1)),
        st.integers(0, 4_102_444_799),  # to the end of 2099: both forms of time
        st.integers(0, 6),
    ),
    unique_by=lambda row: row[0],
    max_size=40,
)


@given(rows_of_lists)
def test_columns_and_objects_make_the_same_octets(rows: list[tuple[int, int, int]]) -> None:
    """Line by line or as columns, in any order: the list is the same, to the octet."""
    assert built(columns(rows)) == built(entries(rows))


@given(rows_of_lists)
def test_a_list_reads_back(rows: list[tuple[int, int, int]]) -> None:
    """What was written is found, by our reader and by cryptography; what was not, is not."""
    der = built(columns(rows))
    read, judge = jpki.read_crl(der), x509.load_der_x509_crl(der)
    assert len(read) == len(judge) == len(rows)
    for entry in entries(rows):
        assert read.find(entry.serial) == entry and entry.serial in read
        line = judge.get_revoked_certificate_by_serial_number(entry.serial)
        assert line is not None and line.revocation_date_utc == entry.revoked_at
    assert list(read) == sorted(entries(rows), key=lambda entry: entry.serial)
    assert read.find(0) is None and (max((row[0] for row in rows), default=0) + 1) not in read


def test_the_edges_of_serial_numbers_and_times() -> None:
    """Every length of a serial number, the last second of 2049 and the first of 2050, the first and last of a day."""
    times = [int(at(text).timestamp()) for text in ("2050-01-01 08:59:59", "2050-01-01 09:00", "2024-02-29 08:59:59")]
    rows = [(serial, times[n % 3], n % 7) for n, serial in enumerate(sorted(set(EDGES) - {0}))]
    assert built(columns(rows)) == built(entries(rows))
    assert list(jpki.read_crl(built(columns(rows)))) == entries(rows)


def test_more_lines_than_a_block() -> None:
    """Two hundred thousand lines in no order, with and without reasons: equal to asn1crypto's reading of them."""
    count = 200_000
    chance = np.random.default_rng(5)
    serials = chance.permutation(count).astype(np.uint64) + np.uint64(109_000_000)
    seconds = chance.integers(1_500_000_000, 1_750_000_000, count)
    reasons = (chance.integers(0, 7, count)).astype(np.uint8)
    der = built(jpki.Columns(serials, seconds, reasons))
    read = jpki.read_crl(der)
    order = np.argsort(serials)
    assert np.array_equal(read.columns.serials, serials[order])
    assert np.array_equal(read.columns.revoked_at, seconds[order])
    assert np.array_equal(read.columns.reasons, reasons[order])
    judge = x509.load_der_x509_crl(der)
    assert judge.is_signature_valid(x509.load_der_x509_certificate(authority("sign").certificate).public_key())  # type: ignore[arg-type]
    for index in (0, 65_535, 65_536, count - 1):
        assert judge[index].serial_number == int(serials[order][index])


def test_columns_that_cannot_be_a_list() -> None:
    """A serial number that stands twice, in any order, and a revocation after thisUpdate are misuses."""
    for rows in ([(5, 0, 1), (5, 1, 1)], [(6, 0, 1), (5, 0, 1), (6, 1, 1)]):
        with pytest.raises(MisuseError, match="twice"):
            built(columns(rows))
    made = int(at("2100-01-01 09:00").timestamp())
    assert built(columns([(5, made, 1)]))
    with pytest.raises(MisuseError, match="at its thisUpdate or before"):
        built(columns([(5, made, 1), (6, made + 1, 1)]))


@pytest.mark.parametrize("given", ["text", None, 5])
def test_a_list_is_read_from_bytes(given: Any) -> None:
    """What is not bytes is a misuse, not a malformed list."""
    with pytest.raises(MisuseError, match="bytes"):
        jpki.read_crl(given)


def test_times_may_be_numpys_own() -> None:
    """datetime64 of any unit is as good as seconds."""
    seconds = np.array([1_700_000_000], np.int64)
    rows = np.array([5], np.uint64), np.array([1], np.uint8)
    plain = jpki.Columns(rows[0], seconds, rows[1])
    for unit in ("s", "ms"):
        assert built(
            jpki.Columns(rows[0], seconds.astype("datetime64[s]").astype(f"datetime64[{unit}]"), rows[1])
        ) == built(plain)


def test_head_of_a_list() -> None:
    """Number, times, place and scope read back; the signature is that of its authority only."""
    for partition in (HERE, ELSEWHERE, None):
        read = jpki.read_crl(crl("phone_sign", partition=partition, number=300))
        assert (read.number, read.this_update, read.next_update) == (300, NOW, NOW + timedelta(days=2))
        issuer = x509.load_der_x509_certificate(authority("sign").certificate).subject
        place = distribution_point(issuer, partition, "phone_sign").value.public_bytes() if partition else None
        assert (read.place, read.only) == (place, "user")
        assert read.is_signed_by(authority("sign").certificate)
        assert not read.is_signed_by(authority("auth").certificate)
        assert not read.is_signed_by(authority("sign", 1).certificate)
    own = jpki.read_crl(crl("card_auth", partition=None, only="authority"))
    assert (
        own.only == "authority"
        and own.place == x509.load_der_x509_certificate(authority("auth").certificate).subject.public_bytes()
    )


def test_card_and_phone_have_lists_of_their_own() -> None:
    """The same town's lists for the card's and the phone's certificates stand at different places (assumed)."""
    places = {jpki.read_crl(crl(kind)).place for kind in jpki.KINDS}
    assert len(places) == 4
    for kind in jpki.KINDS:
        (point,) = (
            x509.load_der_x509_certificate(certificate(kind))
            .extensions.get_extension_for_class(x509.CRLDistributionPoints)
            .value
        )
        assert jpki.read_crl(crl(kind)).place == point.full_name[0].value.public_bytes()  # type: ignore[index]


def other_list(**changes: Any) -> bytes:
    """A list in another hand: asn1crypto's, unsigned, with what the profile does not have."""
    whole = other_reader.CertificateList.load(crl("card_sign", jpki.RevokedEntry(5, NOW, "SUPERSEDED")))
    rows = [
        {
            "user_certificate": serial,
            "revocation_date": {"utc_time": NOW.astimezone(UTC)},
            "crl_entry_extensions": extra,
        }
        for serial, extra in changes["rows"]
    ]
    whole["tbs_cert_list"]["revoked_certificates"] = rows
    return bytes(whole.dump(force=True))


def test_lists_by_another_hand() -> None:
    """Lines in no order, with invalidityDate, an explicit FALSE or a serial number of 20 octets, are understood."""
    reason = {"extn_id": "crl_reason", "critical": False, "extn_value": "key_compromise"}
    invalidity = {"extn_id": "invalidity_date", "critical": False, "extn_value": NOW.astimezone(UTC)}
    der = other_list(rows=[(1 << 158, [reason]), (9, [reason, invalidity]), (3, [invalidity]), (1 << 100, None)])
    read = jpki.read_crl(der)
    found = {entry.serial: entry.reason for entry in read}
    assert found == {3: "UNSPECIFIED", 9: "KEY_COMPROMISE", 1 << 100: "UNSPECIFIED", 1 << 158: "KEY_COMPROMISE"}
    assert [entry.serial for entry in read] == [3, 9, 1 << 100, 1 << 158]
    assert len(read) == 4 and (1 << 158) in read


def test_a_critical_extension_that_is_not_known_forbids_the_list() -> None:
    """RFC 5280 5.3: such a line makes the whole list useless; the error says where it stands."""
    issuer = {"extn_id": "certificate_issuer", "critical": True, "extn_value": []}
    with pytest.raises(MalformedError, match="critical extension") as refused:
        jpki.read_crl(other_list(rows=[(9, [issuer])]))
    assert refused.value.values["offset"]


def test_the_last_line_ends_with_the_lines() -> None:
    """Of three lines the last says that it is one octet longer: the error names where that line begins."""
    der = bytearray(crl("card_sign", *(jpki.RevokedEntry(n, NOW, "SUPERSEDED") for n in (5, 6, 7))))
    begins = der.index(bytes.fromhex("020107170d")) - 2
    der[begins + 1] += 1
    with pytest.raises(MalformedError, match=f"the last line leads beyond the end of the lines, at offset {begins}"):
        jpki.read_crl(bytes(der))


BROKEN = {
    "nothing": lambda der: b"",
    "another thing": lambda der: certificate("card_sign"),
    "cut": lambda der: der[:-1],
    "longer": lambda der: der + b"\x00",
    "a line's tag": lambda der: der.replace(bytes.fromhex("020105170d"), bytes.fromhex("040105170d")),
    "a line's time": lambda der: der.replace(bytes.fromhex("020105170d"), bytes.fromhex("020105170c")),
    "February 30": lambda der: der.replace(b"240229", b"240230"),
    "serial number 0": lambda der: der.replace(bytes.fromhex("020105170d"), bytes.fromhex("020100170d")),
    "a negative serial number": lambda der: der.replace(bytes.fromhex("020105170d"), bytes.fromhex("020185170d")),
    "a reason that is no ENUMERATED": lambda der: der.replace(bytes.fromhex("0a0104"), bytes.fromhex("020104")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_malformed_list_says_where(case: str) -> None:
    """Whatever is wrong, the error is MalformedError and names the offset."""
    der = crl("card_sign", jpki.RevokedEntry(5, at("2024-02-29 12:00"), "SUPERSEDED"))
    broken = BROKEN[case](der)
    assert broken != der
    with pytest.raises(MalformedError) as refused:
        jpki.read_crl(broken)
    assert 0 <= int(refused.value.values["offset"]) <= len(broken)  # type: ignore[call-overload]
    assert f"offset {refused.value.values['offset']}" in str(refused.value)


OTHERS_REASONS = {
    "00": "UNSPECIFIED", "06": "CERTIFICATE_HOLD", "07": "UNSPECIFIED", "08": "REMOVE_FROM_CRL",
    "09": "PRIVILEGE_WITHDRAWN", "0a": "AA_COMPROMISE", "0b": "UNSPECIFIED", "ff": "UNSPECIFIED",
}  # fmt: skip


@pytest.mark.parametrize("number", OTHERS_REASONS)
def test_reasons_of_others_are_read(number: str) -> None:
    """Whatever a line states for a reason, its certificate is on the list; what RFC 5280 does not list is no reason."""
    der = crl("card_sign", jpki.RevokedEntry(5, at("2024-02-29 12:00"), "SUPERSEDED"))
    read = jpki.read_crl(der.replace(bytes.fromhex("0a0104"), bytes.fromhex("0a01" + number)))
    assert read.find(5) == jpki.RevokedEntry(5, at("2024-02-29 12:00"), OTHERS_REASONS[number])


@pytest.mark.parametrize("number", [8, 9, 10])
def test_reasons_of_others_are_not_written(number: int) -> None:
    """An authority of the lab states the seven reasons of the practice rules only."""
    with pytest.raises(MisuseError, match="0, 1, 2, 3, 4, 5, 6"):
        built(columns([(1, 1, number)]))


def test_no_octets_break_the_reader() -> None:
    """Whatever is done to a list, it is read or refused; nothing else comes out."""
    chance = Chance(9).child("lists")
    rows = [jpki.RevokedEntry(109_000_000 + n, NOW, list(jpki.REASONS)[n % 7]) for n in range(12)]
    der = crl("card_sign", *rows)
    for _ in range(1500):
        octets = bytearray(der)
        place = chance.integer(0, len(octets) - 1)
        octets[place : place + chance.integer(0, 2)] = chance.bytes(chance.integer(0, 2))
        try:
            list(jpki.read_crl(bytes(octets)))
        except MalformedError as refused:
            assert "offset" in refused.values


def test_columns_that_cannot_be() -> None:
    """Different lengths, a reason that does not exist and a serial number of 0 are misuses."""
    for rows, words in (([(0, 1, 1)], "positive"), ([(1, 1, 7)], "reason")):
        with pytest.raises(MisuseError, match=words):
            columns(rows)
    with pytest.raises(MisuseError, match="one length"):
        jpki.Columns(np.zeros(2, np.uint64), np.zeros(1, np.int64), np.zeros(2, np.uint8))


@pytest.mark.parametrize("kind", ["", "dogs", "card_auth"])
def test_a_towns_list_is_of_a_kind_that_its_authority_issues(kind: str) -> None:
    """A town's list without its kind, or of the other authority's kind, is a misuse."""
    with pytest.raises(MisuseError, match="a town has a list for each kind"):
        built([], partition=HERE, kind=kind)
