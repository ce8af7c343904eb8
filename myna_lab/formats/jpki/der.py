"""DER by hand, for what is made or read thousands of times a second: certificates, CRL lines, OCSP messages.

    encode(tag, parts…) -> octets             read(data, offset, …) -> Span(tag, offset, start, end)

Only definite lengths in their shortest form and tags of one octet occur in these formats; anything else is malformed,
and the error says where.

Source: X.690 8.1 and 10.1.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from myna_lab.errors import MalformedError

__all__ = [
    "Span",
    "children",
    "encode",
    "end",
    "extension",
    "extensions",
    "integer",
    "last",
    "malformed",
    "read",
    "read_integer",
    "read_time",
    "time",
]

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
SEQUENCE, UTC_TIME, GENERALIZED_TIME = 0x30, 0x17, 0x18
TRUE = b"\x01\x01\xff"
SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")

Octets = bytes | bytearray | memoryview


def length(size: int) -> bytes:
    """The length octets of a content of ``size`` octets."""
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def encode(tag: int, *parts: bytes) -> bytes:
    """One object: tag, length, the parts one after the other."""
    content = b"".join(parts)
    size = len(content)
    return (bytes((tag, size)) if size < 0x80 else bytes((tag,)) + length(size)) + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """An INTEGER that is not negative, or an ENUMERATED."""
    return encode(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


@functools.lru_cache(maxsize=1024)
def time(instant: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5)."""
    utc = instant.astimezone(UTC)
    text = utc.strftime("%Y%m%d%H%M%SZ").encode()
    return encode(UTC_TIME, text[2:]) if utc.year < 2050 else encode(GENERALIZED_TIME, text)


@functools.lru_cache(maxsize=1024)
def generalized_time(instant: datetime) -> bytes:
    """GeneralizedTime to the second, as OCSP writes every time (RFC 6960 4.2.2.1)."""
    return encode(GENERALIZED_TIME, instant.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


# ------------------------------------------------------------------------------------------------------------ reading


class Span(NamedTuple):
    """Where an object lies in its data."""

    tag: int
    offset: int
    """Of the tag."""
    start: int
    """Of the content."""
    end: int
    """Of the content, and so of the object."""


def malformed(what: str, offset: int) -> MalformedError:
    """The error for octets that are not what they should be."""
    return MalformedError(f"{what}, at offset {offset}.", code="malformed_der", offset=offset)


def read(data: Octets, offset: int, limit: int, tag: int | None = None) -> Span:
    """Read the head of the object at an offset.

    Args:
        data: the whole message.
        offset: where the object begins.
        limit: where it must have ended.
        tag: the only one that will do; None: any.

    Raises:
        MalformedError: another tag, or a length that is not DER or leads beyond ``limit``.
    """
    if offset + 2 > limit:
        raise malformed("an object was expected, and the data end", offset)
    found, size = data[offset], data[offset + 1]
    start = offset + 2
    if tag is not None and found != tag:
        raise malformed(f"tag {tag:02X} was expected, not {found:02X}", offset)
    if found & 0x1F == 0x1F:
        raise malformed("a tag of more than one octet does not occur here", offset)
    if size & 0x80:
        count = size & 0x7F
        start += count
        if not 1 <= count <= 4 or start > limit:
            raise malformed("a length has one to four octets, and ends with the data", offset + 1)
        size = int.from_bytes(data[offset + 2 : start], "big")
        if size < 0x80 or not data[offset + 2]:
            raise malformed("a length is not in its shortest form (X.690 10.1)", offset + 1)
    if start + size > limit:
        raise malformed(f"a content of {size} octets leads beyond offset {limit}", offset)
    return Span(found, offset, start, start + size)


def children(data: Octets, span: Span) -> Iterator[Span]:
    """The objects within an object, one after the other."""
    offset = span.start
    while offset < span.end:
        child = read(data, offset, span.end)
        yield child
        offset = child.end


def end(span: Span, offset: int) -> None:
    """Nothing may follow in an object.

    Raises:
        MalformedError: something does.
    """
    if offset != span.end:
        raise malformed("nothing more was expected", offset)


def last(data: Octets, offset: int, outer: Span, tag: int) -> Span:
    """The object at an offset, the last one within another.

    Raises:
        MalformedError: another tag, or more follows.
    """
    found = read(data, offset, outer.end, tag)
    end(outer, found.end)
    return found


def extension(data: Octets, span: Span) -> tuple[bytes, bool, Span]:
    """Identifier (content octets), whether it is critical, and value of an Extension (RFC 5280 4.1)."""
    if span.tag != SEQUENCE:
        raise malformed("an extension is a SEQUENCE", span.offset)
    oid = read(data, span.start, span.end, OID)
    value, critical = read(data, oid.end, span.end), False
    if value.tag == BOOLEAN:
        # FALSE is the default and must be left out (X.690 11.5), but some write it.
        if bytes(data[value.start : value.end]) not in (b"\xff", b"\x00"):
            raise malformed("a BOOLEAN is 00 or FF (X.690 11.1)", value.offset)
        critical = data[value.start] == 0xFF
        value = read(data, value.end, span.end)
    if value.tag != OCTET_STRING:
        raise malformed("the value of an extension is an OCTET STRING", value.offset)
    end(span, value.end)
    return bytes(data[oid.start : oid.end]), critical, value


def extensions(data: Octets, rows: Span) -> Iterator[tuple[bytes, bool, Span]]:
    """Each of some extensions, as :func:`extension` gives it; none stands there twice (RFC 5280 4.2).

    Raises:
        MalformedError: one does, or there is none at all.
    """
    if rows.start == rows.end:
        raise malformed("extensions are one or more", rows.offset)
    found: set[bytes] = set()
    for row in children(data, rows):
        oid, critical, value = extension(data, row)
        if oid in found:
            raise malformed("an extension stands once (RFC 5280 4.2)", row.offset)
        found.add(oid)
        yield oid, critical, value


def read_integer(data: Octets, span: Span) -> int:
    """The value of an INTEGER in its shortest form; it may be negative."""
    octets = bytes(data[span.start : span.end])
    if not octets or (len(octets) > 1 and octets[0] in (0, 0xFF) and octets[0] >> 7 == octets[1] >> 7):
        raise malformed("an INTEGER is not in its shortest form (X.690 8.3.2)", span.start)
    return int.from_bytes(octets, "big", signed=True)


def read_time(data: Octets, span: Span) -> datetime:
    """An instant of UTCTime or GeneralizedTime, in the forms of RFC 5280 4.1.2.5."""
    text = bytes(data[span.start : span.end])
    try:
        if not (text.endswith(b"Z") and text[:-1].isdigit() and (span.tag, len(text)) in _TIMES):
            raise ValueError
        digits = text.decode() if len(text) == 15 else f"{'19' if text[0] >= 0x35 else '20'}{text.decode()}"
        return datetime(*(int(digits[a:b]) for a, b in _PARTS), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        raise malformed("a time of RFC 5280 4.1.2.5 was expected", span.start) from None


_TIMES = {(UTC_TIME, 13), (GENERALIZED_TIME, 15)}
_PARTS = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
