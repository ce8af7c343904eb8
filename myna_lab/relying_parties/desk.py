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

    def accept(self, device: Signer, *, document: bytes, at: datetime) -> Verdict:
        """Have a document signed, and judge the signature.

        Args:
            device: a phone or card.
            document: the application.
            at: now.

        Returns:
            The verdict with every check; a refusal is a verdict, too.
        """
        try:
            certificate, signature = device.sign(document)
        except Refused as refused:
            return self.verifier.refused(refused, usage="sign", at=at)
        return self.verifier.judge(certificate, signature, document, usage="sign", at=at)
