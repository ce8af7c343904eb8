"""Where the fields of an OCSP request and of its answer lie.

A certStatus "revoked" is a structure: its head says that it is revoked, and since when and why are fields of their own.

Source: RFC 6960 4.1.1, 4.2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.cert_id import read_cert_id
from myna_lab.formats.jpki.layout.parts import Head, Layout, Located, only, opened, whole
from myna_lab.formats.jpki.layout.words import Words
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.texts import both

__all__ = ["answer_layout", "request_layout"]

_Parts = Iterator[Head | Located]
_STATES = {0x80: "good", 0xA1: "revoked", 0x82: "unknown_to_it"}
_BASIC = "1.3.6.1.5.5.7.48.1.1"


def request_layout(request: bytes, language: str = "en") -> Layout:
    """Every octet of an OCSPRequest.

    Args:
        request: DER.
        language: ``en`` or ``ja``.

    Raises:
        MalformedError: its octets are not those of a request, with the offset.
    """
    return whole(_request(Words(request, language)), "OCSP request")


def answer_layout(answer: bytes, language: str = "en") -> Layout:
    """Every octet of an OCSPResponse; arguments and errors as of :func:`request_layout`.

    Raises:
        MalformedCertificate: a certificate that comes along cannot be read.
    """
    return whole(_answer(Words(answer, language)), "OCSP response")


# ------------------------------------------------------------------------------------------------------------ request


def _request(words: Words) -> _Parts:
    data = words.data
    outer = only(data)
    body = der.read(data, outer.start, outer.end, der.SEQUENCE)
    yield from (opened(outer), opened(body))
    for row in der.children(data, body):
        if row.tag == 0xA0:
            yield _version(words, row)
        elif row.tag == 0xA1:
            yield words.octets("requestor_name", row)
        elif row.tag == 0xA2:
            yield from words.extensions(row)
        else:
            yield opened(row)
            for one in der.children(data, row):
                cert_id, *more = der.children(data, one)
                yield opened(one)
                yield from _cert_id(words, cert_id)
                for part in more:
                    yield from words.extensions(part)
    for row in der.children(data, der.Span(0, body.end, body.end, outer.end)):
        yield words.whole("request_signature", words.word("octets", n=row.end - row.offset), row)


def _version(words: Words, row: der.Span) -> Located:
    """Version 1 is the default and must be left out (X.690 11.5), but some write it."""
    number = der.read_integer(words.data, der.last(words.data, row.start, row, der.INTEGER))
    return words.whole("protocol_version", str(number + 1), row)


def _cert_id(words: Words, span: der.Span) -> _Parts:
    """Which certificate is meant, by two digests and a number."""
    known = read_cert_id(words.data, span)
    algorithm, name, key, serial = der.children(words.data, span)
    oid = der.read(words.data, algorithm.start, algorithm.end, der.OID)
    digest = f"SHA-{known.digest.removeprefix('sha')}" if known.digest else words.identifier(oid)
    yield opened(span)
    yield words.whole("hash_algorithm", digest, algorithm)
    yield words.octets("issuer_name_hash", name)
    yield words.octets("issuer_key_hash", key)
    yield words.whole("serial_number", f"{known.serial:08X}", serial)


# ------------------------------------------------------------------------------------------------------------- answer


def _answer(words: Words) -> _Parts:
    data = words.data
    outer = only(data)
    yield opened(outer)
    status = der.read(data, outer.start, outer.end, der.ENUMERATED)
    number = der.read_integer(data, status)
    known = both(f"field.status.{number}")
    yield words.whole("response_status", words.word(f"status.{number}") if known else str(number), status)
    if status.end == outer.end:  # an error, which nobody signs (RFC 6960 2.3)
        return
    explicit = der.last(data, status.end, outer, 0xA0)
    content = der.last(data, explicit.start, explicit, der.SEQUENCE)
    yield opened(explicit, content)
    kind = der.read(data, content.start, content.end, der.OID)
    oid = words.identifier(kind)
    yield words.whole("response_type", "id-pkix-ocsp-basic" if oid == _BASIC else oid, kind)
    octets = der.last(data, kind.end, content, der.OCTET_STRING)
    basic = der.last(data, octets.start, octets, der.SEQUENCE)
    body, algorithm, bits, *certificates = der.children(data, basic)
    yield opened(octets, basic)
    yield opened(body)
    yield from _body(words, body)
    yield words.algorithm(algorithm)
    yield words.signature("responder_signature", bits)
    for along in certificates:
        rows = der.last(data, along.start, along, der.SEQUENCE)
        yield opened(along, rows)
        for row in der.children(data, rows):
            yield _certificate(words, row)


def _certificate(words: Words, row: der.Span) -> Located:
    own = read_certificate(words.data[row.offset : row.end])
    told = f"{words.name(own.subject.public_bytes())} ({own.serial_number:08X})"
    return words.whole("responder_certificate", told, row)


def _body(words: Words, body: der.Span) -> _Parts:
    """The parts of ResponseData; the tag A1 is a name at its beginning, and extensions at its end."""
    data, rows = words.data, [*der.children(words.data, body)]
    if rows[0].tag == 0xA0:
        yield _version(words, rows.pop(0))
    responder, produced_at, singles, *more = rows
    if responder.tag == 0xA1:
        said = words.name(data[responder.start : responder.end])
    else:
        key = der.last(data, responder.start, responder, der.OCTET_STRING)
        said = words.word("by_key", octets=data[key.start : key.end].hex())
    yield words.whole("responder_id", said, responder)
    yield words.time("produced_at", produced_at)
    yield opened(singles)
    for single in der.children(data, singles):
        yield from _single(words, single)
    for part in more:
        yield from words.extensions(part)


def _single(words: Words, single: der.Span) -> _Parts:
    """What it says of one certificate."""
    data = words.data
    cert_id, state, this_update, *more = der.children(data, single)
    yield opened(single)
    yield from _cert_id(words, cert_id)
    if state.tag not in _STATES:
        raise der.malformed("a CertStatus was expected", state.offset)
    yield words.field("cert_status", words.word(_STATES[state.tag]), state.offset, state.start)
    if state.start < state.end:
        yield from _revoked(words, state)
    yield words.time("this_update", this_update)
    for part in more:
        if part.tag == 0xA0:
            yield opened(part)
            yield words.time("next_update", der.last(data, part.start, part, der.GENERALIZED_TIME))
        else:
            yield from words.extensions(part)


def _revoked(words: Words, state: der.Span) -> _Parts:
    data = words.data
    clock = der.read(data, state.start, state.end, der.GENERALIZED_TIME)
    yield words.time("revocation_time", clock)
    if clock.end < state.end:
        explicit = der.last(data, clock.end, state, 0xA0)
        code = der.last(data, explicit.start, explicit, der.ENUMERATED)
        yield opened(explicit)
        yield words.whole("revocation_reason", words.reason(der.read_integer(data, code)), code)
