"""What services have of their world: its time, its published revocation data, and the devices of its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.devices.in_hand import CardInHand, PhoneInHand
from myna_lab.devices.phone import PhoneModel
from myna_lab.devices.phone.presenting import Trusted, Wallet
from myna_lab.devices.phone.secure_element import SecureElement
from myna_lab.errors import MalformedCertificate, MisuseError, RegistrationRefused
from myna_lab.events import Verdict, VerdictGiven
from myna_lab.formats import mdoc
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.mdoc.request import Reader
from myna_lab.ground.arguments import only_bool, only_secret
from myna_lab.ground.durations import end_of_day
from myna_lab.jlis.books import PersonState
from myna_lab.jlis.office.licences import licence_of
from myna_lab.keys import elliptic_key
from myna_lab.relying_parties import (
    Authenticator,
    ContactlessDevice,
    Crl,
    Named,
    Ocsp,
    Presenter,
    Printed,
    Signer,
    StatusSource,
)
from myna_lab.world.establish import reader_of
from myna_lab.world.world import World

__all__ = ["WorldOutside"]


class WorldOutside:
    """Fulfils :class:`myna_lab.relying_parties.Outside`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.parameters = world.parameters
        self._readers: dict[tuple[str, int], Reader] = {}

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self._world.now

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The log's lock."""
        return self._world.lock

    @property
    def anchors(self) -> Sequence[bytes]:
        """Certificates of all authorities."""
        return self._world.revocation.anchors

    def sources(self, at: datetime | None = None) -> Mapping[str, StatusSource]:
        """What J-LIS publishes, or published then; now nothing during maintenance and outages."""
        published = self._world.revocation
        out = self._world.unreachable if at is None else ()
        return {
            "ocsp": Ocsp(_nothing if "ocsp" in out else partial(published.ocsp, at=at)),
            "crl": Crl(_nothing if "crl" in out else partial(published.list_for, at=at)),
        }

    def fetched(self, service: str, usage: str, certificate: bytes) -> datetime | None:
        """As its verdicts say."""
        try:
            serial = read_certificate(certificate).serial_number
        except MalformedCertificate:
            return None
        return self._world.status_access.fetched(service, usage, serial)

    def latest_information(self, certificate: bytes) -> Mapping[str, str] | None:
        """As J-LIS answers; both its answer and its refusal are recorded."""
        world = self._world
        try:
            asked = world.office.signing_certificate(certificate)
        except RegistrationRefused:
            return None
        try:
            decision, given = world.office.latest_information(asked, at=world.now)
        except RegistrationRefused as refused:
            world.record([ev.RequestRefused("records", "latest", asked.person, refused.code)])
            return None
        world.record(decision.events)
        return {
            "common_name": given.name,
            "address": given.address,
            "date_of_birth": given.born,
            "gender": given.sex,
        }

    def unregistered(self, certificate: bytes) -> str:
        """As the register has the holder."""
        rows = self._world.books.certificates.values()
        row = next((row for row in rows if row.der == certificate), None)
        return "between_towns" if row is None else _UNREGISTERED.get(self._world.books.person(row.person).state, "")

    def challenge(self) -> bytes:
        """Drawn by the place that the next entry has in the log."""
        return self._world.chance(f"challenge/{len(self._world.log) + 1}").bytes(32)

    def record(self, verdict: Verdict, device: str) -> None:
        """Append the verdict to the log."""
        self._world.record([VerdictGiven(verdict.service, device, verdict)])

    def authenticator(
        self, device: Named, pin: str | None, *, other_face: bool, near_by: bool = False
    ) -> Authenticator:
        """A card always with its PIN; a phone with its own, or with a face or finger."""
        only_bool(other_face=other_face)
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own, _typed("a card", "pin", pin))
        typed = None if pin is None else _typed("a PIN for a phone", "pin", pin)
        if own is not None:
            return PhoneInHand(own, typed, other_face=other_face, near_by=near_by)
        if isinstance(device, Authenticator):
            return device
        raise _no_device(device)

    def signer(self, device: Named, password: str | None) -> Signer:
        """Card and phone always with a signing password."""
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own, _typed("a card", "password", password))
        if own is not None:
            return PhoneInHand(own, _typed("a phone, to sign,", "password", password))
        if isinstance(device, Signer):
            return device
        raise _no_device(device)

    def contactless(self, device: Named) -> ContactlessDevice:
        """Nothing is typed on the device: its holder answers the reader."""
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own)
        if own is not None:
            return PhoneInHand(own)
        if isinstance(device, ContactlessDevice):
            return device
        raise _no_device(device)

    def presenter(self, device: Named, *, other_face: bool, doc_type: str = mdoc.DOC_TYPE) -> Presenter:
        """A phone's wallet, with the record that came with its card; or, in a what-if, with a driving licence."""
        only_bool(other_face=other_face)
        own = self._own(device)
        if isinstance(own, PhoneModel):
            key, held = own.device_key(), own.installed
            if doc_type != mdoc.LICENCE:
                record = own.record()
            else:
                record = b"" if held is None or key is None else self._licence(held, own.person, key)
            own_key = self._world.chance(f"session/{len(self._world.log) + 1}/phone")
            return Wallet(own, record, key, elliptic_key(own_key), self.trusted, other_face=other_face)
        if own is None and isinstance(device, Presenter):
            return device
        raise _no_device(device)

    def _licence(self, held: SecureElement, person: str, key: EllipticCurvePrivateKey) -> bytes:
        """The driving licence of who has one on her card, as if the wallet held it, too; else empty."""
        world, resident = self._world, self._world.things.resident(person)
        if not resident.licence:
            return b""
        first = world.books.cards_of(person)[0]
        drawn = licence_of(resident, world.chance(f"card/{first.card}").child("licence"), on=first.issued_at.date())
        issuer = world.things.authorities.mdoc
        # Signed anew by each generation of the issuer, while the licence lasts.
        signed_at = max(held.added_at, read_certificate(issuer.signer_certificate).not_valid_before_utc)
        if signed_at >= end_of_day(drawn.expires):
            return b""
        return mdoc.issue_licence(
            drawn.expires,
            issuer=issuer,
            device_key=key.public_key(),
            chance=world.chance(f"licence/{held.flow}"),
            signed_at=signed_at,
            parameters=world.parameters,
        )

    @property
    def trusted(self) -> Trusted:
        """Wallets know readers that are certified below the roots of records."""
        return Trusted(self.record_anchors, self.now)

    def reader(self, service: str) -> Reader:
        """Drawn by name; certified by the newest root, from its beginning."""
        world = self._world
        root = world.log.about("mdoc")[-1].event
        assert isinstance(root, ev.AuthorityEstablished), "the name stands in nothing else"
        place = (service, root.serial)
        if place not in self._readers:
            self._readers[place] = reader_of(service, world.seed, root, world.parameters)
        return self._readers[place]

    def session_key(self) -> EllipticCurvePrivateKey:
        """Drawn by the place that the next entry has in the log."""
        return elliptic_key(self._world.chance(f"session/{len(self._world.log) + 1}/reader"))

    def status_list(self, uri: str, at: datetime | None = None) -> bytes:
        """What J-LIS publishes there, or published then; now nothing during maintenance and outages."""
        if at is None and "status_list" in self._world.unreachable:
            return b""
        return self._world.revocation.record_status(uri, at)

    def list_fetched(self, service: str) -> datetime | None:
        """As its verdicts say, of which none names a certificate."""
        return self._world.status_access.fetched(service, "", None)

    def printed(self, device: Named) -> Printed | None:
        """Birth and last day of the card's holder."""
        own = self._own(device)
        if not isinstance(own, Chip):
            return None
        holder = self._world.things.resident(self._world.books.card(own.name).person)
        return Printed(holder.born, holder.card_expires.date())

    @property
    def record_anchors(self) -> Sequence[bytes]:
        """The roots of the practice issuer, of all generations: a record outlives the change to the next."""
        made = (entry.event for entry in self._world.log.about("mdoc"))
        return tuple(event.certificate for event in made if isinstance(event, ev.AuthorityEstablished))

    def _own(self, device: Named) -> Chip | PhoneModel | None:
        """A chip or phone of this world, from inside; None: a device of another make."""
        is_handle = hasattr(device, "world") and hasattr(device, "platform")
        if not isinstance(device, Chip | PhoneModel) and not is_handle:
            return None
        if not self._world.owns(device):
            raise MisuseError(
                f"{device.name} is not of this lab; its services judge its own cards and phones.", code="foreign_device"
            )
        return device if isinstance(device, Chip) else self._world.phone(device.name)


_UNREGISTERED = {PersonState.MOVING: "between_towns", PersonState.DEAD: "deceased"}


def _nothing(_: bytes) -> bytes:
    """What comes from somebody who does not answer."""
    return b""


def _typed(whose: str, name: str, value: str | None) -> str:
    return only_secret(f"{whose} needs what its holder types, as text: {name}='…';", value)


def _no_device(shown: object) -> MisuseError:
    instead = " A holder is no device: pass a phone or hanako.card." if hasattr(shown, "card") else ""
    return MisuseError(
        f"a service is shown a phone, or a card such as hanako.card; got {type(shown).__name__}.{instead}",
        code="no_device",
    )
