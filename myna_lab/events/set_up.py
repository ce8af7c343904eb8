"""What happens while the card is added to a phone, and to what is on the phone afterwards."""

from __future__ import annotations

from myna_lab.events.kinds import Event, event

__all__ = [
    "ApplicationAbandoned",
    "ApplicationStarted",
    "CardRead",
    "ConfirmationDiffered",
    "CredentialInstalled",
    "DeviceKeyGenerated",
    "FaceCaptured",
    "FaceMatched",
    "FaceRefused",
    "IssueNoticed",
    "KeyPairGenerated",
    "LinkLost",
    "LivenessRefused",
    "PassAdded",
    "PassDeleted",
    "PhoneErased",
    "PinMalformed",
    "PinsChosen",
    "ReadingRefused",
    "RequirementMissed",
    "ScreenPassed",
    "SetUpFinished",
    "SetUpInterrupted",
    "TakeOverChosen",
    "TermsAccepted",
]


@event
class ApplicationStarted(Event):
    """The app was opened to add the card."""

    flow: str
    phone: str


@event
class TakeOverChosen(Event):
    """The new Android phone is to take over from a former one (機種変更に伴う引継ぎ)."""

    flow: str
    phone: str
    former: str
    """The Android phone whose certificates are revoked when these are applied for."""


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
class ReadingRefused(Event):
    """The reading ended without what the app needs, by no new wrong PIN: the chip's own events tell of those."""

    flow: str
    screen: str
    reason: str
    """The notice that the screen shows: ``blocked_before_signing``, ``no_sign_certificate``, ``other_card`` …"""


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
    """The phone's own user PIN and signing password were chosen."""

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
    key_ref: str
    """Vault entry of its secret number: of what lies in the secure element, this alone."""


@event
class PassAdded(Event):
    """The card appeared in Apple Wallet."""

    flow: str
    phone: str
    sign_serial: int
    """0: it came without the signing identity."""
    auth_serial: int


@event
class CredentialInstalled(Event):
    """The certificates were registered on an Android phone."""

    flow: str
    phone: str
    sign_serial: int
    auth_serial: int


@event
class SetUpInterrupted(Event):
    """The set-up ended between the accepted application and the installation: the phone holds nothing of it."""

    flow: str
    phone: str
    screen: str


@event
class SetUpFinished(Event):
    """The set-up was closed by its last screen."""

    flow: str
    phone: str


@event
class PassDeleted(Event):
    """The holder deleted the pass by hand."""

    phone: str


@event
class PhoneErased(Event):
    """The phone's credential erased itself."""

    phone: str
