"""Command and response APDUs of ISO/IEC 7816-3 12.1 and 7816-4 5.1, short and extended."""

from __future__ import annotations

from typing import NamedTuple

from myna_lab.errors import MalformedApdu, MisuseError
from myna_lab.texts import counted

__all__ = ["CommandApdu", "ResponseApdu"]


class CommandApdu(NamedTuple):
    """A command to a card. Its repr shows no data, for data may be a PIN.

    Example:
        >>> CommandApdu(0x00, 0xB0, 0x00, 0x00, ne=256).encode().hex()
        '00b0000000'
    """

    cla: int
    """Class, one byte."""
    ins: int
    """Instruction, one byte."""
    p1: int
    p2: int
    data: bytes = b""
    """Command data, Nc = 0 to 65535 bytes."""
    ne: int = 0
    """Ne: how many bytes the answer may have, 0 to 65536; 0: no Le."""

    @classmethod
    def decode(cls, apdu: bytes) -> CommandApdu:
        """Read a command in any of the seven forms.

        ``00 20 00 80 00`` looks like "VERIFY with Lc 0", and is by the standard a command without data and with Le 00.

        Args:
            apdu: bytes as transmitted.

        Raises:
            MalformedApdu: too short, or Lc does not fit.
        """
        length = len(apdu)
        if length == 5:  # case 2, short: by far the most frequent
            return cls(apdu[0], apdu[1], apdu[2], apdu[3], b"", apdu[4] or 256)
        if length < 4:
            raise MalformedApdu(f"ISO/IEC 7816-3 12.1: a command has at least 4 bytes; got {length}.")
        cla, ins, p1, p2 = apdu[:4]
        if length == 4:  # case 1
            return cls(cla, ins, p1, p2)
        if apdu[4]:  # short
            start, nc, wide = 5, apdu[4], 1
        elif length == 7:  # case 2, extended
            return cls(cla, ins, p1, p2, b"", int.from_bytes(apdu[5:7], "big") or 65536)
        else:  # extended
            start, nc, wide = 7, int.from_bytes(apdu[5:7], "big"), 2
        le = apdu[start + nc :]
        if nc == 0 or length < start + nc or len(le) not in (0, wide):
            raise MalformedApdu(f"ISO/IEC 7816-3 12.1: Lc {nc} does not fit a command of {length} bytes.", offset=4)
        ne = (int.from_bytes(le, "big") or 256**wide) if le else 0
        return cls(cla, ins, p1, p2, bytes(apdu[start : start + nc]), ne)

    def encode(self) -> bytes:
        """The command as transmitted, in the shortest form.

        Raises:
            MisuseError: a field is out of its range.
        """
        if not all(0 <= byte <= 255 for byte in self[:4]) or len(self.data) > 65535 or not 0 <= self.ne <= 65536:
            raise MisuseError(f"{self!r}: CLA, INS, P1 and P2 are bytes, Nc is at most 65535, Ne at most 65536.")
        header, nc = bytes(self[:4]), len(self.data)
        if nc <= 255 and self.ne <= 256:
            lc = bytes([nc]) if nc else b""
            le = bytes([self.ne % 256]) if self.ne else b""
        else:
            lc = b"\0" + nc.to_bytes(2, "big") if nc else b""
            le = (self.ne % 65536).to_bytes(2, "big") if self.ne else b""
            le = le if nc else b"\0" + le
        return header + lc + self.data + le

    def __repr__(self) -> str:
        header = " ".join(f"{byte:02X}" for byte in self[:4])
        return f"<CommandApdu {header}, Nc {len(self.data)}, Ne {self.ne}>"


class ResponseApdu(NamedTuple):
    """An answer of a card. Its repr shows no data."""

    data: bytes
    sw: int
    """Status word, 0x0000 to 0xFFFF."""

    @classmethod
    def decode(cls, apdu: bytes) -> ResponseApdu:
        """Read an answer.

        Raises:
            MalformedApdu: shorter than a status word.
        """
        if len(apdu) < 2:
            raise MalformedApdu(f"ISO/IEC 7816-3 12.1: an answer ends with a status word of 2 bytes; got {len(apdu)}.")
        return cls(bytes(apdu[:-2]), int.from_bytes(apdu[-2:], "big"))

    def encode(self) -> bytes:
        """The answer as transmitted."""
        return self.data + self.sw.to_bytes(2, "big")

    def __repr__(self) -> str:
        return f"<ResponseApdu {counted(len(self.data), 'byte', 'bytes')}, {self.sw:04X}>"
