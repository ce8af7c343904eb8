"""A study: some hundred people in a laboratory, and the rules under which they live.

The people, their phones and every instant at which they do something are drawn first, and are the same under all rules.
Then each set of rules has a laboratory of its own, in which all of it is done: with real keys, chips, certificates,
OCSP answers and lists.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import only_bool, only_mapping, only_text, shown, whole_number
from myna_lab.ground.durations import at, show
from myna_lab.ground.memory import Memory
from myna_lab.lab import Lab
from myna_lab.parameters import Parameters
from myna_lab.studies.comparison import Comparison
from myna_lab.studies.counts import Counts, count
from myna_lab.studies.habits import Habits
from myna_lab.studies.life import A_CARD, Life
from myna_lab.studies.plan import draw
from myna_lab.studies.result import Result

__all__ = ["Study", "lab_study"]

_DAY = timedelta(days=1)
_LONG = 2_000
"""Log-ins from which on a bar is shown."""


class _Played(NamedTuple):
    """What came of a question, laboratory by laboratory, and of how many days."""

    counts: tuple[Counts, ...]
    days: int


_PLAYED = Memory[_Played](16)
"""Equal questions are played once: seed, people and rules decide all that is counted."""
_MOST_LOG_INS = 50_000
"""What counted more is not kept: its tables would fill the memory."""


class Study:
    """People and their plans; see :func:`lab_study`."""

    def __init__(
        self,
        *,
        holders: int,
        days: int,
        log_ins_a_day: float,
        losses_a_year: float,
        seed: int,
        start: datetime,
        parameters: Mapping[str, object],
        habits: Habits,
        progress: bool | None,
    ) -> None:
        self.holders, self.days, self.seed, self.start = holders, days, seed, start
        self.log_ins_a_day, self.losses_a_year = log_ins_a_day, losses_a_year
        self.habits = habits
        """What the people do: assumptions; ``habits.table()`` shows them."""
        self._parameters = dict(parameters)
        self._progress = progress
        self._plans = [
            draw(seed, n, days=days, log_ins_a_day=log_ins_a_day, losses_a_year=losses_a_year, habits=habits)
            for n in range(holders)
        ]

    def run(self) -> Result:
        """Play it under this study's parameters.

        Returns:
            The figures. After an interrupt they are of the days that were played to their end, and a warning says so.

        Raises:
            KeyboardInterrupt: before the first day was over; there is nothing to show.
        """
        return self._play({"": {}})[""]

    def compare(self, rules: Mapping[str, Mapping[str, object]]) -> Comparison:
        """Several sets of rules side by side, for the same people.

        All laboratories go forward together, a day at a time: after an interrupt each has played the same days.

        Args:
            rules: name to overrides of ``parameters.toml``; the first is what the others are compared with.

        Returns:
            The figures of each, and their differences; interrupted as :meth:`run`.

        Raises:
            MisuseError: no rules, or a parameter that cannot be what it shall be; nothing was played.
            KeyboardInterrupt: as :meth:`run`.
        """
        given = only_mapping("rules", rules, "{'today': {}, 'OCSP hourly': {'ocsp_refresh': '1h'}}")
        if not given:
            raise MisuseError("compare needs one set of rules at least, such as {'today': {}}.", code="no_rules")
        example = "{'ocsp_refresh': '1h'}"
        return Comparison(
            self._play(
                {
                    only_text("a set of rules", name, "OCSP hourly"): only_mapping(f"rules of {name}", one, example)
                    for name, one in given.items()
                }
            )
        )

    def _play(self, rules: Mapping[str, Mapping[str, object]]) -> dict[str, Result]:
        overrides = [{**self._parameters, **given} for given in rules.values()]
        tables = [Parameters(one).texts() for one in overrides]  # all are tried before the first is played
        habits = self.habits.texts()
        people = (self.seed, self.holders, self.days, self.log_ins_a_day, self.losses_a_year, self.start)
        # The whole question is the key: after an interrupt all its laboratories have played the same days.
        key = (people, *habits.items(), *tables)
        played = _PLAYED.of({"": key}, lambda _: {"": self._played(overrides)}, self._is_kept)[""]
        if played.days < self.days:
            warnings.warn(
                f"interrupted: {played.days} of {self.days} days were played to their end; all figures are of these.",
                stacklevel=3,
            )
        return {
            name: Result(counts.copy(), self._about(played.days), {**dict(table), **habits})
            for name, counts, table in zip(rules, played.counts, tables, strict=True)
        }

    def _played(self, overrides: Sequence[Mapping[str, object]]) -> _Played:
        rates = self.habits.number("eager_uses_an_hour"), self.habits.number("finder_uses_a_day")
        lives = [Life(Lab(self.seed, start=self.start, parameters=one), self._plans, rates) for one in overrides]
        done = 0
        with closing(self._bar(len(lives))) as bar:
            try:
                for life in lives:
                    _show(bar, life.settle())
                for day in range(1, self.days + 1):
                    for life in lives:
                        _show(bar, life.play(self.start + day * _DAY))
                    done = day
            except KeyboardInterrupt:
                if not done:
                    raise
        return _Played(tuple(count(life, self.start + done * _DAY) for life in lives), done)

    def _is_kept(self, played: _Played) -> bool:
        return played.days == self.days and sum(one.total("log_ins") for one in played.counts) <= _MOST_LOG_INS

    def _bar(self, laboratories: int) -> Any:
        from tqdm.auto import tqdm

        planned = sum(A_CARD + len(plan.log_ins) + _SCREENS * len(plan.terms) for plan in self._plans)
        is_long = laboratories * sum(len(plan.log_ins) for plan in self._plans) > _LONG
        hidden = not (is_long if self._progress is None else self._progress)
        return tqdm(total=laboratories * planned, unit=" acts", unit_scale=True, disable=hidden)

    def _about(self, done: int) -> dict[str, str]:
        about = {
            "holders": self.holders,
            "start": show(self.start),
            "days": self.days,
            "days_done": done,
            "log_ins_a_day": self.log_ins_a_day,
            "losses_a_year": self.losses_a_year,
            "seed": self.seed,
        }
        return {name: f"{value}" for name, value in about.items()}

    def __repr__(self) -> str:
        return f"<Study TEST: {self.holders} holders, {self.days} days from {show(self.start)}, seed {self.seed}>"


_SCREENS = 21
"""Acts of a set-up, about: the bar's guess."""


def _show(bar: Any, acts: Iterator[int]) -> None:
    for n in acts:
        bar.update(n)


def lab_study(
    holders: int = 500,
    days: int = 90,
    log_ins_a_day: float = 0.2,
    losses_a_year: float = 0.02,
    seed: int = 1,
    *,
    start: str | datetime | None = None,
    parameters: Mapping[str, object] | None = None,
    progress: bool | None = None,
    **habits: object,
) -> Study:
    """People who live with the card on their phones: set-ups, new phones, losses, log-ins at the portal.

    Everybody has a plastic card, adds it to a phone in the first third of the study, and logs in with what she carries.
    Some cannot wait and try the new phone at once, or the former one; whoever finds a lost phone tries it.

    Log-ins arrive by themselves at any instant. Measuring by hand has a trap: a set-up that is run to its end
    (``phone.add_card().run()``) moves the clock on by minutes, so that the log-in after it often falls behind the next
    OCSP tick, and one counts "0 accepted" of former phones. Here each screen of a set-up is an act between others, and
    ``exposure`` counts the minutes in which a service may have accepted, whether somebody tried or not.

    Args:
        holders: how many people, 1 to 10,000.
        days: how long, 1 to 1,000.
        log_ins_a_day: of each holder, on average (a Poisson process), 0 to 100.
        losses_a_year: of each phone, on average, 0 to 100.
        seed: the same seed gives the same study.
        start: its first instant ("2025-06-24 09:00"); None: parameter ``start``.
        parameters: overrides of ``parameters.toml`` under all rules.
        progress: whether a bar is shown; None: where it takes long.
        habits: overrides of what people do, such as ``phone_changes_a_year=1``; ``study.habits.table()`` lists all.

    Raises:
        MisuseError: an argument out of its range, or an unknown or impossible parameter or habit.

    Example:
        >>> lab_study(holders=2, days=1).run().summary.loc["log_ins", "unit"]
        'uses'
    """
    whole_number("holders", holders, 1, 10_000)
    whole_number("days", days, 1, 1000)
    whole_number("a seed", seed, -(2**63) + 1, 2**63 - 1, code="bad_seed")
    for name, value in (("log_ins_a_day", log_ins_a_day), ("losses_a_year", losses_a_year)):
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 100:
            raise MisuseError(f"{name} is a number from 0 to 100; got {shown(value)}.", code="bad_number")
    if progress is not None:
        only_bool(progress=progress)
    given = only_mapping("parameters", parameters, "{'activation_delay': '1min'}", code="bad_parameter")
    table = Parameters(given)
    return Study(
        holders=holders,
        days=days,
        log_ins_a_day=log_ins_a_day,
        losses_a_year=losses_a_year,
        seed=seed,
        start=at(table.text("start") if start is None else start),
        parameters=given,
        habits=Habits(habits),
        progress=progress,
    )
