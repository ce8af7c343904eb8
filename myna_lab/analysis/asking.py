"""One question at a service: a device is shown at an instant; the answer, and who knew what at that moment.

    ask(world, service, device, at) -> a private copy at that instant -> verdict, data in hand, books -> Asked

Everything is asked in the copy, an instant ahead as well as one that is past: the world itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from myna_lab.analysis.explain import Explanation, explain_verdict
from myna_lab.analysis.tables import TIME, framed
from myna_lab.analysis.who_knows import STATES, Belief, answered, listed
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel
from myna_lab.errors import MisuseError
from myna_lab.events import Check, Verdict
from myna_lab.formats.jpki import read_crl
from myna_lab.formats.jpki.answer_reader import read_answer
from myna_lab.ground.durations import in_zone, next_tick, show
from myna_lab.jlis.books import CertificateRow, CertificateState, Past
from myna_lab.relying_parties import Typed
from myna_lab.relying_parties.service import Service
from myna_lab.texts import text
from myna_lab.texts.session import one, page
from myna_lab.texts.terms import Span, Term
from myna_lab.world.certificates import Certificate, certificates_of
from myna_lab.world.excerpt import Excerpt
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Asked", "Held", "Moment", "ask", "asked_table", "differences", "differences_table", "typed_by"]


class Held(NamedTuple):
    """What was to be had about a certificate at one source."""

    kind: str
    """``ocsp`` or ``crl``."""
    use: str
    """``used``; ``not_had``: nobody could be reached; ``not_reached``: the answer was clear before; ``not_asked``: this
    service does not look there."""
    belief: Belief
    """What it says."""
    of: datetime
    """thisUpdate."""
    until: datetime | None
    """nextUpdate."""
    number: int | None = None
    """Of a list."""


class Moment(NamedTuple):
    """An instant that bears on the answer."""

    at: datetime
    what: str
    """``ocsp``, ``crl``, ``books``, ``activation``; ``asked``: the question; ``next_ocsp``, ``next_crl``."""
    belief: Belief | None
    where: str
    """``known``: in the service's data; ``hidden``: after them, so it cannot know; ``aside``: data that it did not use;
    ``asked``: the question; ``ahead``: after it."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A question, its answer, and who knew what at that moment."""

    service: str
    device: str
    verdict: Verdict
    now: datetime
    """Where the clock stood when it was asked; the question's own instant is :attr:`at`."""
    explanation: Explanation
    row: CertificateRow | None
    """The certificate in the books; if none was shown, the device's newest one of that use."""
    is_shown: bool
    """Whether the service was shown it."""
    is_in_strange_hands: bool
    """Whether somebody else than its owner has the phone."""
    held: tuple[Held, ...]
    """OCSP and list, used or not."""
    moments: tuple[Moment, ...]
    """In the order of time."""

    @property
    def at(self) -> datetime:
        """The instant of the question."""
        return self.verdict.at

    @property
    def past(self) -> Past | None:
        """What the books said at that moment."""
        return None if self.row is None else self.row.past_at(self.at)

    @property
    def age(self) -> timedelta | None:
        """How old the service's data were; None: it had none."""
        return None if self.verdict.knowledge_at is None else self.at - self.verdict.knowledge_at

    @property
    def is_blind(self) -> bool:
        """Whether the books changed after the service's data, so that it could not know."""
        return any(moment.what == "books" and moment.where == "hidden" for moment in self.moments)

    def in_language(self, language: str) -> str:
        """Question, verdict with every check, and who knew what, in ``ja`` or ``en``."""
        known = (f"  {line}" for line in self.known(language))
        return "\n".join([self.where(language), self.verdict.in_language(language), *known])

    def where(self, language: str) -> str:
        """At which instant this was asked, and that it was asked in a copy."""
        key = "later" if self.at > self.now else "earlier" if self.at < self.now else "now"
        values = {"at": show(self.at), "now": show(self.now), "span": Span(abs(self.at - self.now))}
        return text(f"word.asking.{key}", language, device=self.device, **values)

    def known(self, language: str) -> Iterator[str]:
        """The moments in order, one a line."""
        for moment in self.moments:
            yield f"{show(moment.at)}  {self.said(moment, language)}"

    def said(self, moment: Moment, language: str) -> str:
        """One moment in words."""
        belief = moment.belief
        word = "" if belief is None else f"{belief.sign} {Term(belief.said).in_language(language)}"
        values = {"service": Term(f"word.service.{self.service}"), "said": word}
        told = text(f"word.asking.moment.{moment.what}", language, **values)
        note = "" if moment.where in ("asked", "ahead") else text(f"word.asking.where.{moment.where}", language)
        return f"{told}{note}"

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return page(self)


def typed_by(world: World, device: Chip | PhoneModel, person: str) -> Typed:
    """What its owner types for a card; for a phone a face or finger stands for the PIN, if one is enrolled."""
    memory = world.memory(person)
    if isinstance(device, Chip):
        return Typed(memory.user_authentication_pin, memory.signing_password, memory.licence_pin)
    pins = device.pins()
    return Typed(None if device.biometrics else pins.get("user"), pins.get("signing", memory.signing_password), "")


def ask(world: World, service: Service, device: str, at: datetime) -> Asked:
    """Show a device to a service at an instant, as its owner would, in a copy.

    Args:
        world: the world, which stays as it is.
        service: one of its services; its policy counts.
        device: identifier of a phone or card.
        at: the instant, past or ahead.

    Raises:
        MisuseError: the device or the world was not there yet, or the service takes no such device.
    """
    is_phone = device in world.things.phones
    owner = world.phone(device).person if is_phone else world.books.card(device).person
    if (since := world.log.about(device)[0].at) > at:
        raise MisuseError(f"{device} was not there before {show(since)}.", code="time_before_device")
    copy = Excerpt(world, owner).at(at)
    try:
        things = copy.things
        shown = things.phones[device] if is_phone else things.cards[device]
        own = type(service)(WorldOutside(copy), None, service.policy)
        verdict = own.tried(shown, typed_by(copy, shown, owner))[""]
        row, usage = copy.books.shown_in(verdict), own.usage or "auth"
        held: tuple[Held, ...] = ()
        certificate = _certificate(copy, device, usage, row)
        if certificate is not None:
            held = tuple(_held(certificate, verdict, own.policy.sources))
        strange = isinstance(shown, PhoneModel) and shown.in_hands_of != shown.person
        return Asked(
            own.service,
            device,
            verdict,
            world.now,
            explain_verdict(verdict, copy.books, copy.parameters),
            None if certificate is None else certificate.row,
            row is not None,
            strange,
            held,
            tuple(sorted(_moments(copy, verdict, certificate, held), key=lambda moment: (moment.at, _turn(moment)))),
        )
    finally:
        copy.close()


def _certificate(copy: World, device: str, usage: str, shown: CertificateRow | None) -> Certificate | None:
    if shown is not None:
        return Certificate(copy, shown.key)
    of_device = [each for each in certificates_of(copy, device=device) if each.key.authority == usage]
    return of_device[-1] if of_device else None


def _held(certificate: Certificate, verdict: Verdict, sources: Sequence[str]) -> Iterator[Held]:
    """What the sources said: as of the question, or as of when the service fetched what it kept."""
    of = verdict.fetched_at or verdict.at
    status = next((check for check in verdict.checks if check.name == "status_data"), None)
    asked = sources if status is None else str(dict(status.seen.values).get("sources", "")).split(", ")
    use = "not_reached" if status is None else "not_had" if verdict.fetched_at is None else "used"
    asked = asked if verdict.usage else ()  # who looks at no certificate asks nobody about one
    (single,) = read_answer(certificate.ocsp(at=of)).singles
    listing = read_crl(certificate.crl(at=of))
    for kind, belief, this, until, number in (
        ("ocsp", answered(certificate, of), single.this_update, single.next_update, None),
        ("crl", listed(certificate, of), listing.this_update, listing.next_update, listing.number),
    ):
        ends = None if until is None else in_zone(until)
        yield Held(kind, use if kind in asked else "not_asked", belief, in_zone(this), ends, number)


def _turn(moment: Moment) -> int:
    """What comes first at one instant: what stands, then the question, then what comes."""
    return ("asked", "ahead").index(moment.where) + 1 if moment.where in ("asked", "ahead") else 0


def _moments(copy: World, verdict: Verdict, certificate: Certificate | None, held: Iterable[Held]) -> Iterator[Moment]:
    yield Moment(verdict.at, "asked", None, "asked")
    if certificate is None:
        return
    known, past = verdict.knowledge_at, certificate.row.past_at(verdict.at)
    for each in held:
        yield Moment(each.of, each.kind, each.belief, "known" if each.use == "used" else "aside")
    is_known = known is not None and past.at <= known
    where = "known" if is_known else "hidden" if known is not None else "aside"
    yield Moment(past.at, "books", STATES[past.state], where)
    if past.state is CertificateState.ISSUED:
        yield Moment(certificate.row.activates_at, "activation", None, "ahead")
    yield Moment(next_tick(verdict.at, copy.parameters.duration("ocsp_refresh")), "next_ocsp", None, "ahead")
    yield Moment(copy.revocation.next_list(verdict.at), "next_crl", None, "ahead")


# ------------------------------------------------------------------------------------------------------------- tables


def asked_table(asked: Sequence[Asked]) -> pd.DataFrame:
    """Questions and answers, what the service knew beside what the books said.

    Returns:
        DataFrame of shape (n, 13), index ``n`` (int64, from 1); columns ``at`` (time of the question), ``service``,
        ``device`` (str), ``accepted`` (bool), ``code`` (category), ``truth`` (category: the state in the books; empty:
        no certificate), ``truth_since`` (time), ``knowledge_at`` (time; NaT: it had no data), ``age`` (timedelta: how
        old these were), ``sources`` (str: whose), ``ocsp_this_update``, ``crl_this_update`` (times: what lay ready) and
        ``could_not_know`` (bool).
    """
    columns = {
        "n": "int64",
        "at": TIME,
        "service": "category",
        "device": "str",
        "accepted": "bool",
        "code": "category",
        "truth": "category",
        "truth_since": TIME,
        "knowledge_at": TIME,
        "age": "timedelta64[s]",
        "sources": "str",
        "ocsp_this_update": TIME,
        "crl_this_update": TIME,
        "could_not_know": "bool",
    }
    return framed(columns, [(n, *_line(each)) for n, each in enumerate(asked, start=1)], "n")


def _line(asked: Asked) -> tuple[object, ...]:
    verdict, past = asked.verdict, asked.past
    of = {each.kind: each.of for each in asked.held}
    used = ", ".join(each.kind for each in asked.held if each.use == "used")
    truth = ("", None) if past is None else (past.state.value, past.at)
    knows = (verdict.knowledge_at, asked.age, used, of.get("ocsp"), of.get("crl"), asked.is_blind)
    return (asked.at, asked.service, asked.device, verdict.accepted, verdict.code, *truth, *knows)


def differences(before: Asked, after: Asked) -> Iterator[tuple[str, Check | None, Check | None, bool]]:
    """The checks of two answers side by side, in order.

    Yields:
        Name; the check before and after (None: it was not made); whether it came out otherwise, times left aside.
    """
    checks = [{check.name: check for check in each.verdict.checks} for each in (before, after)]
    for name in dict.fromkeys([*checks[0], *checks[1]]):
        first, second = (each.get(name) for each in checks)
        yield name, first, second, _kind(first) != _kind(second)


def _kind(check: Check | None) -> tuple[bool, str] | None:
    return None if check is None else (check.passed, check.seen.code)


def differences_table(before: Asked, after: Asked) -> pd.DataFrame:
    """Two answers check by check: index ``check``; columns ``before``, ``after`` (str) and ``differs`` (bool)."""

    def told(check: Check | None) -> str:
        return "" if check is None else f"{'ok' if check.passed else 'NO'}: {check.reason}"

    columns = {"check": "str", "before": "str", "after": "str", "differs": "bool"}
    rows = [(name, told(first), told(second), other) for name, first, second, other in differences(before, after)]
    return framed(columns, rows, "check")
