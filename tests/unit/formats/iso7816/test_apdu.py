"""Command and response APDUs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.errors import MalformedApdu, MisuseError
from myna_lab.formats.iso7816 import CommandApdu, ResponseApdu

FORMS = [
    # bytes, data, Ne
    ("00200080", b"", 0),
    ("00B0000020", b"", 32),
    ("00B0000000", b"", 256),
    ("0020008000", b"", 256),  # "VERIFY with Lc 0", as some clients write it
    ("00A4020C020018", b"\x00\x18", 0),
    ("00A40400020018FF", b"\x00\x18", 255),
    ("00A4040002001800", b"\x00\x18", 256),
    ("00B00000000000", b"", 65536),
    ("00B00000000100", b"", 256),
    ("80AE0000000001FF", b"\xff", 0),
    ("80AE0000000001FF0000", b"\xff", 65536),
    ("80AE0000000001FF0010", b"\xff", 16),
]
BROKEN = [
    "",
    "00",
    "00B000",
    "00A4020C0200",
    "00A4020C03001800FF00",
    "00A400000000",
    "00B0000000000000",
    "80AE0000000003FF00",
]


@pytest.mark.parametrize(("apdu", "data", "ne"), FORMS)
def test_each_form_is_decoded(apdu: str, data: bytes, ne: int) -> None:
    """All seven forms of ISO/IEC 7816-3 12.1 give the header, the data and Ne."""
    command = CommandApdu.decode(bytes.fromhex(apdu))
    assert (bytes(command[:4]), command.data, command.ne) == (bytes.fromhex(apdu[:8]), data, ne)


@pytest.mark.parametrize("apdu", BROKEN)
def test_what_is_no_command_is_malformed(apdu: str) -> None:
    """Bytes whose Lc does not fit are refused, and the error shows none of them."""
    with pytest.raises(MalformedApdu, match=r"7816-3 12\.1") as caught:
        CommandApdu.decode(bytes.fromhex(apdu))
    assert caught.value.values == ({"offset": 4} if len(apdu) >= 8 else {})


@given(
    st.builds(
        CommandApdu,
        *[st.integers(0, 255)] * 4,
        data=st.binary(max_size=300) | st.binary(min_size=65535, max_size=65535),
        ne=st.integers(0, 300) | st.just(65536),
    )
)
def test_encoding_and_decoding_are_inverse(command: CommandApdu) -> None:
    """Every command survives being sent."""
    assert CommandApdu.decode(command.encode()) == command


@pytest.mark.parametrize(
    ("data", "ne", "after_header"),
    [
        (b"", 0, ""),
        (b"", 1, "01"),
        (b"", 255, "FF"),
        (b"", 256, "00"),
        (b"", 257, "00 0101"),
        (b"", 65535, "00 FFFF"),
        (b"", 65536, "00 0000"),
        (b"\xaa", 0, "01 AA"),
        (b"\xaa", 256, "01 AA 00"),
        (b"\xaa", 257, "00 0001 AA 0101"),
        (b"\xaa", 65536, "00 0001 AA 0000"),
        (b"\xaa" * 255, 256, "FF" + "AA" * 255 + "00"),
        (b"\xaa" * 256, 0, "00 0100" + "AA" * 256),
        (b"\xaa" * 256, 1, "00 0100" + "AA" * 256 + "0001"),
        (b"\xaa" * 65535, 65536, "00 FFFF" + "AA" * 65535 + "0000"),
    ],
    ids=lambda value: len(value) if isinstance(value, bytes) else str(value)[:12],
)
def test_the_shortest_form_is_sent(data: bytes, ne: int, after_header: str) -> None:
    """Extended lengths for more than 255 bytes of data or 256 of answer, and then both (ISO/IEC 7816-3 12.1.3)."""
    assert CommandApdu(0x80, 0xAE, 0x01, 0x02, data, ne).encode() == bytes.fromhex("80AE0102" + after_header)


@pytest.mark.parametrize(
    "wrong", [CommandApdu(256, 0, 0, 0), CommandApdu(0, 0, 0, 0, bytes(65536)), CommandApdu(0, 0, 0, 0, ne=65537)]
)
def test_out_of_range_fields_are_refused(wrong: CommandApdu) -> None:
    """A field that does not fit its bytes is a misuse, said before anything is sent."""
    with pytest.raises(MisuseError, match="CLA, INS, P1 and P2 are bytes, Nc is at most 65535, Ne at most 65536"):
        wrong.encode()


def test_an_answer_ends_with_its_status_word() -> None:
    """Data and status word are told apart, also in an answer without data, and less than two bytes is no answer."""
    assert ResponseApdu.decode(bytes.fromhex("01029000")) == ResponseApdu(b"\x01\x02", 0x9000)
    assert ResponseApdu(b"", 0x63C2).encode() == bytes.fromhex("63C2")
    with pytest.raises(MalformedApdu):
        ResponseApdu.decode(b"\x90")


def test_reprs_show_no_data() -> None:
    """Data may be a PIN or a My Number: neither repr nor str shows them."""
    assert "1234" not in repr(CommandApdu(0, 0x20, 0, 0x80, b"1234")) + repr(ResponseApdu(b"1234", 0x9000))
