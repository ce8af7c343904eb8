"""Plastic cards in the books. Certificates and card are two things: each is stopped by events of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from myna_lab import events as ev
from myna_lab.rules import Rule

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


@dataclass(frozen=True, slots=True)
class CardRow:
    """One plastic card."""

    card: str
    person: str
    expires: datetime
    state: CardState
    since: datetime
    issued_at: datetime
    """When it was handed over."""
    keys: tuple[int, ...]
    """Numbers of the keys on it: signing, user authentication, text and visual application."""
    n_written: int = 1
    """How often its contents were written; it names the next vault entry."""


def is_over(row: CardRow, at: datetime) -> bool:
    """The card's last second has come."""
    return at >= row.expires


K = CardState

CARD_RULES: tuple[Rule[CardState], ...] = (
    Rule(K.NOT_ISSUED, ev.CardIssued, K.VALID, "confirmed: handed over at the municipality (life-cycle facts 1.1.2)"),
    Rule(K.VALID, ev.CardRewritten, K.VALID, "confirmed: at the window (life-cycle facts 1.1.2)"),
    Rule(K.VALID, ev.CardSuspended, K.SUSPENDED, "reported: the loss hotline stops it for the time being"),
    Rule(K.SUSPENDED, ev.CardResumed, K.VALID, "reported: a found card is released at the municipal window"),
    Rule(K.VALID, ev.CardRevoked, K.REVOKED, "confirmed: lost or returned cards are abolished"),
    Rule(K.SUSPENDED, ev.CardRevoked, K.REVOKED, "confirmed: lost or returned cards are abolished"),
    Rule(K.VALID, ev.CardExpired, K.EXPIRED, "confirmed: tenth or fifth birthday, or end of the stay", is_over),
    Rule(K.SUSPENDED, ev.CardExpired, K.EXPIRED, "confirmed: tenth or fifth birthday, or end of the stay", is_over),
)
