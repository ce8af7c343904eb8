"""Secure messaging of the text application: what follows the delivery of a session key travels encrypted.

    PIN in the clear -> SET SESSION KEY (RSA-OAEP) -> commands of class 08
    SELECT, VERIFY: 86 len 01 cryptogram      READ BINARY: 96 03 00 Le -> 86 len 01 cryptogram

Command N is encrypted under its own start value (:mod:`session_key`), and N counts every protected command. Nothing
protects against changes: whoever sits between can spoil a command, and cannot read it. Any error ends the session.

Source: card facts 2.6, measured by one author.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.lookup import Answer
from myna_lab.devices.card.session_key import SessionKey
from myna_lab.errors import MalformedTlv
from myna_lab.formats.iso7816 import CommandApdu, StatusWord, tlv
from myna_lab.formats.iso7816.instructions import INS_READ_BINARY, INS_SELECT

__all__ = ["protected", "set_session_key"]

SW = StatusWord
_PIN, _KEY_FILE = 0x0011, 0x0006
_KEY_LENGTH = 16
_DELIVERED = bytes.fromhex("A0228020")
_CRYPTOGRAM, _LE = 0x86, 0x96
_PADDED = b"\x01"
_OAEP = OAEP(MGF1(SHA256()), SHA256(), None)


def set_session_key(chip: Interior, command: CommandApdu) -> Answer:
    """Take a session key that was encrypted with the public key of EF 0006."""
    application = chip.volatile.application
    if application is None or application.key_delivery != SW.SUCCESS:
        return Answer(application.key_delivery if application else SW.INSTRUCTION_NOT_SUPPORTED)
    if command.p1 or command.p2:
        return Answer(SW.WRONG_PARAMETERS)
    if _PIN not in chip.volatile.verified:
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED)
    key = chip.key(application.by_identifier[_KEY_FILE])
    if key is None:
        return Answer(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if len(command.data) != 256:
        return Answer(SW.WRONG_DATA)
    if int.from_bytes(command.data, "big") >= key.public_key().public_numbers().n:
        return Answer(SW.NO_PRECISE_DIAGNOSIS)
    try:
        delivered = key.decrypt(command.data, _OAEP)
    except ValueError:
        return Answer(SW.WRONG_DATA)
    if not delivered.startswith(_DELIVERED) or len(delivered) != len(_DELIVERED) + 32:
        return Answer(SW.WRONG_DATA)
    chip.volatile = chip.volatile._replace(session_key=SessionKey(delivered[4 : 4 + _KEY_LENGTH]))
    return Answer(SW.SUCCESS)


def protected(do: Callable[[Interior, CommandApdu], Answer]) -> Callable[[Interior, CommandApdu], Answer]:
    """The protected form of a command of class 00."""

    def unwrap_and_do(chip: Interior, command: CommandApdu) -> Answer:
        session = chip.volatile.session_key
        if session is None:
            return Answer(SW.SECURE_MESSAGING_NOT_SUPPORTED if command.ins == INS_SELECT else SW.NO_SESSION_KEY)
        if not session.key:
            return Answer(SW.NO_SESSION_KEY)
        if command.cla != 0x08:
            return _broken(chip, SW.SECURE_MESSAGING_OBJECTS_MISSING)
        plain = _unwrap(session, command)
        if plain is None:
            return _broken(chip, SW.SECURE_MESSAGING_OBJECTS_INCORRECT)
        chip.volatile = chip.volatile._replace(session_key=session._replace(n=session.n + 1))
        answer = do(chip, plain)
        if not answer.data:
            return answer
        wrapped = tlv.encode(_CRYPTOGRAM, _PADDED + session.encrypt(answer.data))
        return answer._replace(data=wrapped) if len(wrapped) <= command.ne else Answer(SW.WRONG_LENGTH)

    return unwrap_and_do


def _broken(chip: Interior, sw: StatusWord) -> Answer:
    chip.volatile = chip.volatile._replace(session_key=SessionKey(b""))
    return Answer(sw)


def _unwrap(session: SessionKey, command: CommandApdu) -> CommandApdu | None:
    """The command as it would be in the clear; None: it is not wrapped as it must be."""
    try:
        (only,) = tlv.decode_all(command.data)
    except (MalformedTlv, ValueError):
        return None
    if command.ins == INS_READ_BINARY:
        if only.tag != _LE or len(only.value) != 3 or only.value[0]:
            return None
        return CommandApdu(0x00, command.ins, command.p1, command.p2, b"", int.from_bytes(only.value, "big") or 65536)
    if only.tag != _CRYPTOGRAM or not only.value.startswith(_PADDED):
        return None
    data = session.decrypt(only.value[1:])
    return None if data is None else CommandApdu(0x00, command.ins, command.p1, command.p2, data)
