"""What becomes of something that falls due: decided anew, from the books of that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from myna_lab import events as ev
from myna_lab.devices.phone.wallet import next_check
from myna_lab.events import Decision, Vault
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import (
    CARD_RULES,
    CERTIFICATE_RULES,
    PHONE_RULES,
    Books,
    Erasure,
    Heard,
    LostMode,
    PersonState,
    PhoneState,
)
from myna_lab.jlis.office import Application, Office
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters
from myna_lab.rules import allows
from myna_lab.world.agenda import Due
from myna_lab.world.erasing import closed, erased
from myna_lab.world.establish import renew, renew_attribute_issuer
from myna_lab.world.things import Things

__all__ = ["Known", "decisions"]

NOTHING = Decision(())


class Known(NamedTuple):
    """What a decision is made from."""

    books: Books
    things: Things
    office: Callable[[], Office]
    vault: Vault
    parameters: Parameters
    chance: Chance


def decisions(due: Due, known: Known, at: datetime) -> Iterator[Decision]:
    """What follows at this moment, one after the other: each is decided once the one before has been recorded.

    Nothing follows if the matter has settled itself.
    """
    for decide in _DECISIONS[type(due.event), due.look]:
        decision = decide(due.event, known, at)
        if decision.events:
            yield decision


def _activates(issued: ev.CertificateIssued, known: Known, at: datetime) -> Decision:
    return _if_lawful(ev.CertificateActivated(issued.authority, issued.serial), known)


def _expires(issued: ev.CertificateIssued, known: Known, at: datetime) -> Decision:
    return _if_lawful(ev.CertificateExpired(issued.authority, issued.serial), known)


def _if_lawful(event: ev.CertificateActivated | ev.CertificateExpired, known: Known) -> Decision:
    row = known.books.certificate(event.authority, event.serial)
    return Decision((event,)) if allows(CERTIFICATE_RULES, row.state, type(event)) else NOTHING


def _card_expires(issued: ev.CardIssued, known: Known, at: datetime) -> Decision:
    is_lawful = allows(CARD_RULES, known.books.card(issued.card).state, ev.CardExpired)
    return Decision((ev.CardExpired(issued.card),)) if is_lawful else NOTHING


def _issue(accepted: ev.ApplicationAccepted, known: Known, at: datetime) -> Decision:
    application = Application.decode(known.vault.get(accepted.application_ref))
    chance = known.chance.child(f"issue/{accepted.flow}")
    return known.office().issue(application, person=accepted.person, chance=chance, at=at)


def _lapses(changed: ev.ResidentMoved | ev.ResidentRenamed, known: Known, at: datetime) -> Decision:
    """The day of a change is over; a later change has a look of its own."""
    if known.books.person(changed.person).changed_by != changed.resident_ref:
        return NOTHING
    return known.office().lapse(changed.person, "moved" if isinstance(changed, ev.ResidentMoved) else "renamed")


def _unregistered(moving: ev.MovingOutNotified, known: Known, at: datetime) -> Decision:
    row = known.books.person(moving.person)
    is_over = row.state is PersonState.MOVING and at >= row.since + known.parameters.duration("moving_in_within")
    return known.office().lose_validity(moving.person) if is_over else NOTHING


def _stop(called: ev.HotlineCalled, known: Known, at: datetime) -> Decision:
    return known.office().record_stop(called)


def _hand_over(accepted: ev.ReissueAccepted, known: Known, at: datetime) -> Decision:
    things, person = known.things, accepted.person
    card, memory = things.new_name("card"), things.memory(person)
    pins = {name: getattr(memory, name) for name in ("input_aid_pin", "user_authentication_pin", "signing_password")}
    return known.office().hand_over(
        accepted,
        card=card,
        keys=tuple(things.new_keys(4)),
        pins=pins,
        chance=known.chance.child(f"card/{card}"),
        licence=known.chance.child(f"card/{known.books.cards_of(person)[0].card}").child("licence"),
        at=at,
    )


def _renewal(established: ev.AuthorityEstablished, known: Known, at: datetime) -> Decision:
    """The next generation of an authority, if this is still its newest."""
    kind = established.authority
    if known.things.certificates[kind] != established.certificate:
        return NOTHING
    if kind == "mdoc":
        return renew_attribute_issuer(books=known.books, chance=known.chance, at=at, parameters=known.parameters)
    keys = known.things.new_keys(2)
    return renew(kind, books=known.books, keys=keys, key=rsa_key, at=at, parameters=known.parameters)


def _revoked_erasure(revoked: ev.CertificateRevoked, known: Known, at: datetime) -> Decision:
    return _erasure(known.books.certificate(revoked.authority, revoked.serial).device, known)


def _online_erasure(online: ev.PhoneWentOnline, known: Known, at: datetime) -> Decision:
    return _erasure(online.phone, known)


def _erasure(device: str, known: Known) -> Decision:
    """A dead Android phone erases itself once it is online."""
    phone = known.things.phones.get(device)
    erases = (
        phone is not None
        and phone.platform == "android"
        and phone.online
        and known.books.phones[device].state in (PhoneState.DEAD, PhoneState.APPLIED_OVER_DEAD)
        and not phone.reset  # life-cycle facts 3.15
        and known.parameters.switch("android_erases_residue")
    )
    return Decision((ev.PhoneErased(device),)) if erases else NOTHING


def _order(
    ordered: ev.LostModeOrdered | ev.ErasureOrdered | ev.PhoneWentOnline, known: Known, at: datetime
) -> Decision:
    """What was ordered from elsewhere is done once the phone hears of it."""
    phone = ordered.phone
    if not known.things.phones[phone].online:
        return NOTHING
    circumstances = known.books.phones[phone].circumstances
    if circumstances.erasure is Erasure.ORDERED:
        return Decision(erased(phone, known.books, known.things, known.parameters, remotely=True))
    if circumstances.lost_mode is LostMode.ORDERED:
        return Decision((*closed(phone, known.things, "lost mode"), ev.LostModeTurnedOn(phone)))
    return NOTHING


def _scheduled_check(revoked: ev.CertificateRevoked, known: Known, at: datetime) -> Decision:
    return _check(known.books.certificate(revoked.authority, revoked.serial).device, known, at)


def _missed_check(online: ev.PhoneWentOnline, known: Known, at: datetime) -> Decision:
    return _check(online.phone, known, at)


def _check(device: str, known: Known, at: datetime) -> Decision:
    """An iPhone's wallet hears of a revocation at its next check; one that was missed off line is made up for."""
    phone, row = known.things.phones[device], known.books.phones[device]
    held = phone.installed
    if held is None or phone.platform != "iphone" or not phone.online:
        return NOTHING
    if not allows(PHONE_RULES, row.state, ev.RevocationLearned) or row.circumstances.heard is Heard.REVOCATION:
        return NOTHING
    revoked_at = known.books.certificate("auth", held.auth_serial).past_at(at).at
    due = next_check(held.added_at, revoked_at, known.parameters.duration("wallet_check_interval"))
    return Decision((ev.RevocationLearned(device),)) if due <= at else NOTHING


def _refreshes(
    event: ev.AttributesIssued | ev.AttributesRenewed | ev.CredentialInstalled | ev.PhoneWentOnline,
    known: Known,
    at: datetime,
) -> Decision:
    return _refreshed(event.phone, known, at)


def _resumes(resumed: ev.CertificateResumed, known: Known, at: datetime) -> Decision:
    return _refreshed(known.books.certificate(resumed.authority, resumed.serial).device, known, at)


def _refreshed(device: str, known: Known, at: datetime) -> Decision:
    """A phone on line fetches its next attribute record once the present one is old enough; J-LIS decides."""
    phone = known.things.phones.get(device)
    held = None if phone is None else phone.installed
    if phone is None or held is None or held.recorded_at is None or not phone.online or phone.heard or phone.reset:
        return NOTHING
    if at < held.recorded_at + known.parameters.duration("mdoc_renewal"):
        return NOTHING
    return known.office().renew_record(
        held.flow,
        device,
        device_public=held.device_public,
        auth_serial=held.auth_serial,
        chance=known.chance.child(f"record/{held.flow}/{at:%Y%m%d%H%M%S}"),
        at=at,
    )


_DECISIONS: Mapping[tuple[type[ev.Event], str], Sequence[Callable[[Any, Known, datetime], Decision]]] = {
    (ev.CertificateIssued, "activate"): [_activates],
    (ev.CertificateIssued, "expire"): [_expires],
    (ev.CertificateRevoked, "erase"): [_revoked_erasure],
    (ev.CardIssued, "expire"): [_card_expires],
    (ev.ApplicationAccepted, "issue"): [_issue],
    (ev.ResidentMoved, "lapse"): [_lapses],
    (ev.ResidentRenamed, "lapse"): [_lapses],
    (ev.MovingOutNotified, "lose"): [_unregistered],
    (ev.HotlineCalled, "stop"): [_stop],
    (ev.ReissueAccepted, "hand_over"): [_hand_over],
    (ev.AuthorityEstablished, "renew"): [_renewal],
    (ev.PhoneWentOnline, "online"): [_online_erasure, _order, _missed_check, _refreshes],
    (ev.AttributesIssued, "refresh"): [_refreshes],
    (ev.AttributesRenewed, "refresh"): [_refreshes],
    (ev.CredentialInstalled, "refresh"): [_refreshes],
    (ev.CertificateResumed, "refresh"): [_resumes],
    (ev.LostModeOrdered, "hear"): [_order],
    (ev.ErasureOrdered, "hear"): [_order],
    (ev.CertificateRevoked, "learn"): [_scheduled_check],
}
"""The event that led to a look, and the look: what is decided then, in order."""
