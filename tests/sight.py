"""What a learner sees of a view: in which windows it is looked at, and what is outside the part that is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, ViewportSize

__all__ = ["SIZES", "SMALL", "in_sight"]

SIZES: list[ViewportSize] = [
    {"width": 1280, "height": 800},
    {"width": 1366, "height": 768},
    {"width": 1440, "height": 900},
    {"width": 900, "height": 800},
    {"width": 640, "height": 400},  # 1280 by 800 at 200 %
]
"""Windows of JupyterLab, in CSS pixels; a telephone's is looked at in Voila."""

SMALL = SIZES[-1]
"""Here no phone is in sight as a whole."""

_OUTSIDE = """(view, parts) => {
    let place = view.parentElement;
    while (place && !(/auto|scroll/.test(getComputedStyle(place).overflowY) && place.scrollHeight > place.clientHeight))
        place = place.parentElement;
    const inner = place ? place.getBoundingClientRect() : {top: 0, bottom: innerHeight};
    return parts.filter(part => {
        const shown = [...view.querySelectorAll(part.replace("some of ", ""))].find(each => each.offsetParent);
        if (!shown) return true;
        const box = shown.getBoundingClientRect(), bottom = Math.min(inner.bottom, innerHeight);
        if (part.startsWith("some of ")) return box.bottom <= inner.top || box.top >= bottom;
        return box.height === 0 || box.top < inner.top - 1 || box.bottom > bottom + 1;
    });
}"""


def in_sight(view: Locator, *parts: str) -> list[str]:
    """Those of the parts, by their CSS, that are not wholly in sight, or not even ``some of`` them; empty: all are."""
    outside: list[str] = view.evaluate(_OUTSIDE, [*parts])
    return outside
