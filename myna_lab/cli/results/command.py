"""``myna-lab results CODE…``: what students handed in with ``hand_in``, without a hub."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from myna_lab.errors import MisuseError

if TYPE_CHECKING:
    from myna_lab.cli.results.known import Exercise
    from myna_lab.cli.results.report import Report

__all__ = ["of_codes", "printing", "results", "show"]

LARGEST = 1 << 20
"""Octets of a file of codes."""
WRITTEN = click.Path(dir_okay=False, path_type=Path)


def printing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both commands that show a report."""
    own = click.Path(exists=True, file_okay=False, path_type=Path)
    command = click.option("--notebooks", type=own, help="Your own notebooks; ours are known.")(command)
    command = click.option("--excel", type=WRITTEN, help="Write a workbook: overview, results, what was not read.")(
        command
    )
    return click.option("--csv", type=WRITTEN, help="Write the table: a row for each exercise of a student.")(command)


def show(report: Report, csv: Path | None, excel: Path | None) -> None:
    """Write what is asked for, and print the overview."""
    for line in report.lines():
        click.echo(line)
    if csv is not None:
        click.echo(f"{report.write_csv(csv)} is written.")
    if excel is not None:
        click.echo(f"{report.write_excel(excel)} is written.")


@click.command()
@click.argument("codes", nargs=-1)
@click.option("--file", "file", type=click.File("rb"), help="A file with a code a line; - reads what is typed.")
@printing
def results(
    codes: tuple[str, ...], file: BinaryIO | None, csv: Path | None, excel: Path | None, notebooks: Path | None
) -> None:
    """Read the CODES that students made with hand_in("name"): an overview, and a table as CSV or Excel.

    A code is signed by nothing: anybody can make one, with any name. A single - reads codes that are typed, one a line.
    """
    from myna_lab.cli.results.known import exercises
    from myna_lab.exercises.tries import now

    given = [code for code in codes if code != "-"]
    for source in (file, sys.stdin.buffer if "-" in codes else None):
        given += _lines(source) if source is not None else []
    if not given:
        raise MisuseError("there is no code; a student makes one with hand_in.", code="no_codes")
    show(of_codes(given, exercises(notebooks), now()), csv, excel)


def _lines(source: BinaryIO) -> list[str]:
    octets = source.read(LARGEST + 1)
    if len(octets) > LARGEST:
        raise MisuseError(f"a file of codes has {LARGEST} bytes at most.", code="too_long")
    return [line for line in octets.decode("utf-8-sig", "replace").splitlines() if line.strip()]


def of_codes(codes: Iterable[str], known: Mapping[str, Exercise], at: datetime) -> Report:
    """What codes say; several of one name are one student's, numbered in the order of their first codes.

    Args:
        codes: as typed.
        known: the exercises by their marks.
        at: the time now, UTC.
    """
    from myna_lab.cli.results.report import Report, Worker
    from myna_lab.exercises.codes import Handed, decoded
    from myna_lab.exercises.tries import Unreadable, joined

    students: dict[str, list[Handed]] = {}
    unreadable = []
    for number, code in enumerate(codes, 1):
        try:
            handed = decoded(code, at)
        except Unreadable as trouble:
            unreadable.append((f"code {number}", trouble))
        else:
            students.setdefault(handed.name.casefold(), []).append(handed)
    workers = [
        Worker(number, several[0].name, joined(result for handed in several for result in handed.results))
        for number, several in enumerate(students.values(), 1)
    ]
    return Report(workers, known, unreadable)
