"""Papers on a page: fields that can be pressed, their octets beside them.

A field and its octets are labels of one radio button, so pressing either marks both: by mouse, touch and arrow keys,
without a script and without a kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from myna_lab.formats.jpki.layout import Head, Layout, Located, located
from myna_lab.texts import both
from myna_lab.texts.speech import Speech
from myna_lab.widgets.aria import OWN_KEYS
from myna_lab.widgets.papers import Line, Paper, layouts, lines, mark_of, named

__all__ = ["papers"]

_BRIEF = 16
"""Octets of a field that are shown below it; all of them stand beside the paper."""
_LONG = 512
"""Octets from which a field is told by its first ones and its length: many entries, a certificate that comes along."""
_SEALS = ("signature_value", "responder_signature")


def papers(shown: Sequence[Paper], speech: Speech, group: str) -> str:
    """The paper with its fields, and the octets of each.

    Args:
        shown: one paper, or two that are compared.
        speech: in which language.
        group: a name of this drawing that no other on the page has.
    """
    by_language = {language: lines(shown, language) for language in speech.languages}
    first = by_language[speech.languages[0]]
    laid_out = layouts(shown, speech.languages[0])
    places = {line.name: n for n, line in enumerate(first)}
    fields = "".join(
        _field(n, shown, [by_language[language][n] for language in speech.languages], speech, group)
        for n in range(len(first))
    )
    heads = "".join(f"<span>{speech.stacked(paper.title)}</span>" for paper in shown)
    each = zip(shown, laid_out, strict=True)
    octets = "".join(_octets(paper, layout, first, places, speech, group) for paper, layout in each)
    style = "".join(_chosen(group, n) for n in range(len(first)))
    kind = "mnc-two" if len(shown) > 1 else "mnc-one"
    kind += " mnc-plain" * (not any(mark_of(line.name, shown) for line in first))
    kinds = dict.fromkeys(f"word.drawn.{paper.kind}" for paper in shown)
    title = escape(" · ".join(map(speech.line, kinds)))
    return (
        f'<style>{style}</style><div class="mnc-papers {kind} {group}">'
        f'<div class="mnc-paper" role="radiogroup" aria-label="{title}" {OWN_KEYS}>'
        f'<div class="mnc-title">{"<br>".join(map(speech.html, kinds))}</div>'
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
    shown = line.fields[:1] if line.same else line.fields
    values = "".join(_value([each.fields[place] for each in spoken], speech) for place in range(len(shown)))
    if len(shown) < len(line.fields):
        values = values.replace("<span>", '<span class="mnc-same">', 1)
    explained += "".join(_where(paper, each) for paper, each in zip(papers, shown, strict=False) if each is not None)
    mark = mark_of(line.name, papers)
    kinds = " mnc-seal" * (line.name in _SEALS) + " mnc-differs" * line.differs
    name = escape(" ".join(labels.values()))
    return (
        f'<li class="mnc-f{n}{kinds}"><label>'
        f'<input type="radio" class="mnc-pick-{n}" id="{group}-{n}" name="{group}" aria-label="{name}" '
        f'aria-describedby="{group}-about-{n}">'
        f'<b class="mnc-mark{"" if mark else " mnc-unmarked"}">{mark}</b>'
        f'<span class="mnc-label">{speech.stacked(labels.__getitem__)}{"<i>!</i>" * _critical(line)}</span>'
        f'<span class="mnc-values">{values}</span></label>'
        f'<div class="mnc-about" id="{group}-about-{n}">{explained}</div></li>'
    )


def _where(paper: Paper, each: Located) -> str:
    octets = paper.der[each.begins : min(each.ends, each.begins + _BRIEF + 1)]
    if not octets:
        return f"<code>{each.begins}: –</code>"
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


def _octets(
    paper: Paper, layout: Layout, shown: Sequence[Line], places: Mapping[str, int], speech: Speech, group: str
) -> str:
    """The octets of one paper: each field a label of its button, heads of structures between them.

    Of two papers what is the same in both is told by its length: ``[=15]``; a field that is not there by ``[ ]``.
    """
    names = iter([name for name, _ in named(located(layout))])
    parts = []
    for part in layout:
        if isinstance(part, Head):
            parts.append(f"<span>{paper.der[part.begins : part.ends].hex(' ')}</span>")
            continue
        line = shown[place := places[next(names)]]
        kind = f"mnc-f{place}{' mnc-differs' if line.differs else ''}"
        is_same = len(line.fields) > 1 and line.same
        size, where = part.ends - part.begins, f"{part.begins}–{part.ends - 1}"
        hexadecimal = f"[={size}]" if is_same and size else _hexadecimal(paper.der, part)
        title = escape(f"{_label(line)}, {where}" if size else _label(line))
        parts.append(f'<label for="{group}-{place}" class="{kind}" title="{title}">{hexadecimal}</label>')
    count = speech.html("word.viewer.octets", n=len(paper.der))
    return (
        f'<div class="mnc-heading">{speech.stacked(paper.title)}<small>{count}</small></div>'
        f'<div class="mnc-hex" tabindex="0">{" ".join(parts)}</div>'
    )


def _hexadecimal(der: bytes, part: Located) -> str:
    size = part.ends - part.begins
    if size < _LONG:
        return der[part.begins : part.ends].hex(" ") or "[ ]"
    return f"{der[part.begins : part.begins + _BRIEF].hex(' ')} [… {size - _BRIEF:,}]"
