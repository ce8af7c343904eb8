"""The reader of DER: heads at their limits, and what is not DER (X.690 8.1.3 and 10.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from myna_lab.errors import MalformedError
from myna_lab.formats.jpki import der

GOOD = {
    "0500": (0x05, 2, 2),
    "040100": (0x04, 2, 3),
    "047f" + "00" * 127: (0x04, 2, 129),
    "048180" + "00" * 128: (0x04, 3, 131),
    "0481ff" + "00" * 255: (0x04, 3, 258),
    "04820100" + "00" * 256: (0x04, 4, 260),
    "0483010000" + "00" * 65536: (0x04, 5, 65541),
}
"""Octets to tag, start and end of the content; an empty object may be the last thing in the data."""


@pytest.mark.parametrize("octets", GOOD, ids=lambda octets: octets[:10])
@pytest.mark.parametrize("before", [0, 3])
def test_heads_are_read(octets: str, before: int) -> None:
    """Each form of a length in its range, at the beginning and later, with nothing after it."""
    data = bytes(before) + bytes.fromhex(octets)
    tag, start, end = GOOD[octets]
    found = der.read(data, before, len(data))
    assert (found.tag, found.offset, found.start, found.end) == (tag, before, before + start, before + end)


def malformed(wrong: str, offset: int) -> str:
    """What the message of an error must hold: what is wrong, and last of all where."""
    return rf"^[^,]*{wrong}.*, at offset {offset}\.$"


@pytest.mark.parametrize(
    ("octets", "wrong", "offset"),
    [
        ("", "an object was expected", 0),
        ("05", "an object was expected", 0),
        ("0401", "a content of 1 octets leads beyond offset 2", 0),
        ("1f0100", "more than one octet", 0),
        ("0480", "one to four octets", 1),
        ("0481", "one to four octets", 1),
        ("04850000000001" + "00", "one to four octets", 1),
        ("04817f" + "00" * 127, "shortest form", 1),
        ("04820080" + "00" * 128, "shortest form", 1),
        ("0483000100" + "00" * 256, "shortest form", 1),
    ],
)
def test_what_is_not_der_is_malformed(octets: str, wrong: str, offset: int) -> None:
    """Cut heads and contents, indefinite lengths, long tags and lengths that could be shorter; and where."""
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedError, match=malformed(wrong, offset)) as refused:
        der.read(data, 0, len(data))
    assert refused.value.values == {"offset": offset}


def test_another_tag_than_the_one_that_will_do() -> None:
    """The tag is told in hexadecimal, as expected and as found."""
    with pytest.raises(MalformedError, match=r"^tag 30 was expected, not 04, at offset 0\.$"):
        der.read(bytes.fromhex("0400"), 0, 2, der.SEQUENCE)


def test_the_limit_is_not_the_end_of_the_data() -> None:
    """An object must end where its parent ends, though the data go on."""
    data = bytes.fromhex("0402aabbcc")
    assert der.read(data, 0, 4).end == 4
    with pytest.raises(MalformedError, match=malformed("leads beyond offset 3", 0)):
        der.read(data, 0, 3)


@pytest.mark.parametrize(
    ("octets", "critical", "begins"),
    [("3006 06028837 0400", False, 6), ("3009 06028837 0101ff 0400", True, 9), ("3009 06028837 010100 0400", False, 9)],
)
def test_an_extension_is_read(octets: str, critical: bool, begins: int) -> None:
    """Identifier, whether it is critical, and where the value stands; FALSE need not be said, but may be."""
    data = bytes.fromhex(octets)
    value = der.Span(der.OCTET_STRING, begins, begins + 2, begins + 2)
    assert der.extension(data, der.read(data, 0, len(data))) == (bytes.fromhex("8837"), critical, value)


@pytest.mark.parametrize(
    ("octets", "wrong", "offset"),
    [
        ("3106 06028837 0400", "an extension is a SEQUENCE", 0),
        ("3006 04028837 0400", "tag 06 was expected", 2),
        ("3004 06028837", "an object was expected", 6),
        ("3009 06028837 010101 0400", "a BOOLEAN is 00 or FF", 6),
        ("300a 06028837 0102ffff 0400", "a BOOLEAN is 00 or FF", 6),
        ("3007 06028837 0101ff", "an object was expected", 9),
        ("3006 06028837 0200", "the value of an extension is an OCTET STRING", 6),
        ("3009 06028837 0101ff 0200", "the value of an extension is an OCTET STRING", 9),
        ("3008 06028837 0400 0500", "nothing more was expected", 8),
    ],
)
def test_what_is_no_extension_is_malformed(octets: str, wrong: str, offset: int) -> None:
    """Each part wrong in its own way, and where (RFC 5280 4.1, X.690 11.1)."""
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedError, match=malformed(wrong, offset)):
        der.extension(data, der.read(data, 0, len(data)))


@pytest.mark.parametrize(
    ("octets", "wrong", "offset"),
    [
        ("3000", "extensions are one or more", 0),
        ("3010 3006060288370400 3006060288370400", "an extension stands once", 10),
    ],
)
def test_extensions_are_some_and_differ(octets: str, wrong: str, offset: int) -> None:
    """None at all, or one twice (RFC 5280 4.2)."""
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedError, match=malformed(wrong, offset)):
        list(der.extensions(data, der.read(data, 0, len(data))))


@pytest.mark.parametrize(
    ("octets", "number"), [("020100", 0), ("02017f", 127), ("02020080", 128), ("0201ff", -1), ("0202ff7f", -129)]
)
def test_an_integer_is_read(octets: str, number: int) -> None:
    """Its first bit is the sign; an octet that only tells the sign stands where it is needed (X.690 8.3)."""
    data = bytes.fromhex(octets)
    assert der.read_integer(data, der.read(data, 0, len(data))) == number


@pytest.mark.parametrize("octets", ["0200", "02020001", "0202007f", "0202ff80"])
def test_an_integer_in_a_longer_form_is_malformed(octets: str) -> None:
    """No octets, or one more than the number needs (X.690 8.3.2)."""
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedError, match=malformed("an INTEGER is not in its shortest form", 2)):
        der.read_integer(data, der.read(data, 0, len(data)))


@pytest.mark.parametrize(
    ("tag", "text", "instant"),
    [
        (der.UTC_TIME, b"500102030405Z", datetime(1950, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (der.UTC_TIME, b"490102030405Z", datetime(2049, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"19490102030405Z", datetime(1949, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_time_is_read(tag: int, text: bytes, instant: datetime) -> None:
    """Two digits of a year are those of 1950 to 2049 (RFC 5280 4.1.2.5.1)."""
    assert der.read_time(text, der.Span(tag, 0, 0, len(text))) == instant


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (der.UTC_TIME, b"20500102030405Z"),
        (der.GENERALIZED_TIME, b"500102030405Z"),
        (der.UTC_TIME, b"5001020304Z"),
        (der.UTC_TIME, b"5001020304050"),
        (der.UTC_TIME, b"50010203040xZ"),
        (der.UTC_TIME, b"501302030405Z"),
        (der.UTC_TIME, b"500102240405Z"),
        (der.UTC_TIME, b"500102030460Z"),
        (der.UTC_TIME, b""),
    ],
)
def test_what_is_no_time_is_malformed(tag: int, text: bytes) -> None:
    """The other kind's form, no seconds, no Z, no digit, and what no calendar or clock has."""
    data = bytes((tag, len(text))) + text
    with pytest.raises(MalformedError, match=malformed(r"a time of RFC 5280 4\.1\.2\.5 was expected", 2)):
        der.read_time(data, der.read(data, 0, len(data)))
