"""What the lab itself remembers: one fold of the log, rebuilt on opening.

Chips and phones are folded beside their owners (``card``, ``phone``); this fold makes them and hands each event to the
one it names.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab import events as ev
from myna_lab import keys as pool
from myna_lab.devices.card import CardContents, Chip
from myna_lab.devices.phone import STRANGERS, PhoneModel
from myna_lab.errors import MisuseError
from myna_lab.events import Entry, Vault
from myna_lab.formats.jpki import Authority, Partition
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.mdoc import Issuer
from myna_lab.ground.chance import Chance
from myna_lab.ground.numbered import name_of
from myna_lab.jlis.office import Authorities, partition_of
from myna_lab.jlis.register import Register
from myna_lab.parameters import Parameters
from myna_lab.provisioning import ENDS, Memory
from myna_lab.residents import Resident
from myna_lab.texts import counted
from myna_lab.world.admission import admit
from myna_lab.world.key_numbers import FIRST_FREE, attribute_key
from myna_lab.world.naming import Naming, made_by

__all__ = ["FlowRow", "Things"]

_ENDS = frozenset(screen.name for screen in ENDS)


@dataclass(slots=True)
class FlowRow:
    """One set-up."""

    flow: str
    phone: str
    screen: str = "HOME"
    is_open: bool = True


class Things:
    """Residents, cards, phones, set-ups, authorities and used keys.

    Args:
        vault: the journal's secrets.
        make_chip: makes a chip that is joined to the log.
        parameters: the lab's.
        seed: the lab's.
        register: who people are.
    """

    def __init__(
        self,
        *,
        vault: Vault,
        make_chip: Callable[[str, CardContents], Chip],
        parameters: Parameters,
        seed: int,
        register: Register,
    ) -> None:
        self.cards: dict[str, Chip] = {}
        self.card_of: dict[str, str] = {}
        """Person to her newest card."""
        self.residents: dict[str, datetime] = {}
        """Everybody, in the order of making, to when she was registered."""
        self.phones: dict[str, PhoneModel] = {}
        self.flows: dict[str, FlowRow] = {}
        self.flow_of: dict[str, str] = {}
        """Phone to its newest set-up."""
        self.certificates: dict[str, bytes] = {}
        """Authority to its newest certificate."""
        self._naming = Naming(
            {
                "person": self.residents,
                "phone": self.phones,
                "flow": self.flows,
                "card": self.cards,
                "stranger": dict.fromkeys(STRANGERS),
            }
        )
        self._established: dict[str, list[ev.AuthorityEstablished]] = {}
        self.next_key = FIRST_FREE
        self.n_made: dict[str, int] = {}
        self._vault = vault
        self._make_chip = make_chip
        self._parameters = parameters
        self._seed = seed
        self._decoded: tuple[ev.Event | None, object] = None, None
        """The event that was admitted last, and its secret: the fold needs it at once."""
        self._register = register

    # ---------------------------------------------------------------------------------------------------- questions

    def resident(self, person: str) -> Resident:
        """A person's register entry."""
        return self._register.resident(person)

    def memory(self, person: str) -> Memory:
        """What somebody knows by heart: the PINs of her newest card as they are now, changed or not, and her face."""
        resident, card = self.resident(person), self.cards[self.card_of[person]]

        def now(reference: str, issued: str) -> str:
            ref = card.state.value_refs.get(reference)
            return issued if ref is None else self._vault.get(ref).decode()

        return Memory(
            input_aid_pin=now("text/0011", resident.input_aid_pin),
            user_authentication_pin=now("jpki/0018", resident.user_authentication_pin),
            signing_password=now("jpki/001B", resident.signing_password),
            licence_pin=now("licence/0006", resident.licence_pin),
            face=sha256(resident.portrait).digest(),
        )

    def new_keys(self, n: int) -> Sequence[int]:
        """Numbers of the next ``n`` unused RSA keys; they are used once an event names them.

        Raises:
            MisuseError: there are not so many left.
        """
        numbers = range(self.next_key, self.next_key + n)
        if numbers.stop > pool.pool_size():
            raise MisuseError(
                f"this lab has used up the {pool.pool_size():,} TEST keys; start another one.", code="keys_used_up"
            )
        return numbers

    def partition(self, municipality: str) -> Partition:
        """A town by its code.

        Raises:
            MisuseError: no resident lives there, or ever did.
        """
        return partition_of(self._register.somebody_of(municipality))

    def new_name(self, kind: str) -> str:
        """The next identifier of a kind (``person``, ``card``, ``iphone``, ``android``, ``flow``): ``person-1``."""
        return name_of(kind, self.n_made.get(kind, 0) + 1)

    @functools.cached_property
    def generations(self) -> Mapping[str, tuple[Authority, ...]]:
        """``sign`` and ``auth`` to their generations, the oldest first: one name, different keys."""
        return {
            kind: tuple(
                Authority(
                    kind=kind,
                    certificate=own.certificate,
                    key=pool.rsa_key(own.key),
                    responder_certificate=responder.certificate,
                    responder_key=pool.rsa_key(responder.key),
                )
                for own, responder in zip(self._established[kind], self._established[f"{kind}_responder"], strict=True)
            )
            for kind in ("sign", "auth")
        }

    @functools.cached_property
    def authorities(self) -> Authorities:
        """The authorities that issue now, with their keys."""
        sign, auth = (self.generations[kind][-1] for kind in ("sign", "auth"))
        root, signer = (self._established[name][-1] for name in ("mdoc", "mdoc_signer"))
        signer_key = attribute_key(Chance(self._seed), signer.authority, signer.serial)
        return Authorities(sign, auth, Issuer(root.certificate, signer.certificate, signer_key))

    @property
    def status_signer(self) -> tuple[EllipticCurvePrivateKey, bytes] | None:
        """Key and certificate of who signs the list of records; None: records name no list."""
        if "mdoc_status" not in self._established:
            return None
        own = self._established["mdoc_status"][-1]
        return attribute_key(Chance(self._seed), own.authority, own.serial), own.certificate

    def chip(self, name: str) -> Chip | None:
        """The chip of a card or phone."""
        if name in self.cards:
            return self.cards[name]
        return self.phones[name].chip if name in self.phones else None

    # --------------------------------------------------------------------------------------------------------- fold

    def trial(self, entries: Sequence[Entry]) -> None:
        """Try a batch before it is written.

        Raises:
            MisuseError: an event names a person, a phone, a set-up or a chip that is not there, or there would be an
                authority without its responder or signer.
            MalformedCertificate: an authority's certificate is none.
        """
        made: set[tuple[str, str]] = set()
        established: list[ev.AuthorityEstablished] = []
        for event in (entry.event for entry in entries):
            made.update(made_by(event))
            if isinstance(event, ev.AuthorityEstablished):
                established.append(event)
            self._naming.ask(event, made)
        if established:
            self._try_authorities(established)

    def admit(self, event: ev.Event) -> None:
        """Try an event of a file, in its turn; as :func:`myna_lab.world.admission.admit`.

        Raises:
            MisuseError: it names what is not there, or holds what no lab writes.
            StorageError: the vault lacks what it refers to.
        """
        self._naming.ask_in_turn(event)
        self._decoded = event, admit(event, self._vault)

    def _try_authorities(self, new: Sequence[ev.AuthorityEstablished]) -> None:
        for event in new:
            read_certificate(event.certificate)
        for own, other in _PAIRS.items():
            counts = [
                len(self._established.get(name, ())) + sum(event.authority == name for event in new)
                for name in (own, other)
            ]
            if counts[0] != counts[1]:
                raise MisuseError(
                    f"{own} and {other} are established together, in one batch; there would be {counts[0]} and "
                    f"{counts[1]}.",
                    code="half_an_authority",
                )

    def evolve(self, entry: Entry) -> None:
        """Take one entry in."""
        kind: Any = type(entry.event)
        for take in _takers_of(kind):
            take(self, entry.event, entry.at)

    def _made(self, kind: str) -> None:
        self.n_made[kind] = self.n_made.get(kind, 0) + 1

    def _used(self, *numbers: int) -> None:
        self.next_key = max(self.next_key, *(number + 1 for number in numbers))

    def _authority(self, event: ev.AuthorityEstablished, at: datetime) -> None:
        self.certificates[event.authority] = event.certificate
        self._established.setdefault(event.authority, []).append(event)
        self._used(event.key)
        for known in ("generations", "authorities"):
            self.__dict__.pop(known, None)

    def _registered(self, event: ev.ResidentRegistered, at: datetime) -> None:
        self._made("person")
        self.residents[event.person] = at

    def _card(self, event: ev.CardIssued, at: datetime) -> None:
        self._made("card")
        self._used(*event.keys)
        self.card_of[event.person] = event.card
        (asked, contents), self._decoded = self._decoded, (None, None)
        if asked is not event or not isinstance(contents, CardContents):
            contents = CardContents.decode(self._vault.get(event.contents_ref))
        self.cards[event.card] = self._make_chip(event.card, contents)

    def _phone(self, event: ev.PhoneAcquired, at: datetime) -> None:
        self._made(event.platform)
        self.phones[event.phone] = PhoneModel(
            event,
            vault=self._vault,
            parameters=self._parameters,
            make_chip=self._make_chip,
            authority_certificates=self._authority_certificates,
            lives=self._register.is_alive,
        )

    def _authority_certificates(self) -> Mapping[str, bytes]:
        return {"sign_ca": self.certificates["sign"], "auth_ca": self.certificates["auth"]}

    def _flow(self, event: ev.ApplicationStarted, at: datetime) -> None:
        self._made("flow")
        self.flows[event.flow] = FlowRow(event.flow, event.phone)
        self.flow_of[event.phone] = event.flow

    def _screen(self, event: ev.ScreenPassed, at: datetime) -> None:
        row = self.flows[event.flow]
        row.screen, row.is_open = event.to, row.is_open and event.to not in _ENDS

    def _closed(self, event: ev.ApplicationAbandoned | ev.SetUpFinished, at: datetime) -> None:
        self.flows[event.flow].is_open = False

    def __repr__(self) -> str:
        counts = ((self.residents, "resident"), (self.phones, "phone"), (self.flows, "set-up"))
        return f"<Things: {', '.join(counted(len(those), word, f'{word}s') for those, word in counts)}>"


def _to_chip(things: Things, event: Any, at: datetime) -> None:
    if (chip := things.chip(event.chip)) is not None:
        chip.evolve(event)


def _to_phone(things: Things, event: Any, at: datetime) -> None:
    things.phones[event.phone].evolve(event, at)


def _to_device(things: Things, event: Any, at: datetime) -> None:
    if (phone := things.phones.get(event.device)) is not None:
        phone.evolve(event, at)


_PAIRS = {"sign": "sign_responder", "auth": "auth_responder", "mdoc": "mdoc_signer"}
"""Each authority to who acts for it: as many generations of the one as of the other."""

_FOLDS: Mapping[type[ev.Event], Callable[..., None]] = {
    ev.AuthorityEstablished: Things._authority,
    ev.ResidentRegistered: Things._registered,
    ev.CardIssued: Things._card,
    ev.CardRewritten: lambda things, event, at: things._used(*event.keys),
    ev.PhoneAcquired: Things._phone,
    ev.ApplicationStarted: Things._flow,
    ev.ScreenPassed: Things._screen,
    ev.ApplicationAbandoned: Things._closed,
    ev.SetUpFinished: Things._closed,
    ev.KeyPairGenerated: lambda things, event, at: things._used(event.key),
}


@functools.cache
def _takers_of(kind: type[Any]) -> Sequence[Callable[[Things, Any, datetime], None]]:
    """Who takes events of a kind in: this fold itself, and the phone or chip that they name."""
    takers = [_FOLDS[kind]] if kind in _FOLDS else []
    if kind is ev.CertificateIssued:
        takers.append(_to_device)
    elif hasattr(kind, "phone"):
        takers.append(_to_phone)
    elif hasattr(kind, "chip"):
        takers.append(_to_chip)
    return takers
