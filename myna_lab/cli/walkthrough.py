"""The whole story once, as text: plastic card, iPhone, five minutes, second phone.

Nothing is written here that the lab does not answer: every line comes from a flow, a trace, a verdict or a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from myna_lab import events as ev
from myna_lab.formats.jpki import explain
from myna_lab.ground.durations import show, show_duration
from myna_lab.jlis.books import CertificateKey, CertificateRow
from myna_lab.lab import Holder, IPhone, Lab
from myna_lab.provisioning import Flow, Screen
from myna_lab.texts import counted

__all__ = ["walkthrough"]

_WIDTH = 100


def walkthrough(seed: int = 7) -> Iterator[str]:
    """The lines of the story.

    Args:
        seed: the same seed tells the same story.
    """
    lab = Lab(seed=seed)
    hanako = lab.resident(name="青葉　花子", sex="female", born="1990-04-01")
    iphone = lab.iphone(hanako)
    yield f"myna_lab walkthrough: TEST data, fictional people, published keys. Seed {seed}."
    yield from _heading(lab, "A resident and her plastic card", "住民とカード")
    yield f"{hanako.name}, born {hanako.born}, {hanako.address}"
    yield from str(hanako.slip).splitlines()
    yield from _heading(lab, "Adding the card to an iPhone, screen by screen", "iPhoneに追加する")
    flow = iphone.add_card()
    yield from _walk(lab, hanako, flow)
    yield from _certificates(lab)
    yield from _early(lab, iphone)
    yield from _second_phone(lab, hanako, iphone)
    yield from _heading(lab, "The tables", "表")
    certificates = lab.tables.certificates()[["kind", "device", "state", "since", "reason"]]
    for name, table in (("phones", lab.tables.phones()), ("certificates", certificates)):
        yield f"lab.tables.{name}()"
        yield from table.to_string().splitlines()
        yield ""


def _heading(lab: Lab, english: str, japanese: str) -> Iterator[str]:
    yield ""
    yield "=" * _WIDTH
    yield f"{show(lab.now)} JST   {japanese} · {english}"
    yield "=" * _WIDTH


def _walk(lab: Lab, hanako: Holder, flow: Flow) -> Iterator[str]:
    """Every screen; one wrong password and one malformed PIN on the way."""
    memory = hanako.world.memory(hanako.person)
    own = {"input_aid": memory.input_aid_pin, "signing": memory.signing_password}
    answers = iter(("12", own["input_aid"], "WRONG123", own["signing"], "4649", "4649", "ZUTTO2025", "ZUTTO2025"))
    seen = len(hanako.card.trace)
    while not flow.finished:
        yield from str(flow).splitlines()
        value = None
        if flow.asks:
            value = next(answers)
            yield f"  -> {'*' * len(value)}"
        before = flow.screen
        flow.next(value)
        if before.name == "READ":
            yield from _exchanges(hanako, seen)
            seen = len(hanako.card.trace)
        yield ""
    yield from str(flow).splitlines()
    begun, ended = (row.at for row in (lab.log[_index(lab, "ApplicationStarted")], lab.log[-1]))
    yield f"The set-up took {show_duration(ended - begun)} of simulated time."


def _index(lab: Lab, name: str) -> int:
    return next(entry.seq - 1 for entry in lab.log if entry.name == name)


def _exchanges(hanako: Holder, seen: int) -> Iterator[str]:
    yield ""
    yield "  the exchange with the plastic card (secrets as dots):"
    for exchange in list(hanako.card.trace)[seen:]:
        yield from (f"    {line}" for line in str(exchange).splitlines())


def _certificates(lab: Lab) -> Iterator[str]:
    yield from _heading(lab, "What was issued", "発行された証明書")
    rows = [row for row in lab.books.certificates.values() if row.is_phone]
    for row in rows:
        yield _line(row)
    yield ""
    yield from explain(rows[0].der).splitlines()


def _line(row: CertificateRow) -> str:
    times = f"issued {show(row.issued_at)}, works from {show(row.activates_at)}, until {show(row.not_after)}"
    return f"{row.key!s:14} {row.kind:10} {row.device:10} {row.state.value:8} {times}"


def _early(lab: Lab, iphone: IPhone) -> Iterator[str]:
    yield from _heading(lab, "Too early", "五分前")
    for wait in (timedelta(), timedelta(minutes=6)):
        if wait:
            lab.advance(wait)
            yield f"... {show_duration(wait)} later ..."
        verdict = lab.portal.log_in(iphone)
        yield from str(verdict).splitlines()
        yield from (f"  | {line}" for line in str(lab.explain(verdict)).splitlines())


def _log_in(lab: Lab, iphone: IPhone) -> Iterator[str]:
    verdict = lab.portal.log_in(iphone)
    yield f"{show(lab.now)}  iPhone: {'accepted' if verdict else 'refused'} ({verdict.code})"
    yield from (f"  | {line}" for line in str(lab.explain(verdict)).splitlines())


def _second_phone(lab: Lab, hanako: Holder, iphone: IPhone) -> Iterator[str]:
    yield from _heading(lab, "A second phone: one phone per person", "二台目のスマホ")
    android = lab.android(hanako)
    before = len(lab.log)
    flow = android.add_card()
    while flow.screen is not Screen.WAIT_FOR_NOTICE:
        flow.next(hanako.world.memory(hanako.person).signing_password if flow.asks else None)
    yield "The Android application is sent. The books know at once; the portal's OCSP data are older:"
    yield from _log_in(lab, iphone)
    flow.run()
    for entry in list(lab.log)[before:]:
        match entry.event:
            case ev.CertificateRevoked() | ev.CertificateIssued() as event:
                yield f"  {show(entry.at)}  {entry.name:20} {CertificateKey(event.authority, event.serial)}"
            case ev.ApplicationAccepted() | ev.IssueNoticed() | ev.CredentialInstalled() as event:
                yield f"  {show(entry.at)}  {entry.name:20} {event.phone}"
    yield f"the old iPhone's wallet: {iphone.wallet[0]}"
    lab.advance("16min")
    yield from _log_in(lab, iphone)
    yield f"{show(lab.now)}  Android: {'accepted' if lab.portal.log_in(android) else 'refused'}"
    iphone.delete_pass()
    yield f"{show(lab.now)}  deleted by hand; the wallet holds {counted(len(iphone.wallet), 'pass', 'passes')}."
