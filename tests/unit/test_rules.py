"""The machinery of rule tables, on a small table of a door."""

from __future__ import annotations

from enum import Enum

import pytest

from myna_lab.errors import IllegalTransition
from myna_lab.rules import Rule, after, allows, may, mermaid, product


class Door(Enum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"
    GONE = "gone"


def is_right_key(key: str) -> bool:
    return key == "right"


DOOR = (
    Rule(Door.OPEN, "Shut", Door.SHUT, "assumed"),
    Rule(Door.SHUT, "Open", Door.OPEN, "assumed"),
    Rule(Door.SHUT, "Lock", Door.LOCKED, "assumed", is_right_key),
    Rule(Door.LOCKED, "Unlock", Door.SHUT, "assumed", is_right_key),
    Rule(Door.LOCKED, "Unlock", Door.LOCKED, "assumed"),
    Rule(Door.OPEN, "Remove", Door.GONE, "assumed"),
)


def test_the_first_row_that_fits_decides() -> None:
    """A guarded row is taken if its predicate holds over the facts; otherwise the next row of the same event."""
    assert after(DOOR, Door.LOCKED, "Unlock", "right") is Door.SHUT
    assert after(DOOR, Door.LOCKED, "Unlock", "wrong") is Door.LOCKED


def test_what_no_row_allows_is_illegal() -> None:
    """An event without a row in this state is an error that lists what is lawful there, with conditions in words."""
    with pytest.raises(IllegalTransition, match=r"Remove is not lawful in state SHUT of the door") as caught:
        after(DOOR, Door.SHUT, "Remove", subject="the door")
    assert caught.value.values["lawful"] == ("Open", "Lock (if right key)")


def test_a_guard_that_fails_is_illegal() -> None:
    """A row whose predicate does not hold allows nothing."""
    with pytest.raises(IllegalTransition, match="Lock is not lawful in state SHUT"):
        after(DOOR, Door.SHUT, "Lock", "wrong")


def test_a_final_state_says_that_it_is_final() -> None:
    """Nothing is lawful in a state without rows."""
    with pytest.raises(IllegalTransition, match="nothing: the state is final"):
        after(DOOR, Door.GONE, "Shut")


def test_may_lists_each_step_once_in_the_order_of_the_table() -> None:
    """Buttons follow the table: two rows for one event are one button, a final state has none."""
    assert may(DOOR, Door.OPEN) == ("Shut", "Remove")
    assert may(DOOR, Door.LOCKED) == ("Unlock",)
    assert may(DOOR, Door.GONE) == ()


def test_the_drawing_has_every_row() -> None:
    """Each row is a line of an arrow or, if it stays, of its state's box; a start is drawn if one is named."""
    drawing = mermaid(DOOR, Door.OPEN).splitlines()
    assert drawing[0] == "stateDiagram-v2" and '    state "gone" as GONE' in drawing
    assert drawing[1 + len(Door)] == "    [*] --> OPEN"
    arrows = [line.partition(": ") for line in drawing if " --> " in line and "[*]" not in line]
    n_stay = sum(line.count("↻") for line in drawing)
    assert n_stay + sum(len(labels.split("<br/>")) for _, _, labels in arrows) == len(DOOR)
    assert "    SHUT --> LOCKED: Lock [right key]" in drawing
    assert "[*]" not in mermaid(DOOR)


def test_rows_between_the_same_states_are_drawn_together() -> None:
    """Of several arrows from a state to itself only one is drawn, so those rows stand in its box; others share one."""
    rules = (*DOOR, Rule(Door.LOCKED, "Kick", Door.LOCKED, "assumed"), Rule(Door.OPEN, "Slam", Door.SHUT, "assumed"))
    drawing = mermaid(rules).splitlines()
    assert '    state "locked<br/>↻ Unlock<br/>↻ Kick" as LOCKED' in drawing
    assert "    OPEN --> SHUT: Shut<br/>Slam" in drawing


class Light(Enum):
    """A light beside the door."""

    OFF = "off"
    ON = "on"


class Room(Enum):
    """The door and the light together; nobody locks up while it burns."""

    OPEN_DARK = "open, dark"
    OPEN_LIT = "open, lit"
    SHUT_DARK = "shut, dark"
    SHUT_LIT = "shut, lit"
    LOCKED_DARK = "locked, dark"


def test_tables_side_by_side_are_coupled_by_name() -> None:
    """A shared step moves both or neither; another one moves its own part; none leads to a state without a name."""
    light = (Rule(Light.OFF, "Press", Light.ON, "assumed"), Rule(Light.ON, "Shut", Light.OFF, "measured"))
    states = {
        (Door.OPEN, Light.OFF): Room.OPEN_DARK,
        (Door.OPEN, Light.ON): Room.OPEN_LIT,
        (Door.SHUT, Light.OFF): Room.SHUT_DARK,
        (Door.SHUT, Light.ON): Room.SHUT_LIT,
        (Door.LOCKED, Light.OFF): Room.LOCKED_DARK,
    }
    whole = product(DOOR, light, states=states)
    assert {(rule.before.name, rule.name, rule.condition, rule.to.name, rule.basis) for rule in whole} == {
        ("OPEN_DARK", "Press", "", "OPEN_LIT", "assumed"),
        ("OPEN_LIT", "Shut", "", "SHUT_DARK", "assumed; measured"),
        ("SHUT_DARK", "Open", "", "OPEN_DARK", "assumed"),
        ("SHUT_DARK", "Press", "", "SHUT_LIT", "assumed"),
        ("SHUT_DARK", "Lock", "right key", "LOCKED_DARK", "assumed"),
        ("SHUT_LIT", "Open", "", "OPEN_LIT", "assumed"),
        ("LOCKED_DARK", "Unlock", "right key", "SHUT_DARK", "assumed"),
        ("LOCKED_DARK", "Unlock", "", "LOCKED_DARK", "assumed"),
    }


def test_an_event_is_called_by_its_name() -> None:
    """A rule may be about a class of events; people read the class's name."""
    rules = (Rule(Door.OPEN, KeyError, Door.SHUT, "assumed"),)
    assert after(rules, Door.OPEN, KeyError) is Door.SHUT and may(rules, Door.OPEN) == ("KeyError",)
    assert allows(rules, Door.OPEN, KeyError) and not allows(rules, Door.OPEN, LookupError)
    with pytest.raises(IllegalTransition, match="LookupError is not lawful in state OPEN; lawful: KeyError"):
        after(rules, Door.OPEN, LookupError)
    assert "OPEN --> SHUT: KeyError" in mermaid(rules)
