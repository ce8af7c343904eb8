"""Revocation data over HTTP, on loopback: OCSP (GET and POST), CRLs and certificates.

    verifier -> uvicorn -> this door -> lab.revocation -> octets

    POST /ocsp, GET /ocsp/<base64 of the request>       /ca/sign/2.cer, /ca/all.pem     /crl/sign/2/full.crl, …/arl.crl,
    GET / lists all addresses                           /certificates/card_auth-….cer   …/card_sign-99201.crl
                                                        /list/<key identifier>/<SHA-1 of the name>.crl

The last part but one of an address of a list is the generation of the authority, 1 for the oldest. A service that
knows nothing but a certificate finds its list by what stands in it: key identifier and distribution point.

The clock is the lab's: the Date of an answer is, too, so that caches count with the same time as the answer inside.
With ``clock="real"`` it is the computer's, and unmodified verifiers can be pointed here today. The lab follows: it
moves when something falls due, and with each renewal of the data.

Source: RFC 6960 appendix A; RFC 5019 5 and 6 (GET, caching headers); RFC 2585 4 (media types); RFC 9110 13.1.2.
"""

from __future__ import annotations

import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from myna_lab.durations import JST, tick
from myna_lab.errors import MisuseError, StorageError
from myna_lab.extras import part_of_workbench
from myna_lab.jpki.list_reader import read_crl
from myna_lab.jpki.ocsp import ocsp_error
from myna_lab.lab.reading import Place
from myna_lab.lab.revocation import Listing
from myna_lab.serve.caching import caching_of, date_of, is_known
from myna_lab.serve.ocsp import Responder

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from myna_lab.books import CertificateRow
    from myna_lab.lab import Lab

__all__ = ["RevocationDoor", "revocation"]

_SECOND = timedelta(seconds=1)
_SECONDS_TO_START = 10.0
_KEEP_ALIVE = 75


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
        MisuseError: no lab, another clock, a lab that is ahead of the computer's clock, no port or one in use, or the
            extra ``doors`` is not installed.
    """
    from myna_lab.lab import Lab

    if not isinstance(lab, Lab):
        raise MisuseError(f"a lab's data are published; got {type(lab).__name__}.", code="no_lab")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise MisuseError(f"a port is a number from 0 to 65535; got {port!r}.", code="no_port")
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
        if sys.platform != "win32":  # there it would let two doors share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
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
        with part_of_workbench("this door"):
            import uvicorn
        self._lab = lab
        self._follows_real_clock = follows_real_clock
        self._presigned = presigned
        self._failure = ""
        self._published = lab.revocation.by_clock(self.moment) if follows_real_clock else lab.revocation
        self._refresh = lab.parameters.duration("ocsp_refresh")
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

    @property
    def failure(self) -> str:
        """Why the lab cannot follow the computer's clock any more; empty if it can."""
        return self._failure

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
        state = "closed" if not self._thread.is_alive() else f"failed: {self._failure}" if self._failure else "open"
        return f"<RevocationDoor TEST {self.url}, {clock} clock, {state}>"

    # ---------------------------------------------------------------------------------------------------------- HTTP

    def _application(self) -> Any:
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route

        def refused(_: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            headers = {**(error.headers or {}), "date": date_of(self.latest)}
            return PlainTextResponse(f"{error.detail}\n", error.status_code, headers=headers)

        def misused(request: Request, error: Exception) -> Response:
            return refused(request, HTTPException(404, str(error)))

        def failed(request: Request, error: Exception) -> Response:
            return refused(request, HTTPException(503, str(error)))

        ocsp = Responder(self)
        return Starlette(
            routes=[
                Route("/ocsp", ocsp),
                Route("/ocsp/{request:path}", ocsp),
                Route("/", self._index),
                Route("/ca/all.pem", self._anchors),
                Route("/ca/{authority}/{generation:int}.cer", self._authority),
                Route("/certificates/{kind}-{serial}.cer", self._certificate),
                Route("/crl/{authority}/{generation:int}/{name}.crl", self._list),
                Route("/list/{key}/{name}.crl", self._list_at),
            ],
            exception_handlers={HTTPException: refused, MisuseError: misused, StorageError: failed},
        )

    @property
    def latest(self) -> datetime:
        """Now, by the door's clock."""
        lab = self._lab
        return max(lab.now, _now().astimezone(JST).replace(microsecond=0)) if self._follows_real_clock else lab.now

    def moment(self) -> datetime:
        """Now. A real clock moves the lab's along when something falls due there, and whenever the data are renewed.

        Raises:
            StorageError: the lab's file cannot be written, so the lab cannot move.
        """
        lab = self._lab
        if not self._follows_real_clock:
            return lab.now
        with lab.log.lock:
            now = self.latest
            try:
                if next(lab._agenda.due(now), None) or tick(now, self._refresh) > lab.now:
                    lab.advance_to(now)
            except StorageError as error:
                self._failure = str(error)
                raise
            self._failure = ""
            return now

    def answer(self, request: bytes) -> tuple[bytes, datetime]:
        """The answer to an OCSP request, and the instant at which it was given."""
        try:
            return self._published.ocsp(request, at=(at := self.moment()), presigned=self._presigned), at
        except StorageError:
            return ocsp_error("try_later"), self.latest

    @property
    def commands(self) -> str:
        """What asks about the newest certificate in a shell: curl brings it and its authority, OpenSSL asks."""
        rows = list(self._lab.books.certificates.values())
        if not rows:
            return ""
        row = rows[-1]
        issuer = f"/ca/{row.key.authority}/{self._published.issuer(row)}.cer"
        files = (("issuer.cer", issuer), ("anchors.pem", "/ca/all.pem"), ("certificate.cer", _place_of_row(row)))
        # OpenSSL compares the times of an answer with the computer's clock, whatever -attime says.
        simulated = f" -attime {int(self._lab.now.timestamp())} -validity_period 3153600000"
        return "\n".join(
            (
                *(f"curl -s -o {name} {self.url}{address}" for name, address in files),
                "openssl ocsp -issuer issuer.cer -cert certificate.cer -CAfile anchors.pem "
                f"-url {self.ocsp_url}{'' if self._follows_real_clock else simulated}",
            )
        )

    def _index(self, request: Request) -> Response:
        at, published = self.moment(), self._published
        authorities = [
            f"/ca/{authority}/{number}.cer"
            for authority in ("sign", "auth")
            for number in range(1, published.generations(authority) + 1)
        ]
        holders = [_place_of_row(row) for row in list(self._lab.books.certificates.values())]
        lists = [_address(which) for which in published.lists(at=at)]
        head = f"TEST revocation data of {self._lab!r}"
        lines = (head, "/ocsp", "/ca/all.pem", *authorities, *lists, *holders, self.commands, "")
        return _response(request, "\n".join(lines).encode(), "text/plain", at)

    def _anchors(self, request: Request) -> Response:
        from asn1crypto import pem

        content = b"".join(pem.armor("CERTIFICATE", der) for der in self._published.anchors)
        return _response(request, content, "application/x-pem-file", self.moment())

    def _authority(self, request: Request) -> Response:
        at, path = self.moment(), request.path_params
        return _response(
            request, self._published.generation(path["authority"], path["generation"]), "application/pkix-cert", at
        )

    def _certificate(self, request: Request) -> Response:
        at = self.moment()
        for row in list(self._lab.books.certificates.values()):
            if _place_of_row(row) == request.url.path:
                return _response(request, row.der, "application/pkix-cert", at)
        raise MisuseError(f"there is no certificate {request.url.path}.", code="unknown_certificate")

    def _list(self, request: Request) -> Response:
        at = self.moment()
        authority, number, name = (request.path_params[part] for part in ("authority", "generation", "name"))
        kind, _, town = name.partition("-")
        which = Listing({"full": authority, "arl": f"arl_{authority}"}.get(name, kind), town or None, number)
        if _address(which) != request.url.path:
            raise MisuseError(f"there is no list {request.url.path}.", code="unknown_list")
        return self._listed(request, self._published.listing(which, at=at), at)

    def _list_at(self, request: Request) -> Response:
        at = self.moment()
        der = self._published.list_at(Place(request.path_params["key"], request.path_params["name"]), at=at)
        if not der:
            raise MisuseError(f"there is no list {request.url.path}.", code="unknown_list")
        return self._listed(request, der, at)

    def _listed(self, request: Request, der: bytes, at: datetime) -> Response:
        """A list may be kept until the next one is given."""
        times = read_crl(der).this_update, self._published.next_list(at)
        return _response(request, der, "application/pkix-crl", at, times)


def _address(which: Listing) -> str:
    from myna_lab.jpki import authority_of

    if which.municipality:
        return f"/crl/{authority_of(which.what)}/{which.generation}/{which.what}-{which.municipality}.crl"
    authority = which.what.removeprefix("arl_")
    return f"/crl/{authority}/{which.generation}/{'full' if authority == which.what else 'arl'}.crl"


def _place_of_row(row: CertificateRow) -> str:
    return f"/certificates/{row.kind}-{row.key.serial:08X}.cer"


def _response(
    request: Request, content: bytes, media_type: str, at: datetime, times: tuple[datetime, datetime] | None = None
) -> Response:
    from starlette.responses import Response

    caching = {} if times is None else caching_of(content, at, times)
    headers = {"date": date_of(at), **caching}
    if is_known(caching, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
