"""The services of a lab: each is given its challenge, its fetch function and the time, and its verdict is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab import terminal
from myna_lab.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict, VerdictGiven
from myna_lab.relying_parties import Authenticator, Portal

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["CardInReader", "PortalHandle"]


class CardInReader:
    """A plastic card in a reader, with the PIN that its holder types."""

    def __init__(self, chip: Chip, pin: str) -> None:
        self.name = chip.name
        self._chip = chip
        self._pin = pin

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign a service's challenge after the user-authentication PIN."""
        with self._chip.connect() as transmit:
            return terminal.authenticate(transmit, challenge, pin=self._pin)


class PortalHandle:
    """The government portal (マイナポータル)."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def log_in(self, device: Authenticator | Chip, pin: str | None = None) -> Verdict:
        """Log in with a phone, or with a plastic card and its user-authentication PIN.

        Args:
            device: a phone (biometrics unlock it), or a card such as ``hanako.card``.
            pin: for a card: 4 digits.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a PIN, or a phone with one.
        """
        lab = self._lab
        if isinstance(device, Chip) != (pin is not None):
            raise MisuseError("a card needs its PIN: log_in(card, pin='…'); a phone takes none.", code="pin_expected")
        holder = CardInReader(device, pin) if isinstance(device, Chip) and pin is not None else device
        assert not isinstance(holder, Chip)
        with lab.log.lock:
            portal = Portal(anchors=lab.revocation.anchors, fetch=lab.revocation.ocsp, parameters=lab.parameters)
            challenge = lab.chance(f"challenge/{len(lab.log) + 1}").bytes(32)
            verdict = portal.log_in(holder, challenge=challenge, at=lab.now)
            lab.record([VerdictGiven(verdict.service, holder.name, verdict)])
            return verdict

    def __repr__(self) -> str:
        return "<portal TEST: log_in(phone) or log_in(card, pin='…')>"
