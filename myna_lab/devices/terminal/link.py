"""The link to a chip: a command goes, its answer comes, and what is not 9000 is an error with a name."""

from __future__ import annotations

from collections.abc import Callable

from myna_lab.errors import CardRefused
from myna_lab.formats.iso7816 import CommandApdu, ResponseApdu, StatusWord, explain, meaning

__all__ = ["CODES", "Transmit", "refusal", "send"]

Transmit = Callable[[bytes], bytes]
"""A chip's, a reader's, or anything that behaves like one."""

CODES: dict[int, str] = {
    StatusWord.MEMORY_FAILURE: "memory_failure",
    StatusWord.WRONG_LENGTH: "wrong_length",
    StatusWord.SECURITY_STATUS_NOT_SATISFIED: "security_status_not_satisfied",
    StatusWord.REFERENCE_DATA_BLOCKED: "pin_blocked",
    StatusWord.CONDITIONS_OF_USE_NOT_SATISFIED: "conditions_of_use_not_satisfied",
    StatusWord.FILE_NOT_FOUND: "file_not_found",
    StatusWord.WRONG_OFFSET: "wrong_offset",
}
"""The code of each status word that clients tell apart."""


def refusal(command: CommandApdu, sw: int, *, code: str = "", reference: str = "") -> CardRefused:
    """The error that stands for a status word; its words never hold the command's data."""
    counted = sw & 0xFFF0 == 0x63C0
    tries = sw & 0x0F if counted else 0 if sw == StatusWord.REFERENCE_DATA_BLOCKED else None
    words = explain(command)
    return CardRefused(
        f"the card answered {sw:04X} ({meaning(sw)}) to {words}; 9000 was expected.",
        sw=sw,
        command=words,
        code=code or ("pin_wrong" if counted else CODES.get(sw, "")),
        tries_left=tries,
        **({"reference": reference} if reference else {}),
    )


def send(transmit: Transmit, command: CommandApdu, *, reference: str = "") -> bytes:
    """Send a command that must succeed, and give the answer's data.

    Raises:
        CardRefused: the card did not answer 9000.
    """
    response = ResponseApdu.decode(transmit(command.encode()))
    if response.sw != StatusWord.SUCCESS:
        raise refusal(command, response.sw, reference=reference)
    return response.data
