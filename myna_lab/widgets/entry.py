"""What is typed on a screen: the field, its switch "same as on my card", and buttons that type in the holder's place.

Full-width digits and letters (全角) are taken for half-width ones by the app, as everywhere (`residents.normalise`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets as ipw

from myna_lab.provisioning import Flow, Screen
from myna_lab.texts.speech import Speech
from myna_lab.widgets.pins import right_entry, wrong_entry
from myna_lab.widgets.seen import Seen
from myna_lab.widgets.view import html, later, show_if

__all__ = ["Entry"]

_ON_ITS_WAY = 0.3
"""Seconds to wait for the typed value: Enter may arrive before it."""
_REPEATS = (Screen.REPEAT_USER_PIN, Screen.REPEAT_SIGN_PASSWORD)


class Setting(Protocol):
    """The view of a set-up."""

    speech: Speech
    flow: Flow
    seen: Seen

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet."""

    def press_main(self) -> None:
        """Press the blue button."""

    def focus_main(self) -> None:
        """Bring the keyboard to the blue button."""


class Entry:
    """The field and what belongs to it.

    Args:
        wizard: whose.
    """

    def __init__(self, wizard: Setting) -> None:
        self._wizard = wizard
        self.never = html("never")
        # Sent whole, not letter by letter: what is sent while the kernel works waits, and Enter overtakes it.
        self.field = ipw.Password(continuous_update=False, style={"description_width": "initial"})
        self.field.add_class("mnc-entry").on_msg(self._on_message)
        self.field.observe(lambda change: self._value_came(), "value")
        self._is_entered = False
        self.same = ipw.Checkbox(indent=False)
        self.same.observe(lambda change: self.refresh(), "value")
        self.fill, self.fill_wrong = wizard.button(self._fill, "quiet"), wizard.button(self._fill_wrong, "quiet")

    @property
    def value(self) -> str | None:
        """What was typed; None on a screen that asks for nothing."""
        return str(self.field.value) if self._wizard.flow.asks else None

    @property
    def is_same(self) -> bool:
        """Whether the switch is on, where there is one."""
        return bool(self.same.value and self._wizard.flow.offers_same)

    def begin(self) -> None:
        """A tap is carried out: an Enter that was waiting counts as done."""
        self._is_entered = False

    def clear(self) -> None:
        """Nothing typed is left."""
        self.field.value = ""

    def _fill(self) -> None:
        self._fill_with(right_entry(self._wizard.flow, same=self.same.value))

    def _fill_wrong(self) -> None:
        self._fill_with(wrong_entry(self._wizard.flow))

    def _fill_with(self, value: str) -> None:
        self._wizard.focus_main()  # first: whoever sees the field filled and changes it keeps the keyboard there
        self.field.value = value

    def _on_message(self, widget: object, content: dict[str, object], buffers: object) -> None:
        """Enter in the field is a tap on the blue button."""
        if content.get("event") == "submit" and not self._wizard.seen.is_behind:
            self._is_entered = True
            later(_ON_ITS_WAY, self._entered)

    def _value_came(self) -> None:
        if self._is_entered:
            later(0, self._entered)

    def _entered(self) -> None:
        if self._is_entered:
            self._is_entered = False
            self._wizard.press_main()

    def refresh(self) -> None:
        """Show what the screen asks for."""
        flow, say = self._wizard.flow, self._wizard.speech
        for widget in (self.never, self.field, self.fill):
            show_if(widget, bool(flow.asks))
        show_if(self.same, flow.offers_same)
        show_if(self.fill_wrong, bool(flow.asks) and not flow.offers_same)
        self.never.value = say.html("word.never_own_pin")
        self.field.description = say.line(f"word.entry.{flow.asks}") if flow.asks else ""
        self.same.description = say.line("word.same_as_card")
        fresh = flow.offers_same and not self.same.value
        kind = "fill_again" if flow.screen in _REPEATS else "fill_new" if fresh else "fill_in"
        self.fill.description = say.line(f"word.{kind}")
        self.fill_wrong.description = say.line("word.fill_wrong")
