"""The certificate viewer: a signed paper whose fields and octets mark each other, alone or beside another.

choose a certificate -> itself, the OCSP request about it, the answer, its list -> beside it another one, or as it was
-> papers(...): what differs is tinted -> the same as text, what a service reads in it, the books' word
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from html import escape
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.formats.jpki.layout import what_changed
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.durations import show
from myna_lab.lab import Lab
from myna_lab.texts.speech import Speech
from myna_lab.widgets import panels
from myna_lab.widgets.paper_choice import (
    EARLIER,
    KINDS,
    asked_at,
    certificates_shown,
    paper_about,
    read_serial,
    service_reads,
)
from myna_lab.widgets.papers import Paper, lines, table_of, title_line, told
from myna_lab.widgets.papers_page import papers
from myna_lab.widgets.style import STYLE
from myna_lab.widgets.view import View, Wait, box, html, show_if
from myna_lab.world.certificates import Certificate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CertificateViewer", "certificate_viewer"]

_TABS = ("twin", "books")
_WAITS: list[Wait] = [("5min", "word.wait", {"minutes": 5}), ("1d", "word.wait_day", {})]
_NAMED = {"description_width": "initial"}
_NUMBERS = count(1)
"""Radio buttons of two viewers on one page must not belong together."""


def certificate_viewer(
    lab: Lab,
    certificate: Certificate | str = "",
    beside: Certificate | str = "",
    language: str = "",
    *,
    paper: str = "certificate",
    serial: str = "",
) -> CertificateViewer:
    """Signed papers of a lab: certificates, and what OCSP is asked, answers, and what a list (CRL) says of one.

    電子証明書、OCSPの質問と応答、失効リストを紙のように見る：項目を押すと、説明とバイトの場所が示される。

    Args:
        lab: a lab with a certificate in it.
        certificate: which one, of ``lab.certificates()`` or of ``names`` (people's, the authorities', OCSP responders',
            signers of attribute records); empty: the first.
        beside: what it is compared with: another certificate (of which the same paper is shown); for answers and lists
            also ``before`` (as it was before the certificate's newest change in the books), ``former`` (one renewal of
            the data ago), or another paper about the same certificate, such as ``request``; empty: nothing.
        language: ``ja``, ``en`` or ``both``; a button changes it.
        paper: ``certificate``; of people's also ``request`` and ``answer`` (OCSP) and ``list`` (CRL), as of now.
        serial: hexadecimal serial number to be looked for in a list; empty: that of the certificate.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: no lab, a certificate of another lab, a paper or something beside it that there is not, no serial
            number, or another language.
    """
    if not isinstance(lab, Lab):
        raise MisuseError(f"certificates are those of a lab; got {shown(lab)}.", code="no_lab")
    return CertificateViewer(lab, certificate, beside, paper, serial, Speech(language))


class _Shown(NamedTuple):
    """A paper on the page."""

    paper: Paper
    about: Certificate | None
    """Which certificate is asked about; None: the paper is a certificate itself."""
    at: datetime
    """When it was fetched."""


class CertificateViewer(View):
    """What :func:`certificate_viewer` shows.

    Args:
        lab: the lab.
        certificate, beside, paper, serial: what is shown first, as of :func:`certificate_viewer`.
        speech: the language to begin with.
    """

    what_appears = "word.appears.certificate_viewer"

    def __init__(
        self,
        lab: Lab,
        certificate: Certificate | str,
        beside: Certificate | str,
        paper: str,
        serial: str,
        speech: Speech,
    ) -> None:
        super().__init__(lab, speech, _WAITS, _TABS)
        self._group = f"mnc-c{next(_NUMBERS)}"
        self._certificates: dict[str, Paper] = {}
        self._people: dict[str, Certificate] = {}
        self._looked_for: int | None = None
        self._shown: tuple[_Shown, ...] = ()
        self._is_showing = False
        self.certificate, self.paper, self.beside = (ipw.Dropdown(style=_NAMED) for _ in range(3))
        self.serial = ipw.Text(style=_NAMED, continuous_update=False)
        choosers = [each.add_class("mnc-field") for each in (self.certificate, self.paper, self.beside, self.serial)]
        for chooser, work in zip(choosers, (self._choose, self._choose, lambda: None, self._look_for), strict=True):
            chooser.observe(self._chosen(work), "value")
        self.notice, self.drawn = html("notice"), html("drawn")
        controls = box("controls", self.clock, *self.waits, self.language)
        parts = [ipw.HTML(STYLE), controls, box("compared", *choosers), self.what, self.notice, self.drawn]
        self.box = ipw.Box([*parts, box("wide", self.tabs.widget)]).add_class("mnc-view").add_class("mnc-viewer")
        self.place = self.clock
        self._set(certificate, beside, paper, serial)
        self.refresh()

    def _known(self, wanted: Certificate | str) -> str:
        """The name of a certificate; empty: none is meant."""
        if isinstance(wanted, Certificate):
            if wanted.world is not self.lab.world:
                raise MisuseError(
                    f"{wanted.key} is of another lab (a copy is another one, too).", code="no_certificate"
                )
            return str(wanted.key)
        return one_of("a certificate", wanted, self._certificates, code="no_certificate") if wanted else ""

    # ---------------------------------------------------------------------------------------------------- what is shown

    @property
    def names(self) -> tuple[str, ...]:
        """All certificates that can be shown, by name."""
        return tuple(self._certificates)

    @property
    def shown(self) -> tuple[Paper, ...]:
        """What is shown: one paper, or two, the earlier of them first."""
        return tuple(each.paper for each in self._shown)

    def show(
        self, certificate: Certificate | str = "", beside: Certificate | str = "", *, paper: str = "", serial: str = ""
    ) -> CertificateViewer:
        """Choose; arguments as of :func:`certificate_viewer`, an empty certificate or paper is the one that is shown.

        Returns:
            The viewer itself.
        """
        self._set(certificate, beside, paper, serial)
        self.act(lambda: None)
        return self

    def _set(self, certificate: Certificate | str, beside: Certificate | str, paper: str, serial: str) -> None:
        """Choose; everything is judged before anything is changed."""
        self._look()
        name = self._known(certificate) or self.certificate.value or next(iter(self._certificates))
        kind = one_of("a paper", paper or self.paper.value, self._kinds(name), code="no_paper")
        other = beside if isinstance(beside, str) and beside in (*EARLIER, *KINDS) else self._known(beside)
        if other:
            values = (value for _, value in self._besides(name, kind) if value)
            one_of(f"beside {kind}", other, values, code="no_paper")
        self._looked_for, self._error = read_serial(serial), None
        self._fill(name, kind, other, serial)

    def _look(self) -> None:
        """What there is now; certificates may have been issued since."""
        self._certificates = certificates_shown(self.lab)
        self._people = {str(own.key): own for own in self.lab.certificates()}

    def _papers(self) -> Iterator[_Shown]:
        """What is chosen."""
        name, kind, other = self.certificate.value, self.paper.value, self.beside.value
        yield self._paper(name, kind, "")
        if other in EARLIER:
            yield self._paper(name, kind, other)
        elif other in KINDS:
            yield self._paper(name, other, "")
        elif other and other != name:
            yield self._paper(other, kind, "")

    def _paper(self, name: str, kind: str, earlier: str) -> _Shown:
        own = self._people.get(name)
        if own is None or kind == "certificate":
            return _Shown(self._certificates[name], None, self.lab.now)
        paper = paper_about(own, kind, earlier, self._looked_for)
        return _Shown(paper, own, asked_at(own, kind, earlier))

    @property
    def table(self) -> pd.DataFrame:
        """Every field.

        Returns:
            DataFrame, index ``field``; of one paper columns ``value``, ``critical`` (bool), ``basis``, ``from``,
            ``length`` (octets) and ``octets`` (hexadecimal, 512 of them at most); of two ``value``, ``beside`` and
            ``differs`` (bool).
        """
        return table_of(self.shown)

    def in_language(self, language: str) -> str:
        """The papers as lines of text, in ``ja`` or ``en``."""
        return told(self.shown, language)

    def chips(self) -> list[Chip]:
        """None: nothing is said to a chip here."""
        return []

    # ---------------------------------------------------------------------------------------------------------- choose

    def _chosen(self, work: Callable[[], None]) -> Callable[[object], None]:
        return lambda change: None if self._is_showing else self.act(work)

    def _choose(self) -> None:
        """Another certificate or paper: what cannot be had of it is chosen no more."""
        self._looked_for = None
        name, kind = self.certificate.value, self.paper.value
        kind = kind if kind in self._kinds(name) else "certificate"
        besides = [value for _, value in self._besides(name, kind)]
        self._fill(name, kind, self.beside.value if self.beside.value in besides else "", "")

    def _look_for(self) -> None:
        self._looked_for = read_serial(self.serial.value)

    def _kinds(self, name: str) -> tuple[str, ...]:
        return KINDS if name in self._people else KINDS[:1]

    def _besides(self, name: str, kind: str) -> Iterator[tuple[str, str]]:
        """What a paper can be compared with: words and value."""
        say, own = self.speech, self._people.get(name)
        yield say.line("word.viewer.nothing"), ""
        if own is not None and kind in ("answer", "list"):
            for earlier in EARLIER:
                yield say.line(f"word.viewer.{earlier}", at=show(asked_at(own, kind, earlier))), earlier
        if own is not None and kind != "certificate":
            yield from ((say.line(f"word.viewer.same.{other}"), other) for other in KINDS[1:] if other != kind)
        for other, paper in self._certificates.items():
            if kind in self._kinds(other):
                yield title_line(paper, say), other

    def _fill(self, name: str, kind: str, other: str, serial: str) -> None:
        """Fill the choosers in the language of now, with what is chosen."""
        say, self._is_showing = self.speech, True
        names = [(title_line(paper, say), each) for each, paper in self._certificates.items()]
        kinds = [(say.line(f"word.viewer.paper.{each}"), each) for each in self._kinds(name)]
        for chooser, word, options, value in (
            (self.certificate, "certificate", names, name),
            (self.paper, "shown_of_it", kinds, kind),
            (self.beside, "beside", [*self._besides(name, kind)], other),
        ):
            chooser.description = say.line(f"word.viewer.{word}")
            if chooser.options != tuple(options):
                chooser.options = tuple(options)
            chooser.value = value
        own, self.serial.description = self._people.get(name), say.line("word.viewer.looked_for")
        self.serial.placeholder = "" if own is None else f"{own.serial:08X}"
        self.serial.value = serial
        show_if(self.serial, "list" in (kind, other))
        self._is_showing = False

    # ------------------------------------------------------------------------------------------------------------ show

    def refresh(self) -> None:
        """Show the papers as they are now."""
        say = self.speech
        self._look()
        self.show_clock()
        self._fill(self.certificate.value, self.paper.value, self.beside.value, self.serial.value)
        self._shown = tuple(self._papers())
        if self.beside.value in EARLIER:
            self._shown = self._shown[::-1]
        error = self.error_html()
        self.notice.value = f"<div>{error}</div>"
        show_if(self.notice, bool(error))
        self.show_news("", error, "".join(self._news()))
        self.drawn.value = papers(self.shown, say, self._group)
        self.show_panel()

    def _news(self) -> Iterator[str]:
        say, shown = self.speech, self.shown
        if any(paper.kind in ("answer", "list") for paper in shown):
            yield from (f"<div><b>{say.stacked(each.paper.title)}</b>{self._read(each)}</div>" for each in self._shown)
        else:
            yield f"<div>{' ≠ '.join(f'<b>{say.stacked(paper.title)}</b>' for paper in shown)}</div>"
        if [paper.kind for paper in shown] == ["list", "list"] and self.beside.value in EARLIER:
            came, went = what_changed(*(paper.der for paper in shown))
            yield f"<div>{say.html('word.viewer.changed', came=len(came), went=len(went))}</div>"
        if len(shown) > 1:
            found, is_of_one_kind = lines(shown, "en"), shown[0].kind == shown[1].kind
            both = [line for line in found if is_of_one_kind or None not in line.fields]
            n, key = sum(line.differs for line in found), "differ" if is_of_one_kind else "both_have"
            yield say.html(f"word.viewer.{key}", n=n, all=len(both))
        else:
            yield say.html("word.viewer.press")

    def _read(self, each: _Shown) -> str:
        """What a service sees in an answer or a list."""
        if each.about is None or each.paper.kind == "request":
            return ""
        seen = [check.seen for check in service_reads(each.paper, each.about, each.at)]
        said = [self.speech.stacked(one.in_language) for one in seen]
        number = "" if each.paper.looked_for is None else f"<code>{each.paper.looked_for:08X}</code> "
        return f"<div>{number}{said[0] if said else self.speech.html('word.viewer.nobodys')}</div>"

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        self.tabs.show(self._twin() if self.tabs.value == "twin" else self._in_the_books())

    def _twin(self) -> str:
        twins = (f'<pre lang="{each}">{escape(self.in_language(each))}</pre>' for each in self.speech.languages)
        return "".join(twins)

    def _in_the_books(self) -> str:
        found = (self._people.get(name) for name in dict.fromkeys((self.certificate.value, self.beside.value)))
        rows = [own.row for own in found if own is not None]
        if not rows:
            return f'<p class="mnc-nothing">{self.speech.html("word.viewer.not_in_books")}</p>'
        return panels.certificates(rows, self._new_entries, self.speech)

    def __repr__(self) -> str:
        return f"<CertificateViewer TEST {len(self._certificates)} certificates>"
