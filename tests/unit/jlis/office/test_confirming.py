"""What a set-up may install: the pair of its own application, and no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from article import CARDS_PINS, go, resident, said
from registers import EXPIRY, ISSUE, Register

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.jlis import office as registry
from myna_lab.jlis.books import PhoneState
from myna_lab.provisioning import Screen

MINUTE = timedelta(minutes=1)


def acquired(*phones: str) -> Register:
    """Books in which one person has bought phones."""
    register = Register()
    for phone in phones:
        register.take(ev.PhoneAcquired(phone, "person-1", "android", "Pixel 8", "15"), ISSUE)
    return register


def apply(register: Register, flow: str, phone: str, when: datetime) -> None:
    """An application whose issue comes later."""
    register.take(ev.ApplicationAccepted(flow, phone, "person-1", "ref", when + MINUTE), when)


def issue(register: Register, phone: str, first: int, when: datetime) -> None:
    """A pair for a phone: sign first, user authentication first + 1."""
    for serial, side in ((first, "sign"), (first + 1, "auth")):
        register.take(
            ev.CertificateIssued(side, serial, f"phone_{side}", phone, "person-1", "", b"", when, EXPIRY), when
        )


def serials(register: Register, flow: str) -> list[int]:
    """What that flow may install."""
    return [row.key.serial for row in registry.confirm(register.books, flow=flow)]


def refused(register: Register, flow: str) -> str:
    """Why that flow may install nothing."""
    with pytest.raises(RegistrationRefused) as caught:
        registry.confirm(register.books, flow=flow)
    return caught.value.code


def test_the_pair_that_was_issued() -> None:
    """Sign, then user authentication; before the issue there is nothing."""
    register = acquired("phone-1")
    apply(register, "flow-1", "phone-1", ISSUE)
    assert refused(register, "flow-1") == "not_issued"
    issue(register, "phone-1", 1, ISSUE + MINUTE)
    assert serials(register, "flow-1") == [1, 2]
    assert refused(register, "flow-9") == "superseded"


@pytest.mark.parametrize("phone", ["phone-1", "phone-2"])
def test_a_superseded_pair_is_not_installed(phone: str) -> None:
    """A later application, on another phone or this one: the earlier flow installs nothing, though its pair lives."""
    register = acquired("phone-1", "phone-2")
    apply(register, "flow-1", "phone-1", ISSUE)
    issue(register, "phone-1", 1, ISSUE + MINUTE)
    apply(register, "flow-2", phone, ISSUE + 2 * MINUTE)
    assert refused(register, "flow-1") == "superseded"
    assert refused(register, "flow-2") == "not_issued"


def test_the_newest_of_two_pairs() -> None:
    """Added again on the same phone: the pair of the later application."""
    register = acquired("phone-1")
    apply(register, "flow-1", "phone-1", ISSUE)
    issue(register, "phone-1", 1, ISSUE + MINUTE)
    apply(register, "flow-2", "phone-1", ISSUE + 2 * MINUTE)
    issue(register, "phone-1", 3, ISSUE + 3 * MINUTE)
    assert serials(register, "flow-2") == [3, 4]


@pytest.mark.parametrize("gone", [("sign", 1), ("auth", 2)])
def test_half_a_pair_is_none(gone: tuple[str, int]) -> None:
    """One of the two revoked: nothing is installed."""
    register = acquired("phone-1")
    apply(register, "flow-1", "phone-1", ISSUE)
    issue(register, "phone-1", 1, ISSUE + MINUTE)
    register.take(ev.CertificateRevoked(*gone, "KEY_COMPROMISE"), ISSUE + MINUTE)
    assert refused(register, "flow-1") == "not_issued"


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((), "not_issued"),
        ((ev.CardSuspended("card-1"),), "card_suspended"),
        ((ev.CardRevoked("card-1", "lost"),), "card_revoked"),
    ],
)
def test_the_card_is_the_reason_if_it_is_not_valid(events: tuple[ev.Event, ...], reason: str) -> None:
    """Nothing was issued: because of the holder's card, if that is stopped; of another person's it never is."""
    register = acquired("phone-1")
    for card, person in (("card-1", "person-1"), ("card-2", "person-2")):
        register.take(ev.CardIssued(card, person, "ref", EXPIRY, (0, 1)), ISSUE)
    register.take(ev.CardRevoked("card-2", "lost"), ISSUE)
    apply(register, "flow-1", "phone-1", ISSUE)
    for event in events:
        register.take(event, ISSUE)
    assert refused(register, "flow-1") == reason


def test_where_the_former_pair_lives_until_the_issue_it_is_not_taken_for_the_new_one() -> None:
    """Added again, and the card is suspended before the issue: no notice, and the phone keeps what it holds."""
    lab = Lab(seed=7, parameters={"revoke_former_at": "issue"})
    hanako = resident(lab)
    android = lab.android(hanako)
    android.add_card().run(same_pins=True)
    lab.advance("20min")
    flow = go(android.add_card(), Screen.WAIT_FOR_NOTICE)
    lab.world.record([ev.CardSuspended(hanako.card.name)])
    flow.next()
    assert (flow.screen, said(flow)) == (Screen.REFUSED, "registry_card_suspended")
    assert android.state is PhoneState.HOLDS_CARD
    assert lab.portal.log_in(android, CARDS_PINS["user_authentication"]).accepted
