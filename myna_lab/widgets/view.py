"""What the views share: news, clock, language and panels, and how a button's work is done and its news are found.

    button -> act(work) -> what is new in traces and log -> refresh() -> the page says that it shows it

A view reads; the lab keeps everything. Widgets are built once, afterwards only their values change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as ipw

from myna_lab.analysis.telling import told
from myna_lab.analysis.who_knows import moments
from myna_lab.devices.card import Chip, Exchange
from myna_lab.errors import MynaLabError
from myna_lab.events import Entry, Verdict, VerdictGiven
from myna_lab.ground.durations import JST
from myna_lab.lab import Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.texts import both, text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets.answer import answer
from myna_lab.widgets.aria import spoken
from myna_lab.widgets.note import note
from myna_lab.widgets.page import is_a_page
from myna_lab.widgets.phone_timeline import phone_timeline
from myna_lab.widgets.seen import Button, Seen
from myna_lab.widgets.steady import show_if, steady
from myna_lab.widgets.tabs import Tabs
from myna_lab.widgets.words import key_words

__all__ = ["NEXT_LIST", "View", "Wait", "box", "html", "later", "show_if"]

Wait = tuple[str, str, Mapping[str, object]]
"""A button of the clock: how long, or NEXT_LIST; and the key of its words with their values."""

NEXT_LIST = "next list"
"""The button that waits until the next revocation list is out."""

_MOMENTS = 16
"""How many instants of change a timeline goes back."""
_SPOKEN = (("日本語", "ja"), ("English", "en"), ("両方 Both", "both"))
_WIDE = {"description_width": "initial"}


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
    place: Any
    """The piece of it that says where one stands."""
    what_appears = ""
    """Key of the sentence that stands where the view is going to be."""

    def __init__(self, lab: Lab, speech: Speech, waits: Sequence[Wait], tabs: Sequence[str]) -> None:
        self.lab = lab
        self.speech = speech
        self.seen = Seen()
        self._waits = waits
        self._pressed: Any = None
        self._new_exchanges: Sequence[Exchange] = ()
        self._new_entries: Sequence[Entry] = ()
        self._error: MynaLabError | None = None
        self._is_untouched = True
        self.clock, self.what = html("clock"), html("what", tabbable=True)
        self.waits = [self.button(self._waiter(by), "pill") for by, _, _ in waits]
        self.language = ipw.Dropdown(options=_SPOKEN, value=speech.language, style=_WIDE)
        self.language.add_class("mnc-language").observe(self._on_language, "value")
        self.tabs = Tabs(tabs, self.show_panel)

    # ------------------------------------------------------------------------------------------------- what a view says

    @property
    def instant(self) -> datetime:
        """The instant that the clock shows."""
        return self.lab.now

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

    def focus(self) -> None:
        """Bring the keyboard to where one goes on: the button that was pressed."""
        if self._pressed is not None and self._pressed.layout.display != "none":
            self._pressed.focus()

    # ------------------------------------------------------------------------------------------------------------ build

    def button(self, work: Callable[[], None], kind: str) -> Any:
        """A button without words yet; it acts only on the screen on which it was pressed."""
        made = Button(self.seen)

        def press(_: object) -> None:
            self._pressed = made
            work()

        made.on_click(press)
        return made.add_class(f"mnc-{kind}")

    def act(self, work: Callable[[], object]) -> None:
        """Do something, then show what is new; an error of ours becomes a notice."""
        chips = {chip: chip.trace[-1].n if len(chip.trace) else 0 for chip in self.chips()}
        log = self.lab.log
        n_entries = len(log)
        self._error, self._is_untouched = None, False
        try:
            work()
        except MynaLabError as error:
            self._error = error
        self._new_exchanges = [e for chip in self.chips() for e in chip.trace if e.n > chips.get(chip, 0)]
        self._new_entries = [log[n] for n in range(n_entries, len(log))]
        with self._at_once():
            self.turn_to_the_news()
            self.refresh()
            self.seen.painted()
        self.focus()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """What changes is sent at the end: what is pressed, then the number of the screen, then what is read.

        So whoever reads that something happened can press at once. Last of all comes what says where one stands.
        """
        models = tuple(_models(self.box))
        read = (model for model in models if isinstance(model, ipw.HTML))
        with ExitStack() as held:
            for model in dict.fromkeys((self.place, *read, *self.seen.models, *models)):
                held.enter_context(model.hold_sync())  # what is held first is sent last
            yield

    def _waiter(self, by: str) -> Callable[[], None]:
        return lambda: self.act(
            lambda: self.lab.advance_to(self._next_list()) if by == NEXT_LIST else self.lab.advance(by)
        )

    def _next_list(self) -> datetime:
        return self.lab.revocation.next_list(self.lab.now)

    # ------------------------------------------------------------------------------------------------------------- show

    def show_clock(self) -> None:
        """The clock, and the words of its buttons, of the language's choice and of the tabs."""
        now, say = self.instant.astimezone(JST), self.speech
        self.clock.value = f"<b>{now:%Y-%m-%d %H:%M:%S}</b> <small>{escape(say.line('word.japan_time'))}</small>"
        for button, (_, key, values) in zip(self.waits, self._waits, strict=True):
            button.description = say.line(key, **values)
        self.language.description = say.line("word.language")
        self.tabs.titles = [say.line(f"word.tab_{name}") for name in self.tabs.names]

    def show_news(self, place: str, *lines: str) -> None:
        """What just happened, where it is always in sight, and spoken as a whole.

        Args:
            place: what is spoken first: where one stands now; HTML that is not shown.
            lines: HTML, the newest first; the answers of services stand before them.
        """
        answers = [answer(event.verdict, self.lab, self.speech) for event in self.new_verdicts()]
        if self._is_untouched and is_a_page():
            lines = (*lines, f"<small>{self.speech.html('word.page_begins_anew')}</small>")
        page = "".join(f"<div>{line}</div>" for line in (*answers, *lines) if line)
        title = self.speech.line("word.what_happened")
        words = key_words(f"{page} {place}", self.speech)
        seen = f'<div class="mnc-unseen">{place}</div><b>{escape(title)}</b>{page}{words}'
        self.what.value = spoken(title, seen)

    def happened(self) -> str:
        """What the last press led to, in a sentence; empty, if it only showed another phone."""
        if self._new_entries or self._is_untouched:
            return told(self._new_entries, self.speech, self.lab.world)
        return self.speech.html("word.nothing_changed") if self._error else ""

    def grown(self, phones: Sequence[PhoneHandle]) -> str:
        """The timeline of some phones so far; what is new stands out."""
        since = self._new_entries[0].seq if self._new_entries else 0
        return phone_timeline(phones, moments(phones, _MOMENTS), self.speech, since)

    def new_verdicts(self, *devices: str) -> list[VerdictGiven]:
        """What services answered to the last press, the newest first; of some devices only."""
        events = (entry.event for entry in reversed(self._new_entries))
        return [e for e in events if isinstance(e, VerdictGiven) and (not devices or e.device in devices)]

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

    def _on_language(self, change: dict[str, Any]) -> None:
        self.speech = Speech(change["new"])
        self.refresh()

    def _ipython_display_(self) -> None:
        """What a notebook shows: the view, after a sentence that stands in its place while there is none."""
        from IPython.display import display

        show: Callable[..., None] = display
        show({"text/html": note(self.what_appears), "text/plain": ""}, raw=True)
        bundle: dict[str, object] = self.box._repr_mimebundle_()
        show({**bundle, "text/plain": repr(self)}, raw=True)


def _models(widget: Any) -> Iterator[Any]:
    yield from (widget, widget.layout)
    for child in getattr(widget, "children", ()):
        yield from _models(child)


def later(seconds: float, work: Callable[[], None]) -> None:
    """Do something in a moment, when messages that are under way have come; at once where no loop runs."""
    try:
        asyncio.get_running_loop().call_later(seconds, work)
    except RuntimeError:
        work()


def html(name: str, *, tabbable: bool | None = None) -> Any:
    """An empty piece of page; ``tabbable``: the keyboard can reach and scroll it."""
    return ipw.HTML(tabbable=tabbable, **steady("HTML")).add_class(f"mnc-{name}")


def box(name: str, *children: object) -> Any:
    """Widgets in a box."""
    return ipw.Box(list(children), **steady()).add_class(f"mnc-{name}")
