"""The door for revocation data, and plain HTTP clients in front of it."""

from __future__ import annotations

import socket
import urllib.request
from http.client import HTTPConnection
from typing import Any

from cryptography.x509 import ocsp as reader

from myna_lab import Lab, serve
from myna_lab.formats import jpki
from myna_lab.world.certificates import Certificate

TYPE = {"Content-Type": "application/ocsp-request"}


def working_lab() -> Lab:
    """A lab with one resident, her iPhone set up and working."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("20min")
    return lab


def certificate(lab: Lab, kind: str = "phone_auth") -> Certificate:
    """The newest of a kind."""
    return lab.certificates(kind=kind)[-1]


def request(lab: Lab, kind: str = "phone_auth", **changes: Any) -> bytes:
    """An OCSP request about it."""
    own = certificate(lab, kind)
    return jpki.ocsp_request(own.der, own.issuer, **changes)


def post(door: serve.RevocationDoor, octets: bytes, headers: dict[str, str] = TYPE) -> reader.OCSPResponse:
    """The answer to an OCSP request by POST."""
    with urllib.request.urlopen(urllib.request.Request(door.ocsp_url, octets, headers)) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/ocsp-response"
        return reader.load_der_ocsp_response(response.read())


def get(url: str) -> tuple[bytes, Any]:
    """Content and headers at an address."""
    with urllib.request.urlopen(url) as response:
        return response.read(), response.headers


def asked(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, Any]:
    """Status, content and headers; ``If_Match="x"`` is sent as ``If-Match: x``."""
    link = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        link.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = link.getresponse()
        return response.status, response.read(), response.headers
    finally:
        link.close()


def spoken(port: int, *parts: bytes, talks_on: bool = False) -> bytes:
    """Everything that comes back for octets sent as they are, until the door hangs up.

    Args:
        port: of the door.
        parts: sent one after the other.
        talks_on: whether the client keeps its side open.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        found = b""
        try:
            for part in parts:
                link.sendall(part)
            if not talks_on:
                link.shutdown(socket.SHUT_WR)
            while data := link.recv(65_536):
                found += data
        except (ConnectionResetError, BrokenPipeError):
            pass
        return found
