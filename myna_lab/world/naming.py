"""Whether the things that events name are there: people, phones, set-ups, chips."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Any

from myna_lab import events as ev
from myna_lab.errors import MisuseError

__all__ = ["Naming", "made_by"]

Known = Mapping[str, Mapping[str, object]]
Made = tuple[str, str]
"""Kind and name of a new thing."""

_MAKES: Mapping[type[ev.Event], str] = {
    ev.ResidentRegistered: "person",
    ev.CardIssued: "card",
    ev.PhoneAcquired: "phone",
    ev.ApplicationStarted: "flow",
}
"""The field in which an event gives a new thing its name."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("person", "phone", "flow")},
    "chip": ("card", "phone"),
    "device": ("card", "phone"),
    "taker": ("person", "stranger"),
    "former": ("phone",),
}
"""What kinds of things a field of an event may name."""


def made_by(event: ev.Event) -> tuple[Made, ...]:
    """The new thing of an event, if it makes one."""
    own = _MAKES.get(type(event))
    return () if own is None else ((own, getattr(event, own)),)


class Naming:
    """Asks each event whether what it names is there.

    Args:
        known: kinds of things to those that there are, by name; they grow as the log does.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._likely: dict[Any, tuple[tuple[str, Mapping[str, object]], ...]] = {}
        """For a kind of event its fields, each with the things among which its name is found first."""

    def ask(self, event: ev.Event, made: Collection[Made]) -> None:
        """Whether everything that an event names is there, or was made just now.

        Raises:
            MisuseError: something is not.
        """
        kind: Any = type(event)
        for field, kinds in _named_in(kind):
            name = getattr(event, field)
            if not any((k, name) in made or name in self._known[k] for k in kinds):
                raise MisuseError(
                    f"{type(event).__name__} names the {field} {name!r}, which this lab does not have.",
                    code="unknown_name",
                )

    def ask_in_turn(self, event: ev.Event) -> None:
        """The same for an event of a file, which makes no more than itself; most name what is found at once.

        Raises:
            MisuseError: as :meth:`ask`.
        """
        kind: Any = type(event)
        if (likely := self._likely.get(kind)) is None:
            likely = tuple((field, self._known[kinds[0]]) for field, kinds in _named_in(kind))
            self._likely[kind] = likely
        for field, known in likely:
            if getattr(event, field) not in known:
                self.ask(event, made_by(event))
                return


@functools.cache
def _named_in(kind: type[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if kind is ev.VerdictGiven:  # a service sees all
        return ()
    return tuple((field, kinds) for field, kinds in _NAMES.items() if hasattr(kind, field))
