"""The one fold that fills the books."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from myna_lab import events as ev
from myna_lab.events import Entry
from myna_lab.jlis.books.annals import Overlays
from myna_lab.jlis.books.answering import Answering
from myna_lab.jlis.books.cards import CARD_RULES, CardRow, CardState
from myna_lab.jlis.books.certificates import (
    CERTIFICATE_RULES,
    PHONE_KINDS,
    CertificateKey,
    CertificateRow,
    CertificateState,
    Past,
    revocable,
)
from myna_lab.jlis.books.circumstances import OF_THE_THING
from myna_lab.jlis.books.people import PERSON_RULES, PersonRow, PersonState
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
from myna_lab.texts import counted

__all__ = ["ENTERED", "Books"]

C, K, P, R = CertificateState, CardState, PhoneState, PersonState


class Books(Answering):
    """Certificates, phones, cards and people, folded from the log: who asks may read; only events change them."""

    __slots__ = ("_overlays", "_tried")

    def __init__(self) -> None:
        super().__init__()
        self._overlays = Overlays()
        self._tried: Books | None = None
        """The draft of all trials: to make one costs more than most of them."""

    # ----------------------------------------------------------------------------------------------------------- fold

    def draft(self) -> Books:
        """A copy on which a batch is tried; what it writes does not reach these books."""
        draft = Books()
        over = draft._overlays.over
        draft._certificates = over(self._certificates)
        draft._phones = self._phones.draft(draft._overlays)
        draft._cards = self._cards.draft(draft._overlays)
        draft._cards_of = over(self._cards_of)
        draft._people = self._people.draft(draft._overlays)
        draft._reissues = over(self._reissues)
        draft._prepared = over(self._prepared)
        draft._applications = over(self._applications)
        draft._of_person = over(self._of_person)
        draft._last_serial = over(self._last_serial)
        draft._hold_release = self._hold_release
        return draft

    def trial(self, entries: Sequence[Entry]) -> None:
        """Try a batch on a draft.

        Raises:
            IllegalTransition: an event is not lawful; these books are as they were.
        """
        if any(type(entry.event) in _FOLDS for entry in entries):
            if self._tried is None:
                self._tried = self.draft()
            self._tried._overlays.clear()
            self._tried._hold_release = self._hold_release
            for entry in entries:
                self._tried.evolve(entry)

    def evolve(self, entry: Entry) -> None:
        """Take one entry in; entries that do not concern the books pass by."""
        fold = _FOLDS.get(type(entry.event))
        if fold is not None:
            fold(self, entry.event, entry.at)

    def _started(self, event: ev.LabStarted, at: datetime) -> None:
        own = {name: text for name, text in event.parameters if name == "hold_release"}
        self._hold_release = Parameters.of_log(own).text("hold_release")

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
        to = after(CERTIFICATE_RULES, state, ev.CertificateIssued, others_live, subject=key)
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
        to = after(CERTIFICATE_RULES, row.state, type(event), *facts, subject=row.key)
        if to is row.state:
            return  # A held certificate stays held, and held since then: its date does not move.
        reason, cause = getattr(event, "reason", ""), getattr(event, "cause", "")
        self._certificates[row.key] = row.stepped(Past(at, to, reason, cause))

    # --------------------------------------------------------------------------------------------------------- phones

    def _ended(self, row: CertificateRow, at: datetime) -> None:
        """A phone certificate was revoked: the phone hears of it if it holds it or waits for it."""
        phone = self._phones[row.device]
        if is_on_the_phone(row, phone) or is_applied_for(row, phone):
            self._step(phone, ev.CertificateRevoked, at, row, phone)

    def _acquired(self, event: ev.PhoneAcquired, at: datetime) -> None:
        state = self._phones[event.phone].state if event.phone in self._phones else P.UNKNOWN
        to = after(PHONE_RULES, state, ev.PhoneAcquired, subject=event.phone)
        row = PhoneRow(event.phone, event.person, event.platform, event.model, event.os_version, to, at)
        self._phones.put(event.phone, at, row)

    def _applied(self, event: ev.ApplicationAccepted, at: datetime) -> None:
        former = self._applications.get(event.person)
        if former is not None and former.phone != event.phone:
            self._lapse(former, at)
        application = ApplicationRow(event.flow, event.phone, event.person, at, event.application_ref, event.issue_due)
        self._applications[event.person] = application
        row = self._step(self._phones[event.phone], ev.ApplicationAccepted, at)
        self._phones.put(event.phone, at, replace(row, applicant=event.person, application=application))

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
        self._phones.put(event.phone, at, replace(row, holds=tuple(key for key in keys if key.serial)))

    def _emptied(self, event: ev.PassDeleted | ev.PhoneErased | ev.ContentErased, at: datetime) -> None:
        row = self._step(self._phones[event.phone], type(event), at)
        self._phones.put(event.phone, at, replace(row, holds=()))

    def _used(self, event: ev.FactoryReset | ev.BackupRestored | ev.RevocationLearned, at: datetime) -> None:
        """What changes neither what is on the phone nor its application, but is lawful in some states only."""
        self._step(self._phones[event.phone], type(event), at)

    def _of_the_thing(self, event: Any, at: datetime) -> None:
        """What concerns the thing alone."""
        row = self._phones[event.phone]
        row = replace(row, circumstances=row.circumstances.after(type(event), event.phone))
        self._phones.put(event.phone, at, row)

    def _step(self, phone: PhoneRow, on: type, at: datetime, *facts: object) -> PhoneRow:
        to = after(PHONE_RULES, phone.state, on, *facts, subject=phone.phone)
        row = replace(
            phone,
            state=to,
            since=phone.since if to is phone.state else at,
            application=phone.application if to in APPLIED else None,
            circumstances=phone.circumstances.after(on, phone.phone),
        )
        self._phones.put(phone.phone, at, row)
        return row

    # ---------------------------------------------------------------------------------------------------------- cards

    def _card_issued(self, event: ev.CardIssued, at: datetime) -> None:
        state = self._cards[event.card].state if event.card in self._cards else K.NOT_ISSUED
        to = after(CARD_RULES, state, ev.CardIssued, subject=event.card)
        self._cards.put(event.card, at, CardRow(event.card, event.person, event.expires, to, at, at, event.keys))
        self._cards_of[event.person] = (*self._cards_of.get(event.person, ()), event.card)
        self._reissues[event.person] = None
        if event.resident_ref:
            self._entered(self._people[event.person], at, "card", resident_ref=event.resident_ref)

    def _rewritten(self, event: ev.CardRewritten, at: datetime) -> None:
        row = self.card(event.chip)
        after(CARD_RULES, row.state, ev.CardRewritten, row, at, subject=row.card)
        self._cards.put(row.card, at, replace(row, keys=event.keys, n_written=row.n_written + 1))

    def _reissue(self, event: ev.ReissueAccepted, at: datetime) -> None:
        self.card(event.card)
        self._reissues[event.person] = event.due

    def _prepare(self, event: ev.PinResetPrepared, at: datetime) -> None:
        self._prepared[event.chip, event.reference] = event.until

    def _unblocked(self, event: ev.ReferenceDataUnblocked, at: datetime) -> None:
        if (event.chip, event.reference) in self._prepared:  # once used, at a kiosk or elsewhere
            self._prepared[event.chip, event.reference] = None

    def _card(self, event: _OfCard, at: datetime) -> None:
        row = self.card(event.card)
        to = after(CARD_RULES, row.state, type(event), row, at, subject=row.card)
        self._cards.put(row.card, at, replace(row, state=to, since=at))

    # --------------------------------------------------------------------------------------------------------- people

    def _registered(self, event: ev.ResidentRegistered, at: datetime) -> None:
        to = after(PERSON_RULES, self.person_state(event.person), ev.ResidentRegistered, subject=event.person)
        self._people.put(event.person, at, PersonRow(event.person, to, at, event.resident_ref, "registered"))

    def _moved(self, event: ev.ResidentMoved, at: datetime) -> None:
        self._restated(event, at, "address")

    def _renamed(self, event: ev.ResidentRenamed, at: datetime) -> None:
        self._restated(event, at, event.what)

    def _restated(self, event: ev.ResidentMoved | ev.ResidentRenamed, at: datetime, what: str) -> None:
        rows = [row for row in self.of_person(event.person) if row.key.authority == "sign" and revocable(row)]
        ref, keys = event.resident_ref, tuple(row.key for row in rows)
        self._changed(event, at, what, resident_ref=ref, changed_by=ref, lapsing=keys)

    def _moving(self, event: ev.MovingOutNotified, at: datetime) -> None:
        self._changed(event, at, "moving_out")

    def _died(self, event: ev.ResidentDied, at: datetime) -> None:
        self._changed(event, at, "death")

    def _changed(self, event: _OfPerson, at: datetime, what: str, **to: Any) -> None:
        row = self.person(event.person)
        state = after(PERSON_RULES, row.state, type(event), subject=row.person)
        if state is not row.state:
            to |= {"state": state, "since": at}
        self._entered(row, at, what, **to)

    def _entered(self, row: PersonRow, at: datetime, what: str, **to: Any) -> None:
        self._people.put(row.person, at, replace(row, what=what, n_entries=row.n_entries + 1, **to))

    def __repr__(self) -> str:
        counts = ((self._certificates, "certificate"), (self._phones, "phone"), (self._cards, "card"))
        return f"<Books: {', '.join(counted(len(those), word, f'{word}s') for those, word in counts)}>"


_OfPerson = ev.ResidentMoved | ev.ResidentRenamed | ev.MovingOutNotified | ev.ResidentDied
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
    **dict.fromkeys(OF_THE_THING, Books._of_the_thing),
    ev.CardIssued: Books._card_issued,
    ev.CardRewritten: Books._rewritten,
    ev.ReissueAccepted: Books._reissue,
    ev.PinResetPrepared: Books._prepare,
    ev.ReferenceDataUnblocked: Books._unblocked,
    ev.CardSuspended: Books._card,
    ev.CardResumed: Books._card,
    ev.CardRevoked: Books._card,
    ev.CardExpired: Books._card,
    ev.ResidentRegistered: Books._registered,
    ev.ResidentMoved: Books._moved,
    ev.ResidentRenamed: Books._renamed,
    ev.MovingOutNotified: Books._moving,
    ev.ResidentDied: Books._died,
}

ENTERED: Collection[type[ev.Event]] = _FOLDS.keys()
"""Kinds of events that concern the books."""
