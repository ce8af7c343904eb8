"""The parts of a signed paper: heads of structures, and fields with what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from myna_lab.errors import MalformedError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.explanation import Field

__all__ = ["Head", "Layout", "Located", "located", "only", "opened", "whole"]


class Head(NamedTuple):
    """The head of a structure, which holds the parts that follow."""

    begins: int
    ends: int
    """The first octet after it."""


class Located(NamedTuple):
    """A field and its octets."""

    field: Field
    begins: int
    ends: int
    """The first octet after it; where it begins: what is told is that something is not there."""


Layout: TypeAlias = tuple[Head | Located, ...]


def located(layout: Iterable[Head | Located]) -> tuple[Located, ...]:
    """The fields alone."""
    return tuple(part for part in layout if isinstance(part, Located))


def only(data: bytes) -> der.Span:
    """The one SEQUENCE that the octets are, with nothing after it.

    Raises:
        MalformedError: they are not, with the offset.
    """
    outer = der.read(data, 0, len(data), der.SEQUENCE)
    der.end(outer, len(data))
    return outer


def opened(*spans: der.Span) -> Head:
    """The head of a structure whose parts follow; of several, each begins with the next."""
    return Head(spans[0].offset, spans[-1].start)


def whole(parts: Iterable[Head | Located], what: str) -> Layout:
    """All parts of a paper.

    Raises:
        MalformedError: a structure has not as many parts as it must.
    """
    try:
        return tuple(parts)
    except (ValueError, IndexError) as error:
        raise MalformedError(f"these octets are no {what}: {error}", code="malformed_der") from error
