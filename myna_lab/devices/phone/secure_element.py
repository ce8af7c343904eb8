"""The card on a phone: an applet with up to two identities, the attribute record and the key that it is bound to.

    set-up: PendingPair, what was made so far -> installed: SecureElement, with its applet

    identity | key and certificate | opened by
    user     | user authentication | its PIN of 4 digits, or a face or finger that stands for it
    signing  | sign                | its password of 6 to 16 letters and digits, and nothing else

Both identities are optional, and each counts its own tries. Source: life-cycle facts 2.5 (confirmed); for Android
life-cycle facts 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType

from myna_lab.devices.card import Chip

__all__ = ["IDENTITIES", "Identity", "PendingPair", "SecureElement"]


@dataclass(frozen=True, slots=True)
class Identity:
    """One of the two."""

    name: str
    """``user`` or ``signing``."""
    kind: str
    """Its certificate: ``auth`` or ``sign``."""
    pin: int
    """EF of its reference data in the JPKI application."""
    form: str
    """What is typed has the form of this PIN of a card."""

    @property
    def reference(self) -> str:
        """``jpki/0018`` or ``jpki/001B``."""
        return f"jpki/{self.pin:04X}"


IDENTITIES: Mapping[str, Identity] = MappingProxyType(
    {
        "user": Identity("user", "auth", 0x0018, "user_authentication"),
        "signing": Identity("signing", "sign", 0x001B, "signing"),
    }
)


@dataclass(frozen=True, slots=True)
class PendingPair:
    """What a set-up has made on the phone so far."""

    flow: str
    applicant: str = ""
    """Whose application was accepted."""
    keys: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """``sign`` and ``auth`` to the key's number."""
    device_public: bytes = b""
    """Public point of the attribute record's key."""
    pins_ref: str = ""
    """Vault entry of the ``user`` PIN and ``signing`` password that were chosen."""
    certificates: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """``sign`` and ``auth`` to DER."""
    key_ref: str = ""
    """Vault entry of the key that the attribute record is bound to; see :mod:`myna_lab.devices.phone.device_key`."""
    record_ref: str = ""
    """Vault entry of the attribute record; empty if there is none."""
    recorded_at: datetime | None = None
    """When that record was issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureElement(PendingPair):
    """What a set-up made, once it is installed."""

    chip: Chip
    """The applet."""
    auth_serial: int
    """Serial number of the user-authentication certificate."""
    added_at: datetime
    face_of: str
    """Whose face or finger opens it: that of who had the phone when the card came onto it."""

    @classmethod
    def installed(
        cls, pair: PendingPair, chip: Chip, auth_serial: int, added_at: datetime, face_of: str
    ) -> SecureElement:
        """What a set-up made, with its applet."""
        made = {each.name: getattr(pair, each.name) for each in fields(PendingPair)}
        return cls(**made, chip=chip, auth_serial=auth_serial, added_at=added_at, face_of=face_of)

    @property
    def tries_left(self) -> Mapping[str, int]:
        """Tries left by identity, of those that the card came with."""
        counted = self.chip.state.tries_left
        return {name: counted[own.reference] for name, own in IDENTITIES.items() if own.reference in counted}

    @property
    def changed_refs(self) -> Mapping[str, str]:
        """Vault entries of the PINs that were changed since, by identity."""
        refs = self.chip.state.value_refs
        return {name: refs[own.reference] for name, own in IDENTITIES.items() if own.reference in refs}
