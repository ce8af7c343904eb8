"""READ RECORD and GET DATA: what is not read by offset (card facts 1.5, 1.6, 2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from myna_lab.devices.card.applications.manager import ATR_OBJECT, MANAGER
from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.lookup import Answer, find
from myna_lab.devices.card.structure import Kind, permits
from myna_lab.formats.iso7816 import CommandApdu, StatusWord

__all__ = ["get_data", "read_record"]

SW = StatusWord
_ONE, _ALL_FROM = 0x04, 0x05
"""Low three bits of P2: record number P1, or all from it on (ISO/IEC 7816-4 11.4.3)."""
_OBJECTS = {row.identifier: row for row in MANAGER.files}


def _records(content: bytes) -> Iterator[bytes]:
    """The records of a file, each with its tag and length (SIMPLE-TLV, one byte each)."""
    position = 0
    while position < len(content):
        end = position + 2 + content[position + 1]
        yield content[position:end]
        position = end


def read_record(chip: Interior, command: CommandApdu) -> Answer:
    """One record, or all from one on; a short EF identifier selects its file."""
    if command.data or not command.ne:
        return Answer(SW.WRONG_LENGTH)
    how, short = command.p2 & 0x07, command.p2 >> 3
    if how not in (_ONE, _ALL_FROM):
        return Answer(SW.WRONG_PARAMETERS)
    file = find(chip, short) if short else chip.volatile.file
    if file is None:
        return Answer(SW.FILE_NOT_FOUND if short else chip.behaviour.no_current_file)
    if file.kind is not Kind.RECORDS:
        return Answer(SW.INCOMPATIBLE_WITH_FILE_STRUCTURE, b"", file)
    if not permits(file.read, chip.volatile.verified):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED, b"", file)
    chip.volatile = chip.volatile._replace(file=file)
    records = list(_records(chip.content(file) or b""))
    if not 1 <= command.p1 <= len(records):
        return Answer(SW.RECORD_NOT_FOUND, b"", file)
    wanted = records[command.p1 - 1 :] if how == _ALL_FROM else records[command.p1 - 1 : command.p1]
    return Answer(SW.SUCCESS, b"".join(wanted)[: command.ne], file)


def get_data(chip: Interior, command: CommandApdu) -> Answer:
    """A data object of the card manager; it does not fit: 6700, and clients ask again with an extended Le."""
    if command.data or not command.ne:
        return Answer(SW.WRONG_LENGTH)
    tag = command.p1 << 8 | command.p2
    row = _OBJECTS.get(tag) if chip.volatile.application is None or tag == ATR_OBJECT else None
    content = chip.content(row) if row else None
    if content is None:
        return Answer(SW.REFERENCED_DATA_NOT_FOUND)
    if len(content) > command.ne:
        return Answer(SW.WRONG_LENGTH, b"", row)
    return Answer(SW.SUCCESS, content, row)
