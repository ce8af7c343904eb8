"""The table of parameters with their basis, and what changing one does: a short life is played again, beside the first.

parameter, value (scale or field) -> Outcomes: two laboratories -> figures before and after, and over the whole range
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.lab import Lab
from myna_lab.parameters import Parameter
from myna_lab.stories.acting import only_lab
from myna_lab.studies.outcomes import OUTCOMES, Effect, Outcomes, said, steps
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets import panels
from myna_lab.widgets.aria import named_scales
from myna_lab.widgets.beneath import basis
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import View, box, html, show_if

__all__ = ["ParameterTable", "parameter_table"]

_TABS = ("moved", "range", "table")


def parameter_table(
    lab: Lab | Outcomes | None = None, parameter: str = "ocsp_refresh", language: str = "", *, value: object = None
) -> ParameterTable:
    """Parameters with value, range, mark and source; change one and see what it did to a short life's figures.

    Args:
        lab: whose parameters one starts from; or ``view.outcomes`` of an earlier view; None: the defaults.
        parameter: the one to begin with; a menu changes it.
        language: ``ja``, ``en`` or ``both``; a button changes it.
        value: the other value to begin with; None: the parameter's own.

    Returns:
        The view; a notebook shows it as a cell's last value. ``view.effect.table()`` is what it shows as a DataFrame.

    Raises:
        MisuseError: no lab, an unknown parameter or a value that it cannot have, or another language.
    """
    speech = Speech(language)
    if isinstance(lab, Outcomes):
        outcomes, of = lab, Lab(lab.seed)
    else:
        of = Lab() if lab is None else lab
        only_lab(of)
        outcomes = Outcomes(dict(of.parameters.overrides()))
    own = outcomes.parameters[parameter].text
    return ParameterTable(of, outcomes, outcomes.effect(parameter, own if value is None else value), speech)


class ParameterTable(View):
    """What :func:`parameter_table` shows.

    Args:
        lab: from whose parameters one starts.
        outcomes: the figures.
        effect: of the value to begin with.
        speech: the language to begin with.
    """

    what_appears = "word.appears.parameter_table"

    def __init__(self, lab: Lab, outcomes: Outcomes, effect: Effect, speech: Speech) -> None:
        super().__init__(lab, speech, (), _TABS)
        self.outcomes = outcomes
        self.parameter = effect.parameter.name
        self.effect = effect
        """What the value that was tried last did."""
        self.outcome = "stolen"
        self._build()
        self.refresh()

    def _build(self) -> None:
        wide = {"description_width": "initial"}
        self.which = ipw.Dropdown(style=wide).add_class("mnc-story")
        self.scale = ipw.SelectionSlider(options=["0"], style=wide).add_class("mnc-slider")
        self.field = ipw.Text(style=wide, continuous_update=False).add_class("mnc-value")
        self.figure = ipw.Dropdown(style=wide).add_class("mnc-story")
        self.notice, self.basis = html("notice"), html("goal")
        self.less = self.button(lambda: self.act(lambda: self._step(-1)), "pill")
        self.more = self.button(lambda: self.act(lambda: self._step(1)), "pill")
        self.default = self.button(lambda: self.act(lambda: self._try(self.row.text)), "pill")
        self._fill()
        self.which.observe(self._on_parameter, "value")
        self.scale.observe(self._on_value, "value")
        self.field.observe(self._on_value, "value")
        self.figure.observe(self._on_figure, "value")
        head = box("controls", self.which, self.language)
        value = box("steps", self.less, self.scale, self.more, self.field, self.default)
        parts = [self.what, head, self.basis, self.notice, value, box("controls", self.figure), self.tabs.widget]
        self.box = ipw.Box([ipw.HTML(STYLE), *parts]).add_class("mnc-view").add_class("mnc-player")
        self.place = self.basis

    @property
    def row(self) -> Parameter:
        """The parameter that is looked at, as one starts from it."""
        return self.outcomes.parameters[self.parameter]

    # ------------------------------------------------------------------------------------------------------------ taps

    def _try(self, value: str) -> None:
        self.effect = self.outcomes.effect(self.parameter, value)

    def _step(self, by: int) -> None:
        """The next value of the scale, or the one before; at its ends nothing happens."""
        values = self.scale.options
        place = values.index(self.effect.value) + by
        self._try(values[min(max(place, 0), len(values) - 1)])

    def _on_value(self, change: dict[str, Any]) -> None:
        if not self._filling and change["new"] != self.effect.value:
            self._pressed = None
            self.act(lambda: self._try(change["new"]))

    def _on_parameter(self, change: dict[str, Any]) -> None:
        if not self._filling and change["new"] not in (None, self.parameter):
            self._pressed = None
            self.act(lambda: self._look_at(change["new"]))

    def _look_at(self, parameter: str) -> None:
        self.parameter = parameter
        self._try(self.row.text)

    def _on_figure(self, change: dict[str, Any]) -> None:
        if not self._filling and change["new"] is not None:
            self.outcome = change["new"]
            self.show_panel()

    def chips(self) -> list[Chip]:
        """None: everything is played in laboratories apart."""
        return []

    def turn_to_the_news(self) -> None:
        """Open the panel of before and after."""
        self.tabs.value = "moved"

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show the parameter and what its other value did."""
        say = self.speech
        self.show_clock()
        self._fill()
        self.default.description = say.line("parameter.default", value=self.row.text)
        self.less.description, self.more.description = say.line("parameter.less"), say.line("parameter.more")
        self.default.disabled = self.effect.value == self.row.text
        self.basis.value = named_scales(say.line("parameter.value")) + self._basis()
        self.notice.value = f"<div>{self.error_html()}</div>"
        show_if(self.notice, bool(self._error))
        self.show_news("", self.error_html(), *self._news())
        self.show_panel()

    _filling = False

    def _fill(self) -> None:
        """Words and choices of the controls; what they say then is no wish of anybody."""
        say, known = self.speech, self.outcomes.parameters
        values = steps(self.row)
        self._filling = True
        try:
            self.which.description = say.line("parameter.parameter")
            self.which.options = tuple((name, name) for name in known if len(steps(known[name])) > 1)
            self.which.value = self.parameter
            self.scale.description, self.field.description = say.line("parameter.value"), say.line("parameter.exactly")
            self.scale.options = tuple(dict.fromkeys((*values, self.effect.value)))
            self.scale.value = self.field.value = self.effect.value
            self.figure.description = say.line("parameter.figure")
            names = ((" / ".join(each.in_language(language) for language in say.languages), name)
                     for name, each in OUTCOMES.items())  # fmt: skip
            self.figure.options = tuple(names)
            self.figure.value = self.outcome
        finally:
            self._filling = False

    def _basis(self) -> str:
        """Meaning, value, range, how sure it is, and on what it rests."""
        say, row = self.speech, self.row
        values = steps(row)
        means = say.stacked({"ja": row.ja, "en": row.en}.__getitem__)
        within = say.html("parameter.range", range=f"{values[0]} … {values[-1]}", unit=_unit(row))
        return (
            f"<div><b>{escape(row.name)} = {escape(row.text)}</b> {means}<small>{within}</small>{basis(row, say)}</div>"
        )

    def _news(self) -> Iterator[str]:
        say, effect = self.speech, self.effect
        if effect.value == self.row.text:
            yield say.html("parameter.choose")
            return
        yield f"<b>{escape(effect.parameter.name)}: {escape(effect.parameter.text)} → {escape(effect.value)}</b>"
        if not effect.moved:
            yield say.html("study.nothing_moved")
        for name in effect.moved:
            outcome = OUTCOMES[name]
            yield say.stacked(lambda language, o=outcome: f"{o.in_language(language)}: {self._both(o.name, language)}")  # type: ignore[misc]

    def _both(self, name: str, language: str) -> str:
        unit = OUTCOMES[name].unit
        return " → ".join(said(value, unit, language) for value in (self.effect.before[name], self.effect.after[name]))

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        show_if(self.figure, self.tabs.value == "range")
        self.tabs.show({"moved": self._moved, "range": self._range, "table": self._table}[self.tabs.value]())

    def _moved(self) -> str:
        """Every figure before and after; what moved is tinted."""
        say, effect = self.speech, self.effect
        rows = []
        for name, outcome in OUTCOMES.items():
            cells = "".join(
                f"<td>{say.stacked(lambda language, v=value, u=outcome.unit: said(v, u, language))}</td>"  # type: ignore[misc]
                for value in (effect.before[name], effect.after[name])
            )
            tint = ' class="mnc-new"' if name in effect.moved else ""
            rows.append(f'<tr{tint}><th scope="row">{say.stacked(outcome.in_language)}</th>{cells}</tr>')
        titles = (say.html("parameter.figure"), escape(effect.parameter.text), escape(effect.value))
        return panels.table(titles, rows)

    def _range(self) -> str:
        """The chosen figure over the whole range, as bars with their numbers."""
        say, outcome = self.speech, OUTCOMES[self.outcome]
        curve = self.outcomes.curve(self.parameter, self.outcome)
        most = max((figure for _, figure in curve if figure is not None), default=0) or 1
        rows = []
        for value, figure in curve:
            width = 0 if figure is None else round(100 * figure / most)
            words = say.stacked(lambda language, v=figure: said(v, outcome.unit, language))  # type: ignore[misc]
            tint = ' class="mnc-new"' if value == self.effect.value else ""
            rows.append(
                f'<tr{tint}><th scope="row">{escape(value)}</th><td>{words}</td>'
                f'<td class="mnc-bars"><i aria-hidden="true" style="width:{width}%"></i></td></tr>'
            )
        return panels.table((escape(self.parameter), say.stacked(outcome.in_language), ""), rows)

    def _table(self) -> str:
        """All parameters: what it means, value, how sure, and source."""
        say = self.speech
        rows = []
        for row in self.outcomes.parameters.values():
            means = say.stacked({"ja": row.ja, "en": row.en}.__getitem__)
            tint = ' class="mnc-new"' if row.changed else ""
            rows.append(
                f"<tr{tint}><td>{means}<code>{escape(row.name)}</code></td><td><b>{escape(row.text)}</b>"
                f"<small>{escape(say.line(_unit(row).key))}</small></td><td>{basis(row, say)}</td></tr>"
            )
        return panels.table((say.html(f"word.parameter.{name}") for name in ("what", "value", "basis")), rows)

    def __repr__(self) -> str:
        return f"<ParameterTable TEST {self.parameter}: {self.row.text} → {self.effect.value}>"


def _unit(row: Parameter) -> Term:
    """The word for what a value is counted in."""
    return Term(f"parameter.unit.{row.unit}")
