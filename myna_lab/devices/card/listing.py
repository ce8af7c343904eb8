"""Every application, file, key and PIN of a chip as a table: condition, size, meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.devices.card.chip_kinds import managers
from myna_lab.devices.card.interior import Interior
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile, Kind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["listing"]

_COLUMNS = ("file", "application", "kind", "meaning", "read", "use", "size", "tries_left")


def listing(chip: Interior) -> pd.DataFrame:
    """The table; a row without size is known, but this chip has nothing in it.

    Returns:
        DataFrame, index ``file`` (``jpki/0018``); columns ``application``, ``kind``, ``meaning``, ``read`` and ``use``
        (conditions), ``size`` (Int64: bytes of a file or object, bits of a key, most tries of a PIN; missing if there
        is nothing) and ``tries_left`` (Int64: of a PIN, 0 if the chip lacks it; otherwise missing).
    """
    from myna_lab.ground.frames import Table

    rows = [_row(chip, a, file) for a in (*managers(chip.profile), *chip.applications) for file in a.files]
    kinds = dict.fromkeys(_COLUMNS, "str") | {"size": "Int64", "tries_left": "Int64"}
    return Table(rows, columns=list(_COLUMNS)).astype(kinds).set_index("file")


def _row(chip: Interior, application: DedicatedFile, file: ElementaryFile) -> tuple[object, ...]:
    size: int | None = None
    tries: int | None = None
    match file.kind:
        case Kind.DATA | Kind.RECORDS | Kind.OBJECT:
            size = len(chip.content(file) or b"")
        case Kind.KEY:
            size = key.key_size if (key := chip.key(file)) else None
        case Kind.REFERENCE:
            size, tries = chip.most_tries(file), chip.n_tries(file)
    readable = file.kind in (Kind.DATA, Kind.RECORDS, Kind.OBJECT)
    usable = file.kind in (Kind.KEY, Kind.REFERENCE)
    read, use = str(file.read) if readable else "", str(file.use) if usable else ""
    titles = (application.subject.meaning(), file.kind.value, file.subject.meaning())
    return (file.reference, *titles, read, use, size or None, tries)
