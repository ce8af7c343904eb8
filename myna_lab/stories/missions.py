"""A reporter's day: five missions. Each has a goal, what must have happened in the lab when it is reached, and a sting.

Nobody records that a mission is done: it is read from the log, whatever way the learner took.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.ground.arguments import whole_number
from myna_lab.stories.acting import only_lab
from myna_lab.texts import text
from myna_lab.texts.session import languages, one
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term

if TYPE_CHECKING:
    from myna_lab.events import Entry
    from myna_lab.jlis.books import CertificateRow, CertificateState
    from myna_lab.lab import Lab

__all__ = ["MISSIONS", "Mission", "ReportersDay", "happened", "marks"]


@dataclass(frozen=True, slots=True)
class Mission:
    """One mission; its sentences are ``story.reporters_day.NAME_goal`` and ``NAME_sting``."""

    name: str
    wanted: tuple[str, ...]
    """What must have happened, in this order: an event's name; or a service, a colon and its verdict's code, and for
    more a slash and the certificate's state in the books at that moment."""

    def goal(self, language: str = "en") -> str:
        """What is to be done, in ``ja`` or ``en``."""
        return text(f"story.reporters_day.{self.name}_goal", language)

    def sting(self, language: str = "en") -> str:
        """What it teaches, in ``ja`` or ``en``."""
        return text(f"story.reporters_day.{self.name}_sting", language)


MISSIONS = (
    Mission("five_minutes", ("portal:not_yet_valid", "portal:accepted")),
    Mission("new_phone", ("portal:accepted/REVOKED", "portal:revoked", "counter:accepted")),
    Mission("lift", ("PhoneWentOffline", "CertificateRevoked", "PhoneWentOnline", "PhoneErased")),
    Mission("bare_hands", ("police:no_licence", "police:accepted", "clinic:not_on_phones_yet", "clinic:accepted")),
    Mission("friday", ("PhoneLost", "HotlineCalled", "portal:accepted/ON_HOLD", "portal:on_hold")),
)
"""The scenes of the hands-on, in the order in which a reporter meets them."""


class ReportersDay:
    """Five missions in a lab; what counts is what happens from now on.

    Args:
        lab: where they are done; the fourth begins before clinics take phones (parameter ``insurance_on_phone_from``).
    """

    def __init__(self, lab: Lab) -> None:
        only_lab(lab)
        self.lab = lab
        self.missions = MISSIONS
        self._since = len(lab.log)

    def missing(self, number: int) -> tuple[str, ...]:
        """What has not happened yet for a mission to be reached, in order; empty: it is reached.

        Args:
            number: of the mission, from 1.

        Raises:
            MisuseError: no such mission.
        """
        wanted = list(self._mission(number).wanted)
        for place in range(self._since, len(self.lab.log)):
            if wanted and wanted[0] in marks(self.lab.log[place], self.lab):
                del wanted[0]
        return tuple(wanted)

    def check(self, number: int) -> None:
        """Print whether a mission is reached: its sting, or what has not happened yet; raises as :meth:`missing`."""
        missing = self.missing(number)
        for language in languages():
            if missing:
                still = " → ".join(happened(mark, language) for mark in missing)
                print(f"{number}: {text('story.reporters_day.not_yet', language, missing=still)}")
            else:
                print(f"{number}: OK {self._mission(number).sting(language)}")

    def _mission(self, number: int) -> Mission:
        return self.missions[whole_number("a mission", number, 1, len(self.missions)) - 1]

    def in_language(self, language: str) -> str:
        """The goals, and which are reached, in ``ja`` or ``en``."""
        title = f"{text('story.reporters_day.title', language)} (TEST)"
        rows = (f"{sign} {number}  {mission.goal(language)}" for number, sign, mission in self._rows())
        return "\n".join([title, *rows])

    def _rows(self) -> Iterator[tuple[int, str, Mission]]:
        for number, mission in enumerate(self.missions, 1):
            yield number, "□" if self.missing(number) else "■", mission

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        speech = Speech()
        rows = "".join(f"<li>{sign} {speech.stacked(mission.goal)}</li>" for _, sign, mission in self._rows())
        return f"<p>{speech.html('story.reporters_day.title')} (TEST)</p><ol>{rows}</ol>"


def happened(mark: str, language: str) -> str:
    """What a mark says that must happen, in ``ja`` or ``en``."""
    service, _, answer = mark.partition(":")
    if not answer:
        return text(f"story.reporters_day.happened.{mark}", language)
    code, _, state = answer.partition("/")
    said = {"service": Term(f"word.service.{service}"), "code": Term(f"code.{code}")}
    if not state:
        return text("story.reporters_day.answered", language, **said)
    return text("story.reporters_day.answered_though", language, **said, state=Term(f"word.state_of.{state}"))


def marks(entry: Entry, lab: Lab) -> set[str]:
    """By which names an entry can be wanted."""
    if not isinstance(entry.event, ev.VerdictGiven):
        return {entry.name}
    verdict = entry.event.verdict
    mark = f"{verdict.service}:{verdict.code}"
    row = lab.books.shown_in(verdict)
    return {mark} if row is None else {mark, f"{mark}/{_state(row, entry, lab).name}"}


def _state(row: CertificateRow, entry: Entry, lab: Lab) -> CertificateState:
    """What the books had when a service answered; of what changed in the same instant, only what came before."""
    later = 0
    for place in range(entry.seq, len(lab.log)):  # numbers begin with 1, places with 0: the first one after it
        after = lab.log[place]
        if after.at != entry.at:
            break
        key = getattr(after.event, "authority", ""), getattr(after.event, "serial", 0)
        later += after.name.startswith("Certificate") and key == tuple(row.key)
    so_far = [past for past in row.history if past.at <= entry.at]
    return so_far[max(len(so_far) - 1 - later, 0)].state
