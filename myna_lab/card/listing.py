"""Every application, file, key and PIN of a chip as a table: condition, size, meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.card.applications.manager import MANAGER
from myna_lab.card.profiles import BIOMETRIC
from myna_lab.card.session import Session
from myna_lab.card.structure import Application, ElementaryFile, Kind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["listing"]

_COLUMNS = ("file", "application", "kind", "meaning", "read", "use", "size", "tries_left")


def listing(chip: Session) -> pd.DataFrame:
    """The table; a row without size is known, but this chip has nothing in it.

    Returns:
        DataFrame, index ``file`` (``jpki/0018``); columns ``application``, ``kind``, ``meaning``, ``read`` and ``use``
        (conditions), ``size`` (bytes of a file or object, bits of a key, most tries of a PIN; empty if there is
        nothing) and ``tries_left`` (of a PIN, 0 if the chip has it not, as the chip says, too; otherwise empty).
    """
    import pandas as pd

    managers = () if chip.profile in BIOMETRIC else (MANAGER,)
    rows = [_row(chip, a, file) for a in (*managers, *chip.applications) for file in a.files]
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object).set_index("file")


def _row(chip: Session, application: Application, file: ElementaryFile) -> tuple[object, ...]:
    size: object = None
    tries: object = ""
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
    return (file.reference, *titles, read, use, size or "", tries)
