"""What holds after every step of a random life, whatever was done before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import pytest
from life_steps import outcome

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import LIVE, Books, CardState, CertificateState, PersonState
from needs import rounds

C = CertificateState
FINAL = {C.REVOKED, C.EXPIRED}


def signing_beside_log_in(books: Books) -> Iterator[str]:
    """Signing works only while log-in on the same device does, and on a card while the card is valid."""
    for row in books.certificates.values():
        if row.key.authority == "sign" and row.state is C.GOOD:
            own = [other for other in books.of_person(row.person) if other.device == row.device]
            if not any(other.key.authority == "auth" and other.state is C.GOOD for other in own):
                yield f"{row.key} signs, and nothing on {row.device} logs in"
            if row.device in books.cards and books.card(row.device).state is not CardState.VALID:
                yield f"{row.key} signs, and {row.device} is {books.card(row.device).state.value}"


def final_states(books: Books) -> Iterator[str]:
    """Nothing comes after REVOKED or EXPIRED; each step is a change, and later or as late as the one before."""
    for row in books.certificates.values():
        for before, after in pairwise(row.history):
            if before.state in FINAL or before.state is after.state or before.at > after.at:
                yield f"{row.key}: {before} -> {after}"


def one_phone_each(books: Books) -> Iterator[str]:
    """Of everybody, live certificates on one phone at most, and one pair of them."""
    for person in books.people:
        live = [row for row in books.live_on_phones(person) if row.state in LIVE]
        if len({row.device for row in live}) > 1 or len({row.kind for row in live}) < len(live):
            yield f"{person}: {live}"


def one_card_each(books: Books) -> Iterator[str]:
    """Of everybody, one card in force at most; of the dead nothing lives."""
    for person, row in books.people.items():
        cards = [card for card in books.cards_of(person) if card.state in (CardState.VALID, CardState.SUSPENDED)]
        if len(cards) > 1:
            yield f"{person}: {cards}"
        if row.state is PersonState.DEAD and (cards or any(own.state in LIVE for own in books.of_person(person))):
            yield f"{person} is dead, and something of hers lives"


def states_at_instants(books: Books) -> Iterator[str]:
    """What is answered for an instant is what the thing has since then."""
    for name, row in books.cards.items():
        if books.card_state(name, row.since) is not row.state:
            yield f"{name} at {row.since}"
    for name, phone in books.phones.items():
        if books.phone_state(name, phone.since) is not phone.state:
            yield f"{name} at {phone.since}"
    for key, certificate in books.certificates.items():
        past = certificate.history[-1]
        if books.status(*key, past.at).state is not past.state:
            yield f"{key} at {past.at}"


INVARIANTS: Mapping[str, Callable[[Books], Iterator[str]]] = {
    each.__name__: each
    for each in (signing_beside_log_in, final_states, one_phone_each, one_card_each, states_at_instants)
}


@pytest.mark.parametrize("seed", range(rounds(6, 400)))
def test_what_always_holds(seed: int) -> None:
    """Sixty steps, each invariant after each step; at the end the log, folded anew, gives the same books."""
    lab, chance = Lab(seed=seed), Chance(seed)
    done: list[str] = []
    for _ in range(60):
        length = len(lab.log)
        done.append(f"{outcome(lab, chance)} {[entry.name for entry in lab.log[length:]]}")
        broken = {name: [*find(lab.books)] for name, find in INVARIANTS.items()}
        assert not any(broken.values()), f"{broken} after {done[-3:]}"
    again = Books()
    for entry in lab.log:
        again.evolve(entry)
    assert (dict(again.certificates), dict(again.cards)) == (dict(lab.books.certificates), dict(lab.books.cards))
    assert (dict(again.phones), dict(again.people)) == (dict(lab.books.phones), dict(lab.books.people))


def test_a_random_life_is_a_full_one() -> None:
    """The steps above reach every event of the register, of cards and of the offices: they prove something."""
    seen: set[str] = set()
    for seed in range(30):
        lab, chance = Lab(seed=seed), Chance(seed)
        for _ in range(60):
            outcome(lab, chance)
        seen |= {entry.name for entry in lab.log}
    wanted = {
        "CardSuspended", "CardResumed", "CardRevoked", "CardExpired", "CardRewritten", "ReissueAccepted",
        "HotlineCalled", "HotlineStopRecorded", "ResidentMoved", "ResidentRenamed", "MovingOutNotified", "ResidentDied",
        "LatestInformationGiven", "RequestRefused", "CertificateSuspended", "CertificateResumed", "CertificateExpired",
    }  # fmt: skip
    assert wanted - seen == set()
