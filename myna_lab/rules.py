"""State machines as tables: one row a rule, read aloud by a student, looked up by the code.

    Rule(from, on, to, basis, only_if)

A rule that does not fit its table is a missing state, not an ``if``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from myna_lab.errors import IllegalTransition

__all__ = ["Rule", "after", "may", "mermaid"]

S = TypeVar("S", bound=Enum)


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One lawful step."""

    before: S
    """State in which the step is lawful."""
    on: str
    """Name of the event or tap."""
    to: S
    """State after it."""
    basis: str
    """Where the rule comes from, and how sure it is."""
    only_if: Callable[..., bool] | None = None
    """A named predicate over the event; None: always."""

    @property
    def condition(self) -> str:
        """The predicate's name in words."""
        return "" if self.only_if is None else self.only_if.__name__.removeprefix("is_").replace("_", " ")


def may(rules: Sequence[Rule[S]], state: S) -> tuple[str, ...]:
    """Names of what is lawful in this state, in the order of the table, each once."""
    return tuple(dict.fromkeys(rule.on for rule in rules if rule.before is state))


def after(rules: Sequence[Rule[S]], state: S, on: str, *facts: object, subject: str = "") -> S:
    """The state after an event.

    Args:
        rules: the table.
        state: the present state.
        on: the event's name.
        facts: what the predicates of ``only_if`` are given.
        subject: whose state it is, for the error's text.

    Raises:
        IllegalTransition: no rule of the table allows it; nothing is changed.
    """
    for rule in rules:
        if rule.before is state and rule.on == on and (rule.only_if is None or rule.only_if(*facts)):
            return rule.to
    lawful = tuple(
        rule.on + (f" (if {rule.condition})" if rule.condition else "") for rule in rules if rule.before is state
    )
    raise IllegalTransition(state.name, on, tuple(dict.fromkeys(lawful)), subject)


def mermaid(rules: Sequence[Rule[S]], start: S | None = None) -> str:
    """The table as a Mermaid state diagram, with a line for each row.

    Rows that lead elsewhere share one arrow between two states; those that stay stand in the state's box behind ↻ (of
    several arrows from a state to itself only one is drawn).
    """
    states = dict.fromkeys(state for rule in rules for state in (rule.before, rule.to))
    words: dict[tuple[S, S], list[str]] = {(state, state): [] for state in states}
    for rule in rules:
        label = rule.on + (f" [{rule.condition}]" if rule.condition else "")
        words.setdefault((rule.before, rule.to), []).append(label)
    boxes = {
        state: "<br/>".join((str(state.value), *(f"↻ {word}" for word in words[state, state]))) for state in states
    }
    arrows = [(before, to, "<br/>".join(labels)) for (before, to), labels in words.items() if before is not to]
    return "\n".join(
        [
            "stateDiagram-v2",
            *(f'    state "{box}" as {state.name}' for state, box in boxes.items()),
            *([f"    [*] --> {start.name}"] if start is not None else []),
            *(f"    {before.name} --> {to.name}: {labels}" for before, to, labels in arrows),
        ]
    )
