"""Certificates in the books: their states, the rules between them, and a row with its whole history."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from myna_lab import events as ev
from myna_lab.rules import Rule, allows

__all__ = [
    "CERTIFICATE_RULES",
    "LIVE",
    "PHONE_KINDS",
    "CertificateKey",
    "CertificateRow",
    "CertificateState",
    "Past",
    "newest",
    "revocable",
]


class CertificateState(Enum):
    """Where a certificate stands in the books."""

    REQUESTED = "requested"
    """Not made yet."""
    ISSUED = "issued"
    """Made, entered, not yet usable: the five minutes."""
    GOOD = "good"
    """Works."""
    ON_HOLD = "on hold"
    """Stopped for the time being (certificateHold)."""
    REVOKED = "revoked"
    """Stopped for good."""
    EXPIRED = "expired"
    """Its last second has passed."""


C = CertificateState
LIVE = frozenset({C.ISSUED, C.GOOD, C.ON_HOLD})
"""States in which a certificate counts for "one phone per person"."""
PHONE_KINDS = frozenset({"phone_sign", "phone_auth"})
"""Certificates whose key a phone holds."""


def is_due(due: datetime, at: datetime) -> bool:
    """The moment that the certificate itself names has come."""
    return at >= due


def is_releasable(lifts_holds: bool, activates_at: datetime, at: datetime) -> bool:
    """A hold on a certificate of this authority is lifted (parameter ``hold_release``)."""
    return lifts_holds


def is_releasable_before_activation(lifts_holds: bool, activates_at: datetime, at: datetime) -> bool:
    """The same, while the certificate does not work yet."""
    return lifts_holds and at < activates_at


def is_only_phone(others_live: bool) -> bool:
    """Nobody has live certificates on two phones, iPhone and Android counted together."""
    return not others_live


CERTIFICATE_RULES: tuple[Rule[CertificateState], ...] = (
    Rule(C.REQUESTED, ev.CertificateIssued, C.ISSUED, "reported: one phone per person", is_only_phone),
    Rule(C.ISSUED, ev.CertificateActivated, C.GOOD, "reported: about five minutes after the set-up", is_due),
    Rule(C.ISSUED, ev.CertificateRevoked, C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.GOOD, ev.CertificateRevoked, C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.ISSUED, ev.CertificateSuspended, C.ON_HOLD, "RFC 5280 5.3.1 certificateHold; before activation: assumed"),
    Rule(C.GOOD, ev.CertificateSuspended, C.ON_HOLD, "RFC 5280 5.3.1 certificateHold"),
    Rule(C.ON_HOLD, ev.CertificateActivated, C.ON_HOLD, "assumed: a held certificate stays held", is_due),
    Rule(C.ON_HOLD, ev.CertificateResumed, C.ISSUED, "assumed: it waits again", is_releasable_before_activation),
    Rule(C.ON_HOLD, ev.CertificateResumed, C.GOOD, "sources disagree: parameter hold_release", is_releasable),
    Rule(C.ON_HOLD, ev.CertificateRevoked, C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.ISSUED, ev.CertificateExpired, C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
    Rule(C.GOOD, ev.CertificateExpired, C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
    Rule(C.ON_HOLD, ev.CertificateExpired, C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
)


class CertificateKey(NamedTuple):
    """A certificate's name in the books: serial numbers are unique within one authority only."""

    authority: str
    """``sign`` or ``auth``."""
    serial: int

    def __str__(self) -> str:
        return f"{self.authority}/{self.serial:08X}"


class Past(NamedTuple):
    """One step of a certificate's history."""

    at: datetime
    state: CertificateState
    reason: str = ""
    """CRLReason, for a revocation."""
    cause: str = ""
    """What led to it, for people."""


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate with its whole history."""

    key: CertificateKey
    kind: str
    device: str
    person: str
    municipality: str
    der: bytes
    issued_at: datetime
    activates_at: datetime
    not_after: datetime
    history: tuple[Past, ...] = ()
    """One step for each change of state, in the order of time; never empty in the books."""

    def stepped(self, past: Past) -> CertificateRow:
        """The row after one more step; written out, as ``replace`` takes twice the time and this is asked most."""
        return CertificateRow(
            self.key,
            self.kind,
            self.device,
            self.person,
            self.municipality,
            self.der,
            self.issued_at,
            self.activates_at,
            self.not_after,
            (*self.history, past),
        )

    def past_at(self, at: datetime) -> Past:
        """The step in force at an instant; REQUESTED before the issue."""
        index = bisect_right(self.history, at, key=lambda past: past.at)
        return self.history[index - 1] if index else Past(at, C.REQUESTED)

    @property
    def state(self) -> CertificateState:
        """The newest state."""
        return self.history[-1].state

    @property
    def is_phone(self) -> bool:
        """Whether a phone holds its key."""
        return self.kind in PHONE_KINDS


def revocable(row: CertificateRow) -> bool:
    """Whether the table lets this certificate be revoked now."""
    return allows(CERTIFICATE_RULES, row.state, ev.CertificateRevoked)


def newest(rows: Iterable[CertificateRow], kind: str) -> CertificateRow | None:
    """The newest certificate of a kind."""
    return max((row for row in rows if row.kind == kind), key=lambda row: row.key.serial, default=None)
