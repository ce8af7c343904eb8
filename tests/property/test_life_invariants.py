"""What holds after every step of a random life, whatever was done before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from life_steps import outcome

from myna_lab import Lab
from myna_lab import events as ev
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


def dead_passes(lab: Lab, length: int, _: Chance) -> Iterator[str]:
    """A phone that has learned of its revocation, or erased itself, opens nothing until a card is added to it anew."""
    learned: set[str] = set()
    for number, entry in enumerate(lab.log):
        match entry.event:
            case ev.RevocationLearned(phone) | ev.PhoneErased(phone):
                learned.add(phone)
            case ev.PassAdded(phone=phone) | ev.CredentialInstalled(phone=phone):
                learned.discard(phone)
            case ev.VerdictGiven(service, device, verdict) if number >= length and device in learned and verdict:
                yield f"{service} took {device}, which knows that it is revoked"


def refused_once_known(lab: Lab, length: int, _: Chance) -> Iterator[str]:
    """A service's data are no older than it says, and who is stopped in them is refused."""
    for entry in list(lab.log)[length:]:
        match entry.event:
            case ev.VerdictGiven(service, device, verdict) if verdict.knowledge_at is not None:
                if verdict.at - verdict.knowledge_at > OLDEST.get(service, timedelta(minutes=15)):
                    yield f"{service} looks at data of {verdict.knowledge_at} at {verdict.at}"
                row = folded(lab, verdict.knowledge_at).certificates.get((verdict.usage, verdict.serial))
                if verdict and row is not None and row.state in STOPPED:
                    yield f"{service} took {device}, {row.state} in its own data"


def as_published(lab: Lab, length: int, chance: Chance) -> Iterator[str]:
    """An answer and a list, read by another library, and the tables each say what the log said at their own instant."""
    if not (own := [each for each in lab.certificates() if each.row.not_after > lab.now]):
        return
    one, source = chance.choice(own), chance.choice(["ocsp", "ocsp", "crl", "crl", "tables"])
    if source == "tables":
        then = chance.choice([entry.at for entry in lab.log])
        said = lab.tables.certificates(at=then)[["device", "state"]].astype(str).values.tolist()
        meant = [[row.device, row.state.value] for row in folded(lab, then).certificates.values()]
        if sorted(said) != sorted(meant):
            yield f"the table of {then}: {said}; the log: {meant}"
        return
    if source == "ocsp":
        answer = ocsp.load_der_ocsp_response(one.ocsp())
        then, due, stopped = answer.this_update_utc, timedelta(minutes=15), answer.certificate_status is REVOKED
    else:
        crl = x509.load_der_x509_crl(one.crl())
        found = crl.get_revoked_certificate_by_serial_number(one.serial)
        then, due, stopped = crl.last_update_utc, timedelta(days=1), found is not None
    row = folded(lab, then).certificates.get(one.key)
    if row is not None and row.state is not C.EXPIRED and stopped is not (row.state in STOPPED):
        yield f"{source} of {then} on {one}: stopped is {stopped}; the log: {row.state}"
    if (row is None and stopped) or not timedelta(0) <= lab.now - then < due:
        yield f"{source} of {then} at {lab.now} on {one}: stopped is {stopped}"


def folded(lab: Lab, at: datetime) -> Books:
    """The books as the events until an instant make them."""
    books = Books()
    for entry in takewhile(lambda entry: entry.at <= at, lab.log):
        books.evolve(entry)
    return books


STOPPED = {C.REVOKED, C.ON_HOLD}
REVOKED = ocsp.OCSPCertStatus.REVOKED
OLDEST = {"bank": timedelta(days=1), "counter": timedelta(days=1)}
"""By hand: a list is of the last midnight, what the others read of the last quarter of an hour."""
SPENT_IN_VAIN = {"RequestRefused", "ReferenceDataTried", "ReferenceDataVerified", "SignatureComputed"}
"""What a refusal leaves in the log: itself, and what the card did before: counted tries, and signed the request."""

STEPWISE: Mapping[str, Callable[[Lab, int, Chance], Iterator[str]]] = {
    each.__name__: each for each in (dead_passes, refused_once_known, as_published)
}
"""What holds of the log's newest entries, and of what is published after them."""

INVARIANTS: Mapping[str, Callable[[Books], Iterator[str]]] = {
    each.__name__: each
    for each in (signing_beside_log_in, final_states, one_phone_each, one_card_each, states_at_instants)
}


@pytest.mark.parametrize("seed", range(rounds(6, 400)))
def test_what_always_holds(seed: int) -> None:
    """Sixty steps, each invariant after each step; at the end the log, folded anew, gives the same books."""
    lab, chance, look = Lab(seed=seed), Chance(seed), Chance(seed).child("look")
    done: list[str] = []
    for _ in range(60):
        length = len(lab.log)
        refusal = outcome(lab, chance)
        new = [entry.name for entry in lab.log[length:]]
        done.append(f"{refusal} {new}")
        if refusal:
            assert set(new) <= SPENT_IN_VAIN and new.count("RequestRefused") <= 1, done[-1]
        broken = {name: [*find(lab.books)] for name, find in INVARIANTS.items()}
        broken |= {name: [*find(lab, length, look)] for name, find in STEPWISE.items()}
        assert not any(broken.values()), f"{broken} after {done[-3:]}"
    again = Books()
    for entry in lab.log:
        again.evolve(entry)
    assert (dict(again.certificates), dict(again.cards)) == (dict(lab.books.certificates), dict(lab.books.cards))
    assert (dict(again.phones), dict(again.people)) == (dict(lab.books.phones), dict(lab.books.people))


def test_a_random_life_is_a_full_one() -> None:
    """The steps above reach every event of the register, of cards and of the offices: they prove something."""
    missing = {
        "CardSuspended", "CardResumed", "CardRevoked", "CardExpired", "CardRewritten", "ReissueAccepted",
        "HotlineCalled", "HotlineStopRecorded", "ResidentMoved", "ResidentRenamed", "MovingOutNotified", "ResidentDied",
        "LatestInformationGiven", "RequestRefused", "CertificateSuspended", "CertificateResumed", "CertificateExpired",
        "RevocationLearned", "PhoneErased", "VerdictGiven",
    }  # fmt: skip
    for seed in range(30):
        lab, chance = Lab(seed=seed), Chance(seed)
        for _ in range(60):
            outcome(lab, chance)
        missing -= {entry.name for entry in lab.log}
        if not missing:
            break
    assert missing == set()
