"""Doors for other people's programs, on this machine only.

reader        a chip in a virtual PC/SC reader (vpcd)
revocation    OCSP, CRLs and the authorities' certificates over HTTP
"""

from myna_lab.serve.reader import Reader, card
from myna_lab.serve.revocation import RevocationDoor, http_fetch, revocation

__all__ = ["Reader", "RevocationDoor", "card", "http_fetch", "revocation"]
