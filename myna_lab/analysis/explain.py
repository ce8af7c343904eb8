"""What happened, seen from above: a verdict or a set-up beside the truth, and what those below could not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from myna_lab import events as ev
from myna_lab.events import Verdict
from myna_lab.ground.durations import next_tick, show
from myna_lab.jlis.books import Books, CertificateRow, CertificateState, Past
from myna_lab.jlis.publishing.schedule import Schedule
from myna_lab.parameters import Parameters
from myna_lab.provisioning import Flow
from myna_lab.texts import text
from myna_lab.texts.session import one, page
from myna_lab.texts.terms import Listing, Span, Term
from myna_lab.world.world import World

__all__ = ["Explanation", "Sentence", "explain_flow", "explain_verdict"]

C = CertificateState


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence under a heading."""

    heading: str
    """Key of ``explanation.heading``."""
    key: str
    """Key of the sentence: ``verdict.stale``."""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Sentences about one verdict or set-up."""

    sentences: tuple[Sentence, ...]

    def in_language(self, language: str) -> str:
        """All sentences in ``ja`` or ``en``, one a line."""
        rows = [
            (text(f"explanation.heading.{s.heading}", language), text(f"explanation.{s.key}", language, **s.values))
            for s in self.sentences
        ]
        width = max((len(heading) for heading, _ in rows), default=0) + 2
        return "\n".join(f"{heading + ':':{width}}{sentence}" for heading, sentence in rows)

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return page(self)


# ---------------------------------------------------------------------------------------------------------- verdicts


def explain_verdict(verdict: Verdict, books: Books, parameters: Parameters) -> Explanation:
    """Compare a verdict with the books of its moment.

    Args:
        verdict: what a service answered.
        books: the books, which know everything.
        parameters: ``ocsp_refresh``, ``service_revocation_data``, ``crl_period`` …
    """
    said = {
        "service": Term(f"word.service.{verdict.service}"),
        "code": Term(f"code.{verdict.code}"),
        "at": show(verdict.at),
        "failed": Listing.of("word.checked", (check.name for check in verdict.checks if not check.passed)),
    }
    saw = Sentence("saw", "verdict.accepted" if verdict.accepted else "verdict.refused", said)
    row = books.shown_in(verdict)
    if row is None:
        return Explanation((saw, Sentence("books", "verdict.no_certificate")))
    past = row.past_at(verdict.at)
    return Explanation(
        (saw, _truth("books", row, past), *_unknown(verdict, past), *_advice(verdict, row, past, parameters))
    )


def _truth(heading: str, row: CertificateRow, past: Past) -> Sentence:
    cause = past.cause or past.reason
    values = {
        "certificate": row.key,
        "kind": Term(f"word.kind.{row.kind}"),
        "device": row.device,
        "state": Term(f"word.state_of.{past.state.name}"),
        "since": show(past.at),
        "cause": Term(f"word.revoked_for.{cause}"),
    }
    return Sentence(heading, "verdict.state_because" if cause else "verdict.state", values)


def _unknown(verdict: Verdict, past: Past) -> tuple[Sentence, ...]:
    if verdict.knowledge_at is None or past.at <= verdict.knowledge_at or past.state not in (C.REVOKED, C.ON_HOLD):
        return ()
    values = {"knowledge_at": show(verdict.knowledge_at), "since": show(past.at)}
    return (Sentence("unknown", "verdict.stale", values),)


def _advice(verdict: Verdict, row: CertificateRow, past: Past, parameters: Parameters) -> tuple[Sentence, ...]:
    if past.state is C.ISSUED:
        wait = Span(row.activates_at - verdict.at)
        return (Sentence("then", "verdict.works_from", {"activates_at": show(row.activates_at), "wait": wait}),)
    if verdict.accepted and past.state in (C.REVOKED, C.ON_HOLD):
        lists = Schedule(parameters.duration("crl_period"), parameters.duration("crl_hour"))
        given = lists.next(past.at) + parameters.duration("crl_switch_over")
        tick = next_tick(past.at, parameters.duration("ocsp_refresh"))
        asked = {
            value
            for check in verdict.checks
            if check.name == "status_data"
            for name, value in check.seen.values
            if name == "sources"
        }
        # Who has both refuses by whichever says so first.
        if asked == {"crl"} or (asked == {"ocsp, crl"} and given < tick):
            return (Sentence("then", "verdict.crl_from", {"at": show(given)}),)
        return (Sentence("then", "verdict.ocsp_from", {"at": show(tick)}),)
    return ()


# ----------------------------------------------------------------------------------------------------------- set-ups


def explain_flow(flow: Flow, world: World) -> Explanation:
    """What a set-up did, and what the app could not know: whose face it was, whether a PIN really is the card's.

    Args:
        flow: any set-up of the world.
        world: the world, which knows everything.
    """
    entries = world.log.about(flow.flow)
    taps = [entry.event for entry in entries if isinstance(entry.event, ev.ScreenPassed)]
    started, ended = entries[0].at, entries[-1].at
    took = {
        "started": show(started),
        "screen": Term(f"screen.{flow.screen.name}.title"),
        "n_taps": len(taps),
        "seconds": Span(ended - started),
    }
    applicant = _applicant(flow, entries, world)
    return Explanation(
        (
            Sentence("set_up", "flow.took", took),
            *_faces(entries),
            *_same(flow, taps, world, applicant),
            *_certificates(flow, entries, world, applicant),
        )
    )


def _applicant(flow: Flow, entries: Sequence[ev.Entry], world: World) -> str:
    """Whose card it is: the application's, or else the newest one that was read, or else the phone's owner's."""
    persons = [flow.phone.person]
    persons += [world.books.card(entry.event.card).person for entry in entries if isinstance(entry.event, ev.CardRead)]
    persons += [entry.event.person for entry in entries if isinstance(entry.event, ev.ApplicationAccepted)]
    return persons[-1]


def _faces(entries: Sequence[ev.Entry]) -> tuple[Sentence, ...]:
    keys = {"twin": "flow.twin", "other": "flow.other_face"}
    captured = [entry.event.whose for entry in entries if isinstance(entry.event, ev.FaceCaptured)]
    return tuple(Sentence("beneath", keys[whose]) for whose in captured if whose in keys)


def _same(flow: Flow, taps: list[ev.ScreenPassed], world: World, applicant: str) -> tuple[Sentence, ...]:
    """What became of the switch "same as on my plastic card": skipping the repetition betrays it."""
    steps = {(tap.screen, tap.to) for tap in taps}
    sentences = []
    pins = world.phone(flow.phone.name).chosen_pins()
    if ("NEW_USER_PIN", "NEW_SIGN_PASSWORD") in steps and pins:
        is_cards = pins["user"] == _user_pin_then(flow, world, applicant)
        sentences.append(Sentence("beneath", "flow.same_user_pin" if is_cards else "flow.other_user_pin"))
    if steps & {("NEW_SIGN_PASSWORD", "ADD_TO_WALLET"), ("NEW_SIGN_PASSWORD", "INSTALL")}:
        sentences.append(Sentence("set_up", "flow.same_sign_password"))
    return tuple(sentences)


def _user_pin_then(flow: Flow, world: World, person: str) -> str:
    """The user-authentication PIN of somebody's card when the flow chose the phone's."""
    card, pin = world.things.card_of[person], world.things.resident(person).user_authentication_pin
    for event in (entry.event for entry in world.log.about(card, flow.flow)):
        if isinstance(event, ev.ReferenceDataChanged) and (event.chip, event.reference) == (card, "jpki/0018"):
            pin = world.journal.get(event.value_ref).decode()
        elif isinstance(event, ev.PinsChosen) and event.flow == flow.flow:
            break
    return pin


def _certificates(flow: Flow, entries: Sequence[ev.Entry], world: World, applicant: str) -> tuple[Sentence, ...]:
    """What the flow's application revoked, and what the phone holds by it."""
    sentences: list[Sentence] = []
    accepted = next((entry for entry in entries if isinstance(entry.event, ev.ApplicationAccepted)), None)
    n_revoked = 0 if accepted is None else sum(_revoked_before(accepted, world))
    if n_revoked:
        sentences.append(Sentence("books", "flow.former", {"n": n_revoked}))
    held = world.phone(flow.phone.name).installed
    if held is not None and held.flow == flow.flow:
        rows = [row for row in world.books.of_person(applicant) if row.der in held.certificates.values()]
        for row in rows:
            values = {
                "certificate": row.key,
                "kind": Term(f"word.kind.{row.kind}"),
                "state": Term(f"word.state_of.{row.state.name}"),
            }
            sentences.append(Sentence("books", "flow.issued", values))
    return tuple(sentences)


def _revoked_before(accepted: ev.Entry, world: World) -> Iterator[bool]:
    """Entries of the same instant before an application: whether each is a revocation."""
    for place in range(accepted.seq - 2, -1, -1):
        entry = world.log[place]
        if entry.at != accepted.at:
            return
        yield isinstance(entry.event, ev.CertificateRevoked)
