"""The world around a set-up, as the lab provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel
from myna_lab.events import Event
from myna_lab.ground.chance import Chance
from myna_lab.jlis.office import Application
from myna_lab.keys import elliptic_key
from myna_lab.provisioning import Memory

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["LabSurroundings"]


class LabSurroundings:
    """Fulfils :class:`myna_lab.provisioning.Surroundings`."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.parameters = lab.parameters

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The log's lock."""
        return self._lab.log.lock

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self._lab.now

    def record(
        self, events: Sequence[Event], secrets: Mapping[str, bytes] | None = None, elapse: timedelta = timedelta()
    ) -> None:
        """Make one decision durable; first let ``elapse`` pass."""
        self._lab.record(events, secrets, elapse)

    def wait_until(self, instant: datetime) -> None:
        """Let time pass; at once if the instant is over."""
        if instant > self._lab.now:
            self._lab.advance_to(instant)

    def chance(self, name: str) -> Chance:
        """A source of draws."""
        return self._lab.chance(name)

    def is_open(self, flow: str) -> bool:
        """Whether this set-up is still the one that its phone shows."""
        return self._lab.things.flows[flow].is_open

    def phone(self, phone: str) -> PhoneModel:
        """The phone."""
        return self._lab.things.phones[phone]

    def memory(self, person: str) -> Memory:
        """What the holder remembers."""
        return self._lab.things.memory(person)

    def card(self, person: str) -> Chip:
        """The holder's plastic card."""
        return self._lab.things.cards[self._lab.things.card_of[person]]

    def is_ours(self, chip: Chip) -> bool:
        """Whether a chip belongs to this lab."""
        return self._lab.owns(chip)

    def new_keys(self, n: int) -> Sequence[int]:
        """Numbers of the next unused RSA keys."""
        return self._lab.things.new_keys(n)

    def device_key(self, flow: str) -> EllipticCurvePrivateKey:
        """The key of the attribute record that this flow makes."""
        return elliptic_key(self._lab.chance(f"device_key/{flow}"))

    def submit(self, application: Application) -> None:
        """Send an application to J-LIS: decide and append under the lock."""
        lab = self._lab
        with lab.log.lock:
            chance = lab.chance(f"issue/{application.stated('flow')}")
            decision = lab.office.apply(application, chance=chance, at=lab.now)
            lab.record(decision.events, decision.secrets)

    def issue_due(self, flow: str) -> datetime:
        """When J-LIS issues the certificates of this flow's application."""
        return self._lab.office.application_of(flow).issue_due

    def confirm(self, flow: str) -> None:
        """Ask J-LIS whether this flow's certificates may be installed."""
        self._lab.office.confirm(flow)

    def issued_serials(self, flow: str) -> tuple[int, int]:
        """Serial numbers of the signing and the user-authentication certificate that this flow was issued."""
        sign, auth = self._lab.office.confirm(flow)
        return sign.key.serial, auth.key.serial
