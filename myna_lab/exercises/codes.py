"""Results as one code, for a class without a hub: letters that survive a chat, a mail, or paper.

    1 · minute of the first try · name · (mark · tries and right · minutes to the first try · to the last)* · check sum
    -> base 32 without I, L, O, U -> K7QF2-9B0AX-…

Numbers are written seven bits at a time (LEB128). The check sum (CRC-32) finds what was lost or changed on the way, not
what somebody changed on purpose: a code is signed by nothing.
"""

from __future__ import annotations

import base64
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from myna_lab.exercises.names import LONGEST_NAME, first_name
from myna_lab.exercises.tries import FAST, Result, Unreadable, kept
from myna_lab.texts import text
from myna_lab.texts.session import languages

__all__ = ["LONGEST", "Handed", "decoded", "encoded", "hand_in"]

EDITION = 1
"""The first octet; another one is a code of another edition."""
MOST = 200
"""Exercises in a code; the last ones, if there are more."""
LONGEST = 8000
"""Letters of a code as typed, blanks and hyphens counted; a full one has some 5000."""
_GROUP = 5
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_BACK = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ" + "OILU", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" + "ABB!")
"""Crockford's letters to RFC 4648's; O, I and L are what people read for 0 and 1, and U is none."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a code says."""

    name: str
    """The first name that the student wrote."""
    results: tuple[Result, ...]
    """By the exercises' marks; their times are whole minutes."""


def hand_in(name: str = "") -> None:
    """Print one code of all exercises so far, for a teacher who reads it with ``myna-lab results``.

    Args:
        name: the learner's first name, or another name that the teacher knows; up to 30 letters and digits.

    It holds, for each exercise that was tried here: how often, whether it is right, and when; no answers. Anybody can
    make such a code: it is signed by nothing.
    """
    known = first_name(name) if isinstance(name, str) else None
    results = kept()
    if known is None:
        lines = [text("exercise.no_name", each, most=LONGEST_NAME) for each in languages()]
    elif not results:
        lines = [text("exercise.nothing_tried", each) for each in languages()]
    else:
        right = sum(result.right for result in results.values())
        told = [text("exercise.handed_in", each, name=known, tried=len(results), right=right) for each in languages()]
        lines = [*told, "", encoded(known, results.values())]
    print("\n".join(lines))


def encoded(name: str, results: Iterable[Result]) -> str:
    """Results as a code.

    Args:
        name: a first name in its one form.
        results: at least one, of different exercises; at most the last 200 are taken.
    """
    last = sorted(results, key=lambda result: (result.last, result.exercise))[-MOST:]
    begun = min(_minute(result.first) for result in last)
    octets = bytes([EDITION]) + _number(begun) + _number(len(name.encode())) + name.encode()
    for result in sorted(last, key=lambda result: result.exercise):
        first, end = _minute(result.first), _minute(result.last)
        octets += bytes.fromhex(result.exercise)
        octets += _number(result.tries * 2 + result.right) + _number(first - begun) + _number(end - first)
    whole = octets + zlib.crc32(octets).to_bytes(4, "big")
    letters = base64.b32encode(whole).decode("ascii").rstrip("=").translate(_LETTERS)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def decoded(code: str, at: datetime) -> Handed:
    """What a code says.

    Args:
        code: as typed; capital and small, wide and narrow letters are the same, O is 0, I and L are 1, blanks and
                hyphens do not count.
        at: the time now, UTC; a code of a later time says nothing.

    Raises:
        Unreadable: it is no code, not the whole of one, or says what cannot be.
    """
    octets = _octets(code)
    body = octets[:-4]
    if len(octets) < 5 or zlib.crc32(body) != int.from_bytes(octets[-4:], "big"):
        raise Unreadable("changed")
    if body[0] != EDITION:
        raise Unreadable("edition")
    try:
        handed = _read(_Octets(body[1:]))
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("impossible") from error
    if any(result.first > at + FAST or result.last > at + FAST for result in handed.results):
        raise Unreadable("future")
    # One content has one code: no overlong numbers, no bits left over.
    if first_name(handed.name) != handed.name or not _same(encoded(handed.name, handed.results), code):
        raise Unreadable("impossible")
    return handed


def _plain(code: str) -> str:
    letters = unicodedata.normalize("NFKC", code).upper()
    return "".join(each for each in letters if unicodedata.category(each)[0] not in "ZCP").translate(_BACK)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _octets(code: str) -> bytes:
    if len(code) > LONGEST:
        raise Unreadable("no_code")
    letters = _plain(code)
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise Unreadable("no_code") from None


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // 60


def _number(value: int) -> bytes:
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*octets, value])


class _Octets:
    """What is still to be read."""

    def __init__(self, octets: bytes) -> None:
        self.left = octets

    def take(self, count: int) -> bytes:
        if count > len(self.left):
            raise ValueError
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def number(self) -> int:
        value = shift = 0
        while shift < 35:
            octet = self.take(1)[0]
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                return value
            shift += 7
        raise ValueError


def _read(octets: _Octets) -> Handed:
    begun = octets.number()
    name = octets.take(octets.number()).decode()
    results: list[Result] = []
    while octets.left:
        exercise, counted = octets.take(3).hex(), octets.number()
        first = begun + octets.number()
        last = first + octets.number()
        if counted < 2 or (results and exercise <= results[-1].exercise):
            raise ValueError
        results.append(Result(exercise, counted // 2, bool(counted % 2), _instant(first), _instant(last)))
    if not results:
        raise ValueError
    return Handed(name, tuple(results))


def _instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
