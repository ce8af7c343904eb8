"""What becomes of something that falls due: decided anew, from the books of that moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.events import Decision
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import CARD_RULES, CERTIFICATE_RULES, PhoneState
from myna_lab.jlis.office import Application
from myna_lab.keys import rsa_key
from myna_lab.rules import allows
from myna_lab.world.agenda import Due
from myna_lab.world.establish import renew, renew_attribute_issuer

if TYPE_CHECKING:
    from myna_lab.world.world import World

__all__ = ["decide"]


def decide(due: Due, lab: World, at: datetime) -> Decision:
    """The events that follow at this moment; none if the matter has settled itself."""
    match due.event, due.look:
        case ev.CertificateIssued() as issued, "activate":
            return _if_lawful(lab, ev.CertificateActivated(issued.authority, issued.serial), issued)
        case ev.CertificateIssued() as issued, "expire":
            return _if_lawful(lab, ev.CertificateExpired(issued.authority, issued.serial), issued)
        case ev.ApplicationAccepted() as accepted, "issue":
            application = Application.decode(lab.journal.get(accepted.application_ref))
            return lab.office.issue(
                application, person=accepted.person, chance=lab.chance(f"issue/{accepted.flow}"), at=at
            )
        case ev.CertificateRevoked() as revoked, "erase":
            return _erasure(lab, lab.books.certificate(revoked.authority, revoked.serial).device)
        case ev.AuthorityEstablished() as established, "renew":
            return _renewal(lab, established, at)
        case ev.CardIssued() as card, "expire":
            is_lawful = allows(CARD_RULES, lab.books.card(card.card).state, ev.CardExpired)
            return Decision((ev.CardExpired(card.card),) if is_lawful else ())
        case ev.PhoneWentOnline() as online, "erase":
            return _erasure(lab, online.phone)
    return Decision(())


def _if_lawful(
    lab: World, event: ev.CertificateActivated | ev.CertificateExpired, issued: ev.CertificateIssued
) -> Decision:
    row = lab.books.certificate(issued.authority, issued.serial)
    return Decision((event,) if allows(CERTIFICATE_RULES, row.state, type(event)) else ())


def _renewal(lab: World, established: ev.AuthorityEstablished, at: datetime) -> Decision:
    """The next generation of an authority, if this is still its newest."""
    kind = established.authority
    if lab.things.certificates[kind] != established.certificate:
        return Decision(())
    if kind == "mdoc":
        return renew_attribute_issuer(books=lab.books, chance=Chance(lab.seed), at=at, parameters=lab.parameters)
    keys = lab.things.new_keys(2)
    return renew(kind, books=lab.books, keys=keys, key=rsa_key, at=at, parameters=lab.parameters)


def _erasure(lab: World, device: str) -> Decision:
    """A dead Android phone erases itself once it is on line."""
    phone = lab.things.phones.get(device)
    erases = (
        phone is not None
        and phone.platform == "android"
        and phone.online
        and lab.books.phones[device].state in (PhoneState.DEAD, PhoneState.APPLIED_OVER_DEAD)
        and lab.parameters.switch("android_erases_residue")
    )
    return Decision((ev.PhoneErased(device),) if erases else ())
