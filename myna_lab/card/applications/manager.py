"""The level of the card manager: what GET DATA answers after a reset, or once the manager is selected.

It has no files. The contact ATR is answered in every application, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.card.holder import Holder
from myna_lab.card.issuer import AUTHORITIES, certificate, key_id
from myna_lab.card.structure import FREE, Application, ElementaryFile, Kind
from myna_lab.iso7816 import StatusWord, tlv

__all__ = ["ATR", "ATR_OBJECT", "MANAGER", "files"]

ATR = bytes.fromhex("3BE000FF8131FE4514")
"""Answer to reset of the plastic card: contact, T=1 (card facts 4.1)."""
ATR_OBJECT = 0x5F51

_object = partial(ElementaryFile, "manager", kind=Kind.OBJECT, read=FREE)

MANAGER = Application(
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
_ROOT, _INTERMEDIATE = AUTHORITIES["root"], AUTHORITIES["root"] + 1


def files(holder: Holder, serial: str, atr: bytes, issuer_key: Callable[[str], RSAPrivateKey]) -> dict[str, bytes]:
    """The data objects.

    Args:
        holder: whose card it is.
        serial: the card's serial number, 15 digits.
        atr: the answer to reset.
        issuer_key: ``root``, ``intermediate`` and ``lowest`` to keys: the first certifies the second, and that one the
            third, of which nothing is known.
    """
    root, intermediate, lowest = (issuer_key(name) for name in ("root", "intermediate", "lowest"))
    return {
        "manager/0042": key_id(_ROOT),
        "manager/0045": serial.encode(),
        "manager/0066": tlv.encode(0x73, _RECOGNITION),
        "manager/00F0": holder.municipality.encode(),
        "manager/00F2": f"{holder.expires:%Y%m%d}".encode(),
        "manager/00F7": key_id(_INTERMEDIATE),
        "manager/00F8": tlv.decode(certificate(_ROOT, intermediate, root)).value,
        "manager/5F51": atr[1:],
        "manager/7F21": tlv.decode(certificate(_INTERMEDIATE, lowest, intermediate)).value,
    }
