"""Every kind of event, in the order of a story: lab, people and things, chip, set-up, J-LIS, services."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from datetime import datetime

from myna_lab.events.verdicts import Verdict


class Event:
    """A fact. Children are frozen dataclasses; their fields are text, numbers, truth, bytes, times or tuples."""

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
    biometrics: bool = True
    """Whether a face or finger is enrolled."""
    two_factor: bool = True
    """Whether its account (Apple) asks for a second factor."""


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
    whose: str = "holder"
    """``holder``, ``twin`` or ``other``: what the app cannot know."""


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
class IssueNoticed(Event):
    """The push notice arrived: the certificates are ready to be registered (Android)."""

    flow: str
    phone: str


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
    application_ref: str
    """Vault entry with the signed application and the two certification requests."""
    issue_due: datetime
    """When the certificates are to be issued; at once for an iPhone."""


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
