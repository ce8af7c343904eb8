"""What authorities, J-LIS and services do."""

from __future__ import annotations

from datetime import datetime

from myna_lab.events.kinds import Event, event
from myna_lab.events.verdicts import Verdict

__all__ = [
    "ApplicationAccepted",
    "ApplicationRefused",
    "AttributesIssued",
    "AttributesRenewed",
    "AuthorityEstablished",
    "CardExpired",
    "CardResumed",
    "CardRevoked",
    "CardRewritten",
    "CardSuspended",
    "CertificateActivated",
    "CertificateExpired",
    "CertificateIssued",
    "CertificateResumed",
    "CertificateRevoked",
    "CertificateSuspended",
    "HotlineCalled",
    "HotlineStopRecorded",
    "LatestInformationGiven",
    "MovingOutNotified",
    "PinResetPrepared",
    "ReissueAccepted",
    "RequestRefused",
    "ResidentDied",
    "ResidentMoved",
    "ResidentRenamed",
    "SourceRestored",
    "SourceStopped",
    "VerdictGiven",
]


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
class AttributesRenewed(Event):
    """The phone's wallet fetched the next record by itself: the same holder, the same device key, new dates."""

    phone: str
    record_ref: str
    valid_until: datetime


@event
class CardSuspended(Event):
    """The plastic card is stopped for the time being; its certificates have events of their own."""

    card: str


@event
class CardResumed(Event):
    """The stopped card is released."""

    card: str


@event
class CardRevoked(Event):
    """The plastic card is stopped for good."""

    card: str
    cause: str = ""
    """What led to it, for people."""


@event
class CardExpired(Event):
    """The plastic card's last second has passed."""

    card: str


@event
class VerdictGiven(Event):
    """A service answered."""

    service: str
    device: str
    verdict: Verdict


@event
class SourceStopped(Event):
    """Nobody reaches a source of revocation data any more."""

    source: str
    """``ocsp`` or ``crl``."""


@event
class SourceRestored(Event):
    """A source of revocation data answers again."""

    source: str
    """``ocsp`` or ``crl``."""


# ------------------------------------------------------------------------------------------------ the resident register


@event
class MovingOutNotified(Event):
    """Somebody told her town that she moves out; the next town has not registered her yet."""

    person: str


@event
class ResidentMoved(Event):
    """The register has another address."""

    person: str
    resident_ref: str
    """Vault entry with all attributes from now on."""
    municipality: str
    """Five digits of the town where she lives now."""


@event
class ResidentRenamed(Event):
    """The register has another name or alias."""

    person: str
    resident_ref: str
    """Vault entry with all attributes from now on."""
    what: str
    """``name`` or ``alias``."""


@event
class ResidentDied(Event):
    """The register has a death."""

    person: str


# ---------------------------------------------------------------------------------------------- windows and other doors


@event
class HotlineCalled(Event):
    """Somebody called the loss hotline; it stops things for the time being a little later."""

    call: str
    person: str
    stops_card: bool
    stops_phone: bool
    due: datetime
    """When the stop is in the books."""


@event
class HotlineStopRecorded(Event):
    """What the hotline was told is in the books: the events of this batch, or none if nothing was in force any more."""

    call: str
    person: str


@event
class ReissueAccepted(Event):
    """A municipality took an application for another card."""

    person: str
    card: str
    """The card in whose place it will be."""
    cause: str
    """Row of the table of causes."""
    special: bool
    """Whether it is the quick way (特急発行)."""
    due: datetime
    """When it is handed over."""


@event
class CardRewritten(Event):
    """The window wrote into a plastic card: another address or name, other certificates with their keys."""

    chip: str
    contents_ref: str
    """Vault entry with what is on it now; PINs that were changed, and counters, stay."""
    keys: tuple[int, ...]
    """Numbers of the pool keys that the chip holds now."""


@event
class PinResetPrepared(Event):
    """The app registered that a PIN of a card is to be reset at a store's kiosk."""

    chip: str
    reference: str
    """Application and EF: ``jpki/0018``."""
    until: datetime
    """Until when the kiosk does it."""


@event
class LatestInformationGiven(Event):
    """J-LIS gave a service the newest name, address, birth and sex of somebody whose certificate it has."""

    person: str
    asked: int
    """Serial number of the signing certificate that the service has."""
    serial: int
    """Serial number of the signing certificate from which the answer comes."""


@event
class RequestRefused(Event):
    """An office said no; nothing else was changed."""

    office: str
    """``municipality``, ``hotline``, ``kiosk``, ``online_desk`` or ``records``."""
    request: str
    """What was asked for: the name of the door's method."""
    person: str
    reason: str
    """The refusal's code."""
