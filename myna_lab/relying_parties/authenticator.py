"""What a service needs of a phone or a card: small protocols, bytes only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol, runtime_checkable

__all__ = ["Authenticator", "ContactlessDevice", "Named", "Presenter", "Printed", "Signer", "Typed"]


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
    """A phone in its holder's hand that shows elements of its attribute record."""

    def present(self, elements: Sequence[str], transcript: bytes) -> tuple[bytes, bytes]:
        """Show some elements.

        Args:
            elements: identifiers of what is asked for, such as ``age_over_20``.
            transcript: SessionTranscript of ISO/IEC 18013-5 9.1.5.1, CBOR: what the reader saw of the conversation.

        Returns:
            The record with these elements (CBOR), and the device's signature over the transcript (COSE_Sign1, CBOR).

        Raises:
            Refused: the phone or its holder does not answer; ``code`` says why.
        """
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
