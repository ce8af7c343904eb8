"""A police check reads the licence on the chip: whether it is there, and whether it is in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import cards
import pytest
from article import answered

from myna_lab import Lab
from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.devices.card.applications.licence import NO_PIN
from myna_lab.errors import MalformedTlv, MisuseError
from myna_lab.keys import rsa_key
from myna_lab.relying_parties.police import Police, _day


class Held:
    """A chip in a reader's field."""

    name = "card-1"

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    @contextmanager
    def in_field(self) -> Iterator[terminal.Transmit]:
        with self._chip.connect() as transmit:
            yield transmit


def _police(when: str = "2025-06-24") -> Police:
    """The police of a lab in which nothing else happens."""
    return Lab(start=when).police


def _held(pin: str = NO_PIN) -> Held:
    return Held(Chip("card-1", cards.plastic(driving=cards.licence(pin)), key=rsa_key))


@pytest.mark.parametrize(("when", "code"), [("2030-03-17 23:59:59", "accepted"), ("2030-03-18", "licence_expired")])
def test_the_last_day_is_on_the_chip(when: str, code: str) -> None:
    """The licence of the test card ends on 令和12年3月17日, and the verdict says so."""
    verdict = _police(when).check_licence(_held())
    assert (verdict.code, verdict.accepted) == (code, code == "accepted")
    assert [check.passed for check in verdict.checks] == [True, code == "accepted"]
    assert "2030-03-17" in verdict.checks[1].reason


def test_a_licence_under_a_pin_stays_shut() -> None:
    """Nobody types one, so none of its tries is spent; its holder may type it."""
    held = _held(cards.LICENCE_PIN)
    verdict = _police().check_licence(held)
    assert (verdict.code, verdict.accepted) == ("pin_expected", False)
    assert held._chip.tries_left("licence/0006") == 10
    assert _police().check_licence(held, pin=cards.LICENCE_PIN).accepted
    assert answered(_police().check_licence(held, pin="0000")) == "pin_wrong"


def test_a_licence_without_a_pin_is_not_asked_for_one() -> None:
    """What somebody types for it all the same costs no try, and the licence is read."""
    held = _held()
    assert _police().check_licence(held, pin="1234").accepted
    assert held._chip.tries_left("licence/0006") == 10


@pytest.mark.parametrize("junk", [b"", b"9990101", b"5129901", b"x"])
def test_a_licence_without_a_readable_day_is_refused(junk: bytes) -> None:
    """What stands for the day must be one; a service answers, and does not fall over."""
    with pytest.raises(MalformedTlv):
        _day(junk)


def test_a_day_of_an_era_is_read() -> None:
    """The first digit is the era's: 4 is 平成, 5 is 令和."""
    assert (_day(b"4310430"), _day(b"5010501")) == (date(2019, 4, 30), date(2019, 5, 1))


def test_a_chip_without_licence_says_no() -> None:
    """The application is not there."""
    verdict = _police().check_licence(Held(Chip("card-1", cards.plastic(), key=rsa_key)))
    assert verdict.code == "no_licence" and not verdict.accepted


IN_FORCE, ENDED = "2030-03-17", "2025-06-23"


@pytest.mark.parametrize(
    ("on_card", "paper", "code"),
    [
        (True, None, "accepted"),
        (False, None, "no_licence"),
        (True, IN_FORCE, "accepted"),
        (False, IN_FORCE, "accepted"),
        (True, ENDED, "accepted"),
        (False, ENDED, "no_licence"),
    ],
)
def test_paper_card_or_both(on_card: bool, paper: str | None, code: str) -> None:
    """One licence in force is enough; who hands over a paper one that is, is not asked for the card."""
    held = _held() if on_card else Held(Chip("card-1", cards.plastic(), key=rsa_key))
    verdict = _police().check_licence(held, paper=paper)
    assert answered(verdict) == code
    assert [check.name for check in verdict.checks if check.clause == "by eye" and check.passed] == (
        ["licence_paper"] if paper == IN_FORCE else []
    )
    assert bool(held._chip.trace) is (paper != IN_FORCE)


@pytest.mark.parametrize(("paper", "code"), [(IN_FORCE, "accepted"), (ENDED, "licence_expired")])
def test_paper_alone(paper: str, code: str) -> None:
    """The last day counts to its end; nobody can show nothing at all."""
    lab = Lab(start="2025-06-24")
    verdict = lab.police.check_licence(paper=paper)
    assert answered(verdict) == code
    assert lab.log[len(lab.log) - 1].event.verdict == verdict
    with pytest.raises(MisuseError, match="a paper licence"):
        lab.police.check_licence()
    with pytest.raises(MisuseError, match="soon"):
        lab.police.check_licence(paper="soon")


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_the_card_at_home_and_a_phone_at_hand(platform: str) -> None:
    """Whose licence is on the card alone, drives without one while she carries a phone; a paper one would do."""
    lab = Lab(seed=7)
    driver = lab.resident(licence=True)
    phone = getattr(lab, platform)(driver)
    phone.add_card().run()
    lab.advance("20min")
    assert answered(lab.police.check_licence(phone)) == "no_licence"
    assert answered(lab.police.check_licence(phone, paper=ENDED)) == "no_licence"
    assert answered(lab.police.check_licence(phone, paper=IN_FORCE)) == "accepted"
    assert answered(lab.police.check_licence(driver.card)) == "accepted"


def test_what_if_the_wallet_held_the_licence() -> None:
    """With the parameter on, the licence is a document of its own: signed, bound to the phone, ending with it."""
    lab = Lab(seed=7, parameters={"licence_in_wallet": True})
    driver, other = lab.resident(licence=True), lab.resident()
    phones = [lab.iphone(driver), lab.iphone(other), lab.iphone(driver)]
    for phone in phones[:2]:
        phone.add_card().run()
    lab.advance("20min")
    verdict = lab.police.check_licence(phones[0])
    assert answered(verdict) == "accepted"
    assert {"issuer_signature", "device_auth"} < {check.name for check in verdict.checks}
    assert "org.iso.18013.5.1.mDL" in str(verdict)
    assert answered(lab.police.check_licence(phones[0], other_face=True)) == "biometrics_failed"
    assert answered(lab.police.check_licence(phones[1])) == "no_licence"
    assert answered(lab.police.check_licence(phones[2])) == "no_credential"
    on_card = lab.police.check_licence(driver.card)
    assert answered(on_card) == "accepted"
    last_day = on_card.checks[1].reason.removeprefix("in force until ")
    late = lab.fork(f"{last_day} 23:59:59")
    assert answered(late.police.check_licence(late.phones[0])) == "accepted"
    late.advance("1s")
    assert answered(late.police.check_licence(late.phones[0])) == "licence_expired"
