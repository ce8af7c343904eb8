"""Phones in the books: what is on one, and whether an application for it is under way.

         nothing on it    a live card        a dead card
at rest  WITHOUT_CARD     HOLDS_CARD         DEAD
applied  APPLIED          APPLIED_OVER_LIVE  APPLIED_OVER_DEAD
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from myna_lab.jlis.books.certificates import CertificateKey, CertificateRow
from myna_lab.rules import Rule

__all__ = ["LAPSED", "PHONE_RULES", "ApplicationRow", "PhoneRow", "PhoneState"]


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


P = PhoneState


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


def is_on_the_phone(certificate: CertificateRow, phone: PhoneRow) -> bool:
    """The certificate belongs to the card that is on the phone."""
    return certificate.key in phone.holds


def is_applied_for(certificate: CertificateRow, phone: PhoneRow) -> bool:
    """The certificate was issued for the application under way."""
    under_way = phone.application
    return under_way is not None and under_way.person == certificate.person and certificate.issued_at >= under_way.at


LAPSED = "ApplicationLapsed"
"""No event of its own: a later application on another phone won, or the issue was refused."""
_OTHER_HANDS = "assumed: the phone changed hands, the new card takes the place of the old one"

PHONE_RULES: tuple[Rule[PhoneState], ...] = (
    Rule(P.UNKNOWN, "PhoneAcquired", P.WITHOUT_CARD, "start"),
    Rule(P.WITHOUT_CARD, "ApplicationAccepted", P.APPLIED, "reported: application"),
    Rule(P.HOLDS_CARD, "ApplicationAccepted", P.APPLIED_OVER_LIVE, "assumed: its own pair is revoked at the issue"),
    Rule(P.DEAD, "ApplicationAccepted", P.APPLIED_OVER_DEAD, "reported: add again"),
    Rule(P.APPLIED, "ApplicationAccepted", P.APPLIED, "assumed: the next try cleans up"),
    Rule(P.APPLIED_OVER_LIVE, "ApplicationAccepted", P.APPLIED_OVER_LIVE, "assumed: the next try cleans up"),
    Rule(P.APPLIED_OVER_DEAD, "ApplicationAccepted", P.APPLIED_OVER_DEAD, "assumed: the next try cleans up"),
    Rule(P.APPLIED, "PassAdded", P.HOLDS_CARD, "reported: pass in Wallet"),
    Rule(P.APPLIED_OVER_LIVE, "PassAdded", P.HOLDS_CARD, _OTHER_HANDS),
    Rule(P.APPLIED_OVER_DEAD, "PassAdded", P.HOLDS_CARD, "reported: pass in Wallet"),
    Rule(P.APPLIED, "CredentialInstalled", P.HOLDS_CARD, "reported: Android registers"),
    Rule(P.APPLIED_OVER_LIVE, "CredentialInstalled", P.HOLDS_CARD, _OTHER_HANDS),
    Rule(P.APPLIED_OVER_DEAD, "CredentialInstalled", P.HOLDS_CARD, "reported: Android registers"),
    Rule(P.HOLDS_CARD, "CertificateRevoked", P.DEAD, "reported: the card face stays, unusable", is_on_the_phone),
    Rule(P.DEAD, "CertificateRevoked", P.DEAD, "the second of the pair", is_on_the_phone),
    Rule(P.APPLIED_OVER_LIVE, "CertificateRevoked", P.APPLIED_OVER_DEAD, "the former pair", is_on_the_phone),
    Rule(P.APPLIED_OVER_DEAD, "CertificateRevoked", P.APPLIED_OVER_DEAD, "the second of the pair", is_on_the_phone),
    Rule(P.APPLIED, "CertificateRevoked", P.WITHOUT_CARD, "assumed: issued, never installed", is_applied_for),
    Rule(P.APPLIED_OVER_LIVE, "CertificateRevoked", P.HOLDS_CARD, "assumed: likewise; other hands", is_applied_for),
    Rule(P.APPLIED_OVER_DEAD, "CertificateRevoked", P.DEAD, "assumed: issued, never installed", is_applied_for),
    Rule(P.APPLIED, LAPSED, P.WITHOUT_CARD, "assumed: a later application wins, or J-LIS refuses the issue"),
    Rule(P.APPLIED_OVER_LIVE, LAPSED, P.HOLDS_CARD, "assumed: likewise"),
    Rule(P.APPLIED_OVER_DEAD, LAPSED, P.DEAD, "assumed: likewise"),
    Rule(P.HOLDS_CARD, "PassDeleted", P.WITHOUT_CARD, "assumed: deletion tells J-LIS nothing"),
    Rule(P.DEAD, "PassDeleted", P.WITHOUT_CARD, "reported: until deleted by hand"),
    Rule(P.APPLIED_OVER_LIVE, "PassDeleted", P.APPLIED, "assumed: the application goes on"),
    Rule(P.APPLIED_OVER_DEAD, "PassDeleted", P.APPLIED, "assumed: the application goes on"),
    Rule(P.DEAD, "PhoneErased", P.WITHOUT_CARD, "reported: Android erases itself when on line"),
    Rule(P.APPLIED_OVER_DEAD, "PhoneErased", P.APPLIED, "reported: Android erases itself when on line"),
)
