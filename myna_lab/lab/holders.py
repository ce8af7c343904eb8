"""The thin handle of a person: a lab and an identifier, nothing that would have to be kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from myna_lab.devices.card import Chip
from myna_lab.ground.durations import show_birth
from myna_lab.lab import resets
from myna_lab.provisioning import Memory
from myna_lab.residents import Resident, Slip, slip

if TYPE_CHECKING:
    from myna_lab.lab.handles import PhoneHandle
    from myna_lab.lab.lab import Lab

__all__ = ["Holder"]


class Holder:
    """A fictional resident who holds a plastic card."""

    __slots__ = ("lab", "person")

    def __init__(self, lab: Lab, person: str) -> None:
        self.lab = lab
        self.person = person

    @property
    def _resident(self) -> Resident:
        return self.lab.things.resident(self.person)

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
    def card(self) -> Chip:
        """The plastic card's chip."""
        return self.lab.things.cards[self.lab.things.card_of[self.person]]

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """Her phones, in the order of buying."""
        return tuple(phone for phone in self.lab.phones if phone.person == self.person)

    @property
    def _memory(self) -> Memory:
        """What she knows by heart: her PINs as they are now."""
        return self.lab.things.memory(self.person)

    def reset_pin(self, pin: str, new: str, *, where: str = "window") -> None:
        """Have a PIN of the plastic card set anew, blocked or not.

        Args:
            pin: ``user_authentication``, ``signing`` or ``input_aid``.
            new: its new value.
            where: ``window``, the municipality's, for each of them; or ``store``: the app and a store's kiosk, for
                either of the first two while the other still works.

        Raises:
            Refused: it is not done there, or the other PIN is blocked, too; nothing was reset.
            MisuseError: no such PIN or place, or a value of another form.
        """
        resets.reset_card(self, pin, new, where)

    @property
    def slip(self) -> Slip:
        """Her PINs as issued, and what is printed on the card: the only place that shows them."""
        return slip(self._resident, signs=bool(self.lab.certificates(self, kind="card_sign")))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holder) and (other.lab, other.person) == (self.lab, self.person)

    def __hash__(self) -> int:
        return hash((id(self.lab), self.person))

    def __repr__(self) -> str:
        resident = self._resident
        born = show_birth(resident.born, resident.birth_known)
        return f"<Holder TEST {self.person}: {resident.written_name}, born {born}, {self.address}>"
