"""What becomes of a phone as a thing: each small table beside the one that was written by hand."""

from __future__ import annotations

import itertools
from enum import Enum

import pytest
from expected import APPS, ERASURE, HEARD, LOST_MODE, WHEREABOUTS
from registers import Register, phone_event

from myna_lab import events as ev
from myna_lab.errors import IllegalTransition
from myna_lab.jlis.books import circumstances as own
from myna_lab.rules import Rule

TABLES: dict[str, tuple[list[list[str]], tuple[Rule[Enum], ...]]] = {
    "whereabouts": (WHEREABOUTS, own.WHEREABOUTS_RULES),
    "lost_mode": (LOST_MODE, own.LOST_MODE_RULES),
    "erasure": (ERASURE, own.ERASURE_RULES),
    "apps": (APPS, own.APPS_RULES),
    "heard": (HEARD, own.HEARD_RULES),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_are_these(name: str) -> None:
    """Row by row: none is missing, none is added."""
    expected, rules = TABLES[name]
    assert sorted([r.before.name, r.name, r.condition or "-", r.to.name] for r in rules) == sorted(expected)


def test_the_circumstances_are_these_tables() -> None:
    """Each field of a phone's circumstances has its table, and begins where the table begins."""
    assert {name: getattr(own.AS_BOUGHT, name).name for name in own.Circumstances.__dataclass_fields__} == {
        name: expected[0][0] for name, (expected, _) in TABLES.items()
    }


EVENTS: dict[str, ev.Event] = {
    "PhoneLost": ev.PhoneLost("phone-1"),
    "PhoneFound": ev.PhoneFound("phone-1"),
    "PhoneHandedOver": ev.PhoneHandedOver("phone-1", "finder"),
    "LostModeOrdered": ev.LostModeOrdered("phone-1"),
    "LostModeTurnedOn": ev.LostModeTurnedOn("phone-1"),
    "LostModeTurnedOff": ev.LostModeTurnedOff("phone-1"),
    "ErasureOrdered": ev.ErasureOrdered("phone-1"),
}
OF_THE_THING = {"whereabouts": WHEREABOUTS, "lost_mode": LOST_MODE, "erasure": ERASURE}
STATES_BY = {
    "WITH_OWNER": "",
    "LOST": "PhoneLost",
    "IN_OTHER_HANDS": "PhoneHandedOver",
    "OFF": "",
    "ORDERED": "LostModeOrdered",
    "ON": "LostModeOrdered LostModeTurnedOn",
    "NOT_ORDERED": "",
}
CASES = [
    (name, state, on)
    for name, rows in OF_THE_THING.items()
    for state, on in itertools.product(
        dict.fromkeys(row[0] for row in rows), dict.fromkeys(row[1] for row in rows if row[1] in EVENTS)
    )
]


@pytest.mark.parametrize(("name", "state", "on"), CASES)
def test_a_thing_goes_where_its_row_says_and_nowhere_else(name: str, state: str, on: str) -> None:
    """Every event in every state, through the books; what no row names changes nothing, nor does it touch the rest."""
    register = Register()
    register.take(phone_event("PhoneAcquired"))
    way = "ErasureOrdered" if (name, state) == ("erasure", "ORDERED") else STATES_BY[state]
    for step in way.split():
        register.take(EVENTS[step])
    before = register.books.phones["phone-1"]
    assert getattr(before.circumstances, name).name == state
    fitting = [row[3] for row in OF_THE_THING[name] if row[:2] == [state, on]]
    if fitting:
        register.take(EVENTS[on])
        after = register.books.phones["phone-1"]
        others = [field for field in own.Circumstances.__dataclass_fields__ if field != name]
        assert getattr(after.circumstances, name).name == fitting[0]
        assert [getattr(after.circumstances, o) for o in others] == [getattr(before.circumstances, o) for o in others]
        assert (after.state, after.since) == (before.state, before.since)
    else:
        with pytest.raises(IllegalTransition, match=state):
            register.take(EVENTS[on])
        assert register.books.phones["phone-1"] == before


def test_an_event_of_several_tables_happens_in_all_or_in_none() -> None:
    """Erased, a phone has no card, no pending order and no lost mode; what is unlawful in one table changes none."""
    register = Register()
    for step in ("PhoneAcquired", "ApplicationAccepted", "pair", "PassAdded"):
        register.phone(step)
    for name in ("LostModeOrdered", "LostModeTurnedOn", "ErasureOrdered"):
        register.take(EVENTS[name])
    with pytest.raises(IllegalTransition, match="HOLDS_CARD"):
        register.take(ev.RevocationLearned("phone-1"))  # the wallet's table allows it, the holding's does not
    register.take(ev.ContentErased("phone-1"))
    row = register.books.phones["phone-1"]
    assert (row.state.name, row.holds, row.circumstances) == ("WITHOUT_CARD", (), own.AS_BOUGHT)


def test_a_wallet_hears_of_a_revocation_once() -> None:
    """A dead pass learns of it; a second time is unlawful, and a new card begins with nothing heard."""
    register = Register()
    for step in ("PhoneAcquired", "ApplicationAccepted", "pair", "PassAdded", "on_the_phone", "RevocationLearned"):
        register.phone(step)
    assert register.books.phones["phone-1"].circumstances.heard.name == "REVOCATION"
    with pytest.raises(IllegalTransition, match="REVOCATION"):
        register.phone("RevocationLearned")
    register.phone("ApplicationAccepted")
    register.phone("PassAdded")
    assert register.books.phones["phone-1"].circumstances == own.AS_BOUGHT
