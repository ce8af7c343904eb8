"""The teacher's pack names only what there is: notebooks, sections, exercises, commands; minutes add up; texts fit."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from myna_lab.cli.handout.predictions import LESSON, asked
from myna_lab.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
from reading_time import sections  # noqa: E402

PACK = {"en": "teaching.md", "ja": "teaching.ja.md"}
ROW = re.compile(r"^\| (\d+)–(\d+) \| (?:\[(\d\d)\]\(\.\./notebooks/(\S+)\))? ?\| (.*?) ?\| (.*) \|$", re.MULTILINE)
Row = tuple[int, int, str, str, str]


def told(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def plans(language: str) -> list[list[Row]]:
    """The rows of both plans: from, to, notebook, its file, sections."""
    found: list[list[Row]] = []
    for begins, ends, number, file, read, _ in ROW.findall(told(PACK[language])):
        if begins == "0":
            found.append([])
        found[-1].append((int(begins), int(ends), number, file, read))
    return found


@pytest.mark.parametrize("language", PACK)
def test_minutes_add_up_and_texts_fit(language: str) -> None:
    """A row begins where the one before ended; its sections exist, and are read in two thirds of its minutes."""
    assert [plan[-1][1] for plan in plans(language)] == [90, 30]
    for plan in plans(language):
        assert [row[0] for row in plan[1:]] == [row[1] for row in plan[:-1]]
        for begins, ends, _, file, read in plan:
            minutes = sections(ROOT / "notebooks" / file, language) if file else {}
            named = [re.sub(r" \([\d, ]+\)$", "", each) for each in read.split("; ") if each]
            assert set(named) <= set(minutes), (begins, set(named) - set(minutes))
            assert sum(minutes[each] for each in named) <= (ends - begins) * 2 / 3, (begins, read)


def test_both_languages_are_one_plan() -> None:
    """The same minutes, notebooks and places of sections, and the sheet asks what the plan of 90 minutes predicts."""
    places = {}
    for language in PACK:
        rows = [row for plan in plans(language) for row in plan]
        titles = {file: list(sections(ROOT / "notebooks" / file, language)) for *_, file, _ in rows if file}
        places[language] = [
            (*row[:4], [titles[row[3]].index(re.sub(r" \(.*\)$", "", each)) for each in row[4].split("; ") if each])
            for row in rows
        ]
        assert len(re.findall("^## ", told(PACK[language]), re.MULTILINE)) == 7
    assert places["en"] == places["ja"]
    first = plans("en")[0]
    assert tuple(dict.fromkeys(row[2] for row in first if row[2])) == LESSON
    for number, title in {(row[3], "Predict") for row in first if "Predict" in row[4]}:
        assert [each for each in asked(ROOT / "notebooks" / number, "en") if each[0] == title]


def unknown(words: list[str]) -> str:
    """The first word of a command line that is neither a command nor one of its options."""
    command: click.Command = main
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            option = next((each for each in command.params if word in each.opts), None)
            if not isinstance(option, click.Option):
                return word
            if not option.is_flag:
                next(rest, "")
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return word
            command = command.commands[word]
    return ""


@pytest.mark.parametrize("name", [*PACK.values(), "teaching_answers.md", "classroom.md"])
def test_commands_and_files_exist(name: str) -> None:
    """Every `myna-lab …` is a command with these options, every `make …` a target, every link leads to a file."""
    page = told(name)
    written = re.findall(r"`(?:\.venv/bin/)?(myna-lab [^`\n]*)`", page)
    written += re.findall(r"^(?:\$ )?(?:\.venv/bin/)?(myna-lab [^#\n…]*)", page, re.MULTILINE)
    for line in written:
        assert unknown(shlex.split(re.split("[,…]", line)[0])[1:]) == "", line
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", page, re.MULTILINE)) <= {
        pair for each in targets for pair in ((each, ""), ("", each))
    }
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page)
    assert not [link for link in links if not (ROOT / "docs" / link).is_file()]


def test_answers_are_those_of_the_solutions() -> None:
    """Each answer of the pack stands in the notebook of solutions, and none is left out."""
    rows = re.findall(r"^\| (\d\d) \| (\d) \| `(.*)` \|$", told("teaching_answers.md"), re.MULTILINE)
    solved = []
    for number in LESSON:
        file = next((ROOT / "notebooks" / "solutions").glob(f"{number}_*.ipynb"))
        sources = ["".join(cell["source"]) for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
        for answer, exercise in re.findall(r'^answer = "?(.*?)"?\s+check\(\s*"(\d)"', "\n".join(sources), re.MULTILINE):
            solved.append((number, exercise, answer))
    assert rows == solved


@pytest.mark.parametrize("language", PACK)
def test_the_sheet_asks_what_the_notebooks_ask(language: str, tmp_path: Path) -> None:
    """Each question of a lesson with three places to write; no other language, no script, nothing loaded."""
    target = tmp_path / "sheet.html"
    command = ["handout", "--predictions", "--language", language, str(target)]
    assert CliRunner().invoke(main, command).exit_code == 0
    page = target.read_text(encoding="utf-8")
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page)
    counted = {number: len(list(asked(next((ROOT / "notebooks").glob(f"{number}_*")), language))) for number in LESSON}
    assert counted == {"00": 3, "03": 6, "08": 4}
    assert len(rows) == 13 and {places for _, places in rows} == {"<td></td><td></td><td></td>"}
    first = {"ja": "22画面のうち、カードと実際に話すのは何画面ですか。", "en": "On how many of the 22 screens"}
    assert first[language] in page and first["en" if language == "ja" else "ja"] not in page
    assert not re.search(r"<script|<link|src=|url\(|https?:", page)


def test_a_sheet_of_other_notebooks_and_its_refusals(tmp_path: Path) -> None:
    """Notebooks by number, also one whose questions are lines of code; an unknown one is a sentence."""
    target = tmp_path / "sheet.html"
    run = CliRunner().invoke(main, ["handout", str(target), "--predictions", "--notebook", "02", "--notebook", "04"])
    assert run.exit_code == 0
    assert len(re.findall('<tr><th scope="row">', target.read_text(encoding="utf-8"))) == 5 + 1
    unknown = CliRunner().invoke(main, ["handout", str(target), "--predictions", "--notebook", "99"])
    assert unknown.exit_code == 1 and "there is no notebook 99; there is: 00, 01" in unknown.output
    alone = CliRunner().invoke(main, ["handout", str(target), "--notebook", "03"])
    assert alone.exit_code == 1 and "--predictions" in alone.output
