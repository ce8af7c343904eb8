"""The one fold that fills the books."""

from __future__ import annotations

import functools
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from myna_lab import events as ev
from myna_lab.errors import MisuseError
from myna_lab.events import Entry, Verdict
from myna_lab.ground.arguments import shown
from myna_lab.ground.durations import at as instant
from myna_lab.jlis.books.cards import CARD_RULES, CardRow, CardState
from myna_lab.jlis.books.certificates import (
    CERTIFICATE_RULES,
    LIVE,
    PHONE_KINDS,
    CertificateKey,
    CertificateRow,
    CertificateState,
    Past,
)
from myna_lab.jlis.books.circumstances import OF_THE_THING
from myna_lab.jlis.books.phones import (
    APPLIED,
    PHONE_RULES,
    ApplicationLapsed,
    ApplicationRow,
    PhoneRow,
    PhoneState,
    is_applied_for,
    is_on_the_phone,
)
from myna_lab.parameters import Parameters
from myna_lab.rules import after

__all__ = ["Books"]

C, K, P = CertificateState, CardState, PhoneState


@functools.cache
def _hold_release() -> str:
    return Parameters().text("hold_release")


class Books:
    """Certificates, phones and cards, folded from the log: who asks may read them; only events change them."""

    __slots__ = ("_applications", "_cards", "_certificates", "_hold_release", "_last_serial", "_of_person", "_phones")

    def __init__(self) -> None:
        self._certificates: MutableMapping[CertificateKey, CertificateRow] = {}
        self._phones: MutableMapping[str, PhoneRow] = {}
        self._cards: MutableMapping[str, CardRow] = {}
        self._applications: MutableMapping[str, ApplicationRow] = {}
        self._hold_release = _hold_release()
        self._of_person: MutableMapping[str, tuple[CertificateKey, ...]] = {}
        self._last_serial: MutableMapping[str, int] = {}

    # ------------------------------------------------------------------------------------------------------ questions

    @property
    def certificates(self) -> Mapping[CertificateKey, CertificateRow]:
        """Every certificate, the oldest first."""
        return MappingProxyType(self._certificates)

    @property
    def phones(self) -> Mapping[str, PhoneRow]:
        """Every phone by name."""
        return MappingProxyType(self._phones)

    @property
    def cards(self) -> Mapping[str, CardRow]:
        """Every plastic card by name."""
        return MappingProxyType(self._cards)

    @property
    def applications(self) -> Mapping[str, ApplicationRow]:
        """The newest application of each person."""
        return MappingProxyType(self._applications)

    @property
    def hold_release(self) -> str:
        """Whose holds can be lifted: ``auth_only``, ``never`` or ``all``."""
        return self._hold_release

    def certificate(self, authority: str, serial: int) -> CertificateRow:
        """The row of a certificate.

        Raises:
            MisuseError: the books have no such certificate.
        """
        is_key = isinstance(authority, str) and isinstance(serial, int)
        row = self._certificates.get(CertificateKey(authority, serial)) if is_key else None
        if row is None:
            raise MisuseError(
                f"the books have no certificate of authority {shown(authority)} with serial number {shown(serial)}.",
                code="unknown_certificate",
            )
        return row

    def card(self, card: str) -> CardRow:
        """The row of a plastic card.

        Raises:
            MisuseError: the books have no such card.
        """
        row = self._cards.get(card) if isinstance(card, str) else None
        if row is None:
            raise MisuseError(f"the books have no card {shown(card)}.", code="unknown_card")
        return row

    def status(self, authority: str, serial: int, at: datetime) -> Past:
        """State, since when and why, of a certificate at an instant."""
        return self.certificate(authority, serial).past_at(instant(at))

    def shown_in(self, verdict: Verdict) -> CertificateRow | None:
        """The certificate that a service was shown: of the authority whose usage it asked for; None: none of ours."""
        authority = "sign" if verdict.usage == "sign" else "auth"
        return self._certificates.get(CertificateKey(authority, verdict.serial or 0))

    def lifts_holds_of(self, authority: str) -> bool:
        """Whether a hold on certificates of ``sign`` or ``auth`` is ever lifted (parameter ``hold_release``)."""
        return self.hold_release in ("all", f"{authority}_only")

    def of_person(self, person: str) -> Iterator[CertificateRow]:
        """All certificates that a person ever had, oldest first."""
        return (self._certificates[key] for key in self._of_person.get(person, ()))

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
        draft._certificates = ChainMap({}, self._certificates)
        draft._phones = ChainMap({}, self._phones)
        draft._cards = ChainMap({}, self._cards)
        draft._applications = ChainMap({}, self._applications)
        draft._of_person = ChainMap({}, self._of_person)
        draft._last_serial = ChainMap({}, self._last_serial)
        draft._hold_release = self._hold_release
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
        self._hold_release = Parameters.of_log(dict(event.parameters)).text("hold_release")

    def _authority(self, event: ev.AuthorityEstablished, at: datetime) -> None:
        self._count(event.authority.removesuffix("_responder"), event.serial)

    def _count(self, authority: str, serial: int) -> None:
        self._last_serial[authority] = max(self._last_serial.get(authority, 0), serial)

    # --------------------------------------------------------------------------------------------------- certificates

    def _issued(self, event: ev.CertificateIssued, at: datetime) -> None:
        key = CertificateKey(event.authority, event.serial)
        state = self._certificates[key].state if key in self._certificates else C.REQUESTED
        others_live = event.kind in PHONE_KINDS and any(
            other.device != event.device for other in self.live_on_phones(event.person)
        )
        to = after(CERTIFICATE_RULES, state, ev.CertificateIssued, others_live, subject=str(key))
        self._certificates[key] = CertificateRow(
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

    def _activated(self, event: ev.CertificateActivated, at: datetime) -> None:
        row = self.certificate(event.authority, event.serial)
        self._certificate(row, event, at, row.activates_at, at)

    def _expired(self, event: ev.CertificateExpired, at: datetime) -> None:
        row = self.certificate(event.authority, event.serial)
        self._certificate(row, event, at, row.not_after, at)

    def _suspended(self, event: ev.CertificateSuspended, at: datetime) -> None:
        self._certificate(self.certificate(event.authority, event.serial), event, at)

    def _resumed(self, event: ev.CertificateResumed, at: datetime) -> None:
        row = self.certificate(event.authority, event.serial)
        self._certificate(row, event, at, self.lifts_holds_of(event.authority), row.activates_at, at)

    def _revoked(self, event: ev.CertificateRevoked, at: datetime) -> None:
        row = self.certificate(event.authority, event.serial)
        self._certificate(row, event, at)
        if row.is_phone:
            self._ended(row, at)

    def _certificate(self, row: CertificateRow, event: ev.Event, at: datetime, *facts: object) -> None:
        to = after(CERTIFICATE_RULES, row.state, type(event), *facts, subject=str(row.key))
        if to is row.state:
            return  # A held certificate stays held, and held since then: its date does not move.
        reason, cause = getattr(event, "reason", ""), getattr(event, "cause", "")
        self._certificates[row.key] = replace(row, history=(*row.history, Past(at, to, reason, cause)))

    # --------------------------------------------------------------------------------------------------------- phones

    def _ended(self, row: CertificateRow, at: datetime) -> None:
        """A phone certificate was revoked: the phone hears of it if it holds it or waits for it."""
        phone = self._phones[row.device]
        if is_on_the_phone(row, phone) or is_applied_for(row, phone):
            self._step(phone, ev.CertificateRevoked, at, row, phone)

    def _acquired(self, event: ev.PhoneAcquired, at: datetime) -> None:
        state = self._phones[event.phone].state if event.phone in self._phones else P.UNKNOWN
        to = after(PHONE_RULES, state, ev.PhoneAcquired, subject=event.phone)
        self._phones[event.phone] = PhoneRow(
            event.phone, event.person, event.platform, event.model, event.os_version, to, at
        )

    def _applied(self, event: ev.ApplicationAccepted, at: datetime) -> None:
        former = self._applications.get(event.person)
        if former is not None and former.phone != event.phone:
            self._lapse(former, at)
        application = ApplicationRow(event.flow, event.phone, event.person, at, event.application_ref, event.issue_due)
        self._applications[event.person] = application
        row = self._step(self._phones[event.phone], ev.ApplicationAccepted, at)
        self._phones[event.phone] = replace(row, applicant=event.person, application=application)

    def _refused(self, event: ev.ApplicationRefused, at: datetime) -> None:
        under_way = self._phones[event.phone].application
        if under_way is not None and under_way.flow == event.flow:
            self._lapse(under_way, at)

    def _lapse(self, application: ApplicationRow, at: datetime) -> None:
        """An application that was accepted comes to nothing."""
        phone = self._phones[application.phone]
        if phone.application == application:
            self._step(phone, ApplicationLapsed, at)

    def _installed(self, event: ev.PassAdded | ev.CredentialInstalled, at: datetime) -> None:
        row = self._step(self._phones[event.phone], type(event), at)
        keys = CertificateKey("sign", event.sign_serial), CertificateKey("auth", event.auth_serial)
        self._phones[event.phone] = replace(row, holds=tuple(key for key in keys if key.serial))

    def _emptied(self, event: ev.PassDeleted | ev.PhoneErased | ev.ContentErased, at: datetime) -> None:
        row = self._step(self._phones[event.phone], type(event), at)
        self._phones[event.phone] = replace(row, holds=())

    def _used(self, event: ev.FactoryReset | ev.BackupRestored | ev.RevocationLearned, at: datetime) -> None:
        """What changes neither what is on the phone nor its application, but is lawful in some states only."""
        self._step(self._phones[event.phone], type(event), at)

    def _moved(self, event: Any, at: datetime) -> None:
        """What concerns the thing alone."""
        row = self._phones[event.phone]
        self._phones[event.phone] = replace(row, circumstances=row.circumstances.after(type(event), event.phone))

    def _step(self, phone: PhoneRow, on: type, at: datetime, *facts: object) -> PhoneRow:
        to = after(PHONE_RULES, phone.state, on, *facts, subject=phone.phone)
        row = replace(
            phone,
            state=to,
            since=phone.since if to is phone.state else at,
            application=phone.application if to in APPLIED else None,
            circumstances=phone.circumstances.after(on, phone.phone),
        )
        self._phones[phone.phone] = row
        return row

    # ---------------------------------------------------------------------------------------------------------- cards

    def _card_issued(self, event: ev.CardIssued, at: datetime) -> None:
        state = self._cards[event.card].state if event.card in self._cards else K.NOT_ISSUED
        to = after(CARD_RULES, state, ev.CardIssued, subject=event.card)
        self._cards[event.card] = CardRow(event.card, event.person, event.expires, to, at)

    def _card(self, event: _OfCard, at: datetime) -> None:
        row = self.card(event.card)
        to = after(CARD_RULES, row.state, type(event), row, at, subject=row.card)
        self._cards[row.card] = replace(row, state=to, since=at)

    def __repr__(self) -> str:
        return f"<Books: {len(self._certificates)} certificates, {len(self._phones)} phones, {len(self._cards)} cards>"


_OfCard = ev.CardSuspended | ev.CardResumed | ev.CardRevoked | ev.CardExpired

_FOLDS: dict[type[ev.Event], Callable[[Books, Any, datetime], None]] = {
    ev.LabStarted: Books._started,
    ev.AuthorityEstablished: Books._authority,
    ev.CertificateIssued: Books._issued,
    ev.CertificateActivated: Books._activated,
    ev.CertificateRevoked: Books._revoked,
    ev.CertificateSuspended: Books._suspended,
    ev.CertificateResumed: Books._resumed,
    ev.CertificateExpired: Books._expired,
    ev.PhoneAcquired: Books._acquired,
    ev.ApplicationAccepted: Books._applied,
    ev.ApplicationRefused: Books._refused,
    ev.PassAdded: Books._installed,
    ev.CredentialInstalled: Books._installed,
    ev.PassDeleted: Books._emptied,
    ev.PhoneErased: Books._emptied,
    ev.ContentErased: Books._emptied,
    ev.FactoryReset: Books._used,
    ev.BackupRestored: Books._used,
    ev.RevocationLearned: Books._used,
    **dict.fromkeys(OF_THE_THING, Books._moved),
    ev.CardIssued: Books._card_issued,
    ev.CardSuspended: Books._card,
    ev.CardResumed: Books._card,
    ev.CardRevoked: Books._card,
    ev.CardExpired: Books._card,
}
