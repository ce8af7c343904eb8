"""What the students of a class did: their files of results, which anybody of them may have filled with anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from myna_lab.cli.classroom.folder import RESULTS, ClassFolder, student_name
from myna_lab.cli.classroom.roster import Roster
from myna_lab.cli.results.known import Exercise
from myna_lab.cli.results.report import Report, Worker
from myna_lab.exercises.tries import Unreadable, read

__all__ = ["of_class"]


def of_class(folder: ClassFolder, known: Mapping[str, Exercise], at: datetime) -> Report:
    """The report of a class; a file that cannot be read is named in it, and touches nobody else.

    Args:
        folder: the class.
        known: the exercises by their marks.
        at: the time now, UTC.
    """
    workers, unreadable = [], []
    for row in Roster(folder.roster).students():
        who = f"{student_name(row.number)} {row.name}"
        try:
            results, junk = read(folder.student(row.number) / RESULTS, at)
        except Unreadable as trouble:
            results, junk = {}, 0
            unreadable.append((who, trouble))
        if junk:
            unreadable.append((who, Unreadable("junk", lines=junk)))
        workers.append(Worker(row.number, row.name, results))
    return Report(workers, known, unreadable)
