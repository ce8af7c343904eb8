"""A day at the municipal window: ten residents, each with a sentence in their own words.

visitor.says -> ask(…) -> do(…), really carried out in the lab -> check(): was the need met, and how sure is the rule
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

from myna_lab.errors import Refused
from myna_lab.ground.arguments import one_of, whole_number
from myna_lab.ground.durations import duration
from myna_lab.stories.acting import only_lab, until
from myna_lab.stories.situations import ACTS, NEEDS, SITUATIONS
from myna_lab.stories.words import Said
from myna_lab.texts import both, text
from myna_lab.texts.session import one
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Span, Term

if TYPE_CHECKING:
    from myna_lab.lab import Holder, Lab

__all__ = ["CounterDay", "Visit", "Visitor", "visits"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of ``counter_day.toml``."""

    name: str
    situation: str
    """What happened to the resident before: a function of :mod:`myna_lab.stories.situations`."""
    need: str
    """What must work afterwards: a key of :data:`myna_lab.stories.situations.NEEDS`."""
    right: Sequence[str]
    """What is to be done, in order: keys of :data:`myna_lab.stories.situations.ACTS`."""
    ask: str
    """The question that tells what to do."""
    mark: str
    """How sure the rule is: ``confirmed``, ``reported``, ``derived`` or ``assumed``."""
    basis: str
    """Where it stands."""


@functools.cache
def visits() -> Sequence[Visit]:
    """All ten, in the order in which they come."""
    table = tomllib.loads(resources.files(__package__).joinpath("counter_day.toml").read_text(encoding="utf-8"))
    return tuple(Visit(name=name, **row) for name, row in table.items())


_KEY = "story.counter_day"
QUESTIONS = ("which_pin", "since_when", "what_was_done", "which_date", "which_phone", "how_old")
_WAITS = ("0s", "20min", "1d", "8d")
"""After how long the need is tried again: services learn of it late, and a new card is made in days."""


class Visitor:
    """A resident at the window.

    Args:
        lab: where she lives.
        visit: what brings her.
        holder: who she is.
    """

    def __init__(self, lab: Lab, visit: Visit, holder: Holder) -> None:
        self.lab = lab
        self.visit = visit
        self.holder = holder
        self._asked: list[str] = []
        self._done: list[str] = []

    @property
    def says(self) -> Said:
        """Why she came, in her own words."""
        return Said.of(f"{_KEY}.{self.visit.name}.says")

    @property
    def questions(self) -> Said:
        """What can be asked, by name."""
        return Said(tuple((f"{_KEY}.ask.{name}", {}) for name in QUESTIONS))

    def ask(self, question: str) -> Said:
        """Ask her something.

        Args:
            question: ``which_pin``, ``since_when``, ``what_was_done``, ``which_date``, ``which_phone`` or ``how_old``.

        Raises:
            MisuseError: another question.
        """
        one_of("a question", question, QUESTIONS, code="unknown_question")
        self._asked.append(question)
        own = f"{_KEY}.{self.visit.name}.{question}"
        return Said.of(own if both(own) else f"{_KEY}.shrug")

    def may(self) -> tuple[str, ...]:
        """What can be done, sensible or not."""
        return tuple(ACTS)

    def do(self, act: str) -> Said:
        """Do something for her; it is really carried out, and what the office refuses is refused.

        Args:
            act: one of :meth:`may`.

        Raises:
            MisuseError: nothing that is done at a window.
        """
        one_of("what is done", act, ACTS, code="unknown_act")
        term = Term(f"{_KEY}.act.{act}")
        try:
            ACTS[act](self.lab, self.holder)
        except Refused as refused:
            return Said.of(f"{_KEY}.refused", act=term, code=Term(f"code.{refused.code}"))
        self._done.append(act)
        return Said.of(f"{_KEY}.done", act=term)

    def met_after(self) -> timedelta | None:
        """How long after now her need is met, tried on copies of the lab; None: it is not."""
        for wait in _WAITS:
            copy = self.lab.fork()
            copy.advance(wait)
            if NEEDS[self.visit.need](copy, copy.residents(self.holder.person)):
                return duration(wait)
        return None

    @property
    def right(self) -> bool:
        """Whether what had to be done was done, nothing else, and the need is met."""
        return self._done == list(self.visit.right) and self.met_after() is not None

    def check(self) -> Said:
        """Whether it was right, whether her need is met, why, and how sure the rule is."""
        after, name = self.met_after(), self.visit.name
        is_right = self._done == list(self.visit.right) and after is not None
        met = "not_met" if after is None else "met_later" if after else "met"
        sure = {"confirmed": "sure", "reported": "reported"}.get(self.visit.mark, "ask_elsewhere")
        said: list[tuple[str, Mapping[str, object]]] = [
            (f"{_KEY}.{'right' if is_right else 'not_right'}", {}),
            (f"{_KEY}.{met}", {"after": Span(after or timedelta())}),
        ]
        if is_right:
            said += [(f"{_KEY}.{name}.why", {}), (f"{_KEY}.{sure}", {"basis": self.visit.basis})]
        if self.visit.ask not in self._asked:
            said.append((f"{_KEY}.without_asking", {"question": Term(f"{_KEY}.ask.{self.visit.ask}")}))
        return Said(tuple(said))

    def __repr__(self) -> str:
        return f"<Visitor TEST {self.visit.name}: {self.holder.name}>\n{self.says}"

    def _repr_html_(self) -> str:
        return self.says._repr_html_()


class CounterDay:
    """The ten visitors of a day, in order; ``day[1]`` is the first.

    Args:
        lab: where it happens: what brings them on a Thursday, and the window on the Monday after.
    """

    def __init__(self, lab: Lab) -> None:
        only_lab(lab)
        until(lab, "Thu 10:00")
        self.visitors = tuple(Visitor(lab, visit, SITUATIONS[visit.situation](lab)) for visit in visits())
        until(lab, "Mon 09:05")

    def __getitem__(self, number: int) -> Visitor:
        """A visitor by her number, from 1."""
        return self.visitors[whole_number("a visitor", number, 1, len(self.visitors)) - 1]

    def __len__(self) -> int:
        return len(self.visitors)

    def __iter__(self) -> Iterator[Visitor]:
        return iter(self.visitors)

    def in_language(self, language: str) -> str:
        """What they say, and who was helped, in ``ja`` or ``en``."""
        rows = (f"{'■' if visitor.right else '□'} {number:2}  {visitor.says.in_language(language)}"
                for number, visitor in enumerate(self, 1))  # fmt: skip
        return "\n".join([f"{text(f'{_KEY}.title', language)} (TEST)", *rows])

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        speech = Speech()
        rows = "".join(
            f"<li>{'■' if visitor.right else '□'} {visitor.says._repr_html_()}</li>" for visitor in self.visitors
        )
        return f"<p>{speech.html(f'{_KEY}.title')} (TEST)</p><ol>{rows}</ol>"
