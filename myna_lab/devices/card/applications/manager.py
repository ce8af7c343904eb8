"""The level of the card manager: what GET DATA answers after a reset, or once the manager is selected.

It has no files. The contact ATR is answered in every application, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.issuer import AUTHORITIES, LOWEST, certificate, key_id
from myna_lab.devices.card.structure import FREE, DedicatedFile, ElementaryFile, Kind
from myna_lab.formats.iso7816 import StatusWord, tlv

__all__ = ["ATR", "ATR_OBJECT", "CONTACTLESS_ATR", "MANAGER", "files", "is_contactless"]

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


_object = partial(ElementaryFile, "manager", kind=Kind.OBJECT, read=FREE)

MANAGER = DedicatedFile(
    "manager",
    bytes.fromhex("A0000001510000"),
    "manager",
    (
        _object(identifier=0x0042, contents="issuer_key_identifier"),
        _object(identifier=0x0045, contents="card_number"),
        _object(identifier=0x0066, contents="recognition"),
        _object(identifier=0x00F0, contents="municipality"),
        _object(identifier=0x00F2, contents="expiry"),
        _object(identifier=0x00F7, contents="intermediate_key_identifier"),
        _object(identifier=0x00F8, contents="root_certificate"),
        _object(identifier=ATR_OBJECT, contents="contact_atr"),
        _object(identifier=0x7F21, contents="intermediate_certificate"),
    ),
    key_delivery=StatusWord.INSTRUCTION_NOT_SUPPORTED,
)
"""Source: card facts 1.6."""

_RECOGNITION = bytes.fromhex("06072A864886FC6B01600B06092A864886FC6B020202")
"""Identifiers under 1.2.840.114283: a GlobalPlatform card, version 2.2 (assumed)."""
_ROOT = AUTHORITIES["root"]
_HEADER_LIST = bytes.fromhex("4D0A 4210 5F2010 5F49820109")
"""What follows it: tags and lengths of issuer, subject and public key (ISO/IEC 7816-4 8.4.4, 7816-6)."""


def files(holder: Cardholder, serial: str, atr: bytes, issuer_key: Callable[[str], RSAPrivateKey]) -> dict[str, bytes]:
    """The data objects.

    Args:
        holder: whose card it is.
        serial: the card's serial number, 15 digits.
        atr: the answer to reset.
        issuer_key: ``root``, ``intermediate`` and ``lowest`` to keys: the first certifies the second, which is the
            municipality's, and that one the third, of which nothing is known.

    Source: card facts 1.6; the names follow 1.6.7.
    """
    municipal = key_id(f"{holder.municipality}30", 2, 0x98)
    root, intermediate, lowest = (issuer_key(name) for name in ("root", "intermediate", "lowest"))
    return {
        "manager/0042": _ROOT,
        "manager/0045": serial.encode(),
        "manager/0066": tlv.encode(0x73, _RECOGNITION),
        "manager/00F0": holder.municipality.encode(),
        "manager/00F2": f"{holder.expires:%Y%m%d}".encode(),
        "manager/00F7": municipal,
        "manager/00F8": _HEADER_LIST + certificate(_ROOT, municipal, intermediate, root),
        "manager/5F51": (ATR if is_contactless(atr) else atr)[1:],
        "manager/7F21": _HEADER_LIST + certificate(municipal, LOWEST, lowest, intermediate),
    }
