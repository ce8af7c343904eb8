"""People in the books: who lives, who is between two towns, and which signing certificates their changes end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from myna_lab import events as ev
from myna_lab.jlis.books.certificates import CertificateKey
from myna_lab.rules import Rule

__all__ = ["PERSON_RULES", "PersonRow", "PersonState"]


class PersonState(Enum):
    """Where a person stands in the resident register."""

    UNKNOWN = "unknown"
    RESIDENT = "resident"
    MOVING = "moving"
    """Moved out by notice, and not moved in anywhere yet."""
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person."""

    person: str
    state: PersonState
    since: datetime
    resident_ref: str
    """Vault entry with name, address and the rest."""
    what: str
    """What the newest change was about: ``registered``, ``address``, ``name``, ``alias``, ``card``, ``moving_out``,
    ``death``."""
    n_entries: int = 1
    """How many entries the register has of her; it names the next vault entry."""
    lapsing: tuple[CertificateKey, ...] = ()
    """The signing certificates that state what is no longer so: they end with the day of the newest change."""
    changed_by: str = ""
    """Vault entry of the newest change of name or address."""


P = PersonState
_MOVES = "confirmed: the sign certificate lapses, log-in goes on (life-cycle facts 1.5.1)"

PERSON_RULES: tuple[Rule[PersonState], ...] = (
    Rule(P.UNKNOWN, ev.ResidentRegistered, P.RESIDENT, "start"),
    Rule(P.RESIDENT, ev.ResidentMoved, P.RESIDENT, _MOVES),
    Rule(P.RESIDENT, ev.MovingOutNotified, P.MOVING, "confirmed: between two notices (life-cycle facts 1.3.8)"),
    Rule(P.MOVING, ev.ResidentMoved, P.RESIDENT, _MOVES),
    Rule(P.RESIDENT, ev.ResidentRenamed, P.RESIDENT, _MOVES),
    Rule(P.MOVING, ev.ResidentRenamed, P.MOVING, "assumed: a family register changes wherever one lives"),
    Rule(P.RESIDENT, ev.ResidentDied, P.DEAD, "confirmed: all certificates end (life-cycle facts 1.5.3)"),
    Rule(P.MOVING, ev.ResidentDied, P.DEAD, "confirmed: all certificates end (life-cycle facts 1.5.3)"),
)
