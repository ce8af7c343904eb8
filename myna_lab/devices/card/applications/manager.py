"""The level of the card manager: what GET DATA answers after a reset, or once the manager is selected.

It has no files. The contact ATR is answered in every application, too.
"""

from __future__ import annotations

from functools import partial

from myna_lab.devices.card.issuer import certificate, key_id
from myna_lab.devices.card.personalisation import Personalisation
from myna_lab.devices.card.structure import FREE, Anchor, DedicatedFile, ElementaryFile, Kind
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["ATR", "ATR_OBJECT", "CONTACTLESS_ATR", "LOWEST", "MANAGER", "is_contactless"]

ATR = bytes.fromhex("3BE000FF8131FE4514")
"""Answer to reset of the plastic card: contact, T=1 (card facts 4.1)."""
CONTACTLESS_ATR = bytes.fromhex("3B8880010000000091 81C100D8")
"""What a PC/SC reader says in the place of an answer to reset when the card lies on its antenna.

Type B: 8 bytes of the card's answer to the field (PC/SC part 3, 3.1.3.2.3.2). One client takes only such cards.
"""
ATR_OBJECT = 0x5F51


def is_contactless(atr: bytes) -> bool:
    """Whether this answer to reset was made by a contactless reader: ``3B 8n 80 01``."""
    return atr[:1] == b"\x3b" and atr[1:2] > b"\x80" and atr[1] & 0xF0 == 0x80 and atr[2:4] == b"\x80\x01"


_RECOGNITION = bytes.fromhex("06072A864886FC6B01600B06092A864886FC6B020202")
"""Identifiers under 1.2.840.114283: a GlobalPlatform card, version 2.2 (assumed)."""
_ROOT = key_id(9000020, padding=0xA8)
"""Source: card facts 3.3, where the numbers of test cards begin with 6."""
LOWEST = key_id(9000050, padding=0x40)
"""The lowest key of the chain. Source: as above; there it is ``0000050/001``."""
_HEADER_LIST = bytes.fromhex("4D0A 4210 5F2010 5F49820109")
"""What follows it: tags and lengths of issuer, subject and public key (ISO/IEC 7816-4 8.4.4, 7816-6)."""


def _municipal(of: Personalisation) -> bytes:
    """Key identifier of the municipality's key, which the root certifies."""
    return key_id(f"{of.holder.municipality}30", 2, 0x98)


def _root_certificate(of: Personalisation) -> bytes:
    root, intermediate = of.issuer_key("root"), of.issuer_key("intermediate")
    return _HEADER_LIST + certificate(_ROOT, _municipal(of), intermediate, root)


def _intermediate_certificate(of: Personalisation) -> bytes:
    """The municipality certifies the lowest key, of which nothing is known."""
    intermediate, lowest = of.issuer_key("intermediate"), of.issuer_key("lowest")
    return _HEADER_LIST + certificate(_municipal(of), LOWEST, lowest, intermediate)


def _contact_atr(of: Personalisation) -> bytes:
    return (ATR if is_contactless(of.atr) else of.atr)[1:]


_object = partial(ElementaryFile, "manager", kind=Kind.OBJECT, read=FREE)

MANAGER = DedicatedFile(
    "manager",
    bytes.fromhex("A0000001510000"),
    "manager",
    (
        _object(identifier=0x0042, contents="issuer_key_identifier", filled=lambda _: _ROOT),
        _object(identifier=0x0045, contents="card_number", filled=lambda of: of.serial.encode()),
        _object(identifier=0x0066, contents="recognition", filled=lambda _: tlv.encode(0x73, _RECOGNITION)),
        _object(identifier=0x00F0, contents="municipality", filled=lambda of: of.holder.municipality.encode()),
        _object(identifier=0x00F2, contents="expiry", filled=lambda of: f"{of.holder.expires:%Y%m%d}".encode()),
        _object(identifier=0x00F7, contents="intermediate_key_identifier", filled=_municipal),
        _object(identifier=0x00F8, contents="root_certificate", filled=_root_certificate),
        _object(identifier=ATR_OBJECT, contents="contact_atr", filled=_contact_atr),
        _object(identifier=0x7F21, contents="intermediate_certificate", filled=_intermediate_certificate),
    ),
    key_delivery=StatusWord.INSTRUCTION_NOT_SUPPORTED,
    anchors=(Anchor("root", 0x00F8, _ROOT),),
)
"""Source: card facts 1.6; the names follow 1.6.7."""
