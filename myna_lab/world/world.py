"""A simulated Japan: its books, its people's things, its publisher, and what falls due, under one clock.

log -> folds (books, things, agenda) -> what devices, services and J-LIS ask for
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Unpack

from myna_lab import events as ev
from myna_lab.devices.card import Behaviour, CardContents, Chip
from myna_lab.devices.phone import STRANGERS, PhoneModel, Platform, checked_model, version_of
from myna_lab.devices.phone.identities import refuse_unusable
from myna_lab.errors import MisuseError, Refused
from myna_lab.events import Entry
from myna_lab.ground.arguments import one_of, only_bool, only_text, shown
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import ENTERED, Books
from myna_lab.jlis.office import Application, Office
from myna_lab.jlis.office.hours import maintenance_until
from myna_lab.jlis.publishing.revocation import Revocation
from myna_lab.jlis.register import Register
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Memory
from myna_lab.residents import Attributes, draw
from myna_lab.world.agenda import LEADING, Agenda
from myna_lab.world.due import Known, decisions
from myna_lab.world.engine import Engine
from myna_lab.world.erasing import closed
from myna_lab.world.file.journal import Journal
from myna_lab.world.key_numbers import RESERVED
from myna_lab.world.status_access import NOTED, StatusAccess
from myna_lab.world.things import Things

__all__ = ["World"]

_USUAL: Mapping[Platform, tuple[str, str]] = {"iphone": ("iPhone 15", "18.5"), "android": ("Pixel 8", "15")}
"""Model and system of a phone that serves."""


_SOURCES = ("ocsp", "crl", "status_list")
"""What J-LIS publishes about revocations: of certificates, and of attribute records."""


class World(Engine):
    """Everything behind a lab, without its handles and services.

    It is the world around each set-up (:class:`myna_lab.provisioning.Surroundings`).
    """

    def _set_up(self, journal: Journal, seed: int, parameters: Parameters, begins: datetime) -> None:
        super()._set_up(journal, seed, parameters, begins)
        self._behaviour = Behaviour.of(parameters)
        self.books = Books()
        self.people = Register(self.books, journal)
        self.things = Things(
            vault=journal, make_chip=self._make_chip, parameters=parameters, seed=seed, register=self.people
        )
        self.agenda = Agenda(parameters)
        self.status_access = StatusAccess()
        self.log.follow(self.books, ENTERED)
        self.log.follow(self.things)
        self.log.follow(self.agenda, LEADING)
        self.log.follow(self.status_access, NOTED)
        self._known = Known(self.books, self.things, lambda: self.office, journal, parameters, Chance(seed))
        self.revocation = Revocation(self.books, self.things, parameters, self.log)

    def _trial(self, entries: Sequence[Entry]) -> None:
        self.things.trial(entries)
        self.books.trial(entries)

    def _admit(self, event: ev.Event) -> None:
        self.things.admit(event)

    def _settle(self, until: datetime) -> None:
        for due in self.agenda.due(until):
            when = max(due.at, self.now)
            for decision in decisions(due, self._known, when):
                self.log.append(decision, at=when)

    def _part(self) -> None:
        open_on = [flow.phone for flow in self.things.flows.values() if flow.is_open]
        if events := [event for phone in open_on for event in closed(phone, self.things, "a copy of the lab was made")]:
            self.record(events)

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

    @property
    def office(self) -> Office:
        """J-LIS and the municipal windows as they are now; they decide, :meth:`record` makes it so."""
        return Office(self.books, self.people.resident, self.things.authorities, self.parameters, RESERVED)

    # ------------------------------------------------------------------------------------------------- revocation data

    @property
    def unreachable(self) -> frozenset[str]:
        """Sources of revocation data that nobody reaches now: all during maintenance, and those of an outage."""
        is_closed = maintenance_until(self.now, self.parameters) is not None
        return frozenset(_SOURCES) if is_closed else self.status_access.stopped

    def outage(self, *sources: str) -> None:
        """Cut off sources of revocation data, and restore the others: ``outage("ocsp")``; ``outage()`` ends it.

        Raises:
            MisuseError: no such source.
        """
        for source in sources:
            one_of("a source of revocation data", source, _SOURCES, code="unknown_source")
        with self.lock:
            before = self.status_access.stopped
            events = [ev.SourceStopped(source) for source in sorted({*sources} - before)]
            self.record([*events, *(ev.SourceRestored(source) for source in sorted(before - {*sources}))])

    # ------------------------------------------------------------------------------------------------------- things

    def owns(self, device: object) -> bool:
        """Whether a chip, or a phone or its handle, is one of this world's, and not of another."""
        if isinstance(device, Chip):
            return self.things.chip(device.name) is device
        if isinstance(device, PhoneModel):
            return self.things.phones.get(device.name) is device
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

    def register(self, **attributes: Unpack[Attributes]) -> str:
        """Register a resident and issue her card; see :meth:`myna_lab.lab.Lab.resident`.

        Returns:
            Her identifier.
        """
        with self.lock:
            person, card = self.things.new_name("person"), self.things.new_name("card")
            own = self.chance(f"resident/{person}")
            drawn = draw(person, own, on=self.now, parameters=self.parameters, **attributes)
            one, two, three, four = self.new_keys(4)
            decision = self.office.issue_card(
                drawn, card=card, keys=(one, two, three, four), chance=self.chance(f"card/{card}"), at=self.now
            )
            self.record(decision.events, decision.secrets)
        return person

    def acquire(
        self,
        person: str,
        platform: Platform,
        *,
        model: str = "",
        os_version: str = "",
        biometrics: bool = True,
        two_factor: bool = True,
    ) -> str:
        """Buy a phone for somebody; see :meth:`myna_lab.lab.Lab.iphone`.

        Returns:
            The phone's identifier.

        Raises:
            Refused: code ``deceased``.
        """
        usual = _USUAL[platform]
        only_bool(biometrics=biometrics, two_factor=two_factor)
        model, os_version = (
            default if isinstance(said, str) and not said else said
            for said, default in zip((model, os_version), usual, strict=True)
        )
        only_text("a model", model, usual[0])
        if platform == "iphone":
            model = checked_model(model)
        elif "iphone" in model.casefold():
            raise MisuseError(f"an Android phone is no iPhone; got {shown(model)}.", code="unknown_model")
        version_of(os_version)
        with self.lock:
            self.refuse_dead(person)
            phone = self.things.new_name(platform)
            self.record([ev.PhoneAcquired(phone, person, platform, model, os_version, biometrics, two_factor)])
        return phone

    def refuse_dead(self, person: str) -> None:
        """Whether somebody can do anything at all.

        Raises:
            Refused: code ``deceased``: the register has a death.
        """
        if not self.people.is_alive(person):
            raise Refused(f"the register has the death of {person}.", code="deceased")

    def refuse_stranger(self, phone: str) -> None:
        """Whether who has a phone can use it, and has a plastic card to hold to it.

        Raises:
            Refused: code ``in_strange_hands``, or as :func:`~myna_lab.devices.phone.identities.refuse_unusable`.
        """
        refuse_unusable(self.phone(phone))
        if (stranger := self.phone(phone).in_hands_of) in STRANGERS:
            raise Refused(
                f"a {stranger} has {phone}, and no card of this lab to hold to it; hand it to a resident.",
                code="in_strange_hands",
            )

    # ------------------------------------------------------------------------------------------------------- set-ups

    def begin_set_up(self, phone: str, former: str = "") -> str:
        """Open the app on a phone; what was half-done on it is given up.

        Args:
            phone: which.
            former: the Android phone from which an Android takes over; empty: from none.

        Returns:
            The set-up's identifier.

        Raises:
            Refused: as :meth:`refuse_stranger`.
        """
        with self.lock:
            self.refuse_stranger(phone)
            flow = self.things.new_name("flow")
            begun: list[ev.Event] = [ev.ApplicationStarted(flow, phone)]
            if former:
                begun.append(ev.TakeOverChosen(flow, phone, former))
            self.record([*closed(phone, self.things, "a new set-up began"), *begun])
            return flow

    def is_open(self, flow: str) -> bool:
        """Whether this set-up is still the one that its phone shows."""
        return self.things.flows[flow].is_open

    def wait_until(self, instant: datetime) -> None:
        """Let time pass; at once if the instant is over."""
        if instant > self.now:
            self.advance_to(instant)

    def submit(self, application: Application) -> None:
        """Send an application to J-LIS, which decides at once; its answer is recorded.

        Raises:
            RegistrationRefused: J-LIS says no.
        """
        with self.lock:
            chance = self.chance(f"issue/{application.stated('flow')}")
            decision = self.office.apply(application, chance=chance, at=self.now)
            self.record(decision.events, decision.secrets)

    def issue_due(self, flow: str) -> datetime:
        """When J-LIS issues the certificates of this set-up's application.

        Raises:
            RegistrationRefused: a later application won.
        """
        return self.office.application_of(flow).issue_due

    def confirm(self, flow: str) -> None:
        """Ask J-LIS whether this set-up's certificates may be installed.

        Raises:
            RegistrationRefused: a later application won, or they are not issued.
        """
        self.office.confirm(flow)

    def issued_serials(self, flow: str) -> tuple[int, int]:
        """Serial numbers of the signing and the user-authentication certificate that this set-up was issued."""
        sign, auth = self.office.confirm(flow)
        return sign.key.serial, auth.key.serial

    def __repr__(self) -> str:
        return f"<World TEST seed={self.seed}, {self.things!r}>"
