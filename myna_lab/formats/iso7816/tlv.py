"""BER-TLV data objects of ISO/IEC 7816-4 5.2.2: tags of up to three bytes, definite lengths."""

from __future__ import annotations

from typing import NamedTuple

from myna_lab.errors import MalformedTlv, MisuseError
from myna_lab.texts import counted

__all__ = ["Tlv", "decode", "decode_all", "encode", "total_length"]


class Tlv(NamedTuple):
    """One data object, as found in a string of bytes. Its repr shows no value."""

    tag: int
    """0xDF21 for the two bytes DF 21."""
    value: bytes
    start: int
    """Offset of the tag's first byte."""
    end: int
    """Offset after the value's last byte."""

    def children(self) -> tuple[Tlv, ...]:
        """The data objects inside a constructed one; offsets count from the value's first byte."""
        return decode_all(self.value)

    def find(self, tag: int) -> bytes:
        """The value of the first object inside that has this tag.

        Raises:
            MalformedTlv: there is none, or what is inside is not BER-TLV.
        """
        for child in self.children():
            if child.tag == tag:
                return child.value
        raise MalformedTlv(f"data object {self.tag:X} holds no {tag:X}.")

    def __repr__(self) -> str:
        return f"<Tlv {self.tag:X}, {counted(len(self.value), 'byte', 'bytes')}>"


def encode(tag: int, value: bytes) -> bytes:
    """Write one data object as the card's files have them: its length is one byte below 128, ``82 hh ll`` from there.

    The length field ``81 xx`` is as lawful, and is never written: no file that was seen has it.

    Args:
        tag: its bytes as a number, big-endian.
        value: at most 65535 bytes.

    Raises:
        MisuseError: the value is longer.
    """
    n = len(value)
    if n > 0xFFFF:
        raise MisuseError(f"tag {tag:X}: {n} bytes do not fit a length field of 3 bytes.")
    length = bytes([n]) if n < 0x80 else b"\x82" + n.to_bytes(2, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def _header(data: bytes, offset: int) -> tuple[int, int, int]:
    """Tag, offset of the value, and offset after it, of the object at ``offset``."""
    position = offset
    try:
        tag = data[position]
        if tag & 0x1F == 0x1F:
            while True:
                position += 1
                tag = tag << 8 | data[position]
                if not data[position] & 0x80:
                    break
                if position - offset == 2:
                    raise MalformedTlv(f"ISO/IEC 7816-4 5.2.2.1: tag of more than 3 bytes at offset {offset}.")
        length = data[position + 1]
        position += 2
        if length & 0x80:
            n = length & 0x7F
            if not 1 <= n <= 4:
                raise MalformedTlv(f"ISO/IEC 7816-4 5.2.2.2: length field {length:02X} at offset {position - 1}.")
            if position + n > len(data):
                raise IndexError
            length = int.from_bytes(data[position : position + n], "big")
            position += n
    except IndexError:
        raise MalformedTlv(f"ISO/IEC 7816-4 5.2.2: the object at offset {offset} ends within its header.") from None
    return tag, position, position + length


def total_length(head: bytes) -> int:
    """How long the object at the start of a file is, from its first bytes (7 are always enough).

    Raises:
        MalformedTlv: no BER-TLV header.
    """
    return _header(head, 0)[2]


def decode(data: bytes, offset: int = 0) -> Tlv:
    """Read the object at ``offset``; what follows it (filler of a file) is ignored.

    Raises:
        MalformedTlv: not BER-TLV, or the value is cut off.
    """
    tag, start, end = _header(data, offset)
    if end > len(data):
        there = len(data) - start
        raise MalformedTlv(
            f"ISO/IEC 7816-4 5.2.2: object {tag:X} at offset {offset} wants {end - start} bytes; {there} are there."
        )
    return Tlv(tag, bytes(data[start:end]), offset, end)


def decode_all(data: bytes) -> tuple[Tlv, ...]:
    """Read objects one after the other, to the end.

    Raises:
        MalformedTlv: not BER-TLV, or something is left over.
    """
    objects, offset = [], 0
    while offset < len(data):
        found = decode(data, offset)
        objects.append(found)
        offset = found.end
    return tuple(objects)
