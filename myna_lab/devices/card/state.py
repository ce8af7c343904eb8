"""What a chip remembers: for good, and until the power is gone.

ReferenceDataTried, …Verified, …Refused, …Changed, …Unblocked, ChallengeGiven -> evolve(state, event) -> ChipState
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from myna_lab.devices.card.session_key import SessionKey
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile
from myna_lab.events import (
    ChallengeGiven,
    Event,
    ReferenceDataChanged,
    ReferenceDataRefused,
    ReferenceDataTried,
    ReferenceDataUnblocked,
    ReferenceDataVerified,
)

__all__ = ["ChipState", "VolatileState", "evolve"]


@dataclass(frozen=True, slots=True)
class ChipState:
    """What survives a reset; a fold of the chip's events."""

    tries_left: Mapping[str, int]
    """``jpki/0018`` to the tries left."""
    value_refs: Mapping[str, str] = field(default_factory=dict)
    """``jpki/0018`` to the vault entry of a changed PIN; what is not here is as it was issued."""
    n_changes: int = 0
    """How many PINs were changed so far; it names the next vault entry."""
    n_challenges: int = 0
    """How many challenges were given so far; it names the next one's draw."""

    def __post_init__(self) -> None:
        # Who asks may read them, no more; one proxy around another would grow with each event.
        if type(self.tries_left) is dict:
            object.__setattr__(self, "tries_left", MappingProxyType(self.tries_left))
        if type(self.value_refs) is dict:
            object.__setattr__(self, "value_refs", MappingProxyType(self.value_refs))


_OF_REFERENCE_DATA = frozenset(
    {
        ReferenceDataTried,
        ReferenceDataVerified,
        ReferenceDataRefused,
        ReferenceDataChanged,
        ReferenceDataUnblocked,
    }
)


class VolatileState(NamedTuple):
    """What the loss of power forgets, and SELECT of another application too."""

    application: DedicatedFile | None = None
    """None: the card manager, as after power-up."""
    file: ElementaryFile | None = None
    verified: frozenset[int] = frozenset()
    """EF identifiers of the reference data that are verified, within the application."""
    session_key: SessionKey | None = None
    """For secure messaging, once it was delivered."""

    def again(self, *, keeps_verified: bool) -> VolatileState:
        """The same application, selected once more.

        Args:
            keeps_verified: what was verified stays so; the current file and the session key are gone (assumed).
        """
        return VolatileState(self.application, verified=self.verified if keeps_verified else frozenset())


def evolve(state: ChipState, event: Event) -> ChipState:
    """The state after an event; other events than those of reference data and challenges change nothing."""
    kind: Any = type(event)
    if kind is ChallengeGiven:
        return replace(state, n_challenges=state.n_challenges + 1)
    if kind not in _OF_REFERENCE_DATA:
        return state
    told: Any = event
    # A proxy joins at once what dict() would ask it for key by key.
    tries_left: Mapping[str, int] = state.tries_left | {told.reference: told.tries_left}  # type: ignore[operator]
    value_refs, n_changes = state.value_refs, state.n_changes
    if kind is ReferenceDataChanged:
        value_refs, n_changes = {**value_refs, told.reference: told.value_ref}, n_changes + 1
    return ChipState(tries_left, value_refs, n_changes, state.n_challenges)
