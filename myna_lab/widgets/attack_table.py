"""Who opens what by what: a cell for each try; a press shows what stopped it, by which rule, and what would change it.

attacker, cell -> Attempts: the try in a lab apart -> its checks, its events, and the same try under other parameters
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.events import Check
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import show
from myna_lab.lab import Lab
from myna_lab.stories.attackers import said_of
from myna_lab.stories.attempts import ATTACKERS, MEANS, THINGS, Attempt, Attempts
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets import panels
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import View, box, html, show_if

__all__ = ["AttackTable", "attack_table"]

_TABS = ("verdict", "events", "what_if")
_SIGNS = {True: ("✓", "mnc-opens"), False: ("✕", "mnc-shut")}
Cell = tuple[str, str]
"""A thing and a means."""


def attack_table(lab: Lab, attacker: str = "finder", language: str = "") -> AttackTable:
    """What somebody opens who has a stolen card or phone, by what he knows: a cell to press for each try.

    Args:
        lab: whose time and parameters hold; the owner and the theft are imagined, in labs apart.
        attacker: the one to begin with: ``finder``, ``watcher``, ``note`` or ``face``; a menu changes it.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value. ``view.tries.table()`` is the same as a DataFrame.

    Raises:
        MisuseError: no lab, another attacker or another language.
    """
    speech = Speech(language)
    one_of("an attacker", attacker, ATTACKERS, code="unknown_attacker")
    return AttackTable(Attempts(lab), attacker, speech)


class AttackTable(View):
    """What :func:`attack_table` shows.

    Args:
        tries: all tries, made as they are asked for.
        attacker: the one to begin with.
        speech: the language to begin with.
    """

    what_appears = "word.appears.attack_table"

    def __init__(self, tries: Attempts, attacker: str, speech: Speech) -> None:
        super().__init__(tries.lab, speech, [("1d", "word.wait_day", {})], _TABS)
        self.tries = tries
        self.attacker = attacker
        self.chosen: Attempt | None = None
        """The try that was pressed last."""
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.who = ipw.Dropdown(style={"description_width": "initial"}).add_class("mnc-story")
        self.notice = html("notice")
        self.cells = {(thing, means): self.button(self._pressing((thing, means)), "cell")
                      for means in MEANS for thing in THINGS}  # fmt: skip
        layout = ipw.Layout()  # none of them is hidden by itself, so they share it
        for button in self.cells.values():
            button.layout = layout
        self.labels = {means: html("means") for means in MEANS}
        rows: list[Any] = []
        for means, label in self.labels.items():
            rows += [label, *(self.cells[thing, means] for thing in THINGS)]
        self._fill_attackers()
        self.who.observe(self._on_attacker, "value")
        head = box("controls", self.clock, *self.waits, self.who, self.language)
        parts = [self.what, head, self.notice, box("cells", *rows), self.tabs.widget]
        self.box = ipw.Box([ipw.HTML(STYLE), *parts]).add_class("mnc-view").add_class("mnc-player")
        self.place = self.clock

    # ------------------------------------------------------------------------------------------------------------ taps

    def _pressing(self, cell: Cell) -> Callable[[], None]:
        return lambda: self.act(lambda: self._try(cell))

    def _try(self, cell: Cell) -> None:
        self.chosen = self.tries.attempt(self.attacker, *cell)

    def _on_attacker(self, change: dict[str, Any]) -> None:
        if change["new"] not in (None, self.attacker):
            self._pressed = None
            self.act(lambda: self._be(change["new"]))

    def _be(self, attacker: str) -> None:
        self.attacker, self.chosen = attacker, None

    def chips(self) -> list[Chip]:
        """None: everything is tried in labs apart."""
        return []

    def turn_to_the_news(self) -> None:
        """A day later the rules may be others: everything is tried anew."""
        if self._new_entries:
            self.tries, self.chosen = Attempts(self.lab), None

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show what comes of each try of this attacker."""
        say = self.speech
        self.show_clock()
        self._fill_attackers()
        for means, label in self.labels.items():
            label.value = f"<b>{say.html(f'word.attack.{means}')}</b>"
        for (thing, means), button in self.cells.items():
            tried = self.tries.attempt(self.attacker, thing, means)
            sign, kind = _SIGNS[tried.accepted]
            said = dict.fromkeys(said_of(tried.code, each) for each in say.languages)
            named = dict.fromkeys(Term(f"word.attack.{thing}").in_language(each) for each in say.languages)
            button.description = f"{' '.join(named)}: {sign} {' '.join(said)}"
            button.remove_class(_SIGNS[not tried.accepted][1]).add_class(kind)
            button.remove_class("mnc-chosen")
            if tried == self.chosen:
                button.add_class("mnc-chosen")
        self.notice.value = f"<div>{self.error_html()}</div>"
        show_if(self.notice, bool(self._error))
        self.show_news("", self.error_html(), *self._news())
        self.show_panel()

    def _fill_attackers(self) -> None:
        names = ((" / ".join(Term(f"word.attacker.{n}").in_language(e) for e in self.speech.languages), n)
                 for n in ATTACKERS)  # fmt: skip
        options = tuple(names)
        self.who.description = self.speech.line("word.attack.who")
        if self.who.options != options:
            self.who.options = options
        self.who.value = self.attacker

    def _news(self) -> Iterator[str]:
        say, tried = self.speech, self.chosen
        if tried is None:
            yield say.html("word.attack.choose")
            return
        named = {"who": Term(f"word.attacker.{tried.attacker}"), "thing": Term(f"word.attack.{tried.thing}"),
                 "means": Term(f"word.attack.{tried.means}")}  # fmt: skip
        yield f"<b>{say.html('word.attack.tried', **named)}</b>"
        colour, sign = ("bad", "✓") if tried.accepted else ("good", "✕")  # what opens to a thief is no good news
        yield f'<b class="mnc-{colour}">{sign} {say.stacked(self._outcome)}</b>'
        if not tried.accepted:
            yield say.stacked(self._stopped)

    def _outcome(self, language: str) -> str:
        tried = self.chosen
        if tried is None:
            raise MisuseError("no try was chosen.", code="no_try")
        if not tried.accepted:
            return Speech(language).line("word.attack.refused", code=said_of(tried.code, language))
        until = self.tries.until(tried)
        key = "word.attack.opens_for_days" if until is None else "word.attack.opens_until"
        return Speech(language).line(key, **({} if until is None else {"stolen": show(tried.at), "at": show(until)}))

    def _stopped(self, language: str) -> str:
        say = Speech(language)
        stopped = None if self.chosen is None else self.chosen.stopped_by
        if stopped is None:
            return say.line("word.attack.stopped_by_nothing")
        if isinstance(stopped, Check):
            named = Term(f"word.checked.{stopped.name}")
            return say.line("word.attack.stopped_by_check", check=named, rule=stopped.clause)
        return say.line("word.attack.stopped_by_event", event=Term(f"event.{stopped.name}"))

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        say, tried = self.speech, self.chosen
        match self.tabs.value:
            case "verdict":
                self.tabs.show(panels.verdict(None if tried is None else tried.verdict, None, say))
            case "events":
                self.tabs.show(panels.events(() if tried is None else tried.entries, say))
            case "what_if":
                self.tabs.show("" if tried is None else self._what_if(tried))

    def _what_if(self, tried: Attempt) -> str:
        """The same try under other parameters, each really tried."""
        say, changed = self.speech, self.tries.changes(tried)
        if not changed:
            none = "no_other" if tried.accepted else "no_parameter"
            return f'<p class="mnc-nothing">{say.html(f"word.attack.{none}")}</p>'
        rows = []
        for each in changed:
            row = self.lab.parameters[each.parameter]
            means = say.stacked({"ja": row.ja, "en": row.en}.__getitem__)
            if each.code == "accepted" and each.until is not None:
                then = say.html("word.attack.until", at=show(each.until))
            else:
                then = say.stacked(lambda language, code=each.code: said_of(code, language))  # type: ignore[misc]
            value = f"<code>{escape(each.parameter)} = {escape(each.value)}</code>"
            rows.append(f"<tr><td>{means}{value}<small>{escape(row.mark)}</small></td><td>{then}</td></tr>")
        return panels.table((say.html("word.attack.parameter"), say.html("word.attack.what_then")), rows)

    def __repr__(self) -> str:
        return f"<AttackTable TEST {self.attacker}: {len(THINGS)} things, {len(MEANS)} means, {show(self.lab.now)}>"
