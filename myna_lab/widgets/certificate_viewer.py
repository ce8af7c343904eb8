"""The certificate viewer: a certificate as a paper whose fields and octets mark each other, alone or beside another.

choose one, and one beside it -> papers(...) -> what differs is tinted; the same as text, and the books' word on it
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.formats.jpki.answer_reader import read_answer
from myna_lab.ground.arguments import one_of, shown
from myna_lab.lab import Lab
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term
from myna_lab.widgets import panels
from myna_lab.widgets.papers import Line, Paper, lines, papers, told
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
    lab: Lab, certificate: Certificate | str = "", beside: Certificate | str = "", language: str = ""
) -> CertificateViewer:
    """Certificates of a lab as papers: people's, the authorities', OCSP responders', signers of attribute records.

    電子証明書を紙のように見る：項目を押すと、説明とバイトの場所が示される。

    Args:
        lab: a lab with a certificate in it.
        certificate: what is shown first: of ``lab.certificates()``, or one of ``names``; empty: the first.
        beside: another one, to be compared; empty: none.
        language: ``ja``, ``en`` or ``both``; a button changes it.

    Returns:
        The view; a notebook shows it as a cell's last value.

    Raises:
        MisuseError: no lab, a certificate of another lab, or another language.
    """
    if not isinstance(lab, Lab):
        raise MisuseError(f"certificates are those of a lab; got {shown(lab)}.", code="no_lab")
    return CertificateViewer(lab, certificate, beside, Speech(language))


def _papers(lab: Lab) -> dict[str, Paper]:
    """All certificates by name: people's, then those of authorities and responders, then those that sign records."""
    found: dict[str, Paper] = {}
    for own in lab.certificates():
        values = {"kind": Term(f"word.kind.{own.kind}"), "device": own.row.device, "serial": f"{own.serial:08X}"}
        found[str(own.key)] = Paper(("word.viewer.of_device", values), own.der)
    for kind in ("sign", "auth"):
        use = Term(f"word.kind.{kind}")
        for n in range(1, lab.revocation.generations(kind) + 1):
            name = ("word.viewer.authority", {"kind": use, "n": n})
            found[f"{kind} authority {n}"] = Paper(name, lab.revocation.generation(kind, n))
        asked = next((own for own in lab.certificates() if own.key.authority == kind), None)
        if asked is not None:
            (responder, *_) = read_answer(asked.ocsp()).certificates
            found[f"{kind} responder"] = Paper(
                ("word.viewer.responder", {"kind": Term(f"word.kind.{kind}")}), responder
            )
    records = {phone.phone: lab.world.phone(phone.phone).record() for phone in lab.phones}
    for phone, record in records.items():
        if record:
            signer = mdoc.parse(record).signer_certificate
            found[f"record signer, {phone}"] = Paper(("word.viewer.record_signer", {"device": phone}), signer)
    return found


class CertificateViewer(View):
    """What :func:`certificate_viewer` shows.

    Args:
        lab: the lab.
        certificate: what is shown first; empty: the first one.
        beside: what is compared with it; empty: nothing.
        speech: the language to begin with.
    """

    what_appears = "word.appears.certificate_viewer"

    def __init__(self, lab: Lab, certificate: Certificate | str, beside: Certificate | str, speech: Speech) -> None:
        super().__init__(lab, speech, _WAITS, _TABS)
        self._group = f"mnc-c{next(_NUMBERS)}"
        self._papers = _papers(lab)
        self._is_showing = False
        first, other = self._known(certificate) or next(iter(self._papers)), self._known(beside)
        self.certificate, self.beside = (ipw.Dropdown(style=_NAMED).add_class("mnc-field") for _ in range(2))
        for chooser in (self.certificate, self.beside):
            chooser.observe(lambda change: self._on_choice(), "value")
        self.notice, self.drawn = html("notice"), html("drawn")
        controls = box("controls", self.clock, *self.waits, self.language)
        compared = box("compared", self.certificate, self.beside)
        parts = [ipw.HTML(STYLE), controls, compared, self.what, self.notice, self.drawn]
        self.box = ipw.Box([*parts, box("wide", self.tabs.widget)]).add_class("mnc-view").add_class("mnc-viewer")
        self.place = self.clock
        self._show_choices(first, other)
        self.refresh()

    def _known(self, wanted: Certificate | str) -> str:
        """The name of a certificate; empty: none is meant."""
        if isinstance(wanted, Certificate):
            if wanted.world is not self.lab.world:
                raise MisuseError(
                    f"{wanted.key} is of another lab (a copy is another one, too).", code="no_certificate"
                )
            return str(wanted.key)
        return one_of("a certificate", wanted, self._papers, code="no_certificate") if wanted else ""

    @property
    def names(self) -> tuple[str, ...]:
        """All certificates that can be shown, by name."""
        return tuple(self._papers)

    @property
    def shown(self) -> tuple[Paper, ...]:
        """What is shown: one certificate, or two."""
        names = dict.fromkeys((self.certificate.value, self.beside.value or self.certificate.value))
        return tuple(self._papers[name] for name in names)

    def show(self, certificate: Certificate | str = "", beside: Certificate | str = "") -> CertificateViewer:
        """Choose; arguments as of :func:`certificate_viewer`, an empty certificate is the one that is shown.

        Returns:
            The viewer itself.
        """
        self.refresh()  # what was issued since can be chosen, too
        first, other = self._known(certificate), self._known(beside)
        self.certificate.value = first or self.certificate.value
        self.beside.value = other
        return self

    @property
    def table(self) -> pd.DataFrame:
        """Every field.

        Returns:
            DataFrame, index ``field``; of one certificate columns ``value``, ``critical`` (bool), ``basis``, ``from``,
            ``length`` (octets) and ``octets`` (hexadecimal); of two ``value``, ``beside`` and ``differs`` (bool: their
            octets do).
        """
        from myna_lab.ground.frames import Table

        shown, found = self.shown, lines(self.shown, "en")
        index = [line.name for line in found]
        if len(shown) > 1:
            values = [[None if each is None else each.field.value for each in line.fields] for line in found]
            rows: list[tuple[Any, ...]] = [(*each, line.differs) for each, line in zip(values, found, strict=True)]
            table = Table(rows, index=index, columns=["value", "beside", "differs"])
        else:
            rows = [_row(line, shown[0].der) for line in found]
            table = Table(rows, index=index, columns=["value", "critical", "basis", "from", "length", "octets"])
        table.index.name = "field"
        return table

    def in_language(self, language: str) -> str:
        """The paper as lines of text, in ``ja`` or ``en``."""
        return told(self.shown, language)

    def chips(self) -> list[Chip]:
        """None: nothing is said to a chip here."""
        return []

    # ------------------------------------------------------------------------------------------------------------ show

    def _on_choice(self) -> None:
        if not self._is_showing:
            self.act(lambda: None)

    def _show_choices(self, first: str, other: str) -> None:
        """Fill the choosers in the language of now; the choice stays."""
        say, self._is_showing = self.speech, True
        names = [(paper_title(paper, say), name) for name, paper in self._papers.items()]
        nothing = [(say.line("word.viewer.nothing"), "")]
        for chooser, word, options, value in (
            (self.certificate, "certificate", names, first),
            (self.beside, "beside", nothing + names, other),
        ):
            chooser.description = say.line(f"word.viewer.{word}")
            if chooser.options != tuple(options):
                chooser.options = tuple(options)
            chooser.value = value
        self._is_showing = False

    def refresh(self) -> None:
        """Show the lab's certificates as they are now."""
        say, self._papers = self.speech, _papers(self.lab)
        self.show_clock()
        self._show_choices(self.certificate.value, self.beside.value)
        error = self.error_html()
        self.notice.value = f"<div>{error}</div>"
        show_if(self.notice, bool(error))
        self.show_news("", error, "".join(self._news()))
        self.drawn.value = papers(self.shown, say, self._group)
        self.show_panel()

    def _news(self) -> Iterator[str]:
        say, shown = self.speech, self.shown
        yield f"<div>{' ≠ '.join(f'<b>{say.stacked(paper.title)}</b>' for paper in shown)}</div>"
        if len(shown) > 1:
            found = lines(shown, "en")
            n = sum(line.differs for line in found)
            yield say.html("word.viewer.differ", n=n, all=len(found))
        else:
            yield say.html("word.viewer.press")

    def show_panel(self) -> None:
        """Show the panel whose tab is chosen."""
        self.tabs.show(self._twin() if self.tabs.value == "twin" else self._in_the_books())

    def _twin(self) -> str:
        twins = (f'<pre lang="{each}">{escape(self.in_language(each))}</pre>' for each in self.speech.languages)
        return "".join(twins)

    def _in_the_books(self) -> str:
        names = {self.certificate.value, self.beside.value}
        rows = [own.row for own in self.lab.certificates() if str(own.key) in names]
        if not rows:
            return f'<p class="mnc-nothing">{self.speech.html("word.viewer.not_in_books")}</p>'
        return panels.certificates(rows, self._new_entries, self.speech)

    def __repr__(self) -> str:
        return f"<CertificateViewer TEST {len(self._papers)} certificates>"


def paper_title(paper: Paper, speech: Speech) -> str:
    """A title as plain text."""
    return "  ".join(paper.title(language) for language in speech.languages)


def _row(line: Line, der: bytes) -> tuple[Any, ...]:
    (each,) = line.fields
    assert each is not None
    field, octets = each.field, der[each.begins : each.ends]
    return field.value, field.critical, field.basis, each.begins, len(octets), octets.hex(" ")
