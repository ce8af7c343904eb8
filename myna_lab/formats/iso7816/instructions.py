"""Instruction bytes by name: ISO/IEC 7816-4 table 4, 7816-8, and what JICSAP cards add (class 80)."""

from __future__ import annotations

__all__ = [
    "INSTRUCTIONS",
    "INS_CHANGE_KEY",
    "INS_CHANGE_REFERENCE_DATA",
    "INS_COMPUTE_DIGITAL_SIGNATURE",
    "INS_GET_CHALLENGE",
    "INS_GET_DATA",
    "INS_INTERNAL_AUTHENTICATE",
    "INS_READ_BINARY",
    "INS_READ_RECORD",
    "INS_SELECT",
    "INS_SET_SESSION_KEY",
    "INS_VERIFY",
    "shows_data",
]

INS_VERIFY = 0x20
INS_CHANGE_REFERENCE_DATA = 0x24
INS_COMPUTE_DIGITAL_SIGNATURE = 0x2A
INS_CHANGE_KEY = 0x32
INS_GET_CHALLENGE = 0x84
INS_INTERNAL_AUTHENTICATE = 0x88
INS_SELECT = 0xA4
INS_SET_SESSION_KEY = 0xAE
INS_READ_BINARY = 0xB0
INS_READ_RECORD = 0xB2
INS_GET_DATA = 0xCA

INSTRUCTIONS: dict[int, str] = {
    INS_VERIFY: "VERIFY",
    0x21: "VERIFY",
    0x22: "MANAGE SECURITY ENVIRONMENT",
    INS_CHANGE_REFERENCE_DATA: "CHANGE REFERENCE DATA",
    INS_COMPUTE_DIGITAL_SIGNATURE: "COMPUTE DIGITAL SIGNATURE",
    0x2C: "RESET RETRY COUNTER",
    INS_CHANGE_KEY: "CHANGE KEY",
    0x50: "LOCK DF",
    0x52: "UNLOCK DF",
    0x54: "UNLOCK KEY",
    0x82: "EXTERNAL AUTHENTICATE",
    INS_GET_CHALLENGE: "GET CHALLENGE",
    INS_INTERNAL_AUTHENTICATE: "INTERNAL AUTHENTICATE",
    0x8A: "MANAGE ATTRIBUTES",
    0xA2: "SET PUBLIC KEY",
    INS_SELECT: "SELECT",
    INS_SET_SESSION_KEY: "SET SESSION KEY",
    INS_READ_BINARY: "READ BINARY",
    0xB1: "READ BINARY",
    INS_READ_RECORD: "READ RECORD",
    0xC0: "GET RESPONSE",
    INS_GET_DATA: "GET DATA",
    0xCB: "GET DATA",
    0xD6: "UPDATE BINARY",
    0xDA: "PUT DATA",
    0xFC: "LAST COMMAND INDICATOR",
}
"""Names by instruction byte."""

_DATA_SHOWN = frozenset({INS_SELECT, INS_COMPUTE_DIGITAL_SIGNATURE, INS_INTERNAL_AUTHENTICATE, INS_READ_BINARY})
"""Instructions whose data are never a PIN: names, digests, challenges."""
_NOT_TAKEN = frozenset({0x6700, 0x6881, 0x6A86, 0x6D00, 0x6E00})
"""Status words of a command that the card did not take for what its sender meant."""
_TYPED = frozenset(range(0x20, 0x7F)) | {0x00}
"""Bytes that a PIN may have, and the one that stands in a trace for what is secret."""


def shows_data(ins: int, sw: int = 0x9000, data: bytes = b"") -> bool:
    """Whether a command's data may be shown: they are certainly no PIN.

    Of VERIFY and the like they never may. Of a command that was refused for its class, instruction, length or
    parameters neither: one wrong byte in its header, and it was a VERIFY. What could have been typed is shown only
    if the card did what was asked.

    Args:
        ins: instruction byte.
        sw: the card's answer.
        data: the command's.
    """
    return ins in _DATA_SHOWN and sw not in _NOT_TAKEN and (sw == 0x9000 or not _TYPED.issuperset(data))
