"""Whose the published TEST keys are: the first ones belong to authorities and issuers, the others to people."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key

__all__ = ["FIRST_FREE", "RESERVED", "attribute_key", "past_keys"]

RESERVED: Mapping[str, int] = {
    "sign": 0,
    "auth": 1,
    "sign_responder": 2,
    "auth_responder": 3,
    "text": 4,
    "visual": 5,
    "licence": 6,
    "common": 7,
    "messaging": 8,
    "text_authority": 9,
    "visual_authority": 10,
    "root": 11,
    "intermediate": 12,
    "lowest": 13,
}
"""Who signs or certifies to the number of the key. ``common`` and ``messaging`` are shared by all cards."""
FIRST_FREE = len(RESERVED)
"""From this number on keys are given out in turn."""


def past_keys(kind: str, age: int) -> tuple[int, int]:
    """Numbers of the keys of an authority's past generation, and of its responder.

    Args:
        kind: ``sign`` or ``auth``; both have as many generations.
        age: 1 for the generation before the newest, 2 for the one before that.
    """
    own = FIRST_FREE + 2 * (2 * (age - 1) + ("sign", "auth").index(kind))
    return own, own + 1


def attribute_key(chance: Chance, authority: str, serial: int) -> EllipticCurvePrivateKey:
    """The key of the root or the signer of attribute records, drawn by its certificate's serial number."""
    return elliptic_key(chance.child(f"key/{authority}/{serial}"))
