"""How a command finds what it is about, and how it answers."""

from __future__ import annotations

from typing import NamedTuple

from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile, Kind
from myna_lab.formats.iso7816 import StatusWord

__all__ = ["Answer", "find", "named"]


_WORKING = (Kind.DATA, Kind.RECORDS)


class Answer(NamedTuple):
    """What a command leads to."""

    sw: int
    data: bytes = b""
    subject: ElementaryFile | DedicatedFile | None = None
    """The file or application that it was about: for the trace, and to know what is secret."""


def find(chip: Interior, identifier: int) -> ElementaryFile | None:
    """A file of the selected application that this chip has."""
    application = chip.volatile.application
    file = application.by_identifier.get(identifier) if application else None
    if file is None or (file.kind in _WORKING and chip.content(file) is None):
        return None
    return file


def named(chip: Interior, p2: int) -> ElementaryFile | Answer:
    """The file that P2 means: 80 the current one, 80 + short EF identifier another."""
    if p2 & 0xE0 != 0x80:
        return Answer(StatusWord.WRONG_PARAMETERS)
    if p2 == 0x80:
        return chip.volatile.file or Answer(chip.behaviour.no_current_file)
    return find(chip, p2 & 0x1F) or Answer(StatusWord.FILE_NOT_FOUND)
