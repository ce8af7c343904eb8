"""The text application (券面事項入力補助AP): My Number and the four items as text, signed by the issuer.

It is the only one with secure messaging; the key of EF 0006 brings the session key.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.issuer import Issuer, key_id, key_object, with_offsets
from myna_lab.devices.card.structure import FREE, NEVER, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["TEXT", "files"]

_PIN, _A, _B = 0x0011, 0x0014, 0x0015
_ANY = after(_PIN, _A, _B)

_ef = partial(ElementaryFile, "text")

TEXT = DedicatedFile(
    "text",
    bytes.fromhex("D3921000310001010408"),
    "text",
    (
        #   EF      kind       contents           read                      (opened by the PIN, by A or by B)
        _ef(0x0001, Kind.DATA, "my_number", after(_PIN, _A), secret=True),
        _ef(0x0002, Kind.DATA, "four_items", after(_PIN, _B)),
        _ef(0x0003, Kind.DATA, "digests", _ANY),
        _ef(0x0004, Kind.DATA, "cv_certificate", FREE),
        _ef(0x0005, Kind.DATA, "about", FREE),
        _ef(0x0006, Kind.DATA, "messaging_key", _ANY),
        _ef(0x0007, Kind.DATA, "signed_key", _ANY),
        _ef(0x0008, Kind.DATA, "sixteen_ff", FREE),
        _ef(0x0010, Kind.OTHER, "unknown"),
        _ef(_PIN, Kind.REFERENCE, "input_aid_pin", use=after(_PIN), form="[0-9]{4}"),
        _ef(0x0012, Kind.REFERENCE, "always_blocked", use=NEVER),
        _ef(0x0013, Kind.KEY, "internal_key", use=FREE),
        _ef(_A, Kind.REFERENCE, "number_a", use=NEVER),
        _ef(_B, Kind.REFERENCE, "number_b", use=NEVER),
        _ef(0x001C, Kind.OTHER, "unknown"),
        _ef(0x001E, Kind.OTHER, "unknown"),
    ),
    default_key=0x0013,
    key_delivery=StatusWord.SUCCESS,
)
"""Files, conditions and PINs. Source: card facts 1.3; that 0008 is free is assumed."""

_PHYSICAL_NUMBER, _PHYSICAL_BASIC = 17, 256
_SEX = {"male": b"1", "female": b"2"}


def files(
    holder: Cardholder, issuer: Issuer, public_modulus: bytes, messaging_modulus: bytes = bytes(256)
) -> dict[str, bytes]:
    """The contents of the application's files.

    Args:
        holder: whose card it is.
        issuer: signs for this application.
        public_modulus: of key 0013, 256 bytes.
        messaging_modulus: of the key under which the session key comes, 256 bytes.

    Source: card facts 3.1.
    """
    number = tlv.encode(0xFF10, holder.my_number.encode()).ljust(_PHYSICAL_NUMBER, b"\xff")
    items = (
        tlv.encode(0xDF22, holder.name.encode()),
        tlv.encode(0xDF23, holder.address.encode()),
        tlv.encode(0xDF24, holder.birth_digits.encode()),
        tlv.encode(0xDF25, _SEX[holder.sex]),
    )
    digests = tlv.encode(0xDF31, sha256(number).digest()) + tlv.encode(0xDF32, sha256(b"".join(items)).digest())
    key = tlv.encode(0xDF51, key_object(public_modulus))
    basic = (
        tlv.encode(0xDF41, bytes.fromhex("01030E01"))
        + tlv.encode(0xDF42, key_id(9000034))
        + tlv.encode(0xDF43, sha256(b"TEST").digest() + b"\xff" * 96)
    )
    return {
        "text/0001": number,
        "text/0002": with_offsets(0xFF20, 0xDF21, items),
        "text/0003": tlv.encode(0xFF30, digests + tlv.encode(0xDF33, issuer.sign(digests))),
        "text/0004": issuer.certificate,
        "text/0005": tlv.encode(0xFF40, basic).ljust(_PHYSICAL_BASIC, b"\xff"),
        "text/0006": tlv.encode(0xA1, key_object(messaging_modulus)),
        "text/0007": tlv.encode(0xFF50, key + tlv.encode(0xDF52, issuer.sign(key))),
        "text/0008": b"\xff" * 16,
    }
