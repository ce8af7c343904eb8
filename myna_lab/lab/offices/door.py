"""What all offices that people go to have in common: they decide, and what they refuse is recorded, too."""

from __future__ import annotations

from collections.abc import Callable

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.jlis.office import Office
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.ours import only_holder, refuse_foreign
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
        only_holder(self._world, holder)
        return holder.person

    def _card(self, card: Chip) -> str:
        """A plastic card's name, if it is one of this lab."""
        wanted = "a card is a plastic one of this lab's, such as hanako.card"
        refuse_foreign(self._world, card, Chip, wanted, code="foreign_device", secret=True)
        if card.name not in self._world.things.cards:
            raise MisuseError(f"{wanted}; got the chip of {card.name}.", code="foreign_device")
        return card.name

    def _phone(self, phone: PhoneHandle) -> str:
        """A phone's name, if it is one of this lab."""
        wanted = "a phone is one of this lab's, such as lab.phones[0]"
        refuse_foreign(self._world, phone, PhoneHandle, wanted, code="foreign_device", secret=True)
        return phone.name

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
        return f"<{self._name} TEST>"
