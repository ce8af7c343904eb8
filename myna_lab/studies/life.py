"""Plans played in a laboratory: acts in the order of time, so that nobody's set-up keeps another's log-in waiting.

A set-up is played screen by screen. Between two screens whatever was due meanwhile happens, so a log-in is late by one
screen at most (20 seconds), and only while somebody sets up a phone.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from myna_lab.errors import RegistrationRefused
from myna_lab.lab import Lab
from myna_lab.lab.handles import Holder, PhoneHandle
from myna_lab.provisioning import Flow
from myna_lab.studies.plan import Plan, Term, moments

__all__ = ["A_CARD", "Asked", "Life"]

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
A_CARD = 4
"""A card takes as long as so many log-ins."""
_SET_UPS = 3
"""Set-ups that somebody begins for one phone, a day after the one that failed."""
_LONG = 10_000 * _DAY
_INTEREST = _DAY
"""For as long somebody who cannot wait tries a phone."""


class Asked(NamedTuple):
    """Who stood before a log-in."""

    holder: int
    who: str
    """``owner``, ``eager`` (the owner, right after a set-up), ``former`` (a given-up phone) or ``finder``."""


class _Person:
    """A holder and what she carries."""

    __slots__ = ("carries", "holder", "lost", "number", "plan")

    def __init__(self, number: int, plan: Plan, holder: Holder) -> None:
        self.number = number
        self.plan = plan
        self.holder = holder
        self.carries: PhoneHandle | None = None
        self.lost: set[PhoneHandle] = set()


class Life:
    """One laboratory and its people.

    Args:
        lab: a new one.
        plans: of its holders.
        rates: tries an hour of who cannot wait, and a day of a finder.
    """

    def __init__(self, lab: Lab, plans: Sequence[Plan], rates: tuple[float, float]) -> None:
        self.lab = lab
        self.begins = lab.now
        self.asked: list[Asked] = []
        """One for each verdict of the log, in order."""
        self.people: dict[str, int] = {}
        """Number of each holder by her name in the books."""
        self._plans = plans
        self._eager, self._finder = _HOUR / rates[0], _DAY / rates[1]
        self._acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._face = b""

    def settle(self) -> Iterator[int]:
        """Register the holders; yields for each how many log-ins take as long."""
        for number, plan in enumerate(self._plans):
            # One portrait for all: to draw it takes as long as all keys and certificates of a card.
            portrait = {"portrait": self._face} if self._face else {}
            holder = self.lab.resident(user_authentication_pin=plan.pin, **portrait)  # type: ignore[arg-type]
            self._face = self._face or holder.portrait
            holder.card.trace.enabled = False  # nobody reads thousands of them
            self.people[holder.person] = number
            person = _Person(number, plan, holder)
            for at in plan.log_ins:
                self._plan(self.begins + at, partial(self._log_in, person))
            for term in plan.terms:
                self._plan(self.begins + term.set_up, partial(self._take_phone, person, term))
            yield A_CARD

    def play(self, until: datetime) -> Iterator[int]:
        """Let time pass up to an instant; yields 1 for each act."""
        while self._acts and self._acts[0][0] <= until:
            at, _, act = heapq.heappop(self._acts)
            if at > self.lab.now:
                self.lab.advance_to(at)
            act()
            yield 1
        if until > self.lab.now:
            self.lab.advance_to(until)

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._acts, (at, self._count, act))
        self._count += 1

    # ------------------------------------------------------------------------------------------------------- log-ins

    def _ask(self, person: _Person, who: str, device: PhoneHandle | None, pin: str | None = None) -> bool:
        if device is None:
            verdict = self.lab.portal.log_in(person.holder.card, person.plan.pin)
        else:
            verdict = self.lab.portal.log_in(device, pin)
        self.asked.append(Asked(person.number, who))
        return verdict.accepted

    def _log_in(self, person: _Person) -> None:
        """With the phone that she carries; with the plastic card before the first, and after a loss."""
        self._ask(person, "owner", person.carries)

    def _try_on(self, person: _Person, who: str, device: PhoneHandle, ahead: Iterator[datetime]) -> None:
        """At the next of these instants, and on: the own new phone until it is accepted, another's until refused."""
        if (at := next(ahead, None)) is not None:
            self._plan(at, partial(self._try, person, who, device, ahead))

    def _try(self, person: _Person, who: str, device: PhoneHandle, ahead: Iterator[datetime]) -> None:
        pin = person.plan.pin if who == "finder" else None
        if self._ask(person, who, device, pin) is (who != "eager"):
            self._try_on(person, who, device, ahead)

    def _tries(self, person: _Person, name: str, mean: timedelta, most: timedelta) -> Iterator[datetime]:
        begins = self.lab.now
        times = takewhile(lambda at: at < most, moments(person.plan.chance.child(name), mean))
        return (begins + at for at in times)

    # -------------------------------------------------------------------------------------------------------- phones

    def _take_phone(self, person: _Person, term: Term) -> None:
        phone = (self.lab.iphone if term.platform == "iphone" else self.lab.android)(person.holder)
        former, number = person.carries, person.plan.terms.index(term)
        before = person.plan.terms[number - 1].ending if number else None
        if former is not None and before is not None and before.tried and before.how == "changed":
            self._try_on(person, "former", former, self._tries(person, f"former/{number}", self._eager, _INTEREST))
        self._begin(person, term, phone, _SET_UPS)
        if term.ending is not None and term.ending.how == "lost":
            self._plan(self.begins + term.ending.at, partial(self._lose, person, term, phone))

    def _begin(self, person: _Person, term: Term, phone: PhoneHandle, left: int) -> None:
        self._step(person, term, phone, left, phone.add_card())

    def _step(self, person: _Person, term: Term, phone: PhoneHandle, left: int, flow: Flow) -> None:
        """One screen; the phone has the card's PINs."""
        if phone in person.lost:
            return
        same = flow.offers_same
        flow.do(flow.may()[0], flow.own_entry(same=same), same=same)
        again = partial(self._step, person, term, phone, left, flow)
        if flow.notice is not None:  # such as maintenance
            if left > 1:
                self._plan(self.lab.now + _DAY, partial(self._begin, person, term, phone, left - 1))
        elif not flow.finished:
            waits = flow.screen.name == "WAIT_FOR_NOTICE"
            due = self.lab.books.applications[person.holder.person].issue_due if waits else self.lab.now
            self._plan(max(due, self.lab.now), again)
        else:
            person.carries = phone
            if phone.chip is not None:
                phone.chip.trace.enabled = False
            if term.eager:
                name = f"eager/{person.plan.terms.index(term)}"
                self._try_on(person, "eager", phone, self._tries(person, name, self._eager, _INTEREST))

    def _lose(self, person: _Person, term: Term, phone: PhoneHandle) -> None:
        """A finder tries it; its owner goes back to the plastic card, and calls, or does not."""
        ending = term.ending
        assert ending is not None
        person.lost.add(phone)
        phone.lose()
        if person.carries == phone:
            person.carries = None
        if ending.tried:
            phone.hand_to("finder")
            name = f"finder/{person.plan.terms.index(term)}"
            self._try_on(person, "finder", phone, self._tries(person, name, self._finder, _LONG))
        if ending.reported is not None:
            self._plan(self.begins + ending.reported, partial(self._report, person))

    def _report(self, person: _Person) -> None:
        """At the hotline, unless the new phone has stopped the lost one already."""
        with suppress(RegistrationRefused):
            self.lab.hotline.suspend(person.holder, card=False)
