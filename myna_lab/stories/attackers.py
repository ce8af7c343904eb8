"""Is the phone safer than the card? Tried: what somebody who has it can open with what he knows, and until when.

Each cell is an attempt on a copy of the lab, with real chips and services; nothing is recorded in the lab itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from myna_lab.analysis.timeline import change
from myna_lab.devices.phone import Platform
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import next_tick, show
from myna_lab.provisioning import Screen
from myna_lab.stories.acting import only_lab, password, phone_pin, pin, set_up
from myna_lab.texts import LANGUAGES, both, text

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.lab import Holder, Lab
    from myna_lab.lab.handles import PhoneHandle

__all__ = ["ATTACKERS", "attackers"]

ATTACKERS: Mapping[str, frozenset[str]] = {
    "finder": frozenset(),
    "watcher": frozenset({"pin"}),
    "note": frozenset({"pin", "input_aid", "password"}),
}
"""Attacker to what he knows besides having the thing: nothing, the four digits that he saw, or the whole slip."""
_GUESSED = {"pin": "0000", "input_aid": "0000", "password": "GUESS1"}
_LATER, _FAR = timedelta(days=2), timedelta(days=3)
"""When it is stolen, so that everything works by then; and how long it is tried."""
_COLUMNS: Mapping[str, Platform | None] = {"plastic": None, "iphone": "iphone", "android": "android"}


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


def _add_to(platform: Platform) -> Callable[[_Loot], str]:
    def add(loot: _Loot) -> str:
        """Add the victim's card to a phone of his own; where a face is asked for, he has only his."""
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
    "read_licence": lambda loot: loot.lab.police.check_licence(loot.phone or loot.victim.card).code,
    "add_to_own_iphone": _add_to("iphone"),
    "add_to_own_android": _add_to("android"),
}
"""What he tries, to the code that comes of it: ``accepted``, or why not."""


def attackers(lab: Lab, language: str | None = None) -> pd.DataFrame:
    """What a stolen thing opens, and until when, if its owner calls the hotline at once.

    The owner is imagined, in copies of the lab as it is now; she has a licence on her card. The theft is two days from
    now, when everything works.

    Args:
        lab: whose rules and time hold; before 2025-09-19 clinics take no phones.
        language: ``ja`` or ``en``: everything in words; None: codes.

    Returns:
        DataFrame of 18 rows, index (``attacker``, ``means``), all str; columns ``plastic``, ``iphone``, ``android``:
        ``accepted until`` an instant, ``accepted for days`` if three days after the call it still opens, or the code of
        the refusal.
    """
    import pandas as pd

    if language is not None:
        one_of("a language", language, LANGUAGES, code="unknown_language")
    only_lab(lab)
    thefts = [_Theft(lab, platform) for platform in _COLUMNS.values()]
    index = [(attacker, means) for attacker in ATTACKERS for means in MEANS]
    rows = [
        [theft.comes_of(MEANS[means], ATTACKERS[attacker], language) for theft in thefts] for attacker, means in index
    ]
    names = pd.MultiIndex.from_tuples(index, names=["attacker", "means"])
    table = pd.DataFrame(rows, index=names, columns=[*_COLUMNS], dtype="str")
    return table if language is None else _named(table, language)


class _Theft:
    """A copy of the lab in which a card or phone is gone, and its owner has called the hotline at once."""

    def __init__(self, lab: Lab, platform: Platform | None) -> None:
        self._lab = lab.fork()
        victim = self._lab.resident(licence=True)
        self._person, self._phone = victim.person, ""
        if platform is not None:
            phone = set_up(self._lab.iphone(victim) if platform == "iphone" else self._lab.android(victim))
            self._phone = phone.phone
        self._begins = self._lab.advance_to(lab.now + _LATER)
        if platform is not None:
            phone.hand_to("finder")
        recorded = self._lab.hotline.suspend(victim, card=platform is None, phone=platform is not None)
        tick = next_tick(recorded, lab.parameters.duration("ocsp_refresh"))
        self._stops = (recorded, tick, lab.revocation.listed_from(recorded), self._begins + _FAR)

    def comes_of(self, attempt: Callable[[_Loot], str], knows: frozenset[str], language: str | None) -> str:
        """What comes of an attempt: until when it opens, or the code of the refusal."""

        def code(at: datetime) -> str:
            then = self._lab.fork(at)
            phone = next((each for each in then.phones if each.phone == self._phone), None)
            return attempt(_Loot(then, then.residents(self._person), phone, knows))

        if (first := code(self._begins)) != "accepted":
            return first if language is None else _reason(first, language)
        for before, after in pairwise((self._begins, *self._stops)):
            if code(after) != "accepted":
                until = show(change(code, before, after))
                return f"accepted until {until}" if language is None else text("word.attack.until", language, at=until)
        return "accepted for days" if language is None else text("word.attack.for_days", language)


def _reason(code: str, language: str) -> str:
    own = f"word.attack.{code}"
    return text(own if both(own) else f"code.{code}", language)


def _named(table: pd.DataFrame, language: str) -> pd.DataFrame:
    import pandas as pd

    said = [
        (text(f"word.attacker.{attacker}", language), text(f"word.attack.{means}", language))
        for attacker, means in table.index
    ]
    names = [text("word.attack.attacker", language), text("word.attack.means", language)]
    table.index = pd.MultiIndex.from_tuples(said, names=names)
    table.columns = table.columns.map(lambda column: text(f"word.errand.{column}", language))
    return table
