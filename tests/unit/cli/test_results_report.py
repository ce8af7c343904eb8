"""What a teacher sees of results: from the folders of a class, and from codes; strange ones touch nobody else."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from myna_lab.cli.classroom.folder import ClassFolder, Settings
from myna_lab.cli.classroom.roster import Roster, Student
from myna_lab.cli.main import main
from myna_lab.cli.results import known
from myna_lab.exercises import codes, tries

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
MARKS = {exercise: mark for mark, exercise in known.exercises_of(NOTEBOOKS).items()}
FIRST, SECOND, THIRD = (MARKS["03_provisioning_wizard", number] for number in "123")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClassFolder:
    """A class of three."""
    monkeypatch.setattr(tries, "now", lambda: NOW)
    made = ClassFolder(tmp_path / "k")
    made.make()
    made.save(Settings())
    for number, name in enumerate(("花子", "Anne-Marie", "太郎"), 1):
        Roster(made.roster).keep(Student(number, name))
        made.student(number).mkdir()
    return made


def write(folder: ClassFolder, number: int, *results: tuple[str, str]) -> None:
    lines = [f"2026-04-01T08:0{n}:00Z {mark} {said}" for n, (mark, said) in enumerate(results)]
    (folder.student(number) / "results.txt").write_text("\n".join(lines))


def run(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(map(str, words)), input=typed)


def test_every_exercise_of_the_notebooks_is_known() -> None:
    """Each `check` of each notebook has a mark of its own; its solution, opened by the teacher, counts as the same."""
    called = {file.stem: file.read_text(encoding="utf-8").count('"check(') for file in NOTEBOOKS.glob("*.ipynb")}
    assert len(MARKS) == sum(called.values()) == len(set(MARKS.values()))
    solved = known.exercises_of(NOTEBOOKS / "solutions")
    assert {exercise: mark for mark, exercise in solved.items()} == MARKS


def test_the_overview_is_a_row_a_student(folder: ClassFolder) -> None:
    """Exercises of the notebooks that somebody began, right or not, and after how many tries; how many are right."""
    write(folder, 1, (FIRST, "wrong"), (FIRST, "right"), (SECOND, "right"))
    write(folder, 3, (FIRST, "right"), (THIRD, "wrong"), (THIRD, "wrong"))
    shown = run("class", "results", "--folder", folder.root)
    assert [line.split() for line in shown.stdout.splitlines()[:6]] == [
        ["03"],
        ["1", "2", "3"],
        ["01", "花子", "ok2", "ok", "."],
        ["02", "Anne-Marie", ".", ".", "."],
        ["03", "太郎", "ok", ".", "x2"],
        ["right", "2", "1", "0"],
    ]
    assert "Not read" not in shown.stdout and shown.exit_code == 0


def test_a_class_that_has_done_nothing_is_its_names(folder: ClassFolder) -> None:
    """No exercise yet: no columns."""
    said = run("class", "results", "--folder", folder.root).stdout
    assert said.split() == ["01", "花子", "02", "Anne-Marie", "03", "太郎"]


def test_strange_files_are_named_and_touch_nobody_else(folder: ClassFolder) -> None:
    """A link to another's file, a pipe, a file of junk: a sentence each, and the third student's results stand."""
    write(folder, 3, (FIRST, "right"))
    (folder.student(1) / "results.txt").symlink_to(folder.student(3) / "results.txt")
    os.mkfifo(folder.student(2) / "results.txt")
    said = run("class", "results", "--folder", folder.root).stdout
    assert [line.split()[2:] for line in said.splitlines()[2:5]] == [[".", ".", "."], [".", ".", "."], ["ok", ".", "."]]
    assert "01 花子: results.txtがリンク" in said and "02 Anne-Marie: results.txtがふつうの" in said
    for number in (1, 2):
        (folder.student(number) / "results.txt").unlink()
    (folder.student(2) / "results.txt").write_text(f"=cmd|'/c calc'!A0\n<b>\n2026-04-01T08:00:00Z {FIRST} right\n")
    write(folder, 1, ("ffffff", "right"))
    said = run("class", "results", "--folder", folder.root).stdout
    assert "In results.txt 2 lines are no result" in said and "cmd" not in said and "<b>" not in said
    assert said.splitlines()[3].split() == ["02", "Anne-Marie", "ok", ".", "."]
    assert "01 花子: ここのノートブックにない練習問題が1問" in said


def test_csv_and_excel_hold_the_same_and_nothing_that_computes(folder: ClassFolder, tmp_path: Path) -> None:
    """A row for each exercise of a student; Excel's sheets; a notebook whose name begins like a formula is text."""
    own = tmp_path / "own"
    own.mkdir()
    source = "check('@SUM(1)', ..., 'sealed:word:00000000', hint='think', hint_ja='考える')"
    cells = [{"cell_type": "code", "source": [source]}, {"cell_type": "code", "source": "%magic\ncheck("}]
    (own / "=1+1.ipynb").write_text(json.dumps({"cells": cells}))
    write(folder, 1, (FIRST, "wrong"), (FIRST, "right"))
    write(folder, 2, (tries.mark("@SUM(1)", "sealed:word:00000000", "think"), "right"), ("ffffff", "wrong"))
    table, book = tmp_path / "t.csv", tmp_path / "t.xlsx"
    done = run("class", "results", "--folder", folder.root, "--notebooks", own, "--csv", table, "--excel", book)
    assert done.exit_code == 0, done.output
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:6] for row in rows] == [
        ["number", "student", "notebook", "exercise", "tries", "right"],
        ["1", "花子", "03_provisioning_wizard", "1", "2", "True"],
        ["2", "Anne-Marie", "'=1+1", "'@SUM(1)", "1", "True"],
    ]
    assert [datetime.fromisoformat(time) for time in rows[1][6:]] == [
        NOW.replace(hour=8),
        NOW.replace(hour=8, minute=1),
    ]
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["overview", "results", "unreadable"]
    assert [[str(cell.value) for cell in row] for row in sheets["results"]] == rows
    assert {cell.data_type for sheet in sheets for row in sheet for cell in row} <= {"s", "n", "b"}
    assert sheets["unreadable"]["A2"].value == "02 Anne-Marie"
    row = [cell.value for cell in sheets["overview"][2]]
    assert row[:2] == [1, "花子"] and row.count("ok2") == 1 and len(row) == 2 + len(MARKS) + 1


def test_a_table_that_cannot_be_written_is_a_sentence(folder: ClassFolder, tmp_path: Path) -> None:
    """The overview is shown all the same; what is no notebook is named, too."""
    done = run("class", "results", "--folder", folder.root, "--csv", tmp_path / "k" / "settings.json" / "t.csv")
    assert done.exit_code == 1 and "01 花子" in done.output and "t.csv cannot be written" in done.output
    (tmp_path / "bad.ipynb").write_text("[" * 100_000)
    done = run("class", "results", "--folder", folder.root, "--notebooks", tmp_path)
    assert done.exit_code == 1 and "bad.ipynb is no notebook" in done.output


def a_code(name: str, *results: tuple[str, int, bool]) -> str:
    return codes.encoded(name, [tries.Result(mark, count, right, NOW, NOW) for mark, count, right in results])


def test_codes_are_read_as_they_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command line, a file and what is typed; several of one name are one student's best."""
    monkeypatch.setattr(tries, "now", lambda: NOW)
    early, late = (
        a_code("花子", (FIRST, 2, False), (SECOND, 1, True)),
        a_code("花子", (FIRST, 3, True), (SECOND, 4, False)),
    )
    file = tmp_path / "codes.txt"
    file.write_text(f"\ufeff{late}\r\n\r\n{early.lower()}\n", encoding="utf-8")
    other = a_code("Taro", (FIRST, 1, True))
    done = run("results", other, "-", "--file", file, typed=f"{other}\n{other[:-3]}\nhello=1\n")
    assert [line.split() for line in done.stdout.splitlines()[2:5]] == [
        ["01", "Taro", "ok", ".", "."],
        ["02", "花子", "ok3", "ok", "."],
        ["right", "2", "1", "0"],
    ]
    assert "code 5: " in done.stdout and "code 6: コードではありません。 / It is no code." in done.stdout


@pytest.mark.parametrize(("words", "typed"), [([], ""), (["-"], "\n \n"), (["-"], "A" * (1 << 21))])
def test_no_codes_or_too_many_are_a_sentence(words: list[str], typed: str) -> None:
    """Nothing, blank lines, two mebibytes."""
    done = run("results", *words, typed=typed)
    assert done.exit_code == 1 and done.output.startswith("Error: ") and len(done.output) < 200


def test_help_says_that_nothing_is_signed() -> None:
    """Both commands explain themselves."""
    assert "signed by nothing" in " ".join(run("results", "--help").stdout.split())
    assert "--excel" in run("class", "results", "--help").stdout
