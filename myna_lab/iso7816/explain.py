"""An exchange with a card in words: ``VERIFY of jpki/0018 → 63C2 2 tries left``.

Data of commands that carry a PIN are never shown; other data only where they name something (an application, a file).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from myna_lab.errors import MalformedApdu, MisuseError
from myna_lab.iso7816.apdu import CommandApdu, ResponseApdu
from myna_lab.iso7816.instructions import (
    INS_CHANGE_REFERENCE_DATA,
    INS_COMPUTE_DIGITAL_SIGNATURE,
    INS_GET_CHALLENGE,
    INS_GET_DATA,
    INS_INTERNAL_AUTHENTICATE,
    INS_READ_BINARY,
    INS_READ_RECORD,
    INS_SELECT,
    INS_VERIFY,
    INSTRUCTIONS,
)
from myna_lab.iso7816.status_words import meaning

__all__ = ["explain"]

T = TypeVar("T", CommandApdu, ResponseApdu)


def explain(
    command: bytes | str | CommandApdu, response: bytes | str | ResponseApdu | None = None, *, subject: str = ""
) -> str:
    """One line for one exchange.

    Args:
        command: as transmitted, or in hexadecimal, or decoded; bytes that are no command are called so.
        response: the answer, if there is one yet.
        subject: the file or application it is about, if the caller knows; it replaces the bytes that name it.

    Returns:
        The command's name in capitals, what it asks for, and the status word in hexadecimal with its meaning.

    Raises:
        MisuseError: a text that is not hexadecimal.

    Example:
        >>> explain("00A4020C020018", "9000")
        'SELECT file 0018 → 9000 success'
    """
    command, response = _plain(command), None if response is None else _plain(response)
    asked = _command(command, subject)
    if response is None:
        return asked
    try:
        answer = response if isinstance(response, ResponseApdu) else ResponseApdu.decode(response)
    except MalformedApdu:
        return f"{asked} → no status word"
    data = f", {_bytes(len(answer.data))}" if answer.data else ""
    return f"{asked} → {answer.sw:04X} {meaning(answer.sw)}{data}"


def _plain(given: bytes | str | T) -> bytes | T:
    if not isinstance(given, str):
        return given
    try:
        return bytes.fromhex(given)
    except ValueError:  # the text may be a PIN, so it is not repeated
        raise MisuseError("an exchange is given in bytes or in hexadecimal, such as '00200080'.") from None


def _command(command: bytes | CommandApdu, subject: str) -> str:
    try:
        apdu = command if isinstance(command, CommandApdu) else CommandApdu.decode(command)
    except MalformedApdu:
        name = INSTRUCTIONS.get(command[1]) if len(command) > 1 else None
        return f"{name} (not a command APDU)" if name else "not a command APDU"
    if apdu.cla == 0xFF:
        return f"command to the reader, not to the card ({apdu.ins:02X})"
    name = INSTRUCTIONS.get(apdu.ins)
    if name is None:
        return f"unknown instruction {apdu.ins:02X} of class {apdu.cla:02X}"
    words = f"{name}{_DETAILS.get(apdu.ins, _no_detail)(apdu, subject)}"
    return f"{words} under secure messaging" if apdu.cla in (0x08, 0x0C) else words


def _bytes(n: int) -> str:
    return f"{n} byte" if n == 1 else f"{n} bytes"


def _of(apdu: CommandApdu, subject: str, byte: int) -> str:
    """Which file a command is about: known by name, named by a short EF identifier, or the current one."""
    if subject:
        return f" of {subject}"
    return f" of short EF {byte & 0x1F:02X}" if byte & 0x9F > 0x80 else ""


def _select(apdu: CommandApdu, subject: str) -> str:
    kind = {0x04: "application", 0x02: "file", 0x00: "MF, DF or EF"}.get(apdu.p1, f"by P1 {apdu.p1:02X}")
    name = subject or apdu.data.hex().upper()
    return f" {kind} {name}" if name else f" {kind} by default"


def _read_binary(apdu: CommandApdu, subject: str) -> str:
    short = bool(apdu.p1 & 0x80)
    offset = apdu.p2 if short else apdu.p1 << 8 | apdu.p2
    return f"{_of(apdu, subject, apdu.p1 if short else 0)} from {offset}, up to {_bytes(apdu.ne)}"


def _verify(apdu: CommandApdu, subject: str) -> str:
    return _of(apdu, subject, apdu.p2) + ("" if apdu.data else ": how many tries are left?")


def _change_reference_data(apdu: CommandApdu, subject: str) -> str:
    return _of(apdu, subject, apdu.p2)


def _compute_digital_signature(apdu: CommandApdu, subject: str) -> str:
    return f"{_of(apdu, subject, apdu.p2)} over {_bytes(len(apdu.data))}"


def _read_record(apdu: CommandApdu, subject: str) -> str:
    short = apdu.p2 >> 3
    of = f" of {subject}" if subject else f" of short EF {short:02X}" if short else ""
    return f"{of}, number {apdu.p1}" + (" and what follows" if apdu.p2 & 0x07 == 0x05 else "")


def _get_data(apdu: CommandApdu, subject: str) -> str:
    return f" {subject or f'object {apdu.p1:02X}{apdu.p2:02X}'}"


def _get_challenge(apdu: CommandApdu, subject: str) -> str:
    return f" of {_bytes(apdu.ne)}"


def _no_detail(apdu: CommandApdu, subject: str) -> str:
    return f" of {subject}" if subject else f" P1 {apdu.p1:02X} P2 {apdu.p2:02X}"


_DETAILS: dict[int, Callable[[CommandApdu, str], str]] = {
    INS_SELECT: _select,
    INS_READ_BINARY: _read_binary,
    INS_VERIFY: _verify,
    INS_CHANGE_REFERENCE_DATA: _change_reference_data,
    INS_COMPUTE_DIGITAL_SIGNATURE: _compute_digital_signature,
    INS_INTERNAL_AUTHENTICATE: _compute_digital_signature,
    INS_READ_RECORD: _read_record,
    INS_GET_DATA: _get_data,
    INS_GET_CHALLENGE: _get_challenge,
}
