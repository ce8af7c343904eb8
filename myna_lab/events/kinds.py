"""What an event is, and the list of all kinds: they stand in ``things``, ``set_up`` and ``official``."""

from __future__ import annotations

import typing
from dataclasses import dataclass

__all__ = ["EVENTS", "Event", "event"]


class Event:
    """A fact. Children are frozen dataclasses; their fields are text, numbers, truth, bytes, times or tuples."""

    __slots__ = ()


EVENTS: dict[str, type[Event]] = {}
"""Every kind of event by name."""


def _event(cls: type[Event]) -> type[Event]:
    EVENTS[cls.__name__] = cls
    return cls


if typing.TYPE_CHECKING:
    from dataclasses import dataclass as event
else:

    def event(cls: type[Event]) -> type[Event]:
        """Declare a kind of event: a frozen dataclass that the journal can read back."""
        return _event(dataclass(frozen=True, slots=True)(cls))
