"""The resident register: who people are, now and at any instant. It reads the books, and keeps nothing of its own."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.events import Vault
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.jlis.books import Books, PersonRow, PersonState
from myna_lab.residents import Resident
from myna_lab.texts import counted

__all__ = ["Register", "RegisterEntry"]


class RegisterEntry(NamedTuple):
    """What the register had of a person from an instant on."""

    at: datetime
    what: str
    """What changed: ``registered``, ``address``, ``name``, ``alias``, ``card``, ``moving_out`` or ``death``."""
    state: PersonState
    name: str
    alias: str
    address: str
    municipality: str
    """Five digits."""

    def __repr__(self) -> str:
        return f"<RegisterEntry TEST {show(self.at)}: {self.what}, {self.name}, {self.address}, {self.state.value}>"


class Register:
    """People by identifier.

    Args:
        books: which entry of the vault holds whom, and since when.
        vault: the secrets of the lab's file.
    """

    def __init__(self, books: Books, vault: Vault) -> None:
        self._books = books
        # By the entry and not by the person: after a change she has another entry.
        self._decoded = functools.lru_cache(maxsize=256)(lambda ref: Resident.decode(vault.get(ref)))

    def resident(self, person: str, at: str | datetime | None = None) -> Resident:
        """A person as the register has her now, or had her at an instant.

        Raises:
            MisuseError: nobody was registered by that identifier by then.
        """
        return self._decoded(self._books.person(person, at).resident_ref)

    def is_alive(self, person: str) -> bool:
        """Whether the register has no death of a person."""
        return self._books.person_state(person) is not PersonState.DEAD

    def somebody_of(self, municipality: str) -> Resident:
        """Somebody as she was registered in a town, be it that she lives elsewhere now.

        Raises:
            MisuseError: nobody lives there, or ever did.
        """
        for person in self._books.people:
            for dated in reversed(self._books.past_of_person(person)):
                if (resident := self._decoded(dated.row.resident_ref)).municipality == municipality:
                    return resident
        raise MisuseError(f"nobody of this lab lives in municipality {municipality}.", code="unknown_municipality")

    def history(self, person: str) -> tuple[RegisterEntry, ...]:
        """Every entry about a person, the oldest first."""
        return tuple(self._entry(*dated) for dated in self._books.past_of_person(person))

    def _entry(self, at: datetime, row: PersonRow) -> RegisterEntry:
        resident = self._decoded(row.resident_ref)
        return RegisterEntry(
            at, row.what, row.state, resident.name, resident.alias, resident.address, resident.municipality
        )

    def changed_since(self, person: str, at: str | datetime) -> datetime | None:
        """When name or address first changed after an instant; None: what was stated then is still so.

        So a record or a card face that was made at that instant is known to be stale.
        """
        return self._books.restated_since(person, instant(at))

    def __repr__(self) -> str:
        return f"<Register TEST: {counted(len(self._books.people), 'person', 'people')}>"
