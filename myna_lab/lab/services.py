"""The services of a lab: each is given its challenge, its fetch function and the time, and its verdict is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab import terminal
from myna_lab.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict, VerdictGiven
from myna_lab.lab.handles import PhoneHandle
from myna_lab.relying_parties import Clinic, Desk, Police, Portal, Verifier

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["CardInHand", "ClinicHandle", "DeskHandle", "PoliceHandle", "PortalHandle"]


class CardInHand:
    """A plastic card, with the PIN that its holder types where one is asked for."""

    def __init__(self, chip: Chip, pin: str = "") -> None:
        self.name = chip.name
        self._chip = chip
        self._pin = pin

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign a service's challenge after the user-authentication PIN."""
        with self._chip.connect() as transmit:
            return terminal.authenticate(transmit, challenge, pin=self._pin)

    def sign(self, document: bytes) -> tuple[bytes, bytes]:
        """Sign a document after the sign password."""
        with self._chip.connect() as transmit:
            return terminal.authenticate(transmit, document, pin=self._pin, kind="sign")

    @contextmanager
    def in_field(self) -> Iterator[Callable[[bytes], bytes]]:
        """Be in a reader's field."""
        with self._chip.connect() as transmit:
            yield transmit


Device = CardInHand | PhoneHandle


class _Handle:
    """What the handles of all services share."""

    service = ""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def _verifier(self) -> Verifier:
        revocation, parameters = self._lab.revocation, self._lab.parameters
        asked = parameters.text("service_revocation_data")
        by_ocsp = revocation.ocsp if asked != "crl" else None
        by_list = revocation.list_for if asked != "ocsp" else None
        return Verifier(self.service, revocation.anchors, by_ocsp, parameters, by_list)

    def _device(self, device: PhoneHandle | Chip, pin: str | None, name: str = "pin") -> Device:
        if not isinstance(device, Chip) and not hasattr(device, "authenticate"):
            raise MisuseError(
                f"a service is shown a phone, or a card such as hanako.card; got {type(device).__name__}.",
                code="no_device",
            )
        if isinstance(device, Chip | PhoneHandle) and not self._lab.owns(device):
            raise MisuseError(
                f"{device.name} is not of this lab; its services judge its own cards and phones.", code="foreign_device"
            )
        if isinstance(device, Chip):
            if name and not (isinstance(pin, str) and pin):
                raise MisuseError(f"a card needs what its holder types, as text: {name}='…'.", code="pin_expected")
            return CardInHand(device, pin or "")
        if pin is not None:
            raise MisuseError(f"a phone is unlocked by face or finger and takes no {name}.", code="pin_expected")
        return device

    def _ask(self, device: Device, question: Callable[[bytes, datetime], Verdict]) -> Verdict:
        lab = self._lab
        with lab.log.lock:
            challenge = lab.chance(f"challenge/{len(lab.log) + 1}").bytes(32)
            verdict = question(challenge, lab.now)
            lab.record([VerdictGiven(verdict.service, device.name, verdict)])
            return verdict

    def __repr__(self) -> str:
        return f"<{self.service} TEST>"


class PortalHandle(_Handle):
    """The government portal (マイナポータル)."""

    service = "portal"

    def log_in(self, device: PhoneHandle | Chip, pin: str | None = None) -> Verdict:
        """Log in with a phone, or with a plastic card and its user-authentication PIN.

        Args:
            device: a phone (biometrics unlock it), or a card such as ``hanako.card``.
            pin: for a card: 4 digits.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a PIN, or a phone with one.
        """
        shown = self._device(device, pin)
        portal = Portal(self._verifier)
        return self._ask(shown, lambda challenge, at: portal.log_in(shown, challenge=challenge, at=at))


class DeskHandle(_Handle):
    """The on-line desk, which takes signed applications (電子申請)."""

    service = "desk"

    def accept(
        self, device: PhoneHandle | Chip, document: bytes = b"TEST application", password: str | None = None
    ) -> Verdict:
        """Sign an application with a phone, or with a plastic card and its sign password.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            document: what is signed.
            password: for a card: 6 to 16 letters and digits.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a password, a phone with one, or a document that is not bytes.
        """
        if not isinstance(document, bytes):
            raise MisuseError(
                f"a document is bytes, such as '…'.encode(); got {type(document).__name__}.", code="bad_document"
            )
        shown = self._device(device, password, "password")
        desk = Desk(self._verifier)
        return self._ask(shown, lambda _, at: desk.accept(shown, document=document, at=at))


class ClinicHandle(_Handle):
    """A clinic with a reader for phones (マイナ保険証)."""

    service = "clinic"

    def check_in(
        self,
        device: PhoneHandle | Chip,
        pin: str | None = None,
        *,
        has_phone_reader: bool = True,
        pilot: bool = False,
    ) -> Verdict:
        """Show the insurance at a clinic.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: for a card: the user-authentication PIN (the face reader's match is not simulated here).
            has_phone_reader: whether this clinic can read phones.
            pilot: whether it takes part in the trial of July 2025 (parameter ``insurance_pilot_from``).

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a PIN, or a phone with one.
        """
        shown = self._device(device, pin)
        clinic = Clinic(self._verifier, has_phone_reader, pilot)
        return self._ask(shown, lambda challenge, at: clinic.check_in(shown, challenge=challenge, at=at))


class PoliceHandle(_Handle):
    """A police check on the road (マイナ免許証)."""

    service = "police"

    def check_licence(self, device: PhoneHandle | Chip, pin: str = "") -> Verdict:
        """Show the driving licence.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: the licence's PIN, if its holder set one.

        Returns:
            The verdict; it is recorded.

        Raises:
            MisuseError: a PIN that is not text.
        """
        if not isinstance(pin, str):
            raise MisuseError("the licence's PIN is text, in quotes: pin='…'.", code="pin_expected")
        shown = self._device(device, None, name="")
        return self._ask(shown, lambda _, at: Police(self.service).check_licence(shown, pin=pin, at=at))
