"""The wallet: who asks for elements of the record, near by or from elsewhere, is answered after a face or finger.

    request -> Sheet: what is asked, by whom, and whether it is kept -> the holder agrees -> her face -> DeviceResponse

Near by it works without a network. What is answered is what was asked and is there, and never more; nothing of it
stays on the phone. Source: life-cycle facts 7.1.2 and 7.1.3; attribute facts 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from myna_lab.devices.phone.identities import applet
from myna_lab.devices.phone.model import PhoneModel
from myna_lab.devices.phone.sheet import Sheet, Wish
from myna_lab.errors import MalformedMdoc, PhoneRefused, Refused
from myna_lab.formats import mdoc
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.mdoc import cose, envelope, openid4vp, session, transcript
from myna_lab.formats.mdoc.authority import READER
from myna_lab.formats.mdoc.paths import path_to
from myna_lab.formats.mdoc.request import Asked, Request, read_request, reader_fits
from myna_lab.formats.mdoc.response import chosen, device_response, document
from myna_lab.formats.mdoc.transcript import Transcript

__all__ = ["Trusted", "Wallet"]


@dataclass(frozen=True, slots=True)
class Trusted:
    """Which readers a wallet knows."""

    roots: Sequence[bytes]
    """Certificates above those of readers, DER."""
    at: datetime
    """Now."""

    def name_of(self, request: Request, seen: Transcript) -> str:
        """Who signed a request; empty: nobody that is known."""
        signers = reader_fits(request, seen)
        return self.called(signers[0]) if len(signers) == 1 else ""

    def called(self, signer: bytes) -> str:
        """The name of a reader by its certificate (DER), whose signature fits; empty: not known."""
        certificate = read_certificate(signer)
        try:
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            return ""
        if list(usage) != [READER] or isinstance(path_to(self.roots, certificate, self.at), str):
            return ""
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""


@dataclass(frozen=True, slots=True)
class Wallet:
    """A phone's wallet in somebody's hand, for one conversation."""

    phone: PhoneModel
    record: bytes = field(repr=False)
    """The document that is asked for; empty: the card came without."""
    key: ec.EllipticCurvePrivateKey | None = field(repr=False)
    """Of the secure element; the record is bound to it. None: no record came with the card."""
    session_key: ec.EllipticCurvePrivateKey = field(repr=False)
    """For this conversation alone."""
    trusted: Trusted = field(repr=False)
    other_face: bool = False
    """Whether the face or finger is somebody else's."""
    mac: bool = False
    """Whether near by a MAC is made instead of a signature."""
    consents: Callable[[Sheet], bool] = field(default=lambda sheet: True, repr=False)
    """What the holder says to the sheet that the wallet shows her."""
    sessions: list[Transcript] = field(default_factory=list, repr=False)
    """Those that it took part in, the newest last."""

    @property
    def name(self) -> str:
        """The phone's."""
        return self.phone.phone

    @property
    def transcript(self) -> Transcript | None:
        """Of the newest session, as this side knows it; None: there was none."""
        return self.sessions[-1] if self.sessions else None

    def near(self) -> tuple[str, Callable[[bytes], bytes]]:
        """Show a code to a reader near by.

        Returns:
            The text of the QR code, and who carries the reader's message to the phone and brings its answer back:
            SessionEstablishment to SessionData.

        Raises:
            Refused: as :func:`~myna_lab.devices.phone.identities.applet`; in answering, as :meth:`page`.
        """
        applet(self.phone)
        engagement = session.engage(self.session_key.public_key())

        def carry(message: bytes) -> bytes:
            try:
                seen, reader_key, sealed = session.read_establishment(message, engagement)
                self.sessions.append(seen)
                sealing = session.SealedSession(self.session_key, reader_key, seen, is_reader=False)
                request = sealing.open(sealed)
            except MalformedMdoc:
                return session.session_data(None, session.ENCRYPTION_ERROR)
            try:
                answer = self._answer(request, seen, mac_for=reader_key if self.mac else None)
            except MalformedMdoc:
                return session.session_data(None, session.DECODING_ERROR)
            return session.session_data(sealing.seal(answer), session.END)

        return session.to_qr(engagement), carry

    def page(self, protocol: str, request: str, origin: str) -> str:
        """Answer a page, whose request and origin the browser hands over.

        Args:
            protocol: ``org-iso-mdoc`` (ISO/IEC TS 18013-7 annex C), ``openid4vp-v1-unsigned`` or
                ``openid4vp-v1-signed``; iPhones speak the first alone (attribute facts 2.7).
            request: JSON.
            origin: of the page.

        Returns:
            JSON; sealed for the page's key by annex C, and by OpenID4VP if the page asks for it.

        Raises:
            Refused: ``no_attributes``, ``unknown_reader``, ``other_origin`` (signed for another page), ``declined``,
                ``other_way``, or as :func:`~myna_lab.devices.phone.identities.applet`.
            PhoneRefused: ``no_biometrics`` or ``biometrics_failed``; the passcode does not stand for them.
            MalformedMdoc: no such request.
        """
        if protocol == envelope.ANNEX_C:
            return self._annex_c(request, origin)
        if self.phone.platform == "iphone":
            raise Refused(f"{self.phone.phone} answers pages by annex C alone.", code="other_way")
        return self._openid4vp(request, origin, signed=protocol == openid4vp.SIGNED)

    def _annex_c(self, request: str, origin: str) -> str:
        asked = envelope.read_web_request(request)
        seen = transcript.web(asked.encryption_info, origin)
        self.sessions.append(seen)
        answer = self._answer(asked.device_request, seen, only_known=True)
        return envelope.seal_web_response(answer, asked.recipient, seen)

    def _openid4vp(self, request: str, origin: str, *, signed: bool) -> str:
        """Who signs must be known; without a signature the sheet says that nobody knows the page."""
        asking = openid4vp.read_query(request, signed=signed)
        asked, reader = asking.query, self.trusted.called(asking.signer) if signed else ""
        if signed:
            if not reader:
                raise Refused("the request is not signed by a reader that the wallet knows.", code="unknown_reader")
            if origin not in asking.origins:
                signed_for = ", ".join(asking.origins)
                raise Refused(f"the request is signed for {signed_for}, not for {origin}.", code="other_origin")
        seen = transcript.openid4vp(origin, asked.nonce, asked.thumbprint)
        self.sessions.append(seen)
        answer = self._respond(Request("1.0", (Asked(asked.elements, asked.doc_type),)), seen, reader, None)
        return openid4vp.token(asked, answer, ephemeral=self.session_key)

    def app(
        self, request: bytes, *, nonce: bytes, merchant: str, team: str, recipient: ec.EllipticCurvePublicKey
    ) -> bytes:
        """Answer an app on this iPhone, for its server's key; raises as :meth:`page`.

        Args:
            request: DeviceRequest.
            nonce: of the app's server.
            merchant: the app's merchant identifier.
            team: its developer's.
            recipient: the server's key.
        """
        if self.phone.platform != "iphone":
            raise Refused(f"{self.phone.phone} is no iPhone; its apps ask another way.", code="other_way")
        seen = transcript.in_app(nonce, merchant, team, cose.point_of(recipient))
        self.sessions.append(seen)
        answer = self._answer(request, seen, only_known=True)
        return envelope.seal_app_response(answer, recipient, seen)

    def _answer(
        self,
        octets: bytes,
        seen: Transcript,
        *,
        only_known: bool = False,
        mac_for: ec.EllipticCurvePublicKey | None = None,
    ) -> bytes:
        request = read_request(octets)
        reader = self.trusted.name_of(request, seen)
        if only_known and not reader:
            raise Refused("the request is not signed by a reader that the wallet knows.", code="unknown_reader")
        return self._respond(request, seen, reader, mac_for)

    def _respond(
        self, request: Request, seen: Transcript, reader: str, mac_for: ec.EllipticCurvePublicKey | None
    ) -> bytes:
        applet(self.phone)
        if not self.record or self.key is None:
            raise Refused(
                f"the card on {self.phone.phone} came without its face, the attribute record.", code="no_attributes"
            )
        record = mdoc.parse(self.record)
        asked = next((each for each in request.documents if each.doc_type == record.doc_type), None)
        if asked is None:
            return device_response([])
        if not self.consents(Sheet(reader, _wishes(record, asked))):
            raise Refused(f"the holder of {self.phone.phone} does not agree.", code="declined")
        self._ask_face()
        items = chosen(record, asked.elements)
        return device_response(
            [document(self.record, items, device_key=self.key, transcript=seen, mac_for=mac_for)] if items else []
        )

    def _ask_face(self) -> None:
        phone = self.phone
        if not phone.biometrics:
            raise PhoneRefused(
                f"no face or finger is enrolled on {phone.phone}.", code="no_biometrics", identity="user"
            )
        if self.other_face or not phone.shows_own_face:
            raise PhoneRefused(
                f"the face or finger is not that with which the card came onto {phone.phone}.",
                code="biometrics_failed",
                identity="user",
            )


def _wishes(record: mdoc.Record, asked: Asked) -> tuple[Wish, ...]:
    """Each element that is asked for, with what the record answers to it."""
    return tuple(
        Wish(name, keeps, next((item.element_identifier for item in items), ""))
        for name_space, elements in asked.elements.items()
        for name, keeps in elements.items()
        for items in [chosen(record, {name_space: {name: keeps}}).get(name_space, ())]
    )
