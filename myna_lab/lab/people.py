"""A person of a world: what the register has of her, and her plastic card. A world and an identifier, nothing else."""

from __future__ import annotations

from datetime import date, datetime

from myna_lab.devices.card import Chip
from myna_lab.ground.durations import show_birth
from myna_lab.jlis.books import CardState
from myna_lab.jlis.register import RegisterEntry
from myna_lab.provisioning import Memory
from myna_lab.residents import Resident, Slip, slip
from myna_lab.world.certificates import certificates_of
from myna_lab.world.world import World

__all__ = ["Person"]


class Person:
    """A fictional resident, as the register and her card know her."""

    __slots__ = ("person", "world")

    def __init__(self, world: World, person: str) -> None:
        self.world = world
        self.person = person

    @property
    def _resident(self) -> Resident:
        return self.world.things.resident(self.person)

    @property
    def name(self) -> str:
        """Surname and given name, as the register has them."""
        return self._resident.name

    @property
    def alias(self) -> str:
        """通称 of a foreign resident, which the card shows beside the name; empty: none."""
        return self._resident.alias

    @property
    def address(self) -> str:
        """The full address."""
        return self._resident.address

    @property
    def born(self) -> date:
        """Date of birth; where the register does not know it wholly, the one that ages go by."""
        return self._resident.born

    @property
    def sex(self) -> str:
        """``male`` or ``female``, as the register states it."""
        return self._resident.sex

    @property
    def municipality(self) -> str:
        """Code of the town, five digits."""
        return self._resident.municipality

    @property
    def card_expires(self) -> datetime:
        """Last second of the plastic card."""
        return self._resident.card_expires

    @property
    def licence(self) -> bool:
        """Whether the plastic chip carries the driving licence."""
        return self._resident.licence

    @property
    def portrait(self) -> bytes:
        """The portrait of the card, JPEG 2000."""
        return self._resident.portrait

    @property
    def is_alive(self) -> bool:
        """Whether the register has no death of hers."""
        return self.world.people.is_alive(self.person)

    @property
    def register(self) -> tuple[RegisterEntry, ...]:
        """What the resident register has of her, entry by entry, the oldest first."""
        return self.world.people.history(self.person)

    def card_state(self, at: str | datetime | None = None) -> CardState:
        """Where her newest plastic card stood in the books at an instant (default: now)."""
        return self.world.books.card_state(self.card.name, at)

    @property
    def card(self) -> Chip:
        """The chip of her newest plastic card."""
        return self.world.card(self.person)

    @property
    def _memory(self) -> Memory:
        """What she knows by heart: her PINs as they are now."""
        return self.world.memory(self.person)

    @property
    def slip(self) -> Slip:
        """Her PINs as issued, and what is printed on the card: the only place that shows them."""
        return slip(self._resident, signs=bool(certificates_of(self.world, person=self.person, kind="card_sign")))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and (other.world, other.person) == (self.world, self.person)

    def __hash__(self) -> int:
        return hash((id(self.world), self.person))

    def __repr__(self) -> str:
        resident = self._resident
        born = show_birth(resident.born, resident.birth_known)
        return f"<{type(self).__name__} TEST {self.person}: {resident.written_name}, born {born}, {self.address}>"
