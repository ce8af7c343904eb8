"""The commands that readers send, built: header, data and Le of each (ISO/IEC 7816-4 11, 7816-8; JICSAP class 80).

A command that names no file is about the current one.
"""

from __future__ import annotations

from myna_lab.formats.iso7816.apdu import CommandApdu
from myna_lab.formats.iso7816.instructions import (
    INS_CHANGE_REFERENCE_DATA,
    INS_COMPUTE_DIGITAL_SIGNATURE,
    INS_READ_BINARY,
    INS_SELECT,
    INS_VERIFY,
)

__all__ = [
    "change_reference_data",
    "compute_digital_signature",
    "read_binary",
    "select_application",
    "select_file",
    "verify",
]

_BY_NAME, _BY_IDENTIFIER, _NO_ANSWER_DATA = 0x04, 0x02, 0x0C
_CURRENT = 0x80
_WHOLE_ANSWER = 256


def select_application(aid: bytes) -> CommandApdu:
    """SELECT a dedicated file by its name.

    Args:
        aid: application identifier, 5 to 16 bytes.
    """
    return CommandApdu(0x00, INS_SELECT, _BY_NAME, _NO_ANSWER_DATA, aid)


def select_file(identifier: int) -> CommandApdu:
    """SELECT an elementary file of the application.

    Args:
        identifier: 0x0001 to 0xFFFF.
    """
    return CommandApdu(0x00, INS_SELECT, _BY_IDENTIFIER, _NO_ANSWER_DATA, identifier.to_bytes(2, "big"))


def read_binary(offset: int, length: int) -> CommandApdu:
    """READ BINARY of the current file.

    Args:
        offset: 0 to 32767.
        length: bytes, 1 to 65536; above 256 the command is an extended one.
    """
    return CommandApdu(0x00, INS_READ_BINARY, offset >> 8, offset & 0xFF, ne=length)


def verify(value: bytes = b"", *, short: int = 0) -> CommandApdu:
    """VERIFY reference data; without a value it asks for the tries left.

    Args:
        value: the PIN, as it is sent.
        short: short EF identifier, 1 to 30; 0: the current file.
    """
    return CommandApdu(0x00, INS_VERIFY, 0x00, _CURRENT | short, value)


def change_reference_data(new: bytes) -> CommandApdu:
    """CHANGE REFERENCE DATA of the current file, which was verified.

    Args:
        new: the new value alone.
    """
    return CommandApdu(0x00, INS_CHANGE_REFERENCE_DATA, 0x01, _CURRENT, new)


def compute_digital_signature(data: bytes) -> CommandApdu:
    """COMPUTE DIGITAL SIGNATURE with the current key, over data that the card pads and takes as they are.

    Args:
        data: a DigestInfo.
    """
    return CommandApdu(0x80, INS_COMPUTE_DIGITAL_SIGNATURE, 0x00, _CURRENT, data, _WHOLE_ANSWER)
