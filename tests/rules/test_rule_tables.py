"""What must hold for every rule table of the package, found by looking; and each row of the books' tables, taken.

The first row of a table starts in the state in which the thing begins.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

import pytest

from myna_lab import events as ev
from myna_lab.books import CARD_RULES, CERTIFICATE_RULES, PHONE_RULES, Books, CardState, CertificateState, PhoneState
from myna_lab.durations import at
from myna_lab.errors import IllegalTransition, MisuseError
from myna_lab.events import Entry, Event
from myna_lab.rules import Rule, after, may, mermaid

PACKAGE = Path(__file__).resolve().parents[2] / "myna_lab"
ABOVE_THE_CORE = {"__main__", "cli", "doctor", "serve", "widgets", "workbench"}

FINAL = {
    "CERTIFICATE_RULES": {"REVOKED", "EXPIRED"},
    "CARD_RULES": {"REVOKED", "EXPIRED"},
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
    key = lambda rule: (rule.before.name, rule.on)  # noqa: E731
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
        if on not in may(rules, state):
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


# ------------------------------------------------------------------------------------------- the books, row by row

ISSUE, ACTIVATION, EXPIRY = at("2025-06-24 09:00"), at("2025-06-24 09:05"), at("2030-06-24 23:59:59")


def issued(device: str = "phone-1", serial: int = 1, kind: str = "phone_auth") -> Event:
    return ev.CertificateIssued("auth", serial, kind, device, "person-1", "99201", b"", ACTIVATION, EXPIRY)


CERTIFICATE_EVENTS: dict[str, tuple[Event, datetime]] = {
    "CertificateIssued": (issued(), ISSUE),
    "CertificateActivated": (ev.CertificateActivated("auth", 1), ACTIVATION),
    "CertificateRevoked": (ev.CertificateRevoked("auth", 1, "SUPERSEDED"), ISSUE),
    "CertificateSuspended": (ev.CertificateSuspended("auth", 1), ISSUE),
    "CertificateResumed": (ev.CertificateResumed("auth", 1), ISSUE),
    "CertificateExpired": (ev.CertificateExpired("auth", 1), EXPIRY),
}
PHONE_EVENTS: dict[str, Event] = {
    "PhoneAcquired": ev.PhoneAcquired("phone-1", "person-1", "iphone", "iPhone 16", "18.5"),
    "ApplicationAccepted": ev.ApplicationAccepted("flow-1", "phone-1", "person-1", "ref", ISSUE),
    "PassAdded": ev.PassAdded("flow-1", "phone-1", 2, 1),
    "CredentialInstalled": ev.CredentialInstalled("flow-1", "phone-1", 2, 1),
    "PassDeleted": ev.PassDeleted("phone-1"),
    "PhoneErased": ev.PhoneErased("phone-1"),
}
CARD_EVENTS: dict[str, tuple[Event, datetime]] = {
    "CardIssued": (ev.CardIssued("card-1", "person-1", "ref", EXPIRY, (0, 1)), ISSUE),
    "CardSuspended": (ev.CardSuspended("card-1"), ISSUE),
    "CardResumed": (ev.CardResumed("card-1"), ISSUE),
    "CardRevoked": (ev.CardRevoked("card-1", "lost"), ISSUE),
    "CardExpired": (ev.CardExpired("card-1"), EXPIRY),
}
PATHS_OF_CERTIFICATES = {
    "REQUESTED": (),
    "ISSUED": ("CertificateIssued",),
    "GOOD": ("CertificateIssued", "CertificateActivated"),
    "ON_HOLD": ("CertificateIssued", "CertificateSuspended"),
    "REVOKED": ("CertificateIssued", "CertificateRevoked"),
    "EXPIRED": ("CertificateIssued", "CertificateExpired"),
}
_HOLDS_CARD = ("PhoneAcquired", "ApplicationAccepted", "pair", "PassAdded")
PATHS_OF_PHONES: dict[str, tuple[str, ...]] = {
    "UNKNOWN": (),
    "WITHOUT_CARD": ("PhoneAcquired",),
    "APPLIED": ("PhoneAcquired", "ApplicationAccepted"),
    "HOLDS_CARD": _HOLDS_CARD,
    "DEAD": (*_HOLDS_CARD, "CertificateRevoked on the phone"),
    "APPLIED_OVER_LIVE": (*_HOLDS_CARD, "ApplicationAccepted"),
    "APPLIED_OVER_DEAD": (*_HOLDS_CARD, "CertificateRevoked on the phone", "ApplicationAccepted"),
}
PATHS_OF_CARDS = {
    "NOT_ISSUED": (),
    "VALID": ("CardIssued",),
    "SUSPENDED": ("CardIssued", "CardSuspended"),
    "REVOKED": ("CardIssued", "CardRevoked"),
    "EXPIRED": ("CardIssued", "CardExpired"),
}


class Register:
    """Books that are fed one event at a time, a second apart, each tried on a draft before it is taken."""

    def __init__(self) -> None:
        self.books = Books()
        self._now = ISSUE

    def take(self, event: Event, when: datetime | None = None) -> None:
        self._now += timedelta(seconds=1)
        entry = Entry(1, self._now if when is None else when, event)
        self.books.trial([entry])
        self.books.evolve(entry)

    def phone(self, on: str) -> None:
        """Take what a row of the phones' table names: an event of the phone, or what leads to that step."""
        match on:
            case "pair":
                self.take(issued(serial=1))
                self.take(ev.CertificateIssued("sign", 2, "phone_sign", "phone-1", "person-1", "", b"", ISSUE, EXPIRY))
            case "CertificateRevoked on the phone":
                is_second = self.books.certificate("auth", 1).state.name == "REVOKED"
                self.take(ev.CertificateRevoked(*(("sign", 2) if is_second else ("auth", 1)), "SUPERSEDED"))
            case "CertificateRevoked applied for":
                self.take(issued(serial=3))
                self.take(ev.CertificateRevoked("auth", 3, "SUPERSEDED"))
            case "ApplicationLapsed":
                self.take(ev.ApplicationRefused("flow-1", "phone-1", "certificate_revoked"))
            case _:
                self.take(PHONE_EVENTS[on])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Register) and (
            self.books.certificates == other.books.certificates
            and self.books.phones == other.books.phones
            and self.books.cards == other.books.cards
        )

    __hash__ = None  # type: ignore[assignment]


def certificate_in(state: str) -> Register:
    register = Register()
    for on in ("PhoneAcquired", "ApplicationAccepted", "PassAdded"):
        register.phone(on)
    for on in PATHS_OF_CERTIFICATES[state]:
        register.take(*CERTIFICATE_EVENTS[on])
    return register


def phone_in(state: str) -> Register:
    register = Register()
    for on in PATHS_OF_PHONES[state]:
        register.phone(on)
    return register


@pytest.mark.parametrize("rule", CERTIFICATE_RULES, ids=lambda r: f"{r.before.name}-{r.on}")
def test_each_row_of_certificates(rule: Rule[CertificateState]) -> None:
    """Events of the log lead a certificate along each row of its table, and its history keeps every step."""
    register = certificate_in(rule.before.name)
    event, when = CERTIFICATE_EVENTS[rule.on]
    # A hold that is lifted before the certificate's time leads back to the waiting, later to its being good.
    register.take(event, ACTIVATION if (rule.on, rule.to.name) == ("CertificateResumed", "GOOD") else when)
    row = register.books.certificate("auth", 1)
    assert row.state is rule.to
    assert len(row.history) == len(PATHS_OF_CERTIFICATES[rule.before.name]) + (rule.to is not rule.before)


@pytest.mark.parametrize("rule", PHONE_RULES, ids=lambda r: f"{r.before.name}-{r.on}-{r.condition}")
def test_each_row_of_phones(rule: Rule[PhoneState]) -> None:
    """Events of the log lead a phone along each row of its table."""
    register = phone_in(rule.before.name)
    assert "phone-1" not in register.books.phones or register.books.phones["phone-1"].state is rule.before
    register.phone(f"{rule.on} {rule.condition}".strip())
    row = register.books.phones["phone-1"]
    assert row.state is rule.to
    assert (row.application is not None) is row.state.name.startswith("APPLIED")


@pytest.mark.parametrize("state", ["APPLIED", "APPLIED_OVER_LIVE", "APPLIED_OVER_DEAD"])
def test_a_later_application_on_another_phone_ends_the_one_under_way(state: str) -> None:
    """The later application wins: the first phone keeps what it holds, and waits for nothing any more."""
    register = phone_in(state)
    register.take(ev.PhoneAcquired("phone-2", "person-1", "android", "Pixel 8", "15"))
    register.take(ev.ApplicationAccepted("flow-2", "phone-2", "person-1", "ref", ISSUE))
    former = register.books.phones["phone-1"]
    expected = {"APPLIED": "WITHOUT_CARD", "APPLIED_OVER_LIVE": "HOLDS_CARD", "APPLIED_OVER_DEAD": "DEAD"}
    assert (former.state.name, former.application) == (expected[state], None)
    assert register.books.phones["phone-2"].state is PhoneState.APPLIED


def test_a_certificate_that_is_not_on_the_phone_does_not_concern_it() -> None:
    """After the pass was deleted by hand the pair still lives; its revocation finds an empty phone, which stays so."""
    register = phone_in("HOLDS_CARD")
    register.phone("PassDeleted")
    register.phone("CertificateRevoked on the phone")
    assert register.books.phones["phone-1"].state is PhoneState.WITHOUT_CARD


def card_in(state: str) -> Register:
    register = Register()
    for on in PATHS_OF_CARDS[state]:
        register.take(*CARD_EVENTS[on])
    return register


@pytest.mark.parametrize("rule", CARD_RULES, ids=lambda r: f"{r.before.name}-{r.on}")
def test_each_row_of_cards(rule: Rule[CardState]) -> None:
    """Events of the log lead a card along each row of its table, and the row says since when."""
    register = card_in(rule.before.name)
    event, when = CARD_EVENTS[rule.on]
    register.take(event, when)
    row = register.books.card("card-1")
    assert (row.state, row.since) == (rule.to, when)


@pytest.mark.parametrize("state", sorted(PATHS_OF_CARDS))
@pytest.mark.parametrize("on", sorted(CARD_EVENTS))
def test_an_unlawful_event_leaves_cards_untouched(state: str, on: str) -> None:
    """What the table does not allow is refused, and the books are as they were."""
    if on in may(CARD_RULES, CardState[state]):
        return
    register, before = card_in(state), card_in(state)
    with pytest.raises(MisuseError if state == "NOT_ISSUED" else IllegalTransition):
        register.take(*CARD_EVENTS[on])
    assert register == before


def test_a_card_does_not_expire_before_its_time() -> None:
    """A second before its last one it is still valid."""
    with pytest.raises(IllegalTransition, match=r"\(if over\)"):
        card_in("VALID").take(CARD_EVENTS["CardExpired"][0], EXPIRY - timedelta(seconds=1))


def test_the_date_of_a_hold_does_not_move() -> None:
    """A certificate held before its activation is held since then, also after the activation has passed."""
    register = certificate_in("ON_HOLD")
    register.take(*CERTIFICATE_EVENTS["CertificateActivated"])
    past = register.books.status("auth", 1, ACTIVATION + timedelta(hours=1))
    assert (past.state, past.at) == (CertificateState.ON_HOLD, ISSUE)


@pytest.mark.parametrize("state", sorted(PATHS_OF_CERTIFICATES))
@pytest.mark.parametrize("on", sorted(CERTIFICATE_EVENTS))
def test_an_unlawful_event_leaves_certificates_untouched(state: str, on: str) -> None:
    """What the table does not allow is refused, and the books are as they were."""
    if on in may(CERTIFICATE_RULES, CertificateState[state]):
        return
    register, before = certificate_in(state), certificate_in(state)
    if state == "REQUESTED":
        with pytest.raises(ValueError, match="no certificate"):
            register.take(*CERTIFICATE_EVENTS[on])
    else:
        with pytest.raises(IllegalTransition):
            register.take(*CERTIFICATE_EVENTS[on])
    assert register == before


@pytest.mark.parametrize("state", [s for s in sorted(PATHS_OF_PHONES) if s != "UNKNOWN"])
@pytest.mark.parametrize("on", sorted(PHONE_EVENTS))
def test_an_unlawful_event_leaves_phones_untouched(state: str, on: str) -> None:
    """What the table does not allow is refused, and the books are as they were."""
    if on in may(PHONE_RULES, PhoneState[state]):
        return
    register, before = phone_in(state), phone_in(state)
    with pytest.raises(IllegalTransition):
        register.phone(on)
    assert register == before


@pytest.mark.parametrize(("on", "early"), [("CertificateActivated", ACTIVATION), ("CertificateExpired", EXPIRY)])
def test_nothing_falls_due_before_its_time(on: str, early: datetime) -> None:
    """Activation and expiry are unlawful a second before the moment that the certificate names."""
    register = certificate_in("ISSUED")
    with pytest.raises(IllegalTransition, match=r"\(if due\)"):
        register.take(CERTIFICATE_EVENTS[on][0], early - timedelta(seconds=1))


@pytest.mark.parametrize("state", ["ISSUED", "GOOD", "ON_HOLD"])
def test_a_second_phone_gets_nothing_while_the_first_lives(state: str) -> None:
    """One phone per person: no certificate on another phone while one is issued, good or on hold; then it is lawful."""
    register = certificate_in(state)
    second = issued("phone-2", 2)
    with pytest.raises(IllegalTransition, match="only phone"):
        register.take(second, ACTIVATION)
    register.take(ev.CertificateRevoked("auth", 1, "SUPERSEDED"), ACTIVATION)
    register.take(second, ACTIVATION)
    assert {row.device for row in register.books.live_on_phones("person-1")} == {"phone-2"}


def test_a_card_does_not_count_as_a_phone() -> None:
    """The plastic card's own certificates stand beside those of a phone."""
    register = certificate_in("GOOD")
    register.take(issued("card-1", 2, "card_auth"), ACTIVATION)
    assert len(list(register.books.of_person("person-1"))) == 2
    assert len(register.books.live_on_phones("person-1")) == 1


def test_history_answers_for_any_instant() -> None:
    """The state at an instant is the last step at or before it; REQUESTED before the issue."""
    register = certificate_in("GOOD")
    register.take(ev.CertificateRevoked("auth", 1, "SUPERSEDED", "new_phone"), at("2025-06-24 10:00"))
    states_at = {
        "08:59": "REQUESTED",
        "09:00": "ISSUED",
        "09:04": "ISSUED",
        "09:05": "GOOD",
        "09:59": "GOOD",
        "10:00": "REVOKED",
    }
    for clock, state in states_at.items():
        assert register.books.status("auth", 1, at(f"2025-06-24 {clock}")).state.name == state
    past = register.books.status("auth", 1, at("2025-06-24 12:00"))
    assert (past.reason, past.cause) == ("SUPERSEDED", "new_phone")
