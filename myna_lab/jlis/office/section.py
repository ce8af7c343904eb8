"""What every section of the office works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from myna_lab.errors import RegistrationRefused
from myna_lab.ground.durations import show
from myna_lab.jlis.books import Books, PersonState
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.jlis.office.hours import maintenance_until
from myna_lab.parameters import Parameters
from myna_lab.residents import Resident

__all__ = ["Section"]


@dataclass(frozen=True, repr=False)
class Section:
    """A part of the office: it decides from what it reads here, and changes none of it.

    Args:
        books: the national books.
        register: a person of the resident register, by identifier.
        authorities: who signs certificates and records now.
        parameters: the lab's.
        keys: the issuers of cards and the two keys that all cards share, to the numbers of their RSA keys.
    """

    books: Books
    register: Callable[[str], Resident]
    authorities: Authorities
    parameters: Parameters
    keys: Mapping[str, int]

    def is_alive(self, person: str) -> bool:
        """Whether the register has no death of a person."""
        return self.books.person_state(person) is not PersonState.DEAD

    def at_work(self, at: datetime) -> None:
        """Raise RegistrationRefused (``maintenance``) while J-LIS takes no request, whatever it is about."""
        if (until := maintenance_until(at, self.parameters)) is not None:
            raise RegistrationRefused(f"J-LIS takes no request until {show(until)}.", code="maintenance", until=until)

    def living(self, person: str) -> None:
        """Raise RegistrationRefused (``deceased``) for the dead, for whom nothing is done any more."""
        if not self.is_alive(person):
            raise RegistrationRefused(f"the register has the death of {person}.", code="deceased")
