"""The log-in: a first name, the class code, and a word of the student's own.

With the code alone anybody could come in as anybody; the word, chosen at the first log-in, is what keeps a name. Every
answer is a value: a student, or a refusal with its sentence in both languages.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field, replace

from myna_lab.cli.classroom.roster import Roster, Student
from myna_lab.cli.classroom.tries import Tries, device
from myna_lab.cli.classroom.words import LONGEST_WORD, SHORTEST_WORD, own_word
from myna_lab.errors import StorageError
from myna_lab.exercises.names import LONGEST_NAME, first_name
from myna_lab.texts import text

__all__ = ["Door", "Refusal"]


class Refusal:
    """Why somebody does not come in."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self._values = values

    def __str__(self) -> str:
        """Both languages, as the page shows it."""
        return " / ".join(text(f"class.{self.key}", language, **self._values) for language in ("ja", "en"))


@dataclass(slots=True)
class Door:
    """The log-in of one class; whoever asks it asks one question after the other."""

    roster: Roster
    code: str
    students: int
    """How many may join."""
    of_address: Tries = field(default_factory=Tries)
    """What an address has left: for the code and for words."""
    of_name: Tries = field(default_factory=lambda: Tries(most=30))
    """What a name has left, whatever addresses guess at its word."""

    def log_in(
        self, name: str, code: str, word: str, *, address: str, at: float, page: bool = False
    ) -> Student | Refusal:
        """Let somebody in.

        Args:
            name: as typed; anything.
            code: as typed; capital letters, blanks and wide letters are no mistakes.
            word: the student's own, as typed.
            address: where it comes from.
            at: seconds on a clock that never goes back.
            page: whether the single page is wanted instead of JupyterLab.

        Returns:
            The student, who may be new, or the refusal; a refusal changes nothing but the tries that are left.
        """
        whose = device(address)
        if wait := self.of_address.spend(whose, at):
            return Refusal("wait", seconds=wait)
        typed = "".join(unicodedata.normalize("NFKC", code[:100]).lower().split())
        if not secrets.compare_digest(typed.encode(errors="replace"), self.code.encode()):
            return Refusal("wrong_code")
        known = first_name(name)
        if known is None:
            return Refusal("no_name", most=LONGEST_NAME)
        mine = own_word(word)
        if mine is None:
            return Refusal("no_word", least=SHORTEST_WORD, most=LONGEST_WORD)
        if wait := self.of_name.spend(known.casefold(), at):
            return Refusal("name_waits", name=known, seconds=wait)
        try:
            answer = self._seat(known, mine, page)
        except StorageError:
            return Refusal("disk")
        if isinstance(answer, Student):
            self.of_address.give_back(whose, at)
            self.of_name.give_back(known.casefold(), at)
        return answer

    def _seat(self, name: str, word: str, page: bool) -> Student | Refusal:
        row = self.roster.named(name)
        if row is None:
            taken = len(self.roster.students())
            if taken >= self.students:
                return Refusal("full", students=self.students)
            new = Student(taken + 1, name, page=page).with_word(word)
            self.roster.keep(new)
            return new
        if not row.word:
            row = row.with_word(word)
            self.roster.keep(row)
        elif not row.knows(word):
            return Refusal("wrong_word", name=name)
        if row.page != page:
            row = replace(row, page=page)
            self.roster.keep(row)
        return row
