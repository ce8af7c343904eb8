"""The services desk: what is shown, to which service, and when; the verdict, and what the service knew at that moment.

    choose -> Show it -> lab.ask(...), in a copy at that instant -> answer, moments in order, checks, table, two times

The lab stays as it is: its clock, its counters and its log. The desk keeps the answers, as they happened nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from myna_lab.analysis.asking import Asked, asked_table, differences_table
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import duration, next_tick
from myna_lab.lab import Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.questions import only_device
from myna_lab.texts.speech import Speech
from myna_lab.widgets import panels, who_knew_then
from myna_lab.widgets.answer import asked_answer
from myna_lab.widgets.style import DESK
from myna_lab.widgets.view import NEXT_LIST, View, Wait, box, html, show_if

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ServicesDesk", "services_desk"]

Device = PhoneHandle | Chip

_TABS = ("verdict", "knew", "answers", "two_times")
_WAITS: list[Wait] = [
    ("5min", "word.wait", {"minutes": 5}),
    ("1d", "word.wait_day", {}),
    (NEXT_LIST, "word.wait_list", {}),
]
_WHEN: Mapping[str, Callable[[Lab], datetime]] = {
    "now": lambda lab: lab.now,
    "1min": lambda lab: lab.now + timedelta(minutes=1),
    "5min": lambda lab: lab.now + timedelta(minutes=5),
    "ocsp": lambda lab: next_tick(lab.now, lab.parameters.duration("ocsp_refresh")),
    "list": lambda lab: lab.revocation.next_list(lab.now),
    "1d": lambda lab: lab.now + timedelta(days=1),
}
"""Name of a time to the instant that it means; further ``custom``, which is written."""
_NAMED = {"description_width": "initial"}


def services_desk(lab: Lab, device: Device | None = None, language: str = "") -> ServicesDesk:
    """A desk at which a phone or card is shown to a service, now or at another time.

    サービスの窓口：スマホやカードを、選んだ時刻に見せて判定をもらう。

    Args:
        lab: a lab with a phone or card in it.
        device: what is shown first; None: the newest phone, or else the newest card.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: no lab, one without people, a device of another lab, or another language.
    """
    if not isinstance(lab, Lab):
        raise MisuseError("services_desk() takes a lab, and what is shown: services_desk(lab, phone).", code="no_lab")
    if not lab.residents:
        raise MisuseError("nobody lives in this lab yet: lab.resident() has a card to show.", code="no_device")
    if device is None:
        device = lab.phones[-1] if lab.phones else lab.residents[-1].card
    return ServicesDesk(lab, _known(lab, device), Speech(language))


def _devices(lab: Lab) -> dict[str, Device]:
    """All phones, then all cards, by name."""
    phones, cards = lab.phones, (holder.card for holder in lab.residents)
    return {each.name: each for each in phones} | {each.name: each for each in cards}


def _known(lab: Lab, device: Device) -> str:
    """The name of a phone or card of this lab that its holder has still."""
    only_device(lab.world, device)
    return one_of("a device to show", device.name, _devices(lab), code="no_device")


class ServicesDesk(View):
    """What :func:`services_desk` shows.

    Args:
        lab: the lab.
        device: name of what is shown first.
        speech: the language to begin with.
    """

    what_appears = "word.appears.services_desk"

    def __init__(self, lab: Lab, device: str, speech: Speech) -> None:
        super().__init__(lab, speech, _WAITS, _TABS)
        self.answers: list[Asked] = []
        """Every answer so far, the oldest first."""
        self._is_new = False
        self._first = device
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.device, self.service, self.when = (ipw.Dropdown(style=_NAMED) for _ in range(3))
        self.custom = ipw.Text(style=_NAMED, continuous_update=False)
        self.show_it = self.button(lambda: self.act(self._ask), "main")
        self.notice, self.moments = html("notice"), html("moments")
        self.when.observe(lambda change: self._show_custom(), "value")
        fields = [each.add_class("mnc-field") for each in (self.device, self.service, self.when, self.custom)]
        question = box("question", *fields, self.show_it, self.notice)
        controls = box("controls", self.clock, *self.waits, self.language)
        side = box("machinery", self.what, self.moments)
        parts = [ipw.HTML(DESK), controls, question, side, box("wide", self.tabs.widget)]
        self.box, self.place = ipw.Box(parts).add_class("mnc-view").add_class("mnc-desk"), self.clock

    # ------------------------------------------------------------------------------------------------------------ ask

    def ask(self, service: str = "", device: Device | None = None, when: str = "") -> Asked:
        """Choose, and press the button.

        Args:
            service: such as ``portal``; empty: the one that is chosen.
            device: a phone or a card; None: the one that is chosen.
            when: ``now``, ``1min``, ``5min``, ``ocsp`` (its next data), ``list`` (the next one), ``1d``, or a time
                such as "2025-07-01 10:00" or "+90min"; empty: the one that is chosen.

        Returns:
            The answer, which :attr:`answers` has from now on.

        Raises:
            MisuseError: no such service, device or time, or a device that the service does not take.
        """
        if service:
            self.service.value = one_of("a service", service, self._services, code="no_service")
        if device is not None:
            self.device.value = _known(self.lab, device)
        if when:
            is_named = when in _WHEN
            self.when.value = when if is_named else "custom"
            self.custom.value = "" if is_named else when
        self.show_it.click()
        if self._error is not None:
            raise self._error
        return self.answers[-1]

    def _ask(self) -> None:
        device = _devices(self.lab)[self.device.value]
        self.answers.append(self.lab.ask(self._services[self.service.value], device, at=self._instant()))
        self._is_new = True

    @property
    def _services(self) -> dict[str, Any]:
        return {each.service: each for each in self.lab.services}

    def _instant(self) -> datetime:
        if self.when.value != "custom":
            return _WHEN[self.when.value](self.lab)
        written = self.custom.value.strip()
        if written.startswith(("+", "＋")):
            return self.lab.now + duration(written[1:])
        return instant(written)

    @property
    def table(self) -> pd.DataFrame:
        """The answers so far; see :func:`myna_lab.analysis.asking.asked_table`."""
        return asked_table(self.answers)

    @property
    def two_times(self) -> tuple[Asked, Asked] | None:
        """The newest answer and the one before it to the same question, the earlier time first; None: there is none."""
        if not self.answers:
            return None
        newest = self.answers[-1]
        same = (
            each
            for each in reversed(self.answers[:-1])
            if (each.service, each.device) == (newest.service, newest.device) and each.at != newest.at
        )
        other = next(same, None)
        if other is None:
            return None
        return (other, newest) if other.at < newest.at else (newest, other)

    @property
    def differences(self) -> pd.DataFrame:
        """The two of :attr:`two_times` check by check; see :func:`myna_lab.analysis.asking.differences_table`.

        Raises:
            MisuseError: there are no two answers to the same question.
        """
        if self.two_times is None:
            raise MisuseError("ask the same service about the same device at two times.", code="no_two_times")
        return differences_table(*self.two_times)

    def chips(self) -> list[Chip]:
        """None: the exchanges are those of a copy."""
        return []

    def act(self, work: Callable[[], object]) -> None:
        """As in every view; an answer is news for one press."""
        self._is_new = False
        super().act(work)

    def turn_to_the_news(self) -> None:
        """A new answer is told check by check; who compares goes on comparing."""
        if self._is_new and self.tabs.value != "two_times":
            self.tabs.value = "verdict"

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show the choices, the clock and the newest answer as they are now."""
        say = self.speech
        self.show_clock()
        self._show_choices()
        error = self.error_html()
        self.notice.value = f"<div>{error}</div>"
        show_if(self.notice, bool(error))
        self._show_answer(error)
        self.show_it.description = say.line("word.asking.ask")
        self.show_panel()

    def _show_choices(self) -> None:
        say = self.speech
        devices = [(self._name(device), name) for name, device in _devices(self.lab).items()]
        services = [(say.line(f"word.service.{name}"), name) for name in self._services]
        times = [(say.line(f"word.asking.at.{name}"), name) for name in (*_WHEN, "custom")]
        for chooser, word, options, first in (
            (self.device, "device", devices, self._first),
            (self.service, "service", services, services[0][1]),
            (self.when, "when", times, "now"),
        ):
            chooser.description = say.line(f"word.asking.{word}")
            if chooser.options != tuple(options):
                chosen = chooser.value or first
                chooser.options, chooser.value = tuple(options), chosen
        self.custom.description = say.line("word.asking.custom")
        self._show_custom()

    def _name(self, device: Device) -> str:
        say = self.speech
        if isinstance(device, PhoneHandle):
            told = say.line("word.asking.phone_of", model=device.model, name=device.holder.name)
        else:
            owner = next(holder for holder in self.lab.residents if holder.card is device)
            told = say.line("word.asking.card_of", name=owner.name)
        return f"{device.name} · {told}"

    def _show_custom(self) -> None:
        show_if(self.custom, self.when.value == "custom")

    def _show_answer(self, error: str) -> None:
        say = self.speech
        newest = self.answers[-1] if self.answers else None
        lines = [error]
        if self._is_new and newest is not None:
            lines = [asked_answer(newest, say), f"<small>{say.stacked(newest.where)}</small>"]
        elif not error:
            lines = [say.html("word.asking.nothing_yet")]
        self.show_news("", *lines)
        self.moments.value = "" if newest is None else who_knew_then.moments(newest, say)

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        self.tabs.show("".join(self._panel()))

    def _panel(self) -> Iterator[str]:
        say, newest = self.speech, self.answers[-1] if self.answers else None
        if newest is None:
            yield f'<p class="mnc-nothing">{say.html("word.asking.no_answers")}</p>'
        elif self.tabs.value == "verdict":
            yield panels.verdict(newest.verdict, newest.explanation, say)
        elif self.tabs.value == "knew":
            yield who_knew_then.knew(newest, say)
        elif self.tabs.value == "answers":
            yield who_knew_then.answers(self.answers, say)
        elif self.two_times is None:
            yield f'<p class="mnc-nothing">{say.html("word.asking.same_question")}</p>'
        else:
            yield who_knew_then.two_times(*self.two_times, say)

    def __repr__(self) -> str:
        return f"<ServicesDesk TEST {len(_devices(self.lab))} devices, {len(self._services)} services>"
