"""CBOR for people's eyes: diagnostic notation, with what is wrapped in octets opened, and long octets cut short.

    24(<<{"digestID": 3, "random": h'5f21…' / 32 octets /, …}>>)

The octets are walked as they came: tags, order and indefinite lengths stand in the text as in the message.
Source: RFC 8949 3 (the encoding) and 8 (the notation); RFC 8610 G.3 (``<<…>>``), G.6 (comments).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.elements import MY_NUMBER
from myna_lab.formats.mdoc.encoded import TAG_ENCODED_CBOR, Encoded

__all__ = ["diagnostic"]

_WRAPPED = bytes((0xD8, TAG_ENCODED_CBOR))
"""The head of tag 24."""
_SOURCE = "RFC 8949 8"
_INDENT, _SHORT = "  ", 72
"""What a step inwards is, and how long a container may be to stand in one line."""
_INDEFINITE, _BREAK = 31, b"\xff"
_SIMPLE = {20: "false", 21: "true", 22: "null", 23: "undefined"}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_IDENTIFIER, _VALUE = '"elementIdentifier"', '"elementValue"'
_HIDDEN = '"••••••••••••"'


def diagnostic(octets: bytes, *, longest: int | None = 32, show_my_number: bool = False) -> str:
    """One CBOR value in diagnostic notation.

    Args:
        octets: CBOR.
        longest: octets of a string that are shown whole; of a longer one the first half of that; None: all.
        show_my_number: whether an item that holds the My Number is shown; else it is dots.

    Raises:
        MalformedMdoc: not one CBOR value.
    """
    Encoded(octets).value("what is shown", _SOURCE)  # well-formed, not too deep, nothing after it
    return _Walk(octets, longest, show_my_number).item("")


class _Walk:
    """One value after the other, from the first octet on; what is walked is known to be well-formed."""

    def __init__(self, octets: bytes, longest: int | None, show_my_number: bool) -> None:
        self._octets, self._at = octets, 0
        self._longest, self._show = longest, show_my_number

    def item(self, indent: str) -> str:
        """The next value; its first line stands where the caller is, further ones are indented."""
        first = self._take(1)[0]
        major, info = first >> 5, first & 0x1F
        if major == 7:
            return self._simple(info)
        size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
        argument = int.from_bytes(self._take(size), "big") if size else info
        endless = info == _INDEFINITE
        match major:
            case 0:
                return str(argument)
            case 1:
                return str(-1 - argument)
            case 2 | 3 if endless:
                chunks = self._members(indent)
                return f"(_ {', '.join(chunks)})" if chunks else "''_" if major == 2 else '""_'
            case 2:
                return self._bytes(self._take(argument), indent)
            case 3:
                return json.dumps(self._take(argument).decode("utf-8"), ensure_ascii=False)
            case 4:
                members = self._members(indent + _INDENT, None if endless else argument)
                return _container("[_ " if endless else "[", "]", members, indent)
            case 5:
                members = self._pairs(indent + _INDENT, None if endless else argument)
                return _container("{_ " if endless else "{", "}", members, indent)
        return f"{argument}({self._tagged(argument, indent)})"

    def _take(self, n: int) -> bytes:
        self._at += n
        return self._octets[self._at - n : self._at]

    def _members(self, indent: str, n: int | None = None) -> list[str]:
        """So many values, or all until the break."""
        if n is not None:
            return [self.item(indent) for _ in range(n)]
        members = []
        while self._octets[self._at : self._at + 1] != _BREAK:
            members.append(self.item(indent))
        self._at += 1
        return members

    def _pairs(self, indent: str, n: int | None) -> list[str]:
        members = self._members(indent, None if n is None else 2 * n)
        pairs = list(zip(members[::2], members[1::2], strict=True))
        hidden = "" if self._show or (_IDENTIFIER, json.dumps(MY_NUMBER)) not in pairs else _VALUE
        return [f"{key}: {_HIDDEN if key == hidden else value}" for key, value in pairs]

    def _tagged(self, tag: int, indent: str) -> str:
        begins = self._at
        if tag == TAG_ENCODED_CBOR and self._octets[begins] >> 5 == 2:
            shown = self.item(indent)
            wrapped = Encoded(_WRAPPED + self._octets[begins : self._at])
            try:
                return self._opened(wrapped.unwrapped("what is wrapped", _SOURCE).octets, indent)
            except MalformedMdoc:
                return shown
        return self.item(indent)

    def _bytes(self, octets: bytes, indent: str) -> str:
        """A byte string; one that holds a wrapped value, as a COSE payload does, is opened, too."""
        if octets.startswith(_WRAPPED):
            try:
                return self._opened(octets, indent)
            except MalformedMdoc:
                pass
        if self._longest is None or len(octets) <= self._longest:
            return f"h'{octets.hex()}'"
        return f"h'{octets[: self._longest // 2].hex()}…' / {len(octets):,} octets /"

    def _opened(self, octets: bytes, indent: str) -> str:
        Encoded(octets).value("what is wrapped", _SOURCE)
        return f"<<{_Walk(octets, self._longest, self._show).item(indent)}>>"

    def _simple(self, info: int) -> str:
        if info in _FLOATS:
            (value,) = struct.unpack(_FLOATS[info], self._take(struct.calcsize(_FLOATS[info])))
            return _float(value)
        number = self._take(1)[0] if info == 24 else info
        return _SIMPLE.get(number, f"simple({number})")


def _container(begin: str, end: str, members: Sequence[str], indent: str) -> str:
    line = f"{begin}{', '.join(members)}{end}"
    if "\n" not in line and len(line) <= _SHORT:
        return line
    inner = f",\n{indent}{_INDENT}".join(members)
    return f"{begin.rstrip()}\n{indent}{_INDENT}{inner}\n{indent}{end}"


def _float(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
