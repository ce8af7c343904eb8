"""Where the fields of a certificate lie.

Source: RFC 5280 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.explanation import Field, fields
from myna_lab.formats.jpki.layout.parts import Head, Layout, Located, opened
from myna_lab.texts import text

__all__ = ["certificate_layout"]

_SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")
_VERSION, _EXTENSIONS = 0xA0, 0xA3


def certificate_layout(certificate: bytes, language: str = "en") -> Layout:
    """Every octet of a certificate: what :func:`~myna_lab.formats.jpki.fields` tells, last the authority's signature.

    Args:
        certificate: any X.509 certificate, DER.
        language: ``en`` or ``ja``.

    Raises:
        MalformedCertificate: not a certificate.
        MalformedError: one whose octets are not DER as RFC 5280 writes it.
    """
    told, spans = fields(certificate, language), [*_spans(certificate)]
    begins, ends = spans[-1][:2]
    bits = der.read(certificate, begins, ends, der.BIT_STRING)
    size = text("field.octets", language, n=bits.end - bits.start - 1)
    sealed = (
        Field("signature_algorithm", text("field.signature_algorithm", language), told[2].value),
        Field("signature_value", text("field.signature_value", language), size),
    )
    # Version 1 is the default and has no octets.
    n_stated = sum(is_field for *_, is_field in spans) - len(sealed)
    shown = iter((*told[len(told) - n_stated :], *sealed))
    return tuple(Located(next(shown), a, b) if is_field else Head(a, b) for a, b, is_field in spans)


_Span = tuple[int, int, bool]
"""From where to where, and whether it is a field."""


def _spans(data: bytes) -> Iterator[_Span]:
    whole = der.read(data, 0, len(data), der.SEQUENCE)
    der.end(whole, len(data))
    body = der.read(data, whole.start, whole.end, der.SEQUENCE)
    yield *opened(whole), False
    yield *opened(body), False
    rows = [*der.children(data, body)]
    n_head = 1 if rows[0].tag == _VERSION else 0
    for n, row in enumerate(rows):
        if n == n_head + 3:  # validity
            yield *opened(row), False
            for part in der.children(data, row):
                yield part.offset, part.end, True
        elif row.tag == _EXTENSIONS:
            (inner,) = der.children(data, row)
            yield *opened(row, inner), False
            for extension in der.children(data, inner):
                yield from _extension(data, extension)
        else:
            yield row.offset, row.end, n <= n_head + 5
    for row in der.children(data, der.Span(0, body.end, body.end, whole.end)):
        yield row.offset, row.end, True


def _extension(data: bytes, row: der.Span) -> Iterator[_Span]:
    oid, _, value = der.extension(data, row)
    if oid != _SUBJECT_ALTERNATIVE_NAME:
        yield row.offset, row.end, True
        return
    names = der.read(data, value.start, value.end, der.SEQUENCE)
    yield row.offset, names.start, False
    for name in der.children(data, names):
        yield name.offset, name.end, True
