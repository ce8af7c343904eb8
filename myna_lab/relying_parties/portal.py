"""The government portal's login (マイナポータル): a challenge, answered by the user-authentication key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab.errors import Refused
from myna_lab.events import Verdict
from myna_lab.relying_parties.authenticator import Authenticator
from myna_lab.relying_parties.verifying import Verifier

__all__ = ["Portal"]


@dataclass(frozen=True, slots=True)
class Portal:
    """Lets people in by their user-authentication certificate; plastic card and phone alike."""

    verifier: Verifier

    def log_in(self, device: Authenticator, *, challenge: bytes, at: datetime) -> Verdict:
        """Ask a device to prove who holds it.

        Args:
            device: a phone or card.
            challenge: 32 unpredictable bytes.
            at: now.

        Returns:
            The verdict with every check; a refusal is a verdict, too.
        """
        try:
            certificate, signature = device.authenticate(challenge)
        except Refused as refused:
            return self.verifier.refused(refused, usage="auth", at=at)
        return self.verifier.judge(certificate, signature, challenge, usage="auth", at=at)
