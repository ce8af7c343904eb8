"""Tables whose sentences are read: shown whole, from the left, and in the language of the session."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from myna_lab.scenarios.figures import FIGURES
from myna_lab.texts.session import languages
from myna_lab.texts.vocabulary import in_japanese, is_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ByLanguage", "by_language", "whole_tables"]

_CELL = re.compile(r"<(td|th)([^>]*)>([^<]*)</\1>")
_WHOLE = re.compile(r"\d{4}-\d\d-\d\d.*|[\w/+:.-]{1,24}")
"""Dates, numbers and names: not broken over lines."""
_BESIDE = '<span lang="ja" style="display: block">{japanese}</span>'


def whole_tables() -> None:
    """From now on show every DataFrame of this notebook with whole texts, from the left, Japanese beside the codes.

    pandas cuts a text after 50 characters, and Jupyter sets it against the right edge of its column and breaks dates.
    The DataFrames stay as they are.
    """
    import pandas as pd
    from IPython.core.getipython import get_ipython

    pd.set_option("display.max_colwidth", None, "display.width", 200)
    shell: Any = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, _shown)


def _shown(table: pd.DataFrame, told: bool = True) -> str | None:
    """A table as a page; ``told``: with the Japanese beside codes and English."""

    def cell(found: re.Match[str]) -> str:
        tag, attributes, content = found.groups()
        word = unescape(content)
        style = "text-align: left;" + (" white-space: nowrap;" if _WHOLE.fullmatch(word) else "")
        shown = _told(word, content, heading=tag == "th") if told else content
        return f'<{tag}{attributes} style="{style}">{shown}</{tag}>'

    html: str | None = table._repr_html_()  # type: ignore[operator]
    return html and _CELL.sub(cell, html)


def _told(word: str, content: str, *, heading: bool) -> str:
    """A word of a table as it is shown: its Japanese above it; a sentence steps back where only Japanese is spoken."""
    japanese = FIGURES[word].ja if word in FIGURES else in_japanese(word, heading=heading)
    if not japanese or "ja" not in languages():
        return content
    beside = _BESIDE.format(japanese=escape(japanese))
    if is_code(word):
        return f"{beside}<small>{content}</small>"
    return beside + (f'<span lang="en">{content}</span>' if "en" in languages() else "")


class ByLanguage:
    """What :func:`by_language` shows.

    Args:
        tables: by language.
    """

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables.values()))

    def _repr_html_(self) -> str:
        parts = (f'<div lang="{each}">{_shown(table, told=False)}</div>' for each, table in self.tables.items())
        return "".join(parts)


def by_language(make: Callable[[str], pd.DataFrame]) -> ByLanguage:
    """A table of sentences in each language of the session, one below the other.

    Args:
        make: gives the table in ``ja`` or ``en``: ``lambda language: lab.errands(language=language)``.
    """
    return ByLanguage({language: make(language) for language in languages()})
