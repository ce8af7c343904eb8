"""How long what a door hands out may be kept, and whether a client has it already.

Source: RFC 5019 6.2 (OCSP); RFC 9111 (Cache-Control); RFC 9110 13.1.2 (If-None-Match).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from myna_lab.jpki.ocsp import read_request, times_of

__all__ = ["caching_of", "caching_of_answer", "date_of", "is_known"]


def date_of(at: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def caching_of(content: bytes, at: datetime, times: tuple[datetime, datetime]) -> dict[str, str]:
    """How long content may be kept that dates from one time and is renewed at another (RFC 5019 6.2)."""
    since, until = times
    seconds = max(0, int((until - at).total_seconds()))
    return {
        "last-modified": date_of(since),
        "expires": date_of(until),
        "etag": f'"{hashlib.sha1(content).hexdigest()}"',
        "cache-control": f"max-age={seconds}, public, no-transform, must-revalidate",
    }


def is_known(caching: Mapping[str, str], if_none_match: str) -> bool:
    """Whether the client has it already (RFC 9110 13.1.2, weak comparison)."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "etag" in caching and not tags.isdisjoint({"*", caching["etag"]})


def caching_of_answer(asked: bytes, answer: bytes, at: datetime) -> dict[str, str]:
    """An answer may be kept until its nextUpdate; not an error, nor "unknown", which ends at once, nor a nonce's."""
    times = times_of(answer)
    if times is None or read_request(asked).nonce is not None:
        return {"cache-control": "no-store"}
    return caching_of(answer, at, times)
