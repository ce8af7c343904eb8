"""What is pressed acts on the screen on which it was pressed, or not at all.

    kernel: painted = 7  ->  page: shows it, and says: seen = 7  ->  a press that comes before that was made on screen 6

Messages of a page arrive in the order in which they were sent, so a second click of a double click, an Enter too many,
a press on a slow network come before the page has said that it shows the next screen: they are not heard. What code
presses is always heard, and so is a page that never says what it shows.

A press that is made on what one reads is never lost: the number leaves before what is read (`View._at_once`), so the
page has answered it by then, and a press overtakes no answer. The page holds an answer back only while the kernel has
not done with the one before; but that one was there before the press which led to the next number.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw

from myna_lab.widgets.steady import steady

__all__ = ["Button", "Seen"]


class Seen:
    """Which screen the page shows, as far as it has said so."""

    def __init__(self) -> None:
        self._painted, self._seen = ipw.Label("1", **steady()), ipw.Label("0", **steady())
        # The page itself carries the number over: one model follows another there.
        self._link = ipw.jsdlink((self._painted, "value"), (self._seen, "value"))

    @property
    def models(self) -> tuple[Any, ...]:
        """What is sent with a screen."""
        return (self._painted,)

    def painted(self) -> None:
        """The next screen is sent."""
        self._painted.value = str(int(self._painted.value) + 1)

    @property
    def is_behind(self) -> bool:
        """Whether the page still shows a former screen."""
        return self._seen.value not in ("0", self._painted.value)


class Button(ipw.Button):  # type: ignore[misc]
    """A button without words yet; a press on a screen that is gone is not heard.

    Args:
        seen: of the view.
    """

    def __init__(self, seen: Seen) -> None:
        super().__init__(**steady("Button"))
        self._page = seen

    def _handle_button_msg(self, widget: object, content: dict[str, Any], buffers: object) -> None:
        """What the page sends; a click by code does not come this way."""
        if not self._page.is_behind:
            super()._handle_button_msg(widget, content, buffers)
