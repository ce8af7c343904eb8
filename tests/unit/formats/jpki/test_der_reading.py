"""The reader of DER: heads at their limits, and what is not DER (X.690 8.1.3 and 10.1)."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("octets", "wrong"),
    [
        ("", "an object was expected"),
        ("05", "an object was expected"),
        ("0401", "a content of 1 octets leads beyond offset 2"),
        ("1f0100", "more than one octet"),
        ("0480", "one to four octets"),
        ("0481", "one to four octets"),
        ("04850000000001" + "00", "one to four octets"),
        ("04817f" + "00" * 127, "shortest form"),
        ("04820080" + "00" * 128, "shortest form"),
        ("0483000100" + "00" * 256, "shortest form"),
    ],
)
def test_what_is_not_der_is_malformed(octets: str, wrong: str) -> None:
    """Cut heads and contents, indefinite lengths, long tags and lengths that could be shorter."""
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedError, match=wrong):
        der.read(data, 0, len(data))


def test_another_tag_than_the_one_that_will_do() -> None:
    """The tag is told in hexadecimal, as expected and as found."""
    with pytest.raises(MalformedError, match="tag 30 was expected, not 04"):
        der.read(bytes.fromhex("0400"), 0, 2, der.SEQUENCE)


def test_the_limit_is_not_the_end_of_the_data() -> None:
    """An object must end where its parent ends, though the data go on."""
    data = bytes.fromhex("0402aabbcc")
    assert der.read(data, 0, 4).end == 4
    with pytest.raises(MalformedError, match="leads beyond offset 3"):
        der.read(data, 0, 3)
