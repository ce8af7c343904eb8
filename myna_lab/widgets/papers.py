"""Certificates as papers: fields that can be pressed, their octets beside them, one certificate or two side by side.

A field and its octets are labels of one radio button, so pressing either marks both: by mouse, touch and arrow keys,
without a script and without a kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from myna_lab.formats.jpki.layout import Located, located, pieces
from myna_lab.texts import both, text
from myna_lab.texts.speech import Speech
from myna_lab.widgets.aria import OWN_KEYS

__all__ = ["Line", "Paper", "lines", "papers", "told"]

_MARKS: Mapping[str, str] = {
    "serial_number": "1",
    "subject": "2",
    "common_name": "2",
    "public_key": "3",
    "not_before": "4",
    "not_after": "4",
    "key_usage": "5",
    "issuer": "6",
}
"""Field to its number among the six of :func:`~myna_lab.widgets.certificate_drawing`."""
_TOLD = 4
"""Octets that are told where values look the same."""
_BRIEF = 16
"""Octets of a field that are shown below it; all of them stand beside the paper."""


class Paper(NamedTuple):
    """A certificate to be drawn."""

    name: tuple[str, Mapping[str, object]]
    """Key of its title and the values in it."""
    der: bytes

    def title(self, language: str) -> str:
        """What it is, in ``ja`` or ``en``."""
        key, values = self.name
        return text(key, language, **values)


class Line(NamedTuple):
    """A field of one certificate or of several."""

    name: str
    fields: tuple[Located | None, ...]
    """Of each certificate; None: it has no such field."""
    differs: bool
    """Whether the octets are not the same in all of them."""


def lines(shown: Sequence[Paper], language: str) -> list[Line]:
    """Every field that one of the certificates has, in order; a name that recurs is counted.

    Where values look the same and the octets are not, some octets are told, too.
    """
    each = [dict(_named(located(paper.der, language))) for paper in shown]
    names = _merged([list(fields) for fields in each])

    def octets(paper: Paper, field: Located | None) -> bytes | None:
        return None if field is None else paper.der[field.begins : field.ends]

    found = []
    for name in names:
        fields = tuple(fields.get(name) for fields in each)
        differing = {octets(paper, field) for paper, field in zip(shown, fields, strict=True)}
        differs = len(differing) > 1
        if differs and len({each and each.field.value for each in fields}) == 1:
            fields = _told_apart(shown, fields)
        found.append(Line(name, fields, differs))
    return found


def _told_apart(shown: Sequence[Paper], fields: Sequence[Located | None]) -> tuple[Located | None, ...]:
    """The fields with the first octets that are not the same."""
    octets = [
        b"" if each is None else paper.der[each.begins : each.ends] for paper, each in zip(shown, fields, strict=True)
    ]
    place = next((n for n, row in enumerate(zip(*octets, strict=False)) if len(set(row)) > 1), 0)
    seen = (own[place : place + _TOLD].hex(" ") for own in octets)
    return tuple(
        each and each._replace(field=each.field._replace(value=f"{each.field.value} (… {hexadecimal} …)"))
        for each, hexadecimal in zip(fields, seen, strict=True)
    )


def _named(fields: Iterable[Located]) -> Iterator[tuple[str, Located]]:
    seen: dict[str, int] = {}
    for each in fields:
        n = seen[each.field.name] = seen.get(each.field.name, 0) + 1
        yield each.field.name if n == 1 else f"{each.field.name} {n}", each


def _merged(orders: Sequence[list[str]]) -> list[str]:
    """One order of all names: what only a later certificate has stands after its neighbour there."""
    merged = list(orders[0])
    for order in orders[1:]:
        for place, name in enumerate(order):
            if name not in merged:
                merged.insert(merged.index(order[place - 1]) + 1 if place else 0, name)
    return merged


def told(shown: Sequence[Paper], language: str) -> str:
    """The same as lines of text: number of the marked field, ``!`` critical, ``≠`` different, octets from and to."""
    head = [paper.title(language) for paper in shown]
    rows = []
    for line in lines(shown, language):
        mark = f"{_MARKS.get(line.name, ' ')}{'≠' if line.differs else ' '}"
        for n, each in enumerate(line.fields):
            before = f"{mark} " if not n else "     "
            if each is None:
                rows.append(f"{before}–")
                continue
            critical = "!" if each.field.critical else " "
            rows.append(f"{before}{critical}{each.field}  [{each.begins}–{each.ends - 1}]")
            if not line.differs:
                break
    return "\n".join([*head, *rows])


# --------------------------------------------------------------------------------------------------------------- page


def papers(shown: Sequence[Paper], speech: Speech, group: str) -> str:
    """The paper with its fields, and the octets of each certificate.

    Args:
        shown: one certificate, or two that are compared.
        speech: in which language.
        group: a name of this drawing that no other on the page has.
    """
    by_language = {language: lines(shown, language) for language in speech.languages}
    first = by_language[speech.languages[0]]
    places = {line.name: n for n, line in enumerate(first)}
    fields = "".join(
        _field(n, shown, [by_language[language][n] for language in speech.languages], speech, group)
        for n in range(len(first))
    )
    heads = "".join(f"<span>{speech.stacked(paper.title)}</span>" for paper in shown)
    octets = "".join(_octets(paper, n, first, places, speech, group) for n, paper in enumerate(shown))
    style = "".join(_chosen(group, n) for n in range(len(first)))
    kind = "mnc-two" if len(shown) > 1 else "mnc-one"
    title = escape(speech.line("word.drawn.certificate"))
    return (
        f'<style>{style}</style><div class="mnc-papers {kind} {group}">'
        f'<div class="mnc-paper" role="radiogroup" aria-label="{title}" {OWN_KEYS}>'
        f'<div class="mnc-title">{speech.html("word.drawn.certificate")}</div>'
        f'<div class="mnc-values mnc-heads">{heads}</div><ul>{fields}</ul></div>'
        f'<div class="mnc-der">{octets}</div></div>'
    )


def _chosen(group: str, n: int) -> str:
    """Field and octets are marked, and the explanation is open, while their radio button is on."""
    on = f".{group}:has(.mnc-pick-{n}:checked)"
    return (
        f"{on} .mnc-f{n} {{ background: var(--mark); box-shadow: inset 0 0 0 2px var(--wait); }}"
        f"{on} .mnc-f{n} .mnc-about {{ display: block; }}"
    )


def _field(n: int, papers: Sequence[Paper], spoken: Sequence[Line], speech: Speech, group: str) -> str:
    """A field: its button, its name, the values, and what it is for."""
    line = spoken[0]
    labels = {language: _label(each) for language, each in zip(speech.languages, spoken, strict=True)}
    about = f"field.about.{line.name.partition(' ')[0]}"
    basis = [_basis(each) for each in spoken]
    explained = speech.html(about) if both(about) else ""
    if any(basis):
        said = dict(zip(speech.languages, basis, strict=True))
        explained += f"<small>{speech.stacked(said.__getitem__)}</small>"
    shown = line.fields if line.differs else line.fields[:1]
    values = "".join(_value([each.fields[place] for each in spoken], speech) for place in range(len(shown)))
    if len(shown) < len(line.fields):
        values = values.replace("<span>", '<span class="mnc-same">', 1)
    explained += "".join(_where(paper, each) for paper, each in zip(papers, shown, strict=False) if each is not None)
    mark = _MARKS.get(line.name, "")
    name = escape(" ".join(labels.values()))
    return (
        f'<li class="mnc-f{n}{" mnc-differs" if line.differs else ""}"><label>'
        f'<input type="radio" class="mnc-pick-{n}" id="{group}-{n}" name="{group}" aria-label="{name}" '
        f'aria-describedby="{group}-about-{n}">'
        f'<b class="mnc-mark{"" if mark else " mnc-unmarked"}">{mark}</b>'
        f'<span class="mnc-label">{speech.stacked(labels.__getitem__)}{"<i>!</i>" * _critical(line)}</span>'
        f'<span class="mnc-values">{values}</span></label>'
        f'<div class="mnc-about" id="{group}-about-{n}">{explained}</div></li>'
    )


def _where(paper: Paper, each: Located) -> str:
    octets = paper.der[each.begins : each.ends]
    more = " …" * (len(octets) > _BRIEF)
    return f"<code>{each.begins}–{each.ends - 1}: {octets[:_BRIEF].hex(' ')}{more}</code>"


def _label(line: Line) -> str:
    return next(each.field.label for each in line.fields if each is not None)


def _basis(line: Line) -> str:
    return next((each.field.basis for each in line.fields if each is not None), "")


def _critical(line: Line) -> bool:
    return any(each is not None and each.field.critical for each in line.fields)


def _value(spoken: Sequence[Located | None], speech: Speech) -> str:
    values = dict.fromkeys("–" if each is None else each.field.value for each in spoken)
    if len(values) == 1:
        return f"<span>{escape(next(iter(values)))}</span>"
    said = dict(zip(speech.languages, values, strict=True))
    return f"<span>{speech.stacked(said.__getitem__)}</span>"


def _octets(paper: Paper, n: int, shown: Sequence[Line], places: Mapping[str, int], speech: Speech, group: str) -> str:
    """The octets of one certificate: each field a label of its button, heads of structures between them.

    Of two certificates what is the same in both is told by its length: ``[=15]``.
    """
    by_begin = {each.begins: (places[line.name], line) for line in shown if (each := line.fields[n]) is not None}
    parts = []
    for piece in pieces(paper.der):
        hexadecimal = paper.der[piece.begins : piece.ends].hex(" ")
        if piece.begins not in by_begin or piece.place is None:
            parts.append(f"<span>{hexadecimal}</span>")
            continue
        place, line = by_begin[piece.begins]
        kind = f"mnc-f{place}{' mnc-differs' if line.differs else ''}"
        if len(line.fields) > 1 and not line.differs:
            hexadecimal = f"[={piece.ends - piece.begins}]"
        title = escape(f"{_label(line)}, {piece.begins}–{piece.ends - 1}")
        parts.append(f'<label for="{group}-{place}" class="{kind}" title="{title}">{hexadecimal}</label>')
    count = speech.html("word.viewer.octets", n=len(paper.der))
    return (
        f'<div class="mnc-heading">{speech.stacked(paper.title)}<small>{count}</small></div>'
        f'<div class="mnc-hex" tabindex="0">{" ".join(parts)}</div>'
    )
