"""What a learner sees of a view: in which windows it is looked at, and what is outside the part that is in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["JUPYTERLAB", "LAPTOP", "TELEPHONE", "VOILA", "Window", "cut_off", "in_sight", "look_through"]


class Window(NamedTuple):
    """A size in which a view is looked at, and what of a phone must be there together with the whole of the news."""

    name: str
    width: int
    """In CSS pixels, as the height."""
    height: int
    phone: str = "button.mnc-main"
    """CSS of what must be wholly in sight; with ``some of`` before it, a part of it is enough."""


_BIG = (Window("a small laptop", 1280, 800), Window("an old laptop", 1366, 768), Window("a laptop", 1440, 900))
_NARROW = Window("half a screen", 900, 800)
_ZOOMED = Window("1280 by 800 at 200 %", 640, 400, "some of .mnc-phone")  # no phone has room as a whole
TELEPHONE = Window("a telephone", 390, 844, "some of .mnc-phone")
LAPTOP = Window("a laptop", 1400, 900)

JUPYTERLAB = (*_BIG, _NARROW, _ZOOMED, TELEPHONE)
VOILA = (TELEPHONE, _ZOOMED)
"""As a page a notebook has the window to itself: what fits into JupyterLab's middle fits there too."""

# JupyterLab itself begins so in a window as narrow as a telephone.
_ALONE = """async narrow => {
    const app = window.jupyterapp;
    if (!app?.commands.hasCommand("application:set-mode")) return;  // Voila
    await app.commands.execute("application:set-mode", {mode: narrow ? "single-document" : "multiple-document"});
    narrow ? app.shell.collapseLeft() : app.shell.expandLeft();
}"""
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
_CUT_OFF = """views => views.flatMap(view => [...view.querySelectorAll("*")]).filter(part => {
    const style = getComputedStyle(part);
    const isForEars = part.clientWidth <= 1;
    return part.tagName !== "CODE" && !isForEars && style.overflowX !== "visible"
        && part.scrollWidth > part.clientWidth + 1;
}).map(part => part.outerHTML.slice(0, 120))"""


def look_through(page: Page, window: Window) -> None:
    """Give the browser's window a size; a telephone shows one document alone."""
    page.set_viewport_size({"width": window.width, "height": window.height})
    page.evaluate(_ALONE, window.width < 760)


def in_sight(view: Locator, *parts: str) -> list[str]:
    """Those of the parts, by their CSS, that are not wholly in sight, or not even ``some of`` them; empty: all are."""
    outside: list[str] = view.evaluate(_OUTSIDE, [*parts])
    return outside


def cut_off(view: Locator, windows: Sequence[Window] = JUPYTERLAB) -> list[tuple[str, str]]:
    """What is wider than its place in any of the windows, in one view or in all that are found; the last stays."""
    view.first.wait_for()
    found = []
    for window in windows:
        look_through(view.page, window)
        view.page.wait_for_timeout(150)
        found += [(window.name, part) for part in view.evaluate_all(_CUT_OFF)]
    return found
