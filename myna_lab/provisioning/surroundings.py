"""What the app needs of the world around it. The world fulfils it; a test may fulfil it with less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel, Platform
from myna_lab.events import Event
from myna_lab.ground.chance import Chance
from myna_lab.jlis.office import Application
from myna_lab.parameters import Parameters
from myna_lab.residents import Slip

__all__ = ["Memory", "Phone", "Surroundings"]


@dataclass(frozen=True, slots=True, repr=False)
class Memory:
    """What the holder knows by heart, and her face."""

    input_aid_pin: str
    user_authentication_pin: str
    signing_password: str
    licence_pin: str
    """Empty: none was set."""
    face: bytes
    """SHA-256 of the portrait that was taken for her card."""


class Phone(Protocol):
    """A phone's handle: what people may ask of it."""

    @property
    def name(self) -> str:
        """Its identifier."""
        ...

    @property
    def person(self) -> str:
        """Identifier of its owner."""
        ...

    @property
    def platform(self) -> Platform:
        """``iphone`` or ``android``."""
        ...

    @property
    def model(self) -> str:
        """Model name."""
        ...

    @property
    def os_version(self) -> str:
        """Version of its system."""
        ...

    @property
    def online(self) -> bool:
        """Whether it reaches the network."""
        ...

    @property
    def slip(self) -> Slip:
        """The phone's own PINs, as its owner noted them."""
        ...


class Surroundings(Protocol):
    """The world around one flow."""

    parameters: Parameters

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The log's lock."""
        ...

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        ...

    def record(
        self, events: Sequence[Event], secrets: Mapping[str, bytes] | None = None, elapse: timedelta = timedelta()
    ) -> object:
        """Make one decision durable; first let ``elapse`` pass."""
        ...

    def wait_until(self, instant: datetime) -> None:
        """Let time pass."""
        ...

    def chance(self, name: str) -> Chance:
        """A source of draws."""
        ...

    def is_open(self, flow: str) -> bool:
        """Whether this set-up is still the one that its phone shows."""
        ...

    def phone(self, phone: str) -> PhoneModel:
        """The phone."""
        ...

    def memory(self, person: str) -> Memory:
        """What the holder remembers."""
        ...

    def card(self, person: str) -> Chip:
        """The holder's plastic card."""
        ...

    def owns(self, device: Chip) -> bool:
        """Whether a chip belongs to this world, and is not of another lab."""
        ...

    def new_keys(self, n: int) -> Sequence[int]:
        """Numbers of the next unused RSA keys."""
        ...

    def submit(self, application: Application) -> None:
        """Send an application to J-LIS.

        Raises:
            RegistrationRefused: J-LIS says no.
        """
        ...

    def issue_due(self, flow: str) -> datetime:
        """When J-LIS issues the certificates of this flow's application.

        Raises:
            RegistrationRefused: a later application won.
        """
        ...

    def confirm(self, flow: str) -> None:
        """Ask J-LIS whether this flow's certificates may be installed.

        Raises:
            RegistrationRefused: a later application won, or they are not issued.
        """
        ...

    def issued_serials(self, flow: str) -> tuple[int, int]:
        """Serial numbers of the signing and the user-authentication certificate that this flow was issued."""
        ...
