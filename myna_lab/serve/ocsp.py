"""OCSP over HTTP: a request in a body or in an address, its answer, and how long that may be kept.

Every GET, HEAD or POST is answered by an OCSP response; input that is not a valid request, by malformedRequest.

Source: RFC 6960 appendix A; RFC 5019 5 and 6, RFC 9919 6 and 7 (GET, caching headers).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote_to_bytes

from myna_lab.serve.caching import caching_of_answer, conditional, date_of
from myna_lab.serve.fetching import REQUEST_TYPE, RESPONSE_TYPE
from myna_lab.serve.http11 import LONGEST_BODY, Reply, Request

__all__ = ["METHODS", "reply"]

METHODS = ("GET", "HEAD", "POST")


def reply(request: Request, answer: Callable[[bytes], tuple[bytes, datetime]]) -> Reply:
    """The reply to one of :data:`METHODS` at the responder's address.

    Args:
        request: under ``/ocsp``.
        answer: the answer to an OCSP request, and the instant at which it was given.
    """
    asked = _of_body(request) if request.method == "POST" else _of_path(request.path)
    content, at = answer(asked)
    if request.method == "POST":
        return Reply(200, content, {"content-type": RESPONSE_TYPE, "date": date_of(at)})
    return conditional(content, RESPONSE_TYPE, caching_of_answer(asked, content, at), request, at)


def _of_body(request: Request) -> bytes:
    """The request; empty, and so malformed, if it is of another type or too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.body or b"" if kind == REQUEST_TYPE else b""


def _of_path(path: bytes) -> bytes:
    """The request that a path carries in base64 (RFC 6960 A.1), percent-encoded or not; empty if there is none.

    An address that ends with a slash leads to two; a request in base64 begins with M, never with a slash.
    """
    text = unquote_to_bytes(path.removeprefix(b"/ocsp")).lstrip(b"/")
    try:
        asked = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return asked if len(asked) <= LONGEST_BODY else b""
