"""An exchange with a card in words: ``VERIFY of jpki/0018 → 63C2 2 tries left``.

Data of commands that carry a PIN are never shown; other data only where they name something (an application, a file).
"""

from __future__ import annotations

from collections.abc import Callable

from myna_lab.errors import MalformedApdu
from myna_lab.iso7816.apdu import CommandApdu, ResponseApdu
from myna_lab.iso7816.instructions import (
    INS_CHANGE_REFERENCE_DATA,
    INS_COMPUTE_DIGITAL_SIGNATURE,
    INS_READ_BINARY,
    INS_SELECT,
    INS_VERIFY,
    INSTRUCTIONS,
)
from myna_lab.iso7816.status_words import meaning

__all__ = ["explain"]


def explain(command: bytes | CommandApdu, response: bytes | ResponseApdu | None = None, *, subject: str = "") -> str:
    """One line for one exchange.

    Args:
        command: as transmitted, or decoded; bytes that are no command are called so.
        response: the answer, if there is one yet.
        subject: the file or application it is about, if the caller knows; it replaces the bytes that name it.

    Returns:
        The command's name in capitals, what it asks for, and the status word in hexadecimal with its meaning.

    Example:
        >>> explain(bytes.fromhex("00A4020C020018"), bytes.fromhex("9000"))
        'SELECT file 0018 → 9000 success'
    """
    asked = _command(command, subject)
    if response is None:
        return asked
    try:
        answer = response if isinstance(response, ResponseApdu) else ResponseApdu.decode(response)
    except MalformedApdu:
        return f"{asked} → no status word"
    data = f", {_bytes(len(answer.data))}" if answer.data else ""
    return f"{asked} → {answer.sw:04X} {meaning(answer.sw)}{data}"


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


def _no_detail(apdu: CommandApdu, subject: str) -> str:
    return f" of {subject}" if subject else f" P1 {apdu.p1:02X} P2 {apdu.p2:02X}"


_DETAILS: dict[int, Callable[[CommandApdu, str], str]] = {
    INS_SELECT: _select,
    INS_READ_BINARY: _read_binary,
    INS_VERIFY: _verify,
    INS_CHANGE_REFERENCE_DATA: _change_reference_data,
    INS_COMPUTE_DIGITAL_SIGNATURE: _compute_digital_signature,
}
