"""Applications for phone certificates: checked, accepted, answered.

apply -> [CertificateRevoked x2 of the former phone] ApplicationAccepted [CertificateIssued x2, AttributesIssued]
issue -> the second part, when it comes later (Android)

One phone per person, iPhone and Android counted together: a new application revokes what is live before.
"""

from __future__ import annotations

import functools
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from myna_lab import events as ev
from myna_lab.errors import MalformedCertificate, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import ApplicationRow, CardState, CertificateRow, CertificateState, newest, revocable
from myna_lab.jlis.office.application import Application
from myna_lab.jlis.office.attributes import AttributesSection
from myna_lab.jlis.office.certificates import CertificateSection
from myna_lab.jlis.office.hours import issue_due

__all__ = ["PhoneSection"]

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


class PhoneSection(AttributesSection, CertificateSection):
    """Takes applications for phones and issues what they ask for."""

    def apply(self, application: Application, *, chance: Chance, at: datetime) -> Decision:
        """Decide an application.

        Args:
            application: what the app sent.
            chance: a source named for the flow.
            at: now.

        Returns:
            One batch, one instant: the former phone's revocation, the acceptance and, unless the issue comes later, the
            new certificates and the attribute record.

        Raises:
            RegistrationRefused: the reason is its ``code``; nothing is changed.
        """
        self.at_work(at)
        card = self.vouching(application.sign_certificate)
        _check_signature(application)
        _public_key(application.sign_request, application.document)
        _public_key(application.auth_request, application.document)
        flow, phone, platform = (application.stated(name) for name in ("flow", "phone", "platform"))
        due = issue_due(platform, at, self.parameters)
        application_ref = f"application/{flow}"
        revokes_now = due == at or self.parameters.text("revoke_former_at") == "application"
        accepted = (
            *(self._revocations(card.person, phone) if revokes_now else ()),
            ev.ApplicationAccepted(flow, phone, card.person, application_ref, due),
        )
        secrets = {application_ref: application.encode()}
        if due > at:
            return Decision(accepted, secrets)
        issued = self._issue(application, card.person, chance, at)
        return Decision((*accepted, *issued.events), {**secrets, **issued.secrets})

    def issue(self, application: Application, *, person: str, chance: Chance, at: datetime) -> Decision:
        """Issue what an earlier application asked for; empty if a later application won meanwhile.

        Args, Raises: as :meth:`apply`; ``person`` is the applicant.
        """
        flow, phone = application.stated("flow"), application.stated("phone")
        row = self.books.applications.get(person)
        if row is None or row.flow != flow:
            return Decision(())
        try:
            self.vouching(application.sign_certificate)
        except RegistrationRefused as refused:
            return Decision((ev.ApplicationRefused(flow, phone, refused.code),))
        issued = self._issue(application, person, chance, at)
        former = self._revocations(person, phone)
        return Decision((*former, *issued.events, ev.IssueNoticed(flow, phone)), issued.secrets)

    def application_of(self, flow: str) -> ApplicationRow:
        """The application that a flow made.

        Raises:
            RegistrationRefused: a later application won.
        """
        row = next((row for row in self.books.applications.values() if row.flow == flow), None)
        if row is None:
            raise RegistrationRefused("a later application was made for this person; it wins.", code="superseded")
        return row

    def confirm(self, flow: str) -> tuple[CertificateRow, CertificateRow]:
        """The certificates that a flow may install: signing and user authentication.

        Raises:
            RegistrationRefused: a later application won, or they are not issued or no longer live: the card's state is
                the reason, if it is not valid.
        """
        row = self.application_of(flow)
        # Of this application: where the former pair lives until the issue, the phone may hold that one still.
        live = [c for c in self.books.live_on_phones(row.person) if c.device == row.phone and c.issued_at >= row.at]
        sign, auth = newest(live, "phone_sign"), newest(live, "phone_auth")
        if sign is None or auth is None:
            stopped = (_CARD_NOT_VALID.get(card.state) for card in self.books.cards_of(row.person)[-1:])
            raise RegistrationRefused(
                "the certificates of this application are not issued, or do not live any more.",
                code=next(filter(None, stopped), "not_issued"),
            )
        return sign, auth

    def vouching(self, certificate: bytes) -> CertificateRow:
        """The plastic card's signing certificate that vouches for something on a phone: card and certificate are good.

        Args:
            certificate: DER; anything at all may come in.

        Raises:
            RegistrationRefused: it is not the very certificate that was issued, or one of them is not in force.
        """
        try:
            row = self.books.certificate("sign", read_certificate(certificate).serial_number)
        except (MalformedCertificate, LookupError, ValueError) as error:
            raise RegistrationRefused("no such certificate was ever issued.", code="unknown_certificate") from error
        if row.der != certificate:
            raise RegistrationRefused("this certificate was not issued here.", code="unknown_certificate")
        if row.kind != "card_sign":
            raise RegistrationRefused("only a plastic card vouches for a phone.", code="wrong_kind")
        card = self.books.card(row.device).state
        if card is not CardState.VALID:
            raise RegistrationRefused(f"the plastic card is {card.value}.", code=_CARD_NOT_VALID[card])
        if row.state is not C.GOOD:
            raise RegistrationRefused(
                f"the card's signing certificate is {row.state.value}.", code=_NOT_GOOD[row.state]
            )
        return row

    def _revocations(self, person: str, phone: str) -> tuple[ev.CertificateRevoked, ...]:
        """One phone per person: whatever is live goes."""
        return tuple(
            ev.CertificateRevoked(*row.key, "SUPERSEDED", "same_phone_again" if row.device == phone else "new_phone")
            for row in self.books.live_on_phones(person)
            if revocable(row)
        )

    def _issue(self, application: Application, person: str, chance: Chance, at: datetime) -> Decision:
        holder = self.register(person)
        flow, phone = application.stated("flow"), application.stated("phone")
        activates_at = at + self.parameters.duration("activation_delay")
        not_before = activates_at if self.parameters.text("not_before") == "activation" else at
        issued: list[ev.Event] = []
        rows = tuple(self.books.of_person(person))
        for kind, request in (("phone_sign", application.sign_request), ("phone_auth", application.auth_request)):
            of_card = newest(rows, jpki.KINDS[kind].within)
            event = self.issue_certificate(
                kind,
                holder=holder,
                device=phone,
                public_key=_public_key(request, application.document),
                within=None if of_card is None else of_card.not_after,
                chance=chance,
                at=at,
                not_before=not_before,
                activates_at=activates_at,
            )
            issued.append(event)
        if not application.device_public:
            return Decision(tuple(issued))
        record = self.issue_record(
            flow,
            phone,
            holder,
            device_public=application.device_public,
            auth_serial=event.serial,
            ends=event.not_after,
            chance=chance.child("record"),
            at=at,
        )
        return Decision((*issued, *record.events), record.secrets)


def _check_signature(application: Application) -> None:
    public = read_certificate(application.sign_certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey), "issued for RSA keys only"
    try:
        public.verify(application.signature, application.document, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        raise RegistrationRefused(
            "the application is not signed by this card.", code="bad_application_signature"
        ) from None


@functools.lru_cache(maxsize=16)  # asked when an application arrives, and again at the issue
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
