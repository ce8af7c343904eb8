"""The on-line desk (電子申請): takes applications that are signed with the sign key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab.errors import Refused
from myna_lab.events import Verdict
from myna_lab.relying_parties.authenticator import Signer
from myna_lab.relying_parties.verifying import Verifier

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes signed applications; plastic card and phone alike (assumed for this desk: each operator decides)."""

    verifier: Verifier

    def accept(self, device: Signer, *documents: bytes, at: datetime) -> Verdict:
        """Have documents signed, and judge the signatures.

        Args:
            device: a phone or card.
            documents: the application and what belongs to it; one or more.
            at: now.

        Returns:
            The verdict with every check; a refusal is a verdict, too. Every document must be signed.
        """
        try:
            certificate, *signatures = device.sign(*documents)
        except Refused as refused:
            return self.verifier.refused(refused, usage="sign", at=at)
        return self.verifier.judge(certificate, signatures, documents, usage="sign", at=at)
