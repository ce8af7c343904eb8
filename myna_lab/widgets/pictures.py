"""Pictures for notebooks, drawn from the rules and the lab: the screens of the set-up, and who knew what when.

They are pages without a kernel: HTML where it can be shown, and the same in plain text beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape

from myna_lab.analysis.who_knows import Knower, Moment, moments
from myna_lab.devices.phone import Platform
from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import JST
from myna_lab.lab import Holder
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import ENDS, NUMBERS, RULES, Screen
from myna_lab.rules import Rule, mermaid
from myna_lab.texts import both
from myna_lab.texts.speech import Speech
from myna_lab.texts.width import columns
from myna_lab.widgets.panels import sign_of
from myna_lab.widgets.style import PICTURE

__all__ = ["FlowPicture", "Picture", "aligned", "columns", "flow_picture", "who_knew", "who_knew_html"]


class Picture:
    """A picture.

    Args:
        html: the page, without its style.
        text: the same in plain text.
        style: what the page looks like.
    """

    def __init__(self, html: str, text: str, style: str = PICTURE) -> None:
        self.html = html
        self.text = text
        self._style = style

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'{self._style}<div class="mnc-picture">{self.html}</div>'


# ------------------------------------------------------------------------------------------------- who knew what when


def who_knew(holder: Holder, language: str = "", *, last: int = 6) -> Picture:
    """Who knew what when: for each of a holder's phones the phone, the books, the OCSP data and the CRL.

    Args:
        holder: whose phones.
        language: ``ja``, ``en`` or ``both``.
        last: how many instants are shown, the newest ones.

    Returns:
        The picture; its columns are the instants at which an answer changed.

    Raises:
        MisuseError: not a holder, or another language.
    """
    if not isinstance(holder, Holder):
        raise MisuseError("who_knew() takes a holder; of a phone pass its holder: phone.holder.", code="foreign_holder")
    speech = Speech(language)
    return Picture(who_knew_html(holder.phones, speech, last=last), _who_knew_text(holder.phones, last))


def who_knew_html(phones: Sequence[PhoneHandle], speech: Speech, *, last: int = 6) -> str:
    """The table of :func:`who_knew`, for a page that has its style."""
    found = moments(phones, last) if phones else []
    if not found:
        return f'<p class="mnc-nothing">{speech.html("word.no_moments")}</p>'
    times = "".join(f'<th scope="col">{time}</th>' for time in _times(found))
    rows = "".join(_row(phone, knower, found, speech) for phone in phones for knower in Knower)
    return (
        f'<table class="mnc-knowing"><thead><tr><td colspan="2"></td>{times}</tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="mnc-nothing">{speech.html("word.not_to_scale")}</p>'
    )


def _row(phone: PhoneHandle, knower: Knower, found: Sequence[Moment], speech: Speech) -> str:
    heading = ""
    if knower is Knower.PHONE:
        heading = f'<th scope="rowgroup" rowspan="{len(Knower)}">{escape(phone.phone)}</th>'
    cells = ""
    for first, length in _runs([moment.beliefs[phone.phone, knower].word for moment in found]):
        belief = found[first].beliefs[phone.phone, knower]
        cells += f'<td colspan="{length}" class="mnc-run mnc-run-{belief.colour}">{sign_of(belief, speech)}</td>'
    kind = " class='mnc-first'" if heading else ""
    return f'<tr{kind}>{heading}<th scope="row">{speech.html(f"word.knower.{knower.value}")}</th>{cells}</tr>'


def _runs(words: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Neighbours that are the same: where they begin and how many they are."""
    first = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or words[index] != words[first]:
            yield first, index - first
            first = index


def _times(found: Sequence[Moment]) -> Iterator[str]:
    """The clock of each instant; its day where it is another than before."""
    day = None
    for moment in found:
        at: datetime = moment.at.astimezone(JST)
        yield ("" if at.date() == day else f"<small>{at:%m-%d}</small> ") + f"<b>{at:%H:%M:%S}</b>"
        day = at.date()


def _who_knew_text(phones: Sequence[PhoneHandle], last: int) -> str:
    say = Speech("en")
    found = moments(phones, last) if phones else []
    if not found:
        return say.line("word.no_moments")
    times = [moment.at.astimezone(JST).strftime("%m-%d %H:%M:%S") for moment in found]
    rows = [["TEST", "", *times]]
    for phone in phones:
        for knower in Knower:
            words = [say.line(moment.beliefs[phone.phone, knower].said) for moment in found]
            name = phone.phone if knower is Knower.PHONE else ""
            rows.append([name, say.line(f"word.knower.{knower.value}"), *words])
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as plain text, each column as wide as it must be."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


# ------------------------------------------------------------------------------------------------------- the set-up


def flow_picture(platform: str, language: str = "") -> FlowPicture:
    """The set-up of a platform as a picture, drawn from its table of rules.

    Args:
        platform: ``iphone`` or ``android``.
        language: ``ja``, ``en`` or ``both``.

    Returns:
        The screens in order, what can go wrong on each of them and where that leads, and the ends.

    Raises:
        MisuseError: another platform or language.
    """
    known = one_of("a platform", platform, RULES, code="unknown_platform")
    return FlowPicture(known, Speech(language))


class FlowPicture(Picture):
    """What :func:`flow_picture` draws.

    Args:
        platform: ``iphone`` or ``android``.
        speech: the language.
    """

    def __init__(self, platform: Platform, speech: Speech) -> None:
        self.platform = platform
        self.rules = RULES[platform]
        self.numbers = NUMBERS[platform]
        super().__init__(self._html(speech), self._text())

    @property
    def mermaid(self) -> str:
        """The whole table as a Mermaid state diagram, for programs that draw such."""
        return mermaid(self.rules, Screen.HOME)

    def main(self, screen: Screen) -> Rule[Screen]:
        """The rule by which a screen leads on when all goes well."""
        return next(r for r in self.rules if r.before is screen and r.on != "back" and r.condition in ("", "ok"))

    def others(self, screen: Screen) -> list[tuple[str, Screen]]:
        """What else can become of a screen: key of the words, and where it leads; one line a target and word."""
        main = self.main(screen)
        steps = (r for r in self.rules if r.before is screen and r is not main)
        return list(dict.fromkeys((_word(rule), rule.to) for rule in steps))

    def _html(self, speech: Speech) -> str:
        cards = "".join(self._card(screen, speech) for screen in self.numbers)
        ends = "".join(self._end(screen, speech) for screen in Screen if screen in ENDS)
        title = speech.html("word.flow_title", phone=_NAMES[self.platform], n=len(self.numbers))
        return (
            f'<div class="mnc-flow-title">{title}</div><ul class="mnc-flow mnc-flow-on">{cards}</ul>'
            f'<div class="mnc-flow-title">{speech.html("word.flow_ends")}</div><ul class="mnc-flow">{ends}</ul>'
        )

    def _card(self, screen: Screen, speech: Speech) -> str:
        lines = "".join(self._other(word, screen, to, speech) for word, to in self.others(screen))
        tap = speech.line(f"tap.{self.main(screen).on}")
        return (
            f"<li><b>{self.numbers[screen]}</b> <div>{speech.html(self._title(screen))}</div>"
            f"<div><em>▸ {escape(tap)}</em></div>{lines}</li>"
        )

    def _other(self, word: str, screen: Screen, to: Screen, speech: Speech) -> str:
        """One line: a sign for stay, back, skip or end, what happened, and the number that it leads to."""
        number = self.numbers.get(to)
        if number is None:
            sign, colour, where = "■", "good" if to is Screen.DONE else "bad", _LETTERS[to]
        elif to is screen:
            sign, colour, where = "↻", "wait", ""
        else:
            ahead = number > self.numbers[screen]
            sign, colour, where = ("⇥", "good", str(number)) if ahead else ("↩", "wait", str(number))
        return (
            f'<div><small class="mnc-{colour}">{sign} {escape(speech.line(word))}'
            f"{f' → {where}' if where else ''}</small></div>"
        )

    def _end(self, screen: Screen, speech: Speech) -> str:
        if screen is Screen.CLOSED:
            origin = speech.html("word.flow_close")
        else:
            numbers = dict.fromkeys(str(self.numbers[rule.before]) for rule in self.rules if rule.to is screen)
            origin = speech.html("word.flow_from", screens=", ".join(numbers))
        colour = "good" if screen is Screen.DONE else "bad"
        return (
            f'<li><b class="mnc-{colour}">{_LETTERS[screen]}</b><div>{speech.html(self._title(screen))}</div>'
            f"<small>{origin}</small></li>"
        )

    def _title(self, screen: Screen) -> str:
        own = f"screen.{self.platform}.{screen.name}.title"
        return own if both(own) else f"screen.{screen.name}.title"

    def _text(self) -> str:
        return "\n".join(self._lines(Speech("en")))

    def _lines(self, say: Speech) -> Iterable[str]:
        yield say.line("word.flow_title", phone=_NAMES[self.platform], n=len(self.numbers)) + " (TEST)"
        for screen, number in self.numbers.items():
            others = [f"{say.line(word)} → {self._place(screen, to, say)}" for word, to in self.others(screen)]
            yield f"{number:3} {say.line(self._title(screen))}" + (f"  ({'; '.join(others)})" if others else "")
        yield say.line("word.flow_close")

    def _place(self, screen: Screen, to: Screen, say: Speech) -> str:
        if to is screen:
            return say.line("word.flow_stays")
        return str(self.numbers[to]) if to in self.numbers else say.line(self._title(to))


_LETTERS = dict(zip((screen for screen in Screen if screen in ENDS), "ABCDE", strict=True))
"""An end has no number; a letter stands for it."""
_NAMES = {"iphone": "iPhone", "android": "Android"}


def _word(rule: Rule[Screen]) -> str:
    """Key of the words for a step that does not simply lead on."""
    return f"word.outcome.{rule.condition.replace(' ', '_').upper()}" if rule.condition else f"tap.{rule.on}"
