"""Doors for other people's programs, on this machine only.

reader        a chip in a virtual PC/SC reader (vpcd)
revocation    OCSP, CRLs and certificates over HTTP
fetching      the other side: how a service fetches them
"""

from myna_lab.serve.fetching import http_fetch, http_list_fetch
from myna_lab.serve.reader import Reader, card
from myna_lab.serve.revocation import RevocationDoor, revocation

__all__ = ["Reader", "RevocationDoor", "card", "http_fetch", "http_list_fetch", "revocation"]
