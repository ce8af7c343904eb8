"""What may be left at home: one row an errand, asked of the services on private copies of what bears on one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.ground.durations import JST, show
from myna_lab.lab.handles import Holder, PhoneHandle
from myna_lab.lab.lab import Lab
from myna_lab.provisioning import Screen
from myna_lab.texts import text
from myna_lab.texts.terms import Term
from myna_lab.world.excerpt import Excerpt

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ERRANDS", "errands"]

Shown = Chip | PhoneHandle


def _log_in(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.portal.log_in(shown, _pin(holder, shown))


def _sign(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    own = {} if isinstance(shown, Chip) else shown._phone.pins()
    return lab.desk.accept(shown, password=own.get("signing", holder._memory.signing_password))


def _see_a_doctor(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.clinic.check_in(shown, _pin(holder, shown))


def _drive(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.police.check_licence(shown, holder._memory.licence_pin if isinstance(shown, Chip) else "")


def _pin(holder: Holder, shown: Shown) -> str | None:
    return holder._memory.user_authentication_pin if isinstance(shown, Chip) else None


ERRANDS: Mapping[str, Callable[[Lab, Holder, Shown], Verdict]] = {
    "log in to the portal": _log_in,
    "sign an application online": _sign,
    "see a doctor": _see_a_doctor,
    "drive a car": _drive,
}
"""Errand to the question that a service is asked."""


def errands(lab: Lab, holder: Holder | None, at: datetime, language: str | None = None) -> pd.DataFrame:
    """The table of :meth:`myna_lab.lab.Lab.errands`."""
    import pandas as pd

    person = _person(lab, holder, at)
    excerpt = Excerpt(lab.world, person)
    columns: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for name in ("plastic", "iphone", "android"):
        copy, owner, shown, stopped = _shown(excerpt, name, at)
        verdicts = [question(copy, owner, shown) for question in ERRANDS.values()]
        columns[name] = [
            _answer(verdict, at, language, by_password=question is _sign and name != "plastic")
            for question, verdict in zip(ERRANDS.values(), verdicts, strict=True)
        ]
        codes = [stopped if stopped and verdict.code == "no_credential" else verdict.code for verdict in verdicts]
        reasons[f"{name}_reason"] = (
            codes if language is None else [Term(f"code.{code}").in_language(language) for code in codes]
        )
        copy.close()
    table = pd.DataFrame(columns | reasons, index=pd.Index(list(ERRANDS), name="errand"), dtype="str")
    return table if language is None else _named(table, language)


def _named(table: pd.DataFrame, language: str) -> pd.DataFrame:
    table.index = table.index.map(lambda errand: text(f"word.errand.{errand.replace(' ', '_')}", language))
    table.index.name = text("word.errand.errand", language)
    table.columns = table.columns.map(lambda column: text(f"word.errand.{column}", language))
    return table


def _person(lab: Lab, holder: Holder | None, at: datetime) -> str | None:
    """Who is asked for; None: nobody lives here yet."""
    if holder is None:
        return next((other.person for other in lab.residents[:1] if lab.log.about(other.person)[0].at <= at), None)
    if (since := lab.log.about(holder.person)[0].at) > at:
        raise MisuseError(
            f"{holder.person} was registered at {show(since)}; asked for {show(at)}.", code="time_before_resident"
        )
    return holder.person


def _shown(excerpt: Excerpt, name: str, at: datetime) -> tuple[Lab, Holder, Shown, str]:
    """A copy at the instant, whose it is, and what is shown; a code, if a phone could not be set up."""
    if excerpt.person is not None:
        copy = Lab.of(excerpt.at(at))
        owner = Holder(copy.world, excerpt.person)
        owned = [phone for phone in owner.phones if phone.platform == name and copy.certificates(phone)]
        if name == "plastic" or owned:
            # The newest one, but one that works before one that does not.
            return copy, owner, owner.card if name == "plastic" else max(owned, key=lambda phone: phone._is_live), ""
        copy.close()
    return _imagined(excerpt, name, at)


def _imagined(excerpt: Excerpt, name: str, at: datetime) -> tuple[Lab, Holder, Shown, str]:
    """A phone that never had a card, hers or imagined: set up when the last thing happened, or else begun now."""
    for begun in dict.fromkeys((_quiet_since(excerpt, at), at)):
        copy = Lab.of(excerpt.at(begun))
        owner = copy.resident(licence=True) if excerpt.person is None else Holder(copy.world, excerpt.person)
        if name == "plastic":
            copy.advance_to(at)
            return copy, owner, owner.card, ""
        own = [phone for phone in reversed(owner.phones) if phone.platform == name]
        for phone in own or [getattr(copy, name)(owner)]:
            flow = phone.add_card().run()
            if flow.screen is Screen.DONE:
                break
        if flow.screen is Screen.DONE:
            works_from = [row.activates_at for row in copy.books.live_on_phones(owner.person)]
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


def _answer(verdict: Verdict, at: datetime, language: str | None, *, by_password: bool) -> str:
    """Yes (with a password), no, or from which day on: a phone that is only begun now may work tomorrow."""
    since = verdict.at if verdict.accepted else verdict.usable_from
    if since is None:
        answer, day = "no", None
    else:
        day = since.astimezone(JST).date()
        yes = "yes_by_password" if by_password else "yes"
        answer = yes if verdict.accepted and day <= at.astimezone(JST).date() else "from"
    return text(f"word.errand.{answer}", language or "en", day=day)
