"""What happened, in sentences: each event, and the one thing worth telling of a batch.

An event names things by codes and identifiers; here each code becomes a word of the sentence's language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from myna_lab import events as ev
from myna_lab.devices.card.chip_kinds import rows
from myna_lab.devices.phone import STRANGERS
from myna_lab.events import Entry
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CertificateState
from myna_lab.jlis.office import maintenance_until
from myna_lab.provisioning import RULES, Screen
from myna_lab.texts import keys, text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.world.world import World

__all__ = ["FIELDS", "plain", "sentence", "told"]

FIELDS: Mapping[str, str] = {
    "screen": "screen.{}.title",
    "to": "screen.{}.title",
    "tap": "tap.{}",
    "kind": "word.kind.{}",
    "authority": "word.kind.{}",
    "service": "word.service.{}",
    "reason": "code.{}",
    "where": "word.reset_at.{}",
    "office": "word.office.{}",
    "what": "word.registered.{}",
    "taker": "word.hands.{}",
}
"""Field of an event to the key of the word that stands for its value."""
_REFERENCES = ("reference", "key")
"""Fields that name a PIN or key of a chip by application and EF."""
_INSIDE = "word.happened."


def sentence(entry: Entry, speech: Speech) -> str:
    """An event in a sentence, for a page."""
    return speech.html(f"event.{entry.name}", **_values(entry.event))


def plain(entry: Entry, language: str) -> str:
    """An event in a sentence of plain text, in ``ja`` or ``en``."""
    return text(f"event.{entry.name}", language, **_values(entry.event))


def told(entries: Sequence[Entry], speech: Speech, world: World) -> str:
    """What just happened in a lab, in one sentence: the first explanation of the list whose event took place.

    Empty, if a screen was only passed: what the next one is about stands there.
    """
    newest = {entry.name: entry for entry in entries}
    if not newest:
        return speech.html("word.nothing_yet")
    if set(newest) == {"ScreenPassed"}:
        return ""
    for key in keys("word"):
        name, _, detail = key.removeprefix(_INSIDE).partition("_") if key.startswith(_INSIDE) else ("", "", "")
        if name in newest and detail == _detail(newest[name].event, world):
            return speech.html(key, **_values(newest[name].event), **_around(newest[name].event, world))
    return sentence(next(entry for entry in reversed(entries) if entry.name != "ScreenPassed"), speech)


def _values(event: ev.Event) -> dict[str, object]:
    """The fields of an event, with words in place of codes; a verdict's own code, too."""
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}  # type: ignore[arg-type]
    values = {name: _word(event, name, value) for name, value in fields.items()}
    return values | ({"code": Term(f"code.{event.verdict.code}")} if isinstance(event, ev.VerdictGiven) else {})


def _around(event: ev.Event, world: World) -> dict[str, object]:
    """What an explanation may name besides the event's own fields: the phone of a set-up, the end of maintenance."""
    if isinstance(event, ev.TimePassed):
        until = maintenance_until(world.now, world.parameters)
        return {} if until is None else {"until": show(until)}
    if hasattr(event, "flow") and not hasattr(event, "phone"):
        begun = (e.event for e in world.log if isinstance(e.event, ev.ApplicationStarted))
        return {"phone": next(other.phone for other in begun if other.flow == event.flow)}
    return {}


def _word(event: ev.Event, name: str, value: object) -> object:
    if name in _REFERENCES and isinstance(value, str):
        return Term(f"exchange.contents.{_CHIP[value].contents}") if value in _CHIP else value
    if name == "reason" and isinstance(event, ev.CertificateRevoked):
        return Term(f"word.revoked_for.{event.cause or event.reason}")
    if name == "taker" and value not in STRANGERS:
        return value
    return Term(FIELDS[name].format(value)) if name in FIELDS and isinstance(value, str) else value


_CHIP = rows("plastic")


def _detail(event: ev.Event, world: World) -> str:
    """Which explanation of an event fits, where there are several."""
    find = _DETAILS.get(type(event))
    return "" if find is None else str(find(event, world))


def _wrong_pin(event: ev.ReferenceDataRefused, world: World) -> str:
    """Whose PIN it was, a phone's or a card's, and whether it is blocked now."""
    is_phones = any(phone.phone == event.chip for phone in world.things.phones.values())
    return "_".join(word for word, is_so in (("phone", is_phones), ("blocked", not event.tries_left)) if is_so)


def _with_face(event: ev.CredentialInstalled, world: World) -> str:
    issued = (e.event for e in world.log if isinstance(e.event, ev.AttributesIssued))
    return "face" if any(other.flow == event.flow for other in issued) else ""


def _state_of_the_pair(event: ev.SetUpFinished, world: World) -> str:
    """The state now of what that set-up put onto the phone; empty: good."""
    installed = (e.event for e in reversed(world.log) if isinstance(e.event, ev.PassAdded | ev.CredentialInstalled))
    serial = next(other.auth_serial for other in installed if other.flow == event.flow)
    state = world.books.certificate("auth", serial).state
    return "" if state is CertificateState.GOOD else state.name.lower()


_AFTER_ALL = {
    rule.before.name for rules in RULES.values() for rule in rules if (rule.on, rule.to) == ("close", Screen.DONE)
}
"""Screens that may be closed, because the card is on the phone already."""
_DETAILS: Mapping[type[ev.Event], Callable[..., str]] = {
    ev.CardIssued: lambda event, world: "" if event.resident_ref else "first",
    ev.ReferenceDataRefused: _wrong_pin,
    ev.ApplicationAbandoned: lambda event, world: "done" if event.screen in _AFTER_ALL else "",
    ev.CertificateRevoked: lambda event, world: "" if event.cause == "new_phone" else "alone",
    ev.VerdictGiven: lambda event, world: event.service if event.verdict.checks[0].passed else "unanswered",
    ev.CredentialInstalled: _with_face,
    ev.SetUpFinished: _state_of_the_pair,
    ev.TimePassed: lambda event, world: "maintenance" if maintenance_until(world.now, world.parameters) else "",
}
