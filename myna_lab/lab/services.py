"""The services of a lab: each is given its challenge, its fetch function and the time, and its verdict is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict, VerdictGiven
from myna_lab.ground.arguments import only_bool, only_secret
from myna_lab.lab.handles import PhoneHandle
from myna_lab.relying_parties import Clinic, Desk, Police, Portal, Verifier
from myna_lab.world.world import World

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

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign documents after the sign password."""
        with self._chip.connect() as transmit:
            first = terminal.authenticate(transmit, documents[0], pin=self._pin, kind="sign")
            return *first, *(terminal.sign(transmit, terminal.KEYS["sign"], each) for each in documents[1:])

    @contextmanager
    def in_field(self) -> Iterator[Callable[[bytes], bytes]]:
        """Be in a reader's field."""
        with self._chip.connect() as transmit:
            yield transmit


class PhoneInHand:
    """A phone, with what is typed on it or the face that is shown to it."""

    def __init__(self, phone: PhoneHandle, typed: str | None, other_face: bool = False) -> None:
        self.name = phone.name
        self._phone = phone
        self._typed = typed
        self._other_face = other_face

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign a service's challenge after the user PIN, or after a face or finger."""
        return self._phone.authenticate(challenge, self._typed, other_face=self._other_face)

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign documents after the phone's sign password."""
        return self._phone.sign(*documents, password=self._typed or "")

    def in_field(self) -> AbstractContextManager[Callable[[bytes], bytes]]:
        """Be in a reader's field."""
        return self._phone.in_field()


Device = CardInHand | PhoneInHand


class _Handle:
    """What the handles of all services share."""

    __slots__ = ("_world",)
    service = ""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _verifier(self) -> Verifier:
        revocation, parameters = self._world.revocation, self._world.parameters
        asked = parameters.text("service_revocation_data")
        by_ocsp = revocation.ocsp if asked != "crl" else None
        by_list = revocation.list_for if asked != "ocsp" else None
        return Verifier(self.service, revocation.anchors, by_ocsp, parameters, by_list)

    def _device(
        self, device: PhoneHandle | Chip, typed: str | None, name: str = "pin", other_face: bool = False
    ) -> Device:
        """A device as it is shown: a card always with what its holder types, a phone for signing only."""
        only_bool(other_face=other_face)
        if not isinstance(device, Chip) and not hasattr(device, "authenticate"):
            raise MisuseError(
                f"a service is shown a phone, or a card such as hanako.card; got {type(device).__name__}.",
                code="no_device",
            )
        if isinstance(device, Chip | PhoneHandle) and not self._world.owns(device):
            raise MisuseError(
                f"{device.name} is not of this lab; its services judge its own cards and phones.", code="foreign_device"
            )
        is_chip = isinstance(device, Chip)
        is_needed = bool(name) and (is_chip or (isinstance(device, PhoneHandle) and name == "password"))
        if is_needed or typed is not None:
            what = "a card" if is_chip else "a phone, to sign," if is_needed else "a PIN for a phone"
            typed = only_secret(f"{what} needs what its holder types, as text: {name}='…';", typed)
        if isinstance(device, Chip):
            return CardInHand(device, typed or "")
        return PhoneInHand(device, typed, other_face) if isinstance(device, PhoneHandle) else device

    def _ask(self, device: Device, question: Callable[[bytes, datetime], Verdict]) -> Verdict:
        world = self._world
        with world.lock:
            challenge = world.chance(f"challenge/{len(world.log) + 1}").bytes(32)
            verdict = question(challenge, world.now)
            world.record([VerdictGiven(verdict.service, device.name, verdict)])
            return verdict

    def __repr__(self) -> str:
        return f"<{self.service} TEST>"


class PortalHandle(_Handle):
    """The government portal (マイナポータル)."""

    __slots__ = ()
    service = "portal"

    def log_in(self, device: PhoneHandle | Chip, pin: str | None = None, *, other_face: bool = False) -> Verdict:
        """Log in with a phone, or with a plastic card and its user-authentication PIN.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: 4 digits: the card's, or the phone's own; None: a face or finger stands for the phone's.
            other_face: whether that is somebody else's, who found the phone.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a PIN, or one that is not text.
        """
        shown = self._device(device, pin, other_face=other_face)
        portal = Portal(self._verifier)
        return self._ask(shown, lambda challenge, at: portal.log_in(shown, challenge=challenge, at=at))


class DeskHandle(_Handle):
    """The on-line desk, which takes signed applications (電子申請)."""

    __slots__ = ()
    service = "desk"

    def accept(
        self,
        device: PhoneHandle | Chip,
        document: bytes | Sequence[bytes] = b"TEST application",
        password: str | None = None,
    ) -> Verdict:
        """Have an application signed with a phone or a plastic card, and judge it.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            document: what is signed; several documents are signed under one password and judged together.
            password: the sign password, 6 to 16 letters and digits: the card's, or the phone's own (``phone.slip``);
                no face or finger stands for it.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card or phone without a password, or a document that is not bytes.
        """
        documents = tuple(document) if isinstance(document, list | tuple) else (document,)
        if not documents or not all(isinstance(each, bytes) for each in documents):
            raise MisuseError("a document is bytes, such as '…'.encode(), or a list of such.", code="bad_document")
        shown = self._device(device, password, "password")
        desk = Desk(self._verifier)
        return self._ask(shown, lambda _, at: desk.accept(shown, *documents, at=at))


class ClinicHandle(_Handle):
    """A clinic with a reader for phones (マイナ保険証)."""

    __slots__ = ()
    service = "clinic"

    def check_in(
        self,
        device: PhoneHandle | Chip,
        pin: str | None = None,
        *,
        has_phone_reader: bool = True,
        pilot: bool = False,
        other_face: bool = False,
    ) -> Verdict:
        """Show the insurance at a clinic.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: the card's user-authentication PIN (the face reader's match is not simulated here), or the phone's own;
                None: a face or finger stands for the phone's.
            has_phone_reader: whether this clinic can read phones.
            pilot: whether it takes part in the trial of July 2025 (parameter ``insurance_pilot_from``).
            other_face: whether the face or finger is somebody else's.

        Returns:
            The verdict, with every check; it is recorded.

        Raises:
            MisuseError: a card without a PIN, one that is not text, or a switch that is neither True nor False.
        """
        only_bool(has_phone_reader=has_phone_reader, pilot=pilot)
        shown = self._device(device, pin, other_face=other_face)
        clinic = Clinic(self._verifier, has_phone_reader, pilot)
        return self._ask(shown, lambda challenge, at: clinic.check_in(shown, challenge=challenge, at=at))


class PoliceHandle(_Handle):
    """A police check on the road (マイナ免許証)."""

    __slots__ = ()
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
        if not isinstance(pin, str) or pin:
            pin = only_secret("the licence's PIN is", pin)
        shown = self._device(device, None, name="")
        return self._ask(shown, lambda _, at: Police(self.service).check_licence(shown, pin=pin, at=at))
