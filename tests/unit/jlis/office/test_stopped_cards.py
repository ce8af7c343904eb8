"""A plastic card that is abolished, suspended or released, with the certificates that go with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.jlis import office as registry
from myna_lab.jlis.books import Books, CardState, CertificateState
from myna_lab.lab import Holder

C = CertificateState
Act = Callable[..., Decision]


@pytest.fixture
def hanako() -> Holder:
    """A resident with a card on her iPhone; another lives there, too."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.android(lab.resident()).add_card().run()
    lab.advance("10min")
    return hanako


def act(holder: Holder, how: Act) -> Books:
    lab = Lab.of(holder.world)
    lab.world.record(how(holder.card.name, books=lab.books).events)
    return lab.books


def states(holder: Holder) -> dict[str, CertificateState]:
    return {row.kind: row.state for row in holder.world.books.of_person(holder.person)}


def test_an_abolished_card_ends_all_of_its_holder_and_nobody_else(hanako: Holder) -> None:
    """Card and phone, also what is on hold; the reason says why; the neighbour's go on."""
    lab, neighbour = Lab.of(hanako.world), Lab.of(hanako.world).residents[1]
    lab.certificates(hanako.phones[0], kind="phone_auth")[0].hold()
    books = act(hanako, registry.abolish)
    assert books.card(hanako.card.name).state is CardState.REVOKED
    assert set(states(hanako).values()) == {C.REVOKED} and set(states(neighbour).values()) == {C.GOOD}
    causes = {row.history[-1].cause for row in books.of_person(hanako.person)}
    assert causes == {"card_revoked"} and len({entry.at for entry in list(lab.log)[-5:]}) == 1


def test_what_is_revoked_already_is_no_obstacle(hanako: Holder) -> None:
    """A certificate that was revoked before keeps its own reason."""
    Lab.of(hanako.world).certificates(hanako, kind="card_sign")[0].revoke("KEY_COMPROMISE")
    books = act(hanako, registry.abolish)
    reasons = {row.kind: row.history[-1].reason for row in books.of_person(hanako.person)}
    assert reasons.pop("card_sign") == "KEY_COMPROMISE" and set(reasons.values()) == {"CESSATION_OF_OPERATION"}


def test_a_suspended_card_leaves_the_phone_alone_and_comes_back(hanako: Holder) -> None:
    """Its own two certificates are held; released, the card is valid, and so is what the policy lets go (auth only)."""
    act(hanako, registry.suspend)
    phone = {"phone_sign": C.GOOD, "phone_auth": C.GOOD}
    assert states(hanako) == {"card_sign": C.ON_HOLD, "card_auth": C.ON_HOLD, **phone}
    books = act(hanako, registry.resume)
    assert books.card(hanako.card.name).state is CardState.VALID
    assert states(hanako) == {"card_sign": C.ON_HOLD, "card_auth": C.GOOD, **phone}


@pytest.mark.parametrize(
    ("before", "how"),
    [
        ((), registry.resume),
        ((registry.suspend,), registry.suspend),
        ((registry.abolish,), registry.abolish),
        ((registry.abolish,), registry.suspend),
        ((registry.abolish,), registry.resume),
    ],
)
def test_what_is_not_lawful_is_refused(hanako: Holder, before: tuple[Act, ...], how: Act) -> None:
    """The card's state is named, and nothing is recorded."""
    for each in before:
        act(hanako, each)
    n = len(hanako.world.log)
    with pytest.raises(RegistrationRefused) as refused:
        act(hanako, how)
    assert refused.value.code == "wrong_state" and len(hanako.world.log) == n


def test_the_reason_of_what_is_not_installed_is_the_card(hanako: Holder) -> None:
    """Confirmed anew after the card is gone, the pair is refused for the card; gone by itself, as no longer live."""
    lab = Lab.of(hanako.world)
    other = lab.residents[1]
    flows = {e.event.phone: e.event.flow for e in lab.log if isinstance(e.event, ev.ApplicationStarted)}
    for certificate in lab.certificates(other.phones[0]):
        certificate.revoke("KEY_COMPROMISE")
    act(hanako, registry.abolish)
    for holder, code in ((hanako, "card_revoked"), (other, "not_issued")):
        with pytest.raises(RegistrationRefused) as refused:
            registry.confirm(lab.books, flow=flows[holder.phones[0].phone])
        assert refused.value.code == code
