"""Which applications each kind of chip carries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from myna_lab.devices.card.applications.common import COMMON, JUKI
from myna_lab.devices.card.applications.jpki import JPKI_ANDROID, JPKI_IPHONE, JPKI_PLASTIC
from myna_lab.devices.card.applications.licence import LICENCE
from myna_lab.devices.card.applications.manager import MANAGER
from myna_lab.devices.card.applications.text import TEXT
from myna_lab.devices.card.applications.visual import VISUAL
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile

__all__ = ["BIOMETRIC", "PROFILES", "applications", "managers", "rows"]

PROFILES: Mapping[str, tuple[DedicatedFile, ...]] = MappingProxyType(
    {
        "plastic": (JPKI_PLASTIC, TEXT, VISUAL, COMMON, JUKI, LICENCE),
        "iphone": (JPKI_IPHONE,),
        "android": (JPKI_ANDROID,),
    }
)
"""Applications by profile, in the order in which a partial AID finds them."""

BIOMETRIC: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "iphone": frozenset({"jpki/0018"}),
        "android": frozenset({"jpki/0018"}),
    }
)
"""Profiles of phones, to the reference data that a face or finger stands for: the 4 digits, never the signing password.

Source: for iPhone life-cycle facts 2.5 (confirmed); for Android life-cycle facts 3.
"""


def managers(profile: str) -> tuple[DedicatedFile, ...]:
    """The card manager, which a plastic card alone has."""
    return () if profile in BIOMETRIC else (MANAGER,)


def applications(profile: str) -> tuple[DedicatedFile, ...]:
    """Every application of a profile: those of all cards, the card manager of a plastic one, those of some cards."""
    own = PROFILES[profile]
    return (*(one for one in own if not one.optional), *managers(profile), *(one for one in own if one.optional))


def rows(profile: str) -> Mapping[str, ElementaryFile]:
    """Every row of a profile by its reference (``jpki/0018``); the card manager's of a plastic card, too."""
    return {row.reference: row for application in applications(profile) for row in application.files}
