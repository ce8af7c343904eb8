"""What the views share: a language, the clock's buttons, and how a button's work is done and its news are found.

    button -> act(work) -> what is new in traces and log -> refresh()

A view reads; the lab keeps everything. Widgets are built once, afterwards only their values change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip, Exchange
from myna_lab.errors import MynaLabError
from myna_lab.events import Entry, Verdict, VerdictGiven
from myna_lab.ground.durations import JST
from myna_lab.lab import Lab
from myna_lab.texts import both, text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term

__all__ = ["View", "Wait", "box", "html", "later", "show_if"]

Wait = tuple[str, str, Mapping[str, object]]
"""A button of the clock: how long, and the key of its words with their values."""

_SPOKEN = (("日本語", "ja"), ("English", "en"), ("両方 Both", "both"))
_NARROW = {"button_width": "auto"}


class View:
    """A view of a lab.

    Args:
        lab: whose clock and log it shows.
        speech: the language to begin with.
        waits: the clock's buttons.
        tabs: names of the panels, in order.
    """

    box: Any
    """The widget that a notebook shows."""

    def __init__(self, lab: Lab, speech: Speech, waits: Sequence[Wait], tabs: Sequence[str]) -> None:
        self.lab = lab
        self.speech = speech
        self._waits = waits
        self._tabs = tabs
        self._new_exchanges: Sequence[Exchange] = ()
        self._new_entries: Sequence[Entry] = ()
        self._error: MynaLabError | None = None
        self.clock, self.what, self.panel = html("clock"), html("what"), html("panel")
        self.waits = [self.button(self._waiter(by), "pill") for by, _, _ in waits]
        self.language = ipw.ToggleButtons(options=_SPOKEN, value=speech.language, style=_NARROW)
        self.language.add_class("mnc-language").observe(self._on_language, "value")
        self.tabs = ipw.ToggleButtons(options=tabs, style=_NARROW).add_class("mnc-tabs")
        self.tabs.observe(lambda change: self.show_panel(), "value")

    # ------------------------------------------------------------------------------------------------- what a view says

    def refresh(self) -> None:
        """Show the lab as it is now; needed only after something else changed it."""
        raise NotImplementedError

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        raise NotImplementedError

    def chips(self) -> list[Chip]:
        """The chips whose exchanges are shown."""
        raise NotImplementedError

    def turn_to_the_news(self) -> None:
        """Open the panel in which something is new."""

    # ------------------------------------------------------------------------------------------------------------ build

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet."""
        made = ipw.Button()
        made.on_click(lambda _: work())
        return made.add_class(f"mnc-{kind}")

    def act(self, work: Callable[[], object]) -> None:
        """Do something, then show what is new; an error of ours becomes a notice."""
        chips = {chip: chip.trace[-1].n if len(chip.trace) else 0 for chip in self.chips()}
        log = self.lab.log
        n_entries = len(log)
        self._error = None
        try:
            work()
        except MynaLabError as error:
            self._error = error
        self._new_exchanges = [e for chip in self.chips() for e in chip.trace if e.n > chips.get(chip, 0)]
        self._new_entries = [log[n] for n in range(n_entries, len(log))]
        self.turn_to_the_news()
        self.refresh()

    def _waiter(self, by: str) -> Callable[[], None]:
        return lambda: self.act(lambda: self.lab.advance(by))

    # ------------------------------------------------------------------------------------------------------------- show

    def show_clock(self) -> None:
        """The clock and the words of its buttons."""
        now, say = self.lab.now.astimezone(JST), self.speech
        self.clock.value = f"<b>{now:%Y-%m-%d %H:%M:%S}</b> <small>{escape(say.line('word.japan_time'))}</small>"
        for button, (_, key, values) in zip(self.waits, self._waits, strict=True):
            button.description = say.line(key, **values)

    def newest_verdict(self, *devices: str) -> Verdict | None:
        """What a service answered last about one of these devices (``iphone-1``)."""
        events = (entry.event for entry in reversed(self.lab.log.about(*devices)))
        return next((event.verdict for event in events if isinstance(event, VerdictGiven)), None)

    def error_html(self) -> str:
        """What could not be done, if something could not; its English is the error's own."""
        error = self._error
        if error is None:
            return ""
        values = {"said": str(error), "code": Term(f"code.{error.code}")}
        kinds = (kind.__name__ for kind in type(error).__mro__)
        key = next(key for kind in kinds if both(key := f"word.error.{kind}"))
        return self.speech.stacked(lambda language: text(key, language, **values))

    def label_tabs(self) -> None:
        """The words of the tabs; the chosen one stays."""
        chosen = self.tabs.value
        self.tabs.options = [(self.speech.line(f"word.tab_{name}"), name) for name in self._tabs]
        self.tabs.value = chosen

    def _on_language(self, change: dict[str, Any]) -> None:
        self.speech = Speech(change["new"])
        self.label_tabs()
        self.refresh()

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        """What a notebook shows; a page without kernel shows the text."""
        bundle: dict[str, object] = self.box._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}


def later(seconds: float, work: Callable[[], None]) -> None:
    """Do something in a moment, when messages that are under way have come; at once where no loop runs."""
    try:
        asyncio.get_running_loop().call_later(seconds, work)
    except RuntimeError:
        work()


def html(name: str) -> Any:
    """An empty piece of page."""
    return ipw.HTML().add_class(f"mnc-{name}")


def box(name: str, *children: object) -> Any:
    """Widgets in a box."""
    return ipw.Box(list(children)).add_class(f"mnc-{name}")


def show_if(widget: Any, shown: bool) -> None:
    """Show or hide; what is hidden takes no room and no place in the Tab order."""
    widget.layout.display = None if shown else "none"
