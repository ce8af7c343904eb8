"""CBOR as it was received: its octets are kept, and none is encoded again.

    received = Encoded(octets) -> members("the request", clause) -> {"version": Encoded, …} -> text, integer, array …

A message is decoded once, by the library, which finds what is no CBOR. Where a part lies is looked for when its octets
are asked for, in one pass over the message's heads. A message that is taken apart has definite lengths and each key
once. Every fault is a :class:`MalformedMdoc` that says what would have been right, by which clause, at which octet.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import cbor2
from cbor2 import CBORDecoder, CBORTag

from myna_lab.errors import MalformedMdoc

__all__ = [
    "LARGEST",
    "TAG_ENCODED_CBOR",
    "Encoded",
    "member",
    "said",
]

TAG_ENCODED_CBOR = 24
"""RFC 8949 3.4.5.1."""
LARGEST = 1 << 20
"""Octets of the largest message that is read: a portrait fits many times (assumed)."""

_OCTETS, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_UNREADABLE = (cbor2.CBORError, ValueError, OverflowError, RecursionError, TypeError, ArithmeticError, MemoryError)
"""What the library says to octets that are not CBOR, or whose tags it knows and cannot take."""
_DEPTH = 32
_UNKNOWN = object()


def _kept(tag: int) -> Callable[[Any, bool], CBORTag]:
    return lambda value, is_immutable: CBORTag(tag, value)


_TAGS = {tag: _kept(tag) for tag in (0, 2, 3, 25, 28, 29, 256, 55799)}
"""Tags for which the library would give what they mean: a time, a large number, a value told elsewhere, the bare value.

They are kept, so that what was decoded is what stands there.
"""


class _Message:
    """What was received in one piece."""

    __slots__ = ("_ends", "at", "octets")

    def __init__(self, octets: bytes, at: int) -> None:
        self.octets, self.at = octets, at
        """``at``: where it begins in what holds it."""
        self._ends: Mapping[int, int] = {}

    @property
    def ends(self) -> Mapping[int, int]:
        """Where each value in it begins to where it ends; the library has decoded it."""
        if not self._ends:
            self._ends = _ends(self.octets)
        return self._ends


class Encoded:
    """One CBOR value as it was received.

    Args:
        octets: of the value, with nothing after it.
        at: where it begins in the message.
    """

    __slots__ = ("_begins", "_holder", "_known", "_message", "_n", "_parts")

    def __init__(self, octets: bytes, at: int = 0) -> None:
        self._message = _Message(octets, at)
        self._known: Any = _UNKNOWN
        """What it says, once it was decoded to be taken apart."""
        self._begins = 0
        """Where it begins in its piece; -1: not looked for yet."""
        self._holder: Encoded | None = None
        self._n = 0
        """Which part it is of what holds it."""
        self._parts: Sequence[int] = ()
        """Where its own parts begin, once somebody has asked."""

    def _part(self, n: int, known: Any) -> Encoded:
        part = Encoded.__new__(Encoded)
        part._message, part._known, part._begins = self._message, known, -1
        part._holder, part._n, part._parts = self, n, ()
        return part

    def _place(self) -> int:
        if self._begins < 0:
            holder = self._holder
            assert holder is not None, "a part is of something"
            if not holder._parts:
                _, count, at = _head(self._message.octets, holder._place())
                count *= 2 if isinstance(holder._known, dict) else 1
                ends, begins = self._message.ends, [at]
                for _ in range(count - 1):
                    begins.append(ends[begins[-1]])
                holder._parts = begins
            self._begins = holder._parts[self._n]
        return self._begins

    @property
    def octets(self) -> bytes:
        """As received."""
        message = self._message
        if self._holder is None:
            return message.octets
        begins = self._place()
        return message.octets[begins : message.ends[begins]]

    @property
    def at(self) -> int:
        """Where it begins in the message."""
        return self._message.at + self._place()

    def fail(self, right: str, clause: str) -> NoReturn:
        """Refuse it.

        Args:
            right: what would have been right, a sentence without its point.
            clause: of the standard that asks for it.
        """
        raise _malformed(self.at, right, clause)

    def expect(self, condition: object, right: str, clause: str) -> None:
        """Refuse it unless a condition holds; arguments as of :meth:`fail`."""
        if not condition:
            self.fail(right, clause)

    def value(self, what: str, clause: str) -> Any:
        """The whole value, decoded by the library; each key of a map once."""
        return self._decoded(what, clause, is_definite=False) if self._known is _UNKNOWN else self._known

    def members(self, what: str, clause: str) -> dict[str, Encoded]:
        """A map with text keys: its values as received."""
        known, parts, n = self._opened(dict, what, clause), {}, 0
        for name, value in known.items():
            if type(name) is not str:
                self._part(n, name).fail(f"a key of {what} is text", clause)
            parts[name] = self._part(n + 1, value)
            n += 2
        return parts

    def said(self, kinds: Mapping[str, type], what: str, clause: str) -> Mapping[Any, Any]:
        """A map's values of which no octets are needed; see :func:`said`."""
        return said(self._opened(dict, what, clause), kinds, what, self, clause)

    def elements(self, what: str, clause: str, *, n: int | None = None) -> list[Encoded]:
        """An array's elements as received; ``n``: how many there must be."""
        known = self._opened(list, what, clause)
        if n is not None and len(known) != n:
            self.fail(f"{what} has {n} elements", clause)
        return [self._part(n, value) for n, value in enumerate(known)]

    def unwrapped(self, what: str, clause: str) -> Encoded:
        """What lies inside ``#6.24(bstr .cbor …)``."""
        right = f"{what} is wrapped in tag {TAG_ENCODED_CBOR}"
        octets, at = self.octets, self.at
        major_type, tag, string = _head(octets, 0)
        self.expect(major_type == _TAG and tag == TAG_ENCODED_CBOR, right, clause)
        major_type, length, begins = _head(octets, string)
        if major_type != _OCTETS or begins + length != len(octets):
            raise _malformed(at + string, right, clause)
        return Encoded(octets[begins:], at + begins)

    def untagged(self, tag: int) -> Encoded:
        """What lies inside a tag that may be there or not."""
        if self._known is not _UNKNOWN and not isinstance(self._known, CBORTag):
            return self
        octets = self.octets
        major_type, found, begins = _head(octets, 0)
        return Encoded(octets[begins:], self.at + begins) if major_type == _TAG and found == tag else self

    def text(self, what: str, clause: str) -> str:
        """A text string."""
        value = self.value(what, clause)
        if not isinstance(value, str):
            self.fail(f"{what} is text", clause)
        return value

    def bytes_(self, what: str, clause: str) -> bytes:
        """A byte string."""
        value = self.value(what, clause)
        if not isinstance(value, bytes):
            self.fail(f"{what} is a byte string", clause)
        return value

    def integer(self, what: str, clause: str) -> int:
        """An integer that is not negative."""
        value = self.value(what, clause)
        if type(value) is not int or value < 0:
            self.fail(f"{what} is an integer, not negative", clause)
        return value

    def mapping(self, what: str, clause: str) -> Mapping[Any, Any]:
        """A map with keys of any kind, decoded."""
        value = self.value(what, clause)
        if not isinstance(value, dict):
            self.fail(f"{what} is a map", clause)
        return value

    def _opened(self, kind: type, what: str, clause: str) -> Any:
        """The value of an array or map that is taken apart."""
        if self._known is _UNKNOWN and _head(self.octets, 0)[0] == (_MAP if kind is dict else _ARRAY):
            self._known = self._decoded(what, clause, is_definite=True)
        if type(self._known) is not kind:
            self.fail(f"{what} is {'a map' if kind is dict else 'an array'} of definite length", clause)
        return self._known

    def _decoded(self, what: str, clause: str, *, is_definite: bool) -> Any:
        octets = self.octets
        self.expect(len(octets) <= LARGEST, f"{what} has at most {LARGEST:,} octets", clause)
        file = io.BytesIO(octets)
        try:
            value = _decoder(file, is_definite=is_definite).decode()
        except _UNREADABLE as error:
            right = f"{what} is CBOR{' of definite lengths' if is_definite else ''} with each key once"
            at = self.at + _unreadable(octets, is_definite=is_definite)
            raise _malformed(at, right, clause, type(error).__name__) from None
        if file.tell() != len(octets):
            raise _malformed(self.at + file.tell(), f"{what} is one CBOR value with nothing after it", clause)
        return value


def member(members: Mapping[str, Encoded], name: str, of: Encoded, clause: str) -> Encoded:
    """A member that must be there."""
    if name not in members:
        of.fail(f"it has {name}", clause)
    return members[name]


def said(value: object, kinds: Mapping[str, type], what: str, at: Encoded, clause: str) -> Mapping[Any, Any]:
    """A map that was decoded, with members of these kinds; numbers are not negative, and others may be there.

    Args:
        value: what was decoded.
        kinds: name to kind; ``object``: any.
        what: how it is called.
        at: where a fault is told.
        clause: of the standard that asks for it.
    """
    if type(value) is not dict:
        at.fail(f"{what} is a map", clause)
    for name, kind in kinds.items():
        if name not in value:
            at.fail(f"{what} has {name}", clause)
        found = value[name]
        if kind is not object and (type(found) is not kind or (type(found) is int and found < 0)):
            at.fail(f"{name} is {_KINDS[kind]}", clause)
    return value


_KINDS = {dict: "a map", int: "an integer, not negative", str: "text", bytes: "a byte string"}


def _malformed(at: int, right: str, clause: str, why: str = "") -> MalformedMdoc:
    said = f"octet {at}: {right} ({clause}){f': {why}' if why else ''}."
    return MalformedMdoc(said, clause=clause, offset=at)


def _decoder(file: io.BytesIO, *, is_definite: bool) -> CBORDecoder:
    return CBORDecoder(
        file,
        max_depth=_DEPTH,
        allow_duplicate_keys=False,
        allow_indefinite=not is_definite,
        semantic_decoders=_TAGS,
    )


def _unreadable(octets: bytes, *, is_definite: bool) -> int:
    """Where the part begins that the library does not take, of an array or map that it does not; else 0."""
    major_type, count, at = _head(octets, 0)
    if major_type not in (_ARRAY, _MAP):
        return 0
    file = io.BytesIO(octets)
    file.seek(at)
    for _ in range(count * 2 if major_type == _MAP else count):
        at = file.tell()
        try:
            _decoder(file, is_definite=is_definite).decode()
        except _UNREADABLE:
            return at
    return 0


def _head(octets: bytes, at: int) -> tuple[int, int, int]:
    """Major type and argument of the value that begins there, and where its content does; -1: of no definite length."""
    if at >= len(octets) or octets[at] & 0x1F > 27:
        return -1, 0, 0
    major_type, argument = octets[at] >> 5, octets[at] & 0x1F
    if argument < 24:
        return major_type, argument, at + 1
    begins = at + 1 + (1 << argument - 24)
    return (-1, 0, 0) if begins > len(octets) else (major_type, int.from_bytes(octets[at + 1 : begins], "big"), begins)


def _ends(octets: bytes) -> dict[int, int]:
    """Where each value begins to where it ends, in one pass over the heads of a value that the library has decoded."""
    ends: dict[int, int] = {}
    holding: list[list[int]] = []
    """Of each value that holds the present one: where it begins, and how many parts are still to come."""
    at = 0
    while True:
        begins, first = at, octets[at]
        major_type, argument = first >> 5, first & 0x1F
        at += 1
        if argument > 23:
            content = at + (1 << argument - 24)
            argument = int.from_bytes(octets[at:content], "big")
            at = content
        if major_type in (_OCTETS, _TEXT):
            at += argument
        elif _ARRAY <= major_type <= _TAG:
            parts = 2 * argument if major_type == _MAP else argument if major_type == _ARRAY else 1
            if parts:
                holding.append([begins, parts])
                continue
        ends[begins] = at
        while holding:
            last = holding[-1]
            last[1] -= 1
            if last[1]:
                break
            ends[last[0]] = at
            holding.pop()
        else:
            return ends
