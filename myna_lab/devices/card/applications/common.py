"""The common card application (共通カードAP) and that of the resident register (住基AP): record files and a PIN each.

Their PINs are one to the holder (住民基本台帳用暗証番号) and two to the chip: each has its own counter, and each is
changed by itself, with CHANGE KEY of class 80.
"""

from __future__ import annotations

from functools import partial

from myna_lab.devices.card.applications.manager import LOWEST
from myna_lab.devices.card.personalisation import Personalisation, pin
from myna_lab.devices.card.structure import FREE, Anchor, DedicatedFile, ElementaryFile, Kind, after
from myna_lab.formats.iso7816 import StatusWord
from myna_lab.formats.iso7816.instructions import INS_CHANGE_KEY

__all__ = ["COMMON", "JUKI"]

_PIN = 0x001C


def _record(tag: int, value: bytes) -> bytes:
    """One record in SIMPLE-TLV: a byte of tag, a byte of length (JICSAP 4.4.1)."""
    return bytes((tag, len(value))) + value


def _card_information(of: Personalisation) -> bytes:
    return _record(0x01, f"{of.serial}{of.holder.municipality}{of.holder.expires:%Y%m%d}".encode())


def _key_identifier(_: Personalisation) -> bytes:
    return _record(0x01, LOWEST)  # which key real cards name is not known (assumed)


_common, _juki = partial(ElementaryFile, "common"), partial(ElementaryFile, "juki")

COMMON = DedicatedFile(
    "common",
    bytes.fromhex("D3921000310001010100"),
    "common",
    (
        _common(0x0001, Kind.RECORDS, "card_information", FREE, filled=_card_information),
        _common(0x0002, Kind.RECORDS, "key_identifier", FREE, filled=_key_identifier),
        _common(0x0019, Kind.KEY, "internal_key", use=FREE, authenticates=True, key="common"),
        _common(_PIN, Kind.REFERENCE, "register_pin", use=after(_PIN), form="[0-9]{4}",
                changed_by=INS_CHANGE_KEY, filled=pin("resident_register"), tries="resident_register"),
    ),
    key_delivery=StatusWord.NO_KEY_DELIVERY,
    anchors=(Anchor("common", 0x0019),),
)  # fmt: skip
"""Source: card facts 1.5; that 0002 is read freely is assumed."""

JUKI = DedicatedFile(
    "juki",
    bytes.fromhex("D3921000310001010401"),
    "juki",
    (
        _juki(0x0002, Kind.RECORDS, "same_key_identifier", FREE, filled=_key_identifier),
        _juki(_PIN, Kind.REFERENCE, "register_pin", use=after(_PIN), form="[0-9]{4}",
              changed_by=INS_CHANGE_KEY, filled=pin("resident_register"), tries="resident_register"),
    ),
)  # fmt: skip
"""Source: card facts 1.5."""
