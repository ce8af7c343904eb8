"""The lines of a list with millions of them, as columns: no object per line, to write or to read.

    Columns -> lines(columns) -> octets of all lines            a block of lines at a time, each a row of a matrix
    octets  -> columns_of(data, span) -> Columns                one walk over the lengths, then whole columns

    SEQUENCE { INTEGER serial, UTCTime | GeneralizedTime, [SEQUENCE { SEQUENCE { 2.5.29.21, OCTET STRING { reason }}}]}

Source: RFC 5280 5.1.2.6, 5.3.1.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.status import REASON_NAMES, REASONS, reason_read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "NO_REASON",
    "TWICE",
    "Columns",
    "columns_of",
    "line",
    "line_offsets",
    "lines",
    "read_line",
    "reason_extension",
]

NO_REASON = 0
"""Unspecified: said by leaving the reason out."""
TWICE = "a list has one line for a certificate; a serial number stands there twice."
_BLOCK = 1 << 16
_DAY = 86_400
_2050 = 2_524_608_000
"""1 January 2050, from which times are GeneralizedTime; in seconds since 1970, as all times here."""
_SERIAL, _REASON = 9, 14
"""Octets at most: a serial number of 64 bits, the extension with a reason."""
_WIDER = tuple(1 << 8 * n - 1 for n in range(1, 9))
"""Numbers from which an INTEGER has an octet more: its first bit is the sign (X.690 8.3)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines of a list, a column for each of their parts; all of one length.

    Raises:
        MisuseError: columns of different lengths, a reason that does not exist, or a serial number that is 0.
    """

    serials: NDArray[np.uint64]
    """Serial numbers of up to 64 bits, in any order, each once."""
    revoked_at: NDArray[np.int64]
    """Seconds since 1970-01-01 UTC (or datetime64[s])."""
    reasons: NDArray[np.uint8]
    """CRLReason of RFC 5280 5.3.1."""

    def __post_init__(self) -> None:
        if not len(self.serials) == len(self.revoked_at) == len(self.reasons):
            raise MisuseError("the columns of a list have one length.", code="bad_columns")
        _only_reasons(self.reasons, REASON_NAMES)
        if len(self.serials) and not int(self.serials.min()):
            raise MisuseError("a serial number is positive (RFC 5280 4.1.2.2).", code="bad_serial")

    def __len__(self) -> int:
        return len(self.serials)

    @property
    def latest(self) -> int:
        """The last revocation, in seconds since 1970; there must be one."""
        return int(self.revoked_at.max().astype("datetime64[s]").astype("int64"))


def _only_reasons(column: NDArray[np.uint8], numbers: Iterable[int]) -> None:
    import numpy as np

    if not bool(np.isin(column, known := list(numbers)).all()):
        raise MisuseError(f"a reason is one of the numbers {', '.join(map(str, known))}.", code="bad_reason")


# ----------------------------------------------------------------------------------------------------------- writing


@functools.cache
def reason_extension(code: int) -> bytes:
    """The crlEntryExtensions of a reason; nothing for unspecified."""
    if code == NO_REASON:
        return b""
    value = der.encode(der.OCTET_STRING, der.integer(code, der.ENUMERATED))
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, bytes.fromhex("0603551d15"), value))


def line(serial: int, revoked_at: datetime, reason: int) -> bytes:
    """One line, of a serial number of any length."""
    return der.encode(der.SEQUENCE, der.integer(serial), der.time(revoked_at), reason_extension(reason))


@functools.cache
def _clock() -> NDArray[np.uint8]:
    """``HHMMSSZ`` of every second of a day, shape (86400, 7)."""
    import numpy as np

    return np.frombuffer(b"".join(b"%02d%02d%02dZ" % (s // 3600, s // 60 % 60, s % 60) for s in range(_DAY)), np.uint8
                         ).reshape(_DAY, 7)  # fmt: skip


def _calendar(first: int, last: int) -> NDArray[np.uint8]:
    """``YYYYMMDD`` of days since 1970, shape (n, 8)."""
    import numpy as np

    days = np.arange(first, last + 1).astype("datetime64[D]")
    return np.frombuffer("".join(str(day).replace("-", "") for day in days).encode(), np.uint8).reshape(-1, 8)


def lines(columns: Columns) -> Iterator[bytes]:
    """The octets of all lines in the order of serial numbers, a block at a time.

    Raises:
        MisuseError: a serial number stands twice, or a reason is none of the practice rules (``REASONS``).
    """
    import numpy as np

    _only_reasons(columns.reasons, REASONS.values())
    serials = np.ascontiguousarray(columns.serials, np.uint64)
    seconds, reasons = columns.revoked_at.astype("datetime64[s]").astype(np.int64), columns.reasons.astype(np.uint8)
    if len(serials) > 1 and not bool((serials[1:] > serials[:-1]).all()):
        order = np.argsort(serials, kind="stable")
        serials, seconds, reasons = serials[order], seconds[order], reasons[order]
        if bool((serials[1:] == serials[:-1]).any()):
            raise MisuseError(TWICE, code="bad_serial")
    if not len(serials):
        return
    first = int(seconds.min()) // _DAY
    calendar = _calendar(first, int(seconds.max()) // _DAY)
    for start in range(0, len(serials), _BLOCK):
        block = slice(start, start + _BLOCK)
        yield _block(serials[block], seconds[block], reasons[block], calendar, first)


def _block(
    serials: NDArray[np.uint64],
    seconds: NDArray[np.int64],
    reasons: NDArray[np.uint8],
    calendar: NDArray[np.uint8],
    first: int,
) -> bytes:
    """A row for each line, as wide as the block's widest; what a shorter one does not need is left out at the end."""
    import numpy as np

    sizes = np.searchsorted(np.array(_WIDER, np.uint64), serials, "right") + 1
    late, said = seconds >= _2050, reasons != NO_REASON
    size, is_late = int(sizes.max()), bool(late.any())
    text, days = 15 if is_late else 13, seconds // _DAY
    # One line as it usually is, then what differs: few columns are written line by line.
    head = bytes((der.SEQUENCE, 0, der.INTEGER, size)) + bytes(size) + bytes((der.UTC_TIME, 13)) + bytes(text)
    line = np.frombuffer(head + reason_extension(1), np.uint8)
    rows = np.empty((len(serials), len(line)), np.uint8)
    rows[:] = line
    used = np.ones(rows.shape, bool)
    rows[:, 1] = 2 + sizes + 2 + 13 + 2 * late + _REASON * said
    octets = serials.astype(">u8").view(np.uint8).reshape(-1, 8)[:, max(0, 8 - size) :]
    clock = 4 + size
    rows[:, clock - octets.shape[1] : clock] = octets
    if int(sizes.min()) != size:
        rows[:, 3] = sizes
        used[:, 4:clock] = np.arange(size) >= (size - sizes)[:, None]
    if is_late:
        rows[:, clock] = np.where(late, der.GENERALIZED_TIME, der.UTC_TIME)
        rows[:, clock + 1] = np.where(late, 15, 13)
        used[:, clock + 2 : clock + 4] = late[:, None]
    tail = clock + 2 + text
    rows[:, tail - 15 + (0 if is_late else 2) : tail - 7] = calendar[days - first, 0 if is_late else 2 :]
    rows[:, tail - 7 : tail] = _clock()[seconds - days * _DAY]
    rows[:, -1] = reasons
    used[:, tail:] = said[:, None]
    return rows[used].tobytes()


# ----------------------------------------------------------------------------------------------------------- reading


def columns_of(data: bytes, span: der.Span) -> tuple[Columns, dict[int, tuple[datetime, int]]]:
    """Read all lines.

    Args:
        data: the whole list.
        span: where revokedCertificates lies in it.

    Returns:
        The lines whose serial numbers have up to 64 bits, in the order of the list; and the others, by serial number.

    Raises:
        MalformedError: with the offset of the first octet that is wrong.
    """
    import numpy as np

    offsets = line_offsets(data, span)
    starts = np.frombuffer(offsets, np.int64)
    octets = np.frombuffer(data, np.uint8)
    columns, odd = _usual(octets, starts, span.end)
    others: dict[int, tuple[datetime, int]] = {}
    if len(odd):
        read = [read_line(data, int(starts[index]), span.end) for index in odd]
        small = [(index, row) for index, row in zip(odd, read, strict=True) if row[0] < 1 << 64]
        others = {serial: (revoked_at, reason) for serial, revoked_at, reason in read if serial >= 1 << 64}
        for index, (serial, revoked_at, reason) in small:
            columns[0][index], columns[1][index], columns[2][index] = serial, int(revoked_at.timestamp()), reason
        if others:
            large = [index for index, row in zip(odd, read, strict=True) if row[0] >= 1 << 64]
            columns = tuple(np.delete(column, large) for column in columns)
    if len(columns[0]) and not int(columns[0].min()):
        raise der.malformed("a serial number of 0", int(starts[int(columns[0].argmin())]))
    return Columns(*columns), others


def line_offsets(data: bytes, span: der.Span) -> array[int]:
    """Offset of each line.

    Raises:
        MalformedError: they do not fill the place between them.
    """
    offsets = array("q")
    add, offset, end = offsets.append, span.start, span.end
    try:
        while offset < end:
            add(offset)
            size = data[offset + 1]
            # A line is far shorter than 128 octets, unless it carries extensions that the profile does not know.
            offset = offset + 2 + size if size < 0x80 else der.read(data, offset, end).end
    except IndexError:
        raise der.malformed("a line was expected, and the data end", offset) from None
    if offset != end:
        raise der.malformed("the last line leads beyond the end of the lines", offsets[-1])
    return offsets


def _usual(octets: NDArray[np.uint8], starts: NDArray[np.int64], end: int) -> tuple[Any, NDArray[np.int64]]:
    """The columns of lines in the usual form, and the indices of the lines that are not, whose rows are still empty."""
    import numpy as np

    n = len(starts)
    serials, seconds, reasons = np.zeros(n, np.uint64), np.zeros(n, np.int64), np.zeros(n, np.uint8)
    unusual = np.ones(n, bool)
    expected = np.frombuffer(reason_extension(1), np.uint8)[:-1]
    for start in range(0, n, _BLOCK):
        at = starts[start : start + _BLOCK]
        # The widest usual line must fit; near the end of the data the careful reader takes over.
        fits = at + 4 + _SERIAL + 2 + 13 + _REASON <= len(octets)
        at = at[fits]
        size, width = octets[at + 1].astype(np.int64), octets[at + 3].astype(np.int64)
        good = (octets[at] == der.SEQUENCE) & (octets[at + 2] == der.INTEGER) & (width >= 1) & (width <= 8)
        width = np.where(good, width, 1)
        matrix = octets[at[:, None] + np.arange(4, 12)]
        good &= matrix[:, 0] < 0x80
        good &= (width == 1) | (matrix[:, 0] != 0) | (matrix[:, 1] >= 0x80)
        value = matrix.copy().view(">u8").reshape(-1).astype(np.uint64) >> (64 - 8 * width).astype(np.uint64)
        clock = at + 4 + width
        good &= (octets[clock] == der.UTC_TIME) & (octets[clock + 1] == 13)
        text = octets[clock[:, None] + np.arange(2, 15)]
        good &= (text[:, 12] == ord("Z")) & ((text[:, :12] >= ord("0")) & (text[:, :12] <= ord("9"))).all(axis=1)
        digits = (text[:, :12] - np.uint8(ord("0"))).astype(np.int64)
        two = digits[:, 0::2] * 10 + digits[:, 1::2]
        year, month, day, hour, minute, second = two.T
        year = np.where(year >= 50, 1900, 2000) + year
        good &= (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
        months = (year - 1970) * 12 + np.where(good, month, 1) - 1
        first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        good &= (day >= 1) & (day <= after - first)
        rest = size - (2 + width + 15)
        tail = octets[clock[:, None] + np.arange(15, 15 + _REASON)]
        said = (rest == _REASON) & (tail[:, :-1] == expected).all(axis=1) & (tail[:, -1] < 7) & (tail[:, -1] > 0)
        good &= said | (rest == 0)
        rows = np.flatnonzero(fits) + start
        serials[rows] = value
        seconds[rows] = (first + day - 1) * _DAY + hour * 3600 + minute * 60 + second
        reasons[rows] = np.where(said, tail[:, -1], NO_REASON)
        unusual[rows] = ~good
    return (serials, seconds, reasons), np.flatnonzero(unusual)


def read_line(data: bytes, offset: int, limit: int) -> tuple[int, datetime, int]:
    """One line, read with care: serial number, time, reason (CRLReason).

    Raises:
        MalformedError: not a line of RFC 5280 5.1.2.6, or one with something critical, with the offset.
    """
    whole = der.read(data, offset, limit, der.SEQUENCE)
    number = der.read(data, whole.start, whole.end, der.INTEGER)
    serial = der.read_integer(data, number)
    if not 0 < serial < 1 << 160:
        raise der.malformed("a serial number is positive and has at most 20 octets (RFC 5280 4.1.2.2)", number.start)
    clock = der.read(data, number.end, whole.end)
    revoked_at, reason = der.read_time(data, clock), NO_REASON
    if clock.end < whole.end:
        rows = der.read(data, clock.end, whole.end, der.SEQUENCE)
        der.end(whole, rows.end)
        for oid, critical, value in der.extensions(data, rows):
            reason = _entry_extension(data, oid, critical, value, reason)
    return serial, revoked_at, reason


def _entry_extension(data: bytes, oid: bytes, critical: bool, value: der.Span, reason: int) -> int:
    """The reason, if this extension states one; another that is critical forbids the use of the list."""
    if critical:
        what = "a critical extension of a line that is not known, or must not be (RFC 5280 5.3)"
        raise der.malformed(what, value.offset)
    if oid == b"\x55\x1d\x15":
        code = der.read(data, value.start, value.end, der.ENUMERATED)
        der.end(value, code.end)
        return reason_read(der.read_integer(data, code))
    return reason
