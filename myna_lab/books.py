"""The national books: rule tables of certificates, phones and cards, and the one fold that fills them.

    EventLog -> Books.evolve(entry) -> rows with their history -> CRL, OCSP answer, table: the books at an instant

The books know at once. Who asks them later, or asks a copy of them, learns later. Rows keep their history, so that
``state_at`` answers for any instant by bisection.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from myna_lab import events as ev
from myna_lab.errors import MisuseError
from myna_lab.events import Entry
from myna_lab.parameters import Parameters
from myna_lab.rules import Rule, after, may

__all__ = [
    "CARD_RULES",
    "CERTIFICATE_RULES",
    "LIVE",
    "PHONE_RULES",
    "ApplicationRow",
    "Books",
    "CardRow",
    "CardState",
    "CertificateKey",
    "CertificateRow",
    "CertificateState",
    "Past",
    "PhoneRow",
    "PhoneState",
]


# ----------------------------------------------------------------------------------------------------- certificates


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


def is_due(event: ev.CertificateExpired | ev.CertificateActivated, books: Books, at: datetime) -> bool:
    """The moment that the certificate itself names has come."""
    row = books.certificate(event.authority, event.serial)
    return at >= (row.not_after if isinstance(event, ev.CertificateExpired) else row.activates_at)


def is_releasable(event: ev.CertificateResumed, books: Books, at: datetime) -> bool:
    """A hold on a certificate of this authority is lifted (parameter ``hold_release``)."""
    return books.hold_release == "all" or books.hold_release == f"{event.authority}_only"


def is_releasable_before_activation(event: ev.CertificateResumed, books: Books, at: datetime) -> bool:
    """The same, while the certificate does not work yet."""
    return is_releasable(event, books, at) and at < books.certificate(event.authority, event.serial).activates_at


def is_only_phone(event: ev.CertificateIssued, books: Books, at: datetime) -> bool:
    """Nobody has live certificates on two phones, iPhone and Android counted together."""
    return not event.kind.startswith("phone_") or all(
        row.device == event.device for row in books.live_on_phones(event.person)
    )


CERTIFICATE_RULES: tuple[Rule[CertificateState], ...] = (
    Rule(C.REQUESTED, "CertificateIssued", C.ISSUED, "reported: one phone per person", is_only_phone),
    Rule(C.ISSUED, "CertificateActivated", C.GOOD, "reported: about five minutes after the set-up", is_due),
    Rule(C.ISSUED, "CertificateRevoked", C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.GOOD, "CertificateRevoked", C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.ISSUED, "CertificateSuspended", C.ON_HOLD, "RFC 5280 5.3.1 certificateHold; before activation: assumed"),
    Rule(C.GOOD, "CertificateSuspended", C.ON_HOLD, "RFC 5280 5.3.1 certificateHold"),
    Rule(C.ON_HOLD, "CertificateActivated", C.ON_HOLD, "assumed: a held certificate stays held", is_due),
    Rule(C.ON_HOLD, "CertificateResumed", C.ISSUED, "assumed: it waits again", is_releasable_before_activation),
    Rule(C.ON_HOLD, "CertificateResumed", C.GOOD, "sources disagree: parameter hold_release", is_releasable),
    Rule(C.ON_HOLD, "CertificateRevoked", C.REVOKED, "RFC 5280 5.3.1"),
    Rule(C.ISSUED, "CertificateExpired", C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
    Rule(C.GOOD, "CertificateExpired", C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
    Rule(C.ON_HOLD, "CertificateExpired", C.EXPIRED, "RFC 5280 4.1.2.5", is_due),
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
    """In the order of time; never empty in the books."""

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
        return self.kind.startswith("phone_")


# ------------------------------------------------------------------------------------------------------------ phones


class PhoneState(Enum):
    """What the national side knows of one phone."""

    UNKNOWN = "unknown"
    WITHOUT_CARD = "without card"
    APPLIED = "applied"
    """An application was accepted; the card is not on the phone yet."""
    HOLDS_CARD = "holds the card"
    DEAD = "dead"
    """Its certificates are revoked; what is left on it (pass, residue) cannot be used."""


P = PhoneState

PHONE_RULES: tuple[Rule[PhoneState], ...] = (
    Rule(P.UNKNOWN, "PhoneAcquired", P.WITHOUT_CARD, "start"),
    Rule(P.WITHOUT_CARD, "ApplicationAccepted", P.APPLIED, "reported: application"),
    Rule(P.APPLIED, "PassAdded", P.HOLDS_CARD, "reported: pass in Wallet"),
    Rule(P.APPLIED, "CredentialInstalled", P.HOLDS_CARD, "reported: Android registers"),
    Rule(P.APPLIED, "ApplicationAccepted", P.APPLIED, "assumed: the next try cleans up"),
    Rule(P.APPLIED, "CertificateRevoked", P.WITHOUT_CARD, "assumed: issued, never installed"),
    Rule(P.WITHOUT_CARD, "CertificateRevoked", P.WITHOUT_CARD, "assumed: pass deleted by hand before"),
    Rule(P.HOLDS_CARD, "CertificateRevoked", P.DEAD, "reported: the card face stays, unusable"),
    Rule(P.DEAD, "CertificateRevoked", P.DEAD, "the second of the pair"),
    Rule(P.HOLDS_CARD, "PassDeleted", P.WITHOUT_CARD, "assumed: deletion tells J-LIS nothing"),
    Rule(P.DEAD, "PassDeleted", P.WITHOUT_CARD, "reported: until deleted by hand"),
    Rule(P.DEAD, "PhoneErased", P.WITHOUT_CARD, "reported: Android erases itself when on line"),
    Rule(P.DEAD, "ApplicationAccepted", P.APPLIED, "reported: add again"),
    Rule(P.HOLDS_CARD, "ApplicationAccepted", P.APPLIED, "assumed: its own pair is revoked first"),
)


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


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """A person's newest application for phone certificates: it alone may lead to an issue."""

    flow: str
    phone: str
    person: str
    at: datetime
    application_ref: str
    issue_due: datetime


# ------------------------------------------------------------------------------------------------------------- cards


class CardState(Enum):
    """Where a plastic card stands in the books."""

    NOT_ISSUED = "not issued"
    VALID = "valid"


CARD_RULES: tuple[Rule[CardState], ...] = (
    Rule(CardState.NOT_ISSUED, "CardIssued", CardState.VALID, "lifecycle: handed over at the municipality"),
)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One plastic card."""

    card: str
    person: str
    expires: datetime
    state: CardState
    since: datetime


# ------------------------------------------------------------------------------------------------------------- books


@functools.cache
def _hold_release() -> str:
    return Parameters().text("hold_release")


class Books:
    """Certificates, phones and cards, folded from the log."""

    def __init__(self) -> None:
        self.certificates: MutableMapping[CertificateKey, CertificateRow] = {}
        self.phones: MutableMapping[str, PhoneRow] = {}
        self.cards: MutableMapping[str, CardRow] = {}
        self.applications: MutableMapping[str, ApplicationRow] = {}
        """The newest application of each person."""
        self.hold_release = _hold_release()
        """Whose holds can be lifted: ``auth_only``, ``never`` or ``all``."""
        self._of_person: MutableMapping[str, tuple[CertificateKey, ...]] = {}
        self._last_serial: MutableMapping[str, int] = {}

    # ------------------------------------------------------------------------------------------------------ questions

    def certificate(self, authority: str, serial: int) -> CertificateRow:
        """The row of a certificate.

        Raises:
            MisuseError: the books have no such certificate.
        """
        try:
            return self.certificates[CertificateKey(authority, serial)]
        except KeyError:
            raise MisuseError(
                f"the books have no certificate {authority}/{serial:08X}.", code="unknown_certificate"
            ) from None

    def status(self, authority: str, serial: int, at: datetime) -> Past:
        """State, since when and why, of a certificate at an instant."""
        return self.certificate(authority, serial).past_at(at)

    def of_person(self, person: str) -> Iterator[CertificateRow]:
        """All certificates that a person ever had, oldest first."""
        return (self.certificates[key] for key in self._of_person.get(person, ()))

    def live_on_phones(self, person: str) -> tuple[CertificateRow, ...]:
        """The person's phone certificates that are issued, good or on hold: at most one pair."""
        return tuple(row for row in self.of_person(person) if row.is_phone and row.state in LIVE)

    def next_serial(self, authority: str, first: int) -> int:
        """The next number of an authority's one rising counter."""
        return max(self._last_serial.get(authority, 0) + 1, first)

    # ----------------------------------------------------------------------------------------------------------- fold

    def draft(self) -> Books:
        """A copy on which a batch is tried; what it writes does not reach these books."""
        draft = Books()
        draft.certificates = ChainMap({}, self.certificates)
        draft.phones = ChainMap({}, self.phones)
        draft.cards = ChainMap({}, self.cards)
        draft.applications = ChainMap({}, self.applications)
        draft._of_person = ChainMap({}, self._of_person)
        draft._last_serial = ChainMap({}, self._last_serial)
        draft.hold_release = self.hold_release
        return draft

    def trial(self, entries: Sequence[Entry]) -> None:
        """Try a batch on a draft.

        Raises:
            IllegalTransition: an event is not lawful; these books are as they were.
        """
        if any(type(entry.event) in _FOLDS for entry in entries):
            draft = self.draft()
            for entry in entries:
                draft.evolve(entry)

    def evolve(self, entry: Entry) -> None:
        """Take one entry in; entries that do not concern the books pass by."""
        fold = _FOLDS.get(type(entry.event))
        if fold is not None:
            fold(self, entry.event, entry.at)

    def _started(self, event: ev.LabStarted, at: datetime) -> None:
        self.hold_release = Parameters(dict(event.parameters)).text("hold_release")

    def _authority(self, event: ev.AuthorityEstablished, at: datetime) -> None:
        self._count(event.authority.removesuffix("_responder"), event.serial)

    def _count(self, authority: str, serial: int) -> None:
        self._last_serial[authority] = max(self._last_serial.get(authority, 0), serial)

    def _issued(self, event: ev.CertificateIssued, at: datetime) -> None:
        key = CertificateKey(event.authority, event.serial)
        state = self.certificates[key].state if key in self.certificates else C.REQUESTED
        to = after(CERTIFICATE_RULES, state, "CertificateIssued", event, self, at, subject=str(key))
        self.certificates[key] = CertificateRow(
            key,
            event.kind,
            event.device,
            event.person,
            event.municipality,
            event.der,
            at,
            event.activates_at,
            event.not_after,
            (Past(at, to),),
        )
        self._of_person[event.person] = (*self._of_person.get(event.person, ()), key)
        self._count(event.authority, event.serial)

    def _certificate(self, event: _OfCertificate, at: datetime) -> None:
        row = self.certificate(event.authority, event.serial)
        to = after(CERTIFICATE_RULES, row.state, type(event).__name__, event, self, at, subject=str(row.key))
        reason, cause = getattr(event, "reason", ""), getattr(event, "cause", "")
        self.certificates[row.key] = replace(row, history=(*row.history, Past(at, to, reason, cause)))
        # Certificates of a former user of the phone were replaced there; their end does not concern it.
        if (
            isinstance(event, ev.CertificateRevoked)
            and row.is_phone
            and self.phones[row.device].applicant == row.person
        ):
            self._step(row.device, "CertificateRevoked", at)

    def _acquired(self, event: ev.PhoneAcquired, at: datetime) -> None:
        state = self.phones[event.phone].state if event.phone in self.phones else P.UNKNOWN
        to = after(PHONE_RULES, state, "PhoneAcquired", subject=event.phone)
        self.phones[event.phone] = PhoneRow(
            event.phone, event.person, event.platform, event.model, event.os_version, to, at
        )

    def _phone(self, event: _OfPhone, at: datetime) -> None:
        self._step(event.phone, type(event).__name__, at)

    def _applied(self, event: ev.ApplicationAccepted, at: datetime) -> None:
        self._phone(event, at)
        self.phones[event.phone] = replace(self.phones[event.phone], applicant=event.person)
        self.applications[event.person] = ApplicationRow(
            event.flow, event.phone, event.person, at, event.application_ref, event.issue_due
        )

    def _step(self, phone: str, on: str, at: datetime) -> None:
        row = self.phones[phone]
        to = after(PHONE_RULES, row.state, on, subject=phone)
        if to is not row.state:
            self.phones[phone] = replace(row, state=to, since=at)

    def _card(self, event: ev.CardIssued, at: datetime) -> None:
        state = self.cards[event.card].state if event.card in self.cards else CardState.NOT_ISSUED
        to = after(CARD_RULES, state, "CardIssued", subject=event.card)
        self.cards[event.card] = CardRow(event.card, event.person, event.expires, to, at)

    def __repr__(self) -> str:
        return f"<Books: {len(self.certificates)} certificates, {len(self.phones)} phones, {len(self.cards)} cards>"


_OfCertificate = (
    ev.CertificateActivated
    | ev.CertificateRevoked
    | ev.CertificateSuspended
    | ev.CertificateResumed
    | ev.CertificateExpired
)
_OfPhone = ev.ApplicationAccepted | ev.PassAdded | ev.CredentialInstalled | ev.PassDeleted | ev.PhoneErased

_FOLDS: dict[type[ev.Event], Callable[[Books, Any, datetime], None]] = {
    ev.LabStarted: Books._started,
    ev.AuthorityEstablished: Books._authority,
    ev.CertificateIssued: Books._issued,
    ev.CertificateActivated: Books._certificate,
    ev.CertificateRevoked: Books._certificate,
    ev.CertificateSuspended: Books._certificate,
    ev.CertificateResumed: Books._certificate,
    ev.CertificateExpired: Books._certificate,
    ev.PhoneAcquired: Books._acquired,
    ev.ApplicationAccepted: Books._applied,
    ev.PassAdded: Books._phone,
    ev.CredentialInstalled: Books._phone,
    ev.PassDeleted: Books._phone,
    ev.PhoneErased: Books._phone,
    ev.CardIssued: Books._card,
}


def revocable(row: CertificateRow) -> bool:
    """Whether the table lets this certificate be revoked now."""
    return "CertificateRevoked" in may(CERTIFICATE_RULES, row.state)


def newest(rows: Iterable[CertificateRow], kind: str) -> CertificateRow | None:
    """The newest certificate of a kind."""
    return max((row for row in rows if row.kind == kind), key=lambda row: row.key.serial, default=None)
