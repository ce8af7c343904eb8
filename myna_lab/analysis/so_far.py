"""What happened to a holder's phones so far, for a timeline that grows as one presses.

    log -> marks     books, OCSP, CRL, phone, asked at each change -> runs     the newest turn -> the axis' zero

Seconds and days stand on one axis, as in a story: linear for ten seconds around its zero, logarithmic outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from myna_lab import events as ev
from myna_lab.analysis.timeline import Run
from myna_lab.analysis.who_knows import Knower, Moment, Phone
from myna_lab.events import Entry
from myna_lab.ground.durations import JST, duration
from myna_lab.texts import text
from myna_lab.texts.terms import Span
from myna_lab.world.certificates import certificates_of

__all__ = ["Axis", "Lane", "Mark", "SoFar", "so_far"]

_LINEAR = 10.0
"""Seconds on each side of the zero that are drawn true to length."""
_SHARE = 0.4
"""How many powers of ten they are as wide as."""
_STOPS = tuple(
    duration(stop).total_seconds()
    for stop in ("10s", "1min", "5min", "15min", "1h", "6h", "1d", "2d", "7d", "30d", "365d", "3650d")
)
"""Where the axis may end, and where it is labelled."""
_LISTS, _MARKS = 3, 12
"""How many lists, and how many marks of a phone, are shown: the newest ones."""


class Mark(NamedTuple):
    """Something that was done."""

    at: datetime
    key: str
    """Of its word: ``word.mark.application``."""
    sign: str
    colour: str
    seq: int
    """Its number in the log; 0: it comes by itself, as a list does."""


class Lane(NamedTuple):
    """One knower of one phone."""

    phone: str
    knower: Knower
    runs: tuple[Run, ...]
    marks: tuple[Mark, ...]


_DONE: Mapping[type[ev.Event], tuple[str, str, str]] = {
    ev.ApplicationStarted: ("started", "▸", "idle"),
    ev.FaceCaptured: ("face", "◉", "idle"),
    ev.CardRead: ("read", "▦", "idle"),
    ev.ApplicationAccepted: ("application", "▲", "wait"),
    ev.PhoneLost: ("lost", "?", "bad"),
    ev.PhoneFound: ("found", "!", "idle"),
    ev.PhoneHandedOver: ("handed_over", "⇢", "wait"),
    ev.PhoneWentOffline: ("offline", "⊘", "wait"),
    ev.PhoneWentOnline: ("online", "⊙", "idle"),
    ev.PassDeleted: ("erased", "⌫", "bad"),
    ev.PhoneErased: ("erased", "⌫", "bad"),
    ev.ContentErased: ("erased", "⌫", "bad"),
    ev.FactoryReset: ("erased", "⌫", "bad"),
}
"""What is marked on the phone's own lane: word, sign, colour."""
_TURNS: Mapping[type[ev.Event], str] = {
    ev.CertificateIssued: "issue",
    ev.CertificateRevoked: "revocation",
    ev.CertificateSuspended: "hold",
    ev.CertificateResumed: "release",
    ev.CertificateExpired: "end",
}
"""What the axis may count from: ``word.mark.issue`` …"""


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where, and where on it an instant stands."""

    zero: datetime
    key: str
    """Word of what happened at the zero."""
    left: float
    right: float
    """Seconds from the zero; the left one is negative."""

    @classmethod
    def around(cls, zero: datetime, key: str, begins: datetime, now: datetime) -> Axis:
        """The axis on which two instants have room; it ends at a round distance, so it is still while time goes on."""
        before, after = (zero - begins).total_seconds(), max((now - zero).total_seconds(), 60.0)
        return cls(zero, key, -_stop(before) if before > 0 else 0.0, _stop(after))

    def place(self, at: datetime) -> float:
        """Where an instant stands: 0 at the left end, 1 at the right one."""
        low, high = _along(self.left), _along(self.right)
        return min(max((_along((at - self.zero).total_seconds()) - low) / (high - low), 0.0), 1.0)

    def stops(self) -> tuple[timedelta, ...]:
        """What is labelled, from the left to the right; the zero among it."""
        seconds = (*(-stop for stop in reversed(_STOPS) if stop <= -self.left), 0.0, *_STOPS)
        return tuple(timedelta(seconds=stop) for stop in seconds if stop <= self.right)


def _along(seconds: float) -> float:
    """Seconds to powers of ten, the middle linear."""
    far = abs(seconds) / _LINEAR
    return math.copysign(_SHARE * far if far < 1 else _SHARE + math.log10(far), seconds)


def _stop(seconds: float) -> float:
    return next((stop for stop in _STOPS if stop >= seconds), seconds)


@dataclass(frozen=True, slots=True)
class SoFar:
    """The lanes of the phones, in the order of a picture, and their axis."""

    axis: Axis
    now: datetime
    lanes: tuple[Lane, ...]

    def in_language(self, language: str, last: int = 12) -> list[str]:
        """The same in words, in ``ja`` or ``en``: the newest lines, the oldest of them first."""
        lines: list[tuple[datetime, str]] = []
        for lane in self.lanes:
            who = f"{lane.phone} {text(f'word.knower.{lane.knower.value}', language)}"
            said = [(mark.at, f"{mark.sign} {text(mark.key, language)}") for mark in lane.marks]
            said += [(run.begins, f"{run.belief.sign} {text(run.belief.said, language)}") for run in lane.runs]
            lines += [(at, f"{at.astimezone(JST):%m-%d %H:%M:%S} {who}: {word}") for at, word in said]
        return [line for _, line in sorted(lines, key=lambda each: each[0])][-last:]

    def title(self, language: str) -> str:
        """From what the axis counts, in ``ja`` or ``en``."""
        at = f"{self.axis.zero.astimezone(JST):%H:%M:%S}"
        return text("word.so_far.axis", language, turn=text(self.axis.key, language), at=at)

    def label(self, stop: timedelta, language: str) -> str:
        """What stands at a stop: ``+5 min``; at the zero, its instant."""
        if not stop:
            return "0"
        return f"{'−' if stop < timedelta() else '+'}{Span(abs(stop)).in_language(language)}"


def so_far(phones: Sequence[Phone], found: Sequence[Moment]) -> SoFar | None:
    """What happened so far.

    Args:
        phones: of one holder.
        found: their :func:`~myna_lab.analysis.who_knows.moments`.

    Returns:
        None: nothing happened yet.
    """
    now = phones[0].world.now
    marks = {phone.phone: tuple(_marks(phone))[-_MARKS:] for phone in phones}
    begun = [at for each in marks.values() for at in (mark.at for mark in each)] + [moment.at for moment in found]
    if not begun:
        return None
    done = sorted(mark for each in marks.values() for mark in each)
    first = next((mark for mark in reversed(done) if mark.key == "word.mark.started"), done[0] if done else None)
    zero, key = _zero(phones) or ((begun[0], "word.mark.issue") if first is None else (first.at, first.key))
    axis = Axis.around(zero, key, min(begun), now)
    lists = tuple(_lists(phones[0], min(begun)))
    lanes = tuple(
        Lane(
            phone.phone,
            knower,
            tuple(_runs(found, (phone.phone, knower), now)),
            {Knower.PHONE: marks[phone.phone], Knower.CRL: lists}.get(knower, ()),
        )
        for phone in phones
        for knower in Knower
    )
    return SoFar(axis, now, lanes)


def _marks(phone: Phone) -> Iterator[Mark]:
    """What was done with a phone, and what its owner told the hotline."""
    log, person = phone.world.log, phone.world.things.phones[phone.phone].person
    begun = (entry.event for entry in log.about(phone.phone))
    flows = [event.flow for event in begun if isinstance(event, ev.ApplicationStarted)]
    ours = {phone.phone, *flows}
    for entry in log.about(phone.phone, person, *flows):
        event = entry.event
        if isinstance(event, ev.HotlineCalled) and event.stops_phone:
            yield Mark(entry.at, "word.mark.hotline", "☎", "wait", entry.seq)
        elif isinstance(event, ev.VerdictGiven) and event.device == phone.phone:
            word, sign, colour = ("accepted", "○", "good") if event.verdict.accepted else ("refused", "×", "bad")
            yield Mark(entry.at, f"word.mark.{word}", sign, colour, entry.seq)
        elif type(event) in _DONE and (getattr(event, "phone", "") or getattr(event, "flow", "")) in ours:
            word, sign, colour = _DONE[type(event)]
            yield Mark(entry.at, f"word.mark.{word}", sign, colour, entry.seq)


def _zero(phones: Sequence[Phone]) -> tuple[datetime, str] | None:
    """The newest instant at which a certificate of the phones was issued, stopped, released or ended."""
    world = phones[0].world
    names = [
        (each.key.authority, each.key.serial) for phone in phones for each in certificates_of(world, device=phone.phone)
    ]
    turns: list[Entry] = [entry for entry in world.log.about(*names) if type(entry.event) in _TURNS]
    return (turns[-1].at, f"word.mark.{_TURNS[type(turns[-1].event)]}") if turns else None


def _lists(phone: Phone, begins: datetime) -> Iterator[Mark]:
    """When a list was published, the newest ones."""
    world = phone.world
    period = world.parameters.duration("crl_period")
    at = world.revocation.next_list(max(begins, world.now - (_LISTS + 1) * period))
    while at <= world.now:
        yield Mark(at, "word.mark.list", "▤", "idle", 0)
        at = world.revocation.next_list(at)


def _runs(found: Sequence[Moment], key: tuple[str, Knower], now: datetime) -> Iterator[Run]:
    """What a knower says from when to when; neighbours that are the same are one."""
    begins = [
        moment
        for before, moment in pairwise([None, *found])
        if moment is not None and (before is None or before.beliefs[key].word != moment.beliefs[key].word)
    ]
    for moment, after in pairwise([*begins, None]):
        if moment is not None:
            yield Run(moment.at, now if after is None else after.at, moment.beliefs[key])
