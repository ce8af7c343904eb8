"""What may be left at home: one row an errand, asked of the services on private copies of what bears on one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.analysis.asking import typed_by
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel, Platform
from myna_lab.devices.phone.identities import refuse_unusable
from myna_lab.errors import MisuseError, Refused
from myna_lab.events import Verdict
from myna_lab.ground.durations import JST, show
from myna_lab.jlis.books import LIVE
from myna_lab.provisioning import Flow, Screen
from myna_lab.relying_parties import Services
from myna_lab.texts import both, text
from myna_lab.texts.terms import Term
from myna_lab.world.excerpt import Excerpt
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["errands"]

Shown = Chip | PhoneModel


def errands(world: World, person: str | None, at: datetime, language: str | None = None) -> pd.DataFrame:
    """The table of :meth:`myna_lab.lab.Lab.errands`; ``person`` None: the first resident, or somebody imagined."""
    import pandas as pd

    excerpt = Excerpt(world, _person(world, person, at))
    columns: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for name, platform in _COLUMNS.items():
        copy, owner, shown, stopped = _shown(excerpt, platform, at)
        typed = typed_by(copy, shown, owner)
        services = [service for service in Services(WorldOutside(copy)).services if service.errand]
        verdicts = {service.errand: service.tried(shown, typed) for service in services}
        columns[name] = [
            _answer(verdicts[service.errand], at, language, how="" if platform is None else service.how_on_phone)
            for service in services
        ]
        codes = [tried[""].code for tried in verdicts.values()]
        codes = [stopped if stopped and code == "no_credential" else code for code in codes]
        reasons[f"{name}_reason"] = (
            codes if language is None else [Term(f"code.{code}").in_language(language) for code in codes]
        )
        copy.close()
    table = pd.DataFrame(columns | reasons, index=pd.Index(list(verdicts), name="errand"), dtype="str")
    return table if language is None else _named(table, language)


_COLUMNS: Mapping[str, Platform | None] = {"plastic": None, "iphone": "iphone", "android": "android"}
"""Column to the platform of the phone that is shown; None: the plastic card is."""


def _named(table: pd.DataFrame, language: str) -> pd.DataFrame:
    table.index = table.index.map(lambda errand: text(f"word.errand.{errand.replace(' ', '_')}", language))
    table.index.name = text("word.errand.errand", language)
    table.columns = table.columns.map(lambda column: text(f"word.errand.{column}", language))
    return table


def _person(world: World, person: str | None, at: datetime) -> str | None:
    """Who is asked for; None: nobody lives here yet."""
    if person is None:
        return next((first for first in [*world.things.residents][:1] if world.log.about(first)[0].at <= at), None)
    if (since := world.log.about(person)[0].at) > at:
        raise MisuseError(
            f"{person} was registered at {show(since)}; asked for {show(at)}.", code="time_before_resident"
        )
    return person


def _shown(excerpt: Excerpt, platform: Platform | None, at: datetime) -> tuple[World, str, Shown, str]:
    """A copy at the instant, whose it is, and what is shown; a code, if a phone could not be set up."""
    if (owner := excerpt.person) is not None:
        copy = excerpt.at(at)
        if platform is None:
            return copy, owner, copy.card(owner), ""
        issued = {row.device for row in copy.books.certificates.values()}
        if owned := [phone for phone in _phones(copy, owner, platform) if phone.name in issued]:
            # The newest one, but one that works before one that does not.
            return copy, owner, max(owned, key=lambda phone: _works(copy, phone)), ""
        copy.close()
    return _imagined(excerpt, platform, at)


def _phones(world: World, owner: str, platform: Platform) -> list[PhoneModel]:
    return [phone for phone in world.things.phones.values() if (phone.person, phone.platform) == (owner, platform)]


def _is_usable(phone: PhoneModel) -> bool:
    """Whether its owner has it and can use it."""
    try:
        refuse_unusable(phone)
    except Refused:
        return False
    return phone.in_hands_of == phone.person


def _works(world: World, phone: PhoneModel) -> bool:
    held = phone.installed
    return held is not None and world.books.certificate("auth", held.auth_serial).state in LIVE


def _imagined(excerpt: Excerpt, platform: Platform | None, at: datetime) -> tuple[World, str, Shown, str]:
    """A phone that never had a card, hers or imagined: set up when the last thing happened, or else begun now."""
    for begun in dict.fromkeys((_quiet_since(excerpt, at), at)):
        copy = excerpt.at(begun)
        owner = copy.register(licence=True) if excerpt.person is None else excerpt.person
        if platform is None:
            copy.advance_to(at)
            return copy, owner, copy.card(owner), ""
        usable = [phone for phone in _phones(copy, owner, platform)[::-1] if _is_usable(phone)]
        for phone in usable or [copy.phone(copy.acquire(owner, platform))]:
            flow = Flow(copy, copy.begin_set_up(phone.name), phone).run()
            if flow.screen is Screen.DONE:
                break
        if flow.screen is Screen.DONE:
            works_from = [row.activates_at for row in copy.books.live_on_phones(owner)]
            copy.advance_to(max(copy.now, at, *works_from))
            return copy, owner, phone, ""
        stopped = flow.notice.code.removeprefix("registry_") if flow.notice else "no_credential"
    return copy, owner, phone, stopped


def _quiet_since(excerpt: Excerpt, at: datetime) -> datetime:
    """The last instant at which something happened; for somebody imagined, noon of the day before."""
    world = excerpt.world
    if excerpt.person is None:
        noon = datetime.combine(at.astimezone(JST).date() - timedelta(days=1), time(12), JST)
        return max(noon, world.log[0].at)
    places = range(world.log.length_at(at) - 1, -1, -1)
    newest = (world.log[place] for place in places)
    return next(entry.at for entry in newest if not isinstance(entry.event, ev.TimePassed | ev.VerdictGiven))


def _answer(tried: Mapping[str, Verdict], at: datetime, language: str | None, *, how: str) -> str:
    """Yes (and how), no, or from which day on: a phone that is only begun now may work tomorrow; what a trial gives."""
    language = language or "en"
    word, day = _word(tried[""], at)
    told = text(f"word.errand.{_marked(word, how)}", language, day=day)
    if word == "yes" or "trial" not in tried:
        return told
    there, since = _word(tried["trial"], at)
    if there == "yes":
        return text("word.errand.trial", language, answer=told)
    is_earlier = since is not None and (day is None or since < day)
    return text("word.errand.trial_from", language, answer=told, day=since) if is_earlier else told


def _marked(word: str, how: str) -> str:
    """The word with what must be said of it, where there is such a word."""
    marked = f"{word}_{how}"
    return marked if both(f"word.errand.{marked}") else word


def _word(verdict: Verdict, at: datetime) -> tuple[str, date | None]:
    since = verdict.at if verdict.accepted else verdict.usable_from
    if since is None:
        return "no", None
    day = since.astimezone(JST).date()
    return ("yes" if verdict.accepted and day <= at.astimezone(JST).date() else "from"), day
