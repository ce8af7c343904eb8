"""What tests of mobile documents share: a practice issuer, a record, and sessions of each way of showing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, envelope, request, response, session, transcript
from myna_lab.formats.mdoc.transcript import Transcript
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.keys import elliptic_key
from myna_lab.parameters import Parameters

NOW, BORN = at("2025-06-24 09:00"), at("2023-06-25 09:00")
PARAMETERS = Parameters()
ORIGIN, NONCE = "https://shop.jpki-emu.invalid", bytes(range(32))


def key(name: str) -> ec.EllipticCurvePrivateKey:
    """A P-256 key by its name, always the same."""
    return elliptic_key(Chance(7).child(name))


ROOT = mdoc.establish(key=key("root"), serial=1, not_before=BORN, parameters=PARAMETERS)
SIGNER = mdoc.establish_signer(
    issuer_certificate=ROOT, issuer_key=key("root"), key=key("signer"), serial=2, not_before=BORN, parameters=PARAMETERS
)
ATTRIBUTES = mdoc.Attributes(
    "山田　花子",
    "青波県灯台市港町１丁目２番３号",
    "81201",
    date(1989, 3, 31),
    "female",
    "123456789010",
    b"picture",
)


def issue(**further: Any) -> bytes:
    """A record of hers for the phone whose key is called ``device``."""
    return mdoc.issue(
        ATTRIBUTES,
        issuer=mdoc.Issuer(ROOT, SIGNER, key("signer")),
        device_key=key("device").public_key(),
        chance=Chance(7).child("record"),
        signed_at=NOW,
        parameters=PARAMETERS,
        **further,
    )


RECORD = issue(expected_update=NOW + timedelta(days=23))
ASKED: Mapping[str, Mapping[str, bool]] = {
    mdoc.NATIONAL: {"full_name_unicode": False},
    mdoc.COMMON: {"age_over_20": False, "birth_date": True},
}


@dataclass(frozen=True)
class Way:
    """One way of showing the record, with what a reader of it knows."""

    name: str
    transcript: Transcript
    reader_key: ec.EllipticCurvePrivateKey
    mac: bool = False

    def response(self, record: bytes = RECORD, device: str = "device") -> bytes:
        """What the phone answers."""
        shown = response.document(
            record,
            response.chosen(mdoc.parse(record), ASKED),
            device_key=key(device),
            transcript=self.transcript,
            mac_for=self.reader_key.public_key() if self.mac else None,
        )
        return response.device_response([shown])


def ways() -> list[Way]:
    """Near with signature and with MAC, web, app, and OpenID4VP."""
    reader, phone = key("reader"), key("phone")
    engagement = session.engage(phone.public_key())
    established = session.establishment(reader.public_key(), b"sealed")
    near, _, _ = session.read_establishment(established, engagement)
    info = envelope.encryption_info(NONCE, reader.public_key())
    return [
        Way("near, signature", near, reader),
        Way("near, MAC", near, reader, mac=True),
        Way("web", transcript.web(info, ORIGIN), reader),
        Way("app", transcript.in_app(NONCE, "merchant.emu", "TEAMEMU", cose.point_of(reader.public_key())), reader),
        Way("openid4vp", transcript.openid4vp(ORIGIN, "a nonce", b"\x11" * 32), reader),
    ]


def reader_certificate() -> request.Reader:
    """A reader with a certificate of its own, for what signs requests."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, "TEST")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(5)
    builder = builder.public_key(key("shop").public_key()).not_valid_before(BORN).not_valid_after(at("2030-01-01"))
    return request.Reader(key("shop"), builder.sign(key("shop"), SHA256()).public_bytes(Encoding.DER))


def pem(der: bytes) -> str:
    """A certificate as text."""
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")


def jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """A private key on P-256 as JWK (RFC 7518 6.2)."""
    from base64 import urlsafe_b64encode

    numbers = private.private_numbers()
    values = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    said = {name: urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode() for name, n in values.items()}
    return {"kty": "EC", "crv": "P-256", **said}


def point(name: str) -> bytes:
    """The public key of a name as an uncompressed point."""
    return cose.point_of(key(name).public_key())


def status_list() -> bytes:
    """A small list, signed by a status signer below the root."""
    from myna_lab.formats.mdoc import status_list as lists
    from myna_lab.formats.mdoc.authority import STATUSES, establish_signer

    signer = establish_signer(
        STATUSES,
        issuer_certificate=ROOT,
        issuer_key=key("root"),
        key=key("status"),
        serial=3,
        not_before=BORN,
        parameters=PARAMETERS,
    )
    day = timedelta(days=1)
    return lists.status_list(
        {3: lists.Status.INVALID}, 10, uri="x", key=key("status"), certificate=signer, at=NOW, ttl=day, valid_for=day
    )
