"""What goes into a step and what comes out of it: the step, the holder's entry, the effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel
from myna_lab.provisioning.screens import SECONDS, Outcome, Screen
from myna_lab.provisioning.surroundings import Surroundings
from myna_lab.provisioning.taps import Mishap, Tap

__all__ = ["Draft", "Effect", "Entry", "Step"]


@dataclass(slots=True, repr=False)
class Draft:
    """What was typed, captured or read so far; never saved."""

    n_captures: int = 0
    n_links: int = 0
    face: bytes = b""
    input_aid_pin: str = ""
    signing_password: str = ""
    document: bytes = b""
    """The application that the plastic card signs."""
    signature: bytes = b""
    signing_certificate: bytes = b""
    user_pin: str = ""
    phone_password: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """The state of a set-up while a tap does its work."""

    flow: str
    """Identifier of the set-up."""
    screen: Screen
    phone: PhoneModel
    """The phone from inside: what the app and the secure element know."""
    draft: Draft
    around: Surroundings

    @property
    def seconds(self) -> timedelta:
        """Simulated time that this screen takes."""
        return self.around.parameters.duration(SECONDS.get(self.screen, "seconds_to_read"))


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step leads to."""

    outcome: Outcome = Outcome.OK
    events: tuple[ev.Event, ...] = ()
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    notice: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    elapse: timedelta | None = None
    """None: the screen's own seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What the holder gave with a tap."""

    tap: Tap
    value: str | Chip | None
    same: bool
    mishap: Mishap | None
