"""How arguments are checked, and how an error shows what was given instead.

An argument is checked once, in the function that people call; the code behind it trusts what it is given. An error
never repeats what may be a secret: where a secret is expected it names the type only, and elsewhere it quotes only
short texts and small numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar

from myna_lab.errors import MisuseError

__all__ = [
    "half_width",
    "nearest",
    "octets_of",
    "one_of",
    "only_bool",
    "only_bytes",
    "only_mapping",
    "only_secret",
    "only_text",
    "shown",
    "whole_number",
]

Name = TypeVar("Name", bound=str)

_LONGEST = 60
_LARGEST = 10**15
_HALF_WIDTH = MappingProxyType({code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20})


def shown(value: object) -> str:
    """What was given, as an error quotes it: a short text or small number itself, of anything else its type.

    Calling ``repr`` on an unknown object may fail, take long, or reveal a secret.
    """
    is_short = isinstance(value, str) and len(value) <= _LONGEST
    is_small = isinstance(value, int) and abs(value) < _LARGEST
    if value is None or is_short or is_small or isinstance(value, float):
        return repr(value)
    return type(value).__name__


def half_width(text: str) -> str:
    """Full-width letters, digits, signs and spaces (全角) as half-width ones (半角): what a Japanese keyboard gives."""
    return text.translate(_HALF_WIDTH)


def only_text(name: str, value: object, example: str) -> str:
    """A name or the like: short text that can be read.

    Raises:
        MisuseError: something else, an empty, long or unreadable text.
    """
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > _LONGEST:
        raise MisuseError(
            f"{name} is text of at most {_LONGEST} characters, such as {example!r}; got {shown(value)}.", code="no_text"
        )
    return value


def only_secret(what: str, value: object) -> str:
    """What is typed where a PIN or password is asked for, in half-width (半角); no error repeats it.

    Args:
        what: "the new PIN needs", for example: how the sentence begins.
        value: what was given.

    Raises:
        MisuseError: no text, an empty one, or one that no keyboard gives.
    """
    if not isinstance(value, str):
        raise MisuseError(f"{what} text, in quotes; got {type(value).__name__}.", code="pin_expected")
    if not value or not value.isprintable():
        raise MisuseError(f"{what} text that can be typed, in quotes; got another.", code="pin_expected")
    return half_width(value)


def only_mapping(name: str, value: object, example: str, *, code: str = "no_mapping") -> Mapping[Any, Any]:
    """Values by name; None: none.

    Raises:
        MisuseError: something else.
    """
    if value is not None and not isinstance(value, Mapping):
        raise MisuseError(f"{name} are given by name, such as {example}; got {shown(value)}.", code=code)
    return {} if value is None else value


def nearest(given: object, names: Iterable[str]) -> str:
    """The end of an error's text: the name that was perhaps meant, or nothing.

    Args:
        given: what was given; it is not repeated.
        names: the ones there are.
    """
    if not isinstance(given, str) or len(given) > _LONGEST:
        return ""
    known = {name.casefold(): name for name in names}
    found = get_close_matches(half_width(given).casefold(), known, n=1, cutoff=0.7)
    return f" Did you mean {known[found[0]]!r}?" if found else ""


def one_of(
    name: str, value: object, names: Iterable[Name], *, code: str = "unknown_name", secret: bool = False
) -> Name:
    """One of some names.

    Args:
        name: what it is called.
        value: what was given.
        names: the ones there are.
        code: of the error.
        secret: whether what was given may be a secret in the wrong place; then it is not repeated.

    Raises:
        MisuseError: another one; it lists them, and says which one was perhaps meant.
    """
    known = tuple(names)
    found = next((one for one in known if isinstance(value, str) and one == value), None)
    if found is None:
        got = type(value).__name__ if secret and not isinstance(value, str) else "another" if secret else shown(value)
        meant = "" if secret else nearest(value, known)
        raise MisuseError(f"{name} is one of {', '.join(known)}; got {got}.{meant}", code=code)
    return found


def only_bool(**switches: object) -> None:
    """Refuse what is neither True nor False, such as ``"no"`` (which Python takes for yes) or 0.

    Raises:
        MisuseError: names the switch.
    """
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise MisuseError(f"{name} is True or False; got {type(value).__name__}.", code="no_bool")


def only_bytes(name: str, value: object, *, code: str = "no_bytes") -> bytes:
    """Octets.

    Raises:
        MisuseError: something else, which is not repeated.
    """
    if not isinstance(value, bytes):
        raise MisuseError(f"{name} is bytes; got {type(value).__name__}.", code=code)
    return value


def octets_of(given: bytes | Sequence[bytes], what: str) -> tuple[bytes, ...]:
    """Several pieces of data, or one that was given alone.

    Raises:
        MisuseError: something else.
    """
    if isinstance(given, bytes):
        return (given,)
    rows = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (None,)
    if not all(isinstance(row, bytes) for row in rows):
        raise MisuseError(f"{what} are given as bytes, or as a list of bytes; got {shown(given)}.", code="bad_octets")
    return rows  # type: ignore[return-value]


def whole_number(name: str, value: Any, least: int, most: int, *, code: str = "bad_number") -> int:
    """A whole number of a range, both ends included.

    Raises:
        MisuseError: something else.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MisuseError(f"{name} is a whole number from {least} to {most}; got {shown(value)}.", code=code)
    return value
