"""Revocation data over HTTP, on loopback: OCSP (GET and POST), CRLs and the authorities' certificates.

    verifier -> uvicorn -> this door -> lab.revocation -> octets

    POST /ocsp, GET /ocsp/<base64 of the request>       /ca/sign/2.cer       /crl/sign/2/full.crl, …/arl.crl,
    GET /  lists all addresses                                               …/card_sign-99201.crl

The last part but one of an address is the generation of the authority, 1 for the oldest. The clock is the lab's: the
Date of an answer is, too, so that caches count with the same time as the answer inside. With ``clock="real"`` the lab's
clock follows the computer's, and unmodified verifiers can be pointed here today.

Source: RFC 6960 appendix A; RFC 5019 5 and 6 (GET, caching headers); RFC 2585 4 (media types).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import http.client
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from myna_lab.errors import MisuseError, MynaLabError
from myna_lab.jpki.ocsp import times_of
from myna_lab.lab.revocation import Listing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from myna_lab.lab import Lab

__all__ = ["HttpFetch", "RevocationDoor", "http_fetch", "revocation"]

LONGEST_REQUEST = 16_384
"""Octets of an OCSP request that are read; a longer one is malformed."""
REQUEST_TYPE, RESPONSE_TYPE = "application/ocsp-request", "application/ocsp-response"
_SECOND = timedelta(seconds=1)
_SECONDS_TO_START = 10.0
_KEEP_ALIVE = 75

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def revocation(lab: Lab, port: int = 0, *, clock: str = "simulated", presigned: bool = False) -> RevocationDoor:
    """Publish a lab's revocation data over HTTP on this machine.

    失効情報（OCSP、CRL）と認証局の証明書をHTTPで公開する。

    Args:
        lab: whose.
        port: on loopback; 0: a free one.
        clock: ``simulated``: time moves when the lab's does; ``real``: the lab follows the computer's clock (begin it
            with ``Lab(start="now")``).
        presigned: sign one answer per certificate and refresh period, instead of each.

    Returns:
        The open door, with its ``url``; ``stop()`` closes it. It is a context manager, too.

    Raises:
        MisuseError: another clock, a lab that is ahead of the computer's clock, a port in use, or the extra ``doors``
            is not installed.
    """
    if clock not in ("simulated", "real"):
        raise MisuseError(f"a clock is simulated or real; got {clock!r}.", code="unknown_clock")
    if clock == "real" and lab.now > _now() + _SECOND:
        raise MisuseError(
            "this lab is ahead of the computer's clock, and time does not go back; begin one with Lab(start='now').",
            code="time_goes_back",
        )
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each kept-alive answer waits for 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise MisuseError(f"port {port} cannot be opened on 127.0.0.1: {error}.", code="port_in_use") from error
    try:
        return RevocationDoor(lab, listener, follows_real_clock=clock == "real", presigned=presigned)
    except BaseException:
        listener.close()
        raise


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - asked for with clock="real"


class RevocationDoor:
    """The open door."""

    def __init__(self, lab: Lab, listener: socket.socket, *, follows_real_clock: bool, presigned: bool) -> None:
        try:
            import uvicorn
        except ImportError as error:
            raise MisuseError(
                "this door needs the extra 'doors': pip install 'myna-lab[doors]'.", code="extra"
            ) from error
        self._lab = lab
        self._follows_real_clock = follows_real_clock
        self._presigned = presigned
        self._listener = listener
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        settings = uvicorn.Config(
            self._application(),
            loop="asyncio",
            http="auto",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="revocation door", daemon=True
        )
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_SECONDS_TO_START / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)

    @property
    def ocsp_url(self) -> str:
        """Where OCSP requests go."""
        return f"{self.url}/ocsp"

    def stop(self) -> None:
        """Close the door; open connections are ended."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(_SECONDS_TO_START)
        self._listener.close()

    def __enter__(self) -> RevocationDoor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        clock = "real" if self._follows_real_clock else "simulated"
        return f"<RevocationDoor TEST {self.url}, {clock} clock, {'open' if self._thread.is_alive() else 'closed'}>"

    # ---------------------------------------------------------------------------------------------------------- HTTP

    def _application(self) -> Any:
        from starlette.applications import Starlette
        from starlette.routing import Route

        ocsp = _Ocsp(self)
        return Starlette(
            routes=[
                Route("/ocsp", ocsp),
                Route("/ocsp/{request:path}", ocsp),
                Route("/", self._index),
                Route("/ca/{authority}/{generation:int}.cer", self._certificate),
                Route("/crl/{authority}/{generation:int}/{name}.crl", self._list),
            ]
        )

    def moment(self) -> datetime:
        """Now; a real clock moves the lab's along, at most once a second."""
        lab = self._lab
        if self._follows_real_clock:
            now = _now()
            with lab.log.lock:
                if now - lab.now >= _SECOND:
                    lab.advance_to(now.replace(microsecond=0))
        return lab.now

    def answer(self, request: bytes) -> tuple[bytes, datetime]:
        """The answer to an OCSP request, and the instant at which it was given."""
        return self._lab.revocation.ocsp(request, at=(at := self.moment()), presigned=self._presigned), at

    def _index(self, _: Request) -> Response:
        at, published = self.moment(), self._lab.revocation
        certificates = [
            f"/ca/{authority}/{number}.cer"
            for authority in ("sign", "auth")
            for number in range(1, published.generations(authority) + 1)
        ]
        lists = [_address(which) for which in published.lists()]
        head = f"TEST revocation data of {self._lab!r}"
        return _response("\n".join((head, "/ocsp", *certificates, *lists, "")).encode(), "text/plain", at)

    def _certificate(self, request: Request) -> Response:
        at, path = self.moment(), request.path_params
        try:
            der = self._lab.revocation.generation(path["authority"], path["generation"])
        except MisuseError as error:
            return _not_there(error, at)
        return _response(der, "application/pkix-cert", at)

    def _list(self, request: Request) -> Response:
        at, published = self.moment(), self._lab.revocation
        authority, number, name = (request.path_params[part] for part in ("authority", "generation", "name"))
        kind, _, town = name.partition("-")
        which = Listing({"full": authority, "arl": f"arl_{authority}"}.get(name, kind), town or None, number)
        try:
            if _address(which) != request.url.path:
                raise MisuseError(f"there is no list {request.url.path}.", code="unknown_list")
            der = published.listing(which, at=at)
        except MisuseError as error:
            return _not_there(error, at)
        return _response(der, "application/pkix-crl", at)


def _address(which: Listing) -> str:
    from myna_lab.jpki import authority_of

    if which.municipality:
        return f"/crl/{authority_of(which.what)}/{which.generation}/{which.what}-{which.municipality}.crl"
    authority = which.what.removeprefix("arl_")
    return f"/crl/{authority}/{which.generation}/{'full' if authority == which.what else 'arl'}.crl"


def _date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _response(content: bytes, media_type: str, at: datetime) -> Response:
    from starlette.responses import Response

    return Response(content, media_type=media_type, headers={"date": _date(at)})


def _not_there(error: MynaLabError, at: datetime) -> Response:
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(f"{error}\n", 404, headers={"date": _date(at)})


class _Ocsp:
    """OCSP over HTTP, spoken to the server directly: a request object and a response object would cost a third more."""

    def __init__(self, door: RevocationDoor) -> None:
        self._door = door
        self._dated: tuple[datetime | None, bytes] = (None, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "POST":
            asked = await _body(scope, receive)
        elif method in ("GET", "HEAD"):
            asked = _of_path(scope["raw_path"])
        else:
            await _send(send, 405, [(b"allow", b"GET, HEAD, POST")], b"")
            return
        answer, at = self._door.answer(asked)
        headers = [
            (b"content-type", RESPONSE_TYPE.encode()),
            (b"content-length", b"%d" % len(answer)),
            (b"date", self._date(at)),
        ]
        if method != "POST":
            headers += _caching(answer, at)
        await _send(send, 200, headers, b"" if method == "HEAD" else answer)

    def _date(self, at: datetime) -> bytes:
        if self._dated[0] != at:
            self._dated = at, _date(at).encode()
        return self._dated[1]


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The request; empty, and so malformed, if it is of another type or too long."""
    typed = any(name == b"content-type" and _is_request(value) for name, value in scope["headers"])
    content, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        # What is too long is read to its end and forgotten, so that the answer arrives.
        content = (content + message.get("body", b""))[: LONGEST_REQUEST + 1]
        more = message.get("more_body", False)
    return content if typed and len(content) <= LONGEST_REQUEST else b""


def _is_request(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() == REQUEST_TYPE.encode()


def _of_path(raw_path: bytes) -> bytes:
    """The request that a path carries in base64 (RFC 6960 A.1), percent-encoded or not."""
    text = unquote_to_bytes(raw_path.partition(b"/ocsp/")[2])
    with suppress(binascii.Error, ValueError):
        if len(text) <= LONGEST_REQUEST:
            return base64.b64decode(text, validate=True)
    return b""


def _caching(answer: bytes, at: datetime) -> list[tuple[bytes, bytes]]:
    """How long an answer may be kept: until its nextUpdate (RFC 5019 6.2); an error not at all."""
    times = times_of(answer)
    if times is None:
        return [(b"cache-control", b"no-store")]
    this_update, next_update = times
    seconds = max(0, int((next_update - at).total_seconds()))
    return [
        (b"last-modified", _date(this_update).encode()),
        (b"expires", _date(next_update).encode()),
        (b"etag", b'"%s"' % hashlib.sha1(answer).hexdigest().encode()),
        (b"cache-control", b"max-age=%d, public, no-transform, must-revalidate" % seconds),
    ]


# ------------------------------------------------------------------------------------------------------------ client


class HttpFetch:
    """A fetch function for relying parties: an OCSP request in, the answer out, over one kept connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise MisuseError(f"an OCSP responder has an http address; got {url!r}.", code="bad_url")
        self.url = url
        self._path = parts.path or "/"
        self._link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_SECONDS_TO_START)
        self._one_at_a_time = threading.Lock()

    def __call__(self, request: bytes) -> bytes:
        """Ask; empty octets if the responder cannot be reached or answers with no OCSP response."""
        with self._one_at_a_time:
            # The responder may have closed a connection that was idle: a second try opens a new one.
            for _ in range(2):
                try:
                    self._link.request("POST", self._path, request, {"Content-Type": REQUEST_TYPE})
                    response = self._link.getresponse()
                    content = response.read()
                    is_answer = response.status == 200 and response.headers.get_content_type() == RESPONSE_TYPE
                    return content if is_answer else b""
                except (OSError, http.client.HTTPException):
                    self._link.close()
        return b""

    def close(self) -> None:
        """End the connection; the next request opens another."""
        self._link.close()

    def __del__(self) -> None:
        with suppress(AttributeError):
            self.close()

    def __repr__(self) -> str:
        return f"<fetch from {self.url}>"


def http_fetch(url: str) -> HttpFetch:
    """A fetch function for relying parties that asks an OCSP responder over HTTP, instead of in process.

    Args:
        url: of the responder, such as ``door.ocsp_url``.

    Returns:
        Takes an OCSP request and returns the answer, both DER; a responder that cannot be reached gives empty octets,
        so that a service says "no revocation information". Use it outside the lab's own services, which hold the lab's
        lock while they judge: ``Portal(Verifier("portal", lab.revocation.anchors, fetch, lab.parameters))``.

    Raises:
        MisuseError: not an http address.
    """
    return HttpFetch(url)
