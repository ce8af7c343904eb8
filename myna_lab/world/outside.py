"""What services have of their world: its time, its published revocation data, and the devices of its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from myna_lab.devices.card import Chip
from myna_lab.devices.in_hand import CardInHand, PhoneInHand
from myna_lab.devices.phone import PhoneModel
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict, VerdictGiven
from myna_lab.ground.arguments import only_bool, only_secret
from myna_lab.relying_parties import Authenticator, ContactlessDevice, Crl, Named, Ocsp, Signer, StatusSource
from myna_lab.world.world import World

__all__ = ["WorldOutside"]


class WorldOutside:
    """Fulfils :class:`myna_lab.relying_parties.Outside`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.parameters = world.parameters
        self.sources: Mapping[str, StatusSource] = {
            "ocsp": Ocsp(world.revocation.ocsp),
            "crl": Crl(world.revocation.list_for),
        }

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self._world.now

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The log's lock."""
        return self._world.lock

    @property
    def anchors(self) -> Sequence[bytes]:
        """Certificates of all authorities."""
        return self._world.revocation.anchors

    def challenge(self) -> bytes:
        """Drawn by the place that the next entry has in the log."""
        return self._world.chance(f"challenge/{len(self._world.log) + 1}").bytes(32)

    def record(self, verdict: Verdict, device: str) -> None:
        """Append the verdict to the log."""
        self._world.record([VerdictGiven(verdict.service, device, verdict)])

    def authenticator(self, device: Named, pin: str | None, *, other_face: bool) -> Authenticator:
        """A card always with its PIN; a phone with its own, or with a face or finger."""
        only_bool(other_face=other_face)
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own, _typed("a card", "pin", pin))
        typed = None if pin is None else _typed("a PIN for a phone", "pin", pin)
        if own is not None:
            return PhoneInHand(own, typed, other_face=other_face)
        if isinstance(device, Authenticator):
            return device
        raise _no_device(device)

    def signer(self, device: Named, password: str | None) -> Signer:
        """Card and phone always with a signing password."""
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own, _typed("a card", "password", password))
        if own is not None:
            return PhoneInHand(own, _typed("a phone, to sign,", "password", password))
        if isinstance(device, Signer):
            return device
        raise _no_device(device)

    def contactless(self, device: Named) -> ContactlessDevice:
        """Nothing is typed on the device: its holder answers the reader."""
        own = self._own(device)
        if isinstance(own, Chip):
            return CardInHand(own)
        if own is not None:
            return PhoneInHand(own)
        if isinstance(device, ContactlessDevice):
            return device
        raise _no_device(device)

    def _own(self, device: Named) -> Chip | PhoneModel | None:
        """A chip or phone of this world, from inside; None: a device of another make."""
        is_handle = hasattr(device, "world") and hasattr(device, "platform")
        if not isinstance(device, Chip | PhoneModel) and not is_handle:
            return None
        if not self._world.owns(device):
            raise MisuseError(
                f"{device.name} is not of this lab; its services judge its own cards and phones.", code="foreign_device"
            )
        return device if isinstance(device, Chip) else self._world.phone(device.name)


def _typed(whose: str, name: str, value: str | None) -> str:
    return only_secret(f"{whose} needs what its holder types, as text: {name}='…';", value)


def _no_device(shown: object) -> MisuseError:
    instead = " A holder is no device: pass a phone or hanako.card." if hasattr(shown, "card") else ""
    return MisuseError(
        f"a service is shown a phone, or a card such as hanako.card; got {type(shown).__name__}.{instead}",
        code="no_device",
    )
