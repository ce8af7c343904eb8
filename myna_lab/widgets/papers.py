"""Certificates, OCSP requests and answers, and lists as papers: their fields, one paper alone or two line by line.

Paper -> its layout -> lines (a field of each, and whether its octets differ) -> told, as text; papers_page, as HTML
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from myna_lab.formats.jpki.layout import (
    Layout,
    Located,
    answer_layout,
    certificate_layout,
    list_layout,
    located,
    request_layout,
    serials_to_tell,
)
from myna_lab.texts import text
from myna_lab.texts.speech import Speech

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Line", "Paper", "layouts", "lines", "mark_of", "named", "table_of", "title_line", "told"]

_READ: Mapping[str, Callable[[bytes, str], Layout]] = {
    "certificate": certificate_layout,
    "request": request_layout,
    "answer": answer_layout,
}
"""Kind of paper to how it is read; lists are read with what is looked for in them."""
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
_IN_TABLE = 512
"""Octets of a field in the table, at most."""


class Paper(NamedTuple):
    """A signed paper to be drawn, or the question that one of them answers."""

    name: tuple[str, Mapping[str, object]]
    """Key of its title and the values in it."""
    der: bytes
    kind: str = "certificate"
    """Further ``request``, ``answer`` (both OCSP) and ``list`` (CRL)."""
    looked_for: int | None = None
    """Serial number whose entry of a list is told field by field."""

    def title(self, language: str) -> str:
        """What it is, in ``ja`` or ``en``."""
        key, values = self.name
        return text(key, language, **values)


def layouts(shown: Sequence[Paper], language: str) -> list[Layout]:
    """The parts of each paper; of two lists the same entries are told, where both have them."""
    lists = [paper.der for paper in shown if paper.kind == "list"]
    serials = serials_to_tell(*lists) if len(lists) > 1 else None
    return [
        list_layout(paper.der, language, looked_for=paper.looked_for, told=serials)
        if paper.kind == "list"
        else _READ[paper.kind](paper.der, language)
        for paper in shown
    ]


def mark_of(name: str, shown: Sequence[Paper]) -> str:
    """The number of a field among the six of a drawn certificate; empty: it is none of them."""
    return _MARKS.get(name, "") if all(paper.kind == "certificate" for paper in shown) else ""


class Line(NamedTuple):
    """A field of one paper or of several."""

    name: str
    fields: tuple[Located | None, ...]
    """Of each paper; None: it has no such field."""
    differs: bool
    """Whether the octets are not the same in all of them; between papers of two kinds: whether both have the field, and
    it says something else."""
    same: bool
    """Whether all of them have it in the same octets."""


def lines(shown: Sequence[Paper], language: str) -> list[Line]:
    """Every field that one of the papers has, in order; a name that recurs is counted.

    Where values look the same and the octets are not, some octets are told, too.
    """
    each = [dict(named(located(layout))) for layout in layouts(shown, language)]
    names = _merged([list(fields) for fields in each])
    is_of_one_kind = len({paper.kind for paper in shown}) == 1

    def octets(paper: Paper, field: Located | None) -> bytes | None:
        return None if field is None else paper.der[field.begins : field.ends]

    found = []
    for name in names:
        fields = tuple(fields.get(name) for fields in each)
        differing = {octets(paper, field) for paper, field in zip(shown, fields, strict=True)}
        same, values = len(differing) == 1, {each and each.field.value for each in fields}
        if is_of_one_kind and not same and len(values) == 1:
            fields = _told_apart(shown, fields)
        differs = not same if is_of_one_kind else None not in values and len(values) > 1
        found.append(Line(name, fields, differs, same))
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


def named(fields: Iterable[Located]) -> Iterator[tuple[str, Located]]:
    """Each field with a name of its own: the second of a name is ``NAME 2``."""
    seen: dict[str, int] = {}
    for each in fields:
        n = seen[each.field.name] = seen.get(each.field.name, 0) + 1
        yield each.field.name if n == 1 else f"{each.field.name} {n}", each


def _merged(orders: Sequence[list[str]]) -> list[str]:
    """One order of all names: what only a later paper has stands after its neighbour there."""
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
        mark = f"{mark_of(line.name, shown) or ' '}{'≠' if line.differs else ' '}"
        label = next(each.field.label for each in line.fields if each is not None)
        for n, each in enumerate(line.fields):
            before = f"{mark} " if not n else "     "
            if each is None:
                rows.append(f"{before} {label}: –")
                continue
            critical = "!" if each.field.critical else " "
            place = f"{each.begins}–{each.ends - 1}" if each.begins < each.ends else "–"
            rows.append(f"{before}{critical}{each.field}  [{place}]")
            if line.same:
                break
    return "\n".join([*head, *rows])


def table_of(shown: Sequence[Paper]) -> pd.DataFrame:
    """Every field as a row; see :attr:`myna_lab.widgets.CertificateViewer.table`."""
    from myna_lab.ground.frames import Table

    found = lines(shown, "en")
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


def _row(line: Line, der: bytes) -> tuple[Any, ...]:
    (each,) = line.fields
    assert each is not None
    field, octets = each.field, der[each.begins : min(each.ends, each.begins + _IN_TABLE)]
    return field.value, field.critical, field.basis, each.begins, each.ends - each.begins, octets.hex(" ")


def title_line(paper: Paper, speech: Speech) -> str:
    """A title as plain text."""
    return "  ".join(paper.title(language) for language in speech.languages)
