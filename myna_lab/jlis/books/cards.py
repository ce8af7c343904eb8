"""Plastic cards in the books. Certificates and card are two things: each is stopped by events of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.rules import Rule

if TYPE_CHECKING:
    from myna_lab.jlis.books.fold import Books

__all__ = ["CARD_RULES", "CardRow", "CardState"]


class CardState(Enum):
    """Where a plastic card stands in the books."""

    NOT_ISSUED = "not issued"
    VALID = "valid"
    SUSPENDED = "suspended"
    """Stopped for the time being, as after a call to the hotline."""
    REVOKED = "revoked"
    """Stopped for good: lost, returned, abolished."""
    EXPIRED = "expired"
    """Its last day has passed."""


def is_over(event: ev.CardExpired, books: Books, at: datetime) -> bool:
    """The card's last second has passed."""
    return at >= books.card(event.card).expires


K = CardState

CARD_RULES: tuple[Rule[CardState], ...] = (
    Rule(K.NOT_ISSUED, "CardIssued", K.VALID, "confirmed: handed over at the municipality (life-cycle facts 1.1.2)"),
    Rule(K.VALID, "CardSuspended", K.SUSPENDED, "reported: the loss hotline stops it for the time being"),
    Rule(K.SUSPENDED, "CardResumed", K.VALID, "reported: a found card is released at the municipal window"),
    Rule(K.VALID, "CardRevoked", K.REVOKED, "confirmed: lost or returned cards are abolished"),
    Rule(K.SUSPENDED, "CardRevoked", K.REVOKED, "confirmed: lost or returned cards are abolished"),
    Rule(K.VALID, "CardExpired", K.EXPIRED, "confirmed: tenth or fifth birthday, or end of the stay", is_over),
    Rule(K.SUSPENDED, "CardExpired", K.EXPIRED, "confirmed: tenth or fifth birthday, or end of the stay", is_over),
)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One plastic card."""

    card: str
    person: str
    expires: datetime
    state: CardState
    since: datetime
