"""What the set-up cell of each notebook begins with: the language, whole tables, and sentences for common failures."""

from __future__ import annotations

import errno
from types import TracebackType
from typing import Any

from myna_lab.texts import text
from myna_lab.texts.session import language, languages
from myna_lab.widgets.whole_tables import whole_tables

__all__ = ["failures_in_sentences", "set_up"]


def set_up() -> None:
    """Prepare a notebook: show the language that was chosen, tables whole, and common failures as sentences.

    Source: the language is chosen once, by ``myna_lab.language("ja")`` or ``MYNA_LAB_LANGUAGE``.
    """
    from IPython.display import display

    whole_tables()
    failures_in_sentences()
    display(language())  # type: ignore[no-untyped-call]


def failures_in_sentences() -> None:
    """From now on a sentence instead of a page of traceback: for a name that is not there yet, and where no room is.

    ``myna-lab lab`` calls it before the first cell of every notebook (``PYTHONSTARTUP``).
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError, OSError), _told)


NO_ROOM = {errno.ENOSPC: "class.disk_full", errno.EDQUOT: "class.disk_full", errno.EFBIG: "class.folder_full"}
"""What the system says when nothing more can be written."""


def _told(
    shell: Any, kind: type[Exception], error: Exception, trace: TracebackType | None, tb_offset: int | None = None
) -> None:
    """The cell still counts as failed, so Run All stops there."""
    if isinstance(error, NameError):
        lines = [text("notice.not_there_yet", each, name=error.name or "?") for each in languages()]
    elif isinstance(error, OSError) and error.errno in NO_ROOM:
        lines = [f"{kind.__name__}: {error}", *(text(NO_ROOM[error.errno], each) for each in languages())]
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return
    shell._showtraceback(kind, error, lines)
