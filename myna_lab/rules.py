"""State machines as tables: one row a rule, read aloud by a student, looked up by the code.

    Rule(from, on, to, basis, only_if)        product(table, table, …) -> one table

A rule that does not fit its table is a missing state, not an ``if``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from myna_lab.errors import IllegalTransition

__all__ = ["Rule", "after", "allows", "may", "mermaid", "product"]

S = TypeVar("S", bound=Enum)
On = type | str
"""What a rule is about: a class of events, or a tap."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One lawful step."""

    before: S
    """State in which the step is lawful."""
    on: On
    to: S
    """State after it."""
    basis: str
    """Where the rule comes from, and how sure it is."""
    only_if: Callable[..., bool] | None = None
    """A named predicate over the facts of the case; None: always."""

    @property
    def name(self) -> str:
        """The event or tap, by its name."""
        return name_of(self.on)

    @property
    def condition(self) -> str:
        """The predicate's name in words."""
        return "" if self.only_if is None else self.only_if.__name__.removeprefix("is_").replace("_", " ")


def name_of(on: On) -> str:
    """An event or tap as people read it."""
    return on if isinstance(on, str) else on.__name__


def may(rules: Sequence[Rule[S]], state: S) -> tuple[str, ...]:
    """Names of what is lawful in this state, in the order of the table, each once."""
    return tuple(dict.fromkeys(rule.name for rule in rules if rule.before is state))


def allows(rules: Sequence[Rule[S]], state: S, on: On) -> bool:
    """Whether a rule of the table is about this event or tap in this state; its condition is not asked."""
    for rule in rules:  # noqa: SIM110 - asked at every event, and any() would take twice the time
        if rule.before is state and rule.on == on:
            return True
    return False


def after(rules: Sequence[Rule[S]], state: S, on: On, *facts: object, subject: object = "") -> S:
    """The state after an event.

    Args:
        rules: the table.
        state: the present state.
        on: the event's class, or the tap.
        facts: what the predicates of ``only_if`` are given.
        subject: whose state it is, for the error's text.

    Raises:
        IllegalTransition: no rule of the table allows it; nothing is changed.
    """
    for rule in rules:
        if rule.before is state and rule.on == on and (rule.only_if is None or rule.only_if(*facts)):
            return rule.to
    lawful = tuple(
        rule.name + (f" (if {rule.condition})" if rule.condition else "") for rule in rules if rule.before is state
    )
    raise IllegalTransition(state.name, name_of(on), tuple(dict.fromkeys(lawful)), subject)


def product(*tables: Sequence[Rule[Any]], states: Mapping[tuple[Enum, ...], S]) -> tuple[Rule[S], ...]:
    """One table of several that run side by side, coupled by name.

    A step that several tables name happens in all of them at once or not at all; a step that a table does not name
    leaves its part as it is. Two steps have one name if event (or tap) and condition are the same.

    Args:
        tables: the parts.
        states: the state of the whole for each combination of the parts' states; no step leads to one that is missing.
    """
    steps = dict.fromkeys((rule.on, rule.only_if) for table in tables for rule in table)
    rows = []
    for parts, before in states.items():
        for step in steps:
            taken = [
                next((rule for rule in table if (rule.before, rule.on, rule.only_if) == (part, *step)), None)
                for part, table in zip(parts, tables, strict=True)
            ]
            is_named = [any((rule.on, rule.only_if) == step for rule in table) for table in tables]
            to = tuple(part if rule is None else rule.to for part, rule in zip(parts, taken, strict=True))
            if to in states and [rule is not None for rule in taken] == is_named:
                basis = "; ".join(dict.fromkeys(rule.basis for rule in taken if rule is not None))
                rows.append(Rule(before, step[0], states[to], basis, step[1]))
    return tuple(rows)


def mermaid(rules: Sequence[Rule[S]], start: S | None = None) -> str:
    """The table as a Mermaid state diagram, with a line for each row.

    Rows that lead elsewhere share one arrow between two states; those that stay stand in the state's box behind ↻ (of
    several arrows from a state to itself only one is drawn).
    """
    states = dict.fromkeys(state for rule in rules for state in (rule.before, rule.to))
    words: dict[tuple[S, S], list[str]] = {(state, state): [] for state in states}
    for rule in rules:
        label = rule.name + (f" [{rule.condition}]" if rule.condition else "")
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
