"""An exchange with a card in words: ``VERIFY of jpki/0018 → 63C2 2 tries left``.

The words stand in ``texts/exchanges.toml``. Data of commands that carry a PIN, or may, are never shown; other data only
where they name something (an application, a file).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from myna_lab.errors import MalformedApdu, MisuseError
from myna_lab.formats.iso7816.apdu import CommandApdu, ResponseApdu
from myna_lab.formats.iso7816.instructions import (
    INS_CHANGE_KEY,
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
    shows_data,
)
from myna_lab.formats.iso7816.status_words import StatusWord, meaning
from myna_lab.texts import text

__all__ = ["explain"]

T = TypeVar("T", CommandApdu, ResponseApdu)
_DOTS = "••"
_UNKNOWN = frozenset({StatusWord.INSTRUCTION_NOT_SUPPORTED, StatusWord.CLASS_NOT_SUPPORTED})
_LONGEST_NAME = 16
"""Bytes of an AID; what is longer names nothing, and is cut."""


class _Say(Protocol):
    """A phrase of the texts, in one language."""

    def __call__(self, key: str, **values: object) -> str: ...


def explain(
    command: bytes | str | CommandApdu,
    response: bytes | str | ResponseApdu | None = None,
    *,
    subject: str = "",
    language: str = "en",
) -> str:
    """One line for one exchange.

    Args:
        command: as transmitted, or in hexadecimal, or decoded; bytes that are no command are called so.
        response: the answer, if there is one yet; empty: none came.
        subject: the file or application it is about, if the caller knows; it replaces the bytes that name it.
        language: ``en`` or ``ja``; names of commands are English in both.

    Returns:
        The command's name in capitals, what it asks for, and the status word in hexadecimal with its meaning.

    Raises:
        MisuseError: a text that is not hexadecimal, or another language.

    Example:
        >>> explain("00A4020C020018", "9000")
        'SELECT file 0018 → 9000 success'
    """
    say = partial(_say, language)
    command, response = _plain(command), None if response is None else _plain(response)
    if response is None:
        return _command(command, subject, StatusWord.SUCCESS, say)
    try:
        answer = response if isinstance(response, ResponseApdu) else ResponseApdu.decode(response)
    except MalformedApdu:
        return f"{_command(command, subject, 0, say)} → {say('no_status_word' if response else 'no_answer')}"
    asked = _command(command, subject, answer.sw, say)
    data = say("data", bytes=_bytes(len(answer.data), say)) if answer.data else ""
    return f"{asked} → {answer.sw:04X} {meaning(answer.sw, language)}{data}"


def _say(language: str, key: str, **values: object) -> str:
    return text(f"exchange.say.{key}", language, **values)


def _plain(given: bytes | str | T) -> bytes | T:
    if not isinstance(given, str):
        return given
    try:
        return bytes.fromhex(given)
    except ValueError:  # the text may be a PIN, so it is not repeated
        raise MisuseError("an exchange is given in bytes or in hexadecimal, such as '00200080'.") from None


def _command(command: bytes | CommandApdu, subject: str, sw: int, say: _Say) -> str:
    try:
        apdu = command if isinstance(command, CommandApdu) else CommandApdu.decode(command)
    except MalformedApdu:
        name = INSTRUCTIONS.get(command[1]) if len(command) > 1 else None
        return say("malformed", name=name) if name else say("not_a_command")
    if apdu.cla == 0xFF:
        return say("to_the_reader", ins=f"{apdu.ins:02X}")
    name = INSTRUCTIONS.get(apdu.ins)
    if name is None:
        return say("unknown", ins=f"{apdu.ins:02X}", cla=f"{apdu.cla:02X}")
    if sw in _UNKNOWN:  # the rest means nothing to the card
        return say("of_class", name=name, cla=f"{apdu.cla:02X}") + _class(apdu.cla, say)
    if apdu.ins == INS_SELECT:
        details = _select(apdu, subject, say, shown=shows_data(apdu.ins, sw, apdu.data))
    else:
        details = _DETAILS.get(apdu.ins, _parameters)(apdu, subject, say)
    return f"{name}{details}{_class(apdu.cla, say)}"


def _class(cla: int, say: _Say) -> str:
    """What an interindustry class adds to the instruction (ISO/IEC 7816-4 5.4.1)."""
    if cla >= 0x80:
        return ""
    secured, channel = (cla & 0x20, 4 + (cla & 0x0F)) if cla & 0x40 else (cla & 0x0C, cla & 0x03)
    words = say("secured") if secured else ""
    if cla & 0x10:
        words += say("chained")
    return words + (say("channel", n=channel) if channel else "")


def _bytes(n: int, say: _Say) -> str:
    return say("bytes", n=n)


def _of(subject: str, short: int, say: _Say) -> str:
    """Which file a command is about: known by name, named by a short EF identifier, or (nothing) the current one."""
    what = subject or (say("short_ef", n=f"{short:02X}") if short else "")
    return say("of", what=what) if what else ""


def _short(byte: int) -> int:
    """The short EF identifier in P1 of READ BINARY, or in P2 of a command that names a key or a PIN; 0: none."""
    return byte & 0x1F if byte & 0x80 else 0


def _select(apdu: CommandApdu, subject: str, say: _Say, *, shown: bool) -> str:
    data = apdu.data if shown else b""
    name = data[:_LONGEST_NAME].hex().upper()
    if len(data) > _LONGEST_NAME:
        name = say("cut", hex=name, bytes=_bytes(len(data), say))
    what = subject or name or (_DOTS if apdu.data else say("default"))
    kind = {0x04: "application", 0x02: "file", 0x00: "any_file"}.get(apdu.p1, "by_p1")
    return say(kind, what=what, p1=f"{apdu.p1:02X}")


def _read_binary(apdu: CommandApdu, subject: str, say: _Say) -> str:
    short = _short(apdu.p1)
    offset = apdu.p2 if apdu.p1 & 0x80 else apdu.p1 << 8 | apdu.p2
    key = "read" if apdu.ne else "read_nothing"
    return say(key, of=_of(subject, short, say), offset=offset, bytes=_bytes(apdu.ne, say))


def _about(apdu: CommandApdu, subject: str, say: _Say) -> str:
    return _of(subject, _short(apdu.p2), say)


def _verify(apdu: CommandApdu, subject: str, say: _Say) -> str:
    of = _about(apdu, subject, say)
    return of if apdu.data else say("query", of=of)


def _over(apdu: CommandApdu, subject: str, say: _Say) -> str:
    return say("over", of=_about(apdu, subject, say), bytes=_bytes(len(apdu.data), say))


def _read_record(apdu: CommandApdu, subject: str, say: _Say) -> str:
    key = "records" if apdu.p2 & 0x07 == 0x05 else "record"
    return say(key, of=_of(subject, apdu.p2 >> 3, say), n=apdu.p1)


def _get_data(apdu: CommandApdu, subject: str, say: _Say) -> str:
    return f" {subject or say('object', tag=f'{apdu.p1:02X}{apdu.p2:02X}')}"


def _get_challenge(apdu: CommandApdu, subject: str, say: _Say) -> str:
    return say("of", what=_bytes(apdu.ne, say))


def _parameters(apdu: CommandApdu, subject: str, say: _Say) -> str:
    if subject:
        return say("of", what=subject)
    return say("parameters", p1=f"{apdu.p1:02X}", p2=f"{apdu.p2:02X}")


_DETAILS: dict[int, Callable[[CommandApdu, str, _Say], str]] = {
    INS_READ_BINARY: _read_binary,
    INS_VERIFY: _verify,
    INS_CHANGE_REFERENCE_DATA: _about,
    INS_CHANGE_KEY: _about,
    INS_COMPUTE_DIGITAL_SIGNATURE: _over,
    INS_INTERNAL_AUTHENTICATE: _over,
    INS_READ_RECORD: _read_record,
    INS_GET_DATA: _get_data,
    INS_GET_CHALLENGE: _get_challenge,
}
