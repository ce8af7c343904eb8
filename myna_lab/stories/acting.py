"""What people of a story do again and again: wait for an hour of the week, set a phone up, type their own PINs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from myna_lab.devices import terminal
from myna_lab.errors import MisuseError
from myna_lab.formats.iso7816 import commands
from myna_lab.ground.arguments import shown
from myna_lab.ground.durations import JST
from myna_lab.ground.durations import at as instant

if TYPE_CHECKING:
    from myna_lab.devices.card import Chip
    from myna_lab.lab import Holder, Lab
    from myna_lab.lab.handles import PhoneHandle

__all__ = ["block_pin", "not_before", "only_lab", "password", "phone_pin", "pin", "present_wrong", "set_up", "until"]

P = TypeVar("P", bound="PhoneHandle")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def until(lab: Lab, when: str) -> datetime:
    """Let time pass until the next such time.

    Args:
        lab: whose clock.
        when: a time of the day ("20:00"), or with a day of the week ("Fri 20:00").
    """
    day, _, clock = when.rpartition(" ")
    now = lab.now.astimezone(JST)
    then = datetime.combine(now.date(), time.fromisoformat(clock), JST)
    while then < now or (day and then.weekday() != _DAYS.index(day)):
        then += timedelta(days=1)
    return lab.advance_to(then)


def not_before(lab: Lab, when: str) -> datetime:
    """Let time pass until an instant; at once if it is over."""
    return lab.advance_to(max(lab.now, instant(when)))


def set_up(phone: P, *, works: bool = True) -> P:
    """Add the holder's card to a phone, with her PINs and face.

    Args:
        phone: hers.
        works: whether she waits until the certificates work.
    """
    phone.add_card().run()
    if works:
        world = phone.world
        due = [row.activates_at for row in world.books.live_on_phones(phone.person)]
        world.wait_until(max(due, default=world.now))
    return phone


def pin(holder: Holder) -> str:
    """The user-authentication PIN of somebody's plastic card, as she remembers it."""
    return holder.world.memory(holder.person).user_authentication_pin


def password(whose: Holder | PhoneHandle) -> str:
    """The signing password of a plastic card's holder, or of a phone, as its owner remembers it."""
    if (phone := getattr(whose, "phone", None)) is not None:
        return whose.world.phone(phone).pins()["signing"]
    return whose.world.memory(whose.person).signing_password


def phone_pin(phone: PhoneHandle) -> str:
    """The user PIN of a phone, as its owner remembers it, and who watched her type; nothing without a card on it."""
    return phone.world.phone(phone.phone).pins().get("user", "0000")


def block_pin(holder: Holder, *pins: str) -> None:
    """Present wrong values to PINs of somebody's plastic card until they are blocked.

    Args:
        holder: whose card.
        pins: ``user_authentication``, ``signing``.
    """
    for reference in (_REFERENCES[pin] for pin in pins):
        present_wrong(holder.card, reference, holder.card.tries_left(reference))


def present_wrong(card: Chip, reference: str, times: int) -> None:
    """Present a wrong value to a PIN of a plastic card, so many times.

    Args:
        card: the chip.
        reference: ``jpki/0018`` or ``jpki/001B``.
        times: 0 or more.
    """
    verify = commands.verify(_NOBODYS[reference], short=int(reference.partition("/")[2], 16)).encode()
    with card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        for _ in range(times):
            transmit(verify)


_REFERENCES = {"user_authentication": "jpki/0018", "signing": "jpki/001B"}
_NOBODYS = {"jpki/0018": b"????", "jpki/001B": b"??????"}
"""Wrong values: of an allowed length, in characters that no PIN or password has."""


def only_lab(lab: Lab) -> None:
    """Refuse what is no lab.

    Raises:
        MisuseError: it is something else.
    """
    from myna_lab.lab import Lab

    if not isinstance(lab, Lab):
        raise MisuseError(f"a story happens in a lab, such as Lab(seed=7); got {shown(lab)}.", code="no_lab")
