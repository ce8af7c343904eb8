"""The prediction sheet: what the notebooks ask before they show it, with room to write by hand.

Nothing is typed again: the questions are read from the notebooks' own text cells, which mark each language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources
from importlib.resources.abc import Traversable

from myna_lab.cli.handout.page import document
from myna_lab.cli.workbench import checkout
from myna_lab.errors import MisuseError
from myna_lab.texts import text

__all__ = ["LESSON", "asked", "predictions"]

LESSON = ("00", "03", "08")
"""The notebooks of a lesson of 90 minutes (docs/teaching.md)."""
_ASKS = re.compile(r"予想して|\bPredict\b")
"""A paragraph that asks for a prediction outside the section of that name."""
_SECTION = re.compile(r"^#{1,2} ", re.MULTILINE)
_ITEM = re.compile(r"\s*\(\d\)\s*")


def predictions(language: str, numbers: Sequence[str] = LESSON) -> str:
    """The sheet in one language.

    Args:
        language: ``ja`` or ``en``.
        numbers: of the notebooks, two digits each.

    Returns:
        An HTML document without script, and without anything that is loaded.

    Raises:
        MisuseError: there is no such notebook.
    """
    folder = _folder()
    names = {item.name[:2]: item.name for item in folder.iterdir() if re.match(r"\d\d_.*\.ipynb$", item.name)}
    if unknown := [number for number in numbers if number not in names]:
        there = ", ".join(sorted(names))
        raise MisuseError(f"there is no notebook {unknown[0]}; there is: {there}.", code="no_such_notebook")
    tables = "".join(_table(folder.joinpath(names[number]), language) for number in numbers)
    who = "".join(f"<span>{escape(text(f'handout.predictions.{name}', language))}</span>" for name in ("name", "date"))
    how = escape(text("handout.predictions.how", language))
    return document(
        language, text("handout.predictions.title", language), f'<p class="who">{who}</p><p>{how}</p>{tables}'
    )


def asked(notebook: Traversable, language: str) -> Iterator[tuple[str, str, str]]:
    """What a notebook asks to be predicted: title of the section, what is told before the questions, and a question.

    Args:
        notebook: the file.
        language: ``ja`` or ``en``.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    words = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    predict = text("handout.predictions.section", language)
    for section in _SECTION.split(words)[
        2:
    ]:  # what stands before the first is nothing, then comes the notebook's title
        title = _spoken(section.partition("\n")[0], "span", language)
        told = _spoken(section, "div", language)
        if title == predict:
            lines = re.findall(r"^\d\. `(.*)`$", section, re.MULTILINE)
            before, *items = _ITEM.split(told)
            items = items or lines
            yield from ((title, before, item) for item in items) if items else [(title, "", told)]
        else:
            yield from ((title, "", each) for each in told.split("\n\n") if _ASKS.search(each))


def _spoken(words: str, tag: str, language: str) -> str:
    """What is marked as being of one language."""
    return "\n\n".join(re.findall(rf'<{tag} lang="{language}">\s*(.*?)\s*</{tag}>', words, re.DOTALL))


def _table(notebook: Traversable, language: str) -> str:
    """One notebook's questions, each with room for prediction, result and reason."""
    first = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]
    title = _spoken("".join(first["source"]).partition("\n")[0], "span", language)
    heads = "".join(
        f'<th scope="col">{escape(text(f"handout.predictions.{name}", language))}</th>'
        for name in ("question", "prediction", "result", "why")
    )
    predict = text("handout.predictions.section", language)
    rows, told = [], ""
    for number, (section, before, question) in enumerate(asked(notebook, language), 1):
        if before and before != told:
            rows.append(f'<tr class="told"><td colspan="4">{_inline(before)}</td></tr>')
            told = before
        place = "" if section == predict else f"<small>{escape(section)}</small><br>"
        rows.append(f'<tr><th scope="row">{place}<b>{number}.</b> {_inline(question)}</th>{"<td></td>" * 3}</tr>')
    return (
        f'<section><h2>{notebook.name[:2]} {escape(title)}</h2><table class="predictions">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>"
    )


def _inline(markdown: str) -> str:
    """A paragraph: its code and bold words; links are their words."""
    said = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", escape(markdown, quote=False))
    said = re.sub(r"`([^`]*)`", r"<code>\1</code>", said)
    return re.sub(r"\*\*([^*]*)\*\*", r"<b>\1</b>", said)


def _folder() -> Traversable:
    return checkout() or resources.files("myna_lab").joinpath("notebooks")
