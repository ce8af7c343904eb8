"""Revocations at the owner's wish: on line, signed with a signing key, or at the window.

    revoke_on_line, revoke_at_wish -> CertificateRevoked …

Source: life-cycle facts 1.5.4 and 2.4.8.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.errors import MalformedCertificate, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.jlis.books import CertificateRow, CertificateState, revocable
from myna_lab.jlis.office.revoking import RevokingSection

__all__ = ["OnlineSection"]

_AUTHORITIES = {"both": ("sign", "auth"), "signing": ("sign",)}


class OnlineSection(RevokingSection):
    """Revokes at the wish of the owner."""

    def revoke_on_line(
        self,
        owner: str,
        device: str,
        *,
        certificates: str,
        document: bytes,
        certificate: bytes,
        signature: bytes,
        at: datetime,
    ) -> Decision:
        """Decide a signed request.

        Args:
            owner: the person whose certificates are on that device.
            device: the card or phone whose certificates are to end.
            certificates: ``both`` or ``signing``.
            document: what was to be signed.
            certificate: signing certificate of who asks, DER.
            signature: RSASSA-PKCS1-v1_5 with SHA-256.
            at: now.

        Raises:
            RegistrationRefused: ``maintenance``; the request is not signed by a certificate in force of the same
                person; nothing of it can be revoked.
        """
        self.at_work(at)
        signer = self._signer(certificate, document, signature)
        if signer.person != owner:
            raise RegistrationRefused(f"{device} holds the certificates of another person.", code="not_the_owner")
        rows = self._of_device(owner, device, _AUTHORITIES[certificates])
        return self.revoke(rows, reason="CESSATION_OF_OPERATION", cause="owner_online")

    def revoke_at_wish(self, card: str, *, cause: str) -> Decision:
        """Revoke both certificates of a plastic card; the card itself stays.

        Raises:
            RegistrationRefused: neither can be revoked.
        """
        rows = self._of_device(self.books.card(card).person, card, _AUTHORITIES["both"])
        return self.revoke(rows, reason="CESSATION_OF_OPERATION", cause=cause)

    def _of_device(self, owner: str, device: str, authorities: tuple[str, ...]) -> list[CertificateRow]:
        rows = [
            row
            for row in self.books.of_person(owner)
            if row.device == device and row.key.authority in authorities and revocable(row)
        ]
        if not rows:
            raise RegistrationRefused(
                f"no certificate on {device} that could be revoked is in force.", code="nothing_to_revoke"
            )
        return rows

    def _signer(self, certificate: bytes, document: bytes, signature: bytes) -> CertificateRow:
        try:
            read = read_certificate(certificate)
            row = self.books.certificate("sign", read.serial_number)
        except (MalformedCertificate, LookupError, ValueError) as error:
            raise RegistrationRefused("no such certificate was ever issued.", code="unknown_certificate") from error
        public = read.public_key()
        assert isinstance(public, rsa.RSAPublicKey), "issued for RSA keys only"
        try:
            public.verify(signature, document, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise RegistrationRefused("the request is not signed by this key.", code="bad_request_signature") from None
        if row.der != certificate or row.state is not CertificateState.GOOD:
            raise RegistrationRefused(
                f"the signing certificate is {row.state.value}; a request is signed with one in force.",
                code="signer_not_in_force",
                state=row.state.value,
            )
        return row
