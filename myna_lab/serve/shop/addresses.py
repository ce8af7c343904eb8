"""Which address of the shop has what, and who may ask: this machine's programs, and the shop's own page.

    GET /ja/, /en/                the page; / leads to one of them
    POST /ja/ask                  its form; leads to
    GET, POST /ja/sessions/…      the holder's sheet, then what came of it
    GET /phones /roots.pem /reader.pem, POST /wallet /verifier/requests /verifier/answers: for programs

A page of another origin in somebody's browser cannot use the shop: its requests are refused by what the browser says of
them, and JSON must be called JSON, which such a page may not send without asking first.
Source: RFC 9110 (methods, 303); RFC 9457 (problems); Fetch Metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from myna_lab.errors import MalformedError, MisuseError, MynaLabError, Refused, StorageError
from myna_lab.serve.caching import date_of
from myna_lab.serve.clock import Clock
from myna_lab.serve.http11 import Reply, Request
from myna_lab.serve.shop.desk import Desk
from myna_lab.serve.shop.json_api import JsonApi
from myna_lab.serve.shop.page import CSS, Page
from myna_lab.texts import both

__all__ = ["LONGEST_BODY", "Addresses"]

LONGEST_BODY = 262_144
"""Octets of a request: an answer with a large portrait, encrypted."""
_FIELDS = 20
"""Of a form."""
_JSON, _PROBLEM, _PEM = "application/json", "application/problem+json", "application/x-pem-file"
_HTML, _STYLE = "text/html; charset=utf-8", "text/css; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"
_GUARDS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_STATUS = {"unknown_session": 404, "unknown_phone": 404, "used_session": 409, "not_agreed": 409, "nothing_here": 404}
"""Where a code says more than the kind of error does."""


class Addresses:
    """What the door answers.

    Args:
        desk: the shop's two sides.
        clock: the door's.
        url: the door's.
    """

    def __init__(self, desk: Desk, clock: Clock, url: str) -> None:
        self._desk, self._clock, self._url = desk, clock, url
        api, page = JsonApi(desk, url), Page(desk, url)
        self._json: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "/wallet": api.wallet,
            "/verifier/requests": api.request,
            "/verifier/answers": api.take,
        }
        self._files: Mapping[str, tuple[str, Callable[[], bytes]]] = {
            "/phones": (_JSON, lambda: _dumped(api.phones())),
            "/roots.pem": (_PEM, api.roots),
            "/reader.pem": (_PEM, api.reader),
            "/style.css": (_STYLE, lambda: CSS),
        }
        self._page = page

    def answer(self, request: Request) -> Reply:
        """The reply to a request."""
        try:
            with self._desk.lab.world.lock:
                self._clock.moment()
                return self._replied(request)
        except StorageError as error:
            return self._problem(503, error)
        except Refused as refused:
            return self._problem(403, refused)
        except (MisuseError, MalformedError) as error:
            return self._problem(_STATUS.get(error.code, 400), error)

    def refuse(self, status: int, why: str) -> Reply:
        """The reply to what cannot be answered."""
        return self._told(status, "", why)

    def _replied(self, request: Request) -> Reply:
        path = request.path.decode("latin-1")
        found = re.fullmatch(r"/(ja|en)(/|/ask|/sessions/([\w-]{22}))", path, re.ASCII)
        posts = path in self._json or (found is not None and found[2] != "/")
        gets = not (path in self._json or (found is not None and found[2] == "/ask"))
        allowed = (["GET", "HEAD"] if gets else []) + (["POST"] if posts else [])
        if request.method not in allowed:
            reply = self._told(405, "", f"{' and '.join(allowed)} are answered here; got {request.method}.")
            return reply._replace(headers={**reply.headers, "allow": ", ".join(allowed)})
        if request.method == "POST":
            return self._posted(request, path, found)
        if path == "/":
            return self._leads_to(f"/{_language(request.headers.get('accept-language', ''))}/")
        if path in self._files:
            kind, content = self._files[path]
            return self._reply(200, content(), kind)
        if found is None:
            raise MisuseError("there is nothing at this address; the page is at /.", code="nothing_here")
        return self._reply(200, self._page.shown(found[1], found[3] or "").encode(), _HTML)

    def _posted(self, request: Request, path: str, found: re.Match[str] | None) -> Reply:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        if request.body is None:
            return self._told(413, "", f"a request has {LONGEST_BODY:,} octets at most.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        wanted = _FORM if found else _JSON
        if kind != wanted:
            return self._told(415, "", f"{wanted} is taken here; got {kind[:60]!r}.")
        if found is None:
            return self._reply(200, _dumped(self._json[path](_object(request.body))), _JSON)
        try:
            form = dict(parse_qsl(request.body.decode("ascii"), max_num_fields=_FIELDS, strict_parsing=True))
        except ValueError as error:
            raise MisuseError(f"the form has {_FIELDS} fields at most, with values.", code="bad_request") from error
        number = self._page.posted(form, found[3] or "")
        return self._leads_to(f"/{found[1]}/sessions/{number}")

    def _stranger(self, request: Request) -> Reply | None:
        """A refusal to a page of another origin."""
        site, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin")
        own = f"http://{request.headers.get('host', '')}"
        if site in ("none", "same-origin") and origin in (None, own):
            return None
        return self._told(403, "other_page", "pages of another origin may not ask here.")

    def _leads_to(self, place: str) -> Reply:
        reply = self._reply(303, b"", _HTML)
        return reply._replace(headers={**reply.headers, "location": place})

    def _problem(self, status: int, error: MynaLabError) -> Reply:
        return self._told(status, error.code, str(error), said=both(f"code.{error.code}"))

    def _told(self, status: int, code: str, detail: str, said: Mapping[str, str] | None = None) -> Reply:
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status, "code": code or _named(title)}
        return self._reply(status, _dumped({**problem, "detail": detail, **({"said": said} if said else {})}), _PROBLEM)

    def _reply(self, status: int, content: bytes, kind: str) -> Reply:
        return Reply(status, content, {"date": date_of(self._clock.latest), "content-type": kind, **_GUARDS})


def _named(title: str) -> str:
    return title.lower().replace(" ", "_").replace("-", "_")


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MisuseError("the body is a JSON object, in UTF-8.", code="bad_json") from error
    if not isinstance(value, dict):
        raise MisuseError("the body is a JSON object.", code="bad_json")
    return value


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _language(accepted: str) -> str:
    """Japanese, unless the browser asks for English first."""
    first = accepted.partition(",")[0].strip().lower()
    return "en" if first.startswith("en") else "ja"
