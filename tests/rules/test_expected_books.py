"""What cards, certificates and phones may do: the books, fed through the log, beside the tables of ``expected``.

A row of ``books`` that is changed, added or gone fails, and so does a rule that the fold does not follow. Every event
is tried in every state; what no row names changes nothing.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from enum import Enum

import pytest
from expected import CARDS, CERTIFICATES, PHONES, rows
from registers import ACTIVATION, EXPIRY, ISSUE, Register, card_event, certificate_event, issued, phone_event

from myna_lab import events as ev
from myna_lab.errors import IllegalTransition, MisuseError
from myna_lab.events import Entry
from myna_lab.ground.durations import at
from myna_lab.jlis.books import CARD_RULES, CERTIFICATE_RULES, PHONE_RULES, Books
from myna_lab.parameters import Parameters
from myna_lab.rules import Rule

SECOND = timedelta(seconds=1)


def written(rules: tuple[Rule[Enum], ...]) -> list[list[str]]:
    """The package's rules in the form of the tables below."""
    return [[r.before.name, r.name, r.condition.replace(" ", "_") or "-", r.to.name] for r in rules]


# ------------------------------------------------------------------------------------------------------------- cards

CARDS_BY = {
    "NOT_ISSUED": "",
    "VALID": "CardIssued",
    "SUSPENDED": "CardIssued CardSuspended",
    "REVOKED": "CardIssued CardRevoked",
    "EXPIRED": "CardIssued CardExpired",
}
CARD_EVENTS = ("CardIssued", "CardRewritten", "CardSuspended", "CardResumed", "CardRevoked", "CardExpired")


def test_the_rows_of_cards_are_these() -> None:
    """Row by row, condition and target included: none is missing, none is added."""
    assert sorted(written(CARD_RULES)) == sorted(CARDS)


@pytest.mark.parametrize(
    ("state", "on", "when"), [*itertools.product(CARDS_BY, CARD_EVENTS, [EXPIRY - SECOND, EXPIRY])], ids=str
)
def test_a_card_goes_where_its_row_says_and_nowhere_else(state: str, on: str, when: datetime) -> None:
    """Every event in every state, a second before the card's end and at it."""
    register = Register()
    for name in CARDS_BY[state].split():
        register.take(card_event(name), EXPIRY if name == "CardExpired" else ISSUE)
    fitting = [row[3] for row in CARDS if row[:2] == [state, on] and (row[2] == "-" or when >= EXPIRY)]
    before = dict(register.books.cards)
    if fitting:
        register.take(card_event(on), when)
        row = register.books.card("card-1")
        since = ISSUE if on == "CardRewritten" else when
        assert (row.state.name, row.since) == (fitting[0], since)
    else:
        with pytest.raises((IllegalTransition, MisuseError), match=r"no card 'card-1'" if not before else state):
            register.take(card_event(on), when)
        assert register.books.cards == before


# ------------------------------------------------------------------------------------------------------ certificates

CERTIFICATES_BY = {
    "REQUESTED": "",
    "ISSUED": "CertificateIssued",
    "GOOD": "CertificateIssued CertificateActivated",
    "ON_HOLD": "CertificateIssued CertificateSuspended",
    "REVOKED": "CertificateIssued CertificateRevoked",
    "EXPIRED": "CertificateIssued CertificateExpired",
}
CERTIFICATE_EVENTS = (
    "CertificateIssued",
    "CertificateActivated",
    "CertificateSuspended",
    "CertificateResumed",
    "CertificateRevoked",
    "CertificateExpired",
)
MOMENTS = (ACTIVATION - SECOND, ACTIVATION, EXPIRY - SECOND, EXPIRY)
AWAITED = {"CertificateActivated": ACTIVATION, "CertificateExpired": EXPIRY}


def holds(condition: str, on: str, when: datetime) -> bool:
    """What the conditions mean here: nobody has another phone, and holds of user authentication are lifted."""
    match condition:
        case "due":
            return when >= AWAITED[on]
        case "releasable_before_activation":
            return when < ACTIVATION
        case "releasable":
            return when >= ACTIVATION
    return True


def test_the_rows_of_certificates_are_these() -> None:
    """Row by row, condition and target included: none is missing, none is added."""
    assert sorted(written(CERTIFICATE_RULES)) == sorted(CERTIFICATES)


def certificate_in(state: str) -> Register:
    """The certificate auth/1 of a phone, led into a state."""
    register = Register()
    for name in ("PhoneAcquired", "ApplicationAccepted", "PassAdded"):
        register.take(phone_event(name), ISSUE)
    for name in CERTIFICATES_BY[state].split():
        register.take(certificate_event(name), AWAITED.get(name, ISSUE))
    return register


@pytest.mark.parametrize(
    ("state", "on", "when"), [*itertools.product(CERTIFICATES_BY, CERTIFICATE_EVENTS, MOMENTS)], ids=str
)
def test_a_certificate_goes_where_its_row_says_and_nowhere_else(state: str, on: str, when: datetime) -> None:
    """Every event in every state, around the activation and around the end; its history tells of each step once."""
    register = certificate_in(state)
    fitting = [
        to
        for before, event, condition, to in CERTIFICATES
        if (before, event) == (state, on) and holds(condition, on, when)
    ]
    assert len(fitting) <= 1
    before = dict(register.books.certificates)
    if fitting:
        register.take(certificate_event(on), when)
        row = register.books.certificate("auth", 1)
        steps = [past.state.name for past in row.history]
        assert steps[-1] == row.state.name == fitting[0]
        assert len(steps) == len(CERTIFICATES_BY[state].split()) + (fitting[0] != state)
    else:
        with pytest.raises((IllegalTransition, MisuseError), match="no certificate" if not before else state):
            register.take(certificate_event(on), when)
        assert register.books.certificates == before


LIFTED = rows("""
auth_only  auth  yes
auth_only  sign  no
never      auth  no
never      sign  no
all        auth  yes
all        sign  yes
""")
"""Whose holds are lifted: sources disagree (life-cycle facts 1.4 and 8), so it is a parameter."""


@pytest.mark.parametrize(("policy", "authority", "is_lifted"), LIFTED)
def test_whose_hold_is_lifted(policy: str, authority: str, is_lifted: str) -> None:
    """By parameter ``hold_release``, as the lab's first event has it; auth_only is the usual value."""
    register = Register()
    parameters = Parameters({"hold_release": policy})
    assert Parameters().text("hold_release") == "auth_only"
    register.take(ev.LabStarted(7, ISSUE, parameters.texts()), ISSUE)
    register.take(
        ev.CertificateIssued(authority, 1, f"card_{authority}", "card-1", "person-1", "", b"", ISSUE, EXPIRY), ISSUE
    )
    register.take(ev.CertificateSuspended(authority, 1), ISSUE)
    if is_lifted == "yes":
        register.take(ev.CertificateResumed(authority, 1), ACTIVATION)
    else:
        with pytest.raises(IllegalTransition, match="ON_HOLD"):
            register.take(ev.CertificateResumed(authority, 1), ACTIVATION)
    state = register.books.certificate(authority, 1).state.name
    assert state == ("GOOD" if is_lifted == "yes" else "ON_HOLD")


# ------------------------------------------------------------------------------------------------------------ phones

PHONES_BY = {
    "UNKNOWN": "",
    "WITHOUT_CARD": "PhoneAcquired",
    "APPLIED": "PhoneAcquired ApplicationAccepted",
    "HOLDS_CARD": "PhoneAcquired ApplicationAccepted pair PassAdded",
    "DEAD": "PhoneAcquired ApplicationAccepted pair PassAdded on_the_phone",
    "APPLIED_OVER_LIVE": "PhoneAcquired ApplicationAccepted pair PassAdded ApplicationAccepted",
    "APPLIED_OVER_DEAD": "PhoneAcquired ApplicationAccepted pair PassAdded on_the_phone ApplicationAccepted",
}
PHONE_STEPS = (
    ("PhoneAcquired", "-"),
    ("ApplicationAccepted", "-"),
    ("PassAdded", "-"),
    ("CredentialInstalled", "-"),
    ("PassDeleted", "-"),
    ("PhoneErased", "-"),
    ("ContentErased", "-"),
    ("FactoryReset", "-"),
    ("BackupRestored", "-"),
    ("RevocationLearned", "-"),
)
PASSES_BY = (("ApplicationLapsed", "-"), ("CertificateRevoked", "on_the_phone"), ("CertificateRevoked", "applied_for"))
"""What happens elsewhere: it reaches the phone if it concerns it, and is lawful in any case."""


def phone_in(state: str) -> Register:
    """A phone that was led into a state."""
    register = Register()
    for name in PHONES_BY[state].split():
        register.phone(name)
    assert {phone.state.name for phone in register.books.phones.values()} == {state} - {"UNKNOWN"}
    return register


def test_the_rows_of_phones_are_these() -> None:
    """Row by row, condition and target included: none is missing, none is added."""
    assert sorted(written(PHONE_RULES)) == sorted(PHONES)


@pytest.mark.parametrize(
    ("state", "step"), [*itertools.product([state for state in PHONES_BY if state != "UNKNOWN"], PHONE_STEPS)], ids=str
)
def test_a_phone_goes_where_its_row_says_and_nowhere_else(state: str, step: tuple[str, str]) -> None:
    """Every event of the phone itself in every state."""
    register = phone_in(state)
    fitting = [row[3] for row in PHONES if (row[0], row[1], row[2]) == (state, *step)]
    before = register.books.phones["phone-1"]
    if fitting:
        register.phone(step[0])
        row = register.books.phones["phone-1"]
        assert row.state.name == fitting[0]
        assert (row.application is not None) is fitting[0].startswith("APPLIED")
        assert bool(row.holds) is (fitting[0] in ("HOLDS_CARD", "DEAD", "APPLIED_OVER_LIVE", "APPLIED_OVER_DEAD"))
    else:
        with pytest.raises(IllegalTransition, match=state):
            register.phone(step[0])
        assert register.books.phones["phone-1"] == before


def test_an_unknown_phone_is_acquired_once() -> None:
    """A phone begins by being bought; bought again it is unlawful."""
    register = phone_in("UNKNOWN")
    register.phone("PhoneAcquired")
    assert register.books.phones["phone-1"].state.name == "WITHOUT_CARD"
    with pytest.raises(IllegalTransition, match="WITHOUT_CARD"):
        register.phone("PhoneAcquired")


@pytest.mark.parametrize(
    ("state", "step"), [*itertools.product(["APPLIED", "APPLIED_OVER_LIVE", "APPLIED_OVER_DEAD"], PASSES_BY)], ids=str
)
def test_what_happens_elsewhere_reaches_a_phone_that_waits(state: str, step: tuple[str, str]) -> None:
    """The refusal of an issue and a revocation lead on where a row says so."""
    (to,) = [row[3] for row in PHONES if (row[0], row[1], row[2]) == (state, *step)] or [state]
    register = phone_in(state)
    if step[1] != "on_the_phone" or state != "APPLIED":  # nothing is on it then
        register.phone(step[0] if step[1] == "-" else step[1])
    row = register.books.phones["phone-1"]
    assert row.state.name == to
    assert (row.application is not None) is to.startswith("APPLIED")


@pytest.mark.parametrize(
    ("state", "step", "to"),
    [
        ("WITHOUT_CARD", "ApplicationLapsed", "WITHOUT_CARD"),
        ("WITHOUT_CARD", "applied_for", "WITHOUT_CARD"),
        ("HOLDS_CARD", "ApplicationLapsed", "HOLDS_CARD"),
        ("HOLDS_CARD", "applied_for", "HOLDS_CARD"),
        ("HOLDS_CARD", "on_the_phone", "DEAD"),
        ("DEAD", "ApplicationLapsed", "DEAD"),
        ("DEAD", "applied_for", "DEAD"),
        ("DEAD", "on_the_phone", "DEAD"),
    ],
)
def test_what_happens_elsewhere_and_a_phone_at_rest(state: str, step: str, to: str) -> None:
    """Without an application under way only the revocation of what is on it concerns a phone."""
    register = phone_in(state)
    register.phone(step)
    assert register.books.phones["phone-1"].state.name == to


# ------------------------------------------------------------------------------------------------- more than one row


@pytest.mark.parametrize("state", ["APPLIED", "APPLIED_OVER_LIVE", "APPLIED_OVER_DEAD"])
def test_a_later_application_on_another_phone_ends_the_one_under_way(state: str) -> None:
    """The later application wins: the first phone keeps what it holds, and waits for nothing any more."""
    register = phone_in(state)
    register.take(ev.PhoneAcquired("phone-2", "person-1", "android", "Pixel 8", "15"))
    register.take(ev.ApplicationAccepted("flow-2", "phone-2", "person-1", "ref", ISSUE))
    former = register.books.phones["phone-1"]
    expected = {"APPLIED": "WITHOUT_CARD", "APPLIED_OVER_LIVE": "HOLDS_CARD", "APPLIED_OVER_DEAD": "DEAD"}
    assert (former.state.name, former.application) == (expected[state], None)
    assert register.books.phones["phone-2"].state.name == "APPLIED"


def test_a_certificate_that_is_not_on_the_phone_does_not_concern_it() -> None:
    """After the pass was deleted by hand the pair still lives; its revocation finds an empty phone, which stays so."""
    register = phone_in("HOLDS_CARD")
    register.phone("PassDeleted")
    register.phone("on_the_phone")
    assert register.books.phones["phone-1"].state.name == "WITHOUT_CARD"


def test_the_date_of_a_hold_does_not_move() -> None:
    """A certificate held before its activation is held since then, also after the activation has passed."""
    register = certificate_in("ON_HOLD")
    register.take(certificate_event("CertificateActivated"), ACTIVATION)
    past = register.books.status("auth", 1, ACTIVATION + timedelta(hours=1))
    assert (past.state.name, past.at) == ("ON_HOLD", ISSUE)


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


def test_a_draft_begins_with_what_the_books_hold_and_keeps_to_itself() -> None:
    """All tables and both counters are in it; a batch that writes into each of them leaves the books as they were."""
    register = Register()
    register.take(ev.LabStarted(7, ISSUE, Parameters({"hold_release": "all"}).texts()))
    for event in (
        card_event("CardIssued"),
        phone_event("PhoneAcquired"),
        ev.PhoneAcquired("phone-2", "person-1", "android", "Pixel 9", "15"),
        issued(),
        ev.CertificateIssued("sign", 2, "phone_sign", "phone-1", "person-1", "", b"", ISSUE, EXPIRY),
        phone_event("ApplicationAccepted"),
    ):
        register.take(event)
    books, draft = register.books, register.books.draft()

    def told(of: Books) -> list[object]:
        tables = [dict(of.certificates), dict(of.phones), dict(of.cards), dict(of.applications)]
        return [*tables, *of.of_person("person-1"), of.next_serial("auth", 1), of.next_serial("sign", 1)]

    held = told(books)
    assert told(draft) == held and held[-2:] == [2, 3] and len(held) == 8
    assert draft.hold_release == books.hold_release == "all"
    for event in (
        card_event("CardSuspended"),
        ev.ApplicationAccepted("flow-2", "phone-2", "person-1", "ref", ISSUE),
        issued("card-1", 3, "card_auth"),
        ev.PhoneAcquired("phone-3", "person-2", "iphone", "iPhone 16", "18.5"),
    ):
        draft.evolve(Entry(1, ACTIVATION, event))
    assert told(books) == held
    assert [draft.phones[name].state.name for name in ("phone-1", "phone-2")] == ["WITHOUT_CARD", "APPLIED"]
    assert draft.applications["person-1"].phone == "phone-2" and draft.cards["card-1"].state.name == "SUSPENDED"
    assert (len(draft.certificates), len(list(draft.of_person("person-1"))), draft.next_serial("auth", 1)) == (3, 3, 4)
