"""Missions in a lab of the learner's own: a goal, what must be in the log when it is reached, and what may not.

    quest("clinic_believes") -> acts by buttons or by code in quest.lab -> missing, what went wrong, hints in steps

Nothing records that a mission is reached: it is read from the log each time, whatever way the learner took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.analysis.exposure import stops
from myna_lab.analysis.timeline import Timeline, timeline
from myna_lab.errors import MisuseError
from myna_lab.events import Entry
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import JST, at, show
from myna_lab.lab import Lab
from myna_lab.stories.missions import happened, marks
from myna_lab.stories.scene import ACTS, SITUATIONS, Scene
from myna_lab.texts import both, text
from myna_lab.texts.session import one

if TYPE_CHECKING:
    from myna_lab.jlis.books import CertificateRow

__all__ = ["CONDITIONS", "GOALS", "Goal", "Quest", "quest"]

_TURNS = (ev.CertificateIssued, ev.CertificateRevoked, ev.CertificateSuspended, ev.CertificateExpired)
_MINUTE = timedelta(minutes=1)
_BEFORE = timedelta(hours=1)
"""What led to a situation happens in the hour before."""
Condition = Callable[[Lab, Entry, Sequence[Entry]], bool]
"""Whether an entry meets more than its mark says: in which lab, the entry, and what was met before it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One mission; its sentences are ``mission.NAME``: goal, reached, hint.1 …, slip.MARK."""

    name: str
    start: str
    """When it begins."""
    situation: str
    """How: a key of :data:`~myna_lab.stories.scene.SITUATIONS`."""
    acts: tuple[str, ...]
    """The buttons: keys of :data:`~myna_lab.stories.scene.ACTS`."""
    wanted: tuple[str, ...]
    """What must be in the log, in this order: marks as of ``ReportersDay``; after an @ a key of ``CONDITIONS``."""
    never: tuple[str, ...] = ()
    """Marks after which it can only be begun again."""


GOALS: Mapping[str, Goal] = {
    goal.name: goal
    for goal in (
        Goal(
            "first_minute", "2025-06-24 12:00", "bought", ("add_iphone", "portal_iphone"),
            ("portal:accepted@first_minute",), never=("portal:not_yet_valid",),
        ),
        Goal(
            "clinic_believes", "2025-10-01 10:00", "on_iphone",
            ("clinic_iphone", "portal_iphone", "revoke_online", "add_android", "switch_iphone"),
            ("clinic:accepted/REVOKED",),
        ),
        Goal(
            "face_vanishes", "2025-06-25 09:00", "on_iphone",
            ("add_android", "portal_iphone", "counter_iphone", "switch_iphone", "delete_pass"),
            ("CertificateRevoked", "RevocationLearned", "PassDeleted"), never=("PassDeleted@unaware",),
        ),
        Goal(
            "last_minute", "2025-06-27 20:00", "stolen", ("hotline", "portal_iphone"),
            ("HotlineCalled", "portal:accepted/ON_HOLD@last_minute"), never=("portal:on_hold",),
        ),
        Goal(
            "two_truths", "2025-06-25 09:00", "on_iphone",
            ("add_android", "revoke_online", "portal_iphone", "counter_iphone", "switch_iphone"),
            ("portal:revoked", "counter:accepted@same_instant"),
        ),
        Goal(
            "on_sunday", "2025-06-29 10:00", "blocked",
            ("portal_card", "window_unblock", "kiosk_register", "kiosk_reset"),
            ("portal:accepted@sunday",), never=("TimePassed@monday",),
        ),
    )
}  # fmt: skip
"""The missions, the easiest first."""


def _shown(lab: Lab, entry: Entry) -> CertificateRow | None:
    return lab.books.shown_in(entry.event.verdict) if isinstance(entry.event, ev.VerdictGiven) else None


def _in_first_minute(lab: Lab, entry: Entry, met: Sequence[Entry]) -> bool:
    row = _shown(lab, entry)
    return row is not None and entry.at - row.activates_at < _MINUTE


def _in_last_minute(lab: Lab, entry: Entry, met: Sequence[Entry]) -> bool:
    ends = _refuses_from(lab, entry)
    return ends is not None and ends - entry.at <= _MINUTE


def _refuses_from(lab: Lab, entry: Entry) -> datetime | None:
    """From when OCSP data say that the certificate that was shown is stopped."""
    row = _shown(lab, entry)
    stopped = [stop.at for stop in stops(lab.books, at=entry.at) if stop.row is row]
    return lab.revocation.answered_from(row, stopped[-1]) if row is not None and stopped else None


def _is_unaware(lab: Lab, entry: Entry, met: Sequence[Entry]) -> bool:
    """Whether the phone has not heard that its card is revoked."""
    phone = getattr(entry.event, "phone", "")
    heard = (each for each in lab.log.about(phone) if isinstance(each.event, ev.RevocationLearned))
    return not any(each.seq < entry.seq for each in heard)


CONDITIONS: Mapping[str, Condition] = {
    "first_minute": _in_first_minute,
    "last_minute": _in_last_minute,
    "same_instant": lambda lab, entry, met: bool(met) and entry.at == met[-1].at,
    "unaware": _is_unaware,
    "sunday": lambda lab, entry, met: entry.at.astimezone(JST).weekday() == 6,
    "monday": lambda lab, entry, met: entry.at.astimezone(JST).weekday() != 6,
}
"""What a mark may ask beyond what happened: when it was, beside what."""


class Quest:
    """A mission on which somebody is, in a lab of her own.

    Args:
        goal: which mission.
        seed: of the lab: other people, other certificates.
    """

    def __init__(self, goal: Goal, seed: int = 7) -> None:
        self.goal = goal
        self.seed = seed
        self.hints_shown = 0
        """How many hints were asked for."""
        self.begin_again()

    def begin_again(self) -> None:
        """A new lab, as it was at the beginning; hints stay."""
        begins = at(self.goal.start)
        lab = Lab(self.seed, start=begins - _BEFORE)
        self.scene: Scene = SITUATIONS[self.goal.situation](lab)
        lab.advance_to(begins)
        self._since = len(lab.log)

    @property
    def lab(self) -> Lab:
        """The learner's own: what happens in it counts, however it is done."""
        return self.scene.lab

    def do(self, act: str) -> object:
        """Do what a button does.

        Args:
            act: one of ``goal.acts``.

        Returns:
            What came of it, such as a verdict.

        Raises:
            MisuseError: no such act in this mission.
            Refused: it cannot be done, or an office refuses it; that is in the log, too.
        """
        one_of("an act", act, self.goal.acts, code="unknown_act")
        return ACTS[act](self.scene)

    # ----------------------------------------------------------------------------------------------- read from the log

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What happened since the beginning."""
        log = self.lab.log
        return tuple(log[place] for place in range(self._since, len(log)))

    def missing(self) -> tuple[str, ...]:
        """What has not happened yet, in order; empty: the mission is reached, unless it is :attr:`spoiled`."""
        wanted, met = list(self.goal.wanted), list[Entry]()
        for entry in self._counting():
            if wanted and self._is(wanted[0], entry, met):
                del wanted[0]
                met.append(entry)
            elif len(wanted) == 1 and met and self._is(self.goal.wanted[len(met) - 1], entry, met[:-1]):
                met[-1] = entry  # the last step before the goal may be done anew, nearer to it
        return tuple(wanted)

    def _counting(self) -> Iterator[Entry]:
        """What counts: before what spoils it."""
        return takewhile(lambda entry: not self._spoils(entry), self.entries)

    @property
    def spoiled(self) -> bool:
        """Whether something happened after which it can only be begun again; not if it was reached before."""
        return bool(self.missing()) and any(self._spoils(entry) for entry in self.entries)

    @property
    def reached(self) -> bool:
        """Whether the log has all that is wanted."""
        return not self.missing()

    def _spoils(self, entry: Entry) -> bool:
        return any(self._is(mark, entry, ()) for mark in self.goal.never)

    def _is(self, mark: str, entry: Entry, met: Sequence[Entry]) -> bool:
        name, _, condition = mark.partition("@")
        is_so = name in marks(entry, self.lab)
        return is_so and (not condition or CONDITIONS[condition](self.lab, entry, met))

    def timeline(self, language: str = "") -> Timeline | None:
        """Who knew what when of the certificate on which it turned; None: no certificate was issued or stopped."""
        turned = any(isinstance(entry.event, _TURNS) for entry in self.entries)
        return timeline(self.lab.world, self.entries, language) if turned else None

    # -------------------------------------------------------------------------------------------------------- in words

    def goal_in(self, language: str) -> str:
        """What is to be done, in ``ja`` or ``en``."""
        return text(f"mission.{self.goal.name}.goal", language)

    def title_in(self, language: str) -> str:
        """Its name, in ``ja`` or ``en``."""
        return text(f"mission.{self.goal.name}.title", language)

    def news_in(self, language: str) -> str:
        """Whether it is reached, what went wrong last, or what must still happen, in ``ja`` or ``en``."""
        if self.reached:
            return text(f"mission.{self.goal.name}.reached", language)
        slip = self._slip(language)
        if self.spoiled:
            return f"{slip} {text('mission.begin_again', language)}".strip()
        return slip or text("mission.not_yet", language, missing=self._still(language))

    def _still(self, language: str) -> str:
        return " → ".join(happened(mark.partition("@")[0], language) for mark in self.missing())

    def _slip(self, language: str) -> str:
        """What went wrong, by the newest entry that has a sentence for it; empty: nothing that is known."""
        spoilt = next((entry for entry in self.entries if self._spoils(entry)), None)
        for entry in [spoilt] if spoilt is not None and self.spoiled else reversed(self.entries):
            for mark in sorted(marks(entry, self.lab), key=len, reverse=True):  # what says more, first
                key = f"mission.{self.goal.name}.slip.{mark.replace(':', '_').replace('/', '_')}"
                if both(key):
                    return text(key, language, **self._values(entry))
        return ""

    def _values(self, entry: Entry) -> Mapping[str, object]:
        """What a sentence may name: instants, as the clock shows them."""
        row, ends = _shown(self.lab, entry), _refuses_from(self.lab, entry)
        stopped = [stop.at for stop in stops(self.lab.books, at=entry.at) if stop.row is row]
        known = entry.event.verdict.knowledge_at if isinstance(entry.event, ev.VerdictGiven) else None
        instants = {
            "at": entry.at,
            "works": row.activates_at if row else None,
            "since": stopped[-1] if stopped else None,
            "known": known,
            "until": ends,
        }
        return {name: "" if at is None else show(at)[11:] for name, at in instants.items()}

    def hints_in(self, language: str) -> tuple[str, ...]:
        """The hints that were asked for, in ``ja`` or ``en``."""
        return tuple(text(f"mission.{self.goal.name}.hint.{n + 1}", language) for n in range(self.hints_shown))

    @property
    def hints_left(self) -> int:
        """How many hints there still are."""
        n = self.hints_shown
        while both(f"mission.{self.goal.name}.hint.{n + 1}"):
            n += 1
        return n - self.hints_shown

    def hint(self) -> str:
        """One hint more, in the session's language; the last one says how it is done.

        Raises:
            MisuseError: there is none left.
        """
        if not self.hints_left:
            raise MisuseError("there is no further hint; the last one says how it is done.", code="no_hint")
        self.hints_shown += 1
        return self.hints_in(one())[-1]

    def in_language(self, language: str) -> str:
        """Title, goal, hints and how it stands as lines of text, in ``ja`` or ``en``."""
        sign = "■" if self.reached else "□"
        hints = (f"  {n}. {hint}" for n, hint in enumerate(self.hints_in(language), 1))
        title = f"{sign} {self.title_in(language)} (TEST)"
        return "\n".join([title, self.goal_in(language), *hints, self.news_in(language)])

    def __str__(self) -> str:
        return self.in_language(one())

    def __repr__(self) -> str:
        stands = "reached" if self.reached else "spoiled" if self.spoiled else "not reached"
        return f"<Quest TEST {self.goal.name}: {stands}, {show(self.lab.now)}>"


def quest(name: str, seed: int = 7) -> Quest:
    """A mission in a new lab.

    Args:
        name: one of ``GOALS``: ``first_minute``, ``clinic_believes``, ``face_vanishes``, ``last_minute``,
            ``two_truths``, ``on_sunday``.
        seed: of the lab.

    Raises:
        MisuseError: no such mission; it says which one was perhaps meant.

    Example:
        >>> quest("first_minute")
        <Quest TEST first_minute: not reached, 2025-06-24 12:00:00>
    """
    return Quest(GOALS[one_of("a mission", name, GOALS, code="unknown_mission")], seed)
