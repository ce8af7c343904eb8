"""A set-up walked in a browser, in any language: what the blue button says does not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sight import Window, in_sight, look_through

if TYPE_CHECKING:
    from playwright.sync_api import Locator

__all__ = ["FIELD", "FILLED", "LANGUAGES", "fail", "fill_in", "on_screen", "walk", "walk_by_keyboard"]

FIELD = "input[type=password]:visible"
FILLED = "() => [...document.querySelectorAll('.mnc-wizard input[type=password]')].some(field => field.value)"
SCREENS = {
    ("iphone", "own"): [*range(1, 23)],
    ("iphone", "same"): [*range(1, 15), 16, *range(18, 23)],
    ("android", "own"): [*range(1, 16)],
    ("android", "same"): [*range(1, 10), 11, *range(13, 16)],
}
"""Of the article, by make and PINs: the phone's own, or the same as the card's, which nobody types a second time."""
LANGUAGES = {"ja": ("日本語", "画面 {} / {}", "おわり"), "en": ("English", "Screen {} of {}", "The end")}
"""What the choice is called, how a screen is numbered, and the end."""
_BUTTON = "() => document.activeElement.matches('button') ? document.activeElement.textContent : ''"
"""The words of the button that has the focus."""
_TAP = """async () => {
    const view = document.querySelector(".mnc-wizard");
    const shown = () => view.querySelector(".mnc-place").textContent;
    view.querySelector("button.mnc-main").scrollIntoView({block: "nearest"});
    const before = shown(), since = performance.now();
    view.querySelector("button.mnc-main").click();
    while (shown() === before) {
        if (performance.now() - since > 20000) throw new Error("the tap was not heard");
        await new Promise(requestAnimationFrame);
    }
    return performance.now() - since;
}"""
"""Tap on the blue button, and wait until the screen is painted anew; gives the milliseconds."""


def on_screen(view: Locator, number: int, language: str = "en", last: int = 22) -> None:
    """Wait until the phone shows a screen."""
    view.locator(".mnc-place").get_by_text(LANGUAGES[language][1].format(number, last)).wait_for()


def fill_in(view: Locator, *, same: bool = False) -> bool:
    """Fill in from the slip what the screen asks for, with the card's PINs if they are wanted; whether it asked."""
    asks = view.locator(FIELD).count() > 0
    if asks:
        box = view.locator(".mnc-screen input[type=checkbox]:visible")
        if same and box.count():
            box.check()
        view.locator(".mnc-screen > .mnc-row").first.get_by_role("button").first.click()
        view.page.wait_for_function(FILLED)
    return asks


def walk(
    view: Locator,
    windows: Sequence[Window],
    *,
    make: str = "iphone",
    pins: str = "own",
    language: str = "en",
    look: Callable[[str], object] = lambda name: None,
) -> Iterator[float]:
    """From the first screen to the end; after each tap the news and the phone are in sight together.

    Args:
        view: the wizard, on its first screen.
        windows: the sizes in turn, one a screen.
        make: of the phone.
        pins: ``own`` or ``same``.
        language: in which the place is read.
        look: called with the name of each screen, before its tap.

    Yields:
        Milliseconds from each tap to the screen that it leads to.
    """
    screens = SCREENS[make, pins]
    for number in screens:
        on_screen(view, number, language, screens[-1])
        window = windows[number % len(windows)]
        look_through(view.page, window)
        asks = fill_in(view, same=pins == "same")
        assert view.locator(".mnc-never").is_visible() is asks, number
        look(f"{number:02}")
        yield view.page.evaluate(_TAP)
        view.page.wait_for_timeout(100)
        assert in_sight(view, ".mnc-what", window.phone) == [], (number, window)
        assert view.locator("button.mnc-main:visible").count() == 1
    view.locator(".mnc-place").get_by_text(LANGUAGES[language][2]).wait_for()
    look("end")


def walk_by_keyboard(view: Locator, *, same: bool = False, language: str = "ja") -> None:
    """From an iPhone's first screen to the portal's answer with Tab, Space and Enter; focus is where one goes on.

    Args:
        view: the wizard, on its first screen in any language.
        same: with the card's PINs.
        language: in which it is walked.
    """
    page, (name, _, end) = view.page, LANGUAGES[language]
    view.get_by_label(re.compile("Language|言語")).select_option(name)
    on_screen(view, 1, language)
    view.locator("button.mnc-main").focus()
    for number in SCREENS["iphone", "same" if same else "own"]:
        on_screen(view, number, language)
        if view.locator(FIELD).count():
            page.wait_for_function("() => document.activeElement?.type === 'password'")
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.type") == "checkbox":
                if same and not page.evaluate("() => document.activeElement.checked"):  # it stays so for the next PIN
                    page.keyboard.press("Space")
                page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_function(FILLED)
        page.wait_for_function("() => document.activeElement?.matches('.mnc-main')")
        page.keyboard.press("Enter")
    view.locator(".mnc-place").get_by_text(end).wait_for()
    log_in = {"ja": "ログイン", "en": "Log in"}[language]
    while log_in not in (page.evaluate(_BUTTON) or ""):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    view.locator(".mnc-answer").first.wait_for()
    page.wait_for_function("words => document.activeElement?.textContent.includes(words)", arg=log_in)


def fail(view: Locator, screen: str) -> None:
    """Three failures of an iPhone's set-up in English, each mended; to be called on each screen before its tap.

    A phone that is too old, a PIN with too few digits, a PIN that the card refuses: what is wrong is in sight.
    """

    def said(words: str) -> None:
        view.locator(".mnc-notice").get_by_text(words).wait_for()
        view.page.wait_for_timeout(100)
        assert in_sight(view, ".mnc-notice", "some of .mnc-phone") == [], words

    main, field = view.locator("button.mnc-main"), view.locator(FIELD)
    if screen == "01":
        view.get_by_label("What if …").check()
        view.get_by_role("button", name="Begin on a phone that is too old").click()
        view.locator(".mnc-caption").get_by_text("iPhone X").wait_for()
        main.click()
        said("is too old")
        main.click()
        view.locator(".mnc-caption").get_by_text("iPhone 15").wait_for()
        view.get_by_label("What if …").uncheck()
        on_screen(view, 1)
    elif screen == "10":
        field.fill("12")
        field.press("Enter")
        said("Type 4 digits. Nothing was sent to the card.")
        fill_in(view)
    elif screen == "11":
        field.fill("")
        view.get_by_role("button", name="Fill in a wrong one").click()
        view.page.wait_for_function(FILLED)
        main.click()
        on_screen(view, 12)
        main.click()
        on_screen(view, 11)
        said("4 tries left")
        fill_in(view)
