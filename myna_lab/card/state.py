"""What a chip remembers: for good, and until the next reset.

ReferenceDataTried, …Verified, …Refused, …Changed, …Unblocked -> evolve(state, event) -> ChipState
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.card.structure import Application, ElementaryFile
from myna_lab.events import (
    Event,
    ReferenceDataChanged,
    ReferenceDataRefused,
    ReferenceDataTried,
    ReferenceDataUnblocked,
    ReferenceDataVerified,
)

if TYPE_CHECKING:
    from myna_lab.card.messaging import SessionKey

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

    def __post_init__(self) -> None:
        for name in ("tries_left", "value_refs"):  # who asks may read them, no more
            given = getattr(self, name)
            if not isinstance(given, MappingProxyType):  # one around another would grow with each event
                object.__setattr__(self, name, MappingProxyType(given))


class VolatileState(NamedTuple):
    """What a reset forgets, and SELECT of an application too."""

    application: Application | None = None
    """None: the card manager, as after power-up."""
    file: ElementaryFile | None = None
    verified: frozenset[int] = frozenset()
    """EF identifiers of the reference data that are verified, within the application."""
    session_key: SessionKey | None = None
    """For secure messaging, once it was delivered."""


def evolve(state: ChipState, event: Event) -> ChipState:
    """The state after an event; other events than those of reference data change nothing."""
    match event:
        case (
            ReferenceDataTried()
            | ReferenceDataVerified()
            | ReferenceDataRefused()
            | ReferenceDataChanged()
            | ReferenceDataUnblocked()
        ):
            tries_left = {**state.tries_left, event.reference: event.tries_left}
        case _:
            return state
    if not isinstance(event, ReferenceDataChanged):
        return ChipState(tries_left, state.value_refs, state.n_changes)
    return ChipState(tries_left, {**state.value_refs, event.reference: event.value_ref}, state.n_changes + 1)
