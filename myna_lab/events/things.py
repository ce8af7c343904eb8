"""The lab, its people, cards and phones, and what chips do."""

from __future__ import annotations

from datetime import datetime

from myna_lab.events.kinds import Event, event

__all__ = [
    "AttributesRequested",
    "BackupRestored",
    "BiometricsEnrolled",
    "BiometricsRemoved",
    "CardIssued",
    "ChallengeGiven",
    "ContentErased",
    "ErasureOrdered",
    "FactoryReset",
    "LabStarted",
    "LostModeOrdered",
    "LostModeTurnedOff",
    "LostModeTurnedOn",
    "PhoneAcquired",
    "PhoneFound",
    "PhoneHandedOver",
    "PhoneLost",
    "PhoneWentOffline",
    "PhoneWentOnline",
    "ReferenceDataChanged",
    "ReferenceDataRefused",
    "ReferenceDataTried",
    "ReferenceDataUnblocked",
    "ReferenceDataVerified",
    "ResidentRegistered",
    "RevocationLearned",
    "SignatureComputed",
    "TimePassed",
]


@event
class LabStarted(Event):
    """A simulated Japan begins."""

    seed: int
    start: datetime
    parameters: tuple[tuple[str, str], ...] = ()
    """Every parameter's name and value, as text."""
    version: str = ""


@event
class TimePassed(Event):
    """The clock was moved by hand."""

    to: datetime


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
    resident_ref: str = ""
    """For a further card: the vault entry with its holder's attributes, with this card's PINs, code and end."""


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
class BiometricsEnrolled(Event):
    """A face or finger was enrolled on the phone."""

    phone: str


@event
class BiometricsRemoved(Event):
    """Face and fingers were taken off the phone."""

    phone: str


@event
class AttributesRequested(Event):
    """A reader asked a phone for its record; the entry's place names what both sides draw, so that none comes twice."""

    phone: str
    reader: str
    way: str
    """``near``, ``web``, ``app`` or ``openid4vp``."""


@event
class PhoneWentOnline(Event):
    """The phone reached the network."""

    phone: str


@event
class PhoneWentOffline(Event):
    """The phone lost the network."""

    phone: str


@event
class PhoneLost(Event):
    """The phone is gone: nobody has it in their hands."""

    phone: str


@event
class PhoneFound(Event):
    """Its owner has the phone again, be it found or given back."""

    phone: str


@event
class PhoneHandedOver(Event):
    """Somebody else has the phone now: sold, given, lent, brought to repair, or picked up by a finder."""

    phone: str
    taker: str
    """A person, or a stranger of :data:`myna_lab.devices.phone.STRANGERS`."""


@event
class LostModeOrdered(Event):
    """The owner ordered lost mode from elsewhere; the phone hears of it when it is online."""

    phone: str


@event
class LostModeTurnedOn(Event):
    """The phone is in lost mode: the card on it cannot be used. J-LIS hears nothing of it."""

    phone: str


@event
class LostModeTurnedOff(Event):
    """Lost mode is over, or its order was taken back."""

    phone: str


@event
class ErasureOrdered(Event):
    """The owner ordered from elsewhere that the phone be erased; it hears of it when it is online."""

    phone: str


@event
class ContentErased(Event):
    """All content of an iPhone was erased, and the card's keys with it."""

    phone: str
    remotely: bool = False


@event
class FactoryReset(Event):
    """An Android phone was reset: apps and faces are gone, what is in the secure element stays."""

    phone: str
    remotely: bool = False


@event
class BackupRestored(Event):
    """A backup was brought back onto the phone; the card is in no backup."""

    phone: str
    former: str
    """The phone of which it was made."""


@event
class RevocationLearned(Event):
    """The wallet learned at a check on line that the card in it is revoked."""

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
    """The counter was put back, and what blocked it is over."""

    chip: str
    reference: str
    tries_left: int
    where: str = "window"
    """Who did it: ``window``, ``store`` or ``app``."""


@event
class ChallengeGiven(Event):
    """A chip drew a challenge; the count of them names the next draw, so that none comes twice."""

    chip: str


@event
class SignatureComputed(Event):
    """A private key of a chip was used."""

    chip: str
    key: str
    """Application and EF: ``jpki/001A``."""
