"""A story of the lab, act by act: what is done, by whom, when, and who says what of each certificate then.

    button or scale -> Telling (forward, back, a prediction) -> news, timeline up to that act, panels

The story was played in a copy of the lab; the view only goes through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.lab import Lab
from myna_lab.stories import Telling, follow, names, title
from myna_lab.stories.telling import predicted_in, who_does
from myna_lab.texts.speech import Speech
from myna_lab.widgets import panels
from myna_lab.widgets.answer import answer
from myna_lab.widgets.aria import named_scales, spoken
from myna_lab.widgets.growing import growing_timeline
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import View, box, html, show_if

__all__ = ["Player", "player"]

_TABS = ("changes", "events", "verdict", "told")
_MOST_CHOICES = 4


def player(what: Lab | Telling, name: str = "lost_on_friday", language: str = "") -> Player:
    """A story to be played act by act, forward and back; before some acts it asks for a prediction.

    Args:
        what: a lab, whose time and rules hold (the story happens in a copy of it); or ``view.telling`` of an earlier
            view, which is shown where it stands.
        name: one of ``stories.names()``; a menu changes it. Of no use for a telling.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: no lab, no such story, or another language.
    """
    speech = Speech(language)
    return Player(what if isinstance(what, Telling) else follow(what, name), speech)


class Player(View):
    """What :func:`player` shows.

    Args:
        telling: the story, and how far it was followed.
        speech: the language to begin with.
    """

    what_appears = "word.appears.player"

    def __init__(self, telling: Telling, speech: Speech) -> None:
        super().__init__(telling.lab, speech, (), _TABS)
        self.telling = telling
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.story = ipw.Dropdown(style={"description_width": "initial"}).add_class("mnc-story")
        self.scale = ipw.IntSlider(min=0, readout=False, style={"description_width": "initial"}).add_class("mnc-slider")
        self.notice, self.asked, self.timeline = html("notice"), html("prediction"), html("growing")
        self.choices = [self.button(self._predicting(n), "choice") for n in range(_MOST_CHOICES)]
        self.back = self.button(lambda: self.act(self.telling.back), "pill")
        self.forward = self.button(lambda: self.act(self.telling.forward), "main")
        self.end = self.button(lambda: self.act(self.telling.to_the_end), "pill")
        self._fill_stories()
        self.story.observe(self._on_story, "value")
        self.scale.observe(self._on_scale, "value")
        head = box("controls", self.clock, self.story, self.language)
        steps = box("steps", self.back, self.forward, self.end, self.scale)
        parts = [self.what, head, self.notice, self.asked, box("row", *self.choices), steps]
        self.box = ipw.Box([ipw.HTML(STYLE), *parts, self.timeline, self.tabs.widget])
        self.box.add_class("mnc-view").add_class("mnc-player")
        self.place = self.clock

    # ------------------------------------------------------------------------------------------------------------ taps

    def _predicting(self, n: int) -> Any:
        def work() -> None:
            question = self.telling.question
            if question is not None:
                self.act(lambda: self.telling.predict(question.codes[n]))

        return work

    def _on_scale(self, change: dict[str, Any]) -> None:
        if change["new"] != self.telling.place:
            self._pressed = None
            self.act(lambda: self.telling.go_to(change["new"]))

    def _on_story(self, change: dict[str, Any]) -> None:
        if change["new"] not in (None, self.telling.name):
            self._pressed = None
            self.act(lambda: self._tell(change["new"]))

    def _tell(self, name: str) -> None:
        self.telling = follow(self.telling.begins_in, name)
        self.lab = self.telling.lab

    def chips(self) -> list[Chip]:
        """None: the story was played before."""
        return []

    def focus(self) -> None:
        """The button that was pressed; after a prediction, the way on."""
        gone = self._pressed is not None and self._pressed.layout.display == "none"
        (self.forward.focus if gone else super().focus)()

    # ------------------------------------------------------------------------------------------------------------ show

    @property
    def instant(self) -> datetime:
        """When the act was over."""
        return self.telling.instant

    def refresh(self) -> None:
        """Show the act at which the story stands."""
        telling, say = self.telling, self.speech
        question = telling.question
        self.show_clock()
        self._fill_stories()
        self.scale.description = say.line("player.place")
        self.scale.max, self.scale.value = telling.last, telling.place
        self.back.description = say.line("player.back")
        self.end.description = say.line("player.to_the_end")
        ahead = "skip" if question else "forward" if telling.place else "begin"
        self.forward.description = say.line(f"player.{ahead}")
        self.forward.remove_class("mnc-pill" if question is None else "mnc-main")
        self.forward.add_class("mnc-main" if question is None else "mnc-pill")
        self.back.disabled = telling.place == 0
        self.forward.disabled = self.end.disabled = telling.place == telling.last
        self._show_question()
        self.notice.value = f"<div>{self.error_html()}</div>"
        show_if(self.notice, bool(self._error))
        self._show_what()
        line = telling.timeline()
        is_begun = any(row.runs for row in line.rows)
        drawn = growing_timeline(line, say) if is_begun else f"<p>{say.html('player.line_later')}</p>"
        self.timeline.value = named_scales(self.scale.description) + drawn
        self.show_panel()

    def _fill_stories(self) -> None:
        options = tuple((" / ".join(title(name, each) for each in self.speech.languages), name) for name in names())
        self.story.description = self.speech.line("player.story")
        if self.story.options != options:
            self.story.options = options
        self.story.value = self.telling.name

    def _show_question(self) -> None:
        question, say = self.telling.question, self.speech
        codes = question.codes if question else ()
        for n, button in enumerate(self.choices):
            show_if(button, n < len(codes))
            if n < len(codes):
                button.description = say.line(f"code.{codes[n]}")
        show_if(self.asked, question is not None)
        if question is not None:
            told = say.stacked(question.in_language)
            self.asked.value = (
                f"<div><b>{say.html('player.predict')}</b>{told}<small>{say.html('player.choose')}</small></div>"
            )

    def _show_what(self) -> None:
        say, telling = self.speech, self.telling
        lines = list(self._news())
        where = say.html("player.act_of", number=telling.place, last=telling.last)
        if telling.question is not None:
            lines.append(f'<span class="mnc-unseen">{say.stacked(telling.question.in_language)}</span>')
        page = "".join(f"<div>{line}</div>" for line in (self.error_html(), *lines) if line)
        self.what.value = spoken(say.line("word.what_happened"), f'<div class="mnc-unseen">{where}</div>{page}')

    def _news(self) -> Iterator[str]:
        say, telling, step = self.speech, self.telling, self.telling.step
        if step is None:
            told = say.stacked(telling.played.title)
            yield f'<b class="mnc-told">{told}</b>'
            yield f"<small>{say.html('player.before_first', last=telling.last)}</small>"
            return
        head = "".join(
            f"<b>{escape(part)}</b>"
            for part in (
                say.line("player.act_of", number=step.number, last=telling.last),
                f"{step.at:%H:%M:%S}",
                say.line(f"player.who.{who_does(step)}"),
            )
        )
        yield f'<small class="mnc-act">{head}</small>'
        if (predicted := telling.answer_to(step.number)) is not None:
            colour, sign = ("good", "✓") if predicted[0] == predicted[1] else ("bad", "✕")
            said = say.stacked(lambda language: f"{sign} {predicted_in(predicted, language)}")
            yield f'<b class="mnc-{colour}">{said}</b>'
        yield f'<span class="mnc-told">{say.stacked(step.sentence)}</span>'
        yield from (answer(verdict, self.lab, say) for verdict in step.verdicts)
        if telling.place == telling.last:
            yield f"<small>{say.html('player.finished')}</small>"

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        step, say = self.telling.step, self.speech
        if step is None:
            self.tabs.show(f'<p class="mnc-nothing">{say.html("player.no_act")}</p>')
            return
        match self.tabs.value:
            case "changes":
                self.tabs.show(self._changes())
            case "events":
                self.tabs.show(panels.events(step.entries, say))
            case "verdict":
                given = step.verdicts[-1] if step.verdicts else None
                self.tabs.show(panels.verdict(given, None if given is None else self.lab.explain(given), say))
            case "told":
                said = (f'<pre lang="{each}">{escape(self.telling.in_language(each))}</pre>' for each in say.languages)
                self.tabs.show(f'<div class="mnc-retold">{"".join(said)}</div>')

    def _changes(self) -> str:
        """Who says what of the certificates on which the act bears; what is new with it is tinted."""
        say = self.speech
        rows = []
        for certificate, saying, new in self.telling.sayings():
            row = certificate.row
            cells = "".join(
                f'<td class="{"mnc-new" if is_new else ""}">{panels.sign_of(belief, say)}</td>'
                for belief, is_new in zip(saying, new, strict=True)
            )
            kind = say.html(f"word.kind.{row.kind}")
            rows.append(f'<tr><th scope="row">{kind}<code>{escape(row.device)}</code></th>{cells}</tr>')
        if not rows:
            return f'<p class="mnc-nothing">{say.html("player.nobody_changed")}</p>'
        knowers = (say.html(f"word.knower.{name}") for name in ("books", "ocsp", "crl"))
        return panels.table((say.html("player.thing"), say.html("player.itself"), *knowers), rows)

    def __repr__(self) -> str:
        return f"<Player TEST {self.telling.name}: act {self.telling.place} of {self.telling.last}>"
