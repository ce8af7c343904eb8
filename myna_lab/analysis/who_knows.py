"""Who knows what of a phone's certificate, at any instant: the phone, the books, the OCSP data, the CRL.

Each is asked as the world asks it: the log, the books, the octets of an OCSP answer, the octets of a list. None of them
is worked out from another, so what differs on the page differs in the lab.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol

from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPCertStatus

from myna_lab import events as ev
from myna_lab.formats import jpki
from myna_lab.ground.durations import next_tick
from myna_lab.jlis.books import CertificateState, Past
from myna_lab.jlis.publishing.places import facts_of
from myna_lab.world.certificates import Certificate, certificates_of
from myna_lab.world.world import World

__all__ = [
    "NOTHING",
    "STATES",
    "Belief",
    "Knower",
    "Moment",
    "Phone",
    "answered",
    "beliefs",
    "has_heard",
    "listed",
    "moments",
    "shown_on",
]

C = CertificateState


class Phone(Protocol):
    """A phone's handle."""

    @property
    def world(self) -> World:
        """Where it is."""
        ...

    @property
    def phone(self) -> str:
        """Its identifier."""
        ...


class Knower(Enum):
    """Who is asked."""

    PHONE = "phone"
    BOOKS = "books"
    OCSP = "ocsp"
    CRL = "crl"


class Belief(NamedTuple):
    """What one knower says."""

    said: str
    """Key of the word: ``word.state_of.GOOD``, ``word.belief.listed`` …"""
    colour: str
    """``good``, ``bad``, ``wait``, or ``idle`` for nothing to judge."""
    sign: str
    """Never the colour alone."""
    of: datetime | None = None
    """What the data date from, where they are data."""

    @property
    def word(self) -> tuple[str, str]:
        """What is compared: the same word from newer data is no news."""
        return self.said, self.colour


class Moment(NamedTuple):
    """What everybody says from an instant on."""

    at: datetime
    beliefs: dict[tuple[str, Knower], Belief]
    """By phone's name and knower."""


_SEEN_ON_PHONE = (
    ev.PassAdded
    | ev.CredentialInstalled
    | ev.PassDeleted
    | ev.PhoneErased
    | ev.ContentErased
    | ev.FactoryReset
    | ev.PhoneWentOnline
    | ev.RevocationLearned
)
"""What changes what is seen on a phone."""
NOTHING = Belief("word.belief.nothing", "idle", "·")
UNKNOWN = Belief("word.belief.unknown", "idle", "?")
STATES = {
    C.ISSUED: Belief("word.state_of.ISSUED", "wait", "◔"),
    C.GOOD: Belief("word.state_of.GOOD", "good", "●"),
    C.ON_HOLD: Belief("word.state_of.ON_HOLD", "wait", "‖"),
    C.REVOKED: Belief("word.state_of.REVOKED", "bad", "✕"),
    C.EXPIRED: Belief("word.state_of.EXPIRED", "bad", "–"),
}
"""What is said of a certificate's state: colour, sign and word."""


def beliefs(phone: Phone, at: datetime) -> dict[Knower, Belief]:
    """What everybody says of the phone's newest user-authentication certificate.

    Args:
        phone: whose.
        at: an instant, not after the lab's now.
    """
    certificate = _certificate(phone, at)
    return {
        Knower.PHONE: shown_on(phone, at),
        Knower.BOOKS: NOTHING if certificate is None else STATES[C(certificate.state(at))],
        Knower.OCSP: NOTHING if certificate is None else answered(certificate, at),
        Knower.CRL: NOTHING if certificate is None else listed(certificate, at),
    }


def moments(phones: Sequence[Phone], last: int = 6) -> list[Moment]:
    """The instants at which somebody began to say something else, the newest ones.

    Args:
        phones: of one lab.
        last: how many.
    """
    now = phones[0].world.now
    instants = sorted({at for phone in phones for at in _candidates(phone) if at <= now})
    found: list[Moment] = []
    for at in instants[-2 * last :]:
        said = {(phone.phone, knower): belief for phone in phones for knower, belief in beliefs(phone, at).items()}
        if not found or any(said[key].word != found[-1].beliefs[key].word for key in said):
            found.append(Moment(at, said))
    return found[-last:]


def has_heard(phone: Phone, since: datetime, at: datetime) -> bool:
    """Whether a phone knows at an instant that its card was revoked at an earlier one.

    An iPhone's wallet learns of it at a check; an Android phone as soon as it is online.
    """
    entries = [entry for entry in phone.world.log.about(phone.phone) if entry.at <= at]
    if phone.world.phone(phone.phone).platform == "iphone":
        return any(isinstance(entry.event, ev.RevocationLearned) and entry.at >= since for entry in entries)
    online = True
    for entry in entries:
        if getattr(entry.event, "phone", "") == phone.phone:
            if isinstance(entry.event, ev.PhoneWentOffline) and entry.at <= since:
                online = False
            elif isinstance(entry.event, ev.PhoneWentOnline):
                online = True
    return online


def _certificate(phone: Phone, at: datetime) -> Certificate | None:
    every = certificates_of(phone.world, device=phone.phone, kind="phone_auth")
    return next((each for each in reversed(every) if each.state(at) != C.REQUESTED.value), None)


def shown_on(phone: Phone, at: datetime) -> Belief:
    """What is seen on a phone, which learns of a revocation only while it is online."""
    serial, with_face = _held(phone, at)
    if not serial:
        return NOTHING
    kind = "pass" if with_face else "certificates"
    past = phone.world.books.certificate("auth", serial).past_at(at)
    if past.state is C.REVOKED and has_heard(phone, past.at, at):
        return Belief(f"word.belief.dead_{kind}", "bad", "✕")
    return Belief(f"word.belief.{kind}", "idle", "▣")


def _held(phone: Phone, at: datetime) -> tuple[int, bool]:
    """What was on the phone: the user-authentication certificate's number, 0 for none; whether with the card's face."""
    held, faces = (0, False), set()
    for entry in phone.world.log.about(phone.phone):
        if entry.at > at:
            break
        if getattr(entry.event, "phone", "") == phone.phone:
            if isinstance(entry.event, ev.AttributesIssued):
                faces.add(entry.event.flow)
            elif isinstance(entry.event, ev.PassAdded | ev.CredentialInstalled):
                held = entry.event.auth_serial, entry.event.flow in faces
            elif isinstance(entry.event, ev.PassDeleted | ev.PhoneErased | ev.ContentErased):
                held = 0, False
            elif isinstance(entry.event, ev.FactoryReset):
                held = held[0], False
    return held


def answered(certificate: Certificate, at: datetime) -> Belief:
    """What the OCSP answer of an instant says; unknown after the time of the certificate's authority."""
    if not facts_of(certificate.issuer).is_at_work(at):
        return UNKNOWN
    answer = ocsp.load_der_ocsp_response(certificate.ocsp(at=at))
    of = answer.this_update_utc
    if answer.certificate_status is OCSPCertStatus.GOOD:
        return STATES[C.GOOD]._replace(of=of)
    if answer.certificate_status is OCSPCertStatus.UNKNOWN:
        return UNKNOWN._replace(of=of)
    reason = answer.revocation_reason
    return STATES[C.ON_HOLD if reason is not None and reason.name == "certificate_hold" else C.REVOKED]._replace(of=of)


def listed(certificate: Certificate, at: datetime) -> Belief:
    """What the list of an instant says; unknown after the time of the certificate's authority: it makes no more."""
    if not facts_of(certificate.issuer).is_at_work(at):
        return UNKNOWN
    listing = jpki.read_crl(certificate.crl(at=at))
    if certificate.serial in listing:
        return Belief("word.belief.listed", "bad", "✕", listing.this_update)
    return Belief("word.belief.not_listed", "good", "●", listing.this_update)


def _history(certificate: Certificate, at: datetime) -> list[Past]:
    return [past for past in certificate.world.books.certificates[certificate.key].history if past.at <= at]


def _candidates(phone: Phone) -> Iterator[datetime]:
    """When somebody may begin to say something else: what happened, the OCSP data after it, the list after it."""
    world = phone.world
    for entry in world.log.about(phone.phone):
        if isinstance(entry.event, _SEEN_ON_PHONE) and entry.event.phone == phone.phone:
            yield entry.at
    refresh = world.parameters.duration("ocsp_refresh")
    for certificate in certificates_of(world, device=phone.phone, kind="phone_auth"):
        for past in _history(certificate, world.now):
            yield past.at
            yield next_tick(past.at, refresh)
            yield world.revocation.listed_from(past.at)
