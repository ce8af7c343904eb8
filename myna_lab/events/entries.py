"""One line of the log, and the form in which the journal keeps it: JSON with a fixed order."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterable
from datetime import datetime
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.events.kinds import EVENTS, Event
from myna_lab.events.stored import INTEGERS, instant_of, kinds_of, read_event
from myna_lab.ground.durations import JST, show
from myna_lab.texts import counted

__all__ = ["Entry", "misfit"]

_FEW = 9
"""As many items of a field are shown one by one."""


@functools.cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass, in order: asked for at every append."""
    return tuple(field.name for field in dataclasses.fields(cls))


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_encode: Callable[[object, int], Iterable[str]] = (
    c_make_encoder(None, _ENCODER.default, encode_basestring, None, ":", ",", False, False, True)
    if c_make_encoder  # made once: the encoder above makes one for each text, which costs as much as the text
    else lambda value, _: _ENCODER.iterencode(value)
)
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _to_plain(value: object) -> object:
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return value.astimezone(JST).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [_to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _to_plain(getattr(value, name)) for name in _names(type(value))}
    return value


@functools.cache
def _fits(kind: Any) -> Callable[[Any], bool]:
    """Whether a value is of a declared type, so that it can be read back."""
    origin, kinds = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        choices = [_fits(k) for k in kinds]
        return lambda value: any(fits(value) for fits in choices)
    if origin is tuple and kinds[-1] is Ellipsis:
        each = _fits(kinds[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    if origin is tuple:
        places = [_fits(k) for k in kinds]
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(places)
            and all(fits(item) for fits, item in zip(places, value, strict=True))
        )
    if dataclasses.is_dataclass(kind):
        return lambda value: type(value) is kind and not _misfits(value)
    if kind is datetime:
        return lambda value: isinstance(value, datetime) and value.tzinfo is not None
    if kind is int:
        return lambda value: isinstance(value, int) and not isinstance(value, bool) and _is_in_range(value)
    if kind is str:
        return lambda value: isinstance(value, str) and (value.isascii() or _is_unicode(value))
    return lambda value: isinstance(value, kind)


def _is_in_range(value: int) -> bool:
    return INTEGERS.start <= value < INTEGERS.stop


def _is_unicode(text: str) -> bool:
    """Whether it has no half of a character (surrogate), with which it cannot be written."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@functools.cache
def _forms(cls: Any) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    return tuple((name, _fits(kind)) for name, kind in kinds_of(cls).items())


def _misfits(value: Any) -> list[str]:
    cls: Any = type(value)
    return [name for name, fits in _forms(cls) if not fits(getattr(value, name))]


def misfit(event: object) -> str:
    """What keeps an event from being read back, in words; empty: nothing.

    Values are not shown: what stands in a wrong field may be a secret.
    """
    name = type(event).__name__
    cls: Any = EVENTS.get(name)
    if cls is not type(event):
        return f"an object of type {name} is not an event; those of myna_lab.events.EVENTS are."
    wrong = [
        f"{field} is {cls.__annotations__[field]}, got {_kind(getattr(event, field))}" for field in _misfits(event)
    ]
    return f"{name} cannot be kept: {'; '.join(wrong)}." if wrong else ""


def _kind(value: object) -> str:
    name = type(value).__name__
    if isinstance(value, datetime) and value.tzinfo is None:
        return f"{name} without a time zone"
    if isinstance(value, int) and not _is_in_range(value):
        return f"{name} of more than 255 bits"
    if isinstance(value, str) and not _is_unicode(value):
        return f"{name} with half a character"
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and (inside := _misfits(value)):
        return f"{name} with another type in {', '.join(inside)}"
    return name


def _in_short(value: object) -> str:
    """A field for people: nobody reads a certificate, or every parameter, in one line."""
    if isinstance(value, bytes):
        return f"{counted(len(value), 'octet', 'octets')}"
    if isinstance(value, tuple) and len(value) > _FEW:
        return f"{counted(len(value), 'item', 'items')}"
    return show(value) if isinstance(value, datetime) else repr(value)


class Entry(NamedTuple):
    """One line of the log."""

    seq: int
    """1, 2, 3 … without gaps."""
    at: datetime
    """Simulated instant."""
    event: Event

    @property
    def name(self) -> str:
        """The event's kind."""
        return type(self.event).__name__

    def __repr__(self) -> str:
        kind: Any = type(self.event)
        about = ", ".join(f"{name}={_in_short(getattr(self.event, name))}" for name in _names(kind))
        return f"<Entry TEST {self.seq}, {show(self.at)}: {self.name}({about})>"

    def body(self) -> str:
        """The event's fields as JSON text with a fixed order."""
        kind: Any = type(self.event)
        return "".join(_encode({name: _to_plain(getattr(self.event, name)) for name in _names(kind)}, 0))

    @classmethod
    def read(cls, seq: int, at: str, name: str, body: str) -> Entry:
        """Build an entry from its stored form.

        Raises:
            MisuseError: no such event, or a value of another type or range than declared.
        """
        try:
            instant = instant_of(at)
        except (ValueError, OverflowError):
            raise MisuseError(f"{name:.60}: its time is none", code="unreadable_event") from None
        return cls(seq, instant, read_event(name, body))
