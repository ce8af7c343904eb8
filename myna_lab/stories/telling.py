"""A story that somebody follows: forward, back, to the end; before some acts it asks what the answer is going to be.

Telling(lab, name, tale), played in a copy -> place 0 … n -> what was told up to there, who said what, what is asked
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING

from myna_lab.analysis.timeline import Timeline
from myna_lab.analysis.who_knows import STATES, Belief, answered, listed, shown_on
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.ground.arguments import one_of, whole_number
from myna_lab.jlis.books import CertificateKey
from myna_lab.stories.playing import Played, Step, Tale, told
from myna_lab.texts import text
from myna_lab.texts.session import one
from myna_lab.texts.terms import Term
from myna_lab.world.certificates import Certificate

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["CARD", "Question", "Saying", "Telling", "who_does"]

CARD = Belief("word.belief.card", "idle", "▣")
"""What is seen on a plastic card: it shows no state."""
Saying = tuple[Belief, Belief, Belief, Belief]
"""What is said of a certificate: by the thing itself, the books, the OCSP data, the list."""


@functools.cache
def _acts() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """The rows of ``acts.toml`` by story and act."""
    return tomllib.loads(resources.files(__package__).joinpath("acts.toml").read_text(encoding="utf-8"))


def who_does(step: Step) -> str:
    """Who acts in it: ``owner``, ``finder``, ``buyer``, ``stranger``, ``visitor``, ``office`` or ``system``."""
    return str(_row(step).get("who", "office"))


def _row(step: Step) -> Mapping[str, object]:
    return _acts().get(step.story, {}).get(step.line.key, {})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before an act is shown."""

    step: Step
    verdict: Verdict
    """The answer that was really given."""
    codes: tuple[str, ...]
    """What it might be, in the order of names: the place of the right one says nothing."""

    @classmethod
    def of(cls, step: Step) -> Question | None:
        """The question of an act, if it has one."""
        row = _row(step)
        if "ask" not in row:
            return None
        verdict = step.verdicts[int(str(row["ask"]))]
        others = row["others"]
        assert isinstance(others, list)
        return cls(step, verdict, tuple(sorted({verdict.code, *others})))

    def in_language(self, language: str) -> str:
        """The question in ``ja`` or ``en``."""
        return text(f"player.asked.{self.step.story}.{self.step.line.key}", language)


class Telling:
    """A story, and how far it was followed.

    Args:
        lab: whose time and rules hold; the story happens in a copy of it, and nothing is recorded here.
        name: one of ``stories.names()``.
        tale: the story of that name.
    """

    def __init__(self, lab: Lab, name: str, tale: Tale) -> None:
        self.begins_in = lab
        """The lab as it is before the story."""
        self.lab = lab.fork()
        """Where the story was played, to its end."""
        steps, sayings = [], [_sayings(self.lab)]
        for step in told(self.lab, name, tale):
            steps.append(step)
            sayings.append(_sayings(self.lab) if step.entries else sayings[-1])
        self.played = Played(name, self.lab, tuple(steps))
        self.predicted: dict[int, str] = {}
        """Number of an act to the code that was predicted for it."""
        self._sayings = sayings
        self._place = 0

    @property
    def name(self) -> str:
        """Of the story."""
        return self.played.name

    @property
    def last(self) -> int:
        """How many acts there are."""
        return len(self.played.steps)

    @property
    def place(self) -> int:
        """How many acts were shown: 0 is before the first."""
        return self._place

    @property
    def step(self) -> Step | None:
        """The act that is shown; None: none yet."""
        return self.played.steps[self._place - 1] if self._place else None

    @property
    def instant(self) -> datetime:
        """The instant that is shown."""
        return self.begins_in.now if self.step is None else self.step.at

    @property
    def question(self) -> Question | None:
        """What is asked before the next act; None: nothing, or it was predicted already."""
        asks = self._place < self.last and self._place + 1 not in self.predicted
        return Question.of(self.played.steps[self._place]) if asks else None

    # -------------------------------------------------------------------------------------------------------- following

    def go_to(self, place: int) -> None:
        """Show the story up to an act; forward it stops before an act that asks something.

        Args:
            place: 0 to ``last``.

        Raises:
            MisuseError: no such act.
        """
        wanted = whole_number("an act", place, 0, self.last)
        self._place = min(self._place, wanted)
        while self._place < wanted and self.question is None:
            self._place += 1

    def forward(self) -> None:
        """Show the next act, whether or not its answer was predicted; at the end nothing happens."""
        self._place = min(self._place + 1, self.last)

    def back(self) -> None:
        """Show the act before; before the first nothing happens."""
        self._place = max(self._place - 1, 0)

    def to_the_end(self) -> None:
        """Show the rest at once, without questions."""
        self._place = self.last

    def predict(self, code: str) -> bool:
        """Say what the next answer is going to be, and see it.

        Args:
            code: one of ``question.codes``.

        Returns:
            Whether it was so.

        Raises:
            MisuseError: nothing is asked now, or another code.
        """
        question = self.question
        if question is None:
            raise MisuseError("nothing is asked before the next act; forward() shows it.", code="no_question")
        one_of("a prediction", code, question.codes, code="unknown_prediction")
        self.predicted[self._place + 1] = code
        self.forward()
        return code == question.verdict.code

    def answer_to(self, number: int) -> tuple[str, str] | None:
        """What was predicted for an act and what it was; None: nothing was predicted."""
        question = Question.of(self.played.steps[number - 1]) if number in self.predicted else None
        return None if question is None else (self.predicted[number], question.verdict.code)

    # ------------------------------------------------------------------------------------------------------- what is so

    def sayings(self) -> Iterator[tuple[Certificate, Saying, tuple[bool, ...]]]:
        """Each certificate on which this act bears: what each says of it now, and whether that is new with this act.

        On it bears who changed an answer or was shown to a service.
        """
        before, after = self._sayings[max(self._place - 1, 0)], self._sayings[self._place]
        step = self.step
        shown = {row.key for v in (step.verdicts if step else ()) if (row := self.lab.books.shown_in(v)) is not None}
        for key, saying in after.items():
            former = before.get(key)
            new = tuple(former is None or each.word != former[n].word for n, each in enumerate(saying))
            if step is not None and (any(new) or key in shown):
                yield Certificate(self.lab.world, key), saying, new

    def timeline(self) -> Timeline:
        """Who knew what when, as far as the story was followed; at its end a day beyond."""
        return self._whole if self._place == self.last else self._whole.up_to(self.instant)

    @functools.cached_property
    def _whole(self) -> Timeline:
        return self.played.timeline()

    # -------------------------------------------------------------------------------------------------------- in words

    def in_language(self, language: str) -> str:
        """Title, the acts that were shown with what was predicted, and what is asked next, in ``ja`` or ``en``."""
        lines = [f"{self.played.title(language)} (TEST)"]
        for step in self.played.steps[: self._place]:
            lines.append(step.in_language(language))
            if (answer := self.answer_to(step.number)) is not None:
                lines.append(f"     {predicted_in(answer, language)}")
        if (question := self.question) is not None:
            codes = " / ".join(Term(f"code.{code}").in_language(language) for code in question.codes)
            lines.append(f"{text('player.predict', language)}{question.in_language(language)} ({codes})")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.in_language(one())

    def __repr__(self) -> str:
        return f"<Telling TEST {self.name}: act {self._place} of {self.last}>"


def predicted_in(answer: tuple[str, str], language: str) -> str:
    """What became of a prediction, in ``ja`` or ``en``."""
    said, was = answer
    key = "player.right" if said == was else "player.wrong"
    return text(key, language, said=Term(f"code.{said}"), was=Term(f"code.{was}"))


def _sayings(lab: Lab) -> dict[CertificateKey, Saying]:
    """What each says of every certificate now."""
    found: dict[CertificateKey, Saying] = {}
    for certificate in lab.certificates():
        row, now = certificate.row, lab.now
        phone = next((each for each in lab.phones if each.phone == row.device), None)
        itself = CARD if phone is None else shown_on(phone, now)
        books = STATES[row.past_at(now).state]
        found[certificate.key] = itself, books, answered(certificate, now), listed(certificate, now)
    return found
