"""The commands of the chip: what each checks, and in which order (card facts 2.5 and 8).

What a command records is durable before it changes anything or answers 9000; if it cannot be recorded, StorageError
leaves the chip as it was.

class (6E00; of another logical channel than 0: 6881) -> instruction -> lengths (6700) -> P1, P2 (6A86)
    -> file (6A82, 6981, 6986) -> security status (6982)
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from myna_lab import events as ev
from myna_lab.devices.card.applications.manager import MANAGER
from myna_lab.devices.card.authenticating import (
    get_challenge,
    internal_authenticate,
    issuer_command,
    last_command,
    set_public_key,
)
from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.lookup import Answer, find, named
from myna_lab.devices.card.messaging import protected, set_session_key
from myna_lab.devices.card.records import get_data, read_record
from myna_lab.devices.card.security_status import ON, SECURITY_STATUS_RULES, SecurityStatus
from myna_lab.devices.card.signing import SCHEMES, SIGNATURE_LENGTH
from myna_lab.devices.card.state import VolatileState
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile, Kind, permits
from myna_lab.formats.iso7816 import CommandApdu, StatusWord, retry_counter, tlv
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
    INS_SET_SESSION_KEY,
    INS_VERIFY,
)
from myna_lab.rules import after

__all__ = ["COMMANDS", "Answer", "execute"]

SW = StatusWord
_SUCCESS, _DATA = int(SW.SUCCESS), Kind.DATA
"""For READ BINARY: Python 3.11 looks a member of an enumeration up ten times as slowly as a name."""


# ------------------------------------------------------------------------------------------------------------ SELECT

_TEMPLATES = {0x00: 0x6F, 0x04: 0x62, 0x08: 0x64, 0x0C: None}
"""Bits 4 and 3 of P2: the template that is asked for (ISO/IEC 7816-4 table 40)."""
_FIRST, _NEXT = 0, 2


def _select(chip: Interior, command: CommandApdu) -> Answer:
    p1, p2, data = command.p1, command.p2, command.data
    template, occurrence = _TEMPLATES.get(p2 & ~0x03), p2 & 0x03
    if p2 & ~0x03 not in _TEMPLATES or occurrence not in (_FIRST, _NEXT):
        return Answer(SW.WRONG_PARAMETERS)
    if p1 == 0x04:
        answer = _select_application(chip, data, occurrence == _NEXT)
    elif p1 == 0x02:
        answer = _select_file(chip, data)
    elif p1 or not data:
        # On cards P1 00 selects nothing: the application stays as it is.
        is_there = not p1 and chip.volatile.application is not None
        return Answer(_SUCCESS if is_there else SW.WRONG_PARAMETERS)
    else:
        return Answer(SW.FILE_NOT_FOUND)
    if template is None or not command.ne or answer.sw != _SUCCESS:
        return answer
    about = answer.subject
    name = tlv.encode(0x84, about.aid) if isinstance(about, DedicatedFile) else tlv.encode(0x83, data)
    return answer._replace(data=tlv.encode(template, name)[: command.ne])


def _select_application(chip: Interior, aid: bytes, is_next: bool) -> Answer:
    if len(aid) > 16:
        return Answer(SW.WRONG_LENGTH)
    if not is_next and MANAGER.aid.startswith(aid):  # without an AID too
        chip.volatile = VolatileState()
        return Answer(_SUCCESS, b"", MANAGER)
    found = [application for application in chip.applications if application.aid.startswith(aid)]
    if is_next and chip.volatile.application in found:
        found = found[found.index(chip.volatile.application) + 1 :]
    if not found:
        return Answer(SW.FILE_NOT_FOUND)
    if found[0] is chip.volatile.application:
        chip.volatile = chip.volatile.again(keeps_verified=chip.behaviour.reselect_keeps_verified)
    else:
        chip.volatile = VolatileState(found[0])
    return Answer(_SUCCESS, b"", found[0])


def _select_file(chip: Interior, identifier: bytes) -> Answer:
    if len(identifier) != 2:
        return Answer(SW.WRONG_LENGTH)
    file = find(chip, int.from_bytes(identifier, "big"))
    if file is None:
        return Answer(SW.FILE_NOT_FOUND)
    chip.volatile = chip.volatile._replace(file=file)
    return Answer(_SUCCESS, b"", file)


# ------------------------------------------------------------------------------------------------------- READ BINARY


def _read_binary(chip: Interior, command: CommandApdu) -> Answer:
    _, _, p1, p2, data, ne = command
    if data or not ne:
        return Answer(SW.WRONG_LENGTH)
    volatile, is_short = chip.volatile, p1 & 0x80
    if is_short:
        if p1 & 0x60:
            return Answer(SW.WRONG_PARAMETERS)
        file, offset = find(chip, p1 & 0x1F), p2
        if file is None:
            return Answer(SW.FILE_NOT_FOUND)
    else:
        file, offset = volatile.file, p1 << 8 | p2
        if file is None:
            return Answer(chip.behaviour.no_current_file)
    if file.kind is not _DATA:
        return Answer(SW.INCOMPATIBLE_WITH_FILE_STRUCTURE, b"", file)
    if not permits(file.read, volatile.verified):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED, b"", file)
    content = chip.content(file) or b""
    if is_short:  # a short EF identifier selects (ISO/IEC 7816-4 7.3.1)
        chip.volatile = volatile._replace(file=file)
    if offset >= len(content):
        return Answer(SW.WRONG_OFFSET, b"", file)
    return Answer(_SUCCESS, content[offset : offset + ne], file)


# --------------------------------------------------------------------------------------- VERIFY, CHANGE REFERENCE DATA


def _reference(chip: Interior, p2: int) -> ElementaryFile | Answer:
    file = named(chip, p2)
    if isinstance(file, ElementaryFile) and file.kind is not Kind.REFERENCE:
        return Answer(SW.INCOMPATIBLE_WITH_FILE_STRUCTURE, b"", file)
    return file


def _verify(chip: Interior, command: CommandApdu) -> Answer:
    if command.p1:
        return Answer(SW.WRONG_PARAMETERS)
    file = _reference(chip, command.p2)
    if isinstance(file, Answer):
        return file
    n_tries = chip.n_tries(file)
    status = chip.status(file)
    if not command.data:
        if command.ne and chip.behaviour.refuses_query_with_le:
            return Answer(SW.WRONG_LENGTH, b"", file)
        is_quirk = chip.behaviour.success_when_verified and status is SecurityStatus.VERIFIED
        return Answer(SW.SUCCESS if is_quirk else retry_counter(n_tries), b"", file)
    if status is SecurityStatus.BLOCKED:
        return Answer(SW.REFERENCE_DATA_BLOCKED, b"", file)
    expected = chip.reference_data(file)
    if not (chip.behaviour.wrong_length_costs_a_try or _has_a_length(file, command.data, len(expected))):
        return Answer(SW.WRONG_LENGTH, b"", file)
    # The try is spent, durably, before the comparison: cutting the power gains nothing.
    chip.record(ev.ReferenceDataTried(chip.name, file.reference, n_tries - 1))
    if hmac.compare_digest(command.data, expected):
        on, sw = ON.RIGHT, int(SW.SUCCESS)
        chip.record(ev.ReferenceDataVerified(chip.name, file.reference, chip.most_tries(file)))
    else:
        on, sw = ON.WRONG, retry_counter(n_tries - 1)
        chip.record(ev.ReferenceDataRefused(chip.name, file.reference, n_tries - 1))
    stands = after(SECURITY_STATUS_RULES, status, on, n_tries, subject=file.reference)
    change = frozenset.union if stands is SecurityStatus.VERIFIED else frozenset.difference
    chip.volatile = chip.volatile._replace(verified=change(chip.volatile.verified, {file.identifier}))
    return Answer(sw, b"", file)


def _has_a_length(file: ElementaryFile, value: bytes, n: int) -> bool:
    """Whether reference data of this form, or else of ``n`` bytes, can be that long."""
    return re.fullmatch(file.form, "0" * len(value)) is not None if file.form else len(value) == n


def _change_reference_data(chip: Interior, command: CommandApdu) -> Answer:
    if not command.data:
        return Answer(SW.WRONG_LENGTH)
    if command.p1 != (0x00 if command.ins == INS_CHANGE_KEY else 0x01):  # the new value alone, after VERIFY
        return Answer(SW.WRONG_PARAMETERS)
    file = _reference(chip, command.p2)
    if isinstance(file, Answer):
        return file
    if command.ins != file.changed_by or not permits(file.use, chip.volatile.verified):
        return Answer(chip.behaviour.change_before_verify, b"", file)
    if not re.fullmatch(file.form.encode(), command.data):
        return Answer(chip.behaviour.bad_new_value, b"", file)
    ref = chip.next_value_ref(file)
    event = ev.ReferenceDataChanged(chip.name, file.reference, chip.most_tries(file), ref)
    chip.record(event, {ref: command.data})
    return Answer(SW.SUCCESS, b"", file)


# ----------------------------------------------------------------------------------------- COMPUTE DIGITAL SIGNATURE


def _compute_digital_signature(chip: Interior, command: CommandApdu) -> Answer:
    if not command.ne:
        return Answer(SW.WRONG_LENGTH)
    if not command.data:  # whatever the scheme
        return Answer(chip.behaviour.unsignable_length)
    scheme = SCHEMES.get(command.p1)
    if scheme is None:
        return Answer(SW.WRONG_PARAMETERS)
    file = _default_key(chip) if command.p2 == 0 else named(chip, command.p2)
    if isinstance(file, Answer):
        return file
    if file.kind is not Kind.KEY:
        return Answer(SW.INCOMPATIBLE_WITH_FILE_STRUCTURE, b"", file)
    if not permits(file.use, chip.volatile.verified):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED, b"", file)
    if not scheme.accepts(command.data):
        return Answer(chip.behaviour.unsignable_length, b"", file)
    if command.ne < SIGNATURE_LENGTH:
        return Answer(0x6C00, b"", file)
    key = chip.key(file)
    if key is None or file.authenticates:
        return Answer(SW.CONDITIONS_OF_USE_NOT_SATISFIED, b"", file)
    signature = scheme.sign(key, command.data, chip.behaviour.pss_salt_length)
    chip.record(ev.SignatureComputed(chip.name, file.reference))
    return Answer(SW.SUCCESS, signature, file)


def _default_key(chip: Interior) -> ElementaryFile | Answer:
    application = chip.volatile.application
    file = find(chip, application.default_key) if application else None
    return file or Answer(SW.WRONG_PARAMETERS)


# ------------------------------------------------------------------------------------------------------------- table


_PROTECTED = {
    INS_SELECT: protected(_select),
    INS_READ_BINARY: protected(_read_binary),
    INS_VERIFY: protected(_verify),
}
COMMANDS: Mapping[int, Mapping[int, Callable[[Interior, CommandApdu], Answer]]] = MappingProxyType(
    {
        0x00: {
            INS_SELECT: _select,
            INS_READ_BINARY: _read_binary,
            INS_READ_RECORD: read_record,
            INS_VERIFY: _verify,
            INS_CHANGE_REFERENCE_DATA: _change_reference_data,
            INS_GET_CHALLENGE: get_challenge,
            INS_INTERNAL_AUTHENTICATE: internal_authenticate,
            INS_GET_DATA: get_data,
            0x82: issuer_command(),
        },
        0x08: _PROTECTED,
        0x0C: _PROTECTED,
        0x80: {
            INS_COMPUTE_DIGITAL_SIGNATURE: _compute_digital_signature,
            INS_CHANGE_KEY: _change_reference_data,
            INS_SET_SESSION_KEY: set_session_key,
            0x50: issuer_command(),
            0x52: issuer_command(),
            0x54: issuer_command(),
            0x8A: issuer_command(frozenset({0x22, 0x24})),
            0xA2: set_public_key,
            0xFC: last_command,
        },
    }
)
"""Commands by class and instruction."""


_BY_HEADER = {cla << 8 | ins: do for cla, instructions in COMMANDS.items() for ins, do in instructions.items()}


def _channel(cla: int) -> int:
    """The logical channel that a class byte names (ISO/IEC 7816-4 5.4.1; for classes 80 to 9F: as for 00 to 1F)."""
    if cla & 0xC0 == 0x40:
        return 4 + (cla & 0x0F)
    return 0 if cla & 0x60 else cla & 0x03


def execute(chip: Interior, command: CommandApdu) -> Answer:
    """Do a command, or say why not."""
    do = _BY_HEADER.get(command.cla << 8 | command.ins)
    if do is not None:
        return do(chip, command)
    if command.cla in COMMANDS:
        return Answer(SW.INSTRUCTION_NOT_SUPPORTED)
    return Answer(SW.LOGICAL_CHANNEL_NOT_SUPPORTED if _channel(command.cla) else SW.CLASS_NOT_SUPPORTED)
