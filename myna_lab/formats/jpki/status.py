"""What a caller knows of certificates, given as arguments: the CRL and the OCSP answer are made from these values.

An authority keeps no list of its own. The books hold the facts, and each view is the books at its own instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of

__all__ = [
    "REASONS",
    "REASON_NAMES",
    "REMOVE_FROM_CRL",
    "CertificateStatus",
    "RevokedEntry",
    "reason_code",
    "reason_read",
]

REASONS: Mapping[str, int] = MappingProxyType(
    {
        "UNSPECIFIED": 0,  # destroyed before it was handed over
        "KEY_COMPROMISE": 1,  # the holder's key is endangered
        "CA_COMPROMISE": 2,  # the authority's key is endangered
        "AFFILIATION_CHANGED": 3,  # the contents changed: name, address
        "SUPERSEDED": 4,  # renewed
        "CESSATION_OF_OPERATION": 5,  # no longer needed
        "CERTIFICATE_HOLD": 6,  # doubt about the key, for the time being
    }
)
"""CRLReason of RFC 5280 5.3.1, as far as the practice rules use it; the remark says when (certificate facts 5)."""

REMOVE_FROM_CRL = 8
REASON_NAMES: Mapping[int, str] = MappingProxyType(
    {number: name for name, number in REASONS.items()}
    | {REMOVE_FROM_CRL: "REMOVE_FROM_CRL", 9: "PRIVILEGE_WITHDRAWN", 10: "AA_COMPROMISE"}
)
"""Every CRLReason of RFC 5280 5.3.1 by its number, as lists and answers of others may state it."""

STATES = ("good", "revoked", "on_hold", "unknown")


def reason_code(reason: str) -> int:
    """The number of a reason.

    Raises:
        MisuseError: no reason of the practice rules.
    """
    return REASONS[one_of("a reason for revocation", reason, REASONS, code="bad_reason")]


def reason_read(number: int) -> int:
    """A reason as it was read: one that RFC 5280 5.3.1 does not list says no more than unspecified does.

    The certificate is revoked all the same, and the other lines of the list are not touched by it.
    """
    return number if number in REASON_NAMES else REASONS["UNSPECIFIED"]


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """State of one certificate at the instant that the responder's data are of.

    Raises:
        MisuseError: a state or reason that does not exist, or a revocation without its time.
    """

    state: str
    """``good``, ``revoked``, ``on_hold`` or ``unknown``; a hold is answered as revoked for certificateHold."""
    this_update: datetime
    """What the data date from: the later of the last tick and the certificate's activation."""
    revoked_at: datetime | None = None
    """Since when it is revoked or on hold."""
    reason: str = ""
    """Key of ``REASONS``; empty: unspecified, or certificateHold for a hold."""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise MisuseError(f"a state is one of {', '.join(STATES)}; got {self.state!r}.", code="bad_status")
        if self.state in ("revoked", "on_hold") and self.revoked_at is None:
            raise MisuseError(f"a certificate that is {self.state} needs the time since when.", code="bad_status")
        if self.reason:
            reason_code(self.reason)

    @property
    def reason_code(self) -> int:
        """Number of the reason that is published."""
        return REASONS["CERTIFICATE_HOLD" if self.state == "on_hold" else self.reason or "UNSPECIFIED"]


class RevokedEntry(NamedTuple):
    """One line of a CRL."""

    serial: int
    revoked_at: datetime
    reason: str
    """Key of ``REASONS``; empty: unspecified. A hold is ``CERTIFICATE_HOLD``. One that was read: a value of
    ``REASON_NAMES``."""
