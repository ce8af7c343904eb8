"""Who knew what when of one certificate, true to scale: a day before and after the instant on which its story turns.

Each row is asked as the world asks it. What a service would have said is its answer on a private copy at that instant;
where two answers differ, the change is searched for to the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, TypeVar

from myna_lab import events as ev
from myna_lab.analysis.who_knows import NOTHING, STATES, Belief, answered, listed, shown_on
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel
from myna_lab.events import Entry, Verdict
from myna_lab.ground.durations import JST, next_tick
from myna_lab.jlis.books import CertificateKey, CertificateRow, CertificateState
from myna_lab.relying_parties import Services, Typed
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Span, Term
from myna_lab.world.certificates import Certificate
from myna_lab.world.excerpt import Excerpt
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

__all__ = ["DAY", "Gap", "Row", "Run", "Timeline", "change", "timeline"]

C = CertificateState
DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_TURNS = (ev.CertificateRevoked | ev.CertificateSuspended | ev.CertificateExpired, ev.CertificateIssued)
"""Kinds of events on which a story turns: what ended a certificate, or else what began one."""
_CARD = Belief("word.belief.card", "idle", "▣")


class Run(NamedTuple):
    """One thing that a knower says, from an instant to another."""

    begins: datetime
    ends: datetime
    belief: Belief


class Row(NamedTuple):
    """One knower."""

    key: str
    """Of its name: ``word.knower.books``, ``word.service.portal``."""
    runs: tuple[Run, ...]
    asked: tuple[tuple[datetime, bool], ...] = ()
    """When a service was really asked, and whether it accepted."""


class Gap(NamedTuple):
    """How long a service answered otherwise than the books."""

    kind: str
    """``accepted``: though revoked, on hold or expired; ``refused``: though good; ``waiting``: though issued."""
    service: str
    begins: datetime
    ends: datetime


Lasting = TypeVar("Lasting", Run, Gap)


@dataclass(frozen=True, slots=True, repr=False)
class Timeline:
    """The rows of one certificate, in the order of a picture."""

    device: str
    kind: str
    """``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``."""
    turn: str
    """The event on which it turns: ``CertificateRevoked`` …"""
    at: datetime
    """When that was."""
    until: datetime
    """To where the rows go: a day after, or as far as is known."""
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    language: str = ""
    """``ja``, ``en`` or ``both``: in which it speaks."""

    @property
    def longest(self) -> Gap | None:
        """The longest gap; an acceptance counts before a refusal. None: nobody answered otherwise than the books."""
        ranked = sorted(self.gaps, key=lambda gap: (gap.kind != "accepted", gap.begins - gap.ends))
        return ranked[0] if ranked else None

    def number(self, language: str = "en") -> str:
        """The one number: how long a service answered otherwise than the books, in ``ja`` or ``en``."""
        gap = self.longest
        if gap is None:
            return text("word.timeline.no_gap", language)
        key = f"word.timeline.{gap.kind}{'_on' if gap.ends >= self.until else ''}"
        service = Term(f"word.service.{gap.service}")
        # Between a revocation and the last acceptance the device may have been out of reach.
        span = Span(gap.ends - (self.at if gap.kind == "accepted" else gap.begins))
        return text(key, language, device=self.device, service=service, span=span, turn=self._turn)

    def title(self, language: str = "en") -> str:
        """What is shown, in ``ja`` or ``en``."""
        kind = Term(f"word.kind.{self.kind}")
        at = self.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")
        return text("word.timeline.title", language, device=self.device, kind=kind, at=at, turn=self._turn)

    def in_language(self, language: str) -> str:
        """The same in words, for those who do not see the picture, in ``ja`` or ``en``."""
        lines = [self.title(language)]
        for row in self.rows:
            runs = (f"{self.since(run.begins, language)} {run.belief.sign} {_word(run, language)}" for run in row.runs)
            lines.append(f"  {text(row.key, language)}: {'; '.join(runs)}")
        return "\n".join([*lines, self.number(language)])

    def since(self, at: datetime, language: str) -> str:
        """An instant as its distance from the turn: ``+5 min 51 s``, ``−1 d``."""
        sign = "−" if at < self.at else "+" if at > self.at else "±"
        return f"{sign}{Span(abs(at - self.at)).in_language(language)}"

    def up_to(self, at: datetime) -> Timeline:
        """What is known at an instant: whatever begins later is not in it, and what lasts is cut off there."""
        if at >= self.until:
            return self
        rows = tuple(
            row._replace(runs=_until(row.runs, at), asked=tuple(each for each in row.asked if each[0] <= at))
            for row in self.rows
        )
        return replace(self, rows=rows, gaps=_until(self.gaps, at), until=at)

    @property
    def _turn(self) -> Term:
        return Term(f"word.timeline.turn.{self.turn}")

    def __str__(self) -> str:
        return "\n\n".join(self.in_language(language) for language in Speech(self.language).languages)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        speech = Speech(self.language)
        rows = "".join(
            f'<tr><th scope="row">{speech.html(row.key)}</th><td>{"<br>".join(self._cells(row, speech))}</td></tr>'
            for row in self.rows
        )
        return f"<p>{speech.stacked(self.title)}</p><table>{rows}</table><p><b>{speech.stacked(self.number)}</b></p>"

    def _cells(self, row: Row, speech: Speech) -> Iterator[str]:
        for run in row.runs:
            since = " ".join(dict.fromkeys(self.since(run.begins, language) for language in speech.languages))
            yield f"{since} {run.belief.sign} {speech.html(run.belief.said)}"


def _until(spans: Sequence[Lasting], at: datetime) -> tuple[Lasting, ...]:
    return tuple(each._replace(ends=min(each.ends, at)) for each in spans if each.begins < at)


def _word(run: Run, language: str) -> str:
    return Term(run.belief.said).in_language(language)


def timeline(world: World, entries: Sequence[Entry], language: str = "") -> Timeline:
    """The timeline of the certificate on which some events turn.

    Args:
        world: where they happened.
        entries: the events; it is the first certificate that was stopped in them, or else issued: rather one that a
            service was shown, rather one for user authentication.
        language: ``ja``, ``en`` or ``both``: in which it speaks; empty: the session's.
    """
    Speech(language)
    key, turned = _subject(world, entries)
    at = turned.at
    row = world.books.certificates[key]
    begins, until = max(at - DAY, row.issued_at), at + DAY
    # The list of the next day is not there yet when a story ends in the evening: what comes by itself, comes in a copy.
    ahead = Excerpt(world, row.person).at(max(world.now, until))
    seen = _Seen(Certificate(ahead, key), Excerpt(ahead, row.person), begins, until)
    asked: defaultdict[str, list[Verdict]] = defaultdict(list)
    for entry in world.log.about(row.device):
        if isinstance(event := entry.event, ev.VerdictGiven) and event.device == row.device:
            asked[event.service] += _about(row, event.verdict, world)
    # Who neither saw the certificate nor accepted without one has no row.
    judged = (name for name, of in asked.items() if any(v.accepted or v.serial == key.serial for v in of))
    services = [*judged] or ["desk" if row.kind.endswith("sign") else "portal"]
    rows = (
        Row("word.knower.phone" if row.is_phone else "word.knower.card", seen.runs(seen.held)),
        Row("word.knower.books", seen.runs(seen.books)),
        Row("word.knower.ocsp", seen.runs(lambda when: answered(seen.certificate, when)._replace(of=None))),
        Row("word.knower.crl", seen.runs(lambda when: listed(seen.certificate, when)._replace(of=None))),
        *(Row(f"word.service.{name}", seen.runs(seen.service(name)), _marks(asked[name])) for name in services),
    )
    # A certificate's last second is in force, and the books write its end in it: no gap.
    gaps = tuple(gap for gap in _gaps(rows, services) if gap.begins >= at and gap.ends - gap.begins > _SECOND)
    return Timeline(row.device, row.kind, turned.name, at, until, rows, gaps, language)


def _marks(verdicts: Sequence[Verdict]) -> tuple[tuple[datetime, bool], ...]:
    return tuple((verdict.at, verdict.accepted) for verdict in verdicts)


def _about(row: CertificateRow, verdict: Verdict, world: World) -> tuple[Verdict, ...]:
    """The verdict, unless it is on another certificate of the same device."""
    return (verdict,) if world.books.shown_in(verdict) in (row, None) else ()


def _subject(world: World, entries: Sequence[Entry]) -> tuple[CertificateKey, Entry]:
    """The certificate on which the events turn, and the event."""
    shown = {
        row.key
        for entry in entries
        if isinstance(entry.event, ev.VerdictGiven) and (row := world.books.shown_in(entry.event.verdict)) is not None
    }
    for kind in _TURNS:
        turns = [
            (CertificateKey(entry.event.authority, entry.event.serial), entry)
            for entry in entries
            if isinstance(entry.event, kind)
        ]
        if turns:
            return min(turns, key=lambda turn: (turn[0] not in shown, turn[0].authority != "auth"))
    raise ValueError("a story has at least one certificate")


class _Seen:
    """What each knower says of a certificate at any instant between two."""

    def __init__(self, certificate: Certificate, excerpt: Excerpt, begins: datetime, until: datetime) -> None:
        self.certificate = certificate
        self.row = certificate.row
        self._excerpt = excerpt
        self._until = until
        self._instants = sorted({begins, until, *(at for at in self._candidates() if begins < at < until)})

    def _candidates(self) -> Iterator[datetime]:
        """When somebody may begin to say something else."""
        world = self.certificate.world
        refresh = world.parameters.duration("ocsp_refresh")
        for past in self.row.history:
            yield past.at
            yield next_tick(past.at, refresh)
            yield world.revocation.listed_from(past.at)
        for entry in world.log.about(self.row.device):
            if getattr(entry.event, "phone", "") == self.row.device:
                yield entry.at

    def runs(self, says: Callable[[datetime], Belief]) -> tuple[Run, ...]:
        """What is said from when to when; a change between two instants is searched for to the second."""
        changes = [(self._instants[0], says(self._instants[0]))]
        for after in self._instants[1:]:
            while says(after) != changes[-1][1]:
                at = change(says, changes[-1][0], after)
                changes.append((at, says(at)))
        ends = [*(at for at, _ in changes[1:]), self._until]
        return tuple(Run(at, end, said) for (at, said), end in zip(changes, ends, strict=True) if at < end)

    def held(self, at: datetime) -> Belief:
        """What the owner sees."""
        return shown_on(_Phone(self.certificate.world, self.row.device), at) if self.row.is_phone else _CARD

    def books(self, at: datetime) -> Belief:
        """What J-LIS has written down."""
        return STATES[self.row.past_at(at).state]

    def service(self, name: str) -> Callable[[datetime], Belief]:
        """What a service answers, on a copy of its own, to whoever has the device and knows its PIN."""

        @cache
        def answer(at: datetime) -> Belief:
            copy = self._excerpt.at(at)
            service = next(each for each in Services(WorldOutside(copy)).services if each.service == name)
            verdict = service.tried(*_typed(copy, self.row))[""]
            copy.close()
            own = copy.books.shown_in(verdict)
            if own is None and not verdict.accepted:
                return NOTHING._replace(said=f"code.{verdict.code}")
            if own is not None and own.key != self.row.key:
                return NOTHING._replace(said="word.timeline.other_certificate")
            return Belief(f"code.{verdict.code}", *(("good", "○") if verdict.accepted else ("bad", "×")))

        return answer


def change(says: Callable[[datetime], object], low: datetime, high: datetime) -> datetime:
    """The first second after ``low`` at which something else is said; nearly always ``high`` itself."""
    said = says(low)
    if says(high - _SECOND) == said:
        return high
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        low, high = (middle, high) if says(middle) == said else (low, middle)
    return high


def _typed(copy: World, row: CertificateRow) -> tuple[Chip | PhoneModel, Typed]:
    """What is shown, and what is typed by whoever has it and watched its owner type."""
    memory = copy.memory(row.person)
    if not row.is_phone:
        return copy.card(row.person), Typed(memory.user_authentication_pin, memory.signing_password, memory.licence_pin)
    phone = copy.phone(row.device)
    pins = phone.pins()
    return phone, Typed(pins.get("user"), pins.get("signing", memory.signing_password), "")


class _Phone(NamedTuple):
    world: World
    phone: str


def _gaps(rows: Sequence[Row], services: Sequence[str]) -> Iterator[Gap]:
    """Where a service answered otherwise than the books, neighbours joined."""
    books, judged = rows[1].runs, rows[-len(services) :]
    for service, row in zip(services, judged, strict=True):
        found: list[Gap] = []
        for truth in books:
            for run in row.runs:
                begins, ends = max(truth.begins, run.begins), min(truth.ends, run.ends)
                kind = _WRONG.get((truth.belief.said, run.belief.said))
                if kind is None or begins >= ends:
                    continue
                if found and (found[-1].kind, found[-1].ends) == (kind, begins):
                    found[-1] = found[-1]._replace(ends=ends)
                else:
                    found.append(Gap(kind, service, begins, ends))
        yield from found


_WRONG: Mapping[tuple[str, str], str] = {
    **{(STATES[state].said, "code.accepted"): "accepted" for state in (C.REVOKED, C.ON_HOLD, C.EXPIRED)},
    **{(STATES[C.ISSUED].said, f"code.{code}"): "waiting" for code in ("not_yet_valid", "unknown")},
    **{(STATES[C.GOOD].said, f"code.{code}"): "refused" for code in ("on_hold", "not_yet_valid", "unknown", "revoked")},
}
"""What the books and a service say at once, to the kind of gap."""
