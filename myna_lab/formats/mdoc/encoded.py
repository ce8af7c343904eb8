"""Read CBOR by its structure and keep the octets received: what is hashed or signed is never encoded again.

    received = Encoded(octets) -> members("the request", clause) -> {"version": Encoded, …} -> text, integer, array …

Containers of a message have definite lengths and each key once. Every fault is a :class:`MalformedMdoc` that says what
would have been right, by which clause, and at which octet.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import cbor2
from cbor2 import CBORDecoder, CBORTag

from myna_lab.errors import MalformedMdoc

__all__ = ["LARGEST", "TAG_ENCODED_CBOR", "Encoded", "member", "wrapped"]

TAG_ENCODED_CBOR = 24
"""RFC 8949 3.4.5.1."""
LARGEST = 1 << 20
"""Octets of the largest message that is read: a portrait fits many times (assumed)."""

_UNSIGNED, _OCTETS, _ARRAY, _MAP, _TAG = 0, 2, 4, 5, 6
_UNREADABLE = (cbor2.CBORError, ValueError, OverflowError, RecursionError, TypeError, ArithmeticError, MemoryError)
"""What the library says to octets that are not CBOR, or whose tags it knows and cannot take."""
_DEPTH = 32
_UNKNOWN = object()


def wrapped(value: object) -> bytes:
    """``#6.24(bstr .cbor value)``."""
    return cbor2.dumps(CBORTag(TAG_ENCODED_CBOR, cbor2.dumps(value)))


@dataclass(frozen=True, slots=True)
class Encoded:
    """One CBOR value as it was received."""

    octets: bytes
    at: int = 0
    """Where it begins in the message."""
    _known: Any = field(default=_UNKNOWN, compare=False, repr=False)
    """What it says, if it was decoded already as a part of what holds it."""

    def fail(self, right: str, clause: str) -> NoReturn:
        """Refuse it.

        Args:
            right: what would have been right, a sentence without its point.
            clause: of the standard that asks for it.
        """
        raise MalformedMdoc(f"octet {self.at}: {right} ({clause}).", clause=clause, offset=self.at)

    def expect(self, condition: object, right: str, clause: str) -> None:
        """Refuse it unless a condition holds; arguments as of :meth:`fail`."""
        if not condition:
            self.fail(right, clause)

    def value(self, what: str, clause: str) -> Any:
        """The whole value, decoded by the library; each key of a map once."""
        if self._known is not _UNKNOWN:
            return self._known
        self.expect(len(self.octets) <= LARGEST, f"{what} has at most {LARGEST:,} octets", clause)
        file = io.BytesIO(self.octets)
        try:
            decoder = CBORDecoder(file, max_depth=_DEPTH, allow_duplicate_keys=False)
            value = decoder.decode()
        except _UNREADABLE as error:
            raise MalformedMdoc(
                f"octet {self.at}: {what} is CBOR, each key of a map once ({clause}): {type(error).__name__}.",
                clause=clause,
                offset=self.at,
            ) from None
        self._at(file.tell()).expect(
            file.tell() == len(self.octets), f"{what} is one CBOR value with nothing after it", clause
        )
        return value

    def members(self, what: str, clause: str) -> dict[str, Encoded]:
        """A map with text keys: its values as received."""
        parts = self._parts(_MAP, what, clause)
        names = [key.text(f"a key of {what}", clause) for key in parts[::2]]
        self.expect(len(set(names)) == len(names), f"{what} has each key once", clause)
        return dict(zip(names, parts[1::2], strict=True))

    def elements(self, what: str, clause: str, *, n: int | None = None) -> list[Encoded]:
        """An array's elements as received; ``n``: how many there must be."""
        parts = self._parts(_ARRAY, what, clause)
        self.expect(n is None or len(parts) == n, f"{what} has {n} elements", clause)
        return parts

    def unwrapped(self, what: str, clause: str) -> Encoded:
        """What lies inside ``#6.24(bstr .cbor …)``."""
        right = f"{what} is wrapped in tag {TAG_ENCODED_CBOR}"
        major_type, tag, begins = _head(self.octets)
        self.expect(major_type == _TAG and tag == TAG_ENCODED_CBOR, right, clause)
        string = self._at(begins)
        major_type, length, begins = _head(string.octets)
        string.expect(major_type == _OCTETS and begins + length == len(string.octets), right, clause)
        return string._at(begins)

    def untagged(self, tag: int) -> Encoded:
        """What lies inside a tag that may be there or not."""
        major_type, found, begins = _head(self.octets)
        return self._at(begins) if major_type == _TAG and found == tag else self

    def text(self, what: str, clause: str) -> str:
        """A text string."""
        value = self.value(what, clause)
        self.expect(isinstance(value, str), f"{what} is text", clause)
        return str(value)

    def bytes_(self, what: str, clause: str) -> bytes:
        """A byte string."""
        value = self.value(what, clause)
        self.expect(isinstance(value, bytes), f"{what} is a byte string", clause)
        return bytes(value)

    def integer(self, what: str, clause: str) -> int:
        """An integer that is not negative."""
        value = self.value(what, clause)
        is_integer = _head(self.octets)[0] == _UNSIGNED and isinstance(value, int)
        self.expect(is_integer, f"{what} is an integer, not negative", clause)
        return int(value)

    def mapping(self, what: str, clause: str) -> Mapping[Any, Any]:
        """A map with keys of any kind, decoded."""
        value = self.value(what, clause)
        self.expect(isinstance(value, Mapping), f"{what} is a map", clause)
        return dict(value)

    def _at(self, begins: int) -> Encoded:
        return Encoded(self.octets[begins:], self.at + begins)

    def _parts(self, major_type: int, what: str, clause: str) -> list[Encoded]:
        """The members of one array or map, as slices of the octets received."""
        kind = "a map" if major_type == _MAP else "an array"
        self.expect(len(self.octets) <= LARGEST, f"{what} has at most {LARGEST:,} octets", clause)
        found, count, begins = _head(self.octets)
        self.expect(found == major_type, f"{what} is {kind} of definite length", clause)
        file = io.BytesIO(self.octets)
        file.seek(begins)
        parts: list[Encoded] = []
        for _ in range(count * (2 if major_type == _MAP else 1)):
            start = file.tell()
            try:
                known = CBORDecoder(file, max_depth=_DEPTH, allow_duplicate_keys=False).decode()
            except _UNREADABLE as error:
                at = self.at + start
                raise MalformedMdoc(
                    f"octet {at}: {what} is CBOR, each key of a map once ({clause}): {type(error).__name__}.",
                    clause=clause,
                    offset=at,
                ) from None
            parts.append(Encoded(self.octets[start : file.tell()], self.at + start, known))
        rest = self._at(file.tell())
        rest.expect(not rest.octets, f"{what} has nothing after it", clause)
        return parts


def member(members: Mapping[str, Encoded], name: str, of: Encoded, clause: str) -> Encoded:
    """A member that must be there."""
    of.expect(name in members, f"it has {name}", clause)
    return members[name]


def _head(octets: bytes) -> tuple[int, int, int]:
    """Major type and argument of the first object, and where its content begins; -1: none of definite length."""
    if not octets or octets[0] & 0x1F > 27:
        return -1, 0, 0
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(octets[0] & 0x1F, 0)
    if len(octets) <= size:
        return -1, 0, 0
    argument = int.from_bytes(octets[1 : 1 + size], "big") if size else octets[0] & 0x1F
    return octets[0] >> 5, argument, 1 + size
