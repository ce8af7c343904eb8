"""What somebody who has a stolen thing tries, with what he knows: each try on real chips and services, in a lab apart.

    attacker × thing × means -> Attempt: what came of it, what stopped him (check or event), by which rule
                             -> until when it opens, and which change of a parameter would alter it

The owner is imagined: she has a licence on her card, and calls the hotline at once. Nothing is recorded in the lab that
is asked; its time and parameters hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from myna_lab import events as ev
from myna_lab.analysis.timeline import change
from myna_lab.devices.phone import Platform
from myna_lab.events import Check, Entry, Verdict
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import next_tick, show
from myna_lab.lab import Lab
from myna_lab.provisioning import Screen
from myna_lab.stories.acting import only_lab, password, phone_pin, pin, set_up

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.lab import Holder
    from myna_lab.lab.handles import PhoneHandle

__all__ = ["ATTACKERS", "MEANS", "THINGS", "Attempt", "Attempts", "Changed"]

ATTACKERS: Mapping[str, frozenset[str]] = {
    "finder": frozenset(),
    "watcher": frozenset({"pin"}),
    "note": frozenset({"pin", "input_aid", "password"}),
    "face": frozenset({"face"}),
}
"""Attacker to what he has besides the thing: nothing, the four digits that he saw, the whole slip, her face."""
_GUESSED = {"pin": "0000", "input_aid": "0000", "password": "GUESS1"}
_LATER, _FAR = timedelta(days=2), timedelta(days=3)
"""When it is stolen, so that everything works by then; and how long it is tried."""


class _Thing(NamedTuple):
    platform: Platform | None
    """None: the plastic card."""
    is_locked: bool = False
    """Whether its screen keeps strangers out."""


THINGS: Mapping[str, _Thing] = {
    "plastic": _Thing(None),
    "iphone": _Thing("iphone"),
    "android": _Thing("android"),
    "locked_iphone": _Thing("iphone", is_locked=True),
    "locked_android": _Thing("android", is_locked=True),
}
"""What he has in hand; how a phone that is not said to be locked is found, parameter ``screen_lock`` says."""


@dataclass(frozen=True, slots=True)
class _Loot:
    """What an attacker has in hand, in one copy of the lab."""

    lab: Lab
    victim: Holder
    phone: PhoneHandle | None
    """None: it is the plastic card."""
    knows: frozenset[str]

    def typed(self, what: str) -> str:
        """What he types where a PIN or password is asked for."""
        if what not in self.knows:
            return _GUESSED[what]
        if what == "input_aid":
            return self.victim.world.memory(self.victim.person).input_aid_pin
        if what == "password":
            return password(self.victim if self.phone is None else self.phone)
        return pin(self.victim) if self.phone is None else phone_pin(self.phone)

    @property
    def shown(self) -> Mapping[str, object]:
        """The thing, and the PIN that is typed for it; on a phone, who knows none shows his own face."""
        if self.phone is None:
            return {"device": self.victim.card, "pin": self.typed("pin")}
        return {"device": self.phone, "pin": self.typed("pin") if "pin" in self.knows else None}


def _sign(loot: _Loot) -> str:
    return loot.lab.desk.accept(loot.phone or loot.victim.card, password=loot.typed("password")).code


def _show_age(loot: _Loot) -> str:
    return loot.lab.counter.check_age(loot.phone or loot.victim.card, other_face="face" not in loot.knows).code


def _add_to(platform: Platform) -> Callable[[_Loot], str]:
    def add(loot: _Loot) -> str:
        """Add the victim's card to a phone of his own; where a face is asked for, he has only what he has."""
        if loot.phone is not None:
            return "no_card"
        thief = loot.lab.resident()
        own = loot.lab.iphone(thief) if platform == "iphone" else loot.lab.android(thief)
        flow = own.add_card()
        typed = {
            Screen.INPUT_AID_PIN: "input_aid",
            Screen.SIGN_PASSWORD: "password",
            Screen.SIGN_PASSWORD_AGAIN: "password",
        }
        while not flow.finished:
            if flow.screen in (Screen.READ, Screen.READ_AGAIN):
                flow.next(loot.victim.card)
            elif flow.screen is Screen.CAPTURE and "face" in loot.knows:
                flow.do("capture", mishap="twin")
            else:
                flow.next(loot.typed(typed[flow.screen]) if flow.screen in typed else flow.own_entry())
            if flow.notice is not None:
                code = flow.notice.code.removeprefix("registry_")
                return "pin_wrong" if code.startswith("wrong_") else code
        return "accepted" if flow.screen is Screen.DONE else flow.screen.name.lower()

    return add


MEANS: Mapping[str, Callable[[_Loot], str]] = {
    "log_in": lambda loot: loot.lab.portal.log_in(**loot.shown).code,  # type: ignore[arg-type]
    "see_a_doctor": lambda loot: loot.lab.clinic.check_in(**loot.shown).code,  # type: ignore[arg-type]
    "sign": _sign,
    "show_age": _show_age,
    "read_licence": lambda loot: loot.lab.police.check_licence(loot.phone or loot.victim.card).code,
    "add_to_own_iphone": _add_to("iphone"),
    "add_to_own_android": _add_to("android"),
}
"""What he tries, to the code that comes of it: ``accepted``, or why not."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, at once after the theft."""

    attacker: str
    thing: str
    means: str
    at: datetime
    code: str
    """``accepted``, or why not."""
    entries: tuple[Entry, ...]
    """What was recorded meanwhile."""

    @property
    def accepted(self) -> bool:
        """Whether it opens."""
        return self.code == "accepted"

    @property
    def verdict(self) -> Verdict | None:
        """What a service answered; None: no service was asked."""
        given = (entry.event.verdict for entry in self.entries if isinstance(entry.event, ev.VerdictGiven))
        return next(given, None)

    @property
    def stopped_by(self) -> Check | Entry | None:
        """The first check that failed, or the last thing that happened where no service was asked; None: nothing."""
        if self.accepted:
            return None
        if (verdict := self.verdict) is not None:
            return next(check for check in verdict.checks if not check.passed)
        return self.entries[-1] if self.entries else None

    @property
    def rule(self) -> str:
        """Which rule asks for the check that stopped him: standard and clause, or a fact of docs/facts."""
        return stopped.clause if isinstance(stopped := self.stopped_by, Check) else ""


class Changed(NamedTuple):
    """What comes of the same try where one parameter is another."""

    parameter: str
    value: str
    code: str
    until: datetime | None
    """Until when it opens; None: not at all, or for days."""


class _Theft:
    """A lab in which a card or phone is gone, and its owner has called the hotline at once."""

    def __init__(self, lab: Lab, thing: str, with_face: bool, changed: Mapping[str, object]) -> None:
        platform = THINGS[thing].platform
        rules = {**dict(lab.parameters.overrides()), **changed}
        self._lab = Lab(lab.seed, start=lab.now, parameters=rules)
        victim = self._lab.resident(licence=True)
        self._person, self._phone = victim.person, ""
        if platform is not None:
            phone = set_up(self._lab.iphone(victim) if platform == "iphone" else self._lab.android(victim))
            self._phone = phone.phone
        self.begins = self._lab.advance_to(max(lab.now + _LATER, self._lab.now))
        if platform is not None and not with_face:
            phone.hand_to("finder")
        recorded = self._lab.hotline.suspend(victim, card=platform is None, phone=platform is not None)
        tick = next_tick(recorded, self._lab.parameters.duration("ocsp_refresh"))
        self._stops = (recorded, tick, self._lab.revocation.listed_from(recorded), self.begins + _FAR)

    def tried(self, means: str, knows: frozenset[str], at: datetime) -> tuple[str, tuple[Entry, ...]]:
        """The code that comes of it at an instant, and what was recorded meanwhile."""
        then = self._lab.fork(at)
        phone = next((each for each in then.phones if each.phone == self._phone), None)
        n_before = len(then.log)
        code = MEANS[means](_Loot(then, then.residents(self._person), phone, knows))
        return code, tuple(then.log[place] for place in range(n_before, len(then.log)))

    def until(self, means: str, knows: frozenset[str]) -> datetime | None:
        """The first second at which it does not open any more; None: it does for days."""

        def code(at: datetime) -> str:
            return self.tried(means, knows, at)[0]

        for before, after in pairwise((self.begins, *self._stops)):
            if code(after) != "accepted":
                return change(code, before, after)
        return None


_SOONER = (("hotline_delay", "0s"), ("ocsp_refresh", "1min"), ("screen_lock", "true"))
"""What may stop him sooner who gets in."""


class _Known(NamedTuple):
    """What was tried already under some rules: it comes out the same each time."""

    thefts: dict[tuple[object, ...], _Theft]
    made: dict[tuple[str, str, str], Attempt]


@lru_cache(maxsize=4)
def _known(seed: int, now: datetime, overrides: tuple[tuple[str, str], ...]) -> _Known:
    """What all labs that agree in these share."""
    return _Known({}, {})


class Attempts:
    """All tries under the rules and at the time of a lab; each is made when it is asked for.

    Args:
        lab: whose rules and time hold; before 2025-09-19 clinics take no phones.

    Raises:
        MisuseError: no lab.
    """

    def __init__(self, lab: Lab) -> None:
        only_lab(lab)
        self.lab = lab
        self._known = _known(lab.seed, lab.now, lab.parameters.overrides())

    def attempt(self, attacker: str, thing: str, means: str) -> Attempt:
        """One try.

        Args:
            attacker: one of ``ATTACKERS``.
            thing: one of ``THINGS``.
            means: one of ``MEANS``.

        Raises:
            MisuseError: another one; it says which there are.
        """
        key = (
            one_of("an attacker", attacker, ATTACKERS, code="unknown_attacker"),
            one_of("a thing", thing, THINGS, code="unknown_thing"),
            one_of("a means", means, MEANS, code="unknown_means"),
        )
        made = self._known.made
        if key not in made:
            theft = self._theft(thing, attacker)
            code, entries = theft.tried(means, ATTACKERS[attacker], theft.begins)
            made[key] = Attempt(*key, theft.begins, code, entries)
        return made[key]

    def until(self, tried: Attempt) -> datetime | None:
        """Until when it opens, after the owner's call; None: not at all, or three days later, too."""
        theft = self._theft(tried.thing, tried.attacker)
        return theft.until(tried.means, ATTACKERS[tried.attacker]) if tried.accepted else None

    def changes(self, tried: Attempt) -> tuple[Changed, ...]:
        """Changes of a parameter that alter what comes of a try, each tried; empty: no known one does."""
        known = _SOONER if tried.accepted else self._letting.get(tried.code, ())
        knows, now, found = ATTACKERS[tried.attacker], self.until(tried), []
        for parameter, value in known:
            if (parameter, value) == ("screen_lock", "true") and THINGS[tried.thing].platform is None:
                continue
            theft = self._theft(tried.thing, tried.attacker, **{parameter: value})
            code, _ = theft.tried(tried.means, knows, theft.begins)
            until = theft.until(tried.means, knows) if code == "accepted" else None
            if (code, until) != (tried.code, now):
                found.append(Changed(parameter, value, code, until))
        return tuple(found)

    @cached_property
    def _letting(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Code of a refusal to the change that may let him through; a PIN or a face no parameter gives."""
        today = self.lab.now.date().isoformat()
        return {
            "screen_locked": (("screen_lock", "false"),),
            "no_licence": (("licence_in_wallet", "true"),),
            "not_on_phones_yet": (("insurance_on_phone_from", today),),
            "no_attributes": (("android_attributes_from", today),),
        }

    def _theft(self, thing: str, attacker: str, **changed: object) -> _Theft:
        if THINGS[thing].is_locked:
            changed.setdefault("screen_lock", True)
        with_face = "face" in ATTACKERS[attacker]  # who has it needs the phone in nobody else's hands
        key = (thing, with_face, *changed.items())
        thefts = self._known.thefts
        if key not in thefts:
            thefts[key] = _Theft(self.lab, thing, with_face, changed)
        return thefts[key]

    def table(self, attacker: str = "") -> pd.DataFrame:
        """What comes of each try at once after the theft.

        Args:
            attacker: one of ``ATTACKERS``; empty: all.

        Returns:
            DataFrame of 35 rows for each attacker, index (``attacker``, ``thing``, ``means``), all str: ``code``
            (``accepted`` or why not), ``stopped_by`` (a check's name or an event's), ``rule``.

        Raises:
            MisuseError: another attacker.
        """
        import pandas as pd

        who = (attacker,) if attacker else tuple(ATTACKERS)
        tries = [self.attempt(each, thing, means) for each in who for thing in THINGS for means in MEANS]
        index = pd.MultiIndex.from_tuples(
            [(tried.attacker, tried.thing, tried.means) for tried in tries], names=["attacker", "thing", "means"]
        )
        rows = [(tried.code, getattr(tried.stopped_by, "name", ""), tried.rule) for tried in tries]
        return pd.DataFrame(rows, index=index, columns=["code", "stopped_by", "rule"], dtype="str")

    def __repr__(self) -> str:
        return f"<Attempts TEST: {len(ATTACKERS)} attackers, {len(THINGS)} things, from {show(self.lab.now)}>"
