"""CBOR that is put together from parts which are encoded already, so that none is encoded twice.

head(major type, argument) + parts -> array, mapping, embedded ``#6.24(bstr .cbor value)``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import cbor2

from myna_lab.formats.mdoc.encoded import TAG_ENCODED_CBOR

__all__ = ["array", "embedded", "head", "mapping", "texts", "wrapped"]

_OCTETS, _ARRAY, _MAP, _TAG = 2, 4, 5, 6
_EMBEDDED = bytes((_TAG << 5 | 24, TAG_ENCODED_CBOR))


def head(major_type: int, argument: int) -> bytes:
    """The first octets of a value, in the shortest form (RFC 8949 4.2.1)."""
    if argument < 24:
        return bytes((major_type << 5 | argument,))
    if argument < 256:
        return bytes((major_type << 5 | 24, argument))
    octets = cbor2.dumps(argument)
    return bytes((octets[0] | major_type << 5,)) + octets[1:]


def array(parts: Sequence[bytes]) -> bytes:
    """An array of values that are encoded already."""
    return head(_ARRAY, len(parts)) + b"".join(parts)


@lru_cache(maxsize=256)
def texts(*values: str) -> bytes:
    """Texts one after another; the fixed ones of a format come again and again."""
    return b"".join(map(cbor2.dumps, values))


def mapping(members: Mapping[str, bytes]) -> bytes:
    """A map of values that are encoded already, by their names."""
    parts = [part for name, value in members.items() for part in (texts(name), value)]
    return head(_MAP, len(members)) + b"".join(parts)


def embedded(octets: bytes) -> bytes:
    """``#6.24(bstr .cbor value)`` of a value that is encoded already."""
    return _EMBEDDED + head(_OCTETS, len(octets)) + octets


def wrapped(value: object) -> bytes:
    """``#6.24(bstr .cbor value)``."""
    return embedded(cbor2.dumps(value))
