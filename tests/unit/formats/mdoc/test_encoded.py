"""The reader of CBOR by its structure, with octets written by hand."""

from __future__ import annotations

from datetime import timedelta

import cbor2
import mdocs
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.encoded import Encoded
from myna_lab.formats.mdoc.encoding import array, embedded, head, mapping
from myna_lab.formats.mdoc.paths import forget, path_to

# {"a": [1, tag 24 of h'a0', [true, "x"]], "b": h'ff'}; only the head of the key b is longer than it must be
WHOLE = bytes.fromhex("a2 6161 83 01 d818 41a0 82 f5 6178 7801 62 41ff")


def test_parts_as_they_were_received() -> None:
    """Each part has its own octets and its place, whatever order they are asked in; nothing is encoded anew."""
    parts = Encoded(WHOLE, 100).members("it", "clause")
    one, wrapping, inside = parts["a"].elements("a", "clause", n=3)
    assert (inside.octets, inside.at) == (bytes.fromhex("82f56178"), 109)
    assert (wrapping.octets, wrapping.at) == (bytes.fromhex("d81841a0"), 105)
    assert (wrapping.unwrapped("it", "clause").octets, wrapping.unwrapped("it", "clause").at) == (b"\xa0", 108)
    assert (one.octets, one.at, one.integer("one", "clause")) == (b"\x01", 104, 1)
    assert (parts["b"].octets, parts["b"].at, parts["b"].bytes_("b", "clause")) == (b"\x41\xff", 116, b"\xff")
    assert [each.octets for each in inside.elements("inside", "clause")] == [b"\xf5", b"\x61x"]


@pytest.mark.parametrize(
    ("octets", "at", "right"),
    [
        ("a2 6161 01 6161 02", 0, "each key once"),
        ("a1 6161 9f01ff", 3, "definite lengths"),
        ("a1 6161 5f4101ff", 3, "definite lengths"),
        ("a2 6161 01 6162 61ff", 6, "CBOR"),
        ("a1 6161 8201", 3, "CBOR"),
        ("a1 6161 01 00", 4, "nothing after it"),
        ("a2 6161 01 02 03", 4, "a key of it is text"),
        ("d9d9f7 a1 6161 01", 0, "a map of definite length"),
        ("d81c a1 6161 01", 0, "a map of definite length"),
    ],
)
def test_what_is_not_taken_apart(octets: str, at: int, right: str) -> None:
    """A fault is told at the octet where the part begins that has it; a tag that hides a map is no map."""
    with pytest.raises(MalformedMdoc, match=right) as caught:
        Encoded(bytes.fromhex(octets)).members("it", "clause")
    assert caught.value.values["offset"] == at


@pytest.mark.parametrize("octets", ["c24101", "20", "f5", "fb3ff0000000000000"])
def test_numbers_are_written_as_numbers(octets: str) -> None:
    """A large number by its tag, a negative one, a truth and a fraction are no number of a digest."""
    with pytest.raises(MalformedMdoc, match="an integer, not negative"):
        Encoded(b"\x81" + bytes.fromhex(octets)).elements("it", "clause")[0].integer("it", "clause")


@given(argument=st.integers(0, 2**64 - 1))
def test_heads_are_the_shortest(argument: int) -> None:
    """A head is what the library writes for a number, with the major type in it."""
    assert head(0, argument) == cbor2.dumps(argument)
    assert head(5, argument)[0] == 0xA0 | head(0, argument)[0]


def test_values_are_put_together() -> None:
    """Array, map and wrapping of encoded values are what the library makes of the plain ones."""
    assert mapping({"a": array([b"\x01", embedded(b"\xa0")]), "b": b"\xf5"}) == cbor2.dumps(
        {"a": [1, cbor2.CBORTag(24, b"\xa0")], "b": True}
    )


def test_a_path_that_was_proven_still_has_its_days() -> None:
    """Once a signer's path is known, an instant before or after its periods is refused all the same; so is a change."""
    signer = x509.load_der_x509_certificate(mdocs.SIGNER)
    second = timedelta(seconds=1)
    for _ in ("proven now", "known"):
        assert isinstance(path_to([mdocs.ROOT], signer, mdocs.NOW), x509.Certificate)
        assert isinstance(path_to([mdocs.ROOT], signer, signer.not_valid_before_utc), x509.Certificate)
        assert isinstance(path_to([mdocs.ROOT], signer, signer.not_valid_after_utc), x509.Certificate)
        assert isinstance(path_to([mdocs.ROOT], signer, signer.not_valid_before_utc - second), str)
        assert isinstance(path_to([mdocs.ROOT], signer, signer.not_valid_after_utc + second), str)
    forged = bytearray(mdocs.SIGNER)
    forged[-1] ^= 1
    assert isinstance(path_to([mdocs.ROOT], x509.load_der_x509_certificate(bytes(forged)), mdocs.NOW), str)
    forget()
