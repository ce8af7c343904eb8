"""Cards that lessons and tests want: under 15, expired, blocked, with licence … One row of ``card_kinds.toml`` each."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import duration
from myna_lab.stories.acting import only_lab, present_wrong

if TYPE_CHECKING:
    from myna_lab.lab.handles import Holder
    from myna_lab.lab.lab import Lab

__all__ = ["Variant", "card_of_kind", "variants"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One kind of card."""

    en: str
    ja: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of :meth:`Lab.resident`."""
    age: int | None = None
    """Years since the birth; None: drawn."""
    valid_for: int | None = None
    """Days from the issue to the last day; None: by law."""
    needs: Mapping[str, int] = field(default_factory=dict)
    """Parameter to the smallest value with which there is such a card."""
    wrong: Mapping[str, int] = field(default_factory=dict)
    """``jpki/0018`` to the number of wrong values presented."""
    blocked: Sequence[str] = ()
    """Reference data that get wrong values until they are blocked."""
    wait: str = "0s"
    """Time that passes after the issue."""


@functools.cache
def variants() -> Mapping[str, Variant]:
    """All kinds of cards by name."""
    table = tomllib.loads(resources.files(__package__).joinpath("card_kinds.toml").read_text(encoding="utf-8"))
    return {name: Variant(**row) for name, row in table.items()}


def card_of_kind(lab: Lab, variant: str = "ordinary") -> Holder:
    """A new resident whose plastic card is of this kind.

    Args:
        lab: where she lives; its clock moves on if the kind says so.
        variant: a name of :func:`variants`.

    Returns:
        Her handle.

    Raises:
        MisuseError: no such kind, or none under this lab's parameters.
    """
    only_lab(lab)
    kind = variants()[one_of("a kind of card", variant, variants(), code="unknown_variant")]
    for name, least in kind.needs.items():
        if (count := lab.parameters.count(name)) < least:
            raise MisuseError(
                f"a card of kind {variant} needs parameter {name} of {least} or more; got {count}.",
                code="unknown_variant",
            )
    today, given = lab.now.date(), dict(kind.attributes)
    if kind.age is not None:
        given["born"] = date(today.year - kind.age, 1, 15)
    if kind.valid_for is not None:
        given["card_expires"] = (today + timedelta(days=kind.valid_for)).isoformat()
    holder = lab.resident(**given)
    trials = dict(kind.wrong) | {reference: holder.card.tries_left(reference) for reference in kind.blocked}
    for reference, times in trials.items():
        present_wrong(holder.card, reference, times)
    if duration(kind.wait):
        lab.advance(kind.wait)
    return holder
