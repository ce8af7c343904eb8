"""The parts of the handout: each is made of what the lab, its rules and its texts say; nothing is typed here again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from html import escape

from myna_lab import stories
from myna_lab.analysis.telling import plain, told
from myna_lab.cli.handout.failures import failures, notices, usual_values
from myna_lab.cli.handout.pages import Section, lines, table
from myna_lab.devices.phone import Platform
from myna_lab.ground.durations import JST
from myna_lab.jlis.office import PIN_RESETS
from myna_lab.lab import Lab
from myna_lab.provisioning import ENDS, NUMBERS, Flow, Row, Screen
from myna_lab.residents.pins import PIN_FORMS
from myna_lab.texts import both, text
from myna_lab.texts.glossary import glossary
from myna_lab.texts.speech import Speech
from myna_lab.widgets import timeline_svg

__all__ = ["parts"]

_STORY = "new_android_iphone_offline"
_ERRAND_DAYS = ("insurance_on_phone_from", "android_attributes_from")
"""Parameters from whose day on more works; besides, errands are told for the day after a lab's first."""
_TRIES: Mapping[str, Mapping[str, str]] = {
    "card": {
        "user_authentication": "user_authentication_pin_tries",
        "signing": "signing_password_tries",
        "input_aid": "input_aid_pin_tries",
        "resident_register": "resident_register_pin_tries",
        "licence": "licence_pin_tries",
    },
    "phone": {"user_authentication": "phone_user_pin_tries", "signing": "phone_signing_password_tries"},
}
"""The PINs of a thing, to the parameter that counts their tries."""
_LEFT_OUT = ("ScreenPassed", "ReferenceDataTried")
"""Events that a screen's list leaves out: the tap itself, and what comes before each answer of the chip."""


def parts(seed: int, language: str) -> Iterator[Section]:
    """All parts in order.

    Args:
        seed: of the labs that are played.
        language: ``ja`` or ``en``.
    """
    platforms: tuple[Platform, ...] = ("iphone", "android")
    for platform in platforms:
        yield _screens(seed, platform, language)
    for platform in platforms:
        yield _failures(platform, language)
    yield _timeline(seed, language)
    yield _pins(language)
    yield from _errands(seed, language)
    yield _glossary(language)


# --------------------------------------------------------------------------------------------------------- the screens


def _screens(seed: int, platform: Platform, language: str) -> Section:
    """A set-up that succeeds, walked once: what each screen says, and what its tap did beneath."""
    lab = Lab(seed=seed)
    holder = lab.resident()
    flow = (lab.iphone if platform == "iphone" else lab.android)(holder).add_card()
    rows = []
    while not flow.finished:
        number, says = flow.number, _says(flow, language)
        n_events, n_exchanges = len(lab.log), len(holder.card.trace)
        flow.next(flow.own_entry())
        entries = list(lab.log)[n_events:]
        beneath = [entry for entry in entries if entry.name not in _LEFT_OUT]
        cell = lines([text("handout.screens.inside", language)])
        if beneath:
            cell = f"<p>{told(entries, Speech(language), lab.world)}</p>"
            if n := len(holder.card.trace) - n_exchanges:
                cell += lines([text("handout.screens.exchanges", language, n=n)])
            if len(beneath) > 1:
                cell += lines((plain(entry, language) for entry in beneath), "small")
        rows.append((str(number), says, cell))
    rows.append(("", _says(flow, language), ""))
    heads = [text(f"handout.screens.{name}", language) for name in ("number", "says", "beneath")]
    title = text("handout.screens.title", language, phone=text(f"handout.phone.{platform}", language))
    note = lines([text("handout.screens.note", language)])
    return f"screens-{platform}", title, note + table("screens", heads, rows)


def _says(flow: Flow, language: str) -> str:
    return f"<b>{escape(flow.title(language))}</b>" + lines([flow.body(language)])


# -------------------------------------------------------------------------------------------------------- the failures


def _failures(platform: Platform, language: str) -> Section:
    """Each rule by which a step fails: why, what the screen says, and what leads on."""
    parameters = Lab(seed=1).world.parameters
    rows = []
    for row in failures(platform):
        condition = row.condition.upper().replace(" ", "_")
        why = text(f"word.outcome.{condition}" if condition else f"tap.{row.on}", language)
        said = (text(f"notice.{code}", language, **usual_values(parameters, code)) for code in notices(platform, row))
        place = f"<b>{NUMBERS[platform][row.before]}</b> {escape(_title(platform, row.before, language))}"
        says = lines(said) or lines([_title(platform, row.to, language)])
        rows.append((place, escape(why), says, lines([_way_on(platform, row, language)])))
    heads = [text(f"handout.failures.{name}", language) for name in ("screen", "why", "says", "do")]
    title = text("handout.failures.title", language, phone=text(f"handout.phone.{platform}", language))
    note = lines([text("handout.failures.note", language)])
    return f"failures-{platform}", title, note + table("failures", heads, rows)


def _way_on(platform: Platform, row: Row, language: str) -> str:
    if row.to is row.before:
        return text("handout.failures.again", language)
    if row.to in ENDS:
        return text(_key(platform, row.to, "body"), language)
    number, screen = NUMBERS[platform][row.to], _title(platform, row.to, language)
    return text("handout.failures.back_to", language, number=number, screen=screen)


def _title(platform: Platform, screen: Screen, language: str) -> str:
    return text(_key(platform, screen, "title"), language)


def _key(platform: Platform, screen: Screen, part: str) -> str:
    own = f"screen.{platform}.{screen.name}.{part}"
    return own if both(own) else f"screen.{screen.name}.{part}"


# ------------------------------------------------------------------------------------------------- story, PINs, errands


def _timeline(seed: int, language: str) -> Section:
    """The story of two phones in its sentences, and drawn."""
    played = stories.play(Lab(seed=seed), _STORY)
    acts = "".join(f"<li><b>{step.at.astimezone(JST):%H:%M:%S}</b> {escape(step.sentence(language))}</li>"
                   for step in played.steps)  # fmt: skip
    drawn = f"<figure>{timeline_svg(played, language)}</figure>"
    title = text("handout.timeline.title", language)
    return "timeline", title, f"<p><b>{escape(played.title(language))}</b></p><ol>{acts}</ol>{drawn}"


def _pins(language: str) -> Section:
    parameters = Lab(seed=1).world.parameters
    rows = [
        (
            escape(text(f"slip.pin.{pin}", language)),
            escape(text(f"handout.pins.on.{thing}", language)),
            escape(_form(pin, language)),
            str(parameters.count(tries)),
            lines(_resets(thing, pin, language)) or "–",
        )
        for thing, pins in _TRIES.items()
        for pin, tries in pins.items()
    ]
    heads = [text(f"handout.pins.{name}", language) for name in ("pin", "thing", "form", "tries", "reset")]
    note = lines([text("handout.pins.note", language)])
    return "pins", text("handout.pins.title", language), note + table("pins", heads, rows)


def _form(pin: str, language: str) -> str:
    """A PIN's form in words, from its pattern."""
    least, *most = re.findall(r"\d+", PIN_FORMS[pin].pattern.rpartition("{")[2])
    if not most:
        return text("handout.pins.digits", language, n=int(least))
    return text("handout.pins.letters", language, least=int(least), most=int(most[0]))


def _resets(thing: str, pin: str, language: str) -> Iterator[str]:
    for way in PIN_RESETS:
        if way.of == thing and pin in way.pins:
            key = f"word.reset_at.{way.where}"
            where = text(key if both(key) else f"handout.pins.where.{way.where}", language)
            yield text("handout.pins.other_works", language, where=where) if way.other_works else where


def _errands(seed: int, language: str) -> Iterator[Section]:
    """The table of errands on each of the days, asked of a lab that begins there."""
    first = Lab(seed=seed)
    parameters = first.world.parameters
    own = first.now.astimezone(JST).date() + timedelta(days=1)
    days = sorted({own, *(parameters.date(name) for name in _ERRAND_DAYS)})
    for number, day in enumerate(days, 1):
        found = Lab(seed=seed, start=_noon(day)).errands(language=language)
        cells = found.iloc[:, : len(found.columns) // 2]
        rows = [(escape(str(name)), *(escape(str(cell)) for cell in row)) for name, row in
                zip(cells.index, cells.to_numpy(), strict=True)]  # fmt: skip
        heads = [str(cells.index.name), *map(str, cells.columns)]
        note = lines([text("handout.errands.note", language)]) if number == 1 else ""
        title = text("handout.errands.title", language, day=day.isoformat())
        yield f"errands-{day}", title, note + table("errands", heads, rows)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), JST)


def _glossary(language: str) -> Section:
    groups = "".join(
        f"<h3>{escape(group.title[language])}</h3><dl>"
        + "".join(f'<div><dt>{escape(entry.word[language])}</dt><dd>{escape(entry.told[language])}</dd></div>'
                  for entry in group.entries)
        + "</dl>"
        for group in glossary()
    )  # fmt: skip
    return "glossary", text("handout.glossary.title", language), groups
