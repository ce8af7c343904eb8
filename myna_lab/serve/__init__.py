"""Servers ("doors") for other people's programs, on 127.0.0.1 only.

reader        a chip in a virtual PC/SC reader (vpcd)
revocation    OCSP, CRLs and certificates over HTTP
fetching      the client's side: how a service fetches them
shop          a verifier's page, and end points for strangers' verifiers and wallets
"""

from myna_lab.serve.fetching import http_fetch, http_list_fetch
from myna_lab.serve.reader import Reader, card
from myna_lab.serve.revocation import RevocationDoor, revocation
from myna_lab.serve.shop import ShopDoor, shop

__all__ = ["Reader", "RevocationDoor", "ShopDoor", "card", "http_fetch", "http_list_fetch", "revocation", "shop"]
