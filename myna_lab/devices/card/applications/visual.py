"""The visual application (券面事項確認AP): the card's face as pictures, signed by the issuer.

It is opened by what is printed on the card: My Number (照合番号A), or birth, expiry and security code (照合番号B).
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from myna_lab.devices.card import pictures
from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.issuer import Issuer, key_id, key_object, with_offsets
from myna_lab.devices.card.structure import FREE, NEVER, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["VISUAL", "files"]

_BIRTH, _B, _A = 0x0011, 0x0012, 0x0013

_ef = partial(ElementaryFile, "visual")

VISUAL = DedicatedFile(
    "visual",
    bytes.fromhex("D3921000310001010402"),
    "visual",
    (
        #   EF      kind       contents          read
        _ef(0x0001, Kind.DATA, "birth_record", after(_BIRTH)),
        _ef(0x0002, Kind.DATA, "card_face", after(_A, _B)),
        _ef(0x0003, Kind.DATA, "about", FREE),
        _ef(0x0004, Kind.DATA, "cv_certificate", FREE),
        _ef(0x0005, Kind.DATA, "my_number_picture", after(_A), secret=True),
        _ef(0x0006, Kind.DATA, "sixteen_ff", after(_A, _B)),
        _ef(_BIRTH, Kind.REFERENCE, "birth_number", use=NEVER),
        _ef(_B, Kind.REFERENCE, "number_b", use=NEVER),
        _ef(_A, Kind.REFERENCE, "number_a", use=NEVER),
        _ef(0x0014, Kind.KEY, "internal_key", use=FREE),
        _ef(0x0015, Kind.OTHER, "unknown"),
        _ef(0x001A, Kind.OTHER, "unknown"),
        _ef(0x001C, Kind.OTHER, "unknown"),
        _ef(0x001E, Kind.OTHER, "unknown"),
    ),
    default_key=0x0014,
    key_delivery=StatusWord.NO_KEY_DELIVERY,
)
"""Files, conditions and PINs. Source: card facts 1.4; that the default key stands in 0014 is assumed."""

_SEX = {"male": b"1", "female": b"2"}


def files(holder: Cardholder, issuer: Issuer, public_modulus: bytes) -> dict[str, bytes]:
    """The contents of the application's files.

    Args:
        holder: whose card it is.
        issuer: signs for this application.
        public_modulus: of the default key, 256 bytes.

    Source: card facts 3.2.
    """
    born = holder.birth_digits.encode()
    public = key_object(public_modulus)
    birth = tlv.encode(0xDF11, born) + tlv.encode(0xDF12, public)
    number = tlv.encode(0xDF41, pictures.digits(holder.my_number)) + tlv.encode(0xDF42, public)
    about = (
        tlv.encode(0xDF31, bytes.fromhex("06030E01"))
        + tlv.encode(0xDF32, key_id(9000024))
        + tlv.encode(0xDF33, b"\x00")
        + tlv.encode(0xDF34, holder.municipality.encode())
        + tlv.encode(0xDF35, key_id(9900025) + sha256(b"TEST").digest() * 8)
    )
    return {
        "visual/0001": tlv.encode(0xFF10, birth + tlv.encode(0xDF13, issuer.sign(birth))),
        "visual/0002": _face(holder, issuer, born, public),
        "visual/0003": tlv.encode(0xFF30, about),
        "visual/0004": issuer.certificate,
        "visual/0005": tlv.encode(0xFF40, number + tlv.encode(0xDF43, issuer.sign(number))),
        "visual/0006": b"\xff" * 16,
    }


def _face(holder: Cardholder, issuer: Issuer, born: bytes, public: bytes) -> bytes:
    """EF 0002: nine objects; one signature covers three digests, and leaves expiry and security code out."""
    signed = (
        tlv.encode(0xDF22, born),
        tlv.encode(0xDF23, _SEX[holder.sex]),
        tlv.encode(0xDF24, public),
        tlv.encode(0xDF25, pictures.text(holder.name, pictures.NAME_WIDTH)),
        tlv.encode(0xDF26, pictures.text(holder.address, pictures.ADDRESS_WIDTH)),
        tlv.encode(0xDF27, holder.portrait),
    )
    parts = (signed[:3], signed[3:5], signed[5:])
    digests = b"".join(sha256(b"".join(part)).digest() for part in parts)
    return with_offsets(
        0xFF20,
        0xDF21,
        (
            *signed,
            tlv.encode(0xDF28, issuer.sign_digests(digests)),
            tlv.encode(0xDF29, f"{holder.expires:%Y%m%d}".encode()),
            tlv.encode(0xDF2A, pictures.digits(holder.security_code)),
        ),
    )
