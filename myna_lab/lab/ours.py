"""What is given to a lab's doors: a holder, a phone or a card, and one of this very lab."""

from __future__ import annotations

from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import shown
from myna_lab.lab.people import Person
from myna_lab.world.world import World

__all__ = ["only_holder", "refuse_foreign"]


def only_holder(world: World, holder: object) -> None:
    """Refuse whoever is no resident of this lab.

    Raises:
        MisuseError: code ``foreign_holder``.
    """
    wanted = "a holder is one of this lab's, such as lab.resident()"
    refuse_foreign(world, holder, Person, wanted, code="foreign_holder")


def refuse_foreign(
    world: World,
    given: object,
    kinds: type | tuple[type, ...],
    wanted: str,
    *,
    code: str,
    more: str = "",
    secret: bool = False,
) -> None:
    """Refuse what is no such thing, and what is one of another lab.

    Args:
        world: this lab's.
        given: what was given.
        kinds: what it is to be: :class:`Person`, a phone's handle, :class:`Chip`.
        wanted: how the error begins: "a holder is one of this lab's, such as lab.resident()".
        code: of the error.
        more: how it goes on.
        secret: whether what was given may be a secret in the wrong place; then it is not repeated.

    Raises:
        MisuseError: says what was given instead.
    """
    is_one = isinstance(given, kinds)
    if is_one and world.owns(given):
        return
    said = f"{_name(given)} of another lab (a copy is another one, too)" if is_one else _instead(given, secret)
    raise MisuseError(f"{wanted}; got {said}.{more}", code=code)


def _name(given: object) -> str:
    if isinstance(given, Person):
        return given.person
    return str(getattr(given, "name", ""))


def _instead(given: object, secret: bool) -> str:
    """Something else; of what people mix up, what was meant."""
    if isinstance(given, Person):
        return f"the holder {given.person}: hanako.card is her card, hanako.phones are her phones"
    if isinstance(given, Chip):
        return f"the chip {given.name}"
    if hasattr(given, "holder"):
        return f"{shown(given)}; pass its holder: phone.holder"
    return type(given).__name__ if secret else shown(given)
