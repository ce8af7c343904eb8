"""What a service answers: a verdict, and every check that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab.durations import show

__all__ = ["Check", "Verdict"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check that a verifier made."""

    name: str
    """Stable name, such as ``signature``; ``texts`` renders it."""
    passed: bool
    clause: str
    """The rule that asks for it: standard and clause, or fact sheet."""
    reason: str = ""
    """What was seen, in plain English."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a service answered, with every check that led to it."""

    service: str
    """Name of the service."""
    accepted: bool
    code: str
    """``accepted``, or the reason: ``not_yet_valid``, ``revoked``, ``expired``, ``unknown``, ``bad_signature`` …"""
    at: datetime
    """When the service decided."""
    checks: tuple[Check, ...] = ()
    """Every check in order, passed or not."""
    serial: int | None = None
    """Serial number of the certificate that was shown, if there was one."""
    knowledge_at: datetime | None = None
    """What the service's revocation data date from (OCSP thisUpdate, or the CRL's)."""
    usable_from: datetime | None = None
    """For what is not accepted yet, a certificate or a device: from when it will be."""
    usage: str = "auth"
    """Which certificate the service asks for: ``auth`` or ``sign``; empty: none."""

    def __bool__(self) -> bool:
        return self.accepted

    def __str__(self) -> str:
        lines = [f"{self.service}: {'accepted' if self.accepted else 'refused'} ({self.code}) at {show(self.at)} JST"]
        lines += [f"  {'ok' if c.passed else 'NO':2}  {c.name:22} {c.reason}  [{c.clause}]" for c in self.checks]
        if self.usable_from:
            lines.append(f"  usable from {show(self.usable_from)} JST")
        if self.knowledge_at:
            lines.append(f"  revocation data of {show(self.knowledge_at)} JST")
        return "\n".join(lines)
