"""The set-up in a notebook: the phone at the left, the machinery beside it.

button -> Flow.do or Lab -> what is new in traces and log -> everything is shown anew
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, Refused
from myna_lab.lab import Holder, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import NUMBERS, Flow, Screen, Tap
from myna_lab.texts.speech import Speech
from myna_lab.texts.width import columns
from myna_lab.widgets import beneath, panels, screen, standing, waiting
from myna_lab.widgets.at_window import bars, is_dead
from myna_lab.widgets.ends import DEAD_ENDS, way_on
from myna_lab.widgets.entry import Entry
from myna_lab.widgets.movements import Movements
from myna_lab.widgets.offices import OFFICES, Help, possible
from myna_lab.widgets.steady import steady
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import NEXT_LIST, View, Wait, box, html, show_if
from myna_lab.widgets.whatif import WhatIf

__all__ = ["Wizard", "wizard"]

_TABS = ("exchanges", "events", "certificates", "verdict", "inside", "parameters")
_WAITS: list[Wait] = [
    *((f"{minutes}min", "word.wait", {"minutes": minutes}) for minutes in (1, 5)),
    ("1d", "word.wait_day", {}),
    (NEXT_LIST, "word.wait_list", {}),
]

_QUIET: tuple[Tap, ...] = ("disagree", "back", "close")
"""Taps that lead back or out, on small buttons."""
_ONE_LINE = 28
"""Columns for which the blue button has room; of two languages each gets a line, if they need more."""
_SHOWN: WeakValueDictionary[tuple[int, str], Flow] = WeakValueDictionary()
"""The set-up that was shown last of each phone: what is typed lives only in it, so a second view goes on with it."""


def wizard(flow_or_phone: Flow | PhoneHandle, language: str = "") -> Wizard:
    """The set-up as a phone to tap on, with the machinery beside it.

    Args:
        flow_or_phone: a set-up, at any screen; or a phone, on which the one that was shown last goes on, or a new one
            begins.
        language: ``ja``, ``en`` or ``both``; the view lets one change it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: another language, or something else than a set-up or phone of a lab.
    """
    speech = Speech(language)
    if isinstance(flow_or_phone, PhoneHandle):
        phone = flow_or_phone
        former = _SHOWN.get((id(phone.world), phone.phone))
        if former is None or former.phone != phone or former.screen is Screen.CLOSED:
            former = phone.add_card()
        return Wizard(phone, former, speech)
    if isinstance(flow_or_phone, Flow) and isinstance(flow_or_phone.phone, PhoneHandle):
        return Wizard(flow_or_phone.phone, flow_or_phone, speech)
    raise MisuseError("wizard() takes a phone, or what phone.add_card() gave.", code="no_flow")


def _too_late() -> None:
    """Another view or the code went on meanwhile: the tap was made on a screen that is gone."""
    raise Refused("the set-up went on or ended elsewhere; this is where it stands now.", code="went_on")


class Wizard(View):
    """What :func:`wizard` shows.

    Args:
        phone: the phone.
        flow: the set-up on it.
        speech: the language to begin with.
    """

    what_appears = "word.appears.wizard"

    def __init__(self, phone: PhoneHandle, flow: Flow, speech: Speech) -> None:
        super().__init__(Lab.of(phone.world), speech, _WAITS, _TABS)
        self.phone = phone
        self.flow = flow
        self._stood = ("", 0)
        """The set-up and how far it was when it was shown."""
        self._has_just_come = False
        """Whether the last tap led to the screen that is shown, so that one waits there as the reporter did."""
        self._build()
        self.refresh()

    # ---------------------------------------------------------------------------------------------------------- build

    def _build(self) -> None:
        self.head, self.waiting, self.page, self.notice = html("head"), html("waits"), html("page"), html("notice")
        self.caption = html("caption")
        self.typed = typed = Entry(self)
        self.never, self.entry, self.same, self.fill = typed.never, typed.field, typed.same, typed.fill
        self.fill_wrong = typed.fill_wrong
        self.main = self.button(self._tap_main, "main")
        self.disagree, self.back, self.close = (self._tapper(tap) for tap in _QUIET)
        self.log_in = self.button(self._log_in, "pill")
        self.again = self.button(self._begin_anew, "quiet")
        self.another = self.button(self._begin_with_another, "quiet")
        self.what_if, self.movements = WhatIf(self), Movements(self)
        self.lose = self.button(self._lose_or_find, "pill")
        self.help = Help(self, "pill", before=(self.lose,))
        self.ways = Help(self, "quiet", ("kiosk", "window"))
        self.so_far = html("so-far")
        body = box(
            "screen",
            self.head,
            self.notice,
            self.waiting,
            self.page,
            self.movements.box,
            self.never,
            self.entry,
            self.same,
            box("row", self.fill, self.fill_wrong),
            self.main,
            box("row", *self.ways.buttons.values(), self.again, self.another, self.disagree, self.back, self.close),
        )
        frame = box("phone", body).add_class(f"mnc-{self.flow.phone.platform}")
        machinery = box(
            "machinery",
            self.what,
            box("controls", self.clock, *self.waits, self.log_in, self.language),
            self.so_far,
            self.tabs.widget,
            self.help.box,
            self.what_if.box,
        )
        parts = [ipw.HTML(STYLE, **steady("HTML")), box("side", frame, self.caption), machinery]
        self.box, self.place = ipw.Box(parts).add_class("mnc-view").add_class("mnc-wizard"), self.head

    # ---------------------------------------------------------------------------------------------------------- taps

    def act(self, work: Callable[[], object]) -> None:
        """As in every view; the field is emptied in any case, and an Enter that was waiting counts as done."""
        self.typed.begin()
        try:
            super().act(work)
        finally:
            self.typed.clear()

    def chips(self) -> list[Chip]:
        """The plastic card's and, if there is one, the phone's."""
        return [self.phone.holder.card, *([self.phone.chip] if self.phone.chip else [])]

    def focus(self) -> None:
        """The field if something is typed here, else the button; what was pressed beside the phone keeps it."""
        if self._pressed in (self.main, self.disagree, self.back, self.close, self.again, self.another, None):
            (self.entry if self.flow.asks else self.main).focus()
        else:
            super().focus()

    def begin(self, phone: PhoneHandle, flow: Flow | None = None) -> None:
        """Show another phone, or a set-up anew; for the work of a press.

        Args:
            phone: the phone.
            flow: its set-up; None: a new one.
        """
        self.phone, self.flow = phone, flow or phone.add_card()

    def helped(self) -> None:
        """What kept the card from the phone is out of the way: the app is opened anew."""
        if self.flow.screen in DEAD_ENDS and not bars(self.holder):
            self.begin(self.phone)

    @property
    def holder(self) -> Holder:
        """Whose phone it is."""
        return self.phone.holder

    def _lose_or_find(self) -> None:
        self.act(self.phone.find if self.phone.lost else self.phone.lose)

    def _tap_main(self) -> None:
        self._way_on[1]()

    @property
    def _way_on(self) -> tuple[str, Callable[[], None]]:
        """What leads on from here, which is the blue button: key of its words, and its work."""
        if taps := self.flow.may():
            return self.what_if.way_on or (f"tap.{taps[0]}", lambda: self._tap(taps[0]))
        way = way_on(self.flow.screen, self.phone)
        if way in OFFICES:
            return f"word.go_to.{way}", lambda: self.help.go(way)
        works = {"restart": self._begin_anew, "another_resident": self._begin_with_another}
        works |= {"try_portal": self._log_in, "found_again": self._lose_or_find}
        return f"word.{way}", works[way]

    def _begin_anew(self) -> None:
        self.act(lambda: self.begin(self.phone))

    def _begin_with_another(self) -> None:
        """A new resident, with a card and a phone of the same make."""
        self.act(lambda: self.begin(getattr(self.lab, self.flow.phone.platform)(self.lab.resident())))

    def _tap(self, tap: Tap) -> None:
        if self._stood != self._stands():
            self.act(_too_late)
            return
        leads_on = tap not in _QUIET
        value, same = (self.typed.value, self.typed.is_same) if leads_on else (None, False)
        mishap = self.what_if.mishap if leads_on else None
        self._has_just_come = True
        self.act(lambda: self.flow.do(tap, value, same=same, mishap=mishap))

    def capture(self) -> None:
        """Tap that the face is captured, as the blue button does."""
        self._pressed = self.main
        self._tap("capture")

    def _stands(self) -> tuple[str, int]:
        return self.flow.flow, len(self.lab.log.about(self.flow.flow))

    def _tapper(self, tap: Tap) -> Any:
        return self.button(lambda: self._tap(tap), "quiet")

    def press_main(self) -> None:
        """As a press on the blue button."""
        self._pressed = self.main
        self._tap_main()

    def focus_main(self) -> None:
        """Bring the keyboard to the blue button."""
        self.main.focus()

    def _log_in(self) -> None:
        self.act(lambda: self.lab.portal.log_in(self.phone))

    # ---------------------------------------------------------------------------------------------------------- show

    def refresh(self) -> None:
        """Show flow and lab as they are now; needed only after something else changed them."""
        flow, say = self.flow, self.speech
        arrived, self._has_just_come = self._has_just_come, False
        self._stood = self._stands()
        _SHOWN[id(self.phone.world), self.phone.phone] = flow
        self.head.value = screen.head(flow, say, self.lab.now)
        said = [event.verdict for event in self.new_verdicts(self.phone.phone)]
        self.waiting.value = self._waiting() if arrived else ""
        self.movements.refresh()
        page = screen.page(flow, say, self.phone, said[0] if said else None)
        self.page.value = page + self.movements.page()
        self.caption.value = standing.caption(self.phone, say)
        self._show_notice()
        self.typed.refresh()
        self._show_taps()
        self.what_if.refresh()
        self.help.refresh()
        self.lose.description = say.line("word.found_again" if self.phone.lost else "word.lose_it")
        self.so_far.value = self.grown((self.phone,))
        self.log_in.description = say.line("word.try_portal")
        self.show_clock()
        self._show_news(arrived)
        self.show_panel()

    def _show_notice(self) -> None:
        notice = None if self.what_if.is_over else self.flow.notice
        self._noticed = self.error_html() or (self.speech.stacked(notice.in_language) if notice else "")
        self.notice.value = f"<div>{self._noticed}</div>"
        show_if(self.notice, bool(self._noticed))

    def _show_news(self, arrived: bool) -> None:
        say = self.speech
        noticed = self._noticed if arrived or self._error else ""
        place = f"{screen.place(self.flow, say)} {screen.title(self.flow, say, self.phone)} {noticed}"
        is_answer = bool(self.new_verdicts())
        prompt = self.movements.prompt()
        news = "" if is_answer else prompt or self.happened()
        fact = f'<span class="mnc-fact">{say.stacked(self.flow.fact)}</span>'
        self.show_news(place, news, "" if is_answer else fact)

    def _waiting(self) -> str:
        """What one waits for before the screen that has just come."""
        if self.flow.screen in (Screen.READING_DONE, Screen.WAIT_FOR_NOTICE):
            return waiting.reading(self._new_exchanges, self.speech)
        return waiting.adding(self._new_entries, self.speech) if self.flow.screen is Screen.WALLET_DONE else ""

    def _show_taps(self) -> None:
        taps, say, (way, _) = self.flow.may(), self.speech, self._way_on
        words = say.line(way)
        self.main.description = words if columns(words) <= _ONE_LINE else words.replace("  ", "\n")
        for button, key, is_here in (
            (self.log_in, "word.try_portal", True),
            (self.again, "word.restart", self.flow.finished and not self.phone.lost and not is_dead(self.holder)),
            (self.another, "word.another_resident", self.flow.screen in DEAD_ENDS),
        ):
            button.description = say.line(key)
            show_if(button, is_here and key != way)
        for button, tap in zip((self.disagree, self.back, self.close), _QUIET, strict=True):
            show_if(button, tap in taps)
            button.description = say.line(f"tap.{tap}")
        quiet = {name for name in self.ways.buttons if possible(name, self.holder) and not way.endswith(name)}
        self.ways.refresh(quiet if self.flow.screen in DEAD_ENDS else ())

    def turn_to_the_news(self) -> None:
        """Open the panel in which something is new."""
        names = {entry.name for entry in self._new_entries}
        if not names:
            return
        if "VerdictGiven" in names:
            self.tabs.value = "verdict"
        elif "CertificateRevoked" in names:
            self.tabs.value = "certificates"
        elif self._new_exchanges:
            self.tabs.value = "exchanges"
        else:
            self.tabs.value = "certificates" if any(name.startswith("Certificate") for name in names) else "events"

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        say, lab = self.speech, self.lab
        match self.tabs.value:
            case "exchanges":
                self.tabs.show(panels.exchanges(self._new_exchanges, say))
            case "events":
                self.tabs.show(panels.events(self._new_entries, say))
            case "certificates":
                rows = lab.books.of_person(self.phone.person)
                self.tabs.show(panels.certificates(rows, self._new_entries, say))
            case "verdict":
                given = self.newest_verdict(self.phone.phone)
                self.tabs.show(panels.verdict(given, None if given is None else lab.explain(given), say))
            case "inside":
                self.tabs.show(beneath.inside((self.phone,), say))
            case "parameters":
                self.tabs.show(beneath.parameters(lab.parameters, say))

    def __repr__(self) -> str:
        number = "end" if self.flow.number is None else self.flow.number
        last = max(NUMBERS[self.flow.phone.platform].values())
        return f"<Wizard TEST {self.phone.phone}: screen {number} of {last}, {self.flow.screen.value}>"
