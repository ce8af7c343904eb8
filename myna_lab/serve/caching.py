"""HTTP caching: how long a reply may be kept, and whether the client has it already.

Source: RFC 5019 6.2 and 9919 7.2 (OCSP); RFC 9111 5.2 (Cache-Control); RFC 9110 5.6.7 (dates), 13 (conditions).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from myna_lab.formats.jpki.ocsp import read_request, times_of
from myna_lab.serve.http11 import Reply, Request

__all__ = ["caching_of", "caching_of_answer", "conditional", "date_of", "kept_for_good"]


@functools.lru_cache(maxsize=64)
def date_of(at: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY, _MONTH, _TIME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", f"(?P<month>{'|'.join(_MONTHS)})", r"(?P<time>\d\d:\d\d:\d\d)"
_DATES = [
    re.compile(form, re.ASCII)
    for form in (
        rf"{_DAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"{_DAY} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
]
"""IMF-fixdate, and the two obsolete forms that are still read: of RFC 850 and of C's asctime()."""


def _instant(text: str, now: datetime) -> datetime | None:
    """The instant of an HTTP date; None if it is not a valid date, which is then ignored."""
    found = next((found for form in _DATES if (found := form.fullmatch(text))), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += now.year // 100 * 100
        year -= 100 * (year > now.year + 50)  # more than 50 years ahead is of the century before
    hour, minute, second = map(int, found["time"].split(":"))
    try:
        return datetime(year, 1 + _MONTHS.index(found["month"]), int(found["day"]), hour, minute, second, tzinfo=UTC)
    except ValueError:  # 30 February
        return None


def _validators(content: bytes, since: datetime) -> dict[str, str]:
    return {"last-modified": date_of(since), "etag": f'"{hashlib.sha1(content).hexdigest()}"'}


def caching_of(content: bytes, at: datetime, times: tuple[datetime, datetime]) -> dict[str, str]:
    """How long content may be kept that dates from one time and is renewed at another (RFC 5019 6.2)."""
    since, until = times
    seconds = max(0, int((until - at).total_seconds()))
    return {
        **_validators(content, since),
        "expires": date_of(until),
        "cache-control": f"max-age={seconds}, public, no-transform, must-revalidate",
    }


def kept_for_good(content: bytes, since: datetime) -> dict[str, str]:
    """For content that never changes. It is asked for each time: another lab may have other content at the address."""
    return {**_validators(content, since), "cache-control": "no-cache"}


def caching_of_answer(asked: bytes, answer: bytes, at: datetime) -> dict[str, str]:
    """An answer may be kept until its nextUpdate. Errors, "unknown" and answers with a nonce must not be kept."""
    times = times_of(answer)
    if times is None or read_request(asked).nonce is not None:
        return {"cache-control": "no-store"}
    return caching_of(answer, at, times)


def conditional(content: bytes, media_type: str, caching: Mapping[str, str], asked: Request, at: datetime) -> Reply:
    """The reply to a GET or HEAD: the content; 304 if the client has it already; 412 if it wants other content.

    Args:
        content: what stands at the address.
        media_type: its media type.
        caching: its headers; without an ETag conditions are ignored.
        asked: the request.
        at: now.
    """
    headers = {"date": date_of(at), **caching}
    status = _condition(caching, asked.headers, at) if "etag" in caching else 200
    return Reply(200, content, headers | {"content-type": media_type}) if status == 200 else Reply(status, b"", headers)


def _condition(caching: Mapping[str, str], asked: Mapping[str, str], at: datetime) -> int:
    """200, 304 or 412, by RFC 9110 13.2.2: the order in which conditions are looked at; a tag goes before a date."""
    own, changed = caching["etag"], _instant(caching["last-modified"], at)
    assert changed is not None
    if "if-match" in asked:
        if _tags(asked["if-match"]).isdisjoint({"*", own}):
            return 412
    elif (limit := _instant(asked.get("if-unmodified-since", ""), at)) and changed > limit:
        return 412
    if "if-none-match" in asked:
        return 200 if _tags(asked["if-none-match"]).isdisjoint({"*", own, f"W/{own}"}) else 304
    since = _instant(asked.get("if-modified-since", ""), at)
    return 304 if since and changed <= since else 200


def _tags(text: str) -> set[str]:
    return {tag.strip() for tag in text.split(",")}
