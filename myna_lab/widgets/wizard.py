"""The set-up in a notebook: the phone at the left, the machinery beside it.

button -> Flow.do or Lab -> what is new in traces and log -> everything is shown anew
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as ipw

from myna_lab.analysis.telling import told
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.lab import IPhone, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import MISHAPS, NUMBERS, Flow, Screen, Tap
from myna_lab.texts.speech import Speech
from myna_lab.widgets import panels, screen
from myna_lab.widgets.pins import right_entry, wrong_entry
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import View, Wait, box, html, later, show_if
from myna_lab.widgets.whatif import WHAT_IF, label, possible, too_old

__all__ = ["Wizard", "wizard"]

_TABS = ("exchanges", "events", "certificates", "verdict")
_WAITS: list[Wait] = [(f"{minutes}min", "word.wait", {"minutes": minutes}) for minutes in (1, 5)]

_ON_ITS_WAY = 0.3
"""Seconds to wait for the typed value: Enter may arrive before it."""
_DEAD_ENDS = (Screen.PIN_BLOCKED, Screen.REFUSED)
"""Ends that a second try may reach again."""
_QUIET: tuple[Tap, ...] = ("disagree", "back", "close")
"""Taps that lead back or out, on small buttons."""


def wizard(flow_or_phone: Flow | PhoneHandle, language: str = "") -> Wizard:
    """The set-up as a phone to tap on, with the machinery beside it.

    Args:
        flow_or_phone: a set-up, at any screen; or a phone, on which a new one begins.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: another language, or something else than a set-up or phone of a lab.
    """
    speech = Speech(language)
    if isinstance(flow_or_phone, PhoneHandle):
        return Wizard(flow_or_phone, flow_or_phone.add_card(), speech)
    if isinstance(flow_or_phone, Flow) and isinstance(flow_or_phone.phone, PhoneHandle):
        return Wizard(flow_or_phone.phone, flow_or_phone, speech)
    raise MisuseError("wizard() takes a phone, or what phone.add_card() gave.", code="no_flow")


class Wizard(View):
    """What :func:`wizard` shows.

    Args:
        phone: the phone.
        flow: the set-up on it.
        speech: the language to begin with.
    """

    def __init__(self, phone: PhoneHandle, flow: Flow, speech: Speech) -> None:
        super().__init__(Lab.of(phone.world), speech, _WAITS, _TABS)
        self.phone = phone
        self.flow = flow
        self._former: tuple[PhoneHandle, Flow] | None = None
        """The phone that was put away for one that is too old, and its set-up."""
        self._build()
        self.label_tabs()
        self.refresh()

    # ---------------------------------------------------------------------------------------------------------- build

    def _build(self) -> None:
        self.head, self.page, self.notice = html("head"), html("page"), html("notice")
        self.never = html("never")
        # Sent whole, not letter by letter: what is sent while the kernel works waits, and Enter overtakes it.
        self.entry = ipw.Password(continuous_update=False, style={"description_width": "initial"})
        self.entry.add_class("mnc-entry").on_msg(self._on_entry_message)
        self.entry.observe(lambda change: self._value_came(), "value")
        self._is_entered = False
        self.same = ipw.Checkbox(indent=False)
        self.same.observe(lambda change: self._show_entry(), "value")
        self.fill, self.fill_wrong = self.button(self._fill, "quiet"), self.button(self._fill_wrong, "quiet")
        self.main = self.button(self._tap_main, "main")
        self.disagree, self.back, self.close = (self.button(self._tapper(tap), "quiet") for tap in _QUIET)
        self.mishaps = ipw.ToggleButtons(style={"button_width": "auto", "description_width": "initial"})
        self.mishaps.add_class("mnc-mishaps")
        self.log_in = self.button(self._log_in, "pill")
        self.another = self.button(lambda: self.act(self._begin_with_another), "quiet")
        self.what_if = {name: self.button(self._happening(name), "pill") for name in WHAT_IF}
        self.old_phone = self.button(lambda: self.act(self._change_to_an_old_phone_or_back), "pill")
        self.what_if_title = html("what-if-title")
        body = ipw.VBox(
            [
                self.head,
                self.page,
                self.notice,
                self.never,
                self.entry,
                self.same,
                box("row", self.fill, self.fill_wrong),
                self.main,
                box("row", self.another),
                box("row", self.disagree, self.back, self.close),
            ]
        ).add_class("mnc-screen")
        machinery = ipw.VBox(
            [
                box("controls", self.clock, *self.waits, self.log_in, self.language),
                # Above what changes its height, so that a button stays where it was pressed.
                ipw.VBox(
                    [self.what_if_title, box("row", *self.what_if.values(), self.old_phone), self.mishaps]
                ).add_class("mnc-what-if"),
                self.what,
                self.tabs,
                self.panel,
            ]
        ).add_class("mnc-machinery")
        frame = ipw.VBox([body]).add_class("mnc-phone").add_class(f"mnc-{self.flow.phone.platform}")
        self.box = ipw.Box([ipw.HTML(STYLE), frame, machinery]).add_class("mnc-view").add_class("mnc-wizard")

    # ---------------------------------------------------------------------------------------------------------- taps

    def act(self, work: Callable[[], object]) -> None:
        """As in every view; the field is emptied in any case, and an Enter that was waiting counts as done."""
        self._is_entered = False
        try:
            super().act(work)
        finally:
            self.entry.value = ""

    def chips(self) -> list[Chip]:
        """The plastic card's and, if there is one, the phone's."""
        return [self.phone.holder.card, *([self.phone.chip] if self.phone.chip else [])]

    def _tap_main(self) -> None:
        if self.flow.finished:
            self.act(self._begin_anew)
        else:
            self._tap(self.flow.may()[0])
        (self.entry if self.flow.asks else self.main).focus()

    def _begin_anew(self) -> None:
        self.flow = self.phone.add_card()

    def _begin_with_another(self) -> None:
        """A new resident, with a card and a phone of the same make."""
        lab = self.lab
        self.phone, self._former = getattr(lab, self.flow.phone.platform)(lab.resident()), None
        self._begin_anew()

    def _change_to_an_old_phone_or_back(self) -> None:
        if self._former is not None:
            (self.phone, self.flow), self._former = self._former, None
            return
        self._former = self.phone, self.flow
        self.phone = too_old(self.phone.holder)
        self._begin_anew()

    def _happening(self, name: str) -> Callable[[], None]:
        return lambda: self.act(lambda: WHAT_IF[name](self.phone))

    def _tap(self, tap: Tap) -> None:
        leads_on = tap not in _QUIET
        value = self.entry.value if self.flow.asks and leads_on else None
        same = bool(self.same.value and self.flow.offers_same and leads_on)
        mishap = (self.mishaps.value or None) if leads_on else None
        self.act(lambda: self.flow.do(tap, value, same=same, mishap=mishap))

    def _tapper(self, tap: Tap) -> Callable[[], None]:
        def work() -> None:
            self._tap(tap)
            (self.entry if self.flow.asks else self.main).focus()

        return work

    def _fill(self) -> None:
        self.entry.value = right_entry(self.flow, same=self.same.value)
        self.main.focus()

    def _fill_wrong(self) -> None:
        self.entry.value = wrong_entry(self.flow)
        self.main.focus()

    def _on_entry_message(self, widget: object, content: dict[str, object], buffers: object) -> None:
        """Enter in the field is a tap on the main button."""
        if content.get("event") == "submit":
            self._is_entered = True
            later(_ON_ITS_WAY, self._entered)

    def _value_came(self) -> None:
        if self._is_entered:
            later(0, self._entered)

    def _entered(self) -> None:
        if self._is_entered:
            self._is_entered = False
            self._tap_main()

    def _log_in(self) -> None:
        self.act(lambda: self.lab.portal.log_in(self.phone))

    # ---------------------------------------------------------------------------------------------------------- show

    def refresh(self) -> None:
        """Show flow and lab as they are now; needed only after something else changed them."""
        flow, say = self.flow, self.speech
        self.head.value = screen.head(flow, say, self.lab.now)
        self.page.value = screen.page(flow, say, self.phone)
        self._show_notice()
        self._show_entry()
        self._show_taps()
        self._show_mishaps()
        self._show_machinery()

    def _show_notice(self) -> None:
        notice = self.flow.notice
        said = self.error_html() or (self.speech.stacked(notice.in_language) if notice else "")
        self.notice.value = f'<div role="status" aria-live="polite">{said}</div>'
        show_if(self.notice, bool(said))

    def _show_entry(self) -> None:
        flow, say = self.flow, self.speech
        for widget in (self.never, self.entry, self.fill):
            show_if(widget, bool(flow.asks))
        show_if(self.same, flow.offers_same)
        show_if(self.fill_wrong, bool(flow.asks) and not flow.offers_same)
        self.never.value = say.html("word.never_own_pin")
        self.entry.description = say.line(f"word.entry.{flow.asks}") if flow.asks else ""
        self.same.description = say.line("word.same_as_card")
        repeats = flow.screen in (Screen.REPEAT_USER_PIN, Screen.REPEAT_SIGN_PASSWORD)
        kind = "fill_again" if repeats else "fill_new" if flow.offers_same and not self.same.value else "fill_in"
        self.fill.description = say.line(f"word.{kind}")
        self.fill_wrong.description = say.line("word.fill_wrong")

    def _show_taps(self) -> None:
        taps, say = self.flow.may(), self.speech
        self.main.description = say.line(f"tap.{taps[0]}") if taps else say.line("word.restart")
        for button, tap in zip((self.disagree, self.back, self.close), _QUIET, strict=True):
            show_if(button, tap in taps)
            button.description = say.line(f"tap.{tap}")
        self.another.description = say.line("word.another_resident")
        show_if(self.another, self.flow.screen in _DEAD_ENDS)

    def _show_mishaps(self) -> None:
        possible = MISHAPS.get(self.flow.screen, ())
        show_if(self.mishaps, bool(possible))
        self.mishaps.description = self.speech.line("word.mishap")
        names = {"": "mishap_none"} | {name: name for name in possible}
        options = tuple((self.speech.line(f"word.{word}"), name) for name, word in names.items())
        if options != self.mishaps.options:
            self.mishaps.options = options
        self.mishaps.value = ""
        self._show_what_if()

    def _show_what_if(self) -> None:
        say, phone = self.speech, self.phone
        self.what_if_title.value = say.html("word.what_if")
        for name, button in self.what_if.items():
            button.description = say.line(label(name, phone))
            button.disabled = not possible(name, phone)
        self.old_phone.description = say.line("word.old_phone" if self._former is None else "word.former_phone")
        show_if(self.old_phone, isinstance(phone, IPhone))

    def _show_machinery(self) -> None:
        say = self.speech
        self.show_clock()
        self.log_in.description = say.line("word.try_portal")
        news = told(self._new_entries, say, self.lab.world)
        self.what.value = f"<b>{escape(say.line('word.what_happened'))}</b><div>{news}</div>"
        self.show_panel()

    def turn_to_the_news(self) -> None:
        """Open the panel in which something is new."""
        names = {entry.name for entry in self._new_entries}
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
                self.panel.value = panels.exchanges(self._new_exchanges, say)
            case "events":
                self.panel.value = panels.events(self._new_entries, say)
            case "certificates":
                rows = lab.books.of_person(self.phone.person)
                self.panel.value = panels.certificates(rows, self._new_entries, say)
            case "verdict":
                given = self.newest_verdict(self.phone.phone)
                self.panel.value = panels.verdict(given, None if given is None else lab.explain(given), say)

    def __repr__(self) -> str:
        number = "end" if self.flow.number is None else self.flow.number
        last = max(NUMBERS[self.flow.phone.platform].values())
        return f"<Wizard TEST {self.phone.phone}: screen {number} of {last}, {self.flow.screen.value}>"
