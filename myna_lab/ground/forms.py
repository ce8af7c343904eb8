"""Forms that a parameter's text can have, by the names that ``parameters.toml`` uses."""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping

from myna_lab.ground.curves import is_curve, is_hours_of_day, is_shares

__all__ = ["FORMS"]


def _is_organization(text: str) -> bool:
    """Names are compared as X.520 does: by letters, whatever their width, case and spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return text.isprintable() and len(text.encode()) <= 64 and plain not in ("", "jpki", "jpki-test")


def _is_arc(text: str) -> bool:
    """Numbers that begin as ITU-T X.660 says: first 0 to 2; after 0 or 1, the second is at most 39.

    The library that encodes them takes numbers of 128 bits (of a UUID, that is) and about sixty octets in total.
    """
    if not re.fullmatch(r"([01]\.[1-3]?\d|2\.(0|[1-9]\d*))(\.(0|[1-9]\d*))*", text, re.ASCII) or len(text) > 60:
        return False
    return all(int(number) < (1 << 128) - 80 for number in text.split("."))


def _is_atr(text: str) -> bool:
    """TS, T0, the interface bytes that T0 and each TDi announce, the historical bytes, and TCK unless T=0 is alone."""
    if not re.fullmatch(r"([0-9A-Fa-f]{2}){2,33}", text):
        return False
    octets = bytes.fromhex(text)
    announced, n_historical = divmod(octets[1], 16)
    place, protocols = 2, set()
    while announced:
        place += announced.bit_count()
        if not announced & 0b1000:
            break
        if place > len(octets):
            return False
        announced, protocol = divmod(octets[place - 1], 16)
        protocols.add(protocol)
    has_check = bool(protocols - {0})
    fits = len(octets) == place + n_historical + has_check
    return octets[0] in (0x3B, 0x3F) and fits and not (has_check and functools.reduce(operator.xor, octets[1:]))


def _is_substitute(text: str) -> bool:
    """One character of JIS X 0208: two octets of EUC-JP, no half-width katakana (8E)."""
    octets = text.encode("euc_jp", "replace")
    return len(text) == 1 and len(octets) == 2 and octets[0] != 0x8E


_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)


def _is_hours(text: str) -> bool:
    """From, to: two times of one day, in order."""
    hours = _HOURS.fullmatch(text)
    return hours is not None and hours[1] < hours[2]


def _is_window(text: str) -> bool:
    """Which weekday of a month, and hours; or nothing."""
    day = re.match(r"[1-5] (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ", text)
    return not text or (day is not None and _is_hours(text[day.end() :]))


FORMS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "organization": (
        _is_organization,
        "a name of 1 to 64 octets of UTF-8, and never JPKI or JPKI-TEST, which are real",
    ),
    "arc": (_is_arc, "the numbers of an object identifier with dots, such as 2.999.5.1"),
    "atr": (
        _is_atr,
        "an answer to reset in hexadecimal, with or without spaces or colons (ISO/IEC 7816-3 8.2): 2 to 33 bytes, "
        "lengths and TCK right",
    ),
    "substitute": (_is_substitute, "one character of JIS X 0208, such as 〓"),
    "hours": (_is_hours, "two times of one day, such as 08:00-19:30"),
    "window": (_is_window, "a weekday of the month and its hours, such as '1 Sun 03:00-04:00', or empty"),
    "curve": (is_curve, "days with numbers that do not fall, such as '2025-10-13 0.155, 2026-01-15 0.385'"),
    "shares": (is_shares, "ages with shares that rise from '0 0' to 1, such as '0 0, 18 0.2, 104 1'"),
    "hours_of_day": (is_hours_of_day, "hours with weights, from 0 to 24, such as '0 1, 9 8, 24 1'"),
}
"""Forms of texts, by the name that ``parameters.toml`` uses: the test, and its description in errors."""
