"""Revocation, hold and release of single certificates, as the municipal window and the hotline order them.

    revoke -> CertificateRevoked        hold -> CertificateSuspended        release -> CertificateResumed

Whether a hold is lifted again is parameter ``hold_release``: sources disagree.

Source: lifecycle fact sheet 1.4 and 1.5; certificates fact sheet 5.
"""

from __future__ import annotations

from collections.abc import Iterable

from myna_lab import events as ev
from myna_lab.books import CERTIFICATE_RULES, Books, CertificateRow
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.jpki.status import reason_code
from myna_lab.rules import may

__all__ = ["hold", "release", "revoke"]


def revoke(rows: Iterable[CertificateRow], *, reason: str, cause: str = "") -> Decision:
    """Revoke certificates for good.

    Args:
        rows: of the books.
        reason: key of ``jpki.REASONS``, but not ``CERTIFICATE_HOLD``: see :func:`hold`.
        cause: what led to it, for people.

    Raises:
        MisuseError: no such reason.
        RegistrationRefused: one of them is revoked or expired already; nothing is changed.
    """
    reason_code(reason)
    if reason == "CERTIFICATE_HOLD":
        raise RegistrationRefused(
            "a hold is no revocation for good; it is ordered as a hold.", code="hold_is_no_reason"
        )
    return Decision(tuple(ev.CertificateRevoked(*_lawful(row, "CertificateRevoked"), reason, cause) for row in rows))


def hold(rows: Iterable[CertificateRow]) -> Decision:
    """Stop certificates for the time being (certificateHold).

    Raises:
        RegistrationRefused: one of them is on hold, revoked or expired already; nothing is changed.
    """
    return Decision(tuple(ev.CertificateSuspended(*_lawful(row, "CertificateSuspended")) for row in rows))


def release(rows: Iterable[CertificateRow], *, books: Books) -> Decision:
    """Lift a hold.

    Raises:
        RegistrationRefused: one of them is not on hold, or its hold is never lifted; nothing is changed.
    """
    events = []
    for row in rows:
        key = _lawful(row, "CertificateResumed")
        if books.hold_release not in ("all", f"{row.key.authority}_only"):
            raise RegistrationRefused(
                f"the hold on certificate {row.key} is not lifted (parameter hold_release: {books.hold_release}).",
                code="hold_is_final",
            )
        events.append(ev.CertificateResumed(*key))
    return Decision(tuple(events))


def _lawful(row: CertificateRow, event: str) -> tuple[str, int]:
    if event not in may(CERTIFICATE_RULES, row.state):
        raise RegistrationRefused(
            f"certificate {row.key} is {row.state.value}.", code="wrong_state", state=row.state.value
        )
    return row.key.authority, row.key.serial
