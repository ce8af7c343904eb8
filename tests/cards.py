"""TEST cards for the tests: a fictional holder, and certificates that certify themselves."""

from __future__ import annotations

import functools
import io
from datetime import UTC, date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from myna_lab.devices.card import CardContents, Cardholder, Licence, personalise, phone_contents
from myna_lab.keys import rsa_key

INPUT_AID_PIN, USER_PIN, SIGN_PASSWORD = "2468", "1357", "TEST1234"
REGISTER_PIN, LICENCE_PIN = "8642", "7531"
SERIAL = "900000012719843"
MY_NUMBER = "123456789010"  # its check digit would be 8
KEYS = {"sign": 1, "auth": 2, "text": 3, "visual": 4, "common": 9, "messaging": 10}
ISSUER_KEYS = {"text": 5, "visual": 6, "licence": 11, "text_authority": 12, "visual_authority": 13,
               "root": 14, "intermediate": 15, "lowest": 16}  # fmt: skip
TRIES = {
    "user_authentication": 3,
    "signing": 5,
    "input_aid": 3,
    "resident_register": 3,
    "verification_number": 10,
    "birth_number": 10,
    "licence": 10,
}


@functools.cache
def portrait() -> bytes:
    """A grey square in a JP2 container."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("L", (60, 80), 200).save(file, "JPEG2000", comment="TEST")
    return file.getvalue()


def holder() -> Cardholder:
    return Cardholder(
        name="試験　花子",
        address="青波県東台市架空町１丁目２番３号",
        born=date(1980, 2, 17),
        sex="female",
        my_number=MY_NUMBER,
        municipality="48001",
        portrait=portrait(),
        expires=date(2035, 2, 17),
        security_code="2285",
    )


@functools.cache
def certificate(name: str, key: int) -> bytes:
    """A self-signed TEST certificate, DER."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-EMU"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"TEST {name}"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(rsa_key(key).public_key())
        .serial_number(1000 + key)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=name.endswith("ca"), path_length=None), critical=True)
    )
    return builder.sign(rsa_key(key), SHA256()).public_bytes(Encoding.DER)


@functools.cache
def certificates() -> dict[str, bytes]:
    return {
        "sign": certificate("sign", KEYS["sign"]),
        "auth": certificate("auth", KEYS["auth"]),
        "sign_ca": certificate("sign ca", 7),
        "auth_ca": certificate("auth ca", 8),
    }


def licence(pin: str = LICENCE_PIN) -> Licence:
    return Licence(
        number="001234567890",
        expires=date(2030, 3, 17),
        grade="優良",
        conditions=("眼鏡等",),
        held_since={"others": date(2000, 4, 1)},
        categories=("普通", "原付"),
        pin=pin,
    )


def plastic(
    whose: Cardholder | None = None,
    *,
    sign_certificate: bool = True,
    signing_password: bool = True,
    driving: Licence | None = None,
) -> CardContents:
    """The contents of a plastic TEST card."""
    pins = {"input_aid": INPUT_AID_PIN, "user_authentication": USER_PIN, "resident_register": REGISTER_PIN}
    if signing_password:
        pins["signing"] = SIGN_PASSWORD
    issued = {kind: der for kind, der in certificates().items() if sign_certificate or kind != "sign"}
    return personalise(
        whose or holder(),
        reference_data=pins,
        certificates=issued,
        keys=KEYS,
        tries=TRIES,
        issuer_keys=ISSUER_KEYS,
        key=rsa_key,
        serial=SERIAL,
        further=(driving,) if driving else (),
    )


def phone(platform: str, *, signs: bool = True) -> CardContents:
    """The contents of a TEST phone's applet, with or without the signing identity."""
    issued = {kind: der for kind, der in certificates().items() if signs or kind != "sign"}
    return phone_contents(
        platform,
        pins={"user": USER_PIN} | ({"signing": SIGN_PASSWORD} if signs else {}),
        certificates=issued,
        keys={kind: KEYS[kind] for kind in ("sign", "auth") if kind in issued},
        tries={"user": 3, "signing": 5},
    )
