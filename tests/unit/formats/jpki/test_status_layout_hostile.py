"""Layouts of requests, answers and lists: what is looked for among many entries, and octets that are spoilt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from authorities import HERE, NOW, authority, certificate, serial_of

from myna_lab.errors import MalformedError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.layout import (
    Layout,
    answer_layout,
    list_layout,
    located,
    request_layout,
    serials_to_tell,
    what_changed,
)

SERIALS = (3, 9, 0x0203, 0x020109, 0x7FFFFFFF, 0x80000000)
"""Of one octet to five; the octets of 9 (02 01 09) stand within another one's, too."""


def crl(*serials: int) -> bytes:
    entries = [jpki.RevokedEntry(serial, NOW - timedelta(days=1), "SUPERSEDED") for serial in serials]
    times = {"this_update": NOW, "next_update": NOW + timedelta(days=2)}
    return jpki.crl(authority=authority("auth"), entries=entries, partition=HERE, kind="phone_auth", number=7, **times)


def told(layout: Layout) -> dict[str, str]:
    """Fields between the times and the extensions, by name."""
    fields = [part.field for part in located(layout)]
    names = [field.name for field in fields]
    begin, end = names.index("next_update") + 1, names.index("authority_key_identifier")
    return {field.name: field.value for field in fields[begin:end]}


@pytest.mark.parametrize("serial", SERIALS)
def test_each_entry_is_found(serial: int) -> None:
    """Whichever is looked for is told with its number, time and reason; the first three, too; the rest is counted."""
    fields = told(list_layout(crl(*SERIALS), looked_for=serial))
    assert fields["serial_number"] == f"{serial:08X}"
    assert (fields["revocation_time"], fields["revocation_reason"]) == ("2025-06-23 09:00:05 JST", "superseded (4)")
    among_the_first = serial in SERIALS[:3]
    assert sum(name.startswith("entry ") for name in fields) == 3 - among_the_first
    assert "not_listed" not in fields and fields["revoked_certificates"] == "6 certificates"


@pytest.mark.parametrize("serial", [1, 9, 0x0109, 0x170D])
@pytest.mark.parametrize("serials", [(), (0x0203, 0x020109, 0x80000000)], ids=["empty", "three"])
def test_what_is_not_there_is_not_found(serials: tuple[int, ...], serial: int) -> None:
    """A number that no entry has is told to be absent, though its octets stand in the list; it has none of its own."""
    layout = located(list_layout(crl(*serials), looked_for=serial))
    (absent,) = (part for part in layout if part.field.name == "not_listed")
    assert absent.begins == absent.ends and absent.field.value == f"{serial:08X}"
    assert "serial_number" not in [part.field.name for part in layout]


def test_two_lists_tell_the_same_entries() -> None:
    """What only one has, and the first of each: an entry that both have is told of both, wherever it lies."""
    old, new = crl(*range(100, 200)), crl(5, *range(101, 200), 900)
    came, went = what_changed(old, new)
    assert (came.tolist(), went.tolist()) == ([5, 900], [100])
    serials = serials_to_tell(old, new)
    assert serials == {5, 900, 100, 101, 102}
    first, second = (told(list_layout(each, told=serials)) for each in (old, new))
    assert [*first] == ["revoked_certificates", *(f"entry {n:08X}" for n in (100, 101, 102)), "more_entries"]
    assert [*second] == [
        *("revoked_certificates", "entry 00000005", "entry 00000065", "entry 00000066", "more_entries"),
        "entry 00000384",
    ]


def test_many_entries_stay_small() -> None:
    """Of 50,000 entries the first three and the one in the middle are told, and how many lie around it: 19 fields."""
    import numpy as np

    n = 50_000
    columns = jpki.Columns(np.arange(1, n + 1, dtype=np.uint64), np.full(n, 1_700_000_000), np.ones(n, np.uint8))
    times = {"this_update": NOW, "next_update": NOW + timedelta(days=2)}
    octets = jpki.crl(authority=authority("auth"), entries=columns, partition=None, number=7, **times)
    layout = located(list_layout(octets, looked_for=25_000))
    fields = [(part.field.name, part.field.value) for part in layout]
    assert [value for name, value in fields if name == "more_entries"] == ["24996 certificates", "25000 certificates"]
    assert ("serial_number", "000061A8") in fields and len(fields) == 19


@pytest.mark.parametrize(("octet", "said"), [("06", "unauthorized"), ("03", "tryLater"), ("04", "4")])
def test_an_error_has_one_field(octet: str, said: str) -> None:
    """Nobody signs it: the status is all there is; one that RFC 6960 does not use is told by its number."""
    (only,) = located(answer_layout(bytes.fromhex(f"30030a01{octet}")))
    assert (only.field.name, only.field.value) == ("response_status", said)


def test_a_version_that_is_written_is_told() -> None:
    """Version 1, which should be left out, is the number 0; another number is told as it is."""
    asked = papers()["request"]
    start = asked.index(b"\x30", 4)  # the requests, in the body
    for number in (0, 4):
        body = bytes((0xA0, 3, 2, 1, number)) + asked[start:]
        whole = bytes((0x30, len(body) + 2, 0x30, len(body))) + body
        (version, *_) = located(request_layout(whole))
        assert (version.field.name, version.field.value) == ("protocol_version", str(number + 1))


def papers() -> dict[str, bytes]:
    asked = jpki.ocsp_request(certificate("phone_auth"), authority("auth").certificate, nonce=b"once")
    status = jpki.CertificateStatus("revoked", NOW, NOW, "KEY_COMPROMISE")
    answer = jpki.ocsp_response(
        asked,
        authority=authority("auth"),
        status=lambda _: status,
        produced_at=NOW,
        next_update=NOW + timedelta(hours=1),
    )
    return {"request": asked, "answer": answer, "list": crl(serial_of("phone_auth"))}


@pytest.mark.parametrize("name", ["request", "answer", "list"])
def test_any_octet_changed(name: str) -> None:
    """Each octet before the signature set to two others, and beginnings: refused, or every octet has its place."""
    read = {"request": request_layout, "answer": answer_layout, "list": list_layout}[name]
    whole = papers()[name]
    ends = next((part.begins for part in located(read(whole)) if part.field.name.endswith("_signature")), len(whole))
    spoilt = [whole[:n] for n in range(0, len(whole), 32)]
    spoilt += [whole[:n] + bytes((value,)) + whole[n + 1 :] for n in range(min(ends, 300)) for value in (0x30, 0xFF)]
    refused = 0
    for octets in spoilt:
        try:
            layout = read(octets)
        except MalformedError:
            refused += 1
            continue
        assert [part.begins for part in layout] == [0, *(part.ends for part in layout[:-1])]
        assert layout[-1].ends == len(octets)
    assert refused > len(spoilt) // 4
