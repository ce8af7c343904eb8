"""BER-TLV data objects."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from myna_lab.errors import MalformedTlv, MisuseError
from myna_lab.formats.iso7816 import Tlv, decode, decode_all, encode, total_length

OBJECTS = [
    # tag, value, bytes
    (0x90, b"\1\0\1", "9003010001"),
    (0xFF10, b"", "FF1000"),
    (0x7F21, bytes(128), "7F21820080" + "00" * 128),
    (0xDF33, bytes(256), "DF33820100" + "00" * 256),
]
BROKEN = ["", "FF", "DF", "DF21", "DF2108000E", "9080", "9085000000000100", "DF8181818101", "DF2182", "DF218301"]


@pytest.mark.parametrize(("tag", "value", "encoded"), OBJECTS)
def test_objects_are_written_as_the_standard_says(tag: int, value: bytes, encoded: str) -> None:
    """Tags of one and two bytes, lengths of one to three, both ways."""
    data = bytes.fromhex(encoded)
    assert encode(tag, value) == data
    assert decode(data) == Tlv(tag, value, 0, len(data))
    assert total_length(data[:7]) == len(data)


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_object_is_malformed(data: str) -> None:
    """Cut headers, cut values, indefinite lengths and overlong tags are refused."""
    with pytest.raises(MalformedTlv):
        decode(bytes.fromhex(data))


@pytest.mark.parametrize(("n", "field"), [(127, "7f"), (128, "820080"), (0x91, "820091"), (255, "8200ff")])
def test_lengths_are_those_of_the_cards_files(n: int, field: str) -> None:
    """From 128 on a length is written 82 and two bytes, as the files of a card have it; both forms are read."""
    data = encode(0xDF41, bytes(n))
    assert data[2 : 2 + len(field) // 2].hex() == field
    assert decode(data).value == decode(b"\xdf\x41\x81" + bytes([n]) + bytes(n)).value == bytes(n)


def test_too_long_a_value_is_a_misuse() -> None:
    """65536 bytes fit no length field of three bytes."""
    with pytest.raises(MisuseError, match="65536 bytes do not fit"):
        encode(0xDF41, bytes(65536))


def test_filler_after_an_object_is_left() -> None:
    """A file may end with FF filler that belongs to no object."""
    found = decode(bytes.fromhex("FF1001AAFFFF"))
    assert (found.value, found.end) == (b"\xaa", 4)


def test_objects_inside_are_found_by_tag() -> None:
    """A constructed object gives its children, and says what it lacks."""
    outer = decode(encode(0xFF20, encode(0xDF22, b"name") + encode(0xDF23, b"address")))
    assert [child.tag for child in outer.children()] == [0xDF22, 0xDF23]
    assert outer.find(0xDF23) == b"address"
    with pytest.raises(MalformedTlv, match="holds no DF24"):
        outer.find(0xDF24)
    assert "name" not in repr(outer)


@given(st.lists(st.tuples(st.sampled_from([0x90, 0xDF21, 0xFF10, 0x7F21]), st.binary(max_size=300))))
def test_objects_in_a_row_survive(objects: list[tuple[int, bytes]]) -> None:
    """Objects one after the other are read as they were written."""
    data = b"".join(encode(tag, value) for tag, value in objects)
    assert [(found.tag, found.value) for found in decode_all(data)] == objects


@given(st.binary(max_size=60))
@example(bytes.fromhex("9002aabbdf2100"))  # chance alone seldom makes objects that are whole
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    """No bytes lead to another error, and what is read lies within them."""
    try:
        found = decode_all(data)
    except MalformedTlv as malformed:
        assert str(malformed)
    else:
        assert sum(one.end - one.start for one in found) == len(data)
