"""One phone per person: an iPhone and an Android phone side by side, under one clock.

    a phone's button -> Lab -> who says something else now? -> both phones, what each knows, and the books

The view reads; the lab keeps everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

import ipywidgets as ipw

from myna_lab.analysis.telling import told
from myna_lab.analysis.who_knows import Belief, Knower, beliefs
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import show
from myna_lab.lab import Holder, IPhone, Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import Flow, Screen
from myna_lab.texts.speech import Speech
from myna_lab.widgets import beneath, panels, standing
from myna_lab.widgets.answer import colour_of
from myna_lab.widgets.offices import Help
from myna_lab.widgets.pictures import who_knew_html
from myna_lab.widgets.steady import steady
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import NEXT_LIST, View, Wait, box, html, show_if
from myna_lab.widgets.words import opened

__all__ = ["OnePhone", "one_phone"]

_TABS = ("books", "events", "verdict", "inside", "parameters")
_WAITS: list[Wait] = [
    *((f"{minutes}min", "word.wait", {"minutes": minutes}) for minutes in (1, 5, 15)),
    ("1d", "word.wait_day", {}),
    (NEXT_LIST, "word.wait_list", {}),
]


def one_phone(lab: Lab, holder: Holder, language: str = "") -> OnePhone:
    """A holder's iPhone and Android phone side by side.

    Args:
        lab: a lab.
        holder: a resident of it; a phone that she does not have is bought.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: another language, or a holder of another lab.
    """
    if not isinstance(lab, Lab) or not isinstance(holder, Holder) or holder.world is not lab.world:
        raise MisuseError(
            "one_phone() takes a lab and one of its residents; of a phone pass its holder: phone.holder.",
            code="foreign_holder",
        )
    speech = Speech(language)
    iphone, android = (_newest(holder, name) or getattr(lab, name)(holder) for name in ("iphone", "android"))
    return OnePhone(lab, holder, (iphone, android), speech)


def _newest(holder: Holder, platform: str) -> PhoneHandle | None:
    return next((p for p in reversed(holder.phones) if isinstance(p, IPhone) is (platform == "iphone")), None)


class OnePhone(View):
    """What :func:`one_phone` shows.

    Args:
        lab: the lab.
        holder: whose phones.
        phones: the iPhone and the Android phone.
        speech: the language to begin with.
    """

    what_appears = "word.appears.one_phone"

    def __init__(self, lab: Lab, holder: Holder, phones: tuple[PhoneHandle, PhoneHandle], speech: Speech) -> None:
        super().__init__(lab, speech, _WAITS, _TABS)
        self.holder = holder
        self.phones = phones
        self._before = self._now = self._ask()
        self._stopped: Flow | None = None
        self._build()
        self.refresh()

    # ------------------------------------------------------------------------------------------------------------ build

    def _build(self) -> None:
        self.sides = [Side(self, phone) for phone in self.phones]
        self.help = Help(self, "pill")
        self.hotline, self.window = self.help.buttons["hotline"], self.help.buttons["window"]
        self.notice, self.now, self.so_far, self.timeline = map(html, ("notice", "now", "so-far", "timeline"))
        wide = box("wide", self.timeline, self.tabs.widget)
        phones = box("duo", *(side.box for side in self.sides))
        controls = box("controls", self.clock, *self.waits, self.language)
        beside = box("beside", self.now, self.so_far, self.help.box)
        parts = [ipw.HTML(STYLE, **steady("HTML")), self.what, controls, self.notice, phones, beside, wide]
        self.box, self.place = ipw.Box(parts).add_class("mnc-view").add_class("mnc-one-phone"), self.clock

    # ------------------------------------------------------------------------------------------------------------ taps

    def act(self, work: Callable[[], object]) -> None:
        """As in every view; what everybody says is compared with what they said before."""
        self._before, self._stopped = self._now, None
        super().act(work)

    def add_card(self, phone: PhoneHandle) -> None:
        """Add the card to a phone, with the holder's own PINs; where it cannot go on, the notice says why."""
        flow = phone.add_card().run(same_pins=True)
        if flow.screen is not Screen.DONE:
            self._stopped = flow

    def helped(self) -> None:
        """Nothing follows from it by itself."""

    def chips(self) -> list[Chip]:
        """The card's and the phones'."""
        return [self.holder.card, *(phone.chip for phone in self.phones if phone.chip)]

    def turn_to_the_news(self) -> None:
        """Open the panel in which something is new."""
        names = {entry.name for entry in self._new_entries}
        self.tabs.value = "verdict" if "VerdictGiven" in names else "books"

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show both phones, what everybody knows, and the books, as they are now."""
        self._now = self._ask()
        for side in self.sides:
            side.refresh()
        self.show_clock()
        self.help.refresh()
        self._show_notice()
        self._show_what()
        self.now.value = self._now_html()
        self.so_far.value = self.grown(self.phones)
        heading = f'<div class="mnc-heading">{self.speech.html("word.known_since")}</div>'
        self.timeline.value = heading + who_knew_html(self.phones, self.speech, last=7)
        self.show_panel()

    def _ask(self) -> dict[tuple[str, Knower], Belief]:
        return {
            (phone.phone, knower): belief
            for phone in self.phones
            for knower, belief in beliefs(phone, self.lab.now).items()
        }

    def _changed(self) -> list[tuple[str, Knower]]:
        """Who says something else than before the last button."""
        return [key for key, belief in self._now.items() if belief.word != self._before[key].word]

    def _show_what(self) -> None:
        say = self.speech
        if not self._new_entries:
            news = say.html("word.nothing_changed" if self._error else "word.press_a_button")
        else:
            news = "" if self.new_verdicts() else told(self._new_entries, say, self.lab.world)
        self.show_news(self._noticed, news, *(self._change(*key) for key in self._changed()))

    def _change(self, phone: str, knower: Knower) -> str:
        def said(key: str) -> str:
            return self.speech.line(key)

        before, after = self._before[phone, knower], self._now[phone, knower]
        return (
            f"<small>{escape(phone)} · {escape(said(f'word.knower.{knower.value}'))}: "
            f"{escape(said(before.said))} → <b>{escape(said(after.said))}</b></small>"
        )

    def _show_notice(self) -> None:
        notice = self._stopped.notice if self._stopped else None
        said = self.error_html()
        if self._stopped and not said:
            said = self.speech.stacked(notice.in_language if notice else self._stopped.title)
        self._noticed = said
        self.notice.value = f"<div>{said}</div>"
        show_if(self.notice, bool(said))

    def _now_html(self) -> str:
        say = self.speech
        names = "".join(f'<th scope="col">{escape(phone.phone)}</th>' for phone in self.phones)
        rows = "".join(
            f'<tr><th scope="row">{_named(knower, say)}</th>{"".join(self._cells(knower))}</tr>' for knower in Knower
        )
        last = opened("log_in", "word.last_login", say)
        logins = "".join(f"<td>{self._last_login(phone)}</td>" for phone in self.phones)
        return (
            f'<table class="mnc-table"><thead><tr><th scope="col">{say.html("word.known_now")}</th>{names}</tr></thead>'
            f'<tbody>{rows}<tr><th scope="row">{last}</th>{logins}</tr></tbody></table>'
        )

    def _cells(self, knower: Knower) -> Iterable[str]:
        """What a knower says of each phone: tinted if new, and marked where it is not what the books say."""
        say, changed = self.speech, self._changed()
        for phone in self.phones:
            key = (phone.phone, knower)
            belief, books = self._now[key], self._now[phone.phone, Knower.BOOKS]
            lines = [panels.sign_of(belief, say)]
            if belief.of is not None:
                lines.append(f"<small>{say.html('word.data_of', at=show(belief.of)[5:16])}</small>")
            if belief.colour == "good" and books.colour == "bad":
                lines.append(f'<small class="mnc-bad">≠ {say.html("word.differs")}</small>')
            yield f'<td class="{"mnc-new" if key in changed else ""}">{"".join(lines)}</td>'

    def _last_login(self, phone: PhoneHandle) -> str:
        given = self.newest_verdict(phone.phone)
        if given is None:
            return self.speech.html("word.never_asked")
        colour, sign = colour_of(given)
        said = self.speech.html(f"code.{given.code}")
        return f'<span class="mnc-badge mnc-{colour}">{sign} {said}</span><small>{show(given.at)[5:]}</small>'

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        say = self.speech
        match self.tabs.value:
            case "books":
                rows = self.lab.books.of_person(self.holder.person)
                self.tabs.show(panels.certificates(rows, self._new_entries, say))
            case "events":
                self.tabs.show(panels.events(self._new_entries, say))
            case "verdict":
                given = self.newest_verdict(*(phone.phone for phone in self.phones))
                self.tabs.show(panels.verdict(given, None if given is None else self.lab.explain(given), say))
            case "inside":
                self.tabs.show(beneath.inside(self.phones, say))
            case "parameters":
                self.tabs.show(beneath.parameters(self.lab.parameters, say))

    def __repr__(self) -> str:
        states = ", ".join(f"{phone.phone} {phone.state.value}" for phone in self.phones)
        return f"<OnePhone TEST {self.holder.person}: {states}>"


def _named(knower: Knower, speech: Speech) -> str:
    """Who knows, to be opened where the word is one of the field."""
    key = f"word.knower.{knower.value}"
    return speech.html(key) if knower is Knower.PHONE else opened(knower.value, key, speech)


class Side:
    """One of the two phones with its buttons.

    Args:
        view: whose side it is.
        phone: the phone.
    """

    def __init__(self, view: OnePhone, phone: PhoneHandle) -> None:
        self.view = view
        self.phone = phone
        self.page, self.caption = html("page"), html("caption")
        self.add = view.button(lambda: view.act(lambda: view.add_card(phone)), "main")
        self.log_in = view.button(lambda: view.act(lambda: view.lab.portal.log_in(phone)), "quiet")
        self.delete = view.button(lambda: view.act(self._delete), "quiet")
        self.network = view.button(lambda: view.act(self._switch_network), "quiet")
        self.lose = view.button(lambda: view.act(self._lose_or_find), "quiet")
        row = box("row", self.add, self.log_in, self.delete, self.network, self.lose)
        screen = box("screen", self.page, row)
        platform = "iphone" if isinstance(phone, IPhone) else "android"
        frame = box("phone", screen).add_class(f"mnc-{platform}")
        self.box = box("side", frame, self.caption).add_class(f"mnc-{platform}-side")

    def _delete(self) -> None:
        if isinstance(self.phone, IPhone):
            self.phone.delete_pass()

    def _switch_network(self) -> None:
        self.phone.online = not self.phone.online

    def _lose_or_find(self) -> None:
        (self.phone.find if self.phone.lost else self.phone.lose)()

    def refresh(self) -> None:
        """Show the phone as it is now."""
        speech, said = self.view.speech, [event.verdict for event in self.view.new_verdicts(self.phone.phone)]
        self.page.value = standing.home(self.phone, speech, said[0] if said else None)
        self.caption.value = standing.caption(self.phone, speech)
        holds = bool(self.phone.certificates)
        for button, leads_on in ((self.add, not holds), (self.log_in, holds)):  # one blue button a screen
            button.add_class("mnc-main" if leads_on else "mnc-quiet")
            button.remove_class("mnc-quiet" if leads_on else "mnc-main")
        self.add.description = speech.line("word.add_here")
        self.log_in.description = speech.line("word.try_portal")
        self.delete.description = speech.line("word.delete_pass")
        self.network.description = speech.line("word.go_offline" if self.phone.online else "word.go_online")
        self.lose.description = speech.line("word.found_again" if self.phone.lost else "word.lose_it")
        show_if(self.delete, isinstance(self.phone, IPhone) and bool(self.phone.wallet))
