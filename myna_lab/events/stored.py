"""Reading the stored form of an event: each value of its declared type and range, whoever wrote the file.

A reader is made once for each type. What it refuses it does not show: it may be a secret in the wrong place.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import types
import typing
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from json.scanner import make_scanner
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.events.kinds import EVENTS, Event
from myna_lab.events.verdicts import Check
from myna_lab.ground.durations import JST

__all__ = ["INTEGERS", "UNREADABLE", "as_they_are", "instant_of", "kinds_of", "plain", "read_event", "reader"]

INTEGERS = range(-(2**255), 2**255)
"""Whole numbers that an event may hold: serial numbers have up to 160 bits."""
_scan: Callable[[str, int], tuple[Any, int]] = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]
_SHORT, _REMEMBERED = 500, 1024
"""A check whose text is shorter, in characters, is remembered once it was read; so many."""
_Reader = Callable[[Any], Any]


class _Unreadable(ValueError):
    """A value is not of its declared type."""


UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, RecursionError, StopIteration)
"""What reading may raise; :class:`_Unreadable` is one of them."""


@functools.cache
def kinds_of(cls: type) -> Mapping[str, Any]:
    """The fields of a dataclass with their types, in order."""
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def read_event(name: str, body: str) -> Event:
    """Build an event from its name and its fields as JSON text.

    Raises:
        MisuseError: no such event, or fields of other names, types or ranges than declared.
    """
    kind: Any = EVENTS.get(name)
    if kind is None:
        raise MisuseError(
            f"the journal holds an event {name!r:.60} that this version does not know.", code="unknown_event"
        )
    try:
        event: Event = reader(kind)(plain(body))
    except _Unreadable as error:
        raise MisuseError(f"{name}: {error}", code="unreadable_event") from None
    except UNREADABLE as error:
        raise MisuseError(f"{name}: {type(error).__name__}", code="unreadable_event") from None
    return event


def plain(body: str) -> Any:
    """The values of JSON text, of JSON's own types; a verdict's checks may be read already.

    Raises:
        Exception: one of ``UNREADABLE``.
    """
    return _scanned(body) if body.count(_CHECKS) != 1 else _with_checks(body)


def _scanned(body: str) -> Any:
    plain, end = _scan(body, 0)
    if end != len(body):
        raise _Unreadable("more than one value")
    return plain


_CHECKS = '"checks"'
_FIRST, _NEXT, _LAST = '"checks":[{"name":', '}},{"name":', '}}],"serial":'
"""Around the checks of a verdict, as a lab writes them. No string holds one of these: its quotes have a backslash."""


def _with_checks(body: str) -> Any:
    """The values of a verdict's text; its checks, nine tenths of it, recur, so each is read once for all.

    A list of values is valid if each of them is and the text is with none of them; what is otherwise is left to
    the usual way and its errors.
    """
    before, _, rest = body.partition(_FIRST)
    checks, _, after = rest.partition(_LAST)
    try:
        plain = _scanned(f'{before}{_CHECKS}:[],"serial":{after}')
        plain["verdict"]["checks"] += [
            _recurring_check(text) if len(text) < _SHORT else _check(text) for text in checks.split(_NEXT)
        ]
    except UNREADABLE:
        return _scanned(body)
    return plain


def _check(text: str) -> Any:
    """A check by its text, without what is around each."""
    return reader(Check)(_scanned(f'{{"name":{text}}}}}'))


_recurring_check = functools.lru_cache(maxsize=_REMEMBERED)(_check)


@functools.lru_cache(maxsize=1024)
def instant_of(text: str) -> datetime:
    """An instant in JST from ISO 8601 with an offset.

    Raises:
        ValueError: no instant, one without an offset, or one of an hour 24.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or text[10:].startswith("T24"):  # Python takes an hour 24 from 3.14 on
        raise ValueError("no offset, or an hour 24")
    return instant.astimezone(JST)


def _simple(kind: type) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Unreadable(f"{kind.__name__} expected, got {type(value).__name__}")
        return value

    return read


def _integer(value: Any) -> int:
    if type(value) is not int or value not in INTEGERS:
        raise _Unreadable(f"a whole number of up to 255 bits expected, got {type(value).__name__}")
    return value


def _instant(value: Any) -> datetime:
    return instant_of(_text(value))


def _octets(value: Any) -> bytes:
    return bytes.fromhex(_text(value))


_text = _simple(str)
_SCALARS: Mapping[Any, _Reader] = {
    str: _text,
    bool: _simple(bool),
    int: _integer,
    datetime: _instant,
    bytes: _octets,
}


@functools.cache
def reader(kind: Any) -> _Reader:
    """What makes a value of a declared type out of JSON's; it raises one of ``UNREADABLE``."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    if typing.get_origin(kind) is tuple:
        return _tuple(typing.get_args(kind))
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _union(typing.get_args(kind))
    return _fields(kind)


def _tuple(kinds: tuple[Any, ...]) -> _Reader:
    listed = _simple(list)
    if kinds[-1] is Ellipsis:
        each = reader(kinds[0])
        return lambda value: tuple([each(item) for item in listed(value)])
    places = [reader(kind) for kind in kinds]
    as_written = set(itertools.product(*map(as_they_are, kinds)))

    def read(value: Any) -> Any:
        if tuple(map(type, listed(value))) in as_written:
            return tuple(value)
        return tuple([read(item) for read, item in zip(places, value, strict=True)])

    return read


def as_they_are(kind: Any) -> Set[type]:
    """Types whose values need neither a look nor a change."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return {own for choice in typing.get_args(kind) for own in as_they_are(choice)}
    return {kind} & {str, bool, type(None)}


def _union(kinds: tuple[Any, ...]) -> _Reader:
    """One of several: at most one of them is no text or number, and None is one."""
    by_type: dict[type, _Reader] = {}
    for kind in kinds:
        if kind is type(None):
            by_type[kind] = _simple(kind)
        else:
            by_type[kind if kind in (int, bool) else str] = reader(kind)

    def read(value: Any) -> Any:
        if type(value) not in by_type:
            raise _Unreadable(f"got {type(value).__name__}")
        return by_type[type(value)](value)

    return read


def _fields(cls: Any) -> _Reader:
    kinds = kinds_of(cls)
    names, stored = tuple(kinds), [_stored(kind) for kind in kinds.values()]
    readers = {name: reader(kind) for name, kind in kinds.items()}
    others = [(place, readers[name]) for place, name in enumerate(names) if kinds[name] not in (str, bool)]

    def read(plain: Any) -> Any:
        if type(plain) is cls:  # a check that was read with another verdict
            return plain
        if type(plain) is not dict:
            raise _Unreadable(f"fields expected, got {type(plain).__name__}")
        values = [*plain.values()]
        if tuple(plain) == names and [*map(type, values)] == stored:  # as a lab writes them
            for place, reader in others:
                values[place] = reader(values[place])
            return cls(*values)
        for name, value in plain.items():
            try:
                plain[name] = readers[name](value)
            except _Unreadable as error:
                raise _Unreadable(f"{name}: {error}") from None
        return cls(**plain)

    return read


def _stored(kind: Any) -> type | None:
    """The type in which JSON keeps a value; None: it depends on the value."""
    if kind in _SCALARS:
        return kind if kind in (str, bool, int) else str
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return None
    return list if typing.get_origin(kind) is tuple else dict
