"""The authorities that the office asks for signatures."""

from __future__ import annotations

from dataclasses import dataclass

from myna_lab.formats.jpki import Authority, authority_of
from myna_lab.formats.mdoc import Issuer

__all__ = ["Authorities"]


@dataclass(frozen=True, slots=True)
class Authorities:
    """JPKI's two certification authorities, and the issuer of attribute records."""

    sign: Authority
    auth: Authority
    mdoc: Issuer

    def of(self, kind: str) -> Authority:
        """The authority that issues a kind of certificate."""
        return self.sign if authority_of(kind) == "sign" else self.auth
