"""What a service needs of a phone or a card."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Authenticator"]


class Authenticator(Protocol):
    """A phone or card in its holder's hand."""

    @property
    def name(self) -> str:
        """Its identifier in the log."""
        ...

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
