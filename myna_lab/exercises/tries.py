"""What was tried, without the answers: kept in this process, and in a file if ``MYNA_LAB_RESULTS`` names one.

    2026-04-01T00:12:30Z 3f9a0c right

A line for each answer. The six digits name the exercise by what it asks, so neither a renamed notebook nor a copy of it
changes whose result this is, and no text of a student's stands in the file.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from myna_lab.errors import MalformedError
from myna_lab.texts import text
from myna_lab.texts.session import languages

__all__ = ["FAST", "LARGEST", "VARIABLE", "Result", "Unreadable", "joined", "keep", "kept", "mark", "read"]

VARIABLE = "MYNA_LAB_RESULTS"
"""Environment variable that names the file."""
LARGEST = 1 << 20
"""Octets of a file; some 29,000 tries. Nothing is added to a longer one, and no more of it is read."""
FAST = timedelta(days=1)
"""How far a computer's clock may be ahead; what was tried later than that is no result."""
_LINE = re.compile(rb"(\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d)Z ([0-9a-f]{6}) (right|wrong)")
_CAREFUL = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
"""A link is not followed, a pipe is not waited for; not every system has these words."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one exercise."""

    exercise: str
    """Its mark."""
    tries: int
    """Answers up to the first right one; all, if none was right."""
    right: bool
    first: datetime
    """When it was first tried, UTC."""
    last: datetime
    """When the last of these tries was."""


class Unreadable(MalformedError):
    """What was handed in, or stands in a student's file, is no result.

    Args:
        reason: of a sentence in ``texts``, ``exercise.unreadable``.
        values: what it names.
    """

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(text(f"exercise.unreadable.{reason}", **values), code=reason, **values)

    def in_language(self, language: str) -> str:
        """The sentence."""
        return text(f"exercise.unreadable.{self.code}", language, **self.values)


_here: dict[str, Result] = {}
"""Of this process."""
_said = False
"""Whether it was said that the file cannot be written: once is enough."""


def now() -> datetime:
    """The computer's time: a teacher compares it with the lesson's, not with a lab's."""
    return datetime.now(UTC)  # noqa: TID251


def mark(name: str, expected: object, hint: str) -> str:
    """Which exercise this is, wherever it stands.

    Args:
        name: the exercise's.
        expected: its seal, or another right answer as text; anything else does not count.
        hint: English.

    Returns:
        Six hexadecimal digits.
    """
    asked = (name, expected if isinstance(expected, str) else "", hint)
    return sha256("\0".join(asked).encode("utf-8", "replace")).hexdigest()[:6]


def keep(exercise: str, right: bool) -> None:
    """Keep that an exercise was tried; where the file cannot be written, a sentence says so once.

    Args:
        exercise: its mark.
        right: whether the answer was.
    """
    global _said
    at = now().replace(microsecond=0)
    _here[exercise] = _after(_here.get(exercise), exercise, right, at)
    path = os.environ.get(VARIABLE)
    if not path:
        return
    # What another kernel's full disk left of a line ends where this one begins.
    line = f"\n{at:%Y-%m-%dT%H:%M:%SZ} {exercise} {'right' if right else 'wrong'}"
    try:
        _append(path, line.encode("ascii"))
    except OSError as error:
        if not _said:
            print("\n".join(text("exercise.not_kept", each, why=error.strerror or error) for each in languages()))
        _said = True


def _append(path: str, line: bytes) -> None:
    """One write at the end, whoever else writes there; all of it or an error."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _CAREFUL, 0o600)
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if facts.st_size + len(line) > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(handle)


def _after(result: Result | None, exercise: str, right: bool, at: datetime) -> Result:
    """A result after one more try."""
    if result is None:
        return Result(exercise, 1, right, at, at)
    if result.right:
        return result
    return replace(result, tries=result.tries + 1, right=right, last=max(result.last, at))


def kept() -> dict[str, Result]:
    """The results of this process, and those of the file if there is a readable one; by the exercises' marks."""
    found: Mapping[str, Result] = {}
    if path := os.environ.get(VARIABLE):
        with suppress(Unreadable):
            found, _ = read(Path(path), now())
    return joined([*_here.values(), *found.values()])


def joined(results: Iterable[Result]) -> dict[str, Result]:
    """One result for each exercise: a right one before a wrong one, then the one of more tries."""
    best: dict[str, Result] = {}
    for result in results:
        other = best.get(result.exercise)
        if other is None or (result.right, result.tries) > (other.right, other.tries):
            best[result.exercise] = result
    return best


def read(path: Path, at: datetime) -> tuple[dict[str, Result], int]:
    """What stands in a file that anybody may have written.

    Args:
        path: of the file. A link is not followed, a pipe is not waited for.
        at: the time now, UTC; what was tried later is no result.

    Returns:
        The results by the exercises' marks; and how many lines are none.

    Raises:
        Unreadable: it is no ordinary file, is too long, or cannot be opened.
    """
    results: dict[str, Result] = {}
    junk = 0
    for line in filter(None, _octets(path).split(b"\n")):
        try:
            exercise, right, when = _parsed(line)
        except ValueError:
            junk += 1
            continue
        if when > at + FAST:
            junk += 1
        else:
            results[exercise] = _after(results.get(exercise), exercise, right, when)
    return results, junk


def _parsed(line: bytes) -> tuple[str, bool, datetime]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError
    when, exercise, said = (part.decode("ascii") for part in found.groups())
    return exercise, said == "right", datetime.fromisoformat(when).replace(tzinfo=UTC)


def _octets(path: Path) -> bytes:
    """All of a file, if it is an ordinary one and not too long; nothing if there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFUL)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise Unreadable("link" if error.errno == errno.ELOOP else "closed", why=error.strerror) from error
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise Unreadable("no_file")
        if facts.st_size > LARGEST:
            raise Unreadable("long", most=LARGEST)
        return os.read(handle, LARGEST)
    finally:
        os.close(handle)
