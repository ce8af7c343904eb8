"""The prose of a notebook in two languages: each paragraph, heading and cell marked with its language.

Authors write Japanese first, then English, as plain Markdown; ``tools/refresh_notebooks.py`` puts the marks around it,
so that one style hides a language in the whole page (``myna_lab.language("ja")``). Marking twice changes nothing.

    paragraphs        -> <div lang="ja"> … </div>
    ## 準備 · Set-up   -> ## <span lang="ja">準備</span> … <span lang="en">Set-up</span>;  cells of tables likewise
"""

from __future__ import annotations

import itertools
import re

__all__ = ["marked", "plain"]

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
_LETTERS = re.compile(r"[A-Za-z]{2}")
_BETWEEN = '<span class="mnc-between"> · </span>'


def plain(markdown: str) -> str:
    """A text cell as its author wrote it, without marks."""
    text = markdown.replace(_BETWEEN, " · ")
    text = re.sub(r'<span lang="(?:ja|en)">(.*?)</span>', r"\1", text)
    return re.sub(r'^(?:<div lang="(?:ja|en)">|</div>)\n\n?', "", text + "\n", flags=re.MULTILINE).strip("\n")


def marked(markdown: str) -> str:
    """A text cell with each language marked."""
    blocks = [(_language(block), block) for block in _blocks(plain(markdown))]
    parts = []
    for language, group in itertools.groupby(blocks, key=lambda block: block[0]):
        text = "\n\n".join(block for _, block in group)
        if language in ("ja", "en"):
            parts.append(f'<div lang="{language}">\n\n{text}\n\n</div>')
        else:
            parts.append("\n".join(map(_line, text.split("\n"))) if language == "lines" else text)
    return "\n\n".join(parts)


def _blocks(text: str) -> list[str]:
    """Paragraphs; a fenced block is one, whatever lines it holds."""
    found: list[str] = []
    is_open = False
    for block in re.split(r"\n[ \t]*\n", text):
        if is_open:
            found[-1] += f"\n\n{block}"
        else:
            found.append(block)
        is_open ^= block.count("```") % 2 == 1
    return [block for block in found if block.strip()]


def _language(block: str) -> str:
    """``ja``, ``en``; ``lines`` for headings and tables, whose lines hold both; empty for what has none."""
    if block.startswith(("#", "|")):
        return "lines"
    words = re.sub(r"`[^`]*`", "", block)
    if block.startswith(("```", "![", "<")) or not (JAPANESE.search(words) or _LETTERS.search(words)):
        return ""
    return "ja" if JAPANESE.search(words) else "en"


def _line(line: str) -> str:
    if heading := re.fullmatch(r"(#+ (?:\d\d )?)(.*)", line):
        return heading[1] + _pair(heading[2])
    if line.startswith("|"):
        return "|".join(f" {_pair(cell.strip())} " if cell.strip() else cell for cell in line.split("|"))
    return line


def _pair(words: str) -> str:
    """``準備 · Set-up`` with each half marked; what does not hold both stays as it is."""
    japanese, between, english = words.partition(" · ")
    if not between or not JAPANESE.search(japanese) or JAPANESE.search(english):
        return words
    return f'<span lang="ja">{japanese}</span>{_BETWEEN}<span lang="en">{english}</span>'
