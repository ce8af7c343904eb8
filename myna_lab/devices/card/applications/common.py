"""The common card application (共通カードAP) and that of the resident register (住基AP): record files and a PIN each.

Their PINs are one to the holder (住民基本台帳用暗証番号) and two to the chip: each has its own counter, and each is
changed by itself, with CHANGE KEY of class 80.
"""

from __future__ import annotations

from functools import partial

from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.issuer import LOWEST
from myna_lab.devices.card.structure import FREE, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord
from myna_lab.formats.iso7816.instructions import INS_CHANGE_KEY

__all__ = ["COMMON", "JUKI", "files"]

_PIN = 0x001C
_common, _juki = partial(ElementaryFile, "common"), partial(ElementaryFile, "juki")

COMMON = DedicatedFile(
    "common",
    bytes.fromhex("D3921000310001010100"),
    "common",
    (
        _common(0x0001, Kind.RECORDS, "card_information", FREE),
        _common(0x0002, Kind.RECORDS, "key_identifier", FREE),
        _common(0x0019, Kind.KEY, "internal_key", use=FREE, authenticates=True),
        _common(_PIN, Kind.REFERENCE, "register_pin", use=after(_PIN), form="[0-9]{4}",
                changed_by=INS_CHANGE_KEY),
    ),
    key_delivery=StatusWord.NO_KEY_DELIVERY,
)  # fmt: skip
"""Source: card facts 1.5; that 0002 is read freely is assumed."""

JUKI = DedicatedFile(
    "juki",
    bytes.fromhex("D3921000310001010401"),
    "juki",
    (
        _juki(0x0002, Kind.RECORDS, "same_key_identifier", FREE),
        _juki(_PIN, Kind.REFERENCE, "register_pin", use=after(_PIN), form="[0-9]{4}",
              changed_by=INS_CHANGE_KEY),
    ),
)  # fmt: skip
"""Source: card facts 1.5."""


def record(tag: int, value: bytes) -> bytes:
    """One record in SIMPLE-TLV: a byte of tag, a byte of length (JICSAP 4.4.1)."""
    return bytes((tag, len(value))) + value


def files(holder: Cardholder, serial: str) -> dict[str, bytes]:
    """The contents of both applications' files: records, one after the other.

    Args:
        holder: whose card it is.
        serial: the card's serial number, 15 digits.
    """
    information = f"{serial}{holder.municipality}{holder.expires:%Y%m%d}".encode()
    key = record(0x01, LOWEST)  # which key real cards name is not known (assumed)
    return {"common/0001": record(0x01, information), "common/0002": key, "juki/0002": key}
