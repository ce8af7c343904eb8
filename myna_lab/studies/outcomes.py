"""What a parameter does: a short life is played again under another value, and its figures stand side by side.

    parameter, value -> two laboratories, the same people -> change of phone, theft, reissue, really played -> figures

For people by the hundred and their intervals there is ``lab_study``; here one life must do, so that it takes a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from myna_lab.errors import MisuseError, Refused
from myna_lab.ground.arguments import one_of, only_mapping
from myna_lab.ground.durations import duration
from myna_lab.lab import Holder, IPhone, Lab
from myna_lab.parameters import MEASURED, Parameter, Parameters
from myna_lab.texts import text
from myna_lab.texts.session import one

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["OUTCOMES", "Effect", "Outcome", "Outcomes", "steps"]

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_CALLS = (timedelta(), 5 * _MINUTE, 10 * _MINUTE)
"""A call may come at any minute between two renewals of the data: the mean of three."""


class _Life:
    """One owner's life under some parameters; each part is played when a figure asks for it, in a laboratory apart."""

    def __init__(self, parameters: Mapping[str, object], seed: int) -> None:
        self._lab = Lab(seed, parameters=parameters)
        self._lab.advance_to(self._lab.now.replace(hour=10, minute=1, second=0) + _DAY)
        self.owner: Holder = self._lab.resident(signing_password="TEST1234")
        self.began = self._lab.now
        self._iphone: IPhone = self._lab.iphone(self.owner)
        self._iphone.add_card().run()
        self.finished = self._lab.now
        self.works = max(row.activates_at for row in self._lab.books.live_on_phones(self.owner.person))

    def copy(self, after: timedelta = timedelta()) -> tuple[Lab, Holder, IPhone]:
        """The life an hour later, when the phone works, or later still; apart from other parts."""
        lab = self._lab.fork(max(self.works, self._lab.now, self.began + _HOUR) + after)
        phone = lab.phones[0]
        assert isinstance(phone, IPhone)
        return lab, lab.residents[0], phone

    @cached_property
    def changed(self) -> Lab:
        """Two days after the card was added to an Android phone, too; the iPhone was online all the time."""
        lab, owner, _ = self.copy()
        lab.android(owner).add_card().run()
        lab.advance("2d")
        return lab


def _minutes(time: timedelta) -> float:
    return round(time / _MINUTE, 2)


def _open_for(service: str) -> Callable[[_Life], float | None]:
    def played(life: _Life) -> float | None:
        lab = life.changed
        table = lab.tables.exposure(services=[getattr(lab, service)])
        former = table[table["device"] == "iphone-1"]
        return None if former.empty else round(float(former["minutes"].max()), 2)

    return played


def _stolen(life: _Life) -> float:
    """From the call until the portal's data say so."""
    waited = []
    for after in _CALLS:
        lab, owner, _ = life.copy(after)
        called = lab.now
        lab.hotline.suspend(owner, card=False)
        lab.advance("2d")
        row = lab.tables.exposure(services=[lab.portal]).iloc[0]
        waited.append(_minutes(row["stopped_at"] - called) + float(row["minutes"]))
    return round(sum(waited) / len(waited), 2)


def _guesses(life: _Life) -> float:
    """Wrong PINs that are compared before none is any more."""
    lab, _, phone = life.copy()
    phone.hand_to("finder")
    for n in range(100):
        if lab.portal.log_in(phone, "0000").code != "authentication_failed":
            return n
    return 100


def _heard(life: _Life) -> float | None:
    """From the revocation until the old iPhone's wallet hears of it, within two days."""
    revoked = heard = None
    for entry in life.changed.log:
        if entry.name == "CertificateRevoked" and revoked is None:
            revoked = entry.at
        if entry.name == "RevocationLearned":
            heard = entry.at
    return None if revoked is None or heard is None else _minutes(heard - revoked)


def _reissue(life: _Life) -> float | None:
    lab, owner, _ = life.copy()
    lab.advance_to(lab.municipality.opens)
    try:
        return round((lab.municipality.reissue(owner) - lab.now) / _DAY, 2)
    except Refused:
        return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One figure; its sentence is ``study.outcome.NAME``."""

    name: str
    unit: str
    """``minutes``, ``days`` or ``tries``."""
    played: Callable[[_Life], float | None]
    """None: it does not happen within two days, or is refused."""

    def in_language(self, language: str) -> str:
        """What it is, in ``ja`` or ``en``."""
        return text(f"study.outcome.{self.name}", language)


OUTCOMES: Mapping[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("set_up", "minutes", lambda life: _minutes(life.finished - life.began)),
        Outcome("gap", "minutes", lambda life: _minutes(max(life.works - life.finished, timedelta()))),
        Outcome("old_at_portal", "minutes", _open_for("portal")),
        Outcome("old_at_bank", "minutes", _open_for("bank")),
        Outcome("stolen", "minutes", _stolen),
        Outcome("guesses", "tries", _guesses),
        Outcome("heard", "minutes", _heard),
        Outcome("reissue", "days", _reissue),
    )
}
"""The figures, in the order of a life."""


_NICE = (
    "0s",
    "1s",
    "10s",
    "30s",
    "1min",
    "5min",
    "15min",
    "30min",
    "1h",
    "3h",
    "6h",
    "12h",
    "1d",
    "2d",
    "7d",
    "30d",
    "90d",
)
_MOST_STEPS = 9


def steps(parameter: Parameter) -> tuple[str, ...]:
    """Values to choose from, as text: all choices, or some between the ends of the range, with the parameter's own.

    Args:
        parameter: a row of the table.
    """
    if parameter.unit == "switch":
        return "false", "true"
    if parameter.unit == "choice":
        return tuple(str(choice) for choice in parameter.range)
    if parameter.unit not in MEASURED or not parameter.range:
        return (parameter.text,)
    low, high = parameter.range
    if parameter.unit == "duration":
        inner: list[Any] = [value for value in map(duration, _NICE) if low < value < high]
    elif parameter.unit == "count":
        inner = list(range(low + 1, high, max((high - low) // (_MOST_STEPS - 1), 1)))
    else:
        inner = [low + (high - low) * n / (_MOST_STEPS - 1) for n in range(1, _MOST_STEPS - 1)]
    while len(inner) > _MOST_STEPS - 2:
        inner = inner[::2]
    values = sorted({low, parameter.value, *inner, high})
    return tuple(parameter.with_value(value).text for value in values)


@dataclass(frozen=True, slots=True, repr=False)
class Effect:
    """What another value of one parameter did to each figure."""

    parameter: Parameter
    """The row as it is."""
    value: str
    """The other value."""
    before: Mapping[str, float | None]
    after: Mapping[str, float | None]

    @property
    def moved(self) -> tuple[str, ...]:
        """The figures that are others now."""
        return tuple(name for name in self.before if self.before[name] != self.after[name])

    def table(self) -> pd.DataFrame:
        """Index ``outcome`` (str); columns ``unit`` (str), ``before``, ``after``, ``change`` (float64, NaN: never)."""
        import pandas as pd

        rows = {name: (OUTCOMES[name].unit, self.before[name], self.after[name]) for name in self.before}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["unit", "before", "after"])
        table = table.astype({"unit": "str", "before": "float64", "after": "float64"}).rename_axis("outcome")
        return table.assign(change=table["after"] - table["before"])

    def in_language(self, language: str) -> str:
        """One line for each figure that moved, in ``ja`` or ``en``."""
        head = f"{self.parameter.name}: {self.parameter.text} → {self.value} (TEST)"
        lines = [f"  {OUTCOMES[name].in_language(language)}: {self._figures(name, language)}" for name in self.moved]
        return "\n".join([head, *(lines or [f"  {text('study.nothing_moved', language)}"])])

    def _figures(self, name: str, language: str) -> str:
        return " → ".join(said(value, OUTCOMES[name].unit, language) for value in (self.before[name], self.after[name]))

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__


def said(value: float | None, unit: str, language: str) -> str:
    """A figure with its unit, in ``ja`` or ``en``."""
    if value is None:
        return text("study.never", language)
    if unit == "minutes" and value >= 120:
        return text("study.unit.hours", language, n=f"{value / 60:,.1f}")
    return text(f"study.unit.{unit}", language, n=f"{value:,.1f}".removesuffix(".0"))


@lru_cache(maxsize=64)
def _figures(rules: tuple[tuple[str, str], ...], seed: int) -> Mapping[str, float | None]:
    """A life's figures; it comes out the same each time, so it is played once."""
    life = _Life(dict(rules), seed)
    return {name: outcome.played(life) for name, outcome in OUTCOMES.items()}


class Outcomes:
    """The figures of a short life under some parameters, and what becomes of them under others.

    Args:
        parameters: overrides from which one starts.
        seed: of the life; another one has other people, and nearly the same figures.

    Raises:
        MisuseError: an unknown parameter, or a value that it cannot have.
    """

    def __init__(self, parameters: Mapping[str, object] | None = None, seed: int = 7) -> None:
        given = only_mapping("parameters", parameters, "{'ocsp_refresh': '1h'}", code="bad_parameter")
        self.parameters = Parameters(given)
        self.seed = seed

    def figures(self, changed: Mapping[str, object] | None = None) -> Mapping[str, float | None]:
        """All figures by name, in the order of ``OUTCOMES``; None: it never comes to that.

        Args:
            changed: overrides beyond this table's own.

        Raises:
            MisuseError: as for the constructor.
        """
        rules = Parameters({**dict(self.parameters.overrides()), **(changed or {})}).overrides()
        return _figures(rules, self.seed)

    def effect(self, parameter: str, value: object) -> Effect:
        """What another value of a parameter does.

        Args:
            parameter: its name.
            value: as text or in its own type, within its range.

        Raises:
            MisuseError: an unknown parameter, or a value that it cannot have.

        Example:
            >>> Outcomes().effect("activation_delay", "1min").moved
            ('gap',)
        """
        row = self.parameters[parameter]
        other = row.with_value(value).text
        return Effect(row, other, self.figures(), self.figures({parameter: other}))

    def curve(self, parameter: str, outcome: str) -> Sequence[tuple[str, float | None]]:
        """One figure over the range of a parameter: its value as text, and the figure.

        Raises:
            MisuseError: an unknown parameter or outcome.
        """
        one_of("an outcome", outcome, OUTCOMES, code="unknown_outcome")
        found: list[tuple[str, float | None]] = []
        for value in steps(self.parameters[parameter]):
            try:
                found.append((value, self.figures({parameter: value})[outcome]))
            except MisuseError:  # this value contradicts another parameter
                continue
        return found

    def __repr__(self) -> str:
        return f"<Outcomes TEST: {len(OUTCOMES)} figures, {len(self.parameters)} parameters>"
