"""The standard of the course, held mechanically: what each numbered notebook has, in which order, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from notebook_cells import FOLDER, JAPANESE, NOTEBOOKS, cells, load, marked, plain, source

from myna_lab.parameters import Parameters
from myna_lab.scenarios.assumptions import Assumptions

COURSE = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
STEPS = ("予想", "やってみる|見る", "説明", "練習")
"""Predict, do or look, explain, exercises: where each first stands."""
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
NAMELESS = re.compile(r"<[^\n]*>")
"""What Python says of an object that has no words of its own."""
FOREIGN = re.compile(r"(?:src|href)=[\"']?(?:https?:)?//|@import|url\((?!data:)|```mermaid|<script", re.IGNORECASE)

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(FOLDER).as_posix())
each_of_the_course = pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)


def exercises(path: Path) -> list[str]:
    """The code cells that check an answer."""
    return [source(cell) for cell in cells(path, "code") if re.search(r"^check\(", source(cell), re.MULTILINE)]


@each_of_the_course
def test_it_goes_predict_do_look_explain_exercises(path: Path) -> None:
    """The steps follow each other in this order, in headings and paragraphs."""
    prose = plain("\n\n".join(source(cell) for cell in cells(path, "markdown")[1:]))
    places = []
    for step in STEPS:
        found = re.search(
            rf"^(?:## .*(?:{step})|\*\*(?:{step})\*\*)", prose[places[-1] if places else 0 :], re.MULTILINE
        )
        assert found, f"{path.stem}: no {step} after the step before it"
        places.append((places[-1] if places else 0) + found.start())


@each_of_the_course
def test_it_has_three_exercises_whose_hints_speak_both_languages(path: Path) -> None:
    """At least three checks, none answered, each with a hint in Japanese and in English that gives no number away."""
    found = exercises(path)
    assert len(found) >= 3
    for code in found:
        assert "answer = ..." in code
        japanese = re.search(r'hint_ja=(["\'])(.*?)\1,?\s*\)?$', code, re.MULTILINE | re.DOTALL)
        assert japanese and JAPANESE.search(japanese[2]), code
        assert re.search(r"[^_]hint=", code), code


@each_of_the_course
def test_its_answers_stand_apart(path: Path) -> None:
    """The solutions answer each exercise rightly, and only they do."""
    answered = load(FOLDER / "solutions" / path.name)
    outputs = [
        "".join(output["text"])
        for cell in answered["cells"]
        for output in cell.get("outputs", ())
        if output.get("name") == "stdout"
    ]
    right = {number for text in outputs for number in re.findall(r"^(\d): (?:OK|正解)", text, re.MULTILINE)}
    assert {str(n) for n in range(1, len(exercises(path)) + 1)} <= right


@each_of_the_course
def test_it_leads_to_the_words(path: Path) -> None:
    """A word that a learner does not know is one click away, or one call."""
    first = source(cells(path, "markdown")[0])
    code = "\n".join(source(cell) for cell in cells(path, "code"))
    assert "explain()" in code if path.stem == "00_index" else "](00_index.ipynb)" in first and "explain(" in first


@each_notebook
def test_its_prose_is_marked_by_language(path: Path) -> None:
    """Each paragraph, heading and cell of a table says its language, so that the other one can step back."""
    for cell in cells(path, "markdown"):
        assert source(cell).rstrip("\n") == marked(source(cell)), "make notebooks marks it"


@each_notebook
def test_each_picture_has_a_twin_in_words(path: Path) -> None:
    """The cell that shows a picture, or the one before it, shows the same as words or as a table."""
    before: list[str] = []
    for cell in cells(path, "code"):
        words = [
            text
            for output in cell["outputs"]
            for text in ["".join(output.get("text", "") or output.get("data", {}).get("text/plain", ""))]
            if text and not NAMELESS.fullmatch(text.strip())
        ]
        if any(kind in output.get("data", {}) for output in cell["outputs"] for kind in PICTURES):
            assert words or before, source(cell)
        before = words


@each_notebook
def test_nothing_asks_another_host(path: Path) -> None:
    """No output and no prose loads anything from elsewhere, or needs a diagram library."""
    for cell in load(path)["cells"]:
        shown = [source(cell)] if cell["cell_type"] == "markdown" else []
        for output in cell.get("outputs", ()):
            shown += ["".join(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
        for text in shown:
            assert not FOREIGN.search(text), text[:200]


@each_notebook
def test_every_table_speaks_both_languages(path: Path) -> None:
    """In each table the names of columns have their Japanese beside them; identifiers, numbers and dates need none."""
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            page = "".join(output.get("data", {}).get("text/html", ""))
            if "dataframe" not in page or page.startswith("<div lang="):  # the latter is made for each language
                continue
            mute = [word for word in re.findall(r"<th[^>]*>([^<]*)</th>", page) if _needs_words(word)]
            assert not mute, mute


def _needs_words(word: str) -> bool:
    known = {"iPhone", "Android", "OCSP"} | set(Parameters().table().index) | set(Assumptions().table().index)
    is_identifier = re.fullmatch(r"[\w-]+/[0-9A-F]{4,8}|[a-z]+-\d+|.*\d.*|", word) is not None
    return not is_identifier and word not in known and not JAPANESE.search(word)
