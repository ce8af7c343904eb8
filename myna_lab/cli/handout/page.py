"""The whole handout as one page: style and picture stand in it, and nothing is loaded from anywhere."""

from __future__ import annotations

from html import escape
from importlib import resources

from myna_lab.cli.handout.pages import section
from myna_lab.cli.handout.parts import parts
from myna_lab.texts import text
from myna_lab.texts.fonts import JAPANESE_FONTS

__all__ = ["document", "handout"]

_LATIN = ("Noto Sans", "Helvetica Neue", "Arial", "DejaVu Sans")


def handout(language: str, seed: int = 7) -> str:
    """The handout in one language.

    Args:
        language: ``ja`` or ``en``.
        seed: the same seed gives the same characters.

    Returns:
        An HTML document without script, and without anything that is loaded.
    """
    found = list(parts(seed, language))
    links = "".join(f'<li><a href="#{anchor}">{escape(name)}</a></li>' for anchor, name, _ in found)
    contents = f"<nav><h3>{escape(text('handout.contents', language))}</h3><ul>{links}</ul></nav>\n"
    return document(language, text("handout.title", language), contents + "\n".join(map(section, found)))


def document(language: str, title: str, body: str) -> str:
    """One page for paper: title, the mark that all is simulated, and the body.

    Args:
        language: ``ja`` or ``en``.
        title: its text.
        body: HTML.
    """
    heading = escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{heading}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>\n{_style(language)}</style></head><body>\n"
        f'<h1>{heading}</h1><p><span class="mark">{escape(text("handout.mark", language))}</span></p>'
        f'<p class="note">{escape(text("handout.note", language))}</p>{body}\n</body></html>\n'
    )


def _style(language: str) -> str:
    """The style, with the families of the language first."""
    families = (*JAPANESE_FONTS, *_LATIN) if language == "ja" else (*_LATIN, *JAPANESE_FONTS)
    fonts = ", ".join([*(f'"{family}"' for family in families), "sans-serif"])
    mark = text("handout.mark", language)
    margin = f'@page {{ @top-right {{ content: "{mark}"; font: 8pt {fonts}; color: #9c1c14; }} }}\n'
    style = resources.files(__package__).joinpath("handout.css").read_text(encoding="utf-8")
    return margin + style.replace("FONTS", fonts)
