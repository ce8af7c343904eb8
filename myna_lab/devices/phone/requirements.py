"""Which phone and system may hold the card: models in the order of their release, as data.

"iPhone SE (2nd generation)" -> place in the table -> at or after parameter iphone_model_minimum?
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import nearest, shown
from myna_lab.parameters import Parameters

__all__ = ["IPHONE_RELEASES", "Platform", "Requirements", "checked_model", "version_of"]

Platform = Literal["iphone", "android"]

IPHONE_RELEASES: tuple[tuple[str, ...], ...] = (
    ("iPhone 6", "iPhone 6 Plus"),
    ("iPhone 6s", "iPhone 6s Plus"),
    ("iPhone SE (1st generation)",),
    ("iPhone 7", "iPhone 7 Plus"),
    ("iPhone 8", "iPhone 8 Plus", "iPhone X"),
    ("iPhone XS", "iPhone XS Max", "iPhone XR"),
    ("iPhone 11", "iPhone 11 Pro", "iPhone 11 Pro Max"),
    ("iPhone SE (2nd generation)",),
    ("iPhone 12 mini", "iPhone 12", "iPhone 12 Pro", "iPhone 12 Pro Max"),
    ("iPhone 13 mini", "iPhone 13", "iPhone 13 Pro", "iPhone 13 Pro Max"),
    ("iPhone SE (3rd generation)",),
    ("iPhone 14", "iPhone 14 Plus", "iPhone 14 Pro", "iPhone 14 Pro Max"),
    ("iPhone 15", "iPhone 15 Plus", "iPhone 15 Pro", "iPhone 15 Pro Max"),
    ("iPhone 16", "iPhone 16 Plus", "iPhone 16 Pro", "iPhone 16 Pro Max"),
    ("iPhone 16e",),
    ("iPhone 17", "iPhone Air", "iPhone 17 Pro", "iPhone 17 Pro Max"),
)
"""One row a release, the oldest first; models of a row are equally old. Higher numbers than these are newer."""

_PLACES = {model.casefold(): place for place, row in enumerate(IPHONE_RELEASES) for model in row}
_NAMES = {model.casefold(): model for row in IPHONE_RELEASES for model in row}
_NUMBERED = re.compile(r"iphone ([0-9]{1,3})(e| mini| plus| pro| pro max| air)?")
_LAST_NUMBER = max(int(found[1]) for name in _PLACES if (found := _NUMBERED.fullmatch(name)))


def _place(model: str) -> int | None:
    """Where a model stands in the order of releases; None: there is no such model."""
    name = " ".join(model.split()).casefold()
    if name in _PLACES:
        return _PLACES[name]
    numbered = _NUMBERED.fullmatch(name)
    if numbered and int(numbered[1]) > _LAST_NUMBER:
        return len(IPHONE_RELEASES) + int(numbered[1])
    return None


def checked_model(model: str) -> str:
    """An iPhone's name as it is written, whatever its capitals.

    Raises:
        MisuseError: there is no such iPhone.
    """
    if not isinstance(model, str) or _place(model) is None:
        raise MisuseError(
            f"there is no iPhone {shown(model)}; models are {', '.join(_NAMES.values())}, and higher numbers."
            + nearest(model, _NAMES.values()),
            code="unknown_model",
        )
    name = " ".join(model.split())
    return _NAMES.get(name.casefold(), "iPhone" + name[6:])


def version_of(text: str) -> tuple[int, ...]:
    """A system's version as numbers: "18.5" is (18, 5).

    Raises:
        MisuseError: not one to three numbers with points between them, as text.
    """
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}", text):
        raise MisuseError(f"a system's version is text such as '18.5'; got {shown(text)}.", code="bad_version")
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a phone must be to hold the card."""

    model: str
    """Oldest iPhone."""
    system: str
    """Oldest iOS."""

    @classmethod
    def of(cls, parameters: Parameters) -> Requirements:
        """Those of parameters ``iphone_model_minimum`` and ``ios_minimum``.

        Raises:
            MisuseError: one of them names no iPhone, or no version.
        """
        system = parameters.text("ios_minimum")
        version_of(system)
        return cls(checked_model(parameters.text("iphone_model_minimum")), system)

    def missed(self, model: str, system: str, *, biometrics: bool, two_factor: bool) -> str:
        """The first requirement that an iPhone does not meet; empty: it meets all.

        Args:
            model: its model.
            system: its version of iOS.
            biometrics: whether a face or finger is enrolled.
            two_factor: whether its Apple account asks for a second factor.

        Returns:
            ``model_too_old``, ``system_too_old``, ``no_biometrics``, ``no_two_factor`` or nothing.

        Source: Apple support page on the card in Wallet (life-cycle facts 2.1).
        """
        checks = (
            ("model_too_old", (_place(model) or 0) >= (_place(self.model) or 0)),
            ("system_too_old", version_of(system) >= version_of(self.system)),
            ("no_biometrics", biometrics),
            ("no_two_factor", two_factor),
        )
        return next((reason for reason, is_met in checks if not is_met), "")
