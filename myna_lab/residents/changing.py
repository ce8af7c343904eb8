"""A resident who has moved, or has another name: checked as a new resident's attributes are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from myna_lab.ground.chance import Chance
from myna_lab.residents.drawing import address_of, names_of
from myna_lab.residents.given import checked
from myna_lab.residents.resident import Resident

__all__ = ["moved", "renamed", "with_alias"]


def moved(resident: Resident, to: str | None, chance: Chance) -> Resident:
    """The resident at another address.

    Args:
        resident: as she is.
        to: the address from the prefecture on; None: one is drawn.
        chance: a source named for this move.

    Raises:
        MisuseError: no address, or one whose prefecture and town cannot be told.
    """
    said: dict[str, Any] = {} if to is None else checked({"address": to})
    address: dict[str, Any] = address_of(said, chance)
    return replace(resident, **address)


def renamed(resident: Resident, to: str, chance: Chance) -> Resident:
    """The resident with another name; readings come from the table of names, else they are TEST.

    Args:
        resident: as she is.
        to: surname, space, given name.
        chance: as for :func:`moved`.

    Raises:
        MisuseError: no name.
    """
    names: dict[str, Any] = names_of(checked({"name": to}), chance)
    return replace(resident, **(names | {"sex": resident.sex}))


def with_alias(resident: Resident, to: str) -> Resident:
    """The resident with another alias (通称); empty: with none.

    Raises:
        MisuseError: no alias.
    """
    return replace(resident, alias="" if isinstance(to, str) and not to else checked({"alias": to})["alias"])
