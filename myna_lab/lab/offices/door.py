"""What all offices that people go to have in common: they decide, and what they refuse is recorded, too."""

from __future__ import annotations

from collections.abc import Callable

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.arguments import shown
from myna_lab.jlis.office import Office
from myna_lab.lab.people import Person
from myna_lab.world.world import World

__all__ = ["Door"]


class Door:
    """An office of a lab. What it does is in the log; so is a refusal, which changes nothing else."""

    __slots__ = ("_world",)
    _name = ""

    def __init__(self, world: World) -> None:
        self._world = world

    def _person(self, holder: Person) -> str:
        """A holder's identifier, if she is one of this lab."""
        if not isinstance(holder, Person) or holder.world is not self._world:
            got = f"{holder.person} of another lab" if isinstance(holder, Person) else shown(holder)
            raise MisuseError(
                f"a holder is one of this lab's, such as lab.resident(); got {got}.", code="foreign_holder"
            )
        return holder.person

    def _card(self, card: Chip) -> str:
        """A plastic card's name, if it is one of this lab."""
        is_own = isinstance(card, Chip) and self._world.things.cards.get(card.name) is card
        if not is_own:
            raise MisuseError(
                f"a card is one of this lab's, such as hanako.card; got {type(card).__name__}.", code="foreign_device"
            )
        return card.name

    def _ask(self, request: str, person: str, decide: Callable[[Office], Decision]) -> Decision:
        """Have the office decide, and record what it decided.

        Raises:
            RegistrationRefused: it said no; that is recorded.
        """
        with self._world.lock:
            try:
                decision = decide(self._world.office)
            except RegistrationRefused as refused:
                self._world.record([ev.RequestRefused(self._name, request, person, refused.code)])
                raise
            self._world.record(decision.events, decision.secrets)
            return decision

    def __repr__(self) -> str:
        return f"<{type(self).__name__} TEST of {self._world!r}>"
