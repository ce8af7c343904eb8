"""Where each field of a certificate lies in its octets: every octet belongs to one piece, in order.

    located(der) -> the fields of :func:`~myna_lab.formats.jpki.fields`, and the signature, each with its octets
    pieces(der)  -> the same octet by octet, heads of structures between them

Source: RFC 5280 4.1; X.690 8.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from myna_lab.formats.jpki import der as octets
from myna_lab.formats.jpki.explanation import Field, fields
from myna_lab.texts import text

__all__ = ["Located", "Piece", "located", "pieces"]

_SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")
_VERSION, _EXTENSIONS = 0xA0, 0xA3


class Piece(NamedTuple):
    """Some octets."""

    begins: int
    ends: int
    """The first octet after it."""
    place: int | None
    """Of the field among :func:`located`; None: the head of a structure, which holds the pieces that follow."""


class Located(NamedTuple):
    """A field and its octets."""

    field: Field
    begins: int
    ends: int
    """The first octet after it."""


def located(certificate: bytes, language: str = "en") -> tuple[Located, ...]:
    """Every field that has octets, in their order; last the authority's signature.

    Args:
        certificate: any X.509 certificate, DER.
        language: ``en`` or ``ja``.

    Raises:
        MalformedCertificate: not a certificate.
        MalformedError: one whose octets are not DER as RFC 5280 writes it.
    """
    told = fields(certificate, language)
    spans = [(piece.begins, piece.ends) for piece in pieces(certificate) if piece.place is not None]
    *stated, algorithm, signature = spans
    bits = octets.read(certificate, *signature, octets.BIT_STRING)
    ends = (
        (Field("signature_algorithm", text("field.signature_algorithm", language), told[2].value), *algorithm),
        (
            Field(
                "signature_value",
                text("field.signature_value", language),
                text("field.octets", language, n=bits.end - bits.start - 1),
            ),
            *signature,
        ),
    )
    # Version 1 is the default and has no octets.
    shown = told[len(told) - len(stated) :]
    rows = [(field, *span) for field, span in zip(shown, stated, strict=True)]
    return tuple(Located(*row) for row in (*rows, *ends))


def pieces(certificate: bytes) -> tuple[Piece, ...]:
    """The octets of a certificate one after the other, none left out; raises as :func:`located`."""
    found, place = [], 0
    for begins, ends, is_field in _spans(certificate):
        found.append(Piece(begins, ends, place if is_field else None))
        place += is_field
    return tuple(found)


_Span = tuple[int, int, bool]
"""From where to where, and whether it is a field."""


def _spans(data: bytes) -> Iterator[_Span]:
    whole = octets.read(data, 0, len(data), octets.SEQUENCE)
    octets.end(whole, len(data))
    body = octets.read(data, whole.start, whole.end, octets.SEQUENCE)
    yield whole.offset, whole.start, False
    yield body.offset, body.start, False
    rows = [*octets.children(data, body)]
    n_head = 1 if rows[0].tag == _VERSION else 0
    for n, row in enumerate(rows):
        if n == n_head + 3:  # validity
            yield from _opened(data, row)
        elif row.tag == _EXTENSIONS:
            (inner,) = octets.children(data, row)
            yield row.offset, inner.start, False
            for extension in octets.children(data, inner):
                yield from _extension(data, extension)
        else:
            yield row.offset, row.end, n <= n_head + 5
    for row in octets.children(data, octets.Span(0, body.end, body.end, whole.end)):
        yield row.offset, row.end, True


def _opened(data: bytes, row: octets.Span) -> Iterator[_Span]:
    """A structure whose parts are fields."""
    yield row.offset, row.start, False
    for part in octets.children(data, row):
        yield part.offset, part.end, True


def _extension(data: bytes, row: octets.Span) -> Iterator[_Span]:
    oid, _, value = octets.extension(data, row)
    if oid != _SUBJECT_ALTERNATIVE_NAME:
        yield row.offset, row.end, True
        return
    names = octets.read(data, value.start, value.end, octets.SEQUENCE)
    yield row.offset, names.start, False
    for name in octets.children(data, names):
        yield name.offset, name.end, True
