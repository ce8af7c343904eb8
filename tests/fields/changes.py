"""Small changes, each a function on the parts: a row of the table names one or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fields.parts import Extension, Line, Single

Change = Callable[[Any], object]


class Row(NamedTuple):
    """One changed field, and what must come of it."""

    field: str
    change: str
    """In words."""
    clause: str
    """RFC 5280 for certificates and lists, RFC 6960 for answers, unless it says otherwise."""
    ours: str
    """Code of ``jpki.validate_path``."""
    changes: tuple[Change, ...]
    why: str = ""
    """Where judges differ from ours: why we stay with it."""
    usage: str = "sign"


def row(field: str, change: str, clause: str, ours: str, *changes: Change, why: str = "", usage: str = "sign") -> Row:
    return Row(field, change, clause, ours, changes, why, usage)


def put(name: str, octets: bytes) -> Change:
    """A field becomes these octets; none: it is absent."""
    return lambda parts: parts.fields.__setitem__(name, octets)


def drop(name: str) -> Change:
    """An extension is absent."""
    return lambda parts: parts.extensions.remove(parts.named(name))


def twice(name: str) -> Change:
    return lambda parts: parts.extensions.append(parts.named(name))


def critical(name: str, flag: bool = True) -> Change:
    return lambda parts: setattr(parts.named(name), "critical", flag)


def value(name: str, octets: bytes) -> Change:
    return lambda parts: setattr(parts.named(name), "value", octets)


def add(name: str, octets: bytes, flag: bool = False) -> Change:
    return lambda parts: parts.extensions.append(Extension(name, octets, flag))


def raw(name: str, octets: bytes) -> Change:
    return lambda parts: setattr(parts.named(name), "raw", octets)


def sign(**values: Any) -> Change:
    """How it is signed: ``key``, ``digest``, ``flipped``, ``padded``, ``outer``, ``tail``."""
    return lambda parts: [setattr(parts, name, one) for name, one in values.items()]


def line(*lines: Line) -> Change:
    """Further lines of a list."""
    return lambda parts: parts.lines.extend(lines)


def single(**values: Any) -> Change:
    """Fields of the first SingleResponse."""
    return lambda parts: [setattr(parts.singles[0], name, one) for name, one in values.items()]


def singles(*rows: Single) -> Change:
    return lambda parts: setattr(parts, "singles", list(rows))


def sent(*certificates: bytes) -> Change:
    """The certificates that come with an answer."""
    return lambda parts: setattr(parts, "certificates", list(certificates))
