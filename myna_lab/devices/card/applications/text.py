"""The text application (券面事項入力補助AP): My Number and the four items as text, signed by the issuer.

It is the only one with secure messaging; the key of EF 0006 brings the session key.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from myna_lab.devices.card.issuer import Issuer, key_id, key_object, with_offsets
from myna_lab.devices.card.personalisation import Personalisation, number_a, number_b, pin
from myna_lab.devices.card.structure import FREE, NEVER, Anchor, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["TEXT"]

_PIN, _A, _B = 0x0011, 0x0014, 0x0015
_ANY = after(_PIN, _A, _B)
_AUTHORITY = key_id(9000033)
"""Source: card facts 3.3, where the numbers of test cards begin with 6."""
_PHYSICAL_NUMBER, _PHYSICAL_BASIC = 17, 256
_SEX = {"male": b"1", "female": b"2"}


def _issuer(of: Personalisation) -> Issuer:
    return of.issuer("text", _AUTHORITY, "31")


def _my_number(of: Personalisation) -> bytes:
    return tlv.encode(0xFF10, of.holder.my_number.encode()).ljust(_PHYSICAL_NUMBER, b"\xff")


def _items(of: Personalisation) -> tuple[bytes, ...]:
    return (
        tlv.encode(0xDF22, of.holder.name.encode()),
        tlv.encode(0xDF23, of.holder.address.encode()),
        tlv.encode(0xDF24, of.holder.birth_digits.encode()),
        tlv.encode(0xDF25, _SEX[of.holder.sex]),
    )


def _four_items(of: Personalisation) -> bytes:
    return with_offsets(0xFF20, 0xDF21, _items(of))


def _digests(of: Personalisation) -> bytes:
    """Of the whole number file and of the four items; the issuer signs both."""
    items = b"".join(_items(of))
    digests = tlv.encode(0xDF31, sha256(_my_number(of)).digest()) + tlv.encode(0xDF32, sha256(items).digest())
    return tlv.encode(0xFF30, digests + tlv.encode(0xDF33, _issuer(of).sign(digests)))


def _about(_: Personalisation) -> bytes:
    basic = (
        tlv.encode(0xDF41, bytes.fromhex("01030E01"))
        + tlv.encode(0xDF42, key_id(9000034))
        + tlv.encode(0xDF43, sha256(b"TEST").digest() + b"\xff" * 96)
    )
    return tlv.encode(0xFF40, basic).ljust(_PHYSICAL_BASIC, b"\xff")


def _messaging_key(of: Personalisation) -> bytes:
    return tlv.encode(0xA1, key_object(of.modulus("messaging")))


def _signed_key(of: Personalisation) -> bytes:
    key = tlv.encode(0xDF51, key_object(of.modulus("text")))
    return tlv.encode(0xFF50, key + tlv.encode(0xDF52, _issuer(of).sign(key)))


_ef = partial(ElementaryFile, "text")

TEXT = DedicatedFile(
    "text",
    bytes.fromhex("D3921000310001010408"),
    "text",
    (
        #   EF      kind       contents           read                      (opened by the PIN, by A or by B)
        _ef(0x0001, Kind.DATA, "my_number", after(_PIN, _A), secret=True, filled=_my_number),
        _ef(0x0002, Kind.DATA, "four_items", after(_PIN, _B), filled=_four_items),
        _ef(0x0003, Kind.DATA, "digests", _ANY, filled=_digests),
        _ef(0x0004, Kind.DATA, "cv_certificate", FREE, filled=lambda of: _issuer(of).certificate),
        _ef(0x0005, Kind.DATA, "about", FREE, filled=_about),
        _ef(0x0006, Kind.DATA, "messaging_key", _ANY, filled=_messaging_key, key="messaging"),
        _ef(0x0007, Kind.DATA, "signed_key", _ANY, filled=_signed_key),
        _ef(0x0008, Kind.DATA, "sixteen_ff", FREE, filled=lambda _: b"\xff" * 16),
        _ef(0x0010, Kind.OTHER, "unknown"),
        _ef(_PIN, Kind.REFERENCE, "input_aid_pin", use=after(_PIN), form="[0-9]{4}",
            filled=pin("input_aid"), tries="input_aid"),
        _ef(0x0012, Kind.REFERENCE, "always_blocked", use=NEVER),
        _ef(0x0013, Kind.KEY, "internal_key", use=FREE, key="text"),
        _ef(_A, Kind.REFERENCE, "number_a", use=NEVER, filled=number_a, tries="verification_number"),
        _ef(_B, Kind.REFERENCE, "number_b", use=NEVER, filled=number_b, tries="verification_number"),
        _ef(0x001C, Kind.OTHER, "unknown"),
        _ef(0x001E, Kind.OTHER, "unknown"),
    ),
    default_key=0x0013,
    key_delivery=StatusWord.SUCCESS,
    anchors=(Anchor("text_authority", 0x0004, _AUTHORITY),),
)  # fmt: skip
"""Files, conditions and PINs. Source: card facts 1.3; that 0008 is free is assumed."""
