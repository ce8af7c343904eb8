"""Phones in the books: what is on one (:class:`Holding`) × whether an application for it is under way.

           nothing on it    a live card        a dead card
AT_REST    WITHOUT_CARD     HOLDS_CARD         DEAD
UNDER_WAY  APPLIED          APPLIED_OVER_LIVE  APPLIED_OVER_DEAD

Each of the two has a small table of its own; people see their product, :data:`PHONE_RULES`. What else becomes of the
thing (lost, erased from afar) is told beside it: :mod:`myna_lab.jlis.books.circumstances`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from myna_lab import events as ev
from myna_lab.jlis.books.certificates import CertificateKey, CertificateRow
from myna_lab.jlis.books.circumstances import AS_BOUGHT, Circumstances
from myna_lab.rules import Rule, product

__all__ = [
    "APPLICATION_RULES",
    "APPLIED",
    "HOLDING_RULES",
    "PHONE_RULES",
    "ApplicationLapsed",
    "ApplicationRow",
    "Holding",
    "PhoneRow",
    "PhoneState",
    "Progress",
]


class Holding(Enum):
    """What is on a phone."""

    UNKNOWN = "unknown"
    NOTHING = "nothing"
    LIVE = "a live card"
    DEAD = "a dead card"


class Progress(Enum):
    """Whether an application for a phone goes on."""

    AT_REST = "at rest"
    UNDER_WAY = "under way"


class PhoneState(Enum):
    """What the national side knows of one phone."""

    UNKNOWN = "unknown"
    WITHOUT_CARD = "without card"
    APPLIED = "applied"
    """An application was accepted; the card is not on the phone yet."""
    HOLDS_CARD = "holds the card"
    DEAD = "dead"
    """Its certificates are revoked; what is left on it (pass, residue) cannot be used."""
    APPLIED_OVER_LIVE = "applied, holds a card"
    """The former card works until the new certificates are issued (parameter ``revoke_former_at``)."""
    APPLIED_OVER_DEAD = "applied, holds a dead card"
    """Added again: the former card cannot be used any more, the new one is not on the phone yet."""


H, A, P = Holding, Progress, PhoneState

_STATES: dict[tuple[Enum, ...], PhoneState] = {
    (H.UNKNOWN, A.AT_REST): P.UNKNOWN,
    (H.NOTHING, A.AT_REST): P.WITHOUT_CARD,
    (H.LIVE, A.AT_REST): P.HOLDS_CARD,
    (H.DEAD, A.AT_REST): P.DEAD,
    (H.NOTHING, A.UNDER_WAY): P.APPLIED,
    (H.LIVE, A.UNDER_WAY): P.APPLIED_OVER_LIVE,
    (H.DEAD, A.UNDER_WAY): P.APPLIED_OVER_DEAD,
}
APPLIED = frozenset(state for (_, progress), state in _STATES.items() if progress is A.UNDER_WAY)
"""States in which an application is under way."""


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """A person's newest application for phone certificates: it alone may lead to an issue."""

    flow: str
    phone: str
    person: str
    at: datetime
    application_ref: str
    issue_due: datetime


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One phone."""

    phone: str
    person: str
    platform: str
    model: str
    os_version: str
    state: PhoneState
    since: datetime
    applicant: str = ""
    """Whose newest application it is for; a phone may change hands."""
    application: ApplicationRow | None = None
    """The application under way; None: there is none."""
    holds: tuple[CertificateKey, ...] = ()
    """The pair that is on it, live or dead."""
    circumstances: Circumstances = AS_BOUGHT
    """Lost or not, and what else became of the thing itself."""


def is_on_the_phone(certificate: CertificateRow, phone: PhoneRow) -> bool:
    """The certificate lets the holder of the card that is on the phone log in; that for signing may end alone."""
    return certificate.key in phone.holds and certificate.key.authority == "auth"


def is_applied_for(certificate: CertificateRow, phone: PhoneRow) -> bool:
    """The certificate was issued for the application under way."""
    under_way = phone.application
    return under_way is not None and under_way.person == certificate.person and certificate.issued_at >= under_way.at


class ApplicationLapsed:
    """An application came to nothing: a later one on another phone won, or the issue was refused.

    No event of the log: it follows from one.
    """


_WALLET, _ANDROID = "reported: pass in Wallet", "reported: Android registers"
_OTHER_HANDS = "assumed: the phone changed hands, the new card takes the place of the old one"
_KEYS_GONE = "assumed: erasing an iPhone destroys the keys; J-LIS hears nothing"
_RESIDUE = "confirmed: a factory reset does not erase the secure element of an Android"

HOLDING_RULES: tuple[Rule[Holding], ...] = (
    Rule(H.UNKNOWN, ev.PhoneAcquired, H.NOTHING, "start"),
    Rule(H.NOTHING, ev.PassAdded, H.LIVE, _WALLET),
    Rule(H.LIVE, ev.PassAdded, H.LIVE, _OTHER_HANDS),
    Rule(H.DEAD, ev.PassAdded, H.LIVE, _WALLET),
    Rule(H.NOTHING, ev.CredentialInstalled, H.LIVE, _ANDROID),
    Rule(H.LIVE, ev.CredentialInstalled, H.LIVE, _OTHER_HANDS),
    Rule(H.DEAD, ev.CredentialInstalled, H.LIVE, _ANDROID),
    Rule(H.LIVE, ev.CertificateRevoked, H.DEAD, "reported: the card face stays, unusable", is_on_the_phone),
    Rule(H.DEAD, ev.CertificateRevoked, H.DEAD, "the second of the pair", is_on_the_phone),
    Rule(H.LIVE, ev.PassDeleted, H.NOTHING, "assumed: deletion tells J-LIS nothing"),
    Rule(H.DEAD, ev.PassDeleted, H.NOTHING, "reported: until deleted by hand"),
    Rule(H.DEAD, ev.PhoneErased, H.NOTHING, "reported: Android erases itself when online"),
    Rule(H.DEAD, ev.RevocationLearned, H.DEAD, "assumed: an iPhone's wallet asks from time to time"),
    Rule(H.LIVE, ev.ContentErased, H.NOTHING, _KEYS_GONE),
    Rule(H.DEAD, ev.ContentErased, H.NOTHING, _KEYS_GONE),
    Rule(H.NOTHING, ev.ContentErased, H.NOTHING, "what was on it went before the order arrived"),
    Rule(H.LIVE, ev.FactoryReset, H.LIVE, _RESIDUE),
    Rule(H.DEAD, ev.FactoryReset, H.DEAD, _RESIDUE),
    Rule(H.NOTHING, ev.FactoryReset, H.NOTHING, "what was on it went before the order arrived"),
    Rule(H.NOTHING, ev.BackupRestored, H.NOTHING, "derived: the card is bound to the device, no backup holds it"),
)
APPLICATION_RULES: tuple[Rule[Progress], ...] = (
    Rule(A.AT_REST, ev.ApplicationAccepted, A.UNDER_WAY, "reported: application; a live pair works until the issue"),
    Rule(A.UNDER_WAY, ev.ApplicationAccepted, A.UNDER_WAY, "assumed: the next try cleans up"),
    Rule(A.UNDER_WAY, ev.PassAdded, A.AT_REST, _WALLET),
    Rule(A.UNDER_WAY, ev.CredentialInstalled, A.AT_REST, _ANDROID),
    Rule(A.UNDER_WAY, ev.CertificateRevoked, A.AT_REST, "assumed: issued, never installed", is_applied_for),
    Rule(A.UNDER_WAY, ApplicationLapsed, A.AT_REST, "assumed: a later application wins, or J-LIS refuses the issue"),
)
PHONE_RULES: tuple[Rule[PhoneState], ...] = product(HOLDING_RULES, APPLICATION_RULES, states=_STATES)
"""What may happen to a phone, coupled by name: a card is added only while an application is under way."""
