"""Phones lost, handed on, stopped, erased and revoked at random, beside a small model that was written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from article import answered, resident
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myna_lab import Lab
from myna_lab.errors import Refused
from myna_lab.lab import IPhone
from myna_lab.lab.handles import PhoneHandle
from needs import SOAK, rounds

SEEN: set[str] = set()
"""What happened to some phone in some run."""
MUST = {"heard", "lost mode on", "lost mode ended", "wiped", "wiped when it heard", "erased itself",
        "opened", "refused as revoked", "a dead pass at a reader"}  # fmt: skip
DAY, OWNER, NOBODY = timedelta(days=1), "owner", "nobody"


@dataclass
class Model:
    """What should be true of one phone."""

    is_iphone: bool
    hands: str = OWNER
    online: bool = True
    lost_mode: str = "off"
    is_erasure_ordered: bool = False
    holds: bool = True
    has_face: bool = True
    is_reset: bool = False
    added: datetime | None = None
    revoked: datetime | None = None
    has_heard: bool = False

    def reach(self, now: datetime) -> None:
        """What happens by itself once it is online, or stays so."""
        if not self.online:
            return
        if self.revoked is not None and self.holds and not self.is_iphone and not self.is_reset:
            self.holds = False  # its app is the first to hear; an order to reset finds it empty
            SEEN.add("erased itself")
        if self.is_erasure_ordered:
            self.wipe()
            SEEN.add("wiped when it heard")
        elif self.lost_mode == "ordered":
            self.lost_mode = "on"
            SEEN.add("lost mode on")
        if self.revoked is not None and self.holds and self.is_iphone and not self.has_heard:
            assert self.added is not None
            n_checks = (self.revoked - self.added) // DAY + 1
            self.has_heard = self.added + n_checks * DAY <= now
            SEEN.update({"heard"} if self.has_heard else ())

    def wipe(self) -> None:
        """An iPhone loses all; an Android its face and its app."""
        self.is_erasure_ordered, self.has_face = False, False
        if self.is_iphone:
            self.holds, self.lost_mode, self.has_heard = False, "off", False
        else:
            self.is_reset = True

    @property
    def can_be_used(self) -> bool:
        """Somebody has it, and it is not stopped."""
        return self.hands != NOBODY and self.lost_mode != "on"


class Phones(RuleBasedStateMachine):
    """An iPhone and an Android of two people, each with the card on it."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = MADE.fork()
        self.phones = self.lab.phones
        self.models = [Model(True, added=ADDED), Model(False)]

    def _try(self, act: Callable[[], object], *, lawful: bool) -> bool:
        """It is done if the model allows it; otherwise it is refused and nothing is recorded."""
        length = len(self.lab.log)
        try:
            act()
        except Refused as refused:
            assert not lawful, refused
            assert len(self.lab.log) == length
            return False
        assert lawful
        return True

    def _settle(self) -> None:
        for model in self.models:
            model.reach(self.lab.now)

    @rule(which=st.integers(0, 1))
    def lose(self, which: int) -> None:
        """Nobody can lose it twice."""
        model = self.models[which]
        if self._try(self.phones[which].lose, lawful=model.hands != NOBODY):
            model.hands = NOBODY

    @rule(which=st.integers(0, 1))
    def find(self, which: int) -> None:
        """Its owner has it again."""
        model = self.models[which]
        if self._try(self.phones[which].find, lawful=model.hands != OWNER):
            model.hands = OWNER

    @rule(which=st.integers(0, 1), taker=st.sampled_from(["finder", "buyer", "other"]))
    def hand(self, which: int, taker: str) -> None:
        """To a stranger, or to the other of the two people."""
        model, phone = self.models[which], self.phones[which]
        to = self.lab.residents[1 - which] if taker == "other" else taker
        lawful = model.hands != taker and (model.hands != NOBODY or taker == "finder")
        if self._try(lambda: phone.hand_to(to), lawful=lawful):
            model.hands = taker

    @rule(which=st.integers(0, 1), online=st.booleans())
    def network(self, which: int, online: bool) -> None:
        """What was ordered meanwhile happens when it is online."""
        self.phones[which].online = self.models[which].online = online
        self._settle()

    @rule(on=st.booleans())
    def lost_mode(self, on: bool) -> None:
        """Ordered once, ended by the owner or where the phone hears of it."""
        model, phone = self.models[0], self.phones[0]
        assert isinstance(phone, IPhone)
        reaches = model.lost_mode == "ordered" or model.online or model.hands == OWNER
        lawful = model.lost_mode == "off" if on else model.lost_mode != "off" and reaches
        if self._try(lambda: phone.lost_mode(on), lawful=lawful):
            SEEN.update({"lost mode ended"} if model.lost_mode == "on" else ())
            model.lost_mode = "ordered" if on else "off"
        self._settle()

    @rule(which=st.integers(0, 1), n=st.integers(0, 4))
    def erase(self, which: int, n: int) -> None:
        """By hand, by who can use it; seldom, so that there is something left."""
        model = self.models[which]
        if n and model.can_be_used and model.holds:
            return
        if self._try(self.phones[which].erase, lawful=model.can_be_used and model.holds):
            model.wipe()
            SEEN.add("wiped")

    @rule(which=st.integers(0, 1), n=st.integers(0, 4))
    def erase_remotely(self, which: int, n: int) -> None:
        """From afar, by the owner; seldom, too."""
        model = self.models[which]
        if n and model.holds:
            return
        lawful = model.holds and not model.is_erasure_ordered
        if self._try(self.phones[which].erase_remotely, lawful=lawful):
            model.is_erasure_ordered = True
        self._settle()

    @rule(n=st.integers(0, 9))
    def delete(self, n: int) -> None:
        """The pass goes by hand, seldom; J-LIS hears nothing."""
        model, phone = self.models[0], self.phones[0]
        assert isinstance(phone, IPhone)
        if n and model.can_be_used and model.holds:
            return
        if self._try(phone.delete_pass, lawful=model.can_be_used and model.holds):
            model.holds, model.has_heard = False, False

    @rule(which=st.integers(0, 1))
    def revoke(self, which: int) -> None:
        """Once, at J-LIS."""
        if self.models[which].revoked is None:
            for certificate in self.lab.certificates(self.phones[which]):
                certificate.revoke()
            self.models[which].revoked = self.lab.now
            self._settle()
            self.wait("20min")
            self.use(which, by_face=False)

    @rule(by=st.sampled_from(["10min", "13h", "1d", "2d"]))
    def wait(self, by: str) -> None:
        """Checks fall due."""
        self.lab.advance(by)
        self._settle()

    @rule(which=st.integers(0, 1), by_face=st.booleans())
    def use(self, which: int, by_face: bool) -> None:
        """Who has it logs in: what it yields, and what the portal makes of it once its data are newer."""
        model, phone = self.models[which], self.phones[which]
        verdict = self.lab.portal.log_in(phone, None if by_face else "2222")
        yields = model.can_be_used and model.online and model.holds and not model.has_heard
        if by_face:
            yields = yields and model.has_face and model.hands == OWNER
        assert (verdict.knowledge_at is not None) is yields, verdict
        if yields and model.revoked is not None and self.lab.now - model.revoked >= timedelta(minutes=15):
            assert answered(verdict) == "revoked"
            SEEN.add("refused as revoked")
        if yields and model.revoked is None:
            assert answered(verdict) == "accepted"
            SEEN.add("opened")

    @invariant()
    def a_pass_that_has_learned_never_yields_data(self) -> None:
        """Held to a reader it does not answer."""
        if not self.models[0].has_heard:
            return
        self._try(lambda: self.phones[0].in_field().__enter__(), lawful=False)
        SEEN.add("a dead pass at a reader")

    @invariant()
    def phone_and_model_agree(self) -> None:
        """Hands, network, lost mode, what is on it and what it has heard; the books' row says the same."""
        for phone, model in zip(self.phones, self.models, strict=True):
            assert (phone._phone.installed is not None) is model.holds
            assert bool(self.lab.books.phones[phone.name].holds) is model.holds
            assert phone._phone.heard is model.has_heard
            assert phone._phone.lost_mode is (model.lost_mode == "on")
            assert phone.lost is (model.hands == NOBODY)
            assert phone.biometrics is model.has_face
            assert str(phone.residue)

    def teardown(self) -> None:
        """Replayed, the phones remember the same."""
        copy = self.lab.fork()
        assert dict(copy.books.phones) == dict(self.lab.books.phones)
        assert [_remembered(phone) for phone in copy.phones] == [_remembered(phone) for phone in self.phones]
        assert [str(phone.residue) for phone in copy.phones] == [str(phone.residue) for phone in self.phones]
        copy.close()
        self.lab.close()


def _remembered(phone: PhoneHandle) -> dict[str, object]:
    plain = (str, bool, int)
    return {name: value for name, value in vars(phone._phone).items() if isinstance(value, plain)}


def _made() -> tuple[Lab, datetime]:
    lab = Lab(seed=7)
    for platform in ("iphone", "android"):
        getattr(lab, platform)(resident(lab)).add_card().run(same_pins=True)
    lab.advance("20min")
    (added,) = (entry.at for entry in lab.log if entry.name == "PassAdded")
    return lab, added


MADE, ADDED = _made()


@pytest.mark.soak
def test_phones_at_random() -> None:
    """Some hundreds of acts here, fifty times as many in the long run: each is done or refused as the model says.

    All that is to be met was met.
    """
    SEEN.clear()
    run_state_machine_as_test(
        Phones,
        settings=settings(
            max_examples=rounds(40, 1500),
            stateful_step_count=30,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not MUST - SEEN, MUST - SEEN
