"""What may be asked of the books: each table, each thing by name, and its state at any instant."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import datetime
from types import MappingProxyType

from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.ground.arguments import only_text, shown
from myna_lab.ground.durations import at as instant
from myna_lab.jlis.books.annals import Annals, Dated
from myna_lab.jlis.books.cards import CardRow, CardState
from myna_lab.jlis.books.certificates import LIVE, CertificateKey, CertificateRow, Past
from myna_lab.jlis.books.people import PersonRow, PersonState
from myna_lab.jlis.books.phones import ApplicationRow, PhoneRow, PhoneState
from myna_lab.parameters import Parameters

__all__ = ["Answering"]


@functools.cache
def _hold_release() -> str:
    return Parameters().text("hold_release")


def _asked(what: str, name: str, at: str | datetime | None) -> tuple[str, datetime | None]:
    """A name and an instant, as an annal is asked for them."""
    return only_text(what, name, "card-1"), None if at is None else instant(at)


class Answering:
    """The tables of the books, to read."""

    __slots__ = (
        "_applications",
        "_cards",
        "_cards_of",
        "_certificates",
        "_hold_release",
        "_last_serial",
        "_of_person",
        "_people",
        "_phones",
        "_prepared",
        "_reissues",
    )

    def __init__(self) -> None:
        self._certificates: MutableMapping[CertificateKey, CertificateRow] = {}
        self._phones: Annals[PhoneRow] = Annals()
        self._cards: Annals[CardRow] = Annals()
        self._cards_of: MutableMapping[str, tuple[str, ...]] = {}
        self._people: Annals[PersonRow] = Annals()
        self._reissues: MutableMapping[str, datetime | None] = {}
        self._prepared: MutableMapping[tuple[str, str], datetime | None] = {}
        self._applications: MutableMapping[str, ApplicationRow] = {}
        self._hold_release = _hold_release()
        self._of_person: MutableMapping[str, tuple[CertificateKey, ...]] = {}
        self._last_serial: MutableMapping[str, int] = {}

    @property
    def certificates(self) -> Mapping[CertificateKey, CertificateRow]:
        """Every certificate, the oldest first."""
        return MappingProxyType(self._certificates)

    @property
    def phones(self) -> Mapping[str, PhoneRow]:
        """Every phone by name."""
        return self._phones.view

    @property
    def cards(self) -> Mapping[str, CardRow]:
        """Every plastic card by name."""
        return self._cards.view

    @property
    def people(self) -> Mapping[str, PersonRow]:
        """Every person by identifier."""
        return self._people.view

    @property
    def applications(self) -> Mapping[str, ApplicationRow]:
        """The newest application of each person."""
        return MappingProxyType(self._applications)

    def reissue_due(self, person: str) -> datetime | None:
        """When the card that a person has applied for is handed over; None: she waits for none."""
        return self._reissues.get(person)

    def prepared_until(self, chip: str, reference: str) -> datetime | None:
        """Until when a kiosk resets a PIN of a card that the app has registered; None: none is registered."""
        return self._prepared.get((chip, reference))

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

    def cards_of(self, person: str) -> tuple[CardRow, ...]:
        """Every plastic card of a person, the oldest first."""
        return tuple(self._cards[card] for card in self._cards_of.get(person, ()))

    def card_state(self, card: str, at: str | datetime | None = None) -> CardState:
        """Where a plastic card stood at an instant (default: its newest state); before its issue: NOT_ISSUED."""
        row = self._cards.row(*_asked("a card", card, at))
        return CardState.NOT_ISSUED if row is None else row.state

    def phone_state(self, phone: str, at: str | datetime | None = None) -> PhoneState:
        """Where a phone stood at an instant (default: its newest state); before it was bought: UNKNOWN."""
        row = self._phones.row(*_asked("a phone", phone, at))
        return PhoneState.UNKNOWN if row is None else row.state

    def person_state(self, person: str, at: str | datetime | None = None) -> PersonState:
        """Where a person stood at an instant (default: the newest state); before the registration: UNKNOWN."""
        row = self._people.row(*_asked("a person", person, at))
        return PersonState.UNKNOWN if row is None else row.state

    def person(self, person: str, at: str | datetime | None = None) -> PersonRow:
        """The row of a person, as it is now or was at an instant.

        Raises:
            MisuseError: nobody was registered by that identifier by then.
        """
        row = self._people.row(*_asked("a person", person, at))
        if row is None:
            raise MisuseError(f"the register has nobody called {shown(person)} at that time.", code="unknown_person")
        return row

    def past_of_person(self, person: str) -> tuple[Dated[PersonRow], ...]:
        """Every entry of the register about a person, the oldest first."""
        return self._people.past(person)

    def restated_since(self, person: str, since: datetime) -> datetime | None:
        """When her name or address first changed after an instant; None: what was stated then is still so."""
        changes = (dated.at for dated in self._people.past(person) if dated.row.what in ("address", "name", "alias"))
        return next((change for change in changes if change > since), None)

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
