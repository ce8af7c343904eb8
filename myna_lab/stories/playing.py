"""How a story is told: a generator acts in a lab and names a sentence after each act; what happened meanwhile is kept.

tale(lab) -> lines -> steps (sentence, events, verdicts) -> the whole story, with its timeline
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.analysis.telling import plain
from myna_lab.analysis.timeline import Timeline, timeline
from myna_lab.ground.durations import show
from myna_lab.texts import counted, text
from myna_lab.texts.session import one
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Span, Term

if TYPE_CHECKING:
    from myna_lab.events import Entry, Verdict
    from myna_lab.lab import Lab

__all__ = ["Line", "Played", "Step", "Tale", "line", "told"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of ``texts/stories.toml``."""

    key: str
    """Its last name, below the story's."""
    values: Mapping[str, object] = field(default_factory=dict)


def line(key: str, /, **values: object) -> Line:
    """A story's next sentence: instants are said as the clock's time, durations in words."""
    return Line(key, {name: _said(value) for name, value in values.items()})


def _said(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%H:%M:%S}"
    return Span(value) if isinstance(value, timedelta) else value


Tale = Callable[["Lab"], Iterator[Line]]
"""A story: it acts in a lab, and gives a line after each act."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a story."""

    story: str
    number: int
    """From 1."""
    at: datetime
    """When it was over."""
    line: Line
    entries: tuple[Entry, ...]
    """What was recorded since the step before."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What services answered meanwhile."""
        return tuple(entry.event.verdict for entry in self.entries if isinstance(entry.event, ev.VerdictGiven))

    def sentence(self, language: str = "en") -> str:
        """What is told, in ``ja`` or ``en``."""
        return text(f"story.{self.story}.{self.line.key}", language, **self.line.values)

    def happened(self, language: str = "en") -> tuple[str, ...]:
        """Each event in a sentence, in ``ja`` or ``en``."""
        return tuple(plain(entry, language) for entry in self.entries)

    def in_language(self, language: str) -> str:
        """Time, sentence and answers as lines of text, in ``ja`` or ``en``."""
        answers = (f"     {answer}" for answer in self._answers(language))
        return "\n".join([f"{self.number:2}  {show(self.at)}  {self.sentence(language)}", *answers])

    def _answers(self, language: str) -> Iterator[str]:
        for entry in self.entries:
            if isinstance(event := entry.event, ev.VerdictGiven):
                sign = "○" if event.verdict.accepted else "×"
                service = Term(f"word.service.{event.service}").in_language(language)
                answer = Term(f"code.{event.verdict.code}").in_language(language)
                yield f"{sign} {entry.at:%H:%M:%S}  {service} ← {event.device}: {answer}"

    def __str__(self) -> str:
        return self.in_language(one())

    def __repr__(self) -> str:
        return f"<Step TEST {self.number} of {self.story}: {self.line.key}, {show(self.at)}>"

    def _repr_html_(self) -> str:
        speech = Speech()
        answers = "".join(f"<br><code>{escape(answer)}</code>" for answer in self._answers(one()))
        events = "".join(
            f"<li>{entry.at:%H:%M:%S} {speech.stacked(lambda language, entry=entry: plain(entry, language))}</li>"  # type: ignore[misc]
            for entry in self.entries
        )
        n = counted(len(self.entries), "event", "events")
        folded = f"<details><summary>{n}</summary><ul>{events}</ul></details>" if events else ""
        return f"<p><b>{show(self.at)}</b> {speech.stacked(self.sentence)}{answers}</p>{folded}"


@dataclass(frozen=True, slots=True, repr=False)
class Played:
    """A story that was played to its end."""

    name: str
    lab: Lab
    """Where it was played, and goes on."""
    steps: tuple[Step, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What services answered, in order."""
        return tuple(verdict for step in self.steps for verdict in step.verdicts)

    def title(self, language: str = "en") -> str:
        """Its title in ``ja`` or ``en``."""
        return text(f"story.{self.name}.title", language)

    def timeline(self, language: str = "") -> Timeline:
        """Who knew what when, around the instant that the story turns on; ``widgets.timeline_picture`` draws it.

        Args:
            language: ``ja``, ``en`` or ``both``: in which it speaks; empty: the session's.
        """
        entries = [entry for step in self.steps for entry in step.entries]
        return timeline(self.lab.world, entries, language)

    def in_language(self, language: str) -> str:
        """The whole story as lines of text, in ``ja`` or ``en``."""
        return "\n".join([f"{self.title(language)} (TEST)", *(step.in_language(language) for step in self.steps)])

    def __str__(self) -> str:
        return self.in_language(one())

    def __repr__(self) -> str:
        steps = counted(len(self.steps), "step", "steps")
        verdicts = counted(len(self.verdicts), "verdict", "verdicts")
        return f"<Played TEST {self.name}: {steps}, {verdicts}, until {show(self.steps[-1].at)}>"

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{step._repr_html_()}</li>" for step in self.steps)
        return f"<h4>{Speech().stacked(self.title)} (TEST)</h4><ol>{steps}</ol>"


def told(lab: Lab, name: str, tale: Tale) -> Iterator[Step]:
    """Play a story one act at a time."""
    seen = len(lab.log)
    for number, spoken in enumerate(tale(lab), 1):
        entries = tuple(lab.log[place] for place in range(seen, len(lab.log)))
        seen = len(lab.log)
        yield Step(name, number, lab.now, spoken, entries)
