"""Pieces of a page: escaped text, tables, sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["Section", "lines", "section", "table"]

Section = tuple[str, str, str]
"""Anchor, title, HTML below the title."""


def lines(texts: Iterable[str], kind: str = "") -> str:
    """Texts, each on a line of its own."""
    opening = f'<p class="{kind}">' if kind else "<p>"
    return "".join(f"{opening}{escape(text)}</p>" for text in texts if text)


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its first column names the row.

    Args:
        name: its class.
        heads: texts of the columns.
        rows: cells as HTML.
    """
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f'<table class="{name}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def section(part: Section) -> str:
    """A part of the handout under its title."""
    anchor, title, content = part
    return f'<section id="{anchor}"><h2>{escape(title)}</h2>{content}</section>'
