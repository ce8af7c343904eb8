"""A student's quota, where the file system keeps none: what the folder takes decides what its programs may write.

    within the limit   everything may be written
    over it            no program writes a file of more than 16 KiB (RLIMIT_FSIZE), the server alone saves notebooks;
                       computing and deleting go on, and whoever has deleted enough writes again
    growing still      the server is ended; after three ends it starts again only when there is room

What is written between two looks comes on top, so a look follows at once when the disk's free room falls fast.
"""

from __future__ import annotations

from enum import Enum

from myna_lab.cli.classroom.taken import Taken
from myna_lab.cli.classroom.words import printable
from myna_lab.texts import LANGUAGES, text

__all__ = ["Quota", "State"]

MARGIN = 0.25
"""Of the limit: what may come on top after programs were told to write no more, such as notebooks that are saved."""
MOST_ENDS = 3
"""How often a server is ended for it before somebody else has to look at the folder."""
NAMED = 3
"""How many of the largest things are named."""


class State(Enum):
    """What the programs of a student may do."""

    WITHIN = "within"
    OVER = "over"
    ENDED = "ended"


class Quota:
    """Of one student.

    Args:
        limit: octets.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.state = State.WITHIN
        self._taken = Taken()
        self._ceiling: float | None = None
        self._ends = 0

    def begin(self, taken: Taken) -> None:
        """A server is going to start; over the limit it may all the same, because files are deleted in it."""
        self._ceiling = None
        self.judge(taken)

    @property
    def refuses(self) -> bool:
        """Whether no server may start any more until there is room."""
        return self.state is not State.WITHIN and self._ends >= MOST_ENDS

    def judge(self, taken: Taken) -> State:
        """What follows from what is taken now."""
        self._taken = taken
        if taken.octets <= self.limit:
            self.state, self._ceiling, self._ends = State.WITHIN, None, 0
            return self.state
        if self._ceiling is None:
            self._ceiling = taken.octets + MARGIN * self.limit
        ends = taken.octets > self._ceiling or taken.octets == float("inf")
        self._ends += ends
        self.state = State.ENDED if ends else State.OVER
        return self.state

    @property
    def ended(self) -> bool:
        """Whether the server was ended for it."""
        return self.state is State.ENDED

    @property
    def said(self) -> dict[str, str]:
        """What the student reads while the folder is over its limit, by language; else nothing."""
        if self.state is State.WITHIN:
            return {}
        most = ", ".join(f"{printable(name[:40])} ({_mb(size)})" for size, name in self._taken.by_name[:NAMED])
        key = "class.over" if most else "class.uncounted"
        amounts = {"taken": _mb(self._taken.octets), "limit": _mb(self.limit), "most": most}
        return {language: text(key, language, **amounts) for language in LANGUAGES}

    def told(self, who: str) -> str:
        """The line for the teacher; a student's own names are not in it."""
        does = {
            State.WITHIN: "is within its limit again. (書きこめるようになりました)",
            State.OVER: "is over its limit: hardly anything is written there until files are deleted. "
            "(上限を超えたので、消すまでほとんど書きこめません)",
            State.ENDED: "grew on over its limit: its server was ended. (増えつづけたので、席を終了しました)",
        }[self.state]
        return f"the folder of student {who} ({self._taken.said} of {_mb(self.limit)}) {does}"


def _mb(octets: float) -> str:
    return f"{octets / 2**20:,.0f} MB"
