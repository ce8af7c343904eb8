"""A simulated Japan: its books, its people's things, its publisher, and what falls due, under one clock.

log -> folds (books, things, agenda) -> what devices, services and J-LIS ask for
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab import events as ev
from myna_lab.devices.card import Behaviour, CardContents, Chip
from myna_lab.devices.phone import PhoneModel
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.events import Entry
from myna_lab.ground.arguments import shown
from myna_lab.ground.chance import Chance
from myna_lab.jlis import office as registry
from myna_lab.jlis.books import Books
from myna_lab.jlis.publishing.revocation import Revocation
from myna_lab.keys import elliptic_key, rsa_key
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Memory
from myna_lab.world.agenda import Agenda
from myna_lab.world.due import Known, decide
from myna_lab.world.engine import Engine
from myna_lab.world.file.journal import Journal
from myna_lab.world.things import Things

__all__ = ["World"]


class World(Engine):
    """Everything behind a lab, without its handles and services.

    It is the world around each set-up (:class:`myna_lab.provisioning.Surroundings`).
    """

    def _set_up(self, journal: Journal, seed: int, parameters: Parameters, begins: datetime) -> None:
        super()._set_up(journal, seed, parameters, begins)
        self._behaviour = Behaviour.of(parameters)
        self.books = Books()
        self.things = Things(vault=journal, make_chip=self._make_chip, parameters=parameters, seed=seed)
        self.agenda = Agenda(parameters.duration("authority_interval"))
        for fold in (self.books, self.things, self.agenda):
            self.log.follow(fold)
        self._known = Known(self.books, self.things, journal, parameters, Chance(seed))
        self.revocation = Revocation(
            books=self.books,
            generations=lambda: self.things.generations,
            partition=self.things.partition,
            parameters=parameters,
            now=lambda: self.now,
            lock=lambda: self.log.lock,
        )

    def _trial(self, entries: Sequence[Entry]) -> None:
        self.things.trial(entries)
        self.books.trial(entries)

    def _admit(self, event: ev.Event) -> None:
        self.things.admit(event)

    def _settle(self, until: datetime) -> None:
        for due in self.agenda.due(until):
            when = max(due.at, self.now)
            decision = decide(due, self._known, when)
            if decision.events:
                self.log.append(decision, at=when)

    def _make_chip(self, name: str, contents: CardContents) -> Chip:
        return Chip(
            name,
            contents,
            key=rsa_key,
            record=self._record_chip,
            lock=self.log.lock,
            secret=self.journal.get,
            atr=bytes.fromhex(self.parameters.text("atr")),
            behaviour=self._behaviour,
            chance=self.chance(f"challenge/{name}"),
        )

    def _record_chip(self, event: ev.Event, secrets: Mapping[str, bytes]) -> None:
        self.record([event], secrets)

    # ------------------------------------------------------------------------------------------------------- things

    def owns(self, device: object) -> bool:
        """Whether a chip, or the handle of a phone, is one of this world's, and not of another."""
        if isinstance(device, Chip):
            return self.things.chip(device.name) is device
        world = getattr(device, "world", None)
        if not isinstance(world, World):
            raise MisuseError(f"a chip or a phone is owned; got {shown(device)}.", code="no_device")
        return world is self

    def phone(self, phone: str) -> PhoneModel:
        """A phone from inside."""
        return self.things.phones[phone]

    def card(self, person: str) -> Chip:
        """Somebody's newest plastic card."""
        return self.things.cards[self.things.card_of[person]]

    def memory(self, person: str) -> Memory:
        """What somebody remembers."""
        return self.things.memory(person)

    def new_keys(self, n: int) -> Sequence[int]:
        """Numbers of the next unused RSA keys."""
        return self.things.new_keys(n)

    # ------------------------------------------------------------------------------------------------------- set-ups

    def is_open(self, flow: str) -> bool:
        """Whether this set-up is still the one that its phone shows."""
        return self.things.flows[flow].is_open

    def wait_until(self, instant: datetime) -> None:
        """Let time pass; at once if the instant is over."""
        if instant > self.now:
            self.advance_to(instant)

    def device_key(self, flow: str) -> EllipticCurvePrivateKey:
        """The key of the attribute record that this set-up makes."""
        return elliptic_key(self.chance(f"device_key/{flow}"))

    def submit(self, application: registry.Application) -> None:
        """Send an application to J-LIS, which decides at once; its answer is recorded.

        Raises:
            RegistrationRefused: J-LIS says no.
        """
        with self.lock:
            decision = registry.apply(
                application,
                books=self.books,
                resident=self.things.resident,
                authorities=self.things.authorities,
                chance=self.chance(f"issue/{application.stated('flow')}"),
                at=self.now,
                parameters=self.parameters,
            )
            self.record(decision.events, decision.secrets)

    def issue_due(self, flow: str) -> datetime:
        """When J-LIS issues the certificates of this set-up's application.

        Raises:
            RegistrationRefused: a later application won.
        """
        for row in self.books.applications.values():
            if row.flow == flow:
                return row.issue_due
        raise RegistrationRefused("a later application was made for this person; it wins.", code="superseded")

    def confirm(self, flow: str) -> None:
        """Ask J-LIS whether this set-up's certificates may be installed.

        Raises:
            RegistrationRefused: a later application won, or they are not issued.
        """
        registry.confirm(self.books, flow=flow)

    def issued_serials(self, flow: str) -> tuple[int, int]:
        """Serial numbers of the signing and the user-authentication certificate that this set-up was issued."""
        sign, auth = registry.confirm(self.books, flow=flow)
        return sign.key.serial, auth.key.serial

    def __repr__(self) -> str:
        return f"<World TEST seed={self.seed}, {self.things!r}>"
