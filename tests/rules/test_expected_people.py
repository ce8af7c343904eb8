"""What the register may say of a person, beside the table ``PEOPLE``; every event is tried in every state."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from expected import PEOPLE
from registers import ISSUE, Register, issued

from myna_lab import events as ev
from myna_lab.errors import IllegalTransition, MisuseError
from myna_lab.jlis.books import PERSON_RULES

LED_BY = {
    "UNKNOWN": "",
    "RESIDENT": "ResidentRegistered",
    "MOVING": "ResidentRegistered MovingOutNotified",
    "DEAD": "ResidentRegistered ResidentDied",
}
EVENTS: dict[str, ev.Event] = {
    "ResidentRegistered": ev.ResidentRegistered("person-1", "青葉　花子", "one"),
    "ResidentMoved": ev.ResidentMoved("person-1", "two", "48202"),
    "ResidentRenamed": ev.ResidentRenamed("person-1", "three", "name"),
    "MovingOutNotified": ev.MovingOutNotified("person-1"),
    "ResidentDied": ev.ResidentDied("person-1"),
}
LATER = ISSUE + timedelta(days=1)


def led_to(state: str) -> Register:
    """Books in which person-1 was led into a state."""
    register = Register()
    for name in LED_BY[state].split():
        register.take(EVENTS[name], ISSUE)
    return register


def test_the_rows_of_people_are_these() -> None:
    """Row by row: none is missing, none is added."""
    rows = [[rule.before.name, rule.name, rule.condition or "-", rule.to.name] for rule in PERSON_RULES]
    assert sorted(rows) == sorted(PEOPLE)


@pytest.mark.parametrize(("state", "on"), [*itertools.product(LED_BY, EVENTS)], ids=str)
def test_a_person_goes_where_her_row_says_and_nowhere_else(state: str, on: str) -> None:
    """The new state, and since when; what no row names changes nothing."""
    fitting = [row[3] for row in PEOPLE if row[:2] == [state, on]]
    register = led_to(state)
    before = dict(register.books.people)
    if fitting:
        register.take(EVENTS[on], LATER)
        row = register.books.person("person-1")
        assert (row.state.name, row.since) == (fitting[0], ISSUE if fitting[0] == state else LATER)
    else:
        with pytest.raises((IllegalTransition, MisuseError), match="nobody called" if state == "UNKNOWN" else state):
            register.take(EVENTS[on], LATER)
        assert dict(register.books.people) == before


def test_the_state_of_a_person_at_any_instant() -> None:
    """The last entry at or before it; before the registration she is unknown."""
    register = led_to("MOVING")
    register.take(EVENTS["ResidentMoved"], ISSUE + timedelta(days=2))
    register.take(EVENTS["ResidentDied"], ISSUE + timedelta(days=9))
    expected = {-1: "UNKNOWN", 0: "MOVING", 1: "MOVING", 2: "RESIDENT", 8: "RESIDENT", 9: "DEAD", 99: "DEAD"}
    asked = {days: register.books.person_state("person-1", ISSUE + timedelta(days=days)).name for days in expected}
    assert asked == expected
    assert register.books.person("person-1", ISSUE + timedelta(days=1)).resident_ref == "one"
    assert register.books.person("person-1").resident_ref == "two"
    assert [dated.row.what for dated in register.books.past_of_person("person-1")] == [
        "registered", "moving_out", "address", "death"
    ]  # fmt: skip


def test_a_change_names_the_signing_certificates_that_it_ends() -> None:
    """Card's and phone's that live then; not those for log-in, not those that were revoked, nor later ones."""
    register = led_to("RESIDENT")
    register.take(ev.PhoneAcquired("phone-1", "person-1", "iphone", "iPhone 16", "18.5"), ISSUE)
    for serial, kind, device in ((1, "card_sign", "card-1"), (2, "card_sign", "card-1"), (3, "phone_sign", "phone-1")):
        register.take(ev.CertificateIssued("sign", serial, kind, device, "person-1", "", b"", ISSUE, LATER), ISSUE)
    register.take(issued("phone-1", 4), ISSUE)
    register.take(ev.CertificateRevoked("sign", 1, "SUPERSEDED"), ISSUE)
    register.take(EVENTS["ResidentMoved"], ISSUE)
    register.take(ev.CertificateIssued("sign", 5, "card_sign", "card-1", "person-1", "", b"", ISSUE, LATER), ISSUE)
    assert [str(key) for key in register.books.person("person-1").lapsing] == ["sign/00000002", "sign/00000003"]


def test_the_state_of_cards_and_phones_at_any_instant() -> None:
    """Each step is kept; of two at one instant the later one counts; a draft's steps stay in the draft."""
    register = Register()
    hour = timedelta(hours=1)
    for n, event in enumerate(
        (
            ev.CardIssued("card-1", "person-1", "ref", ISSUE + 99 * hour, (0, 1)),
            ev.CardSuspended("card-1"),
            ev.CardResumed("card-1"),
            ev.CardRevoked("card-1"),
        )
    ):
        register.take(event, ISSUE + n * hour)
    states = [register.books.card_state("card-1", ISSUE + n * hour).name for n in range(-1, 6)]
    assert states == ["NOT_ISSUED", "VALID", "SUSPENDED", "VALID", "REVOKED", "REVOKED", "REVOKED"]
    register.take(ev.PhoneAcquired("phone-1", "person-1", "iphone", "iPhone 16", "18.5"), ISSUE)
    register.take(ev.ApplicationAccepted("flow-1", "phone-1", "person-1", "ref", ISSUE), ISSUE)
    draft = register.books.draft()
    draft.evolve(ev.Entry(1, ISSUE + hour, ev.PassAdded("flow-1", "phone-1", 0, 1)))
    asked = (register.books.phone_state, draft.phone_state)
    assert [ask("phone-1", ISSUE - hour).name for ask in asked] == ["UNKNOWN", "UNKNOWN"]
    assert [ask("phone-1", ISSUE).name for ask in asked] == ["APPLIED", "APPLIED"]
    assert [ask("phone-1", ISSUE + hour).name for ask in asked] == ["APPLIED", "HOLDS_CARD"]
