"""A card or a phone in its holder's hand, with what she types: how services get to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel, identities

__all__ = ["CardInHand", "PhoneInHand"]


class CardInHand:
    """A plastic card, with the PIN or password that its holder types where one is asked for."""

    def __init__(self, chip: Chip, typed: str = "") -> None:
        self.name = chip.name
        self._chip = chip
        self._typed = typed

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign a service's challenge after the user-authentication PIN."""
        with self._chip.connect() as transmit:
            return terminal.authenticate(transmit, challenge, pin=self._typed)

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign documents after the signing password."""
        with self._chip.connect() as transmit:
            first = terminal.authenticate(transmit, documents[0], pin=self._typed, kind="sign")
            return *first, *(terminal.sign(transmit, terminal.KEYS["sign"], each) for each in documents[1:])

    def in_field(self) -> AbstractContextManager[Callable[[bytes], bytes]]:
        """Be in a reader's field."""
        return self._chip.connect()


class PhoneInHand:
    """A phone, with what is typed on it or the face that is shown to it."""

    def __init__(
        self, phone: PhoneModel, typed: str | None = None, *, other_face: bool = False, near_by: bool = False
    ) -> None:
        self.name = phone.phone
        self._phone = phone
        self._typed = typed
        self._other_face = other_face
        self._near_by = near_by

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign a service's challenge after the user PIN, or after a face or finger."""
        return identities.authenticate(
            self._phone, challenge, pin=self._typed, other_face=self._other_face, near_by=self._near_by
        )

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign documents after the phone's signing password."""
        return identities.sign(self._phone, documents, password=self._typed or "")

    def in_field(self) -> AbstractContextManager[Callable[[bytes], bytes]]:
        """Be in a reader's field."""
        return identities.applet(self._phone).connect()
