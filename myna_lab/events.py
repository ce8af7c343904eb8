"""What can happen, and the append-only log of what did.

    request -> decide() -> Decision(events, secrets) -> EventLog.append -> Store -> folds -> tables, views

Events are facts, named by past participles. They hold no secret: PINs, keys and personal data stand in the vault, and
an event carries a reference to the entry. Every event of a device names it as ``device``, ``chip`` or ``phone``, so that
a fold finds its owner by one look-up. A name that stands for a thing (``person-1``, ``flow-2``) is given in the event
that makes it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, NamedTuple, Protocol

from myna_lab.durations import JST, show
from myna_lab.errors import MisuseError

__all__ = ["EVENTS", "Check", "Clock", "Decision", "Entry", "Event", "EventLog", "Fold", "Store", "Vault", "Verdict"]


# ---------------------------------------------------------------------------------------------------------- verdicts


@dataclass(frozen=True, slots=True)
class Check:
    """One check that a verifier made."""

    name: str
    """Stable name, such as ``signature``; ``texts`` renders it."""
    passed: bool
    clause: str
    """The rule that asks for it: standard and clause, or fact sheet."""
    reason: str = ""
    """What was seen, in plain English."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a service answered, with every check that led to it."""

    service: str
    """Name of the service."""
    accepted: bool
    code: str
    """``accepted``, or the reason: ``not_yet_valid``, ``revoked``, ``expired``, ``unknown``, ``bad_signature`` …"""
    at: datetime
    """When the service decided."""
    checks: tuple[Check, ...] = ()
    """Every check in order, passed or not."""
    serial: int | None = None
    """Serial number of the certificate that was shown, if there was one."""
    knowledge_at: datetime | None = None
    """What the service's revocation data date from (OCSP thisUpdate, or the CRL's)."""
    usable_from: datetime | None = None
    """For a certificate that is not yet valid: from when it is."""

    def __bool__(self) -> bool:
        return self.accepted

    def __str__(self) -> str:
        lines = [f"{self.service}: {'accepted' if self.accepted else 'refused'} ({self.code}) at {show(self.at)} JST"]
        lines += [f"  {'ok' if c.passed else 'NO':2}  {c.name:22} {c.reason}  [{c.clause}]" for c in self.checks]
        if self.knowledge_at:
            lines.append(f"  revocation data of {show(self.knowledge_at)} JST")
        return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------------ events


class Event:
    """A fact. Children are frozen dataclasses; their fields are text, numbers, truth, bytes, times or tuples of them."""

    __slots__ = ()


EVENTS: dict[str, type[Event]] = {}
"""Every kind of event by name."""


def _event(cls: type[Event]) -> type[Event]:
    EVENTS[cls.__name__] = cls
    return cls


if typing.TYPE_CHECKING:
    from dataclasses import dataclass as event
else:

    def event(cls: type[Event]) -> type[Event]:
        """Declare a kind of event: a frozen dataclass that the journal can read back."""
        return _event(dataclass(frozen=True, slots=True)(cls))


@event
class LabStarted(Event):
    """A simulated Japan begins."""

    seed: int
    start: datetime
    parameters: tuple[tuple[str, str], ...] = ()
    """Overrides of ``parameters.toml``, as text."""
    version: str = ""


@event
class TimePassed(Event):
    """The clock was moved by hand."""

    to: datetime


@event
class AuthorityEstablished(Event):
    """A certification authority made its key and certificate."""

    authority: str
    """``sign`` or ``auth`` (JPKI), ``card`` (card-verifiable certificates) or ``mdoc`` (attribute record)."""
    key: int
    """Number of its key in the pool; 0 for elliptic keys, which are derived from the seed."""
    serial: int
    certificate: bytes


@event
class ResidentRegistered(Event):
    """A fictional person appears in the resident register."""

    person: str
    name: str
    resident_ref: str
    """Vault entry with all attributes, the impossible My Number and the PINs."""


@event
class CardIssued(Event):
    """A plastic card was handed over."""

    card: str
    person: str
    contents_ref: str
    """Vault entry with files, reference data and key numbers."""
    expires: datetime
    keys: tuple[int, ...]
    """Numbers of the pool keys that the chip holds."""


@event
class PhoneAcquired(Event):
    """Somebody bought a phone."""

    phone: str
    person: str
    platform: str
    """``iphone`` or ``android``."""
    model: str
    os_version: str


@event
class PhoneWentOnline(Event):
    """The phone reached the network."""

    phone: str


@event
class PhoneWentOffline(Event):
    """The phone lost the network."""

    phone: str


@event
class ReferenceDataTried(Event):
    """A PIN is about to be compared: the try is spent before, so that cutting the power gains nothing."""

    chip: str
    reference: str
    """Application and EF: ``jpki/0018``."""
    tries_left: int


@event
class ReferenceDataVerified(Event):
    """The PIN was right: the counter is back at its maximum."""

    chip: str
    reference: str
    tries_left: int


@event
class ReferenceDataRefused(Event):
    """The PIN was wrong; the try stays spent."""

    chip: str
    reference: str
    tries_left: int


@event
class ReferenceDataChanged(Event):
    """The PIN has a new value."""

    chip: str
    reference: str
    tries_left: int
    value_ref: str


@event
class ReferenceDataUnblocked(Event):
    """The municipal window put the counter back."""

    chip: str
    reference: str
    tries_left: int


@event
class SignatureComputed(Event):
    """A private key of a chip was used."""

    chip: str
    key: str
    """Application and EF: ``jpki/001A``."""


@event
class ApplicationStarted(Event):
    """The app was opened to add the card."""

    flow: str
    phone: str


@event
class ScreenPassed(Event):
    """A tap led from one screen to the next."""

    flow: str
    screen: str
    tap: str
    to: str


@event
class ApplicationAbandoned(Event):
    """The app was closed before the end."""

    flow: str
    phone: str
    screen: str
    reason: str


@event
class TermsAccepted(Event):
    """The holder agreed to the terms."""

    flow: str


@event
class FaceCaptured(Event):
    """The liveness prompts were passed and a face was captured."""

    flow: str
    n_tries: int


@event
class LivenessRefused(Event):
    """The liveness prompts were failed."""

    flow: str
    n_tries: int


@event
class FaceMatched(Event):
    """The captured face matches the card's portrait."""

    flow: str


@event
class FaceRefused(Event):
    """The captured face does not match the card's portrait."""

    flow: str


@event
class PinMalformed(Event):
    """What was typed cannot be that PIN; it never reached the chip."""

    flow: str
    screen: str
    reason: str


@event
class ConfirmationDiffered(Event):
    """The two entries of a new PIN differ."""

    flow: str
    screen: str


@event
class LinkLost(Event):
    """The card was taken away in the middle of the reading."""

    flow: str
    screen: str


@event
class RequirementMissed(Event):
    """The phone or the service does not meet a requirement."""

    flow: str
    screen: str
    reason: str


@event
class CardRead(Event):
    """The plastic card was read by the phone."""

    flow: str
    card: str
    files: tuple[str, ...]


@event
class PinsChosen(Event):
    """The phone's own user PIN and sign password were chosen."""

    flow: str
    phone: str
    pins_ref: str


@event
class KeyPairGenerated(Event):
    """A key pair was made in the phone's secure element."""

    flow: str
    phone: str
    kind: str
    """``sign`` or ``auth``."""
    key: int
    """Number of the key in the pool, or of a vault entry when the pool is used up."""


@event
class DeviceKeyGenerated(Event):
    """The key of the attribute record was made in the phone's secure element."""

    flow: str
    phone: str
    public: bytes
    """Uncompressed point on P-256."""


@event
class ApplicationAccepted(Event):
    """J-LIS accepted an application for phone certificates."""

    flow: str
    phone: str
    person: str


@event
class ApplicationRefused(Event):
    """J-LIS refused an application."""

    flow: str
    phone: str
    reason: str


@event
class CertificateIssued(Event):
    """A certificate was made and entered into the books; it does not work before its activation."""

    authority: str
    serial: int
    kind: str
    """``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``."""
    device: str
    """The card or phone that holds the key."""
    person: str
    municipality: str
    """Five digits; the CRL partition."""
    der: bytes
    activates_at: datetime
    not_after: datetime


@event
class CertificateActivated(Event):
    """The certificate works from now on."""

    authority: str
    serial: int


@event
class CertificateRevoked(Event):
    """The certificate is revoked, for good."""

    authority: str
    serial: int
    reason: str
    """CRLReason of RFC 5280 5.3.1, in capitals."""
    cause: str = ""
    """What led to it, for people: ``new_phone`` …"""


@event
class CertificateSuspended(Event):
    """The certificate is on hold."""

    authority: str
    serial: int


@event
class CertificateResumed(Event):
    """The hold is lifted."""

    authority: str
    serial: int


@event
class CertificateExpired(Event):
    """The certificate's last second has passed."""

    authority: str
    serial: int


@event
class AttributesIssued(Event):
    """The signed attribute record of the card face was issued for a phone."""

    flow: str
    phone: str
    record_ref: str
    valid_until: datetime


@event
class PassAdded(Event):
    """The card appeared in Apple Wallet."""

    flow: str
    phone: str
    sign_serial: int
    auth_serial: int


@event
class CredentialInstalled(Event):
    """The certificates were registered on an Android phone."""

    flow: str
    phone: str
    sign_serial: int
    auth_serial: int


@event
class PassDeleted(Event):
    """The holder deleted the pass by hand."""

    phone: str


@event
class PhoneErased(Event):
    """The phone's credential erased itself."""

    phone: str


@event
class SetUpFinished(Event):
    """The set-up was closed by its last screen."""

    flow: str
    phone: str


@event
class VerdictGiven(Event):
    """A service answered."""

    service: str
    device: str
    verdict: Verdict


# ------------------------------------------------------------------------------------------------- the journal's form


def _to_plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(JST).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [_to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def _from_plain(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _from_plain(next(k for k in typing.get_args(kind) if k is not type(None)), value)
    if origin is tuple:
        kinds = typing.get_args(kind)
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return tuple(_from_plain(kinds[0], item) for item in value)
        return tuple(_from_plain(k, item) for k, item in zip(kinds, value, strict=True))
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(JST)
    if kind is bytes:
        return bytes.fromhex(value)
    if dataclasses.is_dataclass(kind):
        return _build(kind, value)
    return value


@functools.cache
def _kinds(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(cls: Any, plain: Mapping[str, Any]) -> Any:
    kinds = _kinds(cls)
    return cls(**{name: _from_plain(kinds[name], value) for name, value in plain.items()})


class Entry(NamedTuple):
    """One line of the log."""

    seq: int
    """1, 2, 3 … without gaps."""
    at: datetime
    """Simulated instant."""
    event: Event

    @property
    def name(self) -> str:
        """The event's kind."""
        return type(self.event).__name__

    def body(self) -> str:
        """The event's fields as JSON text with a fixed order."""
        return json.dumps(_to_plain(self.event), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, seq: int, at: str, name: str, body: str) -> Entry:
        """Build an entry from its stored form."""
        if name not in EVENTS:
            raise MisuseError(f"the journal holds an event {name!r} that this version does not know.", code="unknown_event")
        return cls(seq, datetime.fromisoformat(at).astimezone(JST), _build(EVENTS[name], json.loads(body)))


# --------------------------------------------------------------------------------------------------- protocols, clock


class Vault(Protocol):
    """Secrets by reference; a table of the journal apart from the events."""

    def get(self, ref: str) -> bytes:
        """The secret of a reference; KeyError if there is none."""
        ...


class Store(Protocol):
    """Where entries and secrets become durable: both or neither."""

    def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        """Write one batch; StorageError leaves everything as it was."""
        ...


class Fold(Protocol):
    """A state that follows the log."""

    def evolve(self, entry: Entry) -> None:
        """Take one entry in."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request leads to: events of one instant, and the secrets that they refer to."""

    events: tuple[Event, ...]
    secrets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Clock:
    """Simulated time; only the log moves it."""

    now: datetime


class EventLog:
    """The one source. Deciding, appending, folding and every exchange with a chip happen under its lock.

    Args:
        store: where a batch becomes durable.
        clock: the simulated clock that stamps entries.
        trial: called with the batch before it is written; raises IllegalTransition if an event is not lawful.
    """

    def __init__(self, store: Store, clock: Clock, trial: Callable[[Sequence[Entry]], object] | None = None) -> None:
        self.lock = RLock()
        self.clock = clock
        self._store = store
        self._trial = trial
        self._entries: list[Entry] = []
        self._folds: list[Fold] = []

    def follow(self, fold: Fold) -> None:
        """Let a fold follow the log from here on."""
        self._folds.append(fold)

    def append(self, decision: Decision | Iterable[Event], at: datetime | None = None) -> tuple[Entry, ...]:
        """Record one decision as one durable batch.

        Args:
            decision: the events (and secrets) of one instant.
            at: the instant, not before now; None: now.

        Returns:
            The stamped entries.

        Raises:
            IllegalTransition: an event is not lawful; nothing was written.
            StorageError: the batch could not be written; nothing was changed, the clock included.
            MisuseError: ``at`` lies in the past.
        """
        if not isinstance(decision, Decision):
            decision = Decision(tuple(decision))
        with self.lock:
            instant = self.clock.now if at is None else at
            if instant < self.clock.now:
                raise MisuseError(
                    f"time does not go back: it is {show(self.clock.now)}, asked for {show(instant)}.", code="time_goes_back"
                )
            first = len(self._entries) + 1
            entries = tuple(Entry(first + i, instant, e) for i, e in enumerate(decision.events))
            if self._trial is not None:
                self._trial(entries)
            self._store.commit(entries, decision.secrets)
            self._take(entries)
            return entries

    def replay(self, entries: Iterable[Entry]) -> None:
        """Take stored entries in: the last step of :meth:`append`, and nothing else."""
        with self.lock:
            for entry in entries:
                self._take((entry,))

    def _take(self, entries: Sequence[Entry]) -> None:
        self._entries.extend(entries)
        for entry in entries:
            self.clock.now = max(self.clock.now, entry.at)
            for fold in self._folds:
                fold.evolve(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def __repr__(self) -> str:
        return f"EventLog({len(self)} events, {show(self.clock.now)})"
