"""What must hold for every rule table of the package, found by looking; and each row of the books' tables, taken.

The first row of a table starts in the state in which the thing begins.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

from myna_lab.errors import IllegalTransition
from myna_lab.rules import Rule, after, allows, may, mermaid

PACKAGE = Path(__file__).resolve().parents[2] / "myna_lab"
ABOVE_THE_CORE = {"__main__", "cli", "serve", "widgets"}

FINAL = {
    "CERTIFICATE_RULES": {"REVOKED", "EXPIRED"},
    "CARD_RULES": {"REVOKED", "EXPIRED"},
    "PERSON_RULES": {"DEAD"},
    "IPHONE_RULES": {"DONE", "CLOSED", "INTERRUPTED", "PIN_BLOCKED", "REFUSED"},
    "ANDROID_RULES": {"DONE", "CLOSED", "INTERRUPTED", "PIN_BLOCKED", "REFUSED"},
}
"""States after which nothing comes, on purpose; in every other state of a table something is lawful."""


def tables() -> Iterator[tuple[str, tuple[Rule[Enum], ...]]]:
    """Every public tuple of rules in a module of the core, once."""
    seen: list[object] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[1] in ABOVE_THE_CORE:
            continue
        module = importlib.import_module(".".join(part for part in parts if part != "__init__"))
        for name, value in vars(module).items():
            is_table = isinstance(value, tuple) and value and all(isinstance(row, Rule) for row in value)
            if is_table and not name.startswith("_") and not any(value is other for other in seen):
                seen.append(value)
                yield name, value


TABLES = dict(tables())
each_table = pytest.mark.parametrize("name", sorted(TABLES))


def states(rules: tuple[Rule[Enum], ...]) -> set[Enum]:
    return {state for rule in rules for state in (rule.before, rule.to)}


def test_the_tables_are_found() -> None:
    """The search sees at least the tables of the books."""
    assert {"CERTIFICATE_RULES", "PHONE_RULES", "CARD_RULES"} <= set(TABLES)


@each_table
def test_every_row_has_a_basis(name: str) -> None:
    """No rule without a word on where it comes from."""
    assert all(rule.basis.strip() for rule in TABLES[name])


@each_table
def test_every_state_is_reached(name: str) -> None:
    """From the state of the first row, steps of the table lead to every state that it names."""
    rules = TABLES[name]
    reached = {rules[0].before}
    while new := {rule.to for rule in rules if rule.before in reached} - reached:
        reached |= new
    assert reached == states(rules)


@each_table
def test_only_final_states_have_no_exit(name: str) -> None:
    """Where nothing is lawful, it is so on purpose and stands in FINAL above."""
    rules = TABLES[name]
    assert {state.name for state in states(rules) if not may(rules, state)} <= FINAL.get(name, set())


def test_no_state_is_outside_every_table() -> None:
    """Every member of an enumeration of states stands in a table of that enumeration."""
    kinds = {type(rules[0].before) for rules in TABLES.values()}
    named = {state for rules in TABLES.values() for state in states(rules)}
    # CLOSED is reached by a tap that is lawful everywhere, so it stands in no row.
    assert {state for kind in kinds for state in kind if state.name != "CLOSED"} <= named


@each_table
def test_no_two_rows_answer_the_same_question(name: str) -> None:
    """Rows with the same state and event differ by their guard, and at most the last of them has none."""
    key = lambda rule: (rule.before.name, rule.name)  # noqa: E731
    for (state, on), group in itertools.groupby(sorted(TABLES[name], key=key), key):
        guards = [rule.only_if for rule in group]
        assert len(set(guards)) == len(guards), f"{state} {on}: two rows with one guard"
        assert None not in guards[:-1], f"{state} {on}: a row after one without a guard is never reached"


@each_table
def test_guards_have_names_in_words(name: str) -> None:
    """A predicate has a name that can be read aloud; no lambda."""
    assert all("lambda" not in rule.condition for rule in TABLES[name])


@each_table
def test_what_no_row_allows_is_refused(name: str) -> None:
    """For every state and every event of the table without a row: IllegalTransition, which lists what is lawful."""
    rules = TABLES[name]
    for state, on in itertools.product(states(rules), {rule.on for rule in rules}):
        if not allows(rules, state, on):
            with pytest.raises(IllegalTransition) as caught:
                after(rules, state, on)
            assert {words.split(" (if ")[0] for words in caught.value.values["lawful"]} == set(may(rules, state))


@each_table
def test_every_row_is_drawn(name: str) -> None:
    """The diagram has a line for each row: at an arrow, or in the box of a state that stays."""
    rules = TABLES[name]
    lines = mermaid(rules).splitlines()
    moves = [label for line in lines if " --> " in line for label in line.partition(": ")[2].split("<br/>")]
    stays = sum(line.count("↻ ") for line in lines)
    assert len(moves) == sum(rule.before is not rule.to for rule in rules)
    assert stays == sum(rule.before is rule.to for rule in rules)
