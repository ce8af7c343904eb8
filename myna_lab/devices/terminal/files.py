"""Applications and files: SELECT, READ BINARY."""

from __future__ import annotations

from myna_lab.devices.terminal.link import Transmit, refusal, send
from myna_lab.errors import MalformedTlv
from myna_lab.formats.iso7816 import ResponseApdu, StatusWord, commands, tlv
from myna_lab.ground.arguments import whole_number

__all__ = [
    "AID_COMMON",
    "AID_JPKI",
    "AID_JUKI",
    "AID_LICENCE",
    "AID_TEXT",
    "AID_VISUAL",
    "read_binary",
    "select_application",
    "select_file",
]

AID_JPKI = bytes.fromhex("D392F000260100000001")
AID_TEXT = bytes.fromhex("D3921000310001010408")
AID_VISUAL = bytes.fromhex("D3921000310001010402")
AID_COMMON = bytes.fromhex("D3921000310001010100")
AID_JUKI = bytes.fromhex("D3921000310001010401")
AID_LICENCE = bytes.fromhex("A0000002310600000000000000000000")

_WHOLE_ANSWER = 256
_ADDRESSABLE = 0x8000
"""Bytes that READ BINARY reaches with an offset of 15 bits."""
_HEADER = 7
"""Bytes that hold every BER-TLV header of the card's files."""


def select_application(transmit: Transmit, aid: bytes) -> None:
    """SELECT an application; what was verified before is forgotten.

    Raises:
        CardRefused: code ``application_not_found``, or another.
    """
    command = commands.select_application(aid)
    response = ResponseApdu.decode(transmit(command.encode()))
    if response.sw != StatusWord.SUCCESS:
        code = "application_not_found" if response.sw == StatusWord.FILE_NOT_FOUND else ""
        raise refusal(command, response.sw, code=code)


def select_file(transmit: Transmit, identifier: int) -> None:
    """SELECT an EF of the application.

    Args:
        transmit: the link to the chip.
        identifier: 0x0001 to 0xFFFF.

    Raises:
        CardRefused: code ``file_not_found``, or another.
        MisuseError: another number.
    """
    whole_number("an EF's identifier", identifier, 1, 0xFFFF, code="bad_identifier")
    send(transmit, commands.select_file(identifier))


def read_binary(transmit: Transmit, identifier: int, *, length: int | None = None) -> bytes:
    """SELECT an EF and read the whole of it.

    Args:
        transmit: the link to the chip.
        identifier: the EF.
        length: how many bytes, at most 32768; None: as many as the BER-TLV object at its start says (filler after it
            is left).

    Raises:
        CardRefused: code ``file_not_found``, ``security_status_not_satisfied``, or another.
        MalformedTlv: the file does not hold what its first bytes say.
    """
    select_file(transmit, identifier)
    content = b""
    if length is None:
        content = send(transmit, commands.read_binary(0, _HEADER))
        length = tlv.total_length(content)
    if length > _ADDRESSABLE:
        raise MalformedTlv(f"EF {identifier:04X} says {length} bytes; READ BINARY reaches {_ADDRESSABLE}.")
    while len(content) < length:
        offset, rest = len(content), length - len(content)
        part = send(transmit, commands.read_binary(offset, min(rest, _WHOLE_ANSWER)))
        if not part:
            raise MalformedTlv(f"EF {identifier:04X} ends after {offset} of {length} bytes.")
        content += part
    return content[:length]
