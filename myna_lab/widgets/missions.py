"""Missions by buttons: a goal, a lab of the learner's own, acts, hints in steps, and what went wrong.

act or clock -> the quest's lab -> what services answered, whether the goal is in the log -> then the timeline
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.stories.quests import GOALS, Quest, quest
from myna_lab.stories.scene import ACTS
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.widgets import beneath, panels
from myna_lab.widgets.growing import growing_timeline
from myna_lab.widgets.style import STORY
from myna_lab.widgets.view import View, Wait, box, html, show_if

__all__ = ["Missions", "missions"]

_TABS = ("books", "events", "verdict", "inside")
_WAITS: list[Wait] = [
    *((f"{minutes}min", "word.wait", {"minutes": minutes}) for minutes in (1, 5, 15)),
    ("1d", "word.wait_day", {}),
]


def missions(what: str | Quest = "first_minute", language: str = "", *, seed: int = 7) -> Missions:
    """Missions to be reached by acting: with the view's buttons, or by code in ``view.quest.lab``.

    Args:
        what: the mission to begin with, one of ``stories.quests.GOALS``, a menu changes it; or ``view.quest`` of an
            earlier view, which goes on where it stands.
        language: ``ja``, ``en`` or ``both``; a button changes it.
        seed: of the labs; of no use for a quest.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: no such mission, or another language.
    """
    speech = Speech(language)
    return Missions(what if isinstance(what, Quest) else quest(what, seed), speech)


class Missions(View):
    """What :func:`missions` shows.

    Args:
        first: the mission to begin with.
        speech: the language to begin with.
    """

    what_appears = "word.appears.missions"

    def __init__(self, first: Quest, speech: Speech) -> None:
        super().__init__(first.lab, speech, _WAITS, _TABS)
        self.quest = first
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.goal, self.notice, self.timeline = html("goal"), html("notice"), html("growing")
        self.which = ipw.Dropdown(style={"description_width": "initial"}).add_class("mnc-story")
        self.acts = {act: self.button(self._acting(act), "choice") for act in ACTS}
        self.hint = self.button(lambda: self.act(self.quest.hint), "pill")
        self.again = self.button(lambda: self.act(self._begin_again), "pill")
        self._fill_missions()
        self.which.observe(self._on_mission, "value")
        head = box("controls", self.which, self.hint, self.again, self.language)
        time = box("controls", self.clock, *self.waits)
        parts = [self.what, head, self.goal, self.notice, box("row", *self.acts.values()), time]
        self.box = ipw.Box([ipw.HTML(STORY), *parts, self.timeline, self.tabs.widget])
        self.box.add_class("mnc-view").add_class("mnc-player").add_class("mnc-missions")
        self.place = self.clock

    # ------------------------------------------------------------------------------------------------------------ taps

    def _acting(self, act: str) -> Callable[[], None]:
        return lambda: self.act(lambda: self.quest.do(act))

    def _on_mission(self, change: dict[str, Any]) -> None:
        if change["new"] not in (None, self.quest.goal.name):
            self._pressed = None
            self.act(lambda: self._take_on(change["new"]))

    def _take_on(self, name: str) -> None:
        self.quest = quest(name, self.quest.seed)
        self.lab = self.quest.lab

    def _begin_again(self) -> None:
        self.quest.begin_again()
        self.lab = self.quest.lab

    def act(self, work: Callable[[], object]) -> None:
        """As in every view; in a lab that was begun anew nothing is new."""
        before = self.lab
        super().act(work)
        if self.lab is not before:
            self._new_entries = ()
            self.refresh()

    def chips(self) -> list[Chip]:
        """The card's and the phones'."""
        scene = self.quest.scene
        phones = (scene.iphone, scene.android)
        return [scene.owner.card, *(phone.chip for phone in phones if phone.chip)]

    def turn_to_the_news(self) -> None:
        """Open the panel in which something is new."""
        names = {entry.name for entry in self._new_entries}
        self.tabs.value = "verdict" if "VerdictGiven" in names else "books"

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show the mission and its lab as they are now."""
        say, on = self.speech, self.quest
        self.show_clock()
        self._fill_missions()
        for act, button in self.acts.items():
            show_if(button, act in on.goal.acts)
            button.description = say.line(f"mission.act.{act}")
        left = on.hints_left
        self.hint.description = say.line("mission.hint", n=left) if left else say.line("mission.no_hint")
        self.hint.disabled = not left
        self.again.description = say.line("mission.again")
        self.notice.value = f"<div>{self.error_html()}</div>"
        show_if(self.notice, bool(self._error))
        self.goal.value = self._goal()
        self.show_news(self.error_html(), self._stands())
        line = on.timeline(say.language) if on.reached else None
        show_if(self.timeline, line is not None)
        self.timeline.value = "" if line is None else growing_timeline(line, say)
        self.show_panel()

    def _fill_missions(self) -> None:
        options = tuple(
            (" / ".join(text(f"mission.{name}.title", each) for each in self.speech.languages), name) for name in GOALS
        )
        self.which.description = self.speech.line("mission.mission")
        if self.which.options != options:
            self.which.options = options
        self.which.value = self.quest.goal.name

    def _goal(self) -> str:
        say, on = self.speech, self.quest
        hints = "".join(
            f"<li>{say.stacked(lambda language, n=n: on.hints_in(language)[n])}</li>"  # type: ignore[misc]
            for n in range(on.hints_shown)
        )
        listed = f"<small>{say.html('mission.hints')}</small><ol>{hints}</ol>" if hints else ""
        return f"<div><b>{say.html('mission.goal')}</b>{say.stacked(on.goal_in)}{listed}</div>"

    def _stands(self) -> str:
        """Whether the goal is reached, and what went wrong or is still to come."""
        colour, sign, word = ("wait", "…", "not_reached")
        if self.quest.reached:
            colour, sign, word = "good", "✓", "reached"
        elif self.quest.spoiled:
            colour, sign, word = "bad", "✕", "spoiled"
        head = f'<b class="mnc-{colour}">{sign} {self.speech.html(f"mission.{word}")}</b>'
        return f'<div class="mnc-stands mnc-said-{colour}">{head}{self.speech.stacked(self.quest.news_in)}</div>'

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        say, scene = self.speech, self.quest.scene
        match self.tabs.value:
            case "books":
                rows = self.lab.books.of_person(scene.owner.person)
                self.tabs.show(panels.certificates(rows, self._new_entries, say))
            case "events":
                self.tabs.show(panels.events(self._new_entries, say))
            case "verdict":
                given = self.newest_verdict(scene.iphone.phone, scene.android.phone, scene.owner.card.name)
                self.tabs.show(panels.verdict(given, None if given is None else self.lab.explain(given), say))
            case "inside":
                self.tabs.show(beneath.inside((scene.iphone, scene.android), say))

    def __repr__(self) -> str:
        return f"<Missions TEST {repr(self.quest).removeprefix('<Quest TEST ')}"
