"""Books that are fed by hand: one event at a time, each tried on a draft before it is taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from myna_lab import events as ev
from myna_lab.events import Entry, Event
from myna_lab.ground.durations import at
from myna_lab.jlis.books import Books

ISSUE, ACTIVATION, EXPIRY = at("2025-06-24 09:00"), at("2025-06-24 09:05"), at("2030-06-24 23:59:59")
"""Of the certificate and the card that the events below speak of."""


def issued(device: str = "phone-1", serial: int = 1, kind: str = "phone_auth") -> Event:
    """A certificate that works from 09:05."""
    return ev.CertificateIssued("auth", serial, kind, device, "person-1", "99201", b"", ACTIVATION, EXPIRY)


def certificate_event(name: str) -> Event:
    """An event of the certificate auth/1."""
    if name == "CertificateIssued":
        return issued()
    kind = ev.EVENTS[name]
    return kind("auth", 1, "SUPERSEDED") if kind is ev.CertificateRevoked else kind("auth", 1)  # type: ignore[call-arg]


def card_event(name: str) -> Event:
    """An event of card-1."""
    if name == "CardIssued":
        return ev.CardIssued("card-1", "person-1", "ref", EXPIRY, (0, 1))
    if name == "CardRewritten":
        return ev.CardRewritten("card-1", "ref", (2, 3))
    kind = ev.EVENTS[name]
    return kind("card-1", "lost") if kind is ev.CardRevoked else kind("card-1")  # type: ignore[call-arg]


def phone_event(name: str) -> Event:
    """An event of phone-1."""
    return {
        "PhoneAcquired": ev.PhoneAcquired("phone-1", "person-1", "iphone", "iPhone 16", "18.5"),
        "ApplicationAccepted": ev.ApplicationAccepted("flow-1", "phone-1", "person-1", "ref", ISSUE),
        "ApplicationLapsed": ev.ApplicationRefused("flow-1", "phone-1", "certificate_revoked"),
        "PassAdded": ev.PassAdded("flow-1", "phone-1", 2, 1),
        "CredentialInstalled": ev.CredentialInstalled("flow-1", "phone-1", 2, 1),
        "PassDeleted": ev.PassDeleted("phone-1"),
        "PhoneErased": ev.PhoneErased("phone-1"),
        "ContentErased": ev.ContentErased("phone-1"),
        "FactoryReset": ev.FactoryReset("phone-1"),
        "BackupRestored": ev.BackupRestored("phone-1", "phone-2"),
        "RevocationLearned": ev.RevocationLearned("phone-1"),
    }[name]


class Register:
    """Books, and a clock that moves a second with each event that does not name its time."""

    def __init__(self) -> None:
        self.books = Books()
        self._now = ISSUE

    def take(self, event: Event, when: datetime | None = None) -> None:
        """Try an event on a draft, then take it."""
        self._now += timedelta(seconds=1)
        entry = Entry(1, self._now if when is None else when, event)
        self.books.trial([entry])
        self.books.evolve(entry)

    def phone(self, step: str) -> None:
        """An event of phone-1; ``pair``: it is issued one; ``on_the_phone``, ``applied_for``: such a one is revoked."""
        match step:
            case "pair":
                self.take(issued())
                self.take(ev.CertificateIssued("sign", 2, "phone_sign", "phone-1", "person-1", "", b"", ISSUE, EXPIRY))
            case "on_the_phone":
                is_second = self.books.certificate("auth", 1).state.name == "REVOKED"
                self.take(ev.CertificateRevoked(*(("sign", 2) if is_second else ("auth", 1)), "SUPERSEDED"))
            case "applied_for":
                self.take(issued(serial=3))
                self.take(ev.CertificateRevoked("auth", 3, "SUPERSEDED"))
            case _:
                self.take(phone_event(step))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Register) and (
            self.books.certificates == other.books.certificates
            and self.books.phones == other.books.phones
            and self.books.cards == other.books.cards
        )

    __hash__ = None  # type: ignore[assignment]
