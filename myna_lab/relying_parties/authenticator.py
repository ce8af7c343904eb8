"""What a service needs of a phone or a card: small protocols, bytes only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from myna_lab.formats.mdoc.transcript import Transcript

__all__ = [
    "Authenticator",
    "ContactlessDevice",
    "Named",
    "OnlineWallet",
    "Presenter",
    "Printed",
    "Signer",
    "Telling",
    "Typed",
]


class Named(Protocol):
    """What a learner holds out to a service: a phone, a card, or something that answers as one."""

    @property
    def name(self) -> str:
        """Its identifier in the log."""
        ...


@runtime_checkable
class Authenticator(Named, Protocol):
    """A phone or card in its holder's hand that answers challenges."""

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Answer a challenge.

        Args:
            challenge: what the service chose.

        Returns:
            The user-authentication certificate (DER) and the signature over the challenge (RSASSA-PKCS1-v1_5 with
            SHA-256).

        Raises:
            Refused: the device or its holder does not answer; ``code`` says why.
        """
        ...


@runtime_checkable
class Signer(Named, Protocol):
    """A phone or card in its holder's hand that signs documents."""

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign documents, all of them after one password.

        Args:
            documents: one or more, any bytes.

        Returns:
            The sign certificate (DER), then a signature for each document (RSASSA-PKCS1-v1_5 with SHA-256).

        Raises:
            Refused: the device or its holder does not answer; ``code`` says why.
        """
        ...


@runtime_checkable
class ContactlessDevice(Named, Protocol):
    """A phone or card held to a reader that sends commands of its own."""

    def in_field(self) -> AbstractContextManager[Callable[[bytes], bytes]]:
        """Be in the reader's field: yields ``transmit``.

        Raises:
            Refused: there is nothing to talk to; ``code`` says why.
        """
        ...


@runtime_checkable
class Presenter(Named, Protocol):
    """A phone in its holder's hand that shows elements of its attribute record near by."""

    def near(self) -> tuple[str, Callable[[bytes], bytes]]:
        """Show a code.

        Returns:
            The text of the QR code (ISO/IEC 18013-5 8.2.2.3), and who carries messages to the phone and its answers
            back: SessionEstablishment to SessionData.

        Raises:
            Refused: the phone or its holder does not answer, now or when a message is carried; ``code`` says why.
        """
        ...


@runtime_checkable
class OnlineWallet(Presenter, Protocol):
    """A phone that shows them to pages and apps, too; each way raises Refused as :meth:`near` does."""

    def page(self, protocol: str, request: str, origin: str) -> str:
        """Answer a page's request, JSON to JSON; the browser states the origin.

        Args:
            protocol: one of :data:`myna_lab.relying_parties.inquiry.PROTOCOLS`.
            request: what the page handed to the browser.
            origin: of the page.
        """
        ...

    def app(
        self, request: bytes, *, nonce: bytes, merchant: str, team: str, recipient: EllipticCurvePublicKey
    ) -> bytes:
        """Answer an app's DeviceRequest, sealed for its server's key."""
        ...


@runtime_checkable
class Telling(Protocol):
    """What no phone in a shop does: it says in which session it believes itself to be."""

    @property
    def transcript(self) -> Transcript | None:
        """Of the newest session; None: there was none."""
        ...


class Printed(NamedTuple):
    """What is printed on a plastic card, for eyes."""

    born: date
    expires: date
    """The last day."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the holder of a device types on errands. Its repr shows nothing of it."""

    pin: str | None = field(repr=False)
    """User-authentication PIN; None: a face or finger stands for it."""
    password: str = field(repr=False)
    """Signing password."""
    licence_pin: str = field(repr=False)
    """Of the driving licence; empty: none was set."""
