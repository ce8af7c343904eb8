"""Applications for phone certificates: checked, accepted, answered.

apply -> [CertificateRevoked x2 of the former phone] ApplicationAccepted [CertificateIssued x2, AttributesIssued]
issue_pair -> the second part, when it comes later (Android)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from myna_lab import events as ev
from myna_lab.errors import MalformedCertificate, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats import jpki, mdoc
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import show
from myna_lab.jlis.books import Books, CardState, CertificateRow, CertificateState, newest, revocable
from myna_lab.jlis.office.application import Application
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.jlis.office.certificates import issue_certificate
from myna_lab.jlis.office.hours import issue_due, maintenance_until
from myna_lab.parameters import Parameters
from myna_lab.residents import Resident

__all__ = ["apply", "confirm", "issue_pair"]

C = CertificateState

_CARD_NOT_VALID = {
    CardState.SUSPENDED: "card_suspended",
    CardState.REVOKED: "card_revoked",
    CardState.EXPIRED: "card_expired",
}
_NOT_GOOD = {
    C.ISSUED: "certificate_not_yet_valid",
    C.ON_HOLD: "certificate_on_hold",
    C.REVOKED: "certificate_revoked",
    C.EXPIRED: "certificate_expired",
}


def apply(
    application: Application,
    *,
    books: Books,
    resident: Callable[[str], Resident],
    authorities: Authorities,
    chance: Chance,
    at: datetime,
    parameters: Parameters,
) -> Decision:
    """Decide an application.

    Args:
        application: what the app sent.
        books: the national books.
        resident: the register: a person by identifier.
        authorities: who signs.
        chance: a source named for the flow.
        at: now.
        parameters: ``revoke_former_at``, ``activation_delay`` …

    Returns:
        One batch, one instant: the former phone's revocation, the acceptance and, unless the issue comes later, the
        new certificates and the attribute record.

    Raises:
        RegistrationRefused: the reason is its ``code``; nothing is changed.
    """
    if (until := maintenance_until(at, parameters)) is not None:
        raise RegistrationRefused(f"J-LIS takes no application until {show(until)}.", code="maintenance", until=until)
    card = _signing_certificate(application, books)
    _check_signature(application)
    _public_key(application.sign_request, application.document)
    _public_key(application.auth_request, application.document)
    flow, phone, platform = (application.stated(name) for name in ("flow", "phone", "platform"))
    due = issue_due(platform, at, parameters)
    application_ref = f"application/{flow}"
    revokes_now = due == at or parameters.text("revoke_former_at") == "application"
    accepted = (
        *(_revocations(books, card.person, phone) if revokes_now else ()),
        ev.ApplicationAccepted(flow, phone, card.person, application_ref, due),
    )
    secrets = {application_ref: application.encode()}
    if due > at:
        return Decision(accepted, secrets)
    issued = _issue(application, card.person, books, resident, authorities, chance, at, parameters)
    return Decision((*accepted, *issued.events), {**secrets, **issued.secrets})


def issue_pair(
    application: Application,
    *,
    person: str,
    books: Books,
    resident: Callable[[str], Resident],
    authorities: Authorities,
    chance: Chance,
    at: datetime,
    parameters: Parameters,
) -> Decision:
    """Issue what an earlier application asked for; empty if a later application won meanwhile.

    Args, Raises: as :func:`apply`; ``person`` is the applicant.
    """
    flow, phone = application.stated("flow"), application.stated("phone")
    row = books.applications.get(person)
    if row is None or row.flow != flow:
        return Decision(())
    try:
        _signing_certificate(application, books)
    except RegistrationRefused as refused:
        return Decision((ev.ApplicationRefused(flow, phone, refused.code),))
    issued = _issue(application, person, books, resident, authorities, chance, at, parameters)
    former = _revocations(books, person, phone)
    return Decision((*former, *issued.events, ev.IssueNoticed(flow, phone)), issued.secrets)


def confirm(books: Books, *, flow: str) -> tuple[CertificateRow, CertificateRow]:
    """The certificates that a flow may install: sign and user authentication.

    Raises:
        RegistrationRefused: a later application won, or they are not issued or no longer live: the card's state is
            the reason, if it is not valid.
    """
    row = next((row for row in books.applications.values() if row.flow == flow), None)
    if row is None:
        raise RegistrationRefused("a later application was made for this person; it wins.", code="superseded")
    # Of this application: where the former pair lives until the issue, the phone may hold that one still.
    live = [c for c in books.live_on_phones(row.person) if c.device == row.phone and c.issued_at >= row.at]
    sign, auth = newest(live, "phone_sign"), newest(live, "phone_auth")
    if sign is None or auth is None:
        stopped = (_CARD_NOT_VALID.get(card.state) for card in books.cards.values() if card.person == row.person)
        raise RegistrationRefused(
            "the certificates of this application are not issued, or do not live any more.",
            code=next(filter(None, stopped), "not_issued"),
        )
    return sign, auth


# --------------------------------------------------------------------------------------------------------- checks


def _signing_certificate(application: Application, books: Books) -> CertificateRow:
    """The plastic card's row: it must be the very certificate that was issued; card and certificate are good now."""
    try:
        certificate = read_certificate(application.sign_certificate)
        row = books.certificate("sign", certificate.serial_number)
    except (MalformedCertificate, LookupError, ValueError) as error:
        raise RegistrationRefused("no such certificate was ever issued.", code="unknown_certificate") from error
    if row.der != application.sign_certificate:
        raise RegistrationRefused("this certificate was not issued here.", code="unknown_certificate")
    if row.kind != "card_sign":
        raise RegistrationRefused("only a plastic card vouches for a phone.", code="wrong_kind")
    card = books.card(row.device).state
    if card is not CardState.VALID:
        raise RegistrationRefused(f"the plastic card is {card.value}.", code=_CARD_NOT_VALID[card])
    if row.state is not C.GOOD:
        raise RegistrationRefused(f"the card's sign certificate is {row.state.value}.", code=_NOT_GOOD[row.state])
    return row


def _check_signature(application: Application) -> None:
    public = read_certificate(application.sign_certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey), "issued for RSA keys only"
    try:
        public.verify(application.signature, application.document, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        raise RegistrationRefused(
            "the application is not signed by this card.", code="bad_application_signature"
        ) from None


def _public_key(request: bytes, document: bytes) -> rsa.RSAPublicKey:
    """The key of a certification request that is bound to this application."""
    try:
        csr = x509.load_der_x509_csr(request)
        names = csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        valid = csr.is_signature_valid
    except (ValueError, InvalidSignature) as error:
        raise RegistrationRefused("a certification request is malformed.", code="malformed_application") from error
    public = csr.public_key()
    if not valid or not isinstance(public, rsa.RSAPublicKey):
        raise RegistrationRefused("a certification request is not signed by its own key.", code="bad_request_signature")
    if [str(name.value) for name in names] != [sha256(document).hexdigest()]:
        raise RegistrationRefused("a certification request belongs to another application.", code="not_bound")
    return public


# ----------------------------------------------------------------------------------------------------------- issue


def _revocations(books: Books, person: str, phone: str) -> tuple[ev.CertificateRevoked, ...]:
    """One phone per person: whatever is live goes."""
    return tuple(
        ev.CertificateRevoked(*row.key, "SUPERSEDED", "same_phone_again" if row.device == phone else "new_phone")
        for row in books.live_on_phones(person)
        if revocable(row)
    )


def _issue(
    application: Application,
    person: str,
    books: Books,
    resident: Callable[[str], Resident],
    authorities: Authorities,
    chance: Chance,
    at: datetime,
    parameters: Parameters,
) -> Decision:
    holder = resident(person)
    flow, phone = application.stated("flow"), application.stated("phone")
    activates_at = at + parameters.duration("activation_delay")
    not_before = activates_at if parameters.text("not_before") == "activation" else at
    issued: list[ev.Event] = []
    ends: list[datetime] = []
    rows = tuple(books.of_person(person))
    for kind, request in (("phone_sign", application.sign_request), ("phone_auth", application.auth_request)):
        of_card = newest(rows, jpki.KINDS[kind].within)
        event = issue_certificate(
            kind,
            holder=holder,
            device=phone,
            public_key=_public_key(request, application.document),
            within=None if of_card is None else of_card.not_after,
            books=books,
            authorities=authorities,
            chance=chance,
            at=at,
            not_before=not_before,
            activates_at=activates_at,
            parameters=parameters,
        )
        issued.append(event)
        ends.append(event.not_after)
    if not application.device_public:
        return Decision(tuple(issued))
    record_ref = f"record/{flow}"
    valid_until = min(at + parameters.duration("mdoc_validity"), ends[1])
    record = mdoc.issue(
        mdoc.Attributes(
            full_name=holder.written_name,
            resident_address=holder.address,
            local_gov_code=holder.municipality,
            birth_date=holder.born,
            sex=holder.sex,
            individual_number=holder.my_number,
            portrait=holder.portrait,
            birth_known=holder.birth_known,
            western_birth_date=holder.western_birth_date,
        ),
        issuer=authorities.mdoc,
        device_key=ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), application.device_public),
        chance=chance.child("record"),
        signed_at=at,
        valid_until=valid_until,
        parameters=parameters,
    )
    issued.append(ev.AttributesIssued(flow, phone, record_ref, valid_until))
    return Decision(tuple(issued), {record_ref: record})
