"""What the set-up cell of each notebook begins with: the language, whole tables, and sentences for missing names."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from myna_lab.texts import text
from myna_lab.texts.session import language, languages
from myna_lab.widgets.whole_tables import whole_tables

__all__ = ["names_in_sentences", "set_up"]


def set_up() -> None:
    """Prepare a notebook: show the language that was chosen, tables whole, and a missing name as a sentence.

    Source: the language is chosen once, by ``myna_lab.language("ja")`` or ``MYNA_LAB_LANGUAGE``.
    """
    from IPython.display import display

    whole_tables()
    names_in_sentences()
    display(language())  # type: ignore[no-untyped-call]


def names_in_sentences() -> None:
    """From now on a name that is not there yet asks for the set-up cell, instead of a page of traceback.

    ``myna-lab lab`` calls it before the first cell of every notebook (``PYTHONSTARTUP``).
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), _told)


def _told(
    shell: Any, kind: type[NameError], error: NameError, trace: TracebackType | None, tb_offset: int | None = None
) -> None:
    """The cell still counts as failed, so Run All stops there."""
    lines = [text("notice.not_there_yet", each, name=error.name or "?") for each in languages()]
    shell._showtraceback(kind, error, lines)
