"""What goes into a step and what comes out of it: the holder's entry, the draft so far, the effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.provisioning.screens import Outcome, Screen

__all__ = ["Draft", "Effect", "Entry"]

S = Screen


@dataclass(slots=True, repr=False)
class Draft:
    """What is typed, captured or read so far: volatile."""

    n_captures: int = 0
    n_links: int = 0
    face: bytes = b""
    input_aid_pin: str = ""
    signing_password: str = ""
    document: bytes = b""
    """The application that the plastic card signs."""
    signature: bytes = b""
    sign_certificate: bytes = b""
    user_pin: str = ""
    phone_password: str = ""


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

    tap: str
    value: str | Chip | None
    same: bool
    mishap: str | None

    MISHAPS: ClassVar[Mapping[Screen, tuple[str, ...]]] = {
        S.CAPTURE: ("liveness_failed", "other_face", "twin"),
        S.READ: ("link_lost",),
        S.READ_AGAIN: ("link_lost",),
        S.WALLET: ("interrupted",),
        S.INSTALL: ("interrupted",),
    }
    """What can go wrong on a screen, if the learner wishes it."""
    KINDS: ClassVar[Mapping[Screen, str]] = {
        S.INPUT_AID_PIN: "input_aid",
        S.SIGN_PASSWORD: "signing",
        S.SIGN_PASSWORD_AGAIN: "signing",
        S.NEW_USER_PIN: "user_authentication",
        S.REPEAT_USER_PIN: "user_authentication",
        S.NEW_SIGN_PASSWORD: "signing",
        S.REPEAT_SIGN_PASSWORD: "signing",
    }
    NEW: ClassVar[frozenset[Screen]] = frozenset(
        {S.NEW_USER_PIN, S.REPEAT_USER_PIN, S.NEW_SIGN_PASSWORD, S.REPEAT_SIGN_PASSWORD}
    )

    @classmethod
    def kind(cls, screen: Screen) -> str | None:
        """What is typed on a screen."""
        return cls.KINDS.get(screen)
