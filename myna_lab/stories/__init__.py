"""Stories that a lab plays, and cards of all kinds for lessons to begin with.

names() -> play(lab, "lost_on_friday") -> the whole story; steps(lab, "lost_on_friday") -> one act at a time
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from myna_lab.ground.arguments import one_of
from myna_lab.stories.acting import only_lab
from myna_lab.stories.attackers import attackers
from myna_lab.stories.counter import CounterDay
from myna_lab.stories.missions import ReportersDay
from myna_lab.stories.playing import Played, Step, Tale, told
from myna_lab.stories.quests import Quest, quest
from myna_lab.stories.tales import (
    blocked_on_a_holiday,
    counter_day,
    expiring_at_the_clinic,
    five_minutes,
    hotline_then_found,
    lost_on_friday,
    moved_signed_next_day,
    new_android_iphone_offline,
    reporters_day,
    restored_backup,
    sold_without_erasing,
    twins,
    two_phones_at_once,
    under_15,
)
from myna_lab.stories.telling import Question, Telling
from myna_lab.texts import text

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = [
    "CounterDay",
    "Played",
    "Quest",
    "Question",
    "ReportersDay",
    "Step",
    "Telling",
    "attackers",
    "follow",
    "names",
    "play",
    "quest",
    "steps",
    "title",
]

_TALES: Mapping[str, Tale] = {
    module.__name__.rpartition(".")[2]: module.tale
    for module in (
        lost_on_friday,
        sold_without_erasing,
        new_android_iphone_offline,
        moved_signed_next_day,
        hotline_then_found,
        expiring_at_the_clinic,
        twins,
        two_phones_at_once,
        under_15,
        blocked_on_a_holiday,
        restored_backup,
        five_minutes,
        reporters_day,
        counter_day,
    )
}
"""Name of a story to the story."""


def names() -> tuple[str, ...]:
    """The names of all stories."""
    return tuple(_TALES)


def title(name: str, language: str = "en") -> str:
    """The title of a story in ``ja`` or ``en``; raises as :func:`steps`."""
    return text(f"story.{_known(name)}.title", language)


def steps(lab: Lab, name: str) -> Iterator[Step]:
    """A story, one act at a time: the lab goes on only when the next step is asked for.

    Args:
        lab: where it is played; its people of before are left alone.
        name: one of :func:`names`.

    Raises:
        MisuseError: no lab, or no such story; it says which one was perhaps meant.

    Example:
        >>> from myna_lab import Lab
        >>> next(steps(Lab(seed=7), "five_minutes"))
        <Step TEST 1 of five_minutes: added, 2025-06-24 12:02:19>
    """
    only_lab(lab)
    known = _known(name)
    return told(lab, known, _TALES[known])


def play(lab: Lab, name: str) -> Played:
    """A story, played to its end; arguments and errors as for :func:`steps`."""
    return Played(name, lab, tuple(steps(lab, name)))


def follow(lab: Lab, name: str) -> Telling:
    """A story to be followed forward and back, in a copy of the lab; arguments and errors as for :func:`steps`.

    Example:
        >>> from myna_lab import Lab
        >>> follow(Lab(seed=7), "five_minutes")
        <Telling TEST five_minutes: act 0 of 4>
    """
    only_lab(lab)
    known = _known(name)
    return Telling(lab, known, _TALES[known])


def _known(name: str) -> str:
    return one_of("a story", name, _TALES, code="unknown_story")
