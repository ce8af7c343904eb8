"""Servers ("doors") for other people's programs, on 127.0.0.1 only.

reader        a chip in a virtual PC/SC reader (vpcd)
revocation    OCSP, CRLs and certificates over HTTP
fetching      the client's side: how a service fetches them
"""

from myna_lab.serve.fetching import http_fetch, http_list_fetch
from myna_lab.serve.reader import Reader, card
from myna_lab.serve.revocation import RevocationDoor, revocation

__all__ = ["Reader", "RevocationDoor", "card", "http_fetch", "http_list_fetch", "revocation"]
