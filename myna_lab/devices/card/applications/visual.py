"""The visual application (券面事項確認AP): the card's face as pictures, signed by the issuer.

It is opened by what is printed on the card: My Number (照合番号A), or birth, expiry and security code (照合番号B).
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from myna_lab.devices.card import lettering
from myna_lab.devices.card.issuer import Issuer, key_id, key_object, with_offsets
from myna_lab.devices.card.personalisation import Personalisation, number_a, number_b
from myna_lab.devices.card.structure import FREE, NEVER, Anchor, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["VISUAL"]

_BIRTH, _B, _A = 0x0011, 0x0012, 0x0013
_AUTHORITY = key_id(9000023)
"""Source: card facts 3.3, where the numbers of test cards begin with 6."""
_SEX = {"male": b"1", "female": b"2"}


def _issuer(of: Personalisation) -> Issuer:
    return of.issuer("visual", _AUTHORITY, "21")


def _key(of: Personalisation) -> bytes:
    return key_object(of.modulus("visual"))


def _birth_record(of: Personalisation) -> bytes:
    birth = tlv.encode(0xDF11, of.holder.birth_digits.encode()) + tlv.encode(0xDF12, _key(of))
    return tlv.encode(0xFF10, birth + tlv.encode(0xDF13, _issuer(of).sign(birth)))


def _card_face(of: Personalisation) -> bytes:
    """EF 0002: nine objects; one signature covers three digests, and leaves expiry and security code out."""
    holder = of.holder
    signed = (
        tlv.encode(0xDF22, holder.birth_digits.encode()),
        tlv.encode(0xDF23, _SEX[holder.sex]),
        tlv.encode(0xDF24, _key(of)),
        tlv.encode(0xDF25, lettering.text(holder.name, lettering.NAME_WIDTH)),
        tlv.encode(0xDF26, lettering.text(holder.address, lettering.ADDRESS_WIDTH)),
        tlv.encode(0xDF27, holder.portrait),
    )
    parts = (signed[:3], signed[3:5], signed[5:])
    digests = b"".join(sha256(b"".join(part)).digest() for part in parts)
    return with_offsets(
        0xFF20,
        0xDF21,
        (
            *signed,
            tlv.encode(0xDF28, _issuer(of).sign_digests(digests)),
            tlv.encode(0xDF29, f"{holder.expires:%Y%m%d}".encode()),
            tlv.encode(0xDF2A, lettering.digits(holder.security_code)),
        ),
    )


def _about(of: Personalisation) -> bytes:
    about = (
        tlv.encode(0xDF31, bytes.fromhex("06030E01"))
        + tlv.encode(0xDF32, key_id(9000024))
        + tlv.encode(0xDF33, b"\x00")
        + tlv.encode(0xDF34, of.holder.municipality.encode())
        + tlv.encode(0xDF35, key_id(9900025) + sha256(b"TEST").digest() * 8)
    )
    return tlv.encode(0xFF30, about)


def _my_number_picture(of: Personalisation) -> bytes:
    number = tlv.encode(0xDF41, lettering.digits(of.holder.my_number)) + tlv.encode(0xDF42, _key(of))
    return tlv.encode(0xFF40, number + tlv.encode(0xDF43, _issuer(of).sign(number)))


def _birth_number(of: Personalisation) -> bytes:
    return of.holder.birth_number.encode()


_ef = partial(ElementaryFile, "visual")

VISUAL = DedicatedFile(
    "visual",
    bytes.fromhex("D3921000310001010402"),
    "visual",
    (
        #   EF      kind       contents          read
        _ef(0x0001, Kind.DATA, "birth_record", after(_BIRTH), filled=_birth_record),
        _ef(0x0002, Kind.DATA, "card_face", after(_A, _B), filled=_card_face),
        _ef(0x0003, Kind.DATA, "about", FREE, filled=_about),
        _ef(0x0004, Kind.DATA, "cv_certificate", FREE, filled=lambda of: _issuer(of).certificate),
        _ef(0x0005, Kind.DATA, "my_number_picture", after(_A), secret=True, filled=_my_number_picture),
        _ef(0x0006, Kind.DATA, "sixteen_ff", after(_A, _B), filled=lambda _: b"\xff" * 16),
        _ef(_BIRTH, Kind.REFERENCE, "birth_number", use=NEVER, filled=_birth_number, tries="birth_number"),
        _ef(_B, Kind.REFERENCE, "number_b", use=NEVER, filled=number_b, tries="verification_number"),
        _ef(_A, Kind.REFERENCE, "number_a", use=NEVER, filled=number_a, tries="verification_number"),
        _ef(0x0014, Kind.KEY, "internal_key", use=FREE, key="visual"),
        _ef(0x0015, Kind.OTHER, "unknown"),
        _ef(0x001A, Kind.OTHER, "unknown"),
        _ef(0x001C, Kind.OTHER, "unknown"),
        _ef(0x001E, Kind.OTHER, "unknown"),
    ),
    default_key=0x0014,
    key_delivery=StatusWord.NO_KEY_DELIVERY,
    anchors=(Anchor("visual_authority", 0x0004, _AUTHORITY),),
)
"""Files, conditions and PINs. Source: card facts 1.4; that the default key stands in 0014 is assumed."""
