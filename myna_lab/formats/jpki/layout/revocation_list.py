"""Where the fields of a CRL lie; of many entries the first few, the one that is looked for, and how many there are.

A list of a whole nation stays small on a page: entries between those that are told are one part.

Source: RFC 5280 5.1 to 5.3.
"""

from __future__ import annotations

import functools
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.columns import line_offsets, read_line
from myna_lab.formats.jpki.layout.parts import Head, Layout, Located, only, opened, whole
from myna_lab.formats.jpki.layout.words import Words
from myna_lab.formats.jpki.list_reader import read_crl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FEW", "list_layout", "serials_to_tell", "what_changed"]

FEW = 3
"""Entries that are told of many."""
_TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)


def list_layout(
    crl: bytes, language: str = "en", *, looked_for: int | None = None, told: Collection[int] | None = None
) -> Layout:
    """Every octet of a CertificateList.

    Args:
        crl: DER.
        language: ``en`` or ``ja``.
        looked_for: serial number whose entry is told field by field; a list that has none gets a field ``not_listed``
            without octets where its entries end. None: nothing is looked for.
        told: serial numbers whose entries are told, where the list has them; None: the first few.

    Raises:
        MalformedError: its octets are not those of a CRL, with the offset.
    """
    return _laid_out(crl, language, looked_for, None if told is None else frozenset(told))


@functools.lru_cache(maxsize=8)
def _laid_out(crl: bytes, language: str, looked_for: int | None, told: frozenset[int] | None) -> Layout:
    """Kept for a while: a page asks for the same list several times, and to walk over a million entries takes 0.1 s."""
    return whole(_list(Words(crl, language), looked_for, told), "CRL")


def _list(words: Words, looked_for: int | None, told: Collection[int] | None) -> Iterator[Head | Located]:
    data = words.data
    outer = only(data)
    body = der.read(data, outer.start, outer.end, der.SEQUENCE)
    yield from (opened(outer), opened(body))
    rows = [*der.children(data, body)]
    if rows[0].tag == der.INTEGER:  # absent: version 1
        yield words.whole("list_version", str(der.read_integer(data, rows[0]) + 1), rows[0])
        del rows[0]
    algorithm, issuer, this_update, *rest = rows
    yield words.algorithm(algorithm)
    yield words.whole("issuer", words.name(data[issuer.offset : issuer.end]), issuer)
    yield words.time("this_update", this_update)
    if rest and rest[0].tag in _TIMES:
        yield words.time("next_update", rest.pop(0))
    if rest and rest[0].tag == der.SEQUENCE:
        yield from _entries(words, rest.pop(0), looked_for, told)
    else:  # a list without entries leaves them out (RFC 5280 5.1.2.6)
        at = rest[0].offset if rest else body.end
        yield words.field("revoked_certificates", words.word("no_entries"), at, at)
        if looked_for is not None:
            yield _not_listed(words, looked_for, at)
    for part in rest:
        yield from words.extensions(part)
    algorithm, bits = der.children(data, der.Span(0, body.end, body.end, outer.end))
    yield words.algorithm(algorithm)
    yield words.signature("signature_value", bits)


# ------------------------------------------------------------------------------------------------------------ entries


def _entries(
    words: Words, span: der.Span, looked_for: int | None, told: Collection[int] | None
) -> Iterator[Head | Located]:
    """The entries in their order; those that are not told lie between, counted."""
    data, begins = words.data, line_offsets(words.data, span)
    n = len(begins)
    yield words.field("revoked_certificates", words.word("entries", n=n), span.offset, span.start)
    found = None if looked_for is None else _index(data, begins, span, looked_for)
    if told is None:
        shown = set(range(min(FEW, n)))
    else:
        shown = {index for serial in told if (index := _index(data, begins, span, serial)) is not None}
    begins.append(span.end)
    after = 0
    for index in sorted(shown if found is None else shown | {found}):
        yield from _between(words, begins, after, index)
        after = index + 1
        yield from _looked_for(words, begins[index], span) if index == found else _entry(words, begins[index], span)
    yield from _between(words, begins, after, n)
    if looked_for is not None and found is None:
        yield _not_listed(words, looked_for, span.end)


def _index(data: bytes, begins: array[int], span: der.Span, serial: int) -> int | None:
    """Which entry is of this serial number: candidates by the octets of the number, judged by where entries begin."""
    wanted, place = der.integer(serial), span.start
    while (place := data.find(wanted, place, span.end)) >= 0:
        index = bisect_right(begins, place) - 1
        if der.read(data, begins[index], span.end).start == place:
            return index
        place += 1
    return None


def _between(words: Words, begins: array[int], start: int, end: int) -> Iterator[Located]:
    if start < end:
        yield words.field("more_entries", words.word("entries", n=end - start), begins[start], begins[end])


def _entry(words: Words, begins: int, span: der.Span) -> Iterator[Located]:
    """An entry in one line."""
    serial, revoked_at, reason = read_line(words.data, begins, span.end)
    value = f"{words.instant(revoked_at)} · {words.reason(reason)}"
    yield words.whole(f"entry {serial:08X}", value, der.read(words.data, begins, span.end))


def _looked_for(words: Words, begins: int, span: der.Span) -> Iterator[Head | Located]:
    """The entry that is looked for, its fields named as those of an OCSP answer."""
    line = der.read(words.data, begins, span.end, der.SEQUENCE)
    number, clock, *more = der.children(words.data, line)
    yield opened(line)
    yield words.whole("serial_number", f"{der.read_integer(words.data, number):08X}", number)
    yield words.time("revocation_time", clock)
    for part in more:
        yield from words.extensions(part)


def _not_listed(words: Words, serial: int, at: int) -> Located:
    return words.field("not_listed", f"{serial:08X}", at, at)


# --------------------------------------------------------------------------------------------------------- comparison


@functools.lru_cache(maxsize=2)
def _serials(crl: bytes) -> NDArray[np.uint64]:
    """The serial numbers of a list in their order, each once, of up to 64 bits."""
    return read_crl(crl).columns.serials


def serials_to_tell(one: bytes, other: bytes) -> frozenset[int]:
    """Serial numbers that are worth telling of two lists: a few that only one has, and the first few of each.

    Numbers of more than 64 bits, which no authority here gives, stay between.

    Raises:
        MalformedError: not a list.
    """
    few = (each[:FEW] for each in (*what_changed(one, other), _serials(one), _serials(other)))
    return frozenset(int(serial) for serials in few for serial in serials)


def what_changed(before: bytes, after: bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Serial numbers that came to a list, and those that left it; up to 64 bits.

    Raises:
        MalformedError: not a list.
    """
    import numpy as np

    old, new = _serials(before), _serials(after)
    return np.setdiff1d(new, old, assume_unique=True), np.setdiff1d(old, new, assume_unique=True)
