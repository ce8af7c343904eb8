"""The results of many: an overview to look at during the lesson, a table for marks, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from myna_lab.cli.results.known import Exercise
from myna_lab.exercises.tries import Result, Unreadable
from myna_lab.ground.whole import put
from myna_lab.texts import text
from myna_lab.texts.session import languages
from myna_lab.texts.width import columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report", "Worker"]

COLUMNS = ["number", "student", "notebook", "exercise", "tries", "right", "first", "last"]
NOT_TRIED = "."


@dataclass(frozen=True, slots=True)
class Worker:
    """One student."""

    number: int
    name: str
    results: Mapping[str, Result]
    """By the exercises' marks."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was read."""

    workers: Sequence[Worker]
    exercises: Mapping[str, Exercise]
    """Those that are known, by their marks, in order."""
    unreadable: Sequence[tuple[str, Unreadable]]
    """Whose it is, and why it is no result."""

    def lines(self) -> Iterator[str]:
        """The overview as text: a row for each student, a column for each exercise of notebooks that were begun."""
        tried = {mark for worker in self.workers for mark in worker.results}
        begun = {exercise.notebook for mark, exercise in self.exercises.items() if mark in tried}
        marks = [mark for mark, exercise in self.exercises.items() if exercise.notebook in begun]
        names = [f"{worker.number:02} {worker.name}" for worker in self.workers]
        width = max(map(columns, ["number", *names])) + 2
        if marks:
            notebooks = [self.exercises[mark].notebook for mark in marks]
            firsts = zip(notebooks, ["", *notebooks], strict=False)
            yield " " * width + _row([_short(one) if one != before else "" for one, before in firsts])
            yield " " * width + _row([self.exercises[mark].name for mark in marks])
        for worker, name in zip(self.workers, names, strict=True):
            yield name + " " * (width - columns(name)) + _row([_cell(worker.results.get(mark)) for mark in marks])
        if marks:
            rights = [sum(mark in w.results and w.results[mark].right for w in self.workers) for mark in marks]
            yield "right" + " " * (width - 5) + _row(list(map(str, rights)))
            yield from (text("class.legend", each) for each in languages())
        yield from self._troubles()

    def _troubles(self) -> Iterator[str]:
        troubles = self.troubles()
        if troubles:
            yield ""
            yield " · ".join(text("class.unreadable", each) for each in languages())
        for who, trouble in troubles:
            yield f"  {who}: " + " / ".join(trouble.in_language(each) for each in languages())

    def troubles(self) -> list[tuple[str, Unreadable]]:
        """What could not be read, and exercises that stand in no notebook: whose, and why."""
        strange = (
            (f"{worker.number:02} {worker.name}", len(worker.results.keys() - self.exercises.keys()))
            for worker in self.workers
        )
        return [*self.unreadable, *((who, Unreadable("strange", exercises=many)) for who, many in strange if many)]

    def table(self) -> pd.DataFrame:
        """A row for each exercise that a student tried."""
        from myna_lab.ground.frames import Table

        rows = [
            [worker.number, worker.name, *map(_harmless, exercise), *_told(result)]
            for worker in self.workers
            for mark, exercise in self.exercises.items()
            if (result := worker.results.get(mark)) is not None
        ]
        return Table(rows, columns=COLUMNS).set_index("number")

    def overview(self) -> pd.DataFrame:
        """A row for each student, a column for each exercise."""
        from myna_lab.ground.frames import Table

        columns = [" ".join(map(_harmless, exercise)) for exercise in self.exercises.values()]
        rows = [
            [worker.number, worker.name, *(_cell(worker.results.get(mark)) for mark in self.exercises)]
            for worker in self.workers
        ]
        return Table(rows, columns=["number", "student", *columns]).set_index("number")

    def csv(self) -> str:
        """The table as CSV."""
        out = StringIO()
        self.table().to_csv(out, lineterminator="\n")
        return out.getvalue()

    def write_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as CSV; it begins with a byte order mark, by which Excel knows UTF-8.

        Raises:
            StorageError: it cannot be written there.
        """
        return put(path, self.csv().encode("utf-8-sig"))

    def write_excel(self, path: str | os.PathLike[str]) -> Path:
        """Write a workbook: overview, results, unreadable.

        Raises:
            StorageError: it cannot be written there.
            MisuseError: the package that writes workbooks is not installed.
        """
        from myna_lab.ground.frames import Table
        from myna_lab.studies.files import write

        unreadable = Table([[who, str(why)] for who, why in self.troubles()], columns=["student", "why"])
        sheets = {"overview": self.overview(), "results": self.table(), "unreadable": unreadable.set_index("student")}
        return write(path, sheets)


def _cell(result: Result | None) -> str:
    if result is None:
        return NOT_TRIED
    if result.right:
        return "ok" if result.tries == 1 else f"ok{result.tries}"
    return f"x{result.tries}"


def _short(notebook: str) -> str:
    """``03`` for 03_provisioning_wizard."""
    return notebook.partition("_")[0][:5]


def _row(cells: Sequence[str]) -> str:
    return " ".join(f"{cell:5}" for cell in cells).rstrip()


def _told(result: Result) -> tuple[int, bool, str, str]:
    """What the table says of one; times as text, since Excel has no time zones."""
    first, last = (time.astimezone().isoformat(" ") for time in (result.first, result.last))
    return result.tries, result.right, first, last


def _harmless(words: str) -> str:
    """A spreadsheet would compute what begins so; names of students cannot, those of files can."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words
